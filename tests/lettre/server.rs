//! Mail servers that do as they are told, and count who comes.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The steps of a message, in their order: each but the greeting answers what the client says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Hello,
    From,
    To,
    Data,
    End,
    Quit,
}

impl Step {
    pub const ALL: [Self; 7] = [Self::Greeting, Self::Hello, Self::From, Self::To, Self::Data, Self::End, Self::Quit];

    const fn good(self) -> &'static str {
        match self {
            Self::Greeting => "220 mail.example ready\r\n",
            Self::Hello => "250-mail.example\r\n250 SIZE 10000\r\n",
            Self::From | Self::To | Self::End => "250 ok\r\n",
            Self::Data => "354 go on\r\n",
            Self::Quit => "221 bye\r\n",
        }
    }
}

/// What happens at one step; at the others all is well.
#[derive(Clone, Copy, Debug)]
pub enum Whim {
    Say(&'static [u8]),
    /// Nothing, with the connection open.
    Hang,
    /// The connection ends in order.
    Close,
    /// The connection is torn down.
    Reset,
    /// A reply that never ends a line, for ever.
    Babble,
    /// A good reply, byte by byte.
    Slow(Duration),
}

pub struct Server {
    pub port: u16,
    visits: Arc<AtomicUsize>,
}

impl Server {
    pub async fn start(step: Step, whim: Whim) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&visits);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, step, whim));
            }
        });
        Self { port, visits }
    }

    /// How many connections there were.
    pub fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, whimsical: Step, whim: Whim) -> Option<()> {
    for step in Step::ALL {
        match step {
            Step::Greeting => {}
            Step::End => hear(&mut stream, b"\r\n.\r\n").await?,
            _ => hear(&mut stream, b"\r\n").await?,
        }
        if step != whimsical {
            stream.write_all(step.good().as_bytes()).await.ok()?;
            continue;
        }
        match whim {
            Whim::Say(reply) => stream.write_all(reply).await.ok()?,
            Whim::Hang => core::future::pending().await,
            Whim::Close => return None,
            Whim::Reset => {
                stream.set_zero_linger().ok()?;
                return None;
            }
            Whim::Babble => loop {
                stream.write_all(&[b'2'; 4096]).await.ok()?;
            },
            Whim::Slow(pause) => {
                for byte in step.good().bytes() {
                    tokio::time::sleep(pause).await;
                    stream.write_all(&[byte]).await.ok()?;
                }
            }
        }
    }
    Some(())
}

/// Reads to the end of what the client says.
async fn hear(stream: &mut TcpStream, end: &[u8]) -> Option<()> {
    let mut heard = Vec::new();
    while !heard.ends_with(end) {
        heard.push(stream.read_u8().await.ok()?);
    }
    Some(())
}

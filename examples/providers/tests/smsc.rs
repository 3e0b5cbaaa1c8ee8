//! SMSCs that do as they are told, and count who comes.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const BIND_TRANSMITTER: u32 = 2;
const SUBMIT_SM: u32 = 4;
const RESPONSE: u32 = 0x8000_0000;

pub const BIND_TRANSMITTER_RESP: u32 = RESPONSE | BIND_TRANSMITTER;
pub const ENQUIRE_LINK_RESP: u32 = RESPONSE | 0x15;
pub const GENERIC_NACK: u32 = RESPONSE;
pub const SUBMIT_SM_RESP: u32 = RESPONSE | SUBMIT_SM;

/// What the session is asked: to bind, or for the part with this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Bind,
    Part(usize),
}

/// What happens at one step; at the others all is well.
#[derive(Clone, Copy, Debug)]
pub enum Whim {
    /// The response of this kind, with this status.
    Respond(u32, u32),
    /// Nothing, with the connection open.
    Hang,
    /// The connection ends in order.
    Close,
    /// The connection is torn down.
    Reset,
    /// These bytes.
    Say(&'static [u8]),
    /// A good response, byte by byte.
    Slow(Duration),
}

#[derive(Default)]
struct Seen {
    binds: AtomicUsize,
    parts: AtomicUsize,
}

pub struct Smsc {
    pub port: u16,
    seen: Arc<Seen>,
}

impl Smsc {
    pub async fn start(step: Step, whim: Whim) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let counts = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, step, whim, Arc::clone(&counts)));
            }
        });
        Self { port, seen }
    }

    /// How many sessions were asked for, and how many parts were given.
    pub fn seen(&self) -> (usize, usize) {
        (self.seen.binds.load(Ordering::SeqCst), self.seen.parts.load(Ordering::SeqCst))
    }
}

async fn serve(mut stream: TcpStream, whimsical: Step, whim: Whim, seen: Arc<Seen>) -> Option<()> {
    loop {
        let (id, sequence) = request(&mut stream).await?;
        let step = match id {
            BIND_TRANSMITTER => {
                seen.binds.fetch_add(1, Ordering::SeqCst);
                Step::Bind
            }
            SUBMIT_SM => Step::Part(seen.parts.fetch_add(1, Ordering::SeqCst)),
            _ => continue,
        };
        let good = response(RESPONSE | id, 0, sequence);
        if step != whimsical {
            stream.write_all(&good).await.ok()?;
            continue;
        }
        match whim {
            Whim::Respond(id, status) => stream.write_all(&response(id, status, sequence)).await.ok()?,
            Whim::Hang => core::future::pending().await,
            Whim::Close => return None,
            Whim::Reset => {
                stream.set_zero_linger().ok()?;
                return None;
            }
            Whim::Say(bytes) => stream.write_all(bytes).await.ok()?,
            Whim::Slow(pause) => {
                for byte in good {
                    tokio::time::sleep(pause).await;
                    stream.write_all(&[byte]).await.ok()?;
                }
            }
        }
    }
}

/// The next request's kind and number.
async fn request(stream: &mut TcpStream) -> Option<(u32, u32)> {
    let length = stream.read_u32().await.ok()?;
    let id = stream.read_u32().await.ok()?;
    stream.read_u32().await.ok()?;
    let sequence = stream.read_u32().await.ok()?;
    let mut body = vec![0; usize::try_from(length).unwrap() - 16];
    stream.read_exact(&mut body).await.ok()?;
    Some((id, sequence))
}

/// A response: of a bind with the SMSC's name, of a part with its id, of a refusal with nothing.
fn response(id: u32, status: u32, sequence: u32) -> Vec<u8> {
    let body: &[u8] = match id {
        BIND_TRANSMITTER_RESP if status == 0 => b"smsc\0",
        SUBMIT_SM_RESP if status == 0 => b"17\0",
        _ => b"",
    };
    let length = u32::try_from(16 + body.len()).unwrap();
    let head = [length, id, status, sequence].into_iter().flat_map(u32::to_be_bytes);
    head.chain(body.iter().copied()).collect()
}

//! Refused, hung, reset and slow providers, and those that talk nonsense.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use countersign::{Channel, Delivery, Recipient};
use providers::{HttpAccount, HttpChannel};

use crate::{AMPLE, KEY, nobody, phone, short};

/// When the other side fails: at once, after the first line, or when it has everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Nothing,
    Line,
    All,
}

#[derive(Clone, Copy, Debug)]
enum Whim {
    Say(&'static str),
    Hang,
    Close,
    /// A header that never ends.
    Babble,
    Slow(Duration),
}

struct Provider {
    port: u16,
    visits: Arc<AtomicUsize>,
}

impl Provider {
    fn start(after: After, whim: Whim) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&visits);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                seen.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || serve(stream, after, whim));
            }
        });
        Self { port, visits }
    }
}

/// Ending a connection of which something is unread tears it down.
fn serve(mut stream: TcpStream, after: After, whim: Whim) -> Option<()> {
    match after {
        After::Nothing => {}
        After::Line => hear(&mut stream, b"\r\n")?,
        After::All => {
            hear(&mut stream, b"\r\n\r\n")?;
            hear(&mut stream, b"}")?;
        }
    }
    match whim {
        Whim::Say(answer) => stream.write_all(answer.as_bytes()).ok()?,
        Whim::Hang => thread::sleep(AMPLE * 2),
        Whim::Close => return None,
        Whim::Babble => loop {
            stream.write_all(b"X: ").ok()?;
            stream.write_all(&[b'x'; 4096]).ok()?;
        },
        Whim::Slow(pause) => {
            for byte in "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".bytes() {
                thread::sleep(pause);
                stream.write_all(&[byte]).ok()?;
            }
        }
    }
    // The other side reads before this one is gone.
    stream.shutdown(Shutdown::Write).ok()?;
    stream.read_to_end(&mut Vec::new()).ok().map(drop)
}

fn hear(stream: &mut TcpStream, end: &[u8]) -> Option<()> {
    let mut heard = Vec::new();
    while !heard.ends_with(end) {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        heard.extend(byte);
    }
    Some(())
}

fn to(port: u16, within: Duration) -> HttpChannel {
    let account = HttpAccount { url: format!("http://127.0.0.1:{port}/messages"), token: "secret".to_owned() };
    HttpChannel::within(account, within)
}

fn answer(after: After, whim: Whim, within: Duration) -> Delivery {
    let provider = Provider::start(after, whim);
    let answer = to(provider.port, within).send(&short(), &phone(), &KEY);
    assert_eq!(provider.visits.load(Ordering::SeqCst), 1, "{whim:?}: a channel never tries by itself again");
    answer
}

#[test]
fn delivery_a_provider_that_is_not_there_has_nothing() {
    assert_eq!(to(nobody(), AMPLE).send(&short(), &phone(), &KEY), Delivery::NotSent);
    for url in ["http://sms.invalid/", "no url"] {
        let account = HttpAccount { url: url.to_owned(), token: "secret".to_owned() };
        assert_eq!(HttpChannel::new(account).send(&short(), &phone(), &KEY), Delivery::NotSent, "{url}");
    }
}

#[test]
fn delivery_a_status_is_an_answer_where_it_is_a_sure_one() {
    let answered = |status: &'static str| answer(After::All, Whim::Say(status), AMPLE);
    for taken in
        ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"]
    {
        assert_eq!(answered(taken), Delivery::Sent, "{taken}");
    }
    for refused in [
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 422 Unprocessable\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: /messages\r\nContent-Length: 0\r\n\r\n",
    ] {
        assert_eq!(answered(refused), Delivery::NotSent, "{refused}");
    }
    for unclear in [
        "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n",
        "220 mail.example ready\r\n",
        "HTTP/1.1 2",
        "",
    ] {
        assert_eq!(answered(unclear), Delivery::Unknown, "{unclear}");
    }
}

#[test]
fn delivery_a_provider_without_an_answer_may_have_sent() {
    assert_eq!(answer(After::All, Whim::Close, AMPLE), Delivery::Unknown);
    assert_eq!(answer(After::All, Whim::Hang, Duration::from_secs(1)), Delivery::Unknown);
    // Whether the message was being written by then is a race, and so is which of the two it is.
    for after in [After::Nothing, After::Line] {
        assert_ne!(answer(after, Whim::Close, AMPLE), Delivery::Sent, "{after:?}");
        assert_ne!(answer(after, Whim::Hang, Duration::from_secs(1)), Delivery::Sent, "{after:?}");
    }
    let begun = Instant::now();
    assert_eq!(answer(After::All, Whim::Babble, Duration::from_secs(600)), Delivery::Unknown);
    assert!(begun.elapsed() < Duration::from_secs(60), "it was not cut off");
}

#[test]
fn delivery_a_slow_provider_is_waited_for_as_long_as_was_named() {
    assert_eq!(answer(After::All, Whim::Slow(Duration::from_millis(10)), AMPLE), Delivery::Sent);
    assert_eq!(answer(After::All, Whim::Slow(Duration::from_millis(200)), Duration::from_secs(1)), Delivery::Unknown);
}

#[test]
fn f39_nobody_but_a_phone_is_written_to() {
    let provider = Provider::start(After::Nothing, Whim::Hang);
    let email = Recipient::email("anna@example.com").unwrap();
    assert_eq!(to(provider.port, AMPLE).send(&short(), &email, &KEY), Delivery::NotSent);
    assert_eq!(provider.visits.load(Ordering::SeqCst), 0);
}

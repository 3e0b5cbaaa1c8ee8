//! A client that speaks as much HTTP as it needs, and may hang up at any time.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than any answer takes; nothing waits for it to pass.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub type Reply = (u16, Value);

/// Sends a request, and leaves the answer to be read.
pub fn send(address: SocketAddr, method: &str, path: &str, body: &str) -> TcpStream {
    let mut stream = connect(address);
    stream.write_all(request(method, path, body).as_bytes()).unwrap();
    stream
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

pub fn request(method: &str, path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

/// Status and body; a body that is no JSON is null.
pub fn answer(stream: TcpStream) -> Reply {
    let text = text(stream);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_default())
}

/// The whole answer as it came.
pub fn text(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

pub fn post(address: SocketAddr, path: &str, body: &Value) -> Reply {
    answer(send(address, "POST", path, &body.to_string()))
}

pub fn get(address: SocketAddr, path: &str) -> Reply {
    answer(send(address, "GET", path, ""))
}

/// Asks for a code.
pub fn ask(address: SocketAddr, order: u32, form: &str) -> Reply {
    post(address, &format!("/orders/{order}/pay"), &json!({ "form": form }))
}

/// Asks for a code; the handle.
pub fn pay(address: SocketAddr, order: u32) -> String {
    let (status, ticket) = ask(address, order, "page-1");
    assert_eq!(status, 200, "{ticket}");
    ticket["handle"].as_str().unwrap().to_owned()
}

pub fn confirm(address: SocketAddr, order: u32, handle: &str, code: &str) -> Reply {
    post(address, &format!("/orders/{order}/confirm"), &json!({ "handle": handle, "code": code }))
}

pub fn status(address: SocketAddr, order: u32, handle: &str) -> Value {
    let (status, body) = get(address, &format!("/orders/{order}?handle={handle}"));
    assert_eq!(status, 200, "{body}");
    body
}

/// What an operator sees, by a path such as `/kinds/issued`; what was never counted is 0.
pub fn seen(operator: SocketAddr, path: &str) -> u64 {
    let (status, view) = get(operator, "/events");
    assert_eq!(status, 200);
    view.pointer(path).map_or(0, |count| count.as_u64().unwrap())
}

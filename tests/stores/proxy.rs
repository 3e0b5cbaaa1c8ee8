//! A network that loses a connection without saying so.

use std::sync::Arc;
use std::time::Duration;

use countersign::{Failure, Subject, Unavailable};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::desk::{Desk, Shared};
use crate::support::payment;

/// Passes bytes to a server, until it is told to forget the connections that there are.
pub struct Proxy {
    pub port: u16,
    forget: Arc<Notify>,
}

impl Proxy {
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), forget: Arc::default() };
        let forget = Arc::clone(&proxy.forget);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let forget = Arc::clone(&forget);
                let mut server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                tokio::spawn(async move {
                    let mut client = client;
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        () = forget.notified() => std::future::pending().await, // open, and nothing comes
                    }
                });
            }
        });
        proxy
    }

    /// Nothing more comes through on any connection that is open now. New ones work.
    pub fn forget(&self) {
        self.forget.notify_waiters();
    }
}

/// The one connection of the pool falls silent when it is lent already. That costs one call its time-out, and then there
/// is a new one.
pub async fn a_silent_connection_is_replaced<S: Shared>(desk: &Desk<S>, proxy: &Proxy) {
    let who = Subject::new("customer").unwrap();
    let (handle, code) = desk.issue(&who, &payment(1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await; // the connection is back in the pool
    proxy.forget();
    let first = desk.verify(&who, handle, &code, payment(1)).await;
    assert!(matches!(first, Err(Failure::Unavailable(Unavailable::Store(_)))), "{first:?}");
    let second = desk.verify(&who, handle, &code, payment(1)).await;
    assert!(second.is_ok(), "a silent connection is kept: {second:?}");
}

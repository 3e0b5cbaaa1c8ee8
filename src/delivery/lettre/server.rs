#![allow(deprecated, reason = "`lettre` calls `TlsParameters` so while none of its back ends is on")]

use core::fmt;
use core::time::Duration;
use std::boxed::Box;
use std::string::String;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::bounded::Bounded;
use super::problem::{MailProblem, unreached};

/// A mail server that takes e-mails from this service, and how it is spoken to.
///
/// There is no way to use TLS only if the server happens to offer it: whoever sits between could take the offer away.
pub struct MailServer {
    host: String,
    port: u16,
    security: Security,
    hello: ClientId,
    credentials: Option<Credentials>,
}

enum Security {
    Plain,
    Starttls(TlsParameters),
    Tls(TlsParameters),
}

impl MailServer {
    /// A server with TLS from the first byte, on port 465 (RFC 8314): the one to prefer.
    #[must_use]
    pub fn tls(host: &str, tls: TlsParameters) -> Self {
        Self::new(host, 465, Security::Tls(tls))
    }

    /// A server on port 587 that must turn to TLS before anything is said.
    #[must_use]
    pub fn starttls(host: &str, tls: TlsParameters) -> Self {
        Self::new(host, 587, Security::Starttls(tls))
    }

    /// A server without TLS, on port 25: for a relay on this very machine, since the code is in the message.
    #[must_use]
    pub fn plain(host: &str) -> Self {
        Self::new(host, 25, Security::Plain)
    }

    /// Another port.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// How this service introduces itself: 127.0.0.1 unless named, which many servers do not take from afar.
    #[must_use]
    pub fn hello(self, hello: ClientId) -> Self {
        Self { hello, ..self }
    }

    /// Logs in, with `PLAIN` or `LOGIN`, before each message.
    #[must_use]
    pub fn credentials(self, credentials: Credentials) -> Self {
        Self { credentials: Some(credentials), ..self }
    }

    fn new(host: &str, port: u16, security: Security) -> Self {
        Self { host: host.into(), port, security, hello: ClientId::default(), credentials: None }
    }

    /// A connection that is ready for a message.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, MailProblem> {
        let mut connection = self.open().await?;
        if let Security::Starttls(tls) = &self.security {
            connection.starttls(tls.clone(), &self.hello).await.map_err(unreached)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(unreached)?;
        }
        Ok(connection)
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, MailProblem> {
        let place = (self.host.as_str(), self.port);
        let connection = match &self.security {
            Security::Tls(tls) => {
                AsyncSmtpConnection::connect_tokio1(place, None, &self.hello, Some(tls.clone()), None).await
            }
            Security::Starttls(_) | Security::Plain => {
                let stream = TcpStream::connect(place).await.map_err(|_| MailProblem::Unreached)?;
                AsyncSmtpConnection::connect_with_transport(Box::new(Bounded::new(stream)), &self.hello).await
            }
        };
        connection.map_err(unreached)
    }
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, security, .. } = self;
        let security = match security {
            Security::Plain => "plain",
            Security::Starttls(_) => "STARTTLS",
            Security::Tls(_) => "TLS",
        };
        let mut out = f.debug_struct("MailServer");
        out.field("host", host).field("port", port).field("security", &security).finish_non_exhaustive()
    }
}

/// Takes leave, as RFC 5321, section 4.1.1.10, wants it. The message is taken already, so nobody waits long for an answer.
pub(super) async fn leave(mut connection: AsyncSmtpConnection) {
    let _ = timeout(Duration::from_secs(1), connection.quit()).await;
}

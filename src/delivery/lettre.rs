//! E-mail over the caller's mail server.

mod bounded;
mod letter;
mod problem;
mod server;

use core::fmt;
use core::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use tokio::time::timeout;

use super::{AsyncChannel, Delivery, IdempotencyKey, Leg};
use crate::error::Invalid;
use crate::message::EmailText;
use crate::recipient::{Recipient, RecipientKind};
use crate::text::Text;

pub use problem::MailProblem;
pub use server::MailServer;

use problem::{gone, unreached};

/// Sends [`EmailText`]s over SMTP with `lettre`, in a service that runs on `tokio`.
///
/// Each message is one connection: a connection that is kept is found dead only when a message is given to it. What
/// became of the message is read off the step at which it ended (RFC 5321):
///
/// | what happened | answer |
/// |---|---|
/// | the name did not resolve, nobody listened, no TLS, no login, or silence before the text was given | [`Delivery::NotSent`] |
/// | a reply 4yz or 5yz, at any step and also after the text | [`Delivery::NotSent`] |
/// | 2yz after the end of the text | [`Delivery::Sent`], whatever becomes of the farewell |
/// | broken off, silent or unreadable after the text's first byte was given | [`Delivery::Unknown`] |
///
/// * *What is written.* The text and the HTML part as alternatives, `Date` from the system's clock, and
///   `Auto-Submitted: auto-generated` (RFC 3834), which keeps holiday notices away. `Message-ID` is the key at the
///   sender's domain, so a mailbox or a relay that sees a send twice sees one message; a resend has another.
/// * *Addresses* are ASCII, as those of [`EmailAddress`](crate::EmailAddress) are; for others, which few servers take, the
///   answer is `NotSent`.
/// * *Bounds.* All of it takes at most [`within`](Self::within), and a server that talks on is cut off at 256 KiB; one that
///   speaks TLS from the first byte, which has shown its certificate, is bounded by the time alone.
/// * *TLS* is the caller's choice: this crate turns on none of `lettre`'s back ends. Depend on `lettre` itself, with
///   `tokio1-rustls` or `tokio1-native-tls` and what they want, and make the
///   [`TlsParameters`](lettre::transport::smtp::client::TlsParameters) that [`MailServer`] takes.
/// * *Secrets.* The letter is wiped; `lettre`'s own buffers are not. Do not turn on `lettre`'s feature `tracing`: it logs
///   whole messages, and passwords, at the level of debugging.
///
/// ```
/// use countersign::{Invalid, LettreChannel, MailServer};
///
/// let server = MailServer::plain("127.0.0.1").port(2525); // a relay on this machine
/// let channel = LettreChannel::new(server, "Anna's Bikes", "codes@shop.example")?;
/// # assert!(format!("{channel:?}").contains("2525"));
///
/// let injected = LettreChannel::new(MailServer::plain("127.0.0.1"), "Anna\r\nBcc: eve@evil.example", "codes@shop.example");
/// assert_eq!(injected.unwrap_err(), Invalid::TextCharacter);
/// # Ok::<(), Invalid>(())
/// ```
pub struct LettreChannel {
    server: MailServer,
    sender: Mailbox,
    within: Duration,
}

impl LettreChannel {
    /// Sends over `server`, from `address` under the name that people read, of at most 128 bytes in any language.
    ///
    /// # Errors
    /// [`Invalid::EmailAddress`] for anything but one ASCII address, and for the name those of [`Text::new`].
    pub fn new(server: MailServer, name: &str, address: &str) -> Result<Self, Invalid> {
        let name = Text::<128>::new(name)?;
        let address = ascii(&Recipient::email(address)?).ok_or(Invalid::EmailAddress)?;
        let sender = Mailbox::new(Some(name.as_str().into()), address);
        Ok(Self { server, sender, within: Duration::from_secs(u64::from(Leg::SECONDS) - 1) })
    }

    /// How long a message may take in all, from the look-up of the server's name: a second less than a [`Leg`] unless named.
    /// It has to be less than the leg's time, because whoever gives up on a channel does not know at which step it was. A code
    /// lives for minutes, so the minutes that RFC 5321, section 4.5.3.2, allows each reply are no use here.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    /// Sends, and tells why not: for the caller's own log. [`send_async`](AsyncChannel::send_async) answers the same with
    /// [`MailProblem::delivery`].
    ///
    /// # Errors
    /// [`MailProblem`], which holds no code and no address.
    pub async fn send_explained(
        &self,
        message: &EmailText,
        recipient: &Recipient<'_>,
        key: &IdempotencyKey,
    ) -> Result<(), MailProblem> {
        let to = Some(recipient).filter(|to| to.kind() == RecipientKind::Email).and_then(ascii);
        let to = to.ok_or(MailProblem::Recipient)?;
        let letter = letter::write(&self.sender, &to, message, key).ok_or(MailProblem::Recipient)?;
        let mut given = false;
        match timeout(self.within, self.hand_over(&letter, to, &mut given)).await {
            Ok(Ok(connection)) => server::leave(connection).await,
            Ok(Err(problem)) => return Err(problem),
            Err(_) if given => return Err(MailProblem::Unanswered),
            Err(_) => return Err(MailProblem::Unreached),
        }
        Ok(())
    }

    /// `given` is set before the first byte of the letter is written.
    async fn hand_over(
        &self,
        letter: &[u8],
        to: Address,
        given: &mut bool,
    ) -> Result<AsyncSmtpConnection, MailProblem> {
        let mut connection = self.server.connect().await?;
        let from = Some(self.sender.email.clone());
        connection.command(Mail::new(from, [].into())).await.map_err(unreached)?;
        connection.command(Rcpt::new(to, [].into())).await.map_err(unreached)?;
        let ready = connection.command(Data).await.map_err(unreached)?;
        // Anything else is the reply to another command: after it, no reply could be trusted to be about this message.
        if !ready.has_code(354) {
            return Err(MailProblem::Unreached);
        }
        *given = true;
        let reply = connection.message(letter).await.map_err(gone)?;
        match u16::from(reply.code()) {
            200..300 => Ok(connection),
            _ => Err(MailProblem::Unanswered),
        }
    }
}

impl AsyncChannel<EmailText> for LettreChannel {
    async fn send_async(&self, message: &EmailText, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
        match self.send_explained(message, recipient, key).await {
            Ok(()) => Delivery::Sent,
            Err(problem) => problem.delivery(),
        }
    }
}

impl fmt::Debug for LettreChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, within, .. } = self;
        f.debug_struct("LettreChannel").field("server", server).field("within", within).finish_non_exhaustive()
    }
}

/// The address, if mail to it needs no extension of SMTP.
fn ascii(recipient: &Recipient<'_>) -> Option<Address> {
    recipient.address().is_ascii().then(|| recipient.address().parse().ok())?
}

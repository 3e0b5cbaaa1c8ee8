//! Text messages over SMPP 3.4, on one bound session that is kept and opened anew when it is over.

mod parts;
mod utf16;

use core::fmt;
use core::time::Duration;

use countersign::{AsyncChannel, Delivery, IdempotencyKey, Recipient, RecipientKind, SmsText};
use rusmpp::pdus::{BindTransmitter, SubmitSm};
use rusmpp::types::{COctetString, COctetStringError};
use rusmpp::values::InterfaceVersion;
use rusmpp::{CommandId, CommandStatus};
use rusmppc::error::Error;
use rusmppc::{Client, ConnectionBuilder};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use crate::BEFORE_THE_LEG;

/// What a provider gives to its customer.
#[derive(Clone)]
pub struct SmppAccount {
    /// The SMSC's name or address.
    pub host: String,
    /// Its port, most often 2775.
    pub port: u16,
    /// At most 15 characters.
    pub system_id: String,
    /// At most 8 characters.
    pub password: String,
    /// Whom the message is from: at most 11 letters and digits, as the provider has them registered.
    pub sender: String,
}

/// Sends [`SmsText`]s to an SMSC.
///
/// A session is bound when there is something to send, and kept: it asks every 30 seconds whether the other side is there.
/// The SMSC has a part of the message as soon as that is written, so what is then not answered is unknown, and so is a
/// message of which it took one part and not the next. A session that owes an answer is never used again.
pub struct SmppChannel {
    account: SmppAccount,
    lifetime: Duration,
    within: Duration,
    bound: Mutex<Option<Client>>,
}

impl SmppChannel {
    /// Sends with this account messages that are worthless after `lifetime`, which is the policy's: the SMSC drops what it
    /// could not deliver by then.
    #[must_use]
    pub fn new(account: SmppAccount, lifetime: Duration) -> Self {
        Self { account, lifetime, within: BEFORE_THE_LEG, bound: Mutex::new(None) }
    }

    /// How long a message may take in all: a second less than a leg of a route unless named.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    async fn submit(&self, parts: Vec<SubmitSm>, given: &mut bool) -> Delivery {
        let Some(session) = self.session().await else { return Delivery::NotSent };
        for part in parts {
            let first = !core::mem::replace(given, true);
            match session.submit_sm(part).await {
                Ok(_) => {}
                Err(Error::UnexpectedResponse { response }) if first && refuses(response.id(), response.status()) => {
                    return Delivery::NotSent;
                }
                Err(_) => return Delivery::Unknown,
            }
        }
        Delivery::Sent
    }

    /// The session that is there, or a new one; `None` if the SMSC is not reached or does not know us.
    async fn session(&self) -> Option<Client> {
        let mut bound = self.bound.lock().await;
        if let Some(session) = bound.as_ref().filter(|session| session.is_active()) {
            return Some(session.clone());
        }
        *bound = None;
        let session = self.bind().await.ok()?;
        *bound = Some(session.clone());
        Some(session)
    }

    async fn bind(&self) -> Result<Client, Problem> {
        let SmppAccount { host, port, system_id, password, .. } = &self.account;
        let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(|_| Problem)?;
        // To an SMSC that is not on this machine, TLS goes around the stream here.
        let builder = ConnectionBuilder::new().no_response_timeout().disable_interface_version_check();
        let (session, _, connection) = builder.no_spawn().connected(stream); // a transmitter hears of nothing else
        // It would log whole messages, and the password.
        tokio::spawn(connection.with_subscriber(NoSubscriber::new()));
        let bind = BindTransmitter::builder()
            .system_id(text(system_id)?)
            .password(text(password)?)
            .interface_version(InterfaceVersion::Smpp3_4)
            .build();
        session.bind_transmitter(bind).await.map_err(|_| Problem)?;
        Ok(session)
    }

    /// Forgets a session that may owe an answer. Whoever waits on it goes on waiting; if it is being replaced already, there
    /// is nothing to forget.
    fn forget(&self) {
        if let Ok(mut bound) = self.bound.try_lock() {
            *bound = None;
        }
    }
}

impl AsyncChannel<SmsText> for SmppChannel {
    async fn send_async(&self, message: &SmsText, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
        let to = recipient.address().strip_prefix('+').filter(|_| recipient.kind() == RecipientKind::Sms);
        let parts = to.and_then(|to| parts::of(message, &self.account.sender, to, self.lifetime, key));
        let Some(parts) = parts else { return Delivery::NotSent };
        let mut given = false;
        let answer = timeout(self.within, self.submit(parts, &mut given)).await;
        let answer = answer.unwrap_or(if given { Delivery::Unknown } else { Delivery::NotSent });
        if answer == Delivery::Unknown {
            self.forget();
        }
        answer
    }
}

impl fmt::Debug for SmppAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, system_id, sender, .. } = self;
        let mut out = f.debug_struct("SmppAccount");
        out.field("host", host).field("port", port).field("system_id", system_id).field("sender", sender);
        out.finish_non_exhaustive()
    }
}

impl fmt::Debug for SmppChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmppChannel").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Nothing that anybody has to know: who is asked decides by the step.
struct Problem;

fn text<const MAX: usize>(text: &str) -> Result<COctetString<1, MAX>, Problem> {
    text.parse().map_err(|_: COctetStringError| Problem)
}

/// An answer that says that the message was not taken.
fn refuses(id: CommandId, status: CommandStatus) -> bool {
    status != CommandStatus::EsmeRok && matches!(id, CommandId::SubmitSmResp | CommandId::GenericNack)
}

//! Text messages over a provider's HTTP interface, as most have one: a form of two fields in JSON, a token, and a header
//! with the idempotency key.

use core::time::Duration;
use std::io::ErrorKind;

use countersign::{Channel, Delivery, IdempotencyKey, Recipient, RecipientKind, SmsText};
use serde_json::json;
use ureq::{Agent, Error, Timeout};

use crate::BEFORE_THE_LEG;

/// What a provider gives to its customer.
#[derive(Clone)]
pub struct HttpAccount {
    /// Where messages are posted to.
    pub url: String,
    /// What goes into `Authorization: Bearer`.
    pub token: String,
}

/// Sends [`SmsText`]s with a `POST` each.
///
/// | what happened | answer |
/// |---|---|
/// | no such host, nobody there, no connection in time | `NotSent` |
/// | 2xx | `Sent` |
/// | 3xx, and 4xx but those below: it looked at the request and wants none of it | `NotSent` |
/// | 408, 409 and 425: it may have the request, or another copy of it | `Unknown` |
/// | 5xx: a balancer says so too when what stands behind it took the message and then fell silent | `Unknown` |
/// | broken off, silent or unreadable after the request began | `Unknown` |
///
/// Nothing is followed, proxied or repeated, and of the answer nothing but its first lines is read. Providers differ: where
/// yours says of a number more than this, say more.
pub struct HttpChannel {
    agent: Agent,
    account: HttpAccount,
}

impl HttpChannel {
    /// Sends with this account; a message takes at most a second less than a leg of a route.
    #[must_use]
    pub fn new(account: HttpAccount) -> Self {
        Self::within(account, BEFORE_THE_LEG)
    }

    /// Sends with this account; a message takes at most so long, of which a third is for the connection.
    #[must_use]
    pub fn within(account: HttpAccount, within: Duration) -> Self {
        let agent = Agent::config_builder()
            .timeout_resolve(Some(within / 3))
            .timeout_connect(Some(within / 3))
            .timeout_global(Some(within))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A connection that was kept is found dead only when a message is given to it.
            .max_idle_connections(0)
            .proxy(None)
            .build();
        Self { agent: agent.into(), account }
    }
}

impl Channel<SmsText> for HttpChannel {
    fn send(&self, message: &SmsText, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
        if recipient.kind() != RecipientKind::Sms {
            return Delivery::NotSent;
        }
        let form = json!({ "to": recipient.address(), "text": message.expose() }).to_string();
        let request = self.agent.post(&self.account.url);
        let request = request.header("Authorization", format!("Bearer {}", self.account.token));
        let request = request.header("Idempotency-Key", key.to_string());
        match request.content_type("application/json").send(form) {
            Ok(answer) => of_status(answer.status().as_u16()),
            Err(error) => of_error(&error),
        }
    }
}

const fn of_status(status: u16) -> Delivery {
    match status {
        200..=299 => Delivery::Sent,
        408 | 409 | 425 => Delivery::Unknown,
        300..=499 => Delivery::NotSent,
        _ => Delivery::Unknown,
    }
}

fn of_error(error: &Error) -> Delivery {
    match error {
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::BadUri(_)
        | Error::Http(_)
        | Error::Timeout(Timeout::Resolve | Timeout::Connect) => Delivery::NotSent,
        Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => Delivery::NotSent,
        _ => Delivery::Unknown,
    }
}

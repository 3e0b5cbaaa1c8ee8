//! Text messages over a provider's HTTP interface, as most have one: a form of two fields in JSON, a token, and a header
//! with the idempotency key.

use core::fmt;
use core::time::Duration;
use std::io::{self, Read};

use countersign::{Channel, Delivery, IdempotencyKey, Recipient, RecipientKind, SmsText};
use serde_json::json;
use ureq::{Agent, SendBody};

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
/// | no such host, nobody there, no TLS, or no connection in time: before anything of the message was asked for | `NotSent` |
/// | 2xx | `Sent` |
/// | 3xx, and 4xx but those below: it looked at the request and wants none of it | `NotSent` |
/// | 408, 409 and 425: it may have the request, or another copy of it | `Unknown` |
/// | 5xx: a balancer says so too when what stands behind it took the message and then fell silent | `Unknown` |
/// | broken off, silent or unreadable from there on | `Unknown` |
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
        let request = request.content_type("application/json").header("Content-Length", form.len());
        let mut body = Body { rest: form.as_bytes(), begun: false };
        match request.send(SendBody::from_reader(&mut body)) {
            Ok(answer) => of_status(answer.status().as_u16()),
            Err(_) if body.begun => Delivery::Unknown,
            Err(_) => Delivery::NotSent,
        }
    }
}

impl fmt::Debug for HttpChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpChannel").field("account", &self.account).finish_non_exhaustive()
    }
}

impl fmt::Debug for HttpAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpAccount").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The form, and whether any of it was asked for: before that, nobody has it, whatever went wrong.
struct Body<'a> {
    rest: &'a [u8],
    begun: bool,
}

impl Read for Body<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.begun = true;
        self.rest.read(into)
    }
}

const fn of_status(status: u16) -> Delivery {
    match status {
        200..=299 => Delivery::Sent,
        300..=407 | 410..=424 | 426..=499 => Delivery::NotSent,
        _ => Delivery::Unknown,
    }
}

//! The checkout's message, sent through an SMSC, a mail server and a provider's HTTP interface, and what arrived there.
//!
//! `scripts/with-providers cargo run --package providers` starts the three on this machine and runs this. Exits with 0 if
//! each message arrived as it was rendered.
#![allow(clippy::print_stdout, reason = "this is what the example is for")]

use core::error::Error;
use core::num::NonZeroU8;
use core::time::Duration;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use countersign::{
    AsyncPost, Carrier, Currency, Delivery, EmailTemplate, Errand, Journey, Keyring, Language, Leg, LettreChannel,
    MailServer, MemoryStore, MemoryStoreError, Money, Payment, Policy, Post, Purpose, Recipient, RecipientKind,
    RootKey, Route, Slip, SmsTemplate, Subject, SystemClock, SystemRng, Template as _, UnixTime, Verifier, Wording,
};
use providers::{HttpAccount, HttpChannel, Place, SmppAccount, SmppChannel, arrived};
use serde_json::Value;

/// An e-mail may confirm a payment where the policy names it.
const PAY: Purpose<Payment> = Purpose::new(
    "pay",
    match Policy::PAYMENT.draft().allow(RecipientKind::Email).build() {
        Ok(policy) => policy,
        Err(_) => panic!("the policy is wrong"),
    },
);

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    match send().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("providers: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn send() -> Outcome<()> {
    let shop = Shop::open()?;
    shop.by_text_message().await?;
    shop.by_mail_where_the_text_does_not_leave().await?;
    // A channel that blocks, where blocking is allowed.
    tokio::task::block_in_place(|| shop.by_gateway())
}

struct Shop {
    verifier: Verifier,
    store: MemoryStore,
    order: Payment,
    sms: SmsTemplate<Payment>,
    email: EmailTemplate<Payment>,
}

impl Shop {
    fn open() -> Outcome<Self> {
        let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
        let amount = Money::new(129_90, Currency::EUR);
        let sms = SmsTemplate::new(Wording::built_in(Language::English)?).origin("bikes.example")?;
        Ok(Self {
            verifier: Verifier::new(keys),
            store: MemoryStore::new(),
            order: Payment::new(amount, "Anna's Bikes", "DE89370400440532013000", "order 4711")?,
            sms: sms.parts(NonZeroU8::MIN.saturating_add(1)),
            email: EmailTemplate::built_in(Language::English)?,
        })
    }

    async fn by_text_message(&self) -> Outcome<()> {
        let place = place("SMSC")?;
        let before = arrived(&place)?.len();
        let rendered = Mutex::default();
        let words = |slip: &Slip<'_, Payment>| self.sms.render(slip).inspect(|text| keep(&rendered, text.expose()));
        let carrier = Carrier::new(words, smsc(place.port));
        let post = AsyncPost::new(&self.verifier, &self.store, &SystemClock, &tokio::time::sleep)
            .by(RecipientKind::Sms, &carrier);
        let (customer, phone) = (Subject::new("customer-1")?, phone()?);
        let errand = Errand::new(PAY, &customer, &self.order, &phone);
        told(&post.issue(&errand, &mut SystemRng).await?.deliver(&mut SystemRng).await)?;
        let parts = arrived(&place)?;
        let text: String = parts.iter().skip(before).map(|part| text_at(part, "/text")).collect();
        shown("SMPP", &text, &rendered)
    }

    async fn by_mail_where_the_text_does_not_leave(&self) -> Outcome<()> {
        let place = place("MAIL")?;
        let rendered = Mutex::default();
        let words =
            |slip: &Slip<'_, Payment>| self.email.render(slip).inspect(|mail| keep(&rendered, mail.expose_text()));
        let server = MailServer::plain("127.0.0.1").port(place.port);
        let mail = Carrier::new(words, LettreChannel::new(server, "Anna's Bikes", "codes@bikes.example")?);
        let sms = Carrier::new(|slip: &Slip<'_, Payment>| self.sms.render(slip), smsc(nobody()?));
        let post = AsyncPost::new(&self.verifier, &self.store, &SystemClock, &tokio::time::sleep)
            .by(RecipientKind::Sms, &sms)
            .by(RecipientKind::Email, &mail);
        let address = Recipient::email("anna@example.com")?.verified(long_ago());
        let route = Route::new(&[Leg::new(phone()?), Leg::new(address)])?;
        let customer = Subject::new("customer-2")?;
        let errand = Errand::new(PAY, &customer, &self.order, route);
        let key = told(&post.issue(&errand, &mut SystemRng).await?.deliver(&mut SystemRng).await)?;
        let name = format!("<{key}@bikes.example>");
        let letter = arrived(&place)?.into_iter().find(|letter| text_at(letter, "/headers/Message-ID") == name);
        let letter = letter.ok_or("no letter arrived")?;
        shown("SMTP", text_at(&letter, "/text"), &rendered)
    }

    fn by_gateway(&self) -> Outcome<()> {
        let place = place("SMS_GATEWAY")?;
        let rendered = Mutex::default();
        let words = |slip: &Slip<'_, Payment>| self.sms.render(slip).inspect(|text| keep(&rendered, text.expose()));
        let url = format!("http://127.0.0.1:{}/messages", place.port);
        let carrier = Carrier::new(words, HttpChannel::new(HttpAccount { url, token: "secret".to_owned() }));
        let post = Post::new(&self.verifier, &self.store, &SystemClock).by(RecipientKind::Sms, &carrier);
        let (customer, phone) = (Subject::new("customer-3")?, phone()?);
        let errand = Errand::new(PAY, &customer, &self.order, &phone);
        let key = told(&post.issue(&errand, &mut SystemRng)?.deliver(&mut SystemRng))?;
        let found = arrived(&place)?.into_iter().find(|line| text_at(line, "/key") == key);
        let found = found.ok_or("no message arrived")?;
        shown("HTTP", text_at(&found, "/text"), &rendered)
    }
}

fn place(kind: &str) -> Outcome<Place> {
    Place::of(kind).ok_or_else(|| "run this with scripts/with-providers, which starts the servers".into())
}

fn smsc(port: u16) -> SmppChannel {
    let account = SmppAccount {
        host: "127.0.0.1".to_owned(),
        port,
        system_id: "shop".to_owned(),
        password: "secret".to_owned(),
        sender: "BIKES".to_owned(),
    };
    SmppChannel::new(account, Duration::from_secs(PAY.policy().lifetime().into()))
}

/// A port on which nobody listens: bound, and given back.
fn nobody() -> Outcome<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn phone() -> Outcome<Recipient<'static>> {
    Ok(Recipient::sms("+4915112345678")?.verified(long_ago()))
}

/// When the addresses were verified.
const fn long_ago() -> UnixTime {
    UnixTime::from_secs(1_700_000_000)
}

/// The text at this place of what a server wrote down.
fn text_at<'a>(line: &'a Value, place: &str) -> &'a str {
    line.pointer(place).and_then(Value::as_str).unwrap_or_default()
}

/// Keeps a copy of what was rendered, to compare it with what arrived.
fn keep(place: &Mutex<String>, text: &str) {
    text.clone_into(&mut place.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Shows what the channels answered; the key of the message that was sent.
fn told(journey: &Journey<MemoryStoreError>) -> Outcome<String> {
    for attempt in journey.attempts() {
        println!("{:?}: {:?}", attempt.channel(), attempt.delivery());
    }
    let sent = journey.attempts().find(|attempt| attempt.delivery() == Delivery::Sent);
    Ok(sent.ok_or_else(|| journey.outcome().to_string())?.key().to_string())
}

fn shown(way: &str, found: &str, rendered: &Mutex<String>) -> Outcome<()> {
    if found.as_bytes() != rendered.lock().unwrap_or_else(PoisonError::into_inner).as_bytes() {
        return Err(format!("what arrived by {way} is not what was rendered").into());
    }
    println!("What arrived by {way}, byte for byte as it was rendered:\n{found}\n");
    Ok(())
}

//! The checkout's message, sent through a mail server, an SMSC and a provider's HTTP interface, and what arrived there.
//!
//! `scripts/with-providers cargo run --package providers` starts the three on this machine and runs this. Exits with 0 if
//! each message arrived as it was rendered.
#![allow(clippy::print_stdout, reason = "this is what the example is for")]

use core::error::Error;
use core::num::NonZeroU8;
use core::time::Duration;
use std::process::ExitCode;

use countersign::{
    AsyncChannel as _, Channel as _, Clock as _, Currency, Delivery, EmailTemplate, IdempotencyKey, Issued, Keyring,
    Language, LettreChannel, MailServer, MemoryStore, Money, Operation as _, Payment, Policy, Purpose, Recipient,
    RecipientKind, RootKey, SmsTemplate, Subject, SystemClock, SystemRng, Template, UnixTime, Verifier, Wording,
};
use providers::{HttpAccount, HttpChannel, Place, SmppAccount, SmppChannel, arrived};

/// A payment may be confirmed by e-mail where the policy names it.
const PAY: Purpose<Payment> = Purpose::new("pay", by_email_too());

const fn by_email_too() -> Policy {
    match Policy::PAYMENT.draft().allow(RecipientKind::Email).build() {
        Ok(policy) => policy,
        Err(_) => Policy::PAYMENT,
    }
}

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
    shop.by_smtp().await?;
    shop.by_smpp().await?;
    // A blocking channel, where blocking is allowed.
    tokio::task::block_in_place(|| shop.by_http())
}

struct Shop {
    verifier: Verifier,
    store: MemoryStore,
    order: Payment,
    now: UnixTime,
}

impl Shop {
    fn open() -> Outcome<Self> {
        let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
        let amount = Money::new(129_90, Currency::EUR);
        Ok(Self {
            verifier: Verifier::new(keys),
            store: MemoryStore::new(),
            order: Payment::new(amount, "Anna's Bikes", "DE89370400440532013000", "order 4711")?,
            now: SystemClock.now()?,
        })
    }

    async fn by_smtp(&self) -> Outcome<()> {
        let place = place("MAIL")?;
        let server = MailServer::plain("127.0.0.1").port(place.port);
        let channel = LettreChannel::new(server, "Anna's Bikes", "codes@bikes.example")?;
        let to = Recipient::email("anna@example.com")?.verified(long_ago());
        let issued = self.issue("customer-1", &to)?;
        let message = rendered(&issued, &EmailTemplate::built_in(Language::English)?)??;
        let key = key()?;
        is_sent(channel.send_async(&message, &to, &key).await)?;
        let name = format!("<{key}@bikes.example>");
        let letter = arrived(&place)?.into_iter().find(|letter| letter["headers"]["Message-ID"] == *name);
        let letter = letter.ok_or("no letter arrived")?;
        println!("{}: {}", letter["headers"]["From"], letter["headers"]["Subject"]);
        shown("SMTP", letter["text"].as_str().unwrap_or_default(), message.expose_text())
    }

    async fn by_smpp(&self) -> Outcome<()> {
        let place = place("SMSC")?;
        let account = SmppAccount {
            host: "127.0.0.1".to_owned(),
            port: place.port,
            system_id: "shop".to_owned(),
            password: "secret".to_owned(),
            sender: "BIKES".to_owned(),
        };
        let channel = SmppChannel::new(account, Duration::from_secs(PAY.policy().lifetime().into()));
        let to = Recipient::sms("+4915112345678")?.verified(long_ago());
        let issued = self.issue("customer-2", &to)?;
        let message = rendered(&issued, &sms()?)??;
        let before = arrived(&place)?.len();
        is_sent(channel.send_async(&message, &to, &key()?).await)?;
        let parts = arrived(&place)?;
        let text: String = parts.iter().skip(before).filter_map(|part| part["text"].as_str()).collect();
        shown("SMPP", &text, message.expose())
    }

    fn by_http(&self) -> Outcome<()> {
        let place = place("SMS_GATEWAY")?;
        let url = format!("http://127.0.0.1:{}/messages", place.port);
        let channel = HttpChannel::new(HttpAccount { url, token: "secret".to_owned() });
        let to = Recipient::sms("+4915112345678")?.verified(long_ago());
        let issued = self.issue("customer-3", &to)?;
        let message = rendered(&issued, &sms()?)??;
        let key = key()?;
        is_sent(channel.send(&message, &to, &key))?;
        let found = arrived(&place)?.into_iter().find(|line| line["key"] == key.to_string());
        let found = found.ok_or("no message arrived")?;
        shown("HTTP", found["text"].as_str().unwrap_or_default(), message.expose())
    }

    fn issue(&self, customer: &str, to: &Recipient<'_>) -> Outcome<Issued<'_, Payment>> {
        let customer = Subject::new(customer)?;
        let issue = self.verifier.issue(PAY, &customer, &self.order, to, self.now, &mut SystemRng)?;
        Ok(issue.run(&self.store)?)
    }
}

fn place(kind: &str) -> Outcome<Place> {
    Place::of(kind).ok_or_else(|| "run this with scripts/with-providers, which starts the servers".into())
}

fn sms() -> Outcome<SmsTemplate<Payment>> {
    let wording = Wording::built_in(Language::English)?;
    Ok(SmsTemplate::new(wording).origin("bikes.example")?.parts(NonZeroU8::MIN.saturating_add(1)))
}

fn rendered<T: Template<Payment>>(issued: &Issued<'_, Payment>, template: &T) -> Outcome<T::Message> {
    issued.message(template).ok_or_else(|| "nothing is to be sent".into())
}

/// A name for this send.
fn key() -> Result<IdempotencyKey, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(IdempotencyKey::from_bytes(bytes))
}

fn is_sent(delivery: Delivery) -> Outcome<()> {
    if delivery == Delivery::Sent { Ok(()) } else { Err(format!("the answer is {delivery:?}").into()) }
}

fn shown(way: &str, found: &str, rendered: &str) -> Outcome<()> {
    if found.as_bytes() != rendered.as_bytes() {
        return Err(format!("what arrived by {way} is not what was rendered").into());
    }
    println!("What arrived by {way}, byte for byte as it was rendered:\n{found}\n");
    Ok(())
}

/// When the addresses were verified.
const fn long_ago() -> UnixTime {
    UnixTime::from_secs(1_700_000_000)
}

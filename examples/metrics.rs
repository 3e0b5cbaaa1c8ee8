//! Conversion, refusals by reason, locks and latency, out of nothing but events.
//!
//! `cargo run --example metrics` plays a day at a shop on a clock that is moved by hand, and prints what its operator
//! sees. [`Metrics`] is what to copy: feed it from wherever operations are run.
#![allow(clippy::print_stdout, reason = "this is the operator's screen")]

use core::error::Error;
use std::collections::BTreeMap;

use countersign::{
    ApprovalId, Code, Currency, Event, EventKind, Handle, Keyring, MemoryStore, Money, Observed, Operation, Payment,
    Policy, Purpose, Recipient, RootKey, Slip, Subject, SystemRng, UnixTime, Verifier,
};

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);

/// What an operator looks at. It holds a few numbers, and the challenges that are open.
#[derive(Default)]
struct Metrics {
    /// By purpose.
    conversion: BTreeMap<String, Conversion>,
    /// By reason.
    refusals: BTreeMap<&'static str, u64>,
    /// By kind: locks, and accounts about to be disabled or disabled.
    notices: BTreeMap<&'static str, u64>,
    /// By kind: what nobody could answer.
    trouble: BTreeMap<&'static str, u64>,
    open: BTreeMap<ApprovalId, UnixTime>,
    /// From a challenge to its approval, in seconds.
    seconds: Vec<u64>,
}

#[derive(Default)]
struct Conversion {
    challenges: u64,
    messages: u64,
    approved: u64,
}

/// No code lives longer.
const LONGEST: u64 = 600;

impl Metrics {
    /// Counts one event.
    fn take(&mut self, event: &Event) {
        self.open.retain(|_, since| since.saturating_add(LONGEST) > event.at());
        let conversion = self.conversion.entry(event.purpose().unwrap_or("account").to_owned()).or_default();
        match event.kind() {
            EventKind::Issued => {
                conversion.challenges += 1;
                conversion.messages += 1;
                self.open.extend(event.challenge().map(|challenge| (challenge, event.at())));
            }
            EventKind::Resent => conversion.messages += 1,
            EventKind::Approved => {
                conversion.approved += 1;
                let since = event.challenge().and_then(|challenge| self.open.remove(&challenge));
                self.seconds.extend(since.map(|since| event.at().as_secs().saturating_sub(since.as_secs())));
            }
            EventKind::StoreUnavailable
            | EventKind::CorruptRecord
            | EventKind::Contention
            | EventKind::NewerRecord
            | EventKind::UnknownCodeKey => *self.trouble.entry(event.kind().name()).or_default() += 1,
            _ => {}
        }
        if let Some(reason) = event.reason() {
            *self.refusals.entry(reason.name()).or_default() += 1;
        }
        if let Some(notice) = event.notice() {
            *self.notices.entry(notice.name()).or_default() += 1;
        }
    }

    /// So many of a hundred approvals came within this many seconds.
    fn within(&self, of_100: usize) -> Option<u64> {
        let mut seconds = self.seconds.clone();
        seconds.sort_unstable();
        seconds.get((seconds.len() * of_100).div_ceil(100).checked_sub(1)?).copied()
    }

    fn print(&self) {
        for (purpose, Conversion { challenges, messages, approved }) in &self.conversion {
            let rate = approved * 100 / challenges.max(&1);
            println!("{purpose}: {challenges} challenges, {messages} messages, {approved} approved = {rate} %");
        }
        for (title, numbers) in [("refused", &self.refusals), ("notice", &self.notices), ("trouble", &self.trouble)] {
            for (name, number) in numbers {
                println!("{title} {name}: {number}");
            }
        }
        let within = |of_100| self.within(of_100).map_or("no approval".to_owned(), |seconds| format!("{seconds} s"));
        println!("from the message to the approval: half within {}, 95 of 100 within {}", within(50), within(95));
    }
}

/// A shop that watches itself.
struct Shop {
    verifier: Verifier,
    store: MemoryStore,
    metrics: Metrics,
}

impl Shop {
    /// Runs an operation, and counts what happened, whatever that was.
    fn run<O: Operation>(metrics: &mut Metrics, store: &MemoryStore, operation: O) -> Option<O::Output> {
        let Observed { event, outcome } = operation.run_observed(store);
        metrics.take(&event);
        outcome.ok() // a shop would answer 403 or 503
    }

    fn send(&mut self, customer: &Subject, now: u64) -> Result<Option<(Handle, String)>, Box<dyn Error>> {
        let (order, phone) = (order()?, Recipient::sms("+4915112345678")?.verified(UnixTime::from_secs(1)));
        let issue = self.verifier.issue(PAY, customer, &order, &phone, UnixTime::from_secs(now), &mut SystemRng)?;
        let issued = Self::run(&mut self.metrics, &self.store, issue);
        let read = |slip: &Slip<'_, Payment>| slip.code().to_owned();
        Ok(issued.and_then(|issued| Some((issued.ticket().handle(), issued.message(&read)?))))
    }

    fn confirm(&mut self, customer: &Subject, handle: Handle, typed: &str, now: u64) -> Result<(), Box<dyn Error>> {
        let (code, now) = (Code::parse(typed, PAY.policy().format())?, UnixTime::from_secs(now));
        let verify = self.verifier.verify(PAY, customer, handle, code, order()?, now, &mut SystemRng)?;
        Self::run(&mut self.metrics, &self.store, verify);
        Ok(())
    }
}

fn order() -> Result<Payment, countersign::Invalid> {
    Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711")
}

fn another(code: &str) -> String {
    if code == "000000" { "000001".to_owned() } else { "000000".to_owned() }
}

/// Of a hundred customers ten look away, ten mistype, five are late, and one is guessed at.
fn day(shop: &mut Shop) -> Result<(), Box<dyn Error>> {
    for number in 0..100_u64 {
        let (customer, now) = (Subject::new(&format!("customer-{number}"))?, 1_800_000_000 + 60 * number);
        let Some((handle, code)) = shop.send(&customer, now)? else { continue };
        let wrong = another(&code);
        match number {
            99 => (0..7).try_for_each(|_| shop.confirm(&customer, handle, &wrong, now + 5))?,
            _ if number % 10 == 0 => {}
            _ if number % 10 == 1 => {
                shop.confirm(&customer, handle, &wrong, now + 9)?;
                shop.confirm(&customer, handle, &code, now + 20)?;
            }
            _ if number % 20 == 2 => shop.confirm(&customer, handle, &code, now + 300)?,
            _ => shop.confirm(&customer, handle, &code, now + 10 + number % 10)?,
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
    let mut shop = Shop { verifier: Verifier::new(keys), store: MemoryStore::new(), metrics: Metrics::default() };
    day(&mut shop)?;
    shop.metrics.print();
    Ok(())
}

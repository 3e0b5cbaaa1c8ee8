//! One installation, one customer, one clock that is moved by hand.

use std::cell::{Cell, RefCell};

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

pub const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
pub const START: u64 = 1_800_000_000;

/// Long before `START`, when the phone was verified.
pub const VERIFIED: UnixTime = UnixTime::from_secs(START - 365 * 86_400);

pub fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(seconds)
}

pub fn keyring() -> Keyring {
    Keyring::new(&root(1), &root(2)).unwrap()
}

/// The root key number `n`.
pub fn root(n: u8) -> RootKey {
    RootKey::from_bytes(&[n; 32]).unwrap()
}

pub fn phone() -> Recipient<'static> {
    Recipient::sms("+4915112345678").unwrap().verified(VERIFIED)
}

pub fn eur(minor: u64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub fn payment(minor: u64) -> Payment {
    Payment::new(eur(minor), "Anna's Bikes", "DE89370400440532013000", "order 4711").unwrap()
}

pub fn customer() -> Subject {
    Subject::new("customer-4711").unwrap()
}

/// The code of a message, or nothing if there is no message.
pub fn code_in<B>(issued: &Issued<'_, B>) -> Option<String> {
    issued.message(&|slip: &Slip<'_, B>| slip.code().to_owned())
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|half| char::from_digit(half.into(), 16))
        .collect()
}

/// A code of six digits that is not this one.
pub fn not(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

pub fn six(code: &str) -> Code {
    Code::parse(code, Digits::SIX).unwrap()
}

/// A desk: verifier, store, clock and randomness, and what one does there in a line.
pub struct Desk<S> {
    pub verifier: Verifier,
    pub store: S,
    pub now: Cell<u64>,
    pub rng: RefCell<ChaCha20Rng>,
    /// What is said to have happened here.
    pub events: RefCell<Vec<Event>>,
}

pub type Sent = (Handle, String);

impl<S: Store> Desk<S> {
    pub fn new(store: S) -> Self {
        Self::with_keys(store, keyring())
    }

    pub fn with_keys(store: S, keyring: Keyring) -> Self {
        let rng = RefCell::new(ChaCha20Rng::seed_from_u64(7));
        let events = RefCell::default();
        Self { verifier: Verifier::new(keyring), store, now: Cell::new(START), rng, events }
    }

    /// Another node with the same keys: its randomness is its own, or two nodes would write equal stamps.
    pub fn node(store: S, number: u64) -> Self {
        let desk = Self::new(store);
        desk.rng.replace(ChaCha20Rng::seed_from_u64(1_000 + number));
        desk
    }

    pub fn time(&self) -> UnixTime {
        at(self.now.get())
    }

    pub fn wait(&self, seconds: u64) {
        self.now.set(self.now.get() + seconds);
    }

    /// Runs an operation, and keeps what is said to have happened, which has to agree with what came of it.
    pub fn run<O: Operation>(&self, operation: O) -> Result<O::Output, Failure<S::Error>> {
        let Observed { event, outcome } = operation.run_observed(&self.store);
        assert_eq!(event.at(), self.time());
        agree(&event, &outcome);
        self.events.borrow_mut().push(event);
        outcome
    }

    /// The last thing that happened.
    pub fn event(&self) -> Event {
        *self.events.borrow().last().unwrap()
    }

    /// Makes an operation and runs it.
    pub fn act<'v, O: Operation>(
        &'v self,
        make: impl FnOnce(&'v Verifier, UnixTime, &mut ChaCha20Rng) -> Result<O, Invalid>,
    ) -> Result<O::Output, Failure<S::Error>> {
        let operation = make(&self.verifier, self.time(), &mut self.rng.borrow_mut())?;
        self.run(operation)
    }

    /// Issues for `value` to the phone.
    pub fn issue<B: Binding>(
        &self,
        purpose: Purpose<B>,
        who: &Subject,
        value: &B,
    ) -> Result<Sent, Failure<S::Error>> {
        let rng = &mut *self.rng.borrow_mut();
        let issued = self.run(self.verifier.issue(purpose, who, value, &phone(), self.time(), rng)?)?;
        Ok((issued.ticket().handle(), code_in(&issued).unwrap_or_default()))
    }

    pub fn verify<B: Binding>(
        &self,
        purpose: Purpose<B>,
        who: &Subject,
        handle: Handle,
        code: &str,
        value: B,
    ) -> Result<Approved<B>, Failure<S::Error>> {
        let rng = &mut *self.rng.borrow_mut();
        let code = Code::parse(code, purpose.policy().format())?;
        self.run(self.verifier.verify(purpose, who, handle, code, value, self.time(), rng)?)
    }

    pub fn resend<B: Binding>(
        &self,
        purpose: Purpose<B>,
        who: &Subject,
        handle: Handle,
        value: &B,
    ) -> Result<Sent, Failure<S::Error>> {
        let rng = &mut *self.rng.borrow_mut();
        let resend = self.verifier.resend(purpose, who, handle, value, &phone(), self.time(), rng)?;
        let issued = self.run(resend)?;
        Ok((issued.ticket().handle(), code_in(&issued).unwrap_or_default()))
    }

    pub fn status<B>(&self, purpose: Purpose<B>, who: &Subject) -> Status {
        let look = self.verifier.status(purpose, who, self.time()).unwrap();
        self.run(look).unwrap_or_else(|_| panic!("no status"))
    }
}

/// An event says what came of it, no more and no less.
pub fn agree<T, E>(event: &Event, outcome: &Result<T, Failure<E>>) {
    let kind = event.kind();
    match outcome {
        Ok(_) => {
            let (done, none) = (!matches!(kind, EventKind::Refused | EventKind::StoreUnavailable), None);
            assert!(done && (event.reason(), event.notice(), event.is_charged()) == (none, None, false), "{event:?}");
        }
        Err(Failure::Refused(refused)) => {
            let corrupt = refused.reason() == Reason::CorruptRecord;
            assert_eq!(kind, if corrupt { EventKind::CorruptRecord } else { EventKind::Refused });
            assert_eq!((event.reason(), event.notice()), (Some(refused.reason()), refused.notice()));
            assert_eq!(event.is_charged(), refused.reason() == Reason::WrongCode, "{event:?}");
        }
        Err(Failure::Unavailable(cause)) => {
            let told = match cause {
                Unavailable::Store(_) => EventKind::StoreUnavailable,
                Unavailable::Cause(Cause::Contention) => EventKind::Contention,
                Unavailable::Cause(Cause::UnknownCodeKey) => EventKind::UnknownCodeKey,
                other => panic!("{event:?}: {}", matches!(other, Unavailable::Cause(Cause::NewerRecord))),
            };
            assert_eq!((kind, event.reason(), event.is_charged()), (told, None, false));
        }
        Err(Failure::Invalid(fault)) => panic!("an operation that ran was made: {fault}"),
        Err(other) => panic!("{event:?} of something new: {}", other.refusal().is_some()),
    }
}

/// The refusal that this is, or a panic that says what it is instead.
pub fn refused<T, E: std::fmt::Debug>(result: Result<T, Failure<E>>) -> Refused {
    match result {
        Err(Failure::Refused(refused)) => refused,
        Err(other) => panic!("not refused but {other:?}"),
        Ok(_) => panic!("not refused but approved"),
    }
}

pub fn reason<T, E: std::fmt::Debug>(result: Result<T, Failure<E>>) -> Reason {
    refused(result).reason()
}

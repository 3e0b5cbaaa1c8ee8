//! One installation, one customer, and a route of three legs.

use std::cell::RefCell;
use std::convert::Infallible;

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::scripted::{Hand, Provider, block_on};

pub const START: u64 = 1_800_000_000;
pub const VERIFIED: UnixTime = UnixTime::from_secs(START - 365 * 86_400);
pub const NUMBER: &str = "+4915112345678";
pub const OTHER: &str = "+4915199999999";
pub const EMAIL: &str = "anna@example.com";

pub const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
/// A payment that may be confirmed by e-mail, because it says so, and no second has to pass between messages.
pub const MAILED: Purpose<Payment> = Purpose::new("pay-mailed", built(mailed().gap(0)));
/// The same, with the gap.
pub const PATIENT: Purpose<Payment> = Purpose::new("pay-patient", built(mailed()));

const fn mailed() -> PolicyDraft {
    Policy::PAYMENT.draft().allow(RecipientKind::Email)
}

pub const fn built(draft: PolicyDraft) -> Policy {
    match draft.build() {
        Ok(policy) => policy,
        Err(_) => panic!("the policy is refused"),
    }
}

pub fn text() -> Leg<'static> {
    Leg::new(Recipient::sms(NUMBER).unwrap().verified(VERIFIED))
}

pub fn other_text() -> Leg<'static> {
    Leg::new(Recipient::sms(OTHER).unwrap().verified(VERIFIED))
}

pub fn call() -> Leg<'static> {
    Leg::new(Recipient::voice(NUMBER).unwrap().verified(VERIFIED))
}

pub fn mail() -> Leg<'static> {
    Leg::new(Recipient::email(EMAIL).unwrap().verified(VERIFIED))
}

pub fn route(legs: &[Leg<'static>]) -> Route<'static> {
    Route::new(legs).unwrap()
}

/// A text message, then a call, then an e-mail.
pub fn three() -> Route<'static> {
    route(&[text(), call(), mail()])
}

pub fn payment() -> Payment {
    let eur = Money::new(129_90, Currency::EUR);
    Payment::new(eur, "Anna's Bikes", "DE89370400440532013000", "order 4711").unwrap()
}

pub fn customer() -> Subject {
    Subject::new("customer-4711").unwrap()
}

pub fn verifier() -> Verifier {
    let root = |n| RootKey::from_bytes(&[n; 32]).unwrap();
    Verifier::new(Keyring::new(&root(1), &root(2)).unwrap())
}

/// The code, and nothing else: what a channel is given shows which code it was.
#[expect(clippy::unnecessary_wraps, reason = "a template may fail")]
pub fn words(slip: &Slip<'_, Payment>) -> Result<String, Infallible> {
    Ok(slip.code().to_owned())
}

/// Whether a journey is driven by calls that block or that are awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    Blocking,
    Awaited,
}

impl Drive {
    pub const BOTH: [Self; 2] = [Self::Blocking, Self::Awaited];
}

/// What somebody wants of a post.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Issue,
    Resend(Handle),
    Onward(Handle),
}

pub struct Stage<S> {
    pub verifier: Verifier,
    pub store: S,
    pub clock: ManualClock,
    pub rng: RefCell<ChaCha20Rng>,
}

pub type Went<S> = Result<Journey<<S as Store>::Error>, Failure<<S as Store>::Error>>;

impl<E: Send, S: Store<Error = E> + AsyncStore<Error = E>> Stage<S> {
    pub fn new(store: S) -> Self {
        let clock = ManualClock::new(UnixTime::from_secs(START));
        Self { verifier: verifier(), store, clock, rng: RefCell::new(ChaCha20Rng::seed_from_u64(5)) }
    }

    pub fn now(&self) -> UnixTime {
        self.clock.now().unwrap()
    }

    pub fn since_start(&self) -> u64 {
        self.now().as_secs() - START
    }

    /// One deed and its journey, with this provider for every kind.
    pub fn go(&self, drive: Drive, deed: Deed, errand: &Errand<'_, Payment>, provider: &Provider<'_>) -> Went<S> {
        let carrier = Carrier::new(words, provider);
        let rng = &mut *self.rng.borrow_mut();
        match drive {
            Drive::Blocking => {
                let post = Post::new(&self.verifier, &self.store, &self.clock);
                let post = KINDS.iter().fold(post, |post, kind| post.by(*kind, &carrier));
                let departure = match deed {
                    Deed::Issue => post.issue(errand, rng)?,
                    Deed::Resend(handle) => post.resend(errand, handle, rng)?,
                    Deed::Onward(handle) => post.onward(errand, handle, rng)?,
                };
                Ok(departure.deliver(rng))
            }
            Drive::Awaited => {
                let timer = Hand(&self.clock);
                let post = AsyncPost::new(&self.verifier, &self.store, &self.clock, &timer);
                let post = KINDS.iter().fold(post, |post, kind| post.by(*kind, &carrier));
                block_on(async {
                    let departure = match deed {
                        Deed::Issue => post.issue(errand, rng).await?,
                        Deed::Resend(handle) => post.resend(errand, handle, rng).await?,
                        Deed::Onward(handle) => post.onward(errand, handle, rng).await?,
                    };
                    Ok(departure.deliver(rng).await)
                })
            }
        }
    }

    /// Makes an operation and runs it.
    pub fn act<'v, O: Operation>(
        &'v self,
        make: impl FnOnce(&'v Verifier, UnixTime, &mut ChaCha20Rng) -> Result<O, Invalid>,
    ) -> Result<O::Output, Failure<E>> {
        make(&self.verifier, self.now(), &mut self.rng.borrow_mut())?.run(&self.store)
    }

    pub fn verify(&self, purpose: Purpose<Payment>, handle: Handle, code: &str) -> Result<(), Failure<E>> {
        let code = Code::parse(code, purpose.policy().format())?;
        self.act(|verifier, now, rng| verifier.verify(purpose, &customer(), handle, code, payment(), now, rng))
            .map(drop)
    }

    pub fn day_sends(&self, purpose: Purpose<Payment>) -> u8 {
        let look = self.verifier.status(purpose, &customer(), self.now()).unwrap();
        look.run(&self.store).unwrap_or_else(|_| panic!("no status")).day_sends()
    }
}

pub const KINDS: [RecipientKind; 3] = [RecipientKind::Sms, RecipientKind::Voice, RecipientKind::Email];

pub fn reason<T, E>(result: Result<T, Failure<E>>) -> Option<Reason> {
    result.err().and_then(|failure| failure.refusal().map(Refused::reason))
}

pub fn stopped<E>(journey: &Journey<E>) -> Option<Reason> {
    journey.stopped().and_then(Failure::refusal).map(Refused::reason)
}

pub fn deliveries<E>(journey: &Journey<E>) -> Vec<(RecipientKind, Delivery)> {
    journey.attempts().map(|attempt| (attempt.channel(), attempt.delivery())).collect()
}

use core::cell::RefCell;
use core::convert::Infallible;
use core::fmt;

use countersign::{
    Approved, Code, Currency, Failure, Handle, Invalid, Keyring, Money, Operation, Payment, Policy, Purpose, Reason,
    Recipient, RootKey, Slip, Subject, Unavailable, UnixTime, Verifier,
};
use rand_core::{TryCryptoRng, TryRng};

use crate::nor::{Nor, PowerCut};
use crate::store::{FlashStore, FlashStoreError};

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const START: u64 = 1_800_000_000;

/// What a terminal has beside its flash.
#[derive(Debug)]
pub struct Desk {
    verifier: Verifier,
    customer: Subject,
}

impl Desk {
    /// With keys for tests.
    ///
    /// # Errors
    /// None.
    pub fn new() -> Result<Self, Invalid> {
        let keys = Keyring::new(&RootKey::from_bytes(&[1; 32])?, &RootKey::from_bytes(&[2; 32])?)?;
        Ok(Self { verifier: Verifier::new(keys), customer: Subject::new("customer-4711")? })
    }
}

/// No randomness, but the same numbers in each run: a terminal has a generator of its own to pass on.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A sequence.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl TryRng for Dice {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Ok(mixed ^ (mixed >> 31))
    }

    fn try_fill_bytes(&mut self, place: &mut [u8]) -> Result<(), Infallible> {
        for bytes in place.chunks_mut(8) {
            let thrown = self.try_next_u64()?.to_le_bytes();
            bytes.iter_mut().zip(thrown).for_each(|(place, byte)| *place = byte);
        }
        Ok(())
    }
}

impl TryCryptoRng for Dice {}

/// What went otherwise than it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Surprise(&'static str);

impl Surprise {
    /// A surprise, in words.
    #[must_use]
    pub const fn new(what: &'static str) -> Self {
        Self(what)
    }
}

impl fmt::Display for Surprise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl core::error::Error for Surprise {}

impl From<Invalid> for Surprise {
    fn from(_: Invalid) -> Self {
        Self("a value was refused")
    }
}

/// A payment from its code to its replay, and a stranger who guesses until the purpose is locked, over flash that was
/// formatted; whenever the power goes, it comes back, and the store is opened anew.
///
/// Wherever it goes: one approval at most, an approval or a refusal as "used" for who has the right code, no more guesses
/// judged than five, and the lock.
///
/// # Errors
/// What was otherwise.
pub fn cycle<const WORDS: usize>(desk: &Desk, flash: &RefCell<Nor<WORDS>>) -> Result<(), Surprise> {
    let mut terminal = Terminal { desk, flash, store: opened(flash)?, now: START, dice: Dice::new(7) };
    terminal.pay()?;
    terminal.guess()
}

struct Terminal<'a, const WORDS: usize> {
    desk: &'a Desk,
    flash: &'a RefCell<Nor<WORDS>>,
    store: FlashStore<&'a RefCell<Nor<WORDS>>>,
    now: u64,
    dice: Dice,
}

/// What came of a code that was asked for.
enum Issue {
    Sent(Handle, [u8; 6]),
    Refused(Reason),
    /// The power went.
    None,
}

/// What came of a code that was typed.
enum Answer {
    Approved,
    Refused(Reason),
    /// The power went.
    None,
}

impl<const WORDS: usize> Terminal<'_, WORDS> {
    fn pay(&mut self) -> Result<(), Surprise> {
        let (handle, right) = self.issue()?;
        match self.type_in(handle, wrong(right), order()?)? {
            Answer::Refused(Reason::WrongCode) | Answer::None => {}
            _ => return Err(Surprise("a wrong code was not refused as one")),
        }
        let (mut approvals, mut unanswered) = (0, 0);
        for _ in 0..3 {
            match self.type_in(handle, right, order()?)? {
                Answer::Approved => approvals += 1,
                Answer::None => unanswered += 1,
                Answer::Refused(Reason::AlreadyApproved) if approvals + unanswered > 0 => {}
                Answer::Refused(_) => return Err(Surprise("the right code was refused")),
            }
        }
        match (approvals, unanswered) {
            // Or the power went between the write and its answer: the code is used, and nobody was paid.
            (1, 0 | 1) | (0, 1) => Ok(()),
            _ => Err(Surprise("not one approval")),
        }
    }

    fn guess(&mut self) -> Result<(), Surprise> {
        self.now += 60;
        let (handle, right) = self.issue()?;
        let (mut judged, mut unanswered) = (0, 0);
        let reason = loop {
            match self.type_in(handle, wrong(right), order()?)? {
                Answer::Refused(Reason::WrongCode) => judged += 1,
                Answer::Refused(reason) => break reason,
                Answer::None => unanswered += 1,
                Answer::Approved => return Err(Surprise("a wrong code was approved")),
            }
            if judged > 5 {
                return Err(Surprise("more guesses than five"));
            }
        };
        if !matches!(reason, Reason::Locked | Reason::Exhausted) || judged + unanswered < 5 || unanswered > 1 {
            return Err(Surprise("refused for another reason"));
        }
        if !matches!(self.type_in(handle, right, order()?)?, Answer::Refused(_) | Answer::None) {
            return Err(Surprise("a right code was approved in spite of the lock"));
        }
        self.now += 60;
        match self.try_issue()? {
            Issue::Refused(Reason::Locked) | Issue::None => Ok(()),
            _ => Err(Surprise("not locked")),
        }
    }

    /// A code, for which the customer asks again if the power goes.
    fn issue(&mut self) -> Result<(Handle, [u8; 6]), Surprise> {
        loop {
            match self.try_issue()? {
                Issue::Sent(handle, code) => return Ok((handle, code)),
                Issue::None => self.now += 60,
                Issue::Refused(_) => return Err(Surprise("no code was issued")),
            }
        }
    }

    fn try_issue(&mut self) -> Result<Issue, Surprise> {
        let phone = Recipient::sms("+4915112345678")?.verified(UnixTime::from_secs(START - 1_000_000));
        let (payment, now) = (order()?, UnixTime::from_secs(self.now));
        let desk = self.desk;
        let operation = desk.verifier.issue(PAY, &desk.customer, &payment, &phone, now, &mut self.dice)?;
        let issued = operation.run(&self.store);
        let code = |slip: &Slip<'_, Payment>| slip.code().as_bytes().first_chunk().copied().unwrap_or_default();
        match issued {
            Ok(issued) => {
                let code = issued.message(&code).ok_or(Surprise("no message"))?;
                Ok(Issue::Sent(issued.ticket().handle(), code))
            }
            Err(failure) => Ok(self.failed(failure)?.map_or(Issue::None, Issue::Refused)),
        }
    }

    fn type_in(&mut self, handle: Handle, typed: [u8; 6], payment: Payment) -> Result<Answer, Surprise> {
        let code = Code::parse(str::from_utf8(&typed).unwrap_or_default(), PAY.policy().format())?;
        let now = UnixTime::from_secs(self.now);
        let desk = self.desk;
        let operation = desk.verifier.verify(PAY, &desk.customer, handle, code, payment, now, &mut self.dice)?;
        match operation.run(&self.store) {
            Ok(approved) => self.capture(approved),
            Err(failure) => Ok(self.failed(failure)?.map_or(Answer::None, Answer::Refused)),
        }
    }

    fn capture(&self, approved: Approved<Payment>) -> Result<Answer, Surprise> {
        let payment = approved.take(UnixTime::from_secs(self.now))?;
        if payment == order()? { Ok(Answer::Approved) } else { Err(Surprise("another payment was approved")) }
    }

    /// The reason of a refusal; nothing if the power went, which then is back.
    fn failed(&mut self, failure: Failure<FlashStoreError<PowerCut>>) -> Result<Option<Reason>, Surprise> {
        match failure {
            Failure::Refused(refused) => Ok(Some(refused.reason())),
            Failure::Unavailable(Unavailable::Store(FlashStoreError::Flash(PowerCut))) => {
                self.flash.borrow_mut().power_on();
                self.store = opened(self.flash)?;
                Ok(None)
            }
            _ => Err(Surprise("the store failed, and the power was on")),
        }
    }
}

/// Opens the store; if the power goes meanwhile, once more.
fn opened<const WORDS: usize>(flash: &RefCell<Nor<WORDS>>) -> Result<FlashStore<&RefCell<Nor<WORDS>>>, Surprise> {
    loop {
        match FlashStore::open(flash) {
            Ok(store) => return Ok(store),
            Err(FlashStoreError::Flash(PowerCut)) => flash.borrow_mut().power_on(),
            Err(_) => return Err(Surprise("the store does not open")),
        }
    }
}

fn order() -> Result<Payment, Invalid> {
    Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711")
}

/// Another code.
fn wrong(mut code: [u8; 6]) -> [u8; 6] {
    let [first, ..] = &mut code;
    *first = if *first == b'9' { b'0' } else { *first + 1 };
    code
}

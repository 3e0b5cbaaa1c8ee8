//! One workload a run, for `scripts/instructions`, which counts under callgrind what it takes. Run alone it does each once.

#![expect(clippy::print_stdout, reason = "the names are for the script to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use core::cell::RefCell;
use core::convert::Infallible;
use core::hint::black_box;

use countersign::{
    Algorithm, Code, Currency, Digits, Handle, Hotp, Key, Keyring, Money, Operation as _, Payment, Policy, Purpose,
    Recipient, Record, RootKey, Secret, Skew, Slip, Store, Subject, Swap, Totp, UnixTime, Verifier,
};
use rand_core::{TryCryptoRng, TryRng};

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

const WORKLOADS: [(&str, fn()); 10] = [
    ("generate-sha1", || generate(Algorithm::Sha1)),
    ("generate-sha256", || generate(Algorithm::Sha256)),
    ("generate-sha512", || generate(Algorithm::Sha512)),
    ("check", check),
    ("read-code", read_code),
    ("issue", issue),
    ("verify-right", || verify(false)),
    ("verify-wrong", || verify(true)),
    ("status-of-nothing", || status(&Desk::new())),
    ("status-of-a-record", status_of_a_record),
];

fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    if wanted == "--list" {
        for (name, _) in WORKLOADS {
            println!("{name}");
        }
        return;
    }
    let named = WORKLOADS.iter().filter(|(name, _)| *name == wanted || wanted.starts_with("--"));
    let done = named.map(|(_, workload)| workload()).count();
    assert!(done > 0, "no such workload");
}

/// What is counted: nothing outside of it is.
#[inline(never)]
fn measured<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

/// The second of two: the first asks the processor what it can do.
fn second<T>(mut work: impl FnMut() -> T) {
    black_box(work());
    measured(work);
}

fn hotp(algorithm: Algorithm) -> Hotp {
    Hotp::new(&Secret::from_bytes(&[7; 20]).unwrap(), algorithm, Digits::SIX)
}

fn generate(algorithm: Algorithm) {
    let hotp = hotp(algorithm);
    second(|| black_box(&hotp).generate(black_box(7)));
}

/// A wrong code against three steps.
fn check() {
    let totp = Totp::new(hotp(Algorithm::Sha1));
    let (typed, skew) = (Code::parse("000000", Digits::SIX).unwrap(), Skew::new(1, 1).unwrap());
    second(|| assert_eq!(black_box(&totp).check(black_box(&typed), black_box(NOW), skew), None));
}

fn read_code() {
    second(|| Code::parse(black_box("067820"), Digits::SIX).unwrap());
}

fn issue() {
    black_box(Desk::new().issue());
    let mut desk = Desk::new();
    measured(|| desk.issue());
}

fn verify(wrong: bool) {
    let typed = |mut code: [u8; 6]| {
        let [first, ..] = &mut code;
        *first ^= u8::from(wrong);
        Code::parse(str::from_utf8(&code).unwrap(), Digits::SIX).unwrap()
    };
    let mut desk = Desk::new();
    let (handle, code) = desk.issue();
    let code = typed(code);
    let approved = measured(|| desk.verify(handle, code));
    assert_eq!(approved, !wrong);
}

fn status_of_a_record() {
    let mut desk = Desk::new();
    desk.issue();
    status(&desk);
}

fn status(desk: &Desk) {
    second(|| desk.verifier.status(PAY, &desk.customer, black_box(NOW)).unwrap().run(&desk.shelf).unwrap());
}

/// Room for one record: a store's own work is not to be counted.
#[derive(Default)]
struct Shelf(RefCell<Option<Record>>);

impl Store for Shelf {
    type Error = Infallible;

    fn load(&self, _: &Key) -> Result<Option<Record>, Infallible> {
        Ok(self.0.borrow().clone())
    }

    fn swap(&self, _: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Infallible> {
        if self.0.borrow().as_ref() != seen {
            return Ok(Swap::Stale);
        }
        self.0.replace(Some(next.clone()));
        Ok(Swap::Done)
    }
}

/// No randomness: what a generator costs is not to be counted either.
struct Ones;

impl TryRng for Ones {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(1)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(1)
    }

    fn try_fill_bytes(&mut self, place: &mut [u8]) -> Result<(), Infallible> {
        place.fill(1);
        Ok(())
    }
}

impl TryCryptoRng for Ones {}

struct Desk {
    verifier: Verifier,
    customer: Subject,
    shelf: Shelf,
}

impl Desk {
    fn new() -> Self {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        let verifier = Verifier::new(Keyring::new(&root(1), &root(2)).unwrap());
        Self { verifier, customer: Subject::new("customer-4711").unwrap(), shelf: Shelf::default() }
    }

    fn issue(&mut self) -> (Handle, [u8; 6]) {
        let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1));
        let payment = order();
        let issue = self.verifier.issue(PAY, &self.customer, &payment, &phone, NOW, &mut Ones).unwrap();
        let issued = issue.run(&self.shelf).unwrap();
        let code = |slip: &Slip<'_, Payment>| slip.code().as_bytes().try_into().unwrap();
        (issued.ticket().handle(), issued.message(&code).unwrap())
    }

    fn verify(&mut self, handle: Handle, code: Code) -> bool {
        let verify = self.verifier.verify(PAY, &self.customer, handle, code, order(), NOW, &mut Ones).unwrap();
        verify.run(&self.shelf).is_ok()
    }
}

fn order() -> Payment {
    let amount = Money::new(129_90, Currency::EUR);
    Payment::new(amount, "Anna's Bikes", "DE89370400440532013000", "order 4711").unwrap()
}

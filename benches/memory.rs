//! Does the memory store's memory follow the records that must be kept?
//!
//! `cargo bench --bench memory` issues ten million codes, each to another customer, ten seconds apart on a hand-moved
//! clock: three years and two months. Eight in ten customers never type a wrong code, one in ten types one, and one in ten
//! is locked out. Each kind has a store of its own, so that they can be told apart. It stops if a store ever holds more
//! than twice what must be kept, or less than that.

#![expect(clippy::print_stdout, reason = "the table is for a person to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::collections::VecDeque;
use std::sync::Arc;

use countersign::{
    Clock as _, Code, Currency, Digits, Failure, Keyring, ManualClock, MemoryStore, Money, Operation as _, Payment,
    Policy, Purpose, Recipient, RootKey, Slip, Subject, UnixTime, Verifier,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const START: UnixTime = UnixTime::from_secs(1_800_000_000);
const DAY: u64 = 86_400;

fn main() {
    let glance = std::env::args().any(|argument| argument == "--test");
    // Seconds from one issue to the next: either way they fill three years.
    let (issues, pace) = if glance { (20_000, 5_000) } else { (10_000_000, 10) };
    let mut shop = Shop::new(pace);
    println!("{:>10} {:>6}  {:^21} {:^21} {:^21} {:>9}", "issues", "days", "clean", "failing", "locked", "resident");
    println!("{:>10} {:>6}  {}", "", "", "     held  must keep ".repeat(3));
    for number in 0..issues {
        shop.serve(number);
        if (number + 1) % (issues / 20) == 0 {
            shop.report(number + 1);
        }
    }
}

/// What customers of one kind do, and for how long they must be remembered.
struct Kind {
    store: MemoryStore,
    wrong_codes: u8,
    keep: u64,
    /// When each record may be forgotten, the oldest first.
    due: VecDeque<u64>,
}

struct Shop {
    clock: Arc<ManualClock>,
    verifier: Verifier,
    rng: ChaCha20Rng,
    kinds: [Kind; 3],
    payment: Payment,
    pace: u64,
}

impl Shop {
    fn new(pace: u64) -> Self {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        let clock = Arc::new(ManualClock::new(START));
        let kind = |wrong_codes, keep| Kind {
            store: MemoryStore::with_clock(Arc::clone(&clock)),
            wrong_codes,
            keep,
            due: VecDeque::new(),
        };
        // To the end of the day window, or 400 days; and a day of margin.
        let kinds = [kind(0, 2 * DAY), kind(1, 401 * DAY), kind(5, 401 * DAY)];
        let payment =
            Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711");
        Self {
            verifier: Verifier::new(Keyring::new(&root(1), &root(2)).unwrap()),
            rng: ChaCha20Rng::seed_from_u64(7),
            payment: payment.unwrap(),
            pace,
            clock,
            kinds,
        }
    }

    /// One more customer, who asks for a code and then types as many wrong ones as his kind does.
    fn serve(&mut self, number: u64) {
        self.clock.advance(self.pace);
        let now = self.clock.now().unwrap();
        let Self { verifier, rng, kinds: [clean, failing, locked], payment, .. } = self;
        let kind = match number % 10 {
            0..=7 => clean,
            8 => failing,
            _ => locked,
        };
        let subject = Subject::from_bytes(&number.to_be_bytes()).unwrap();
        let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1));
        let issued = verifier.issue(PAY, &subject, payment, &phone, now, rng).unwrap().run(&kind.store).unwrap();
        let handle = issued.ticket().handle();
        for _ in 0..kind.wrong_codes {
            let wrong = issued.message(&|slip: &Slip<'_, Payment>| wrong_code(slip.code())).unwrap();
            let verify = verifier.verify(PAY, &subject, handle, wrong, payment.clone(), now, rng).unwrap();
            assert!(matches!(verify.run(&kind.store), Err(Failure::Refused(_))), "a wrong code is refused");
        }
        kind.due.push_back(now.as_secs() + kind.keep);
        while kind.due.front().is_some_and(|due| *due <= now.as_secs()) {
            kind.due.pop_front();
        }
    }

    fn report(&self, issues: u64) {
        let days = (self.clock.now().unwrap().as_secs() - START.as_secs()) / DAY;
        print!("{issues:>10} {days:>6} ");
        for kind in &self.kinds {
            let (held, due) = (kind.store.len(), kind.due.len());
            print!(" {held:>9} {due:>10} ");
            assert!(held >= due, "forgot what must be kept");
            assert!(held <= 2 * due + 500, "keeps what may be forgotten");
        }
        println!("{:>6} MB", resident_megabytes().map_or_else(String::new, |megabytes| megabytes.to_string()));
    }
}

fn wrong_code(right: &str) -> Code {
    let number = (right.parse::<u32>().unwrap() + 1) % 1_000_000;
    Code::parse(&format!("{number:06}"), Digits::SIX).unwrap()
}

/// What the system says this process holds, where it says so.
fn resident_megabytes() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let resident = pages.split(' ').nth(1)?.parse::<u64>().ok()?;
    Some(resident * 4_096 / 1_000_000)
}

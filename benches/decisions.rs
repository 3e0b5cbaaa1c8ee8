//! What a decision costs, beside one code.
//!
//! `cargo bench --bench decisions` ends with the ratio of a whole `verify` to one SHA-256 `Hotp::generate`.

#![expect(clippy::print_stdout, reason = "the ratios are for a person to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

#[path = "shared/ratio.rs"]
mod ratio;

use core::cell::RefCell;
use core::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

use countersign::{
    Algorithm, Approved, Code, Currency, Digits, Handle, Hotp, Keyring, MemoryStore, Money, Operation as _, Payment,
    Policy, Purpose, Recipient, RootKey, Secret, Slip, Subject, UnixTime, Verifier,
};
use criterion::{BatchSize, Criterion};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{SeedableRng as _, TryCryptoRng};
use ratio::{Effort, report};

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("decide");
    let desk = Desk::new();
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let mut counter = 0;
    group.bench_function("issue", |bencher| {
        bencher.iter(|| {
            counter += 1;
            desk.issue(counter, &mut rng)
        });
    });
    group.bench_function("verify, the right code", |bencher| {
        bencher.iter_batched(
            || {
                counter += 1;
                desk.issue(counter, &mut ChaCha20Rng::seed_from_u64(counter))
            },
            |open| desk.verify(open, &mut rng),
            BatchSize::SmallInput,
        );
    });
    group.finish();
    criterion.final_summary();
    ratios(Effort::of_this_run(Effort { rounds: 301, calls: 500 }));
}

fn ratios(effort: Effort) {
    let secret = Secret::from_bytes(&[7; 32]).unwrap();
    let hotp = Hotp::new(&secret, Algorithm::Sha256, Digits::SIX);
    let mut counter = 0;
    let mut generate = || {
        counter += 1;
        black_box(hotp.generate(black_box(counter)));
    };
    let mut user_space = ChaCha20Rng::seed_from_u64(2);
    let measured = verifications(effort, &mut user_space, &mut generate);
    report("verify through MemoryStore, user-space randomness / SHA-256 Hotp::generate", measured, 18.0);
    let (verify, one_code) = verifications(effort, &mut getrandom::SysRng, &mut generate);
    println!("the same with the system's randomness: {verify:.1} ns / {one_code:.1} ns = {:.2}", verify / one_code);
    threads(effort);
}

/// One verification of a right code a call. Each round's challenges are issued before it, for subjects of its own.
fn verifications<R: TryCryptoRng>(effort: Effort, rng: &mut R, generate: &mut impl FnMut()) -> (f64, f64) {
    let desk = RefCell::new(Desk::new());
    let mut issuing = ChaCha20Rng::seed_from_u64(3);
    let ready = || {
        desk.replace(Desk::new());
        (0..u64::from(effort.calls)).map(|number| desk.borrow().issue(number, &mut issuing)).collect()
    };
    effort.turns(ready, |open| drop(black_box(desk.borrow().verify(open, rng))), generate)
}

/// Verifications a second by one thread, and by two on different subjects.
#[expect(clippy::cast_precision_loss, reason = "a count of calls fits a double")]
fn threads(effort: Effort) {
    let each = effort.rounds as u64 * u64::from(effort.calls) / 2;
    let rate = |threads: u64| {
        let desk = Desk::new();
        let barrier = Barrier::new(usize::try_from(threads).unwrap() + 1);
        let started = std::thread::scope(|scope| {
            for thread in 0..threads {
                let (desk, barrier) = (&desk, &barrier);
                scope.spawn(move || {
                    let mut rng = ChaCha20Rng::seed_from_u64(thread);
                    let open = (0..each).map(|n| desk.issue(thread * each + n, &mut rng)).collect::<Vec<_>>();
                    barrier.wait();
                    for open in open {
                        drop(desk.verify(open, &mut rng));
                    }
                });
            }
            barrier.wait();
            Instant::now()
        });
        (threads * each) as f64 / started.elapsed().as_secs_f64()
    };
    let (one, two) = (rate(1), rate(2));
    println!(
        "verifications a second: {one:.0} by one thread, {two:.0} by two on different subjects = {:.2}",
        two / one
    );
}

/// A challenge that waits for its code.
struct Open {
    subject: Subject,
    handle: Handle,
    code: Code,
    payment: Payment,
}

struct Desk {
    verifier: Verifier,
    store: MemoryStore,
}

impl Desk {
    fn new() -> Self {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        let verifier = Verifier::new(Keyring::new(&root(1), &root(2)).unwrap());
        Self { verifier, store: MemoryStore::new() }
    }

    /// A 16-byte subject, a 30-byte payee, a 34-byte account and a 35-byte reference.
    fn issue<R: TryCryptoRng>(&self, number: u64, rng: &mut R) -> Open {
        let subject = Subject::from_bytes(&(u128::from(number) + 1).to_be_bytes()).unwrap();
        let amount = Money::new(129_90, Currency::EUR);
        let (payee, account) = ("The Bicycle Shop of Anna & Co.", "GB29NWBK60161331926819000000000000");
        let payment = Payment::new(amount, payee, account, "order 4711 of 22 November 2026, 10x").unwrap();
        let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1));
        let issue = self.verifier.issue(PAY, &subject, &payment, &phone, NOW, rng).unwrap();
        let issued = issue.run(&self.store).unwrap();
        let code =
            issued.message(&|slip: &Slip<'_, Payment>| Code::parse(slip.code(), Digits::SIX).unwrap()).unwrap();
        Open { subject, handle: issued.ticket().handle(), code, payment }
    }

    fn verify<R: TryCryptoRng>(&self, open: Open, rng: &mut R) -> Approved<Payment> {
        let Open { subject, handle, code, payment } = open;
        self.verifier.verify(PAY, &subject, handle, code, payment, NOW, rng).unwrap().run(&self.store).unwrap()
    }
}

//! What a code costs, beside what it must cost at least and beside what other crates take for it.
//!
//! `cargo bench --bench codes` ends with two ratios and their targets. The first reads higher while another thread is
//! busy on the same core: a processor overlaps the end of one code with the beginning of the next, and has less room
//! for it then.

#![expect(clippy::print_stdout, reason = "the ratios are for a person to read")]
#![expect(clippy::expect_used, reason = "a bench may stop")]
#![expect(clippy::indexing_slicing, reason = "a bench may stop")]

#[path = "shared/ratio.rs"]
mod ratio;

use core::hint::black_box;

use countersign::{Algorithm, Code, Digits, Hotp, Secret, Skew, Totp, UnixTime};
use criterion::Criterion;
use ratio::{Effort, report};
use sha1::block_api::compress;

const SEED: &[u8; 64] = b"1234567890123456789012345678901234567890123456789012345678901234";
/// A moment whose three candidates are none of them `000000`.
const NOW: u64 = 1_234_567_890;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    generate(&mut criterion);
    check(&mut criterion);
    criterion.final_summary();
    ratios(Effort::of_this_run(Effort { rounds: 501, calls: 2_000 }));
}

fn generate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("generate");
    for (name, algorithm) in [("sha1", Algorithm::Sha1), ("sha256", Algorithm::Sha256), ("sha512", Algorithm::Sha512)]
    {
        let hotp = hotp(algorithm);
        group.bench_function(name, |bencher| bencher.iter(|| hotp.generate(black_box(7))));
    }
    let other = otpauth::HOTP::from_bytes(&SEED[..20]);
    group.bench_function("otpauth sha1", |bencher| bencher.iter(|| other.generate(black_box(7))));
    group.bench_function("two sha1 compressions", |bencher| bencher.iter(two_compressions));
    group.finish();
}

fn check(criterion: &mut Criterion) {
    let (totp, other, typed) = (Totp::new(hotp(Algorithm::Sha1)), totp_rs(), wrong());
    let mut group = criterion.benchmark_group("check");
    group.bench_function("three steps", |bencher| bencher.iter(|| ours(&totp, &typed)));
    group.bench_function("three steps, totp-rs", |bencher| bencher.iter(|| theirs(&other)));
    group.bench_function("parse", |bencher| bencher.iter(|| Code::parse(black_box("000000"), Digits::SIX)));
    group.finish();
}

fn ratios(effort: Effort) {
    let keyed = hotp(Algorithm::Sha1);
    let generated = effort.turns(
        || (0..u64::from(effort.calls)).collect(),
        |counter| drop(black_box(keyed.generate(black_box(counter)))),
        || _ = black_box(two_compressions()),
    );
    report("Hotp::generate (SHA-1) / two sha1 compressions", generated, 1.40);

    let (totp, other, typed) = (Totp::new(hotp(Algorithm::Sha1)), totp_rs(), wrong());
    assert!(ours(&totp, &typed).is_none() && theirs(&other).is_none(), "the code must be wrong for both");
    let checked = effort.turns(
        || vec![(); effort.calls as usize],
        |()| _ = black_box(ours(&totp, &typed)),
        || _ = black_box(theirs(&other)),
    );
    report("Totp::check of a wrong code, 3 steps / totp-rs", checked, 0.65);
}

/// What no HMAC can do without, however its key is kept.
fn two_compressions() -> [u32; 5] {
    let mut state = black_box([1, 2, 3, 4, 5]);
    compress(&mut state, black_box(&[[6; 64]]));
    compress(&mut state, black_box(&[[7; 64]]));
    state
}

fn ours(totp: &Totp, typed: &Code) -> Option<u64> {
    let skew = Skew::new(1, 1).unwrap_or_default();
    black_box(totp).check(black_box(typed), UnixTime::from_secs(black_box(NOW)), skew)
}

fn theirs(totp: &totp_rs::Totp) -> Option<u64> {
    black_box(totp).check(black_box("000000"), black_box(NOW))
}

fn hotp(algorithm: Algorithm) -> Hotp {
    let secret = Secret::from_bytes(&SEED[..algorithm.key_length()]).expect("a good length");
    Hotp::new(&secret, algorithm, Digits::SIX)
}

fn totp_rs() -> totp_rs::Totp {
    totp_rs::Builder::new().with_skew(1).with_step_duration(30).with_secret(&SEED[..20]).build_noncompliant()
}

fn wrong() -> Code {
    Code::parse("000000", Digits::SIX).expect("six digits")
}

//! F59: what a comparison does must not depend on the codes and keys that it compares, shown by counting.
//!
//! Each scenario is one comparison in a process of its own, under valgrind's callgrind. Within a group nothing may
//! differ but secrets, so instructions, reads, writes, conditional and indirect branches must be equal to the last one.
//! A comparison that gives up early, as `==` does, is counted in the same run and has to be caught.
//!
//! ```sh
//! COUNTERSIGN_VALGRIND=$(command -v valgrind) cargo test --release --test constant_time -- --ignored --nocapture
//! ```
//!
//! What this does not see: *which* addresses are read (two lookups in a table count alike), two branches that are
//! swapped for one another, instructions whose time depends on their operands, and whatever the processor does by
//! itself. It counts what this compiler made for this processor, and valgrind offers no SHA extensions, so the portable
//! compression of the hash crates is what runs. Nor does it cover paths that no scenario takes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, unreachable_pub)] // and is no library

use std::collections::BTreeMap;
use std::env;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// The path of valgrind.
const VALGRIND: &str = "COUNTERSIGN_VALGRIND";
const SCENARIO: &str = "COUNTERSIGN_SCENARIO";
const SEED: &[u8; 20] = b"12345678901234567890";
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const EVENTS: [&str; 5] = ["Ir", "Dr", "Dw", "Bc", "Bi"];

/// Groups whose scenarios must count alike: what is done, and with which code. The answer is the same within each,
/// because writing down `Some(1)` is one instruction more than writing down `None`.
///
/// Of the seed, counters 0, 1 and 2 have the codes 755224, 287082 and 359152 (RFC 4226, appendix D).
/// A decoy costs what a known subject does, and its right code what a wrong one does.
const ALIKE: [(&str, &[&str]); 12] = [
    ("find-sha1", &["755224", "287082", "359152"]),
    ("find-sha1", &["000000", "387082", "287083", "999999"]),
    ("find-sha256", &["first", "middle", "last"]),
    ("find-sha256", &["000000", "999999"]),
    ("find-sha512", &["first", "middle", "last"]),
    ("find-sha512", &["000000", "999999"]),
    ("find-other-key", &["000000", "111111", "222222", "333333", "444444", "555555", "666666"]),
    ("check", &["755224", "287082", "359152"]),
    ("check", &["000000", "387082", "287083", "999999"]),
    ("verify", &["wrong-first", "wrong-last", "wrong-all", "decoy-right", "decoy-wrong-first", "decoy-wrong-last"]),
    ("verify-letters", &["wrong-first", "wrong-last", "wrong-all"]),
    ("parse", &["000000", "987654", "755224"]),
];

/// The control: the same candidates, compared byte by byte until something differs.
const EARLY: (&str, &[&str]) = ("early-exit", &["755224", "359152", "387082", "287083"]);

#[test]
#[ignore = "needs valgrind, whose path it reads from COUNTERSIGN_VALGRIND; best with --release"]
fn f59_asvs_11_2_4_a_comparison_costs_the_same_whatever_matches() {
    let valgrind = env::var_os(VALGRIND).expect("COUNTERSIGN_VALGRIND is the path of valgrind");
    let count = |what: &str, code: &str| {
        let counts = counts(Path::new(&valgrind), &format!("{what} {code}"));
        println!("{what:>16} {code:>12} {counts:?}");
        counts
    };
    for (what, codes) in ALIKE {
        let all: Vec<_> = codes.iter().map(|code| count(what, code)).collect();
        assert!(all.iter().all(|counts| *counts == all[0]), "{what}: {all:?}");
    }
    let (what, codes) = EARLY;
    let all: Vec<_> = codes.iter().map(|code| count(what, code)).collect();
    for (i, counts) in all.iter().enumerate() {
        assert!(!all[..i].contains(counts), "the control was not caught: {all:?}");
    }
}

#[test]
#[ignore = "needs valgrind, whose path it reads from COUNTERSIGN_VALGRIND; best with --release"]
fn f43_ten_megabytes_cost_no_more_than_six_hundred_bytes() {
    let valgrind = env::var_os(VALGRIND).expect("COUNTERSIGN_VALGRIND is the path of valgrind");
    for what in ["long-code", "long-spaced", "long-secret", "long-lenient", "long-subject", "long-text", "long-email"]
    {
        let [short, long] =
            ["600", "10485760"].map(|length| counts(Path::new(&valgrind), &format!("{what} {length}")));
        println!("{what:>16} {long:?}");
        assert_eq!(short, long, "{what}");
    }
}

/// Not a test: what runs under valgrind.
#[test]
#[ignore = "started by the other one"]
fn scenario() {
    let Ok(scenario) = env::var(SCENARIO) else {
        return;
    };
    let (what, code) = scenario.split_once(' ').unwrap();
    match what {
        "find-sha1" => find(SEED, Algorithm::Sha1, code),
        "find-sha256" => find(&[7; 32], Algorithm::Sha256, code),
        "find-sha512" => find(&[7; 64], Algorithm::Sha512, code),
        "find-other-key" => find(&[code.as_bytes()[0]; 20], Algorithm::Sha1, "000001"),
        "check" => check(code),
        "verify" => verify(Digits::SIX.into(), code),
        "verify-letters" => verify(Format::letters(8).unwrap(), code),
        "parse" => drop(measured(|| Code::parse(black_box(code), Digits::SIX)).unwrap()),
        "early-exit" => early_exit(code),
        long => over_long(long, code.parse().unwrap()),
    }
}

/// A text that is refused for its length, cut from the same ten megabytes.
fn over_long(what: &str, length: usize) {
    let megabytes = "A".repeat(10 << 20);
    let text = black_box(&megabytes[..length]);
    let refused = match what {
        "long-code" => measured(|| Code::parse(text, Digits::SIX).is_err()),
        "long-spaced" => measured(|| Code::parse_spaced(text, Digits::SIX).is_err()),
        "long-secret" => measured(|| Secret::from_base32(text).is_err()),
        "long-lenient" => measured(|| Secret::from_base32_lenient(text).is_err()),
        "long-subject" => measured(|| Subject::new(text).is_err()),
        "long-text" => measured(|| Text::<64>::new(text).is_err()),
        "long-email" => measured(|| Recipient::email(text).is_err()),
        other => panic!("{other} is no scenario"),
    };
    assert!(refused);
}

/// Only what happens in here is counted.
#[inline(never)]
fn measured<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

fn find(key: &[u8], algorithm: Algorithm, code: &str) {
    let hotp = Hotp::new(&Secret::from_bytes(key).unwrap(), algorithm, Digits::SIX);
    let (code, expected) = match code {
        "first" => (hotp.generate(0), Some(0)),
        "middle" => (hotp.generate(1), Some(1)),
        "last" => (hotp.generate(2), Some(2)),
        text => (Code::parse(text, Digits::SIX).unwrap(), rfc_4226(text)),
    };
    let window = Window::ahead(0, 3).unwrap();
    assert_eq!(measured(|| black_box(&hotp).find(black_box(&code), window)), expected);
}

fn check(text: &str) {
    let totp = Totp::new(Hotp::new(&Secret::from_bytes(SEED).unwrap(), Algorithm::Sha1, Digits::SIX));
    let (code, skew) = (Code::parse(text, Digits::SIX).unwrap(), Skew::new(1, 1).unwrap());
    let time = UnixTime::from_secs(45);
    assert_eq!(measured(|| black_box(&totp).check(black_box(&code), time, skew)), rfc_4226(text));
}

fn rfc_4226(code: &str) -> Option<u64> {
    ["755224", "287082", "359152"].iter().position(|known| *known == code).map(|counter| counter as u64)
}

/// A whole decision on a record with one open challenge. A decoy's right code is that of its twin: the same nonce.
fn verify(format: Format, typed: &str) {
    let (decoy, typed) = typed.strip_prefix("decoy-").map_or((false, typed), |typed| (true, typed));
    let policy = Policy::PAYMENT.draft().format(format).build().unwrap();
    let purpose = Purpose::<Payment>::new("pay", policy);
    let keys = [1, 2].map(|byte| RootKey::from_bytes(&[byte; 32]).unwrap());
    let verifier = Verifier::new(Keyring::new(&keys[0], &keys[1]).unwrap());
    let who = Subject::new("customer-4711").unwrap();
    let payment = || Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89", "order 1").unwrap();
    let issue = |recipient: Recipient<'_>| {
        let (store, value) = (MemoryStore::new(), payment());
        let rng = &mut ChaCha20Rng::seed_from_u64(59);
        let issued = verifier.issue(purpose, &who, &value, &recipient, NOW, rng).unwrap().run(&store).unwrap();
        let code = issued.message(&|slip: &Slip<'_, Payment>| slip.code().to_owned());
        (store, issued.ticket().handle(), code)
    };
    let (twin, handle, right) = issue(Recipient::sms("+4915112345678").unwrap().verified(NOW));
    let store = if decoy { issue(Recipient::decoy(RecipientKind::Sms)).0 } else { twin };
    let code = Code::parse(&altered(&right.unwrap(), typed), format).unwrap();
    let rng = &mut ChaCha20Rng::seed_from_u64(60);
    let verify = verifier.verify(purpose, &who, handle, code, payment(), NOW, rng).unwrap();
    let seen = store.load(verify.key()).unwrap();
    let step = measured(|| black_box(&verify).step(black_box(seen.as_ref())));
    assert!(matches!(step, Step::Write(..)));
    assert!(verify.run(&store).is_err());
}

/// The code with its first, its last or every symbol changed.
fn altered(right: &str, how: &str) -> String {
    let last = right.len() - 1;
    let wrong = |symbol: char| if symbol == '1' { '2' } else { '1' };
    let changes = |place: usize| match how {
        "right" => false,
        "wrong-first" => place == 0,
        "wrong-last" => place == last,
        _ => true,
    };
    right.chars().enumerate().map(|(place, symbol)| if changes(place) { wrong(symbol) } else { symbol }).collect()
}

fn early_exit(code: &str) {
    let candidates = ["755224", "287082", "359152"];
    let same = |candidate: &&str| candidate.bytes().zip(code.bytes()).all(|(a, b)| black_box(a) == b);
    measured(|| black_box(&candidates).iter().any(same));
}

/// Runs one scenario under callgrind, and answers what it counted inside `measured`.
fn counts(valgrind: &Path, scenario: &str) -> BTreeMap<&'static str, u64> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("callgrind {scenario}"));
    let output = Command::new(valgrind)
        .args([
            "--tool=callgrind",
            "--branch-sim=yes",
            "--cache-sim=yes",
            "--toggle-collect=*constant_time*measured*",
        ])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(env::current_exe().unwrap())
        .args(["--exact", "scenario", "--ignored", "--test-threads=1"])
        .env(SCENARIO, scenario)
        .output()
        .unwrap();
    assert!(output.status.success(), "{scenario}: {}", String::from_utf8_lossy(&output.stderr));
    let profile = std::fs::read_to_string(file).unwrap();
    let line = |label: &str| profile.lines().find_map(|line| line.strip_prefix(label)).unwrap();
    let totals = line("totals:").split_whitespace().map(|count| count.parse().unwrap());
    // Zeros at the end of a line are left out.
    let events = line("events:").split_whitespace().zip(totals.chain(std::iter::repeat(0)));
    let wanted = |(event, count)| EVENTS.iter().find(|name| **name == event).map(|name| (*name, count));
    let counts: BTreeMap<&str, u64> = events.filter_map(wanted).collect();
    assert!(counts.len() == EVENTS.len() && counts["Ir"] > 20, "{scenario}: nothing was counted: {counts:?}");
    counts
}

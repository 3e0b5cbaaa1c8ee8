//! The part count against `smsutil`, a Python package that divides messages: the same parts on random texts.
//!
//! ```sh
//! pip install --no-deps --target DIRECTORY smsutil==1.1.3
//! COUNTERSIGN_SMSUTIL=DIRECTORY cargo test --test sms_parts -- --ignored
//! ```

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation)] // and is no library

use std::io::Write as _;
use std::process::{Command, Stdio};

use countersign::{SmsCount, SmsEncoding};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};

/// Reads a list of texts, writes a list of [is it GSM-7, units, parts].
const PROGRAM: &str = "\
import json, sys, smsutil
def count(text):
    split = smsutil.split(text)
    gsm = split.encoding == 'gsm0338'
    return [gsm, split.total_bytes // (1 if gsm else 2), len(split.parts)]
json.dump([count(text) for text in json.load(sys.stdin)], sys.stdout)
";

/// What `smsutil` says of each text.
fn theirs(texts: &[String]) -> Vec<(bool, usize, usize)> {
    let package =
        std::env::var("COUNTERSIGN_SMSUTIL").expect("COUNTERSIGN_SMSUTIL names a directory with smsutil in it");
    let mut python = Command::new("python3");
    python.args(["-c", PROGRAM]).env("PYTHONPATH", package).env("PYTHONUTF8", "1");
    let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3 starts");
    child.stdin.take().unwrap().write_all(serde_json::to_string(texts).unwrap().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Lengths around the ends of one to four parts; extension characters and pairs seldom, often and only.
fn texts() -> Vec<String> {
    const PLAIN: &str = "abcXYZ 0123456789@£ΔΩéüß!?\n";
    const EXTENDED: &str = "€^{}[]~|\\";
    const FOREIGN: &str = "支付安娜ёλç`“…";
    const PAIRS: &str = "😀🇩👍𝒜";
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let mut text = |round: usize| {
        let kinds: &[&str] = match round % 6 {
            0 => &[PLAIN],
            1 => &[PLAIN, PLAIN, PLAIN, EXTENDED],
            2 => &[EXTENDED],
            3 => &[FOREIGN],
            4 => &[PLAIN, EXTENDED, FOREIGN, PAIRS],
            _ => &[PAIRS],
        };
        let near = [30, 66, 70, 80, 134, 153, 160, 201, 306, 459][rng.next_u32() as usize % 10];
        let length = near + rng.next_u32() as usize % 9 - 4;
        let mut draw = |from: usize| rng.next_u32() as usize % from;
        let mut character = || {
            let kind: Vec<char> = kinds[draw(kinds.len())].chars().collect();
            kind[draw(kind.len())]
        };
        (0..length).map(|_| character()).collect()
    };
    (0..6_000).map(&mut text).collect()
}

#[test]
#[ignore = "needs Python and its package smsutil, whose directory it reads from COUNTERSIGN_SMSUTIL"]
fn msg_3_parts_are_counted_as_smsutil_divides() {
    let texts = texts();
    let theirs = theirs(&texts);
    assert_eq!(theirs.len(), texts.len());
    for (text, theirs) in texts.iter().zip(theirs) {
        let count = SmsCount::of(text);
        assert_eq!((count.encoding() == SmsEncoding::Gsm7, count.units(), count.parts()), theirs, "{text:?}");
    }
}

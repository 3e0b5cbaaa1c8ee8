//! One function that absorbs the key and makes text. Its caller compares; here with `==`, step by step.

use totp_lite::{Sha1, totp_custom};

use crate::hostile::{COUNTER, Case, Outcome, ZERO};
use crate::speed::{Speed, call};
use crate::{KEY, NOW, RIGHT, WRONG};

fn check(typed: &str, times: &[u64]) -> bool {
    times.iter().any(|time| totp_custom::<Sha1>(30, 6, KEY, *time) == typed)
}

pub fn speed() -> Speed {
    let window = [NOW - 30, NOW, NOW + 30];
    Speed {
        generate: call(|| totp_custom::<Sha1>(30, 6, KEY, NOW) == RIGHT),
        hit: call(move || check(RIGHT, &window)),
        miss: call(move || !check(WRONG, &window)),
        ..Speed::default()
    }
}

pub fn hostile(case: Case) -> Outcome {
    let takes = |digits, key: &[u8], period, time| totp_custom::<Sha1>(period, digits, key, time).len() > 0;
    match case {
        Case::Typed(typed) => check(&typed(), &[COUNTER * 30]).into(),
        Case::FirstSecond => check(&totp_custom::<Sha1>(30, 6, KEY, 0), &[0]).into(),
        Case::LastSecond => check(WRONG, &[u64::MAX]).into(),
        Case::NoPeriod => takes(6, KEY, 0, NOW).into(),
        Case::NoSkew => check(ZERO, &[COUNTER * 30]).into(),
        Case::Replay => (check(ZERO, &[COUNTER * 30]) && check(ZERO, &[COUNTER * 30])).into(),
        Case::Key(length) => takes(6, &vec![7; length], 30, NOW).into(),
        Case::Digits(digits) => takes(digits, KEY, 30, NOW).into(),
        Case::AfterTheLastCounter
        | Case::LookAhead
        | Case::BeforeTheEpoch
        | Case::LargestSkew
        | Case::Base32(_)
        | Case::Uri(_)
        | Case::Issuer => Outcome::NoCall,
    }
}

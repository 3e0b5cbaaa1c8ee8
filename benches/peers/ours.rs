//! `Totp::generate` makes the text of a code from a key that was absorbed before; checking includes reading the text, and
//! looks at all three steps.

use std::num::NonZeroU32;

use countersign::{
    Algorithm, Authenticator, Code, Digits, Hotp, KeyUri, Keyring, Login, MemoryStore, Operation, Policy, Purpose,
    RootKey, Secret, Skew, Subject, SystemRng, Totp, UnixTime, Verifier, Window,
};

use crate::hostile::{COUNTER, Case, INJECTION, Outcome, ZERO, injected};
use crate::speed::{Speed, call};
use crate::{KEY, NOW, RIGHT, URI, WRONG};

fn hotp() -> Hotp {
    Hotp::new(&Secret::from_bytes(KEY).expect("a good key"), Algorithm::Sha1, Digits::SIX)
}

fn totp() -> Totp {
    Totp::new(hotp())
}

fn one() -> Skew {
    Skew::new(1, 1).expect("a small skew")
}

fn check(totp: &Totp, typed: &str, time: u64, skew: Skew) -> bool {
    Code::parse(typed, Digits::SIX).is_ok_and(|code| totp.check(&code, UnixTime::from_secs(time), skew).is_some())
}

pub fn speed() -> Speed {
    let (a, b, c) = (totp(), totp(), totp());
    let uri = KeyUri::parse(URI).expect("a good URI");
    Speed {
        generate: call(move || a.generate(UnixTime::from_secs(NOW)).expose() == RIGHT),
        hit: call(move || check(&b, RIGHT, NOW, one())),
        miss: call(move || !check(&c, WRONG, NOW, one())),
        parse: call(|| KeyUri::parse(URI).is_ok()),
        build: call(move || uri.expose().as_str() == URI),
    }
}

pub fn hostile(case: Case) -> Outcome {
    match case {
        Case::Typed(typed) => check(&totp(), &typed(), COUNTER * 30, Skew::NONE).into(),
        Case::AfterTheLastCounter => {
            let code = hotp().generate(0);
            Window::after(u64::MAX, 1).ok().and_then(|window| hotp().find(&code, window)).into()
        }
        Case::LookAhead => Window::ahead(0, u16::MAX).into(),
        Case::FirstSecond => check(&totp(), totp().generate(UnixTime::from_secs(0)).expose(), 0, one()).into(),
        Case::BeforeTheEpoch => check(&totp().epoch(UnixTime::from_secs(60)), ZERO, 59, one()).into(),
        Case::LastSecond => check(&totp(), WRONG, u64::MAX, one()).into(),
        Case::NoPeriod => NonZeroU32::new(0).map(|period| totp().period(period)).into(),
        Case::LargestSkew => Skew::new(u8::MAX, u8::MAX).into(),
        Case::NoSkew => check(&totp(), ZERO, COUNTER * 30, Skew::NONE).into(),
        Case::Replay => replay().into(),
        Case::Key(length) => Secret::from_bytes(&vec![7; length]).into(),
        Case::Base32(text) => Secret::from_base32(text).into(),
        Case::Digits(digits) => Digits::new(digits as u8).into(),
        Case::Uri(uri) => KeyUri::parse(&uri()).into(),
        Case::Issuer => {
            let uri = KeyUri::totp(INJECTION, "bert", Secret::from_bytes(KEY).expect("a good key"));
            uri.is_ok_and(|uri| injected(uri.expose().as_str())).into()
        }
    }
}

/// What remembers is the `Authenticator`; `Totp` alone has no memory, as its page says.
fn replay() -> bool {
    const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
    let root = || RootKey::generate(&mut SystemRng).expect("randomness");
    let (verifier, store) = (Verifier::new(Keyring::new(&root(), &root()).expect("two keys")), MemoryStore::new());
    let phone = Authenticator::totp("phone", totp()).expect("a good name");
    let (person, rng) = (Subject::new("bert").expect("a good name"), &mut SystemRng);
    let (before, now) = (UnixTime::from_secs(NOW - 60), UnixTime::from_secs(NOW));
    let _ = verifier.enrol(&person, &phone, before, rng).expect("input").run(&store).expect("enrolled");
    let first = totp().generate(before);
    let _ = verifier.confirm(&person, &phone, first, before, rng).expect("input").run(&store).expect("confirmed");
    let mut log_in = || {
        let code = totp().generate(now);
        verifier.authenticate(LOGIN, &person, &phone, code, now, rng).expect("input").run(&store).is_ok()
    };
    assert!(log_in(), "the first time");
    log_in()
}

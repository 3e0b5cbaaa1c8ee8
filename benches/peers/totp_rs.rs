//! `generate` absorbs the key and makes a number, whose text is extra; `check` reads the text and stops at the first step
//! that matches. It has no HOTP and no T0.

use totp_rs::{Builder, Secret, Totp};

use crate::hostile::{COUNTER, Case, INJECTION, Outcome, ZERO, injected};
use crate::speed::{Speed, call};
use crate::{KEY, NOW, RIGHT, URI, WRONG};

fn totp(skew: u16) -> Totp {
    builder(skew).build().expect("a good key")
}

fn builder(skew: u16) -> Builder {
    Builder::new().with_skew(skew).with_step_duration(30).with_secret(&KEY[..])
}

pub fn speed() -> Speed {
    let (a, b, c) = (totp(1), totp(1), totp(1));
    let right = a.generate(NOW);
    assert_eq!(right.to_string(), RIGHT);
    let uri = Totp::from_url(URI).expect("a good URI");
    Speed {
        generate: call(move || a.generate(NOW) == right),
        hit: call(move || b.check(RIGHT, NOW).is_some()),
        miss: call(move || c.check(WRONG, NOW).is_none()),
        parse: call(|| Totp::from_url(URI).is_ok()),
        build: call(move || uri.to_url().is_ok()),
    }
}

pub fn hostile(case: Case) -> Outcome {
    match case {
        Case::Typed(typed) => totp(0).check(&typed(), COUNTER * 30).into(),
        Case::AfterTheLastCounter | Case::LookAhead | Case::BeforeTheEpoch => Outcome::NoCall,
        Case::FirstSecond => totp(1).check(&totp(1).generate(0).to_string(), 0).into(),
        Case::LastSecond => totp(1).check(WRONG, u64::MAX).into(),
        Case::NoPeriod => builder(0).with_step_duration(0).build().map(|totp| totp.generate(NOW)).into(),
        Case::LargestSkew => builder(u16::MAX).build().map(|totp| totp.check(WRONG, NOW)).into(),
        Case::NoSkew => totp(0).check(ZERO, COUNTER * 30).into(),
        Case::Replay => {
            assert!(totp(0).check(ZERO, COUNTER * 30).is_some(), "the first time");
            totp(0).check(ZERO, COUNTER * 30).into()
        }
        Case::Key(length) => builder(0).with_secret(vec![7; length]).build().map(|totp| totp.generate(NOW)).into(),
        Case::Base32(text) => Secret::try_from_base32(text).into(),
        Case::Digits(digits) => builder(0).with_digits(digits as u8).build().map(|totp| totp.generate(NOW)).into(),
        Case::Uri(uri) => Totp::from_url(uri()).map(|totp| totp.generate(NOW)).into(),
        Case::Issuer => {
            let built = builder(0).with_account_name("bert").with_issuer(Some(INJECTION)).build();
            built.is_ok_and(|totp| totp.to_url().is_ok_and(|url| injected(&url))).into()
        }
    }
}

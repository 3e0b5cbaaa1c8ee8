//! It takes a code as a number, so its caller reads the text; here with `str::parse`. `verify` looks at one step: three
//! calls for a window of three. It builds URIs and reads none.

use otpauth::{HOTP, TOTP};

use crate::hostile::{COUNTER, Case, INJECTION, Outcome, ZERO, injected};
use crate::speed::{Speed, call};
use crate::{KEY, NOW, RIGHT, WRONG};

fn totp() -> TOTP {
    TOTP::from_bytes(KEY)
}

fn check(totp: &TOTP, typed: &str, times: &[u64]) -> bool {
    typed.parse().is_ok_and(|code| times.iter().any(|time| totp.verify(code, 30, *time)))
}

pub fn speed() -> Speed {
    let (a, b, c, d) = (totp(), totp(), totp(), totp());
    let window = [NOW - 30, NOW, NOW + 30];
    Speed {
        generate: call(move || a.generate(30, NOW) == 5_924),
        hit: call(move || check(&b, RIGHT, &window)),
        miss: call(move || !check(&c, WRONG, &window)),
        parse: None,
        build: call(move || d.to_uri("Anna%20Shop:bert%40example.com", "Anna%20Shop").len() > 20),
    }
}

pub fn hostile(case: Case) -> Outcome {
    let hotp = HOTP::from_bytes(KEY);
    match case {
        Case::Typed(typed) => check(&totp(), &typed(), &[COUNTER * 30]).into(),
        Case::AfterTheLastCounter => hotp.verify(hotp.generate(0), u64::MAX, 1).into(),
        Case::LookAhead => {
            let _ = hotp.verify(0, 0, 1_000_000_000);
            Outcome::Accepts
        }
        Case::BeforeTheEpoch | Case::LargestSkew | Case::Digits(_) | Case::Uri(_) => Outcome::NoCall,
        Case::FirstSecond => totp().verify(totp().generate(30, 0), 30, 0).into(),
        Case::LastSecond => check(&totp(), WRONG, &[u64::MAX]).into(),
        Case::NoPeriod => totp().verify(0, 0, NOW).into(),
        Case::NoSkew => check(&totp(), ZERO, &[COUNTER * 30]).into(),
        Case::Replay => {
            assert!(check(&totp(), ZERO, &[COUNTER * 30]), "the first time");
            check(&totp(), ZERO, &[COUNTER * 30]).into()
        }
        Case::Key(length) => {
            let _ = TOTP::from_bytes(&vec![7; length]).generate(30, NOW);
            Outcome::Accepts
        }
        Case::Base32(text) => TOTP::from_base32(text).into(),
        Case::Issuer => injected(&totp().to_uri("bert", INJECTION)).into(),
    }
}

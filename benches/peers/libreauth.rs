//! It reads the system's clock in each call of a TOTP, and copies the key; a period of a billion seconds keeps the step
//! still while it is measured. It makes text, and looks at the steps until one matches. It builds URIs and reads none.

use libreauth::oath::{HOTPBuilder, TOTP, TOTPBuilder};

use crate::hostile::{COUNTER, Case, INJECTION, Outcome, injected};
use crate::speed::{Speed, call};
use crate::{KEY, WRONG};

fn totp() -> TOTPBuilder {
    let mut builder = TOTPBuilder::new();
    builder.key(KEY).period(1_000_000_000).timestamp(1_500_000_000).tolerance(1);
    builder
}

fn hotp(counter: u64) -> HOTPBuilder {
    let mut builder = HOTPBuilder::new();
    builder.key(KEY).counter(counter);
    builder
}

fn built() -> TOTP {
    totp().finalize().expect("a good key")
}

pub fn speed() -> Speed {
    let (a, b, c, d) = (built(), built(), built(), built());
    let right = a.generate();
    Speed {
        generate: call(move || a.generate().len() == 6),
        hit: call(move || b.is_valid(&right)),
        miss: call(move || !c.is_valid(WRONG)),
        parse: None,
        build: call(move || d.key_uri_format("Anna Shop", "bert@example.com").finalize().len() > 20),
    }
}

pub fn hostile(case: Case) -> Outcome {
    match case {
        Case::Typed(typed) => hotp(COUNTER).finalize().is_ok_and(|hotp| hotp.is_valid(&typed())).into(),
        Case::AfterTheLastCounter => {
            // Its counter is the next one, so the last that can be used is here the one that it stands at.
            let (mut hotp, first) =
                (hotp(u64::MAX).finalize().expect("a good key"), hotp(0).finalize().expect("a good key"));
            hotp.increment_counter().is_valid(&first.generate()).into()
        }
        Case::LookAhead => hotp(0).look_ahead(1_000_000_000).finalize().map(|hotp| hotp.is_valid(WRONG)).into(),
        Case::FirstSecond => {
            let totp = totp().timestamp(0).finalize().expect("a good key");
            totp.is_valid(&totp.generate()).into()
        }
        Case::BeforeTheEpoch => {
            totp().initial_time(1_600_000_000).finalize().is_ok_and(|totp| totp.is_valid(WRONG)).into()
        }
        Case::LastSecond => {
            let totp = totp().period(30).timestamp(i64::MAX).finalize().expect("a good key");
            totp.is_valid(WRONG).into()
        }
        Case::NoPeriod => totp().period(0).finalize().map(|totp| totp.generate()).into(),
        Case::LargestSkew => totp().tolerance(u64::MAX).finalize().map(|totp| totp.is_valid(WRONG)).into(),
        Case::NoSkew => totp().tolerance(0).finalize().is_ok_and(|totp| totp.is_valid(&totp.generate())).into(),
        Case::Replay => {
            let code = built().generate();
            assert!(built().is_valid(&code), "the first time");
            built().is_valid(&code).into()
        }
        Case::Key(length) => totp().key(&vec![7; length]).finalize().map(|totp| totp.generate()).into(),
        Case::Base32(text) => totp().base32_key(text).finalize().into(),
        Case::Digits(digits) => totp().output_len(digits as usize).finalize().map(|totp| totp.generate()).into(),
        Case::Uri(_) => Outcome::NoCall,
        Case::Issuer => injected(&built().key_uri_format(INJECTION, "bert").finalize()).into(),
    }
}

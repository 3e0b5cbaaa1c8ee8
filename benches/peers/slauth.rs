//! Its TOTP reads the system's clock in each call, and takes no other time; a period of a billion seconds keeps the step
//! still while it is measured. It makes text; its window of one step each way leaves out the step ahead.

use slauth::oath::OtpAuth;
use slauth::oath::hotp::{HOTPBuilder, HOTPContext};
use slauth::oath::totp::{TOTPBuilder, TOTPContext};

use crate::hostile::{COUNTER, Case, INJECTION, Outcome, ZERO, injected};
use crate::speed::{Speed, call};
use crate::{KEY, URI, WRONG};

fn totp() -> TOTPBuilder {
    TOTPBuilder::new().secret(KEY).period(1_000_000_000).re_sync_parameter(1, 1)
}

fn hotp(counter: u64) -> HOTPContext {
    HOTPBuilder::new().secret(KEY).counter(counter).re_sync_parameter(1).build()
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_secs()
}

pub fn speed() -> Speed {
    let (a, mut b, mut c, d) = (totp().build(), totp().build(), totp().build(), totp().build());
    let right = a.r#gen();
    Speed {
        generate: call(move || a.r#gen().len() == 6),
        hit: call(move || b.verify(&right)),
        miss: call(move || !c.verify(WRONG)),
        parse: call(|| TOTPContext::from_uri(URI).is_ok()),
        build: call(move || d.to_uri(Some("Anna%20Shop:bert%40example.com"), Some("Anna%20Shop")).len() > 20),
    }
}

pub fn hostile(case: Case) -> Outcome {
    match case {
        Case::Typed(typed) => hotp(COUNTER).verify(&typed()).into(),
        Case::AfterTheLastCounter => hotp(u64::MAX).inc().verify(&hotp(0).r#gen()).into(),
        Case::LookAhead => {
            let _ = HOTPBuilder::new().secret(KEY).re_sync_parameter(u16::MAX).build().verify(WRONG);
            Outcome::Accepts
        }
        Case::FirstSecond => {
            let mut totp = totp().initial_time(now()).build();
            let code = totp.r#gen();
            totp.verify(&code).into()
        }
        Case::BeforeTheEpoch => totp().initial_time(now() + 1_000_000).build().verify(WRONG).into(),
        Case::LastSecond => Outcome::NoCall,
        Case::NoPeriod => totp().period(0).build().verify(WRONG).into(),
        Case::LargestSkew => {
            let _ = totp().re_sync_parameter(u64::MAX, u64::MAX).build().verify(WRONG);
            Outcome::Accepts
        }
        Case::NoSkew => {
            let mut totp = totp().re_sync_parameter(0, 0).build();
            let code = totp.r#gen();
            totp.verify(&code).into()
        }
        Case::Replay => {
            let mut totp = totp().build();
            let code = totp.r#gen();
            assert!(totp.verify(&code), "the first time");
            totp.verify(&code).into()
        }
        Case::Key(length) => {
            let _ = totp().secret(&vec![7; length]).build().r#gen();
            Outcome::Accepts
        }
        Case::Base32(text) => TOTPContext::from_uri(&format!("otpauth://totp/bert?secret={text}")).into(),
        Case::Digits(digits) => {
            let _ = totp().digits(digits as usize).build().r#gen();
            Outcome::Accepts
        }
        Case::Uri(uri) => TOTPContext::from_uri(&uri()).map(|totp| totp.r#gen()).into(),
        Case::Issuer => {
            assert!(hotp(COUNTER).validate_current(ZERO), "the right key");
            injected(&totp().build().to_uri(Some("bert"), Some(INJECTION))).into()
        }
    }
}

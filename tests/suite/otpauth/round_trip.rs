//! What is written is read back, and nothing that is read stops the program.

use super::*;
use proptest::prelude::*;

fn name(longest: usize) -> impl Strategy<Value = String> {
    // Whatever people are called, and what the URI itself is made of.
    let any = prop_oneof!["[ -~]{1,40}", "[%&=?:/#+ a]{1,20}", "\\PC{1,20}"];
    any.prop_map(|name| name.trim().to_owned())
        .prop_filter("too long or too short", move |name| (1..=longest).contains(&name.len()))
}

/// Parts of a URI, right and wrong, in any order.
fn hostile() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        Just("otpauth://totp/".to_owned()),
        Just("otpauth://hotp/".to_owned()),
        Just(format!("secret={KEY}")),
        prop::sample::select(vec!["?", "&", "=", ":", "%3A", "%", "#", "/", "+", "\0", "%00", "%ff", "é"])
            .prop_map(str::to_owned),
        "(issuer|digits|period|counter|algorithm|%73ecret)=[0-9a-zA-Z%]{0,12}",
        "\\PC{0,8}",
    ];
    prop::collection::vec(parts, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn uri_1_what_is_built_is_read_back(
        (issuer, account) in (name(64), name(254)),
        key in prop::collection::vec(any::<u8>(), 10..=128),
        counter in any::<Option<u64>>(),
        (algorithm, digits, seconds) in (0..3_usize, 6..=8_u8, 1..=120_u32),
    ) {
        let secret = || if key.len() < 16 { Secret::from_bytes_weak(&key) } else { Secret::from_bytes(&key) }.unwrap();
        let built = match counter {
            Some(counter) => KeyUri::hotp(&issuer, &account, secret(), counter),
            None => KeyUri::totp(&issuer, &account, secret()).and_then(|uri| uri.with_period(period(seconds))),
        };
        // Names that nobody should read are refused, and nothing else is.
        let Ok(built) = built else {
            prop_assert!(Text::<64>::new(&issuer).is_err() || issuer.contains(':') || Text::<254>::new(&account).is_err());
            return Ok(());
        };
        let algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][algorithm];
        let built = built.with_algorithm(algorithm).with_digits(Digits::new(digits).unwrap());
        let text = built.expose();
        let read = if key.len() < 16 { KeyUri::parse_weak(text.as_str()) } else { KeyUri::parse(text.as_str()) };
        prop_assert_eq!(read.unwrap(), built);
    }

    #[test]
    fn f45_no_text_panics_and_what_is_read_is_read_again(text in prop_oneof![hostile(), any::<String>()]) {
        for parse in [KeyUri::parse, KeyUri::parse_weak] {
            if let Ok(uri) = parse(&text) {
                prop_assert_eq!(parse(uri.expose().as_str()), Ok(uri));
            }
        }
    }
}

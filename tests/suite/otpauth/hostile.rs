//! What must not be read, and what is wrong with it.

use super::*;

#[test]
fn f45_digits_outside_six_to_eight_are_an_error() {
    for digits in ["", "0", "5", "9", "50", "06", "+6", "6.0", "6 ", "-6", "٦", "18446744073709551622", "six"] {
        let uri = format!("otpauth://totp/anna?secret={KEY}&digits={digits}");
        assert_eq!(fault(&uri), KeyUriError::Digits, "{digits}");
    }
}

#[test]
fn f45_n63b_6_a_period_is_one_to_120_seconds() {
    for seconds in ["", "0", "121", "00000", "+30", "-30", "30.5", "4294967326", "99999999999999999999999", "0x1e"] {
        let uri = format!("otpauth://totp/anna?secret={KEY}&period={seconds}");
        assert_eq!(fault(&uri), KeyUriError::Period, "{seconds}");
    }
    for seconds in [1, 120] {
        let uri = parsed(&format!("otpauth://totp/anna?secret={KEY}&period={seconds}"));
        assert_eq!(uri.kind(), KeyKind::Totp { period: period(seconds) });
    }
    let built = || KeyUri::totp("Anna", "anna", secret()).unwrap();
    assert!(built().with_period(period(120)).is_ok());
    assert_eq!(built().with_period(period(121)), Err(KeyUriError::Period));
    assert_eq!(built().with_period(NonZeroU32::MAX), Err(KeyUriError::Period));
    let hotp = KeyUri::hotp("Anna", "anna", secret(), 0).unwrap();
    assert_eq!(hotp.with_period(period(30)), Err(KeyUriError::Period));
}

#[test]
fn f45_a_parameter_is_there_once_however_its_name_is_written() {
    let other = "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK";
    for (one, two) in [("secret", "secret"), ("secret", "SECRET"), ("%73ecret", "secret"), ("s%65cret", "%53ecret")] {
        for values in [(KEY, other), (other, KEY), (KEY, KEY), (KEY, ""), ("", KEY)] {
            let uri = format!("otpauth://totp/anna?{one}={}&issuer=Anna&{two}={}", values.0, values.1);
            assert_eq!(fault(&uri), KeyUriError::Duplicate, "{one} {two}");
        }
    }
    for name in ["issuer", "algorithm", "digits", "period", "counter"] {
        let uri = format!("otpauth://totp/anna?secret={KEY}&{name}=1&{name}=1");
        assert_eq!(fault(&uri), KeyUriError::Duplicate, "{name}");
        let uri = format!("otpauth://totp/anna?secret={KEY}&{name}&%{:02x}{}=1", name.as_bytes()[0], &name[1..]);
        assert_eq!(fault(&uri), KeyUriError::Duplicate, "{name}");
    }
}

#[test]
fn f45_what_is_unknown_assigns_nothing() {
    let plain = parsed(&format!("otpauth://totp/anna?secret={KEY}"));
    for unknown in [
        "image=https%3A%2F%2Fexample.com%2Fa.png",
        "color=ff0000&lock=true&lock=false",
        "account=bob&label=Bob%3Abob&kind=hotp&type=hotp&epoch=9&t0=9&skew=10",
        "secret%20=AAAA&secret%5B%5D=AAAA&__proto__=1",
        "counter=5",
        "&&flag&=&",
    ] {
        assert_eq!(parsed(&format!("otpauth://totp/anna?secret={KEY}&{unknown}")), plain, "{unknown}");
    }
    let hotp = parsed(&format!("otpauth://hotp/anna?secret={KEY}&counter=5&period=0"));
    assert_eq!(hotp.kind(), KeyKind::Hotp { counter: 5 });
}

#[test]
fn f48_a_counter_is_64_bits_and_never_wraps() {
    let uri = |counter: &str| format!("otpauth://hotp/anna?secret={KEY}&counter={counter}");
    for counter in ["", "-1", "+1", "1e3", "0x10", " 1", "18446744073709551616", "99999999999999999999999999"] {
        assert_eq!(fault(&uri(counter)), KeyUriError::Counter, "{counter}");
    }
    let last = parsed(&uri("18446744073709551615"));
    let (hotp, counter) = last.to_hotp().unwrap();
    assert_eq!(counter, u64::MAX);
    assert_eq!(hotp.find(&hotp.generate(0), Window::ahead(counter, 10).unwrap()), None);
    assert_eq!(Window::after(counter, 10), Err(Invalid::CounterExhausted));
}

#[test]
fn f49_a_hotp_uri_without_a_counter_is_an_error_and_zero_is_zero() {
    assert_eq!(fault(&format!("otpauth://hotp/anna?secret={KEY}")), KeyUriError::CounterMissing);
    let zero = parsed(&format!("otpauth://hotp/anna?secret={KEY}&counter=0"));
    assert_eq!(zero.to_hotp().unwrap().1, 0);
}

#[test]
fn f64_weak_secrets_need_their_own_name() {
    for (text, weak) in [
        ("JBSWY3DPEHPK3PXP", true),
        ("GEZDGNBVGY3TQOJQGEZDGNBV", true),
        ("jbsw%20y3dp%20ehpk%203pxp", true),
        ("JBSWY3DPEHPK3AA", false),
        ("JBSWY3DP", false),
    ] {
        let uri = format!("otpauth://totp/anna?secret={text}");
        assert_eq!(fault(&uri), KeyUriError::SecretLength, "{text}");
        assert_eq!(KeyUri::parse_weak(&uri).is_ok(), weak, "{text}");
    }
    let strong = format!("otpauth://totp/anna?secret={KEY}");
    assert_eq!(KeyUri::parse_weak(&strong).unwrap_err(), KeyUriError::SecretLength);
    let long = format!("otpauth://totp/anna?secret={}", "A".repeat(1_000));
    assert_eq!(fault(&long), KeyUriError::SecretLength);
}

#[test]
fn f41_a_missing_or_empty_secret_is_none() {
    for query in ["", "?", "?secret", "?secret=", "?secret=&issuer=Anna", "?issuer=Anna", "?Secret=%"] {
        let expected = if query.contains('%') { KeyUriError::Percent } else { KeyUriError::SecretMissing };
        assert_eq!(fault(&format!("otpauth://totp/anna{query}")), expected, "{query}");
    }
}

#[test]
fn uri_1_other_schemes_types_and_algorithms_are_errors() {
    for start in
        ["", "otpauth:", "otpauth:/totp/", "http://totp/", "otpauth-migration://offline", "\u{212a}otpauth://"]
    {
        assert_eq!(fault(&format!("{start}anna?secret={KEY}")), KeyUriError::Scheme, "{start}");
    }
    for kind in ["", "steam", "yaotp", "totp%20", "%74otp", "totp:80", "anna@totp", "motp"] {
        assert_eq!(fault(&format!("otpauth://{kind}/anna?secret={KEY}")), KeyUriError::Kind, "{kind}");
    }
    for algorithm in ["", "MD5", "SHA", "SHA-1", "SHA3", "HmacSHA1", "SHA224", "SHA1 "] {
        let uri = format!("otpauth://totp/anna?secret={KEY}&algorithm={algorithm}");
        assert_eq!(fault(&uri), KeyUriError::Algorithm, "{algorithm}");
    }
    assert_eq!(parsed(&format!("OTPAUTH://TOTP/anna?SECRET={KEY}&ALGORITHM=Sha256")).algorithm(), Algorithm::Sha256);
}

#[test]
fn uri_1_broken_text_is_an_error() {
    let query = format!("secret={KEY}");
    for (uri, expected) in [
        (format!("otpauth://totp/an%na?{query}"), KeyUriError::Percent),
        (format!("otpauth://totp/anna%?{query}"), KeyUriError::Percent),
        (format!("otpauth://totp/anna%4?{query}"), KeyUriError::Percent),
        (format!("otpauth://totp/anna%+1?{query}"), KeyUriError::Percent),
        (format!("otpauth://totp/anna?{query}&image=%zz"), KeyUriError::Percent),
        (format!("otpauth://totp/anna%ff?{query}"), KeyUriError::Utf8),
        (format!("otpauth://totp/anna%c0%80?{query}"), KeyUriError::Utf8),
        (format!("otpauth://totp/anna?{query}&image=%ed%a0%80"), KeyUriError::Utf8),
        (format!("otpauth://totp/anna%00?{query}"), KeyUriError::Character),
        (format!("otpauth://totp/anna\n?{query}"), KeyUriError::Character),
        (format!("otpauth://totp/anna?{query}%0d%0a"), KeyUriError::Character),
        (format!("otpauth://totp/anna?{query}&x=\u{7f}"), KeyUriError::Character),
        (format!("otpauth://totp/anna?{query}#top"), KeyUriError::Malformed),
        (format!("otpauth://totp?{query}"), KeyUriError::Malformed),
        (format!("otpauth://totp/?{query}"), KeyUriError::Malformed),
        (format!("otpauth://totp/Anna:?{query}"), KeyUriError::Account),
        (format!("otpauth://totp/Anna:%20?{query}"), KeyUriError::Account),
        (format!("otpauth://totp/anna%20?{query}"), KeyUriError::Account),
        (format!("otpauth://totp/%E2%80%AEanna?{query}"), KeyUriError::Account),
        (format!("otpauth://totp/A%E2%80%8Bnna:a?{query}"), KeyUriError::Issuer),
        (format!("otpauth://totp/{}?{query}", "a".repeat(255)), KeyUriError::Account),
        (format!("otpauth://totp/{}:a?{query}", "a".repeat(65)), KeyUriError::Issuer),
    ] {
        assert_eq!(fault(&uri), expected, "{uri:?}");
    }
}

#[test]
fn f43_over_4096_bytes_are_refused_unread() {
    let uri = |length: usize| {
        let start = format!("otpauth://totp/anna?secret={KEY}&image=");
        format!("{start}{}", "a".repeat(length - start.len()))
    };
    assert!(KeyUri::parse(&uri(4_096)).is_ok());
    assert_eq!(fault(&uri(4_097)), KeyUriError::TooLong);
    assert_eq!(fault(&"\0".repeat(10_000_000)), KeyUriError::TooLong);
}

#[test]
fn f65_no_error_repeats_the_text() {
    let canary = "CANARYCANARYCANARYCANARYCANARY23";
    let broken = [
        canary.to_owned(),
        format!("otpauth://{canary}/anna"),
        format!("otpauth://totp/{canary}?secret={canary}{canary}&digits={canary}"),
        format!("otpauth://totp/anna?secret={canary}1"),
        format!("otpauth://totp/anna?secret={canary}A"),
        "otpauth://totp/anna?secret=CANARY".to_owned(),
        format!("otpauth://totp/anna?secret={canary}&secret={canary}"),
        format!("otpauth://totp/anna?secret={canary}&period={canary}&{canary}={canary}"),
        format!("otpauth://totp/{canary}:anna?secret={canary}&issuer=x"),
    ];
    for uri in broken {
        let fault = fault(&uri);
        let cause = core::error::Error::source(&fault).map(|cause| format!("{cause} {cause:?}"));
        let printed = format!("{fault} {fault:?} {fault:#?} {}", cause.unwrap_or_default());
        assert!(!printed.to_uppercase().contains("CANARY"), "{printed}");
    }
}

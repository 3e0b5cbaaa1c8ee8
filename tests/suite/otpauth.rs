//! URI-1 to URI-4, F45, F48, F64, F65 and F67: the URI that enrols an authenticator app.

mod hostile;
mod real;
mod round_trip;

use core::num::NonZeroU32;

use countersign::*;

/// The key of RFC 4226, appendix D.
const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn secret() -> Secret {
    Secret::from_base32(KEY).unwrap()
}

fn period(seconds: u32) -> NonZeroU32 {
    NonZeroU32::new(seconds).unwrap()
}

fn parsed(uri: &str) -> KeyUri {
    KeyUri::parse(uri).unwrap_or_else(|fault| panic!("{uri}: {fault}"))
}

fn fault(uri: &str) -> KeyUriError {
    KeyUri::parse(uri).expect_err(uri)
}

#[test]
fn uri_1_every_part_is_read() {
    let totp = parsed(&format!(
        "otpauth://totp/Anna's%20Bikes:anna?secret={KEY}&issuer=Anna%27s%20Bikes&algorithm=SHA256&digits=8&period=60"
    ));
    assert_eq!((totp.issuer(), totp.account()), (Some("Anna's Bikes"), "anna"));
    assert_eq!((totp.algorithm(), totp.digits()), (Algorithm::Sha256, Digits::EIGHT));
    assert_eq!(totp.kind(), KeyKind::Totp { period: period(60) });
    assert_eq!(totp.secret(), &secret());
    let expected = Totp::new(Hotp::new(&secret(), Algorithm::Sha256, Digits::EIGHT)).period(period(60));
    for seconds in [0, 59, 60, 1_111_111_109, u64::MAX] {
        let time = UnixTime::from_secs(seconds);
        assert_eq!(totp.to_totp().unwrap().generate(time), expected.generate(time));
    }
    assert!(totp.to_hotp().is_none());

    let hotp = parsed(&format!("otpauth://hotp/anna?secret={KEY}&counter=5&digits=7&algorithm=sha512"));
    assert_eq!((hotp.issuer(), hotp.account()), (None, "anna"));
    let (codes, counter) = hotp.to_hotp().unwrap();
    let expected = Hotp::new(&secret(), Algorithm::Sha512, Digits::new(7).unwrap());
    assert_eq!((counter, codes.generate(counter)), (5, expected.generate(5)));
    assert!(hotp.to_totp().is_none());
}

#[test]
fn uri_1_a_secret_is_written_without_padding_and_a_counter_always() {
    for length in 16..=128 {
        let uri = KeyUri::hotp("Anna", "anna", Secret::from_bytes(&vec![0xa5; length]).unwrap(), 0).unwrap();
        let text = uri.expose();
        assert!(text.as_str().ends_with("&issuer=Anna&counter=0"));
        assert_eq!(text.as_str().matches('=').count(), 3);
    }
}

#[test]
fn uri_2_the_issuer_is_written_twice() {
    let uri = KeyUri::totp("Anna's Bikes", "anna@example.com", secret()).unwrap();
    let written = "otpauth://totp/Anna%27s%20Bikes:anna%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                   &issuer=Anna%27s%20Bikes";
    assert_eq!(uri.expose().as_str(), written);
}

#[test]
fn uri_2_a_literal_colon_ends_the_issuer_and_otherwise_the_first_encoded_one() {
    for (label, issuer, account) in [
        ("anna", None, "anna"),
        ("Anna:anna", Some("Anna"), "anna"),
        ("Anna%3Aanna", Some("Anna"), "anna"),
        ("Anna%3aanna", Some("Anna"), "anna"),
        ("Anna:%20%20anna", Some("Anna"), "anna"),
        ("Anna%3A%20anna", Some("Anna"), "anna"),
        ("Anna: anna", Some("Anna"), "anna"),
        ("Anna:anna%3Aone", Some("Anna"), "anna:one"),
        ("Anna:anna:one", Some("Anna"), "anna:one"),
        ("Anna%3aanna%3Aone", Some("Anna"), "anna:one"),
        ("Anna%3Aanna%3aone", Some("Anna"), "anna:one"),
        ("Anna/anna", None, "Anna/anna"),
    ] {
        let uri = parsed(&format!("otpauth://totp/{label}?secret={KEY}"));
        assert_eq!((uri.issuer(), uri.account()), (issuer, account), "{label}");
    }
    for label in ["Anna%3Aanna:one", ":anna", "%3Aanna", "%20:anna"] {
        assert_eq!(fault(&format!("otpauth://totp/{label}?secret={KEY}")), KeyUriError::Issuer, "{label}");
    }
}

#[test]
fn uri_2_label_and_parameter_name_one_issuer() {
    let uri = |label, issuer| format!("otpauth://totp/{label}?secret={KEY}&issuer={issuer}");
    assert_eq!(parsed(&uri("Anna:anna", "Anna")).issuer(), Some("Anna"));
    assert_eq!(parsed(&uri("anna", "Anna")).issuer(), Some("Anna"));
    for (label, issuer) in [("Anna:anna", "Bob"), ("Anna:anna", "anna"), ("Anna:anna", ""), ("Anna%3Aanna", "A")] {
        assert_eq!(fault(&uri(label, issuer)), KeyUriError::IssuerMismatch, "{label} {issuer}");
    }
    for issuer in ["", "A%3AB", "A:B", "%20", "A%20"] {
        assert_eq!(fault(&uri("anna", issuer)), KeyUriError::Issuer, "{issuer:?}");
    }
}

#[test]
fn uri_3_what_every_app_does_is_assumed_and_not_written() {
    let uri = parsed(&format!("otpauth://totp/anna?secret={KEY}"));
    assert_eq!((uri.algorithm(), uri.digits()), (Algorithm::Sha1, Digits::SIX));
    assert_eq!(uri.kind(), KeyKind::Totp { period: period(30) });
    let spelt = parsed(&format!("otpauth://totp/anna?secret={KEY}&algorithm=SHA1&digits=6&period=30"));
    assert_eq!(spelt, uri);
    assert_eq!(spelt.expose().as_str(), format!("otpauth://totp/anna?secret={KEY}"));

    let uri = uri.with_algorithm(Algorithm::Sha512).with_digits(Digits::new(7).unwrap());
    let uri = uri.with_period(period(60)).unwrap();
    let written = format!("otpauth://totp/anna?secret={KEY}&algorithm=SHA512&digits=7&period=60");
    assert_eq!(uri.expose().as_str(), written);
}

#[test]
fn uri_4_a_space_is_percent_20_and_a_plus_is_a_plus() {
    let uri = KeyUri::totp("Anna & Bob", "a+b c@example.com", secret()).unwrap();
    let text = uri.expose();
    assert!(text.as_str().starts_with("otpauth://totp/Anna%20%26%20Bob:a%2Bb%20c%40example.com?"));
    assert!(!text.as_str().contains(['+', ' ']));
    let read = parsed(&format!("otpauth://totp/A+B:a+b?secret={KEY}&issuer=A%2BB"));
    assert_eq!((read.issuer(), read.account()), (Some("A+B"), "a+b"));
    assert_eq!(fault(&format!("otpauth://totp/A%20B:a?secret={KEY}&issuer=A+B")), KeyUriError::IssuerMismatch);
}

#[test]
fn b32_1_the_secret_is_read_leniently_and_no_further() {
    let forgiven = [
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
        "GEZD%20GNBV%20GY3T%20QOJQ%20GEZD%20GNBV%20GY3T%20QOJQ",
        "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
        "GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ%3D%3D",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ======",
    ];
    for text in forgiven {
        assert_eq!(parsed(&format!("otpauth://totp/anna?secret={text}")).secret(), &secret(), "{text}");
    }
    for (text, cause) in [
        ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", Invalid::SecretCharacter),
        ("GEZD+GNBV+GY3TQOJQGEZDGNBVGY3TQO", Invalid::SecretCharacter),
        ("GEZDGNBVGY3TQOJQGEZDGNBVGY3", Invalid::SecretPadding),
        ("GEZDGNBVGY3TQOJQGEZDGNBVGY3T====QOJQ", Invalid::SecretPadding),
        ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ", Invalid::SecretTrailingBits),
    ] {
        assert_eq!(fault(&format!("otpauth://totp/anna?secret={text}")), KeyUriError::Secret(cause), "{text}");
    }
}

#[test]
fn f67_no_network_address_is_built() {
    let uri = KeyUri::totp("http://chart.googleapis.com/", "https://evil.example", secret());
    assert_eq!(uri.unwrap_err(), KeyUriError::Issuer);
    let uri = KeyUri::totp("Anna", "https://evil.example", secret()).unwrap();
    let text = uri.expose();
    assert_eq!(text.as_str().matches("://").count(), 1);
    assert!(text.as_str().starts_with("otpauth://totp/Anna:https%3A%2F%2Fevil.example?"));
    let image = format!("otpauth://totp/anna?secret={KEY}&image=https%3A%2F%2Fevil.example%2Fa.png");
    assert_eq!(parsed(&image).expose().as_str(), format!("otpauth://totp/anna?secret={KEY}"));
}

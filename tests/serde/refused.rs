//! What is not read: every constructor's refusals, and anything but a string where a code or a key is asked for.

use countersign::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::from_str;

/// The value, which must not be read.
fn fault<T: DeserializeOwned>(text: &str) -> String {
    match from_str::<T>(text) {
        Ok(_) => panic!("{text} was read"),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn f41_a_code_is_read_from_a_string_of_6_to_8_digits_only() {
    #[derive(Deserialize)]
    struct Confirm {
        code: Code,
    }
    for digits in ["000000", "123456", "1234567", "12345678"] {
        assert_eq!(from_str::<Code>(&format!("\"{digits}\"")).unwrap().expose(), digits);
        assert_eq!(from_str::<Confirm>(&format!(r#"{{"code":"{digits}"}}"#)).unwrap().code.expose(), digits);
    }
    assert_eq!(from_str::<Code>(r#""12\u0033456""#).unwrap().expose(), "123456", "an escape is the character");
    let others = ["true", "false", "123456", "-123456", "123456.0", "1e5", "null", "[]", r#"["123456"]"#, "{}"];
    let long = format!("\"{}\"", "1".repeat(10_000_000));
    let texts = [r#""""#, r#""12345""#, r#""123456789""#, r#"" 123456""#, r#""12 3456""#, r#""+12345""#, r#""１２""#];
    for wrong in others.into_iter().chain(texts).chain([r#""A7K0X11Q""#, r#""12345\u0000""#, long.as_str()]) {
        let fault = fault::<Code>(wrong);
        assert!(!fault.contains("12345") && !fault.contains("A7K0"), "{fault}");
        assert!(from_str::<Confirm>(&format!(r#"{{"code":{wrong}}}"#)).is_err());
    }
    assert!(from_str::<Confirm>("{}").is_err(), "absent is no code");
    assert!(from_str::<Confirm>(r#"{"code":"123456","code":"123457"}"#).is_err(), "two codes are none");
    assert!(from_str::<Option<Code>>("null").unwrap().is_none());
}

#[test]
fn f41_a_recovery_code_is_read_from_a_string_only() {
    let code: RecoveryCode = from_str(r#""7zk0-oil4 abcdefgh""#).unwrap();
    assert_eq!(code.expose().concat(), "7ZK00114ABCDEFGH");
    for wrong in ["true", "7000011422223333", "null", r#""""#, r#""7ZK0""#, "[]", "{}", r#""7ZK00114ABCDEFGU""#] {
        let fault = fault::<RecoveryCode>(wrong);
        assert!(!fault.contains("7000") && !fault.contains("7ZK0"), "{fault}");
    }
}

#[test]
fn f41_a_root_key_is_read_from_lower_case_hexadecimal_only() {
    for length in [32, 33, 128] {
        let key: Vec<u8> = (0..length).map(|byte| byte ^ 0xa5).collect();
        let hex = format!("{:x}", base16ct::HexDisplay(&key));
        assert_eq!(from_str::<RootKey>(&format!("\"{hex}\"")).unwrap().expose(), key);
        let fault = fault::<RootKey>(&format!("\"{}\"", hex.to_uppercase()));
        assert!(!fault.contains("A5A4"), "{fault}");
    }
    let hex = |digits: usize| format!("\"{}\"", "5a".repeat(128).repeat(2)[..digits].to_owned());
    let odd = [hex(62), hex(63), hex(65), hex(257), hex(258), format!("\"0x{}\"", "5a".repeat(32))];
    let spaced = format!("\"{} \"", "5a".repeat(32));
    let others = ["true", "5555555555", "null", r#""""#, "[]", "{}", spaced.as_str()];
    for wrong in odd.iter().map(String::as_str).chain(others) {
        let fault = fault::<RootKey>(wrong);
        assert!(!fault.contains("5a5a") && !fault.contains("5555"), "{fault}");
    }
}

#[test]
fn f41_a_secret_is_read_from_a_string_only_and_no_error_repeats_it() {
    let secret: Secret = from_str("\"gezd gnbv gy3t qojq gezd gnbv gy3t qojq\"").unwrap();
    assert_eq!(secret.expose(), b"12345678901234567890");
    for wrong in ["true", "123456", "-123456", "1234.56", "null", "\"\"", "[]", "{}", "\"CANARY123456\""] {
        let fault = fault::<Secret>(wrong);
        assert!(!fault.contains("123456") && !fault.contains("1234.56") && !fault.contains("CANARY"), "{fault}");
    }
}

#[test]
fn f41_numbers_out_of_range_are_refused() {
    for wrong in ["5", "9", "50", "-6", "\"6\"", "true", "null", "6.0"] {
        fault::<Digits>(wrong);
        fault::<Device>(wrong);
    }
    for wrong in ["11", "256", "-1", "\"1\"", "1.0", "true", "null"] {
        fault::<Skew>(&format!(r#"{{"past":1,"future":{wrong}}}"#));
        fault::<Skew>(&format!(r#"{{"past":{wrong},"future":0}}"#));
    }
    for wrong in ["-1", "\"59\"", "59.5", "18446744073709551616", "null", "true"] {
        fault::<UnixTime>(wrong);
    }
    for (first, last) in [("7", "6"), ("0", "1000"), ("0", "18446744073709551615"), ("-1", "1"), ("null", "1")] {
        fault::<Window>(&format!(r#"{{"first":{first},"last":{last}}}"#));
    }
    for wrong in [r#"{"digits":5}"#, r#"{"digits":9}"#, r#"{"letters":5}"#, r#"{"letters":16}"#, "6", r#""digits""#] {
        fault::<Format>(wrong);
    }
    for wrong in [r#"{"past":1}"#, r#"{"past":11,"future":0}"#, r#"{"past":1,"future":0,"period":30}"#] {
        fault::<Skew>(wrong);
    }
}

#[test]
fn f41_names_have_one_spelling() {
    for wrong in [r#""SHA1""#, r#""Sha1""#, r#""sha-1""#, r#""md5""#, r#""""#, "null", "0", "true"] {
        fault::<Algorithm>(wrong);
        fault::<Condition>(wrong);
        fault::<Hint>(wrong);
    }
}

#[test]
fn f46_a_text_is_read_as_its_constructor_reads_it() {
    for wrong in
        [r#""""#, r#"" ""#, r#""a\nb""#, r#""a\u202eb""#, r#""a\u0000""#, r#""123456789""#, "null", "1", "[]"]
    {
        fault::<Text<8>>(wrong);
    }
    let handle = Handle::from_bytes([0xff; 16]).to_text();
    assert!(from_str::<Handle>(&format!("\"{handle}\"")).is_ok());
    for wrong in [handle.to_lowercase(), handle[1..].to_owned(), format!("{handle}0"), "Z".repeat(26), String::new()]
    {
        fault::<Handle>(&format!("\"{wrong}\""));
    }
}

#[test]
fn f35_a_bound_value_is_read_whole_or_not_at_all() {
    let eur = r#"{"minor":1,"currency":{"code":"EUR","decimals":2}}"#;
    let yen = r#"{"minor":1,"currency":{"code":"JPY","decimals":0}}"#;
    let withdrawal = |amount: &str, fee: &str, payee: &str| {
        format!(r#"{{"amount":{amount},"fee":{fee},"payee":"{payee}","account":"DE89"}}"#)
    };
    assert!(from_str::<Withdrawal>(&withdrawal(eur, eur, "Anna")).is_ok());
    fault::<Withdrawal>(&withdrawal(eur, yen, "Anna"));
    fault::<Withdrawal>(&withdrawal(eur, eur, &"a".repeat(141)));
    fault::<Withdrawal>(&withdrawal("1", eur, "Anna"));
    for currency in [r#""EUR""#, r#"{"code":"eur","decimals":2}"#, r#"{"code":"EU","decimals":2}"#, "null"] {
        fault::<Money>(&format!(r#"{{"minor":1,"currency":{currency}}}"#));
    }
    for wrong in [
        r#"{"code":"JPY","decimals":2}"#,
        r#"{"code":"XXX","decimals":19}"#,
        r#"{"code":"EUR"}"#,
        r#"{"code":"EURO","decimals":2}"#,
    ] {
        fault::<Currency>(wrong);
    }
    for minor in ["-1", "1.5", "\"1\"", "18446744073709551616", "null"] {
        fault::<Money>(&format!(r#"{{"minor":{minor},"currency":{{"code":"EUR","decimals":2}}}}"#));
    }
    // A field that this version does not know would be approved unseen.
    fault::<ContactChange>(r#"{"Old":"+49151","new":"+49152"}"#);
    fault::<ContactChange>(r#"{"old":"","new":"+49152"}"#);
    fault::<Login>(r#"{"session":"a","device":"b"}"#);
    fault::<Login>(r#"{"session":"a","session":"b"}"#);
    fault::<TerminalActivation>(r#"{"merchant":"a","model":"b"}"#);
    fault::<Payment>(&format!(r#"{{"amount":{eur},"payee":"a","account":"b","reference":"c","tip":{eur}}}"#));
}

/// A stranger's row is no decoy, and what is read is canonical or nothing.
#[test]
fn f23_f39_an_address_is_read_as_one_address_and_a_contact_whole() {
    for wrong in [
        r#""""#,
        "null",
        "true",
        "4930123456",
        r#""4930123456""#,
        r#"["+4930123456"]"#,
        r#""a@b.example,c@d.example""#,
    ] {
        let fault = fault::<Address>(wrong);
        assert!(!fault.contains("4930123456") && !fault.contains("b.example"), "{fault}");
    }
    assert_eq!(from_str::<Address>(r#""+49 30 123456""#).unwrap().as_str(), "+4930123456");
    for wrong in [
        r#"{"address":"+4930123456","confirmed":1,"changed":null}"#,
        r#"{"address":"+4930123456","changed":null,"recovered":false}"#,
        r#"{"address":"","confirmed":1,"changed":null,"recovered":false}"#,
        r#"{"address":"+4930123456","confirmed":1,"changed":null,"recovered":false,"decoy":true}"#,
    ] {
        fault::<Contact>(wrong);
    }
}

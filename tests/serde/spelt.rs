//! The spelling of each value that is both written and read: other systems keep it, so it stays.

use core::fmt::Debug;

use countersign::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{from_str, to_string};

const AT: UnixTime = UnixTime::from_secs(1_800_000_000);

#[expect(clippy::needless_pass_by_value, reason = "a line is a value and its text")]
fn both<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, text: &str) {
    assert_eq!(to_string(&value).unwrap(), text);
    assert_eq!(from_str::<T>(text).unwrap(), value);
}

#[test]
fn f41_numbers_and_their_limits() {
    both(AT, "1800000000");
    both(UnixTime::from_secs(u64::MAX), "18446744073709551615");
    both(Digits::SIX, "6");
    both(Digits::EIGHT, "8");
    both(Device::THREE, "3");
    both(Skew::RFC, r#"{"past":1,"future":0}"#);
    both(Skew::new(10, 10).unwrap(), r#"{"past":10,"future":10}"#);
    both(Window::ahead(7, 3).unwrap(), r#"{"first":7,"last":9}"#);
    both(Window::ahead(0, 1_000).unwrap(), r#"{"first":0,"last":999}"#);
    let last = r#"{"first":18446744073709551615,"last":18446744073709551615}"#;
    both(Window::ahead(u64::MAX, 9).unwrap(), last);
}

#[test]
fn f41_names_are_in_snake_case() {
    both([Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512], r#"["sha1","sha256","sha512"]"#);
    both([RecipientKind::Sms, RecipientKind::Voice], r#"["sms","voice"]"#);
    both([RecipientKind::Email, RecipientKind::App], r#"["email","app"]"#);
    both([Method::Totp, Method::Hotp, Method::RecoveryCode], r#"["totp","hotp","recovery_code"]"#);
    both(Format::digits(Digits::SIX), r#"{"digits":6}"#);
    both(Format::letters(12).unwrap(), r#"{"letters":12}"#);
    both(Reason::WrongCode, r#""wrong_code""#);
    both(Reason::TooManyAuthenticators, r#""too_many_authenticators""#);
    both(Hint::TryAgain { attempts_left: 4 }, r#"{"try_again":{"attempts_left":4}}"#);
    both(Hint::Wait { until: AT }, r#"{"wait":{"until":1800000000}}"#);
    both([Hint::StartAgain, Hint::AlreadyUsed, Hint::Contact], r#"["start_again","already_used","contact"]"#);
    both(Notice::Locked { until: AT }, r#"{"locked":{"until":1800000000}}"#);
    both([Notice::NextDisables, Notice::Disabled], r#"["next_disables","disabled"]"#);
    both(Condition::Locked { until: AT }, r#"{"locked":{"until":1800000000}}"#);
    both([Condition::Clear, Condition::Closed, Condition::Corrupt], r#"["clear","closed","corrupt"]"#);
    both(Enrolment::Pending { until: AT }, r#"{"pending":{"until":1800000000}}"#);
    both([Enrolment::Confirmed, Enrolment::Restored], r#"["confirmed","restored"]"#);
}

#[test]
fn f41_names_in_metrics_and_audit_trails_are_those_that_are_written() {
    for reason in Reason::ALL {
        both(*reason, &format!("\"{}\"", reason.name()));
    }
    for kind in EventKind::ALL {
        both(*kind, &format!("\"{}\"", kind.name()));
    }
    for action in Action::ALL {
        both(*action, &format!("\"{}\"", action.name()));
    }
    let kinds = [RecipientKind::Sms, RecipientKind::Voice, RecipientKind::Email, RecipientKind::App];
    for kind in kinds {
        both(kind, &format!("\"{}\"", kind.name()));
    }
    for notice in [Notice::NextDisables, Notice::Disabled] {
        both(notice, &format!("\"{}\"", notice.name()));
    }
    assert!(to_string(&Notice::Locked { until: AT }).unwrap().contains(Notice::Locked { until: AT }.name()));
}

#[test]
fn f41_texts_and_handles() {
    both(Text::<8>::new("Anna").unwrap(), r#""Anna""#);
    both(Text::<12>::new("支付 \"a\"").unwrap(), r#""支付 \"a\"""#);
    let handle = Handle::from_bytes([7; 16]);
    both(handle, &format!("\"{}\"", handle.to_text()));
}

#[test]
fn f41_values_that_are_bound() {
    let money = |minor| format!(r#"{{"minor":{minor},"currency":{{"code":"EUR","decimals":2}}}}"#);
    let eur = |minor| Money::new(minor, Currency::EUR);
    both(Currency::KWD, r#"{"code":"KWD","decimals":3}"#);
    both(eur(u64::MAX), &money(u64::MAX));
    both(
        Payment::new(eur(129_90), "Anna's Bikes", "DE89", "order 1").unwrap(),
        &format!(r#"{{"amount":{},"payee":"Anna's Bikes","account":"DE89","reference":"order 1"}}"#, money(129_90)),
    );
    both(
        Withdrawal::new(eur(500_00), eur(1_50), "Anna Muster", "DE89").unwrap(),
        &format!(r#"{{"amount":{},"fee":{},"payee":"Anna Muster","account":"DE89"}}"#, money(500_00), money(1_50)),
    );
    let address = |text| Address::parse(text).unwrap();
    both(address("+4930123456"), r#""+4930123456""#);
    both(address("Anna@shop.example"), r#""Anna@shop.example""#);
    both(
        Contact::stored(address("+4930123456"), AT, None, false),
        r#"{"address":"+4930123456","confirmed":1800000000,"changed":null,"recovered":false}"#,
    );
    both(
        Contact::stored(address("a@b.example"), AT, Some(AT.saturating_add(1)), true),
        r#"{"address":"a@b.example","confirmed":1800000000,"changed":1800000001,"recovered":true}"#,
    );
    both(ContactChange::add("+49151").unwrap(), r#"{"old":null,"new":"+49151"}"#);
    both(ContactChange::replace("+49151", "a@b.c").unwrap(), r#"{"old":"+49151","new":"a@b.c"}"#);
    both(
        TerminalActivation::new("merchant-77", "T650p", "SN-1").unwrap(),
        r#"{"merchant":"merchant-77","model":"T650p","serial":"SN-1"}"#,
    );
    both(Login::new("session-1").unwrap(), r#"{"session":"session-1"}"#);
}

#[test]
fn f41_a_sealed_secret_is_its_text() {
    let sealer = Sealer::new(&RootKey::from_bytes(&[0x5a; 32]).unwrap()).unwrap();
    let (secret, anna) = (Secret::from_bytes(&[7; 20]).unwrap(), Subject::new("customer-4711").unwrap());
    let kept = sealer.seal(&secret, &anna, "phone", &mut SystemRng).unwrap();
    both(kept, &format!("\"{kept}\""));
}

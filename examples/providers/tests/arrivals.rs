//! What arrives at real servers, as they read it.

use std::process::Command;

use countersign::{
    AsyncChannel, Channel, Delivery, IdempotencyKey, Language, Recipient, SmsCount, SmsEncoding, SmsText, Wording,
};
use providers::{HttpAccount, HttpChannel, Place, arrived};
use serde_json::{Value, json};

use crate::{AMPLE, LONG, LONG_UCS2, channel, phone, sms};

pub fn key() -> IdempotencyKey {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    IdempotencyKey::from_bytes(bytes)
}

/// Codes, messages, and how they have to be written.
fn messages() -> Vec<(String, SmsText, SmsEncoding)> {
    let of = |payee, wording: Result<_, _>, encoding| {
        let (code, message) = sms(payee, wording.unwrap());
        (code, message, encoding)
    };
    let (english, chinese) = (Wording::built_in(Language::English), Wording::built_in(Language::Chinese));
    vec![
        of("Anna's Bikes", english.clone(), SmsEncoding::Gsm7),
        of("{Änne} ^ Söhne ~ [€] \\ |Ω|", english.clone(), SmsEncoding::Gsm7),
        of("@_$£¥èéùìòÇØøÅåΔΦΓΛΠΨΣΘΞÆæßÉ", english.clone(), SmsEncoding::Gsm7),
        of("安娜自行车行", chinese, SmsEncoding::Ucs2),
        of("Zażółć gęślą jaźń 😀", english, SmsEncoding::Ucs2),
        of("Anna's Bikes", Wording::new(LONG), SmsEncoding::Gsm7),
        of("Anna's Bikes", Wording::new(LONG_UCS2), SmsEncoding::Ucs2),
    ]
}

/// The parts that came with this key, in their order.
fn parts(smsc: &Place, key: &IdempotencyKey) -> Vec<Value> {
    let [first, second, ..] = *key.as_bytes();
    let reference = json!(u16::from_be_bytes([first, second]));
    arrived(smsc).unwrap().into_iter().filter(|part| part["reference"] == reference).collect()
}

#[tokio::test]
#[ignore = "needs an SMSC: COUNTERSIGN_SMSC_PORT and COUNTERSIGN_SMSC_ARRIVED"]
async fn delivery_what_was_rendered_arrives_by_smpp_byte_for_byte() {
    let smsc = Place::of("SMSC").unwrap();
    let channel = channel(smsc.port, "secret", AMPLE);
    for (code, message, encoding) in messages() {
        let key = key();
        let [_, _, third, ..] = *key.as_bytes();
        assert_eq!(channel.send_async(&message, &phone(), &key).await, Delivery::Sent);
        let parts = parts(&smsc, &key);
        let count = message.count();
        assert_eq!((parts.len(), count.encoding()), (count.parts(), encoding));
        let text: String = parts.iter().map(|part| part["text"].as_str().unwrap()).collect();
        assert_eq!(text.as_bytes(), message.expose().as_bytes());
        assert_eq!(text.rsplit_once('\n').unwrap().1, format!("@shop.example #{code}"));
        // What goes on the air beside a header of six octets, which are seven septets (3GPP TS 23.040, 9.2.3.24).
        let most = match (encoding, parts.len()) {
            (SmsEncoding::Gsm7, 1) => 160,
            (SmsEncoding::Gsm7, _) => 153,
            (_, 1) => 70,
            _ => 67,
        };
        for (part, number) in parts.iter().zip(1..) {
            assert!(SmsCount::of(part["text"].as_str().unwrap()).units() <= most, "{part}");
            assert_eq!(part["from"], json!([5, 0, "SHOP"]));
            assert_eq!(part["to"], json!([1, 1, "4915112345678"]));
            assert_eq!(part["data_coding"], if encoding == SmsEncoding::Gsm7 { 0 } else { 8 });
            // No acknowledgement, no receipt, nothing but that there is a header where there is one.
            assert_eq!(part["esm_class"], if parts.len() == 1 { 0 } else { 0x40 });
            assert_eq!(part["others"], json!(["", 0, 0, "", 0, 0, 0]));
            let header = format!("0003{third:02x}{:02x}{number:02x}", parts.len());
            assert_eq!(part["udh"], if parts.len() == 1 { Value::Null } else { json!([header]) });
        }
    }
}

#[tokio::test]
#[ignore = "needs an SMSC: COUNTERSIGN_SMSC_PORT and COUNTERSIGN_SMSC_ARRIVED"]
async fn delivery_an_smsc_refuses_a_number_and_a_password() {
    let smsc = Place::of("SMSC").unwrap();
    let (_, message, _) = messages().remove(0);
    let (one, two) = (key(), key());
    let nobody = Recipient::sms("+10000000000").unwrap();
    let answer = channel(smsc.port, "secret", AMPLE).send_async(&message, &nobody, &one).await;
    assert_eq!(answer, Delivery::NotSent);
    let answer = channel(smsc.port, "wrong", AMPLE).send_async(&message, &phone(), &two).await;
    assert_eq!(answer, Delivery::NotSent);
    assert_eq!((parts(&smsc, &one).len(), parts(&smsc, &two).len()), (0, 0));
}

#[test]
#[ignore = "needs a gateway: COUNTERSIGN_SMS_GATEWAY_PORT and COUNTERSIGN_SMS_GATEWAY_ARRIVED"]
fn delivery_what_was_rendered_arrives_by_http_once_a_key() {
    let gateway = Place::of("SMS_GATEWAY").unwrap();
    let account = |token: &str| HttpAccount {
        url: format!("http://127.0.0.1:{}/messages", gateway.port),
        token: token.to_owned(),
    };
    let here = |key: &IdempotencyKey| {
        let lines = arrived(&gateway).unwrap().into_iter();
        lines.filter(|line| line["key"] == key.to_string()).collect::<Vec<_>>()
    };
    let channel = HttpChannel::new(account("secret"));
    for (_, message, _) in messages() {
        let key = key();
        for _ in 0..2 {
            assert_eq!(channel.send(&message, &phone(), &key), Delivery::Sent);
        }
        let expected = json!({ "key": key.to_string(), "to": "+4915112345678", "text": message.expose() });
        assert_eq!(here(&key), [expected]);
        let nobody = Recipient::sms("+10000000000").unwrap();
        assert_eq!(channel.send(&message, &nobody, &self::key()), Delivery::NotSent);
        assert_eq!(HttpChannel::new(account("wrong")).send(&message, &phone(), &self::key()), Delivery::NotSent);
    }
}

/// The one command of the README, without its script.
#[test]
#[ignore = "needs servers of all three kinds: `scripts/with-providers`"]
fn delivery_the_example_shows_what_arrived() {
    let run = Command::new(env!("CARGO_BIN_EXE_providers")).output().unwrap();
    let shown = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{shown}{}", String::from_utf8_lossy(&run.stderr));
    let lines: Vec<_> = shown.lines().collect();
    for way in ["SMPP", "SMTP", "HTTP"] {
        let at = lines.iter().position(|line| line.starts_with(&format!("What arrived by {way},"))).unwrap();
        let message = &lines[at + 1];
        assert!(message.contains("EUR 129.90") && message.contains("Anna's Bikes"), "{message}");
        // A text ends with the line that only the shop's page may read.
        let code = message.split(' ').next().unwrap();
        assert_eq!(lines[at + 2] == format!("@bikes.example #{code}"), way != "SMTP", "{shown}");
    }
    assert_eq!(lines.iter().filter(|line| **line == "Sms: NotSent").count(), 1, "{shown}");
    assert_eq!(lines.iter().filter(|line| **line == "Email: Sent").count(), 1, "{shown}");
    // Without the servers it says so, and fails.
    let run = Command::new(env!("CARGO_BIN_EXE_providers")).env_remove("COUNTERSIGN_SMSC_PORT").output().unwrap();
    assert!(!run.status.success());
    assert!(String::from_utf8(run.stderr).unwrap().contains("scripts/with-providers"));
}

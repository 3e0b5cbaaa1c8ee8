//! What arrives at a real mail server, which another program reads.

use core::time::Duration;
use std::env;
use std::fs;

use countersign::{AsyncChannel, Delivery, IdempotencyKey, Language, Recipient};
use serde_json::Value;

use crate::{anna, channel, email};

const AMPLE: Duration = Duration::from_secs(20);

/// The letter with this key, as the server's side read it.
fn arrived(key: &IdempotencyKey) -> Vec<Value> {
    let letters = fs::read_to_string(env::var("COUNTERSIGN_MAIL_ARRIVED").unwrap()).unwrap();
    let letters = letters.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    letters.filter(|letter| letter["headers"]["Message-ID"] == format!("<{key}@shop.example>")).collect()
}

fn port() -> u16 {
    env::var("COUNTERSIGN_MAIL_PORT").unwrap().parse().unwrap()
}

fn key() -> IdempotencyKey {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    IdempotencyKey::from_bytes(bytes)
}

#[tokio::test]
#[ignore = "needs a mail server: COUNTERSIGN_MAIL_PORT and COUNTERSIGN_MAIL_ARRIVED"]
async fn delivery_what_was_rendered_arrives_whole() {
    for (payee, language) in [
        ("Anna's Bikes", Language::English),
        ("Änne & Söhne <Räder>", Language::English),
        ("安娜自行车行 😀", Language::Chinese),
        (".", Language::English),
        ("=41 =_ --", Language::English),
    ] {
        let (code, message) = email(payee, language);
        let key = key();
        assert_eq!(channel(port(), AMPLE).send_async(&message, &anna(), &key).await, Delivery::Sent);
        let [letter] = &arrived(&key)[..] else { panic!("not one letter") };
        assert_eq!(letter["envelope"]["from"], "codes@shop.example");
        assert_eq!(letter["envelope"]["to"], serde_json::json!(["anna@example.com"]));
        assert_eq!(letter["text"], message.expose_text(), "{payee}");
        assert_eq!(letter["html"], message.expose_html(), "{payee}");
        assert!(message.expose_text().contains(&code));
        let headers = &letter["headers"];
        assert_eq!(headers["Subject"], message.subject());
        assert_eq!(headers["From"], "\"Änne's \\\"Bikes\\\", 安娜\" <codes@shop.example>");
        assert_eq!(headers["To"], "anna@example.com");
        assert_eq!(headers["Auto-Submitted"], "auto-generated");
        assert!(headers["Date"].is_string());
        assert_eq!(letter["defects"], 0);
        let mut names: Vec<_> = headers.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let expected =
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
        assert_eq!(names, expected);
    }
}

/// A repeated send is recognised by the key alone.
#[tokio::test]
#[ignore = "needs a mail server: COUNTERSIGN_MAIL_PORT and COUNTERSIGN_MAIL_ARRIVED"]
async fn delivery_a_repeated_send_has_the_same_name() {
    let (_, message) = email("Anna's Bikes", Language::English);
    let (once, another) = (key(), key());
    for key in [once, once, another] {
        assert_eq!(channel(port(), AMPLE).send_async(&message, &anna(), &key).await, Delivery::Sent);
    }
    assert_eq!((arrived(&once).len(), arrived(&another).len()), (2, 1));
}

#[tokio::test]
#[ignore = "needs a mail server: COUNTERSIGN_MAIL_PORT and COUNTERSIGN_MAIL_ARRIVED"]
async fn delivery_a_mailbox_that_the_server_refuses_gets_nothing() {
    let (_, message) = email("Anna's Bikes", Language::English);
    let key = key();
    let nobody = Recipient::email("nobody@example.com").unwrap();
    assert_eq!(channel(port(), AMPLE).send_async(&message, &nobody, &key).await, Delivery::NotSent);
    // Refused with the message in the server's hands.
    let full = Recipient::email("full@example.com").unwrap();
    assert_eq!(channel(port(), AMPLE).send_async(&message, &full, &key).await, Delivery::NotSent);
    assert!(arrived(&key).is_empty());
}

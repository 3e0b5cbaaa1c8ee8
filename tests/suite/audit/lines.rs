//! The lines: JSON, one spelling an entry, and verified by whoever reads the page.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2_of_the_oracle::Sha256;
use std::collections::BTreeMap;

use super::*;

use sha2 as sha2_of_the_oracle;

#[test]
fn every_event_is_read_back_from_its_line() {
    let events = everything();
    let (lines, _) = chain(1, &events);
    for (line, event) in lines.iter().zip(&events) {
        let entry = AuditEntry::parse(line).unwrap();
        assert_eq!((entry.event(), &entry.to_string()), (event, line));
        assert!(line.is_ascii() && line.len() <= AuditEntry::LONGEST, "{line}");
    }
    assert!(events.len() > 80);
}

#[test]
fn a_line_is_json_with_the_fields_that_the_page_names() {
    let (lines, head) = chain(1, &everything());
    let mut seen = BTreeMap::<String, usize>::new();
    for line in &lines {
        let Value::Object(fields) = serde_json::from_str(line).unwrap() else { panic!("{line}") };
        assert_eq!((&fields["audit"], &fields["chain"]), (&Value::from(1), &Value::from(head.chain().to_string())));
        fields.keys().for_each(|name| *seen.entry(name.clone()).or_default() += 1);
    }
    let names = [
        "action",
        "at",
        "audit",
        "binding",
        "chain",
        "challenge",
        "channel",
        "count",
        "detail",
        "event",
        "failures",
        "lane",
        "mac",
        "notice",
        "number",
        "purpose",
        "reason",
        "subject",
        "until",
    ];
    assert_eq!(seen.keys().map(String::as_str).collect::<Vec<_>>(), names);
    let always = ["action", "at", "audit", "chain", "event", "lane", "mac", "number", "subject"];
    assert!(always.iter().all(|name| seen[*name] == lines.len()));
}

/// The page's own words, with another HMAC.
#[test]
fn the_authenticator_is_what_the_page_says() {
    let mac = |key: &[u8], parts: &[&[u8]]| -> Vec<u8> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().to_vec()
    };
    let key = mac(&[9; 32], &[b"countersign/v1/audit"]);
    let mut before = vec![0; 32];
    for line in chain(1, &some(10)).0 {
        let (body, tail) = line.rsplit_once(",\"mac\":\"").unwrap();
        before = mac(&key, &[&before, body.as_bytes()]);
        let hex = hex(&before);
        assert_eq!(tail, format!("{hex}\"}}"));
    }
}

#[test]
fn one_entry_has_one_spelling() {
    let locked =
        everything().into_iter().find(|event| matches!(event.notice(), Some(Notice::Locked { .. }))).unwrap();
    let line = &chain(1, &[locked]).0[0];
    assert!(AuditEntry::parse(line).is_ok());
    let swap = |from: &str, to: &str| {
        let other = line.replacen(from, to, 1);
        assert_ne!(&other, line, "{from}");
        other
    };
    for wrong in [
        swap("\"audit\":1", "\"audit\":2"),
        swap("\"audit\":1", "\"audit\":1,\"audit\":1"),
        swap("\"lane\":0", "\"lane\":0,\"ip\":\"192.0.2.1\""),
        swap("\"lane\":0", "\"lane\":0,\"lane\":0"),
        swap("\"lane\":0", "\"lane\":00"),
        swap("\"lane\":0", "\"lane\":+0"),
        swap("\"lane\":0", "\"lane\":-0"),
        swap("\"lane\":0", "\"lane\":256"),
        swap("\"lane\":0", "\"lane\": 0"),
        swap("\"lane\":0", "\"lane\":\"0\""),
        swap(",\"lane\":0", ""),
        swap("\"reason\":\"wrong_code\"", "\"reason\":\"right_code\""),
        swap("\"reason\":\"wrong_code\"", "\"reason\":wrong_code"),
        swap("\"event\":\"refused\",\"action\":\"verify\"", "\"action\":\"verify\",\"event\":\"refused\""),
        swap("\"notice\":\"locked\",", ""),
        swap(",\"mac\":\"", ",\"mac\":\"+"),
        format!("{line}\n"),
        format!(" {line}"),
        format!("{line}{line}"),
        line.to_uppercase(),
        line.replace('a', "A"),
        "a".repeat(1_000_000),
        "é".repeat(60),
        String::new(),
        "{}".to_owned(),
    ] {
        assert_eq!(AuditEntry::parse(&wrong), Err(AuditError::Malformed), "{wrong:.200}");
    }
}

#[test]
fn a_head_has_one_spelling() {
    let (_, head) = chain(1, &some(3));
    let text = head.to_string();
    assert_eq!(text.parse::<AuditHead>(), Ok(head));
    for wrong in [
        text.to_uppercase(),
        text.replace(".3.", ".03."),
        text.replace(".3.", ".+3."),
        format!("{text}."),
        text[1..].to_owned(),
    ] {
        assert_eq!(wrong.parse::<AuditHead>(), Err(AuditError::Malformed), "{wrong}");
    }
}

#[test]
fn f65_asvs_16_2_5_no_line_holds_a_code_handle_subject_address_or_amount() {
    let scenes = crate::events::scenes();
    let (lines, _) = chain(1, &scenes.told);
    let fixed = ["customer-471", "49151", "12990", "129.90", "Anna", "DE8937", "order 4711", "session", "@"];
    for secret in fixed.into_iter().chain(scenes.secrets.iter().map(String::as_str)) {
        assert_eq!(lines.iter().find(|line| line.contains(secret)), None, "{secret}");
    }
}

//! F63: what a thief of the file gets.

use super::*;
use crate::support::*;

const NUMBER: &str = "+4915112345678";

/// Whatever nobody may find, in text and in bytes.
fn secrets(codes: &[String]) -> Vec<Vec<u8>> {
    let mut secrets: Vec<Vec<u8>> = codes.iter().map(|code| code.clone().into_bytes()).collect();
    for text in ["customer-4711", NUMBER, "4915112345678", "Anna's Bikes", "DE89370400440532013000", "order 4711"] {
        secrets.push(text.as_bytes().to_vec());
    }
    for n in [1, 2] {
        secrets.push(vec![n; 32]);
    }
    secrets
}

fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

#[test]
fn f63_the_files_hold_no_code_key_subject_or_number() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    let mut codes = Vec::new();
    for n in 0..50 {
        let who = Subject::new(&format!("customer-4711-{n}")).unwrap();
        let (handle, code) = desk.issue(PAY, &who, &payment(n)).unwrap();
        match n % 3 {
            0 => drop(desk.verify(PAY, &who, handle, &code, payment(n)).unwrap()),
            1 => assert_eq!(reason(desk.verify(PAY, &who, handle, &not(&code), payment(n))), Reason::WrongCode),
            _ => {}
        }
        codes.push(code);
    }
    let log = fs::read(beside(&folder.file(), "-wal")).unwrap();
    assert!(log.len() > 100_000, "the log holds what was written");
    drop(desk);
    let file = fs::read(folder.file()).unwrap();
    for secret in secrets(&codes) {
        assert!(!holds(&log, &secret), "in the log: {secret:?}");
        assert!(!holds(&file, &secret), "in the file: {secret:?}");
    }
    assert!(holds(&file, b"countersign_records"), "the search finds what is there");
}

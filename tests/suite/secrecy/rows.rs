//! F63, F66 and the size of a record: what a thief of the rows has, and what a browser has.

use crate::support::*;
use crate::tape::Tape;
use countersign::*;

const WHO: &str = "customer-4711";
const PAYEE: &str = "Anna's Bikes";
const ACCOUNT: &str = "DE89370400440532013000";
const REFERENCE: &str = "order 4711";
const PHONE: &str = "+4915112345678";
const AMOUNT: u64 = 987_654_321_012;

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// How somebody might have written a text: as it is, as hexadecimal, without its first character.
fn spellings_of_text(text: &str) -> Vec<Vec<u8>> {
    let hex = text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    vec![text.into(), hex.to_uppercase().into(), hex.into(), text[1..].into()]
}

/// How somebody might have written a number: decimal, BCD, and in either byte order without leading zeros.
fn spellings_of_number(number: u64) -> Vec<Vec<u8>> {
    let decimal = number.to_string();
    let even = if decimal.len().is_multiple_of(2) { decimal.clone() } else { format!("0{decimal}") };
    let bcd = even.as_bytes().chunks(2).map(|pair| (pair[0] - b'0') << 4 | (pair[1] - b'0')).collect();
    let big: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let little = big.iter().rev().copied().collect();
    let hex = spellings_of_text(&format!("{number:x}"));
    [vec![decimal.into(), bcd, big, little], hex].concat()
}

/// Everything that must not be found, in every spelling.
fn secrets(code: &str) -> Vec<Vec<u8>> {
    let texts = [WHO, PAYEE, ACCOUNT, REFERENCE, PHONE, code, "form-1", "session-1"];
    let phone = PHONE[1..].parse().unwrap();
    let numbers = [AMOUNT, code.parse().unwrap(), phone];
    let texts = texts.into_iter().flat_map(spellings_of_text);
    texts.chain(numbers.into_iter().flat_map(spellings_of_number)).collect()
}

/// Which of the spellings are in a row or its key.
fn found(key: &Key, row: &[u8], code: &str) -> Vec<Vec<u8>> {
    secrets(code).into_iter().filter(|part| holds(row, part) || holds(key.as_bytes(), part)).collect()
}

#[test]
fn f63_n63b_7_rts_9_a_row_and_its_key_hold_no_code_subject_phone_payee_or_amount_at_any_time() {
    let desk = Desk::new(Tape::default());
    let value = Payment::new(eur(AMOUNT), PAYEE, ACCOUNT, REFERENCE).unwrap();
    let who = Subject::new(WHO).unwrap();
    let clean = |code: &str| {
        let (key, row) = desk.store.row();
        assert_eq!(found(&key, &row, code), Vec::<Vec<u8>>::new());
    };
    let issued = {
        let rng = &mut *desk.rng.borrow_mut();
        let to = Recipient::sms(PHONE).unwrap().verified(VERIFIED);
        let issue = desk.verifier.issue(PAY, &who, &value, &to, desk.time(), rng).unwrap();
        issue.request(b"session-1", b"form-1").unwrap().run(&desk.store).unwrap()
    };
    let (handle, code) = (issued.ticket().handle(), code_in(&issued).unwrap());
    clean(&code);
    assert_eq!(reason(desk.verify(PAY, &who, handle, &not(&code), value.clone())), Reason::WrongCode);
    clean(&code);
    clean(&not(&code));
    desk.wait(30);
    desk.resend(PAY, &who, handle, &value).unwrap();
    clean(&code);
    desk.verify(PAY, &who, handle, &code, value).unwrap().take(desk.time()).unwrap();
    clean(&code);
}

#[test]
fn f63_the_search_finds_each_of_them_where_it_is() {
    let (key, clean) = (Key::from_bytes([0xee; 32]), [0xee; 127]);
    assert_eq!(found(&key, &clean, "493018"), Vec::<Vec<u8>>::new());
    for part in secrets("493018") {
        let mut row = clean;
        row[32..32 + part.len()].copy_from_slice(&part);
        assert!(found(&key, &row, "493018").contains(&part), "{part:x?}");
    }
}

#[test]
fn f66_what_the_browser_gets_has_no_code_in_it() {
    let desk = Desk::new(MemoryStore::new());
    for n in 0..1_000 {
        let who = Subject::new(&format!("customer-{n}")).unwrap();
        let rng = &mut *desk.rng.borrow_mut();
        let value = payment(1);
        let issue = desk.verifier.issue(PAY, &who, &value, &phone(), desk.time(), rng).unwrap();
        let issued = issue.run(&desk.store).unwrap();
        let (ticket, code) = (issued.ticket(), code_in(&issued).unwrap());
        let verify = desk.verifier.verify(PAY, &who, ticket.handle(), six(&not(&code)), payment(1), desk.time(), rng);
        let refused = refused(verify.unwrap().run(&desk.store));
        let look = desk.verifier.status(PAY, &who, desk.time()).unwrap().challenge(ticket.handle());
        let status = look.run(&desk.store).unwrap();
        let text = format!(
            "{} {:?} {} {:?} {ticket:?} {refused} {refused:?} {status:?}",
            ticket.handle().to_text(),
            ticket.handle().as_bytes(),
            ticket.expires().as_secs(),
            ticket.resend_at().map(UnixTime::as_secs),
        );
        assert!(!text.contains(&code), "{code} in {text}");
        assert!(!text.contains(&not(&code)), "what was typed, {}, in {text}", not(&code));
        let (small, bytes) = (code.parse::<u32>().unwrap(), *ticket.handle().as_bytes());
        assert!(!holds(&bytes, &small.to_be_bytes()) && !holds(&bytes, &small.to_le_bytes()));
    }
}

#[test]
fn one_open_challenge_is_at_most_128_bytes_and_the_fullest_record_at_most_384() {
    let policy = Policy::PAYMENT.draft().open(4).gap(0).build().unwrap();
    let purpose = Purpose::<Payment>::new("pay", policy);
    let desk = Desk::new(Tape::default());
    let mut lengths = Vec::new();
    for n in 0..10 {
        let _ = desk.issue(purpose, &customer(), &payment(n)).unwrap();
        lengths.push(desk.store.row().1.len());
    }
    assert!(lengths[0] <= 128, "{lengths:?}");
    assert!(lengths.iter().all(|length| *length <= Record::LONGEST), "{lengths:?}");
    assert_eq!(
        (Record::LONGEST, lengths.iter().max(), desk.status(purpose, &customer()).open_challenges()),
        (384, lengths.last(), 4)
    );
}

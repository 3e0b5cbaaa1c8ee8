//! Audit lines: what is read is what would be written, and a log in which anything was changed is found out.

use std::cell::RefCell;

use countersign::{
    AuditChain, AuditCheck, AuditEntry, AuditHead, AuditSet, Code, Digits, Event, Handle, Login, MemoryStore,
    Operation as _, Payment, Policy, Purpose, Recipient, RecoveryCode, Subject, UnixTime,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::input::Input;
use crate::oracle::{root, verifier};
use crate::people::payment;

const KEY: [u8; 32] = [7; 32];

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    match input.below(4) {
        0 => line(input.rest_as_text()),
        1 => head(input.rest_as_text()),
        _ => log(&mut input),
    }
}

fn line(text: &str) {
    if let Ok(entry) = AuditEntry::parse(text) {
        assert_eq!(entry.to_string(), text);
        assert!(entry.number() > 0 || entry.head().number() == 0);
        assert!(AuditCheck::new(&root(&KEY)).line(text).is_err(), "nobody without the key wrote this");
        head(&entry.head().to_string());
    }
}

fn head(text: &str) {
    if let Ok(head) = text.parse::<AuditHead>() {
        assert_eq!(head.to_string(), text);
        let mut chain = AuditChain::after(&root(&KEY), head);
        let next = chain.append(&EVENTS.with_borrow(|events| events[0]));
        assert_eq!(next.is_err(), head.number() == u64::MAX);
    }
}

/// Some lines, one change, and an auditor who has the last head.
fn log(input: &mut Input<'_>) {
    let mut rng = ChaCha20Rng::seed_from_u64(input.byte().into());
    let mut chain = AuditChain::new(&root(&KEY), &mut rng).unwrap();
    let length = 1 + input.below(6);
    let lines: Vec<String> = EVENTS.with_borrow(|events| {
        (0..length).map(|_| chain.append(&events[input.below(events.len())]).unwrap().to_string()).collect()
    });
    for text in &lines {
        assert_eq!(AuditEntry::parse(text).unwrap().to_string(), *text);
    }
    let mut changed: Vec<Vec<u8>> = lines.iter().map(|line| line.clone().into_bytes()).collect();
    change(&mut changed, input);
    let same = changed.iter().map(Vec::as_slice).eq(lines.iter().map(String::as_bytes));
    assert_eq!(is_whole(&changed, chain.head()), same);
}

fn change(lines: &mut Vec<Vec<u8>>, input: &mut Input<'_>) {
    let (first, second) = (input.below(lines.len()), input.below(lines.len()));
    let line = lines[first].clone();
    let (place, byte) = (usize::from(input.short()) % line.len(), input.byte());
    match input.below(8) {
        0 => drop(lines.remove(first)),
        1 => lines.insert(second, line),
        2 => lines.swap(first, second),
        3 => lines.truncate(first),
        4 => lines[first].truncate(place),
        5 => lines[first].insert(place, byte),
        6 => drop(lines[first].remove(place)),
        _ => lines[first][place] = byte,
    }
}

fn is_whole(lines: &[Vec<u8>], kept: AuditHead) -> bool {
    let read = || lines.iter().map(|line| std::str::from_utf8(line).map_err(drop));
    let mut check = AuditCheck::new(&root(&KEY)).reaching(kept);
    let checked = read().try_for_each(|line| check.line(line?).map(drop).map_err(drop));
    let alone = checked.is_ok() && check.finish() == Ok(Some(kept));
    let mut set = AuditSet::new(&root(&KEY)).reaching(kept);
    let checked = read().try_for_each(|line| set.line(line?).map(drop).map_err(drop));
    assert_eq!(alone, checked.is_ok() && set.finish() == Ok(vec![kept]));
    alone
}

thread_local! {
    /// One of each kind that a checkout sees.
    static EVENTS: RefCell<Vec<Event>> = RefCell::new(events());
}

fn events() -> Vec<Event> {
    const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
    const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
    let (verifier, store, mut rng) = (verifier(), MemoryStore::new(), ChaCha20Rng::seed_from_u64(1));
    let (who, value, now) = (Subject::new("anna").unwrap(), payment(0), UnixTime::from_secs(1_800_000_000));
    let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1));
    let code = || Code::parse("000000", Digits::SIX).unwrap();
    let issued = verifier.issue(PAY, &who, &value, &phone, now, &mut rng).unwrap().run_observed(&store);
    let handle = issued.outcome.map_or(Handle::from_bytes([0; 16]), |issued| issued.ticket().handle());
    let wrong = verifier.verify(PAY, &who, handle, code(), value.clone(), now, &mut rng).unwrap();
    let soon = verifier.resend(PAY, &who, handle, &value, &phone, now, &mut rng).unwrap();
    let close = verifier.close(PAY, &who, now, &mut rng).unwrap();
    let recovery = RecoveryCode::parse("0000000000000000").unwrap();
    let recover = verifier.recover(LOGIN, &who, recovery, now, &mut rng).unwrap();
    vec![
        issued.event,
        wrong.run_observed(&store).event,
        soon.run_observed(&store).event,
        verifier.status(PAY, &who, now).unwrap().run_observed(&store).event,
        close.run_observed(&store).event,
        recover.run_observed(&store).event,
    ]
}

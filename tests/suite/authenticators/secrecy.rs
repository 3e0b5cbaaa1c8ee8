//! What is stored: it tells a thief nothing, is corrupt when it was touched, and stays for as long as it matters.

use super::*;
use crate::tape::Tape;

/// A customer with as much as a record takes.
fn fullest() -> (Desk<Tape>, Vec<String>) {
    let desk = Desk::new(Tape::default());
    for gadget in [PHONE, TOKEN, Gadget::app(0), Gadget::app(1)] {
        desk.own(&gadget);
    }
    let codes = desk.make_codes().unwrap();
    (desk, codes)
}

fn came(desk: &Desk<Tape>, row: &[u8]) -> Result<(), Reason> {
    outcome(Desk::node(Row::new(row), 9).authenticate_at(desk, &TOKEN, &TOKEN.code(1)))
}

impl Desk<Row> {
    /// As that other desk would, on this row.
    fn authenticate_at(&self, other: &Desk<Tape>, gadget: &Gadget, code: &str) -> Done<Authenticated, Row> {
        self.now.set(other.now.get());
        self.authenticate(gadget, code)
    }
}

#[test]
fn the_fullest_record_has_at_most_384_bytes() {
    let (desk, _) = fullest();
    assert!(desk.store.row().1.len() <= Record::LONGEST, "{}", desk.store.row().1.len());
}

#[test]
fn every_flipped_bit_and_every_other_length_is_corrupt_and_never_not_enrolled() {
    let (desk, _) = fullest();
    let row = desk.store.row().1;
    for bit in 0..row.len() * 8 {
        let mut flipped = row.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(came(&desk, &flipped), Err(Reason::CorruptRecord), "bit {bit}");
    }
    for length in (0..row.len()).chain([row.len() + 1, 384, 385, 65_536, 65_536 + row.len()]) {
        let mut other = row.clone();
        other.resize(length, 0);
        assert_eq!(came(&desk, &other), Err(Reason::CorruptRecord), "{length} bytes");
    }
    assert_eq!(came(&desk, &row), Ok(()), "the row itself is sound");
}

#[test]
fn a_corrupt_record_is_refused_by_every_operation() {
    let (desk, codes) = fullest();
    desk.store.damage();
    desk.store.calls();
    let all = [
        outcome(desk.authenticate(&PHONE, &PHONE.code(STEP))),
        outcome(desk.resynchronise(&TOKEN, [&TOKEN.code(1), &TOKEN.code(2)])),
        outcome(desk.enrol(&Gadget::app(2))),
        outcome(desk.confirm(&Gadget::app(2), &PHONE.code(STEP))),
        outcome(desk.recover(&codes[0])),
        outcome(desk.make_codes()),
        outcome(desk.revoke(&PHONE)),
        outcome(desk.restore()),
        outcome(desk.close_account()),
    ];
    assert_eq!(all, [Err(Reason::CorruptRecord); 9]);
    assert!(desk.store.calls().iter().all(|call| matches!(call, crate::tape::Call::Load(_))));
    assert_eq!(desk.account(&PHONE).condition(), Condition::Corrupt);
}

#[test]
fn a_record_of_challenges_is_none_of_authenticators_nor_the_other_way_round_nor_anothers() {
    let desk = Desk::new(Tape::default());
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let challenges = desk.store.row().1;
    let (other, _) = fullest();
    let account = other.store.row().1;
    assert_eq!(came(&other, &challenges), Err(Reason::CorruptRecord));
    let swapped = Desk::node(Row::new(&account), 3);
    assert_eq!(outcome(swapped.verify(PAY, &customer(), sent.0, &sent.1, payment(1))), Err(Reason::CorruptRecord));
    assert_eq!(outcome(swapped.issue(PAY, &customer(), &payment(1))), Err(Reason::CorruptRecord));
    let stranger = Subject::new("customer-4712").unwrap();
    let moved = swapped.act(|v, now, rng| v.make_recovery_codes(&stranger, now, rng));
    assert_eq!(outcome(moved), Err(Reason::CorruptRecord));
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn f63_n63b_7_n63b_9_a_row_and_its_key_hold_no_code_key_name_or_subject() {
    let (desk, codes) = fullest();
    desk.wait(30);
    let _ = desk.authenticate(&PHONE, &PHONE.code(STEP + 1)).unwrap();
    desk.guess(&TOKEN, 1);
    let _ = desk.recover(&codes[0]).unwrap();
    let (key, row) = desk.store.row();
    let secret = |bytes: &[u8]| holds(&row, bytes) || holds(key.as_bytes(), bytes);
    for gadget in [PHONE, TOKEN, Gadget::app(0), Gadget::app(1)] {
        let base32 = Secret::from_bytes(&gadget.key).unwrap();
        assert!(!secret(&gadget.key[..8]) && !secret(gadget.name.as_bytes()));
        assert!(!secret(&base32.expose_base32().as_str().as_bytes()[..8]));
        for counter in [0, 1, STEP, STEP + 1] {
            let code = gadget.code(counter);
            assert!(!secret(code.as_bytes()) && !secret(&code.parse::<u32>().unwrap().to_be_bytes()));
        }
    }
    for code in &codes {
        let plain = code.replace('-', "");
        assert!(!secret(plain.as_bytes()) && plain.as_bytes().chunks(4).all(|group| !secret(group)));
    }
    assert!(!secret(b"customer"));
    assert!(secret(&row[60..68]), "the search finds what is there");
}

/// Nor is the hash of a recovery code one that can be computed without the key, or is another subject's.
#[test]
fn n63b_9_two_subjects_or_keyrings_have_nothing_in_common() {
    let row = |keys: Keyring, who: &str| {
        let desk = Desk::with_keys(Tape::default(), keys);
        let who = Subject::new(who).unwrap();
        let _ = desk.act(|v, now, rng| v.enrol(&who, &PHONE.authenticator(), now, rng)).unwrap();
        let _ = desk.act(|v, now, rng| v.make_recovery_codes(&who, now, rng)).unwrap();
        desk.store.row().1
    };
    let rows =
        [row(keyring(), "anna"), row(keyring(), "berta"), row(Keyring::new(&root(3), &root(2)).unwrap(), "anna")];
    for pair in [[0, 1], [0, 2], [1, 2]] {
        // Behind the header, whose stamp and times are the same here.
        let [a, b] = pair.map(|n| &rows[n][31..]);
        let tags = [0, 8].into_iter().chain((0..10).map(|n| 33 + 1 + 8 + 8 * n));
        tags.for_each(|place| assert_ne!(a[place..place + 8], b[place..place + 8], "{pair:?} at {place}"));
    }
}

#[test]
fn nothing_that_matters_is_ever_forgotten() {
    let days =
        |desk: &Desk<Counted<MemoryStore>>| desk.store.written().keep_for().map(|seconds| u64::from(seconds) / DAY);
    let desk = || Desk::new(Counted::new(MemoryStore::new()));
    let with = desk();
    let _ = with.enrol(&PHONE).unwrap();
    assert!(days(&with).is_some(), "nobody confirmed it");
    let _ = with.confirm(&PHONE, &PHONE.code(STEP)).unwrap();
    assert_eq!(days(&with), None);
    with.restore().unwrap();
    assert_eq!(days(&with), None);
    with.revoke(&PHONE).unwrap();
    assert_eq!(days(&with), Some(401), "its watermark");
    for (guesses, kept) in [(0, Some(2)), (1, Some(401))] {
        let withdrawn = desk();
        let _ = withdrawn.enrol(&PHONE).unwrap();
        PHONE.wrong(STEP).take(guesses).for_each(|code| assert!(withdrawn.confirm(&PHONE, &code).is_err()));
        withdrawn.revoke(&PHONE).unwrap();
        assert_eq!(days(&withdrawn), kept, "only what was guessed is left of an enrolment that was withdrawn");
    }
    let codes = desk();
    codes.make_codes().unwrap();
    assert_eq!(days(&codes), None);
    codes.close_account().unwrap();
    assert_eq!(days(&codes), Some(401), "a tombstone");
    let absent = desk();
    absent.close_account().unwrap();
    assert_eq!(days(&absent), Some(401));
    let disabled = under(AuthenticatorPolicy::RFC.draft().lock_after(2).total_failures(2).build().unwrap());
    let disabled = Desk { verifier: disabled.verifier, ..desk() };
    disabled.own(&PHONE);
    disabled.guess(&PHONE, 2);
    disabled.close_account().unwrap();
    assert_eq!(days(&disabled), None, "a disablement outlives the account");
}

#[test]
fn a_decoy_is_kept_at_most_8_days_whatever_is_held_against_it() {
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    let decoy = Authenticator::decoy("phone", Digits::SIX).unwrap();
    let code = || RecoveryCode::parse("0000000000000000").unwrap();
    for n in 0..200 {
        let refused = refused(match n {
            0 => desk.act(|v, now, rng| Ok(v.recover(LOGIN, &customer(), code(), now, rng)?.decoy())),
            _ => desk.authenticate_with(LOGIN, &decoy, six(&format!("{n:06}"))),
        });
        assert!(desk.store.written().keep_for().is_some_and(|seconds| u64::from(seconds) <= 8 * DAY), "{n}");
        if let Hint::Wait { until } = refused.hint() {
            desk.now.set(until.as_secs());
        }
    }
    assert_eq!(desk.account(&PHONE).condition(), Condition::Disabled);
}

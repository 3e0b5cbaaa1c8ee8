//! F62: a code leaves nothing in a row. Under two code keys every code is another one, and with equal randomness the rows
//! are the same but for the key ids and the authenticator, which covers those.

use crate::support::*;
use crate::tape::Tape;
use countersign::*;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The bytes behind a row that authenticate it.
const MAC: usize = 16;

/// Two installations that differ in the code key alone.
fn pair() -> [Desk<Tape>; 2] {
    [2, 3].map(|code| Desk::with_keys(Tape::default(), Keyring::new(&root(1), &root(code)).unwrap()))
}

/// HMAC(code key, "countersign/id")[..4], as the keyring's documentation has it.
fn id(code: u8) -> [u8; 4] {
    let keyed = Hmac::<Sha256>::new_from_slice(&[code; 32]).unwrap().chain_update("countersign/id");
    keyed.finalize().into_bytes()[..4].try_into().unwrap()
}

/// The row with the first installation's key ids in place of the second's, and how many there were.
fn with_ids_of_the_first(row: &[u8]) -> (Vec<u8>, usize) {
    let (mut row, mut count) = (row.to_vec(), 0);
    while let Some(at) = row.windows(4).position(|bytes| bytes == id(3)) {
        row[at..at + 4].copy_from_slice(&id(2));
        count += 1;
    }
    (row, count)
}

/// The two rows are one, but for so many key ids and the authenticator.
fn assert_alike(desks: &[Desk<Tape>; 2], ids: usize) {
    let [(key, first), (other_key, second)] = desks.each_ref().map(|desk| desk.store.row());
    assert_eq!(key, other_key);
    let (translated, count) = with_ids_of_the_first(&second);
    let body = first.len() - MAC;
    assert_eq!((count, &translated[..body]), (ids, &first[..body]));
    assert_ne!(first[body..], second[body..], "the authenticator covers the key ids");
    let differ = first[..body].iter().zip(&second[..body]).filter(|(one, other)| one != other).count();
    assert!((1..=4 * ids).contains(&differ), "{differ} bytes outside the authenticator differ");
}

#[test]
fn f62_with_fixed_nonces_rows_under_two_code_keys_differ_only_in_key_ids_and_authenticator() {
    let desks = pair();
    let sent = desks.each_ref().map(|desk| desk.issue(PAY, &customer(), &payment(1)).unwrap());
    assert_eq!(sent[0].0, sent[1].0, "a handle depends on no code key");
    assert_ne!(sent[0].1, sent[1].1);
    assert_alike(&desks, 1);

    // A wrong code, a message sent again, a second challenge, the right code, and the end.
    let each = |act: &dyn Fn(&Desk<Tape>, &Sent)| desks.iter().zip(&sent).for_each(|(desk, sent)| act(desk, sent));
    each(&|desk, (handle, code)| {
        assert_eq!(reason(desk.verify(PAY, &customer(), *handle, &not(code), payment(1))), Reason::WrongCode);
        desk.wait(30);
    });
    assert_alike(&desks, 1);
    each(&|desk, (handle, _)| {
        desk.resend(PAY, &customer(), *handle, &payment(1)).unwrap();
        desk.wait(30);
    });
    assert_alike(&desks, 1);
    each(&|desk, _| drop(desk.issue(PAY, &customer(), &payment(2)).unwrap()));
    assert_alike(&desks, 2);
    each(&|desk, (handle, code)| drop(desk.verify(PAY, &customer(), *handle, code, payment(1)).unwrap()));
    assert_alike(&desks, 2);
    each(&|desk, _| {
        let _ = desk.act(|verifier, now, rng| verifier.close(PAY, &customer(), now, rng)).unwrap();
    });
    assert_alike(&desks, 2);
}

#[test]
fn f62_the_row_of_authenticators_is_the_same_under_any_code_key() {
    let rows = pair().map(|desk| {
        let totp = Totp::new(Hotp::new(&Secret::from_bytes(&[7; 20]).unwrap(), Algorithm::Sha1, Digits::SIX));
        let code = totp.generate(desk.time());
        let phone = Authenticator::totp("phone", totp).unwrap();
        let _ = desk.act(|verifier, now, rng| verifier.enrol(&customer(), &phone, now, rng)).unwrap();
        let _ = desk.act(|verifier, now, rng| verifier.confirm(&customer(), &phone, code, now, rng)).unwrap();
        let _ = desk.act(|verifier, now, rng| verifier.make_recovery_codes(&customer(), now, rng)).unwrap();
        desk.store.row()
    });
    assert_eq!(rows[0], rows[1]);
}

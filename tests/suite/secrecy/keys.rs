//! The index key and the code keys of a keyring are apart, also where HMAC would make them one.

use countersign::*;
use sha2::{Digest, Sha256};

fn key(bytes: &[u8]) -> RootKey {
    RootKey::from_bytes(bytes).unwrap()
}

/// What HMAC takes for the same key: with zeros at the end, or hashed because it is longer than a block (RFC 2104).
fn twins() -> [(RootKey, RootKey); 3] {
    let (plain, long) = ([7; 32], [7; 65]);
    let padded = [&plain[..], &[0]].concat();
    [(key(&plain), key(&plain)), (key(&plain), key(&padded)), (key(&Sha256::digest(long)), key(&long))]
}

#[test]
fn the_index_key_is_no_code_key_in_any_spelling() {
    for (one, other) in twins() {
        assert_eq!(Keyring::new(&one, &other).err(), Some(Invalid::SameKey));
        let ring = Keyring::new(&one, &key(&[8; 32])).unwrap();
        assert_eq!(ring.accept(&other).err(), Some(Invalid::SameKey));
    }
}

#[test]
fn a_code_key_is_accepted_once_in_any_spelling() {
    for (one, other) in twins() {
        let ring = || Keyring::new(&key(&[9; 32]), &key(&[8; 32])).unwrap();
        assert_eq!(ring().accept(&one).unwrap().accept(&other).err(), Some(Invalid::SameKey));
        assert!(ring().accept(&other).is_ok());
    }
}

//! Sealed secrets: bytes and texts of anybody, and those that an oracle sealed, changed or not.

use aes_gcm_siv::{AeadInOut as _, Aes256GcmSiv, KeyInit as _};
use countersign::{SealError, SealedSecret, Sealer, Subject};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::input::Input;
use crate::oracle::{hmac, root};

/// The key that seals, and one that the sealer accepts besides.
const KEYS: [[u8; 32]; 2] = [[0x5a; 32], [0xa5; 32]];
/// Version, key id and nonce.
const HEADER: usize = 17;

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    match input.below(4) {
        0 => bytes(input.rest()),
        1 => text(input.rest_as_text()),
        _ => authentic(&mut input),
    }
}

fn sealer() -> Sealer {
    Sealer::new(&root(&KEYS[0])).unwrap().accept(&root(&KEYS[1])).unwrap()
}

/// Whatever they are, they are read or not by their version and length alone, written as they were, and never opened.
fn bytes(bytes: &[u8]) {
    let read = SealedSecret::from_bytes(bytes);
    let foretold = match bytes.first() {
        Some(1) if (43..=161).contains(&bytes.len()) => Ok(()),
        Some(2..) => Err(SealError::NewerVersion),
        _ => Err(SealError::Malformed),
    };
    assert_eq!(read.map(|_| ()), foretold);
    let Ok(sealed) = read else {
        return;
    };
    assert_eq!(sealed.as_bytes(), bytes);
    text(&sealed.to_string());
    let known = KEYS.iter().any(|key| id(key) == bytes[1..5]);
    let foretold = if known { SealError::Refused } else { SealError::UnknownKey };
    assert_eq!(sealer().open(&sealed, &Subject::new("anna").unwrap(), "phone"), Err(foretold));
}

/// One sealed secret has one text.
fn text(text: &str) {
    if let Ok(sealed) = text.parse::<SealedSecret>() {
        assert_eq!(sealed.to_string(), text);
        assert_eq!(SealedSecret::from_bytes(sealed.as_bytes()), Ok(sealed));
    }
}

/// What was sealed by the letter of the documentation is opened; changed anywhere, or for anybody else, it is not.
fn authentic(input: &mut Input<'_>) {
    let key = input.pick(&KEYS);
    let nonce: [u8; 12] = std::array::from_fn(|_| input.byte());
    let (who, name, plain) = (input.bytes(), input.text(), input.bytes());
    let (place, change) = (input.short(), input.byte());
    let (Ok(subject), 1..=64, 10..=128) = (Subject::from_bytes(who), name.len(), plain.len()) else {
        return;
    };
    let mut row = sealed(&key, &nonce, who, name, plain);
    let sealer = sealer();
    let whole = SealedSecret::from_bytes(&row).unwrap();
    let opened = sealer.open(&whole, &subject, name).unwrap();
    assert_eq!(opened.expose(), plain);
    assert_eq!(sealer.is_current(&whole), key == KEYS[0]);
    let resealed = sealer.reseal(&whole, &subject, name, &mut ChaCha20Rng::seed_from_u64(place.into())).unwrap();
    assert_eq!(sealer.open(&resealed, &subject, name), Ok(opened));
    assert!(sealer.is_current(&resealed));

    let longer = [who, b"x"].concat();
    for (other, called) in
        [(&longer[..], name), (who, &format!("{name}x")), (&who[1..], name), (name.as_bytes(), "x")]
    {
        if let (Ok(subject), 1..=64) = (Subject::from_bytes(other), called.len()) {
            let known = other == who && called == name;
            assert!(known || sealer.open(&whole, &subject, called) == Err(SealError::Refused));
        }
    }
    let place = usize::from(place) % row.len();
    row[place] ^= change.max(1);
    if let Ok(changed) = SealedSecret::from_bytes(&row) {
        let refused = sealer.open(&changed, &subject, name).unwrap_err();
        assert!(matches!(refused, SealError::Refused | SealError::UnknownKey));
    }
    row.truncate(place);
    if let Ok(cut) = SealedSecret::from_bytes(&row) {
        assert!(sealer.open(&cut, &subject, name).is_err());
    }
}

fn id(key: &[u8]) -> [u8; 4] {
    hmac(key, b"countersign/id")[..4].try_into().unwrap()
}

fn sealed(key: &[u8], nonce: &[u8; 12], who: &[u8], name: &str, plain: &[u8]) -> Vec<u8> {
    let length = |part: &[u8]| vec![part.len() as u8];
    let parts = [&length(who)[..], who, &length(name.as_bytes()), name.as_bytes()].concat();
    let whose = [b"countersign/v1/sealed-secret".as_slice(), &[1], &id(key), &parts].concat();
    let cipher = Aes256GcmSiv::new(&hmac(key, b"countersign/v1/seal").into());
    let mut row = [&[1][..], &id(key), nonce, plain].concat();
    let tag = cipher.encrypt_inout_detached(&(*nonce).into(), &whose, (&mut row[HEADER..]).into()).unwrap();
    row.extend(tag);
    row
}

//! F63, R4226-11: secrets at rest. `aes-gcm-siv` and `hmac`, called from here, are the oracle of the stored form.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, unreachable_pub)] // and is no library

use aes_gcm_siv::{AeadInOut, Aes256GcmSiv, KeyInit};
use countersign::*;
use hmac::{Hmac, Mac};
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_core::{TryCryptoRng, TryRng};
use sha2::Sha256;

const KEY: [u8; 32] = [0x5a; 32];
const SECRET: &[u8; 20] = b"canary-secret-key-20";

fn key(byte: u8) -> RootKey {
    RootKey::from_bytes(&[byte; 32]).unwrap()
}

fn sealer() -> Sealer {
    Sealer::new(&RootKey::from_bytes(&KEY).unwrap()).unwrap()
}

fn secret() -> Secret {
    Secret::from_bytes(SECRET).unwrap()
}

fn anna() -> Subject {
    Subject::new("customer-4711").unwrap()
}

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn sealed() -> SealedSecret {
    sealer().seal(&secret(), &anna(), "phone", &mut rng(1)).unwrap()
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes().into()
}

#[test]
fn rfc8452_appendix_c_2() {
    let key: [u8; 32] = core::array::from_fn(|at| u8::from(at == 0));
    let nonce: [u8; 12] = core::array::from_fn(|at| if at == 0 { 3 } else { 0 });
    for (aad, plain, result) in [
        ("", "0100000000000000", "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28"),
        ("", "010000000000000000000000", "9aab2aeb3faa0a34aea8e2b18ca50da9ae6559e48fd10f6e5c9ca17e"),
        ("01", "0200000000000000", "1de22967237a813291213f267e3b452f02d01ae33e4ec854"),
    ] {
        let mut text = unhex(plain);
        let cipher = Aes256GcmSiv::new(&key.into());
        let tag = cipher.encrypt_inout_detached(&nonce.into(), &unhex(aad), text.as_mut_slice().into()).unwrap();
        assert_eq!([text.as_slice(), tag.as_slice()].concat(), unhex(result));
    }
}

#[test]
fn r4226_11_what_is_stored_is_aes_256_gcm_siv_over_the_secret_subject_and_name() {
    let bytes = sealed().as_bytes().to_vec();
    let id = &hmac(&KEY, b"countersign/id")[..4];
    assert_eq!((bytes[0], &bytes[1..5], bytes.len()), (1, id, 1 + 4 + 12 + 20 + 16));
    let subject = b"\x0dcustomer-4711\x05phone".as_slice();
    let whose = [b"countersign/v1/sealed-secret\x01".as_slice(), id, subject].concat();
    let nonce: [u8; 12] = bytes[5..17].try_into().unwrap();
    let mut text = SECRET.to_vec();
    let cipher = Aes256GcmSiv::new(&hmac(&KEY, b"countersign/v1/seal").into());
    let tag = cipher.encrypt_inout_detached(&nonce.into(), &whose, text.as_mut_slice().into()).unwrap();
    assert_eq!(&bytes[17..], [text.as_slice(), tag.as_slice()].concat());
}

#[test]
fn r4226_11_every_length_of_secret_opens_as_it_was() {
    for length in 10..=128_u8 {
        let bytes: Vec<u8> = (0..length).collect();
        let secret = if length < 16 { Secret::from_bytes_weak(&bytes) } else { Secret::from_bytes(&bytes) }.unwrap();
        let sealed = sealer().seal(&secret, &anna(), "phone", &mut rng(2)).unwrap();
        assert_eq!(sealed.as_bytes().len(), usize::from(length) + 33);
        let stored = SealedSecret::from_bytes(sealed.as_bytes()).unwrap();
        assert_eq!(sealer().open(&stored, &anna(), "phone").unwrap().expose(), bytes);
        assert_eq!(sealed.to_string().parse(), Ok(stored));
    }
    assert_eq!(SealedSecret::LONGEST, 161);
}

#[test]
fn f63_sealed_bytes_hold_no_secret() {
    let plain = [SECRET.to_vec(), secret().expose_base32().as_str().as_bytes().to_vec(), b"customer-4711".to_vec()];
    for seed in 0..100 {
        let sealed = sealer().seal(&secret(), &anna(), "phone", &mut rng(seed)).unwrap();
        for canary in plain.iter().flat_map(|plain| plain.windows(4)) {
            assert!(!sealed.as_bytes().windows(4).any(|bytes| bytes == canary));
        }
    }
}

#[test]
fn f63_the_same_secret_is_never_sealed_alike() {
    let mut rng = rng(3);
    let mut seal = || sealer().seal(&secret(), &anna(), "phone", &mut rng).unwrap().as_bytes()[5..].to_vec();
    let all: std::collections::BTreeSet<_> = (0..100).map(|_| seal()).collect();
    assert_eq!(all.len(), 100);
}

#[test]
fn f65_neither_sealers_nor_sealed_secrets_nor_errors_print_a_secret() {
    let opened = sealer().open(&sealed(), &anna(), "phone");
    assert_eq!(format!("{:?} {:?}", sealer(), opened), "Sealer(..) Ok(Secret(..))");
    let id = u32::from_be_bytes(hmac(&KEY, b"countersign/id")[..4].try_into().unwrap());
    assert_eq!(format!("{:?}", sealed()), format!("SealedSecret {{ key: {id:08x}, .. }}"));
    let fault = sealer().open(&sealed(), &anna(), SECRET.map(char::from).iter().collect::<String>().as_str());
    assert_eq!(
        format!("{:?} {}", fault, fault.as_ref().unwrap_err()),
        "Err(Refused) the sealed secret does not open"
    );
}

#[test]
fn r4226_11_every_flipped_bit_is_refused() {
    let bytes = sealed().as_bytes().to_vec();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let opened = SealedSecret::from_bytes(&flipped).and_then(|sealed| sealer().open(&sealed, &anna(), "phone"));
        let expected = match bit / 8 {
            0 if flipped[0] == 0 => SealError::Malformed,
            0 => SealError::NewerVersion,
            1..=4 => SealError::UnknownKey,
            _ => SealError::Refused,
        };
        assert_eq!(opened, Err(expected), "bit {bit}");
    }
    for (at, length) in [(17, 1), (17, 10), (36, 1), (52, 1)] {
        let mut cut = bytes.clone();
        cut.drain(at..at + length);
        let opened = SealedSecret::from_bytes(&cut).and_then(|sealed| sealer().open(&sealed, &anna(), "phone"));
        assert_eq!(opened, Err(SealError::Refused));
    }
}

#[test]
fn r4226_11_a_secret_that_was_moved_does_not_open() {
    let moved = |subject: &str, name: &str| sealer().open(&sealed(), &Subject::new(subject).unwrap(), name);
    assert_eq!(moved("customer-4711", "phone"), Ok(secret()));
    for (subject, name) in [
        ("customer-4712", "phone"),
        ("customer-4711", "token"),
        ("customer-4711", "Phone"),
        // The boundary between the two is bound as well.
        ("customer-471", "1phone"),
        ("customer-4711p", "hone"),
        ("customer-4711\u{a0}x", "phone"),
    ] {
        assert_eq!(moved(subject, name), Err(SealError::Refused), "{subject} {name}");
    }
    let lane = sealer().open(&sealed(), &anna().on(Device::TWO), "phone");
    assert_eq!(lane, Ok(secret()), "all lanes of a subject are one subject");
}

#[test]
fn f46_an_authenticator_has_a_name() {
    for name in ["", &"a".repeat(65), &"a".repeat(1_000_000)] {
        assert_eq!(sealer().seal(&secret(), &anna(), name, &mut rng(1)), Err(SealError::Name));
        assert_eq!(sealer().open(&sealed(), &anna(), name), Err(SealError::Name));
    }
    let longest = (Subject::from_bytes(&[7; 128]).unwrap(), "a".repeat(64));
    let sealed = sealer().seal(&secret(), &longest.0, &longest.1, &mut rng(1)).unwrap();
    assert_eq!(sealer().open(&sealed, &longest.0, &longest.1), Ok(secret()));
    assert_eq!(sealer().open(&sealed, &longest.0, &"a".repeat(63)), Err(SealError::Refused));
}

#[test]
fn r4226_11_rotation_reseals_and_an_unknown_key_is_told_apart() {
    let old = Sealer::new(&key(1)).unwrap().seal(&secret(), &anna(), "phone", &mut rng(4)).unwrap();
    let new_alone = Sealer::new(&key(2)).unwrap();
    assert_eq!(new_alone.open(&old, &anna(), "phone"), Err(SealError::UnknownKey));
    assert_eq!(new_alone.reseal(&old, &anna(), "phone", &mut rng(5)), Err(SealError::UnknownKey));
    let step_1 = Sealer::new(&key(1)).unwrap().accept(&key(2)).unwrap();
    let step_2 = Sealer::new(&key(2)).unwrap().accept(&key(1)).unwrap();
    assert!(step_1.is_current(&old) && !step_2.is_current(&old));
    let new = step_2.reseal(&old, &anna(), "phone", &mut rng(5)).unwrap();
    assert!(step_2.is_current(&new) && !step_1.is_current(&new));
    for sealer in [&new_alone, &step_1, &step_2] {
        assert_eq!(sealer.open(&new, &anna(), "phone"), Ok(secret()));
    }
    let bob = Subject::new("customer-4712").unwrap();
    assert_eq!(step_2.reseal(&old, &bob, "phone", &mut rng(5)), Err(SealError::Refused));
}

#[test]
fn r4226_11_keys_with_one_id_are_refused_and_so_is_a_fifth() {
    let again = RootKey::from_bytes(&[[1; 32].as_slice(), &[0; 8]].concat()).unwrap(); // HMAC takes it for the same
    assert_eq!(Sealer::new(&key(1)).unwrap().accept(&key(1)).unwrap_err(), Invalid::SameKey);
    assert_eq!(Sealer::new(&key(1)).unwrap().accept(&again).unwrap_err(), Invalid::SameKey);
    let four = (2..=4).try_fold(Sealer::new(&key(1)).unwrap(), |sealer, byte| sealer.accept(&key(byte))).unwrap();
    assert_eq!(four.accept(&key(5)).unwrap_err(), Invalid::TooManyKeys);
}

#[test]
fn f60_a_failing_generator_seals_nothing() {
    struct Failing;
    impl TryRng for Failing {
        type Error = core::fmt::Error;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Err(core::fmt::Error)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Err(core::fmt::Error)
        }
        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
            Err(core::fmt::Error)
        }
    }
    impl TryCryptoRng for Failing {}
    assert_eq!(sealer().seal(&secret(), &anna(), "phone", &mut Failing), Err(SealError::RandomSource));
}

#[test]
fn r4226_11_only_what_was_written_is_read() {
    let text = sealed().to_string();
    for wrong in
        ["", "0", "01", "zz", &text.to_uppercase(), &text[2..], &text[1..], &format!("0x{text}"), &"01".repeat(162)]
    {
        assert!(wrong.parse::<SealedSecret>().is_err(), "{wrong}");
    }
    assert_eq!("é".repeat(30).parse::<SealedSecret>(), Err(SealError::Malformed));
    for length in (0..43).chain(162..170) {
        assert_eq!(SealedSecret::from_bytes(&vec![1; length]), Err(SealError::Malformed));
        let newer = if length == 0 { SealError::Malformed } else { SealError::NewerVersion };
        assert_eq!(SealedSecret::from_bytes(&vec![2; length]), Err(newer));
    }
}

proptest! {
    #[test]
    fn f63_no_bytes_panic_and_none_open(bytes in prop::collection::vec(any::<u8>(), 0..200), version: bool) {
        let mut bytes = bytes;
        if let (Some(first), true) = (bytes.first_mut(), version) {
            *first = 1;
        }
        if let Ok(read) = SealedSecret::from_bytes(&bytes) {
            prop_assert_eq!(read.as_bytes(), &bytes);
            prop_assert!(sealer().open(&read, &anna(), "phone").is_err());
        }
    }

    #[test]
    fn f63_no_text_panics(text: String) {
        let _ = text.parse::<SealedSecret>();
    }
}

//! What must not depend on a key or a code in time, run with every key and code marked as undefined memory.
//!
//! `scripts/constant-time` starts each scenario of these under valgrind's memcheck, which then reports every branch and
//! every address that depends on one. What the crate tells on purpose, it releases by name (`src/released.rs`), and here
//! that makes it defined.

use core::ffi::c_void;
use core::hint::black_box;

use countersign::released::on_release;
use countersign::*;
use crabgrind::memcheck::{MemState, mark_memory};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{SeedableRng, TryCryptoRng, TryRng};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);

const SCENARIOS: [(&str, fn()); 14] = [
    ("secret_strict", secret_strict),
    ("secret_lenient", secret_lenient),
    ("secret_text", secret_text),
    ("code", code),
    ("generate", generate),
    ("find", find),
    ("check", check),
    ("derive", derive),
    ("verify", verify),
    ("authenticate", authenticate),
    ("resynchronise", resynchronise),
    ("recovery_codes", recovery_codes),
    ("recover", recover),
    ("unseal", unseal),
];

fn main() {
    on_release(|at, length| mark_memory(at, length, MemState::Defined).expect("runs under valgrind"));
    let wanted = std::env::args().nth(1);
    match wanted {
        None => SCENARIOS.iter().for_each(|(name, _)| println!("{name}")),
        Some(wanted) => SCENARIOS.iter().find(|(name, _)| *name == wanted).expect("a scenario").1(),
    }
}

/// From here on nobody may look at these bytes.
fn hide(bytes: &[u8]) {
    mark_memory(bytes.as_ptr().cast::<c_void>(), bytes.len(), MemState::Undefined).expect("runs under valgrind");
    black_box(bytes);
}

/// A text that nobody may look at.
fn hidden(text: &str) -> String {
    let text = text.to_owned();
    hide(text.as_bytes());
    text
}

fn key(length: usize) -> Secret {
    let bytes = black_box(vec![7; length]);
    hide(&bytes);
    Secret::from_bytes(&bytes).expect("long enough")
}

fn root(byte: u8) -> RootKey {
    let bytes = black_box([byte; 32]);
    hide(&bytes);
    RootKey::from_bytes(&bytes).expect("long enough")
}

fn verifier() -> Verifier {
    Verifier::new(Keyring::new(&root(1), &root(2)).expect("two keys"))
}

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(59)
}

fn somebody() -> Subject {
    Subject::new("customer-4711").expect("a subject")
}

/// Draws what is long enough to be a key or codes hidden; nonces and stamps are stored in the open.
struct HidesKeys(ChaCha20Rng);

impl TryRng for HidesKeys {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.0.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.0.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.try_fill_bytes(bytes)?;
        if bytes.len() > 16 {
            hide(bytes);
        }
        Ok(())
    }
}

impl TryCryptoRng for HidesKeys {}

fn secret_strict() {
    for text in ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQGEZDGNBVGY======"] {
        assert!(Secret::from_base32(&hidden(text)).is_ok());
    }
    assert!(Secret::from_base32(&hidden("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1")).is_err());
    assert!(Secret::from_base32(&hidden("GEZDGNBVGY3TQOJQGEZDGNBVGZ")).is_err());
}

fn secret_lenient() {
    assert!(Secret::from_base32_lenient(&hidden("gezd gnbv-GY3T qojq gezd gnbv gy3t qojq")).is_ok());
    assert!(Secret::from_base32_lenient(&hidden("gezd gnbv gy3t qojq gezd gnbv gy3t qoj!")).is_err());
    assert!(Secret::from_base32_weak(&hidden("gezd gnbv gy3t qojq")).is_ok());
}

fn secret_text() {
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        let secret = Secret::generate_for(algorithm, &mut HidesKeys(rng())).expect("a secret");
        assert!(secret == secret && secret != key(20));
        assert!(secret.expose_base32().as_str().len() >= 32);
    }
}

fn code() {
    assert!(Code::parse(&hidden("755224"), Digits::SIX).is_ok());
    assert!(Code::parse(&hidden("75522x"), Digits::SIX).is_err());
    assert!(Code::parse_spaced(&hidden("755 224"), Digits::SIX).is_ok());
    let letters = Format::letters(8).expect("eight");
    let code = Code::parse(&hidden("a7k0oilz"), letters).expect("a code");
    assert!(code == Code::parse(&hidden("A7K0011Z"), letters).expect("a code"));
    assert_eq!(code.expose(), "A7K0011Z");
}

const KEYS: [(Algorithm, usize); 5] = [
    (Algorithm::Sha1, 20),
    (Algorithm::Sha1, 100), // hashed first
    (Algorithm::Sha256, 32),
    (Algorithm::Sha512, 64),
    (Algorithm::Sha256, 128),
];

fn generate() {
    for (algorithm, length) in KEYS {
        for digits in [Digits::SIX, Digits::new(7).expect("seven"), Digits::EIGHT] {
            let hotp = Hotp::new(&key(length), algorithm, digits);
            black_box(hotp.generate(1));
            let totp = Totp::new(hotp);
            assert_eq!(totp.generate(NOW).expose().len(), usize::from(digits.count()));
        }
    }
}

fn find() {
    for (algorithm, length) in KEYS {
        let hotp = Hotp::new(&key(length), algorithm, Digits::SIX);
        let window = Window::ahead(0, 3).expect("a window");
        assert_eq!(hotp.find(&hotp.generate(1), window), Some(1));
        assert_eq!(hotp.find(&hotp.generate(7), window), None);
        assert_eq!(hotp.find(&Code::parse(&hidden("12345678"), Digits::EIGHT).expect("a code"), window), None);
    }
}

fn check() {
    for (algorithm, length) in KEYS {
        let totp = Totp::new(Hotp::new(&key(length), algorithm, Digits::SIX));
        let skew = Skew::new(1, 1).expect("a skew");
        assert!(totp.check(&totp.generate(NOW), NOW, skew).is_some());
        assert!(totp.check(&totp.generate(NOW.saturating_add(300)), NOW, skew).is_none());
    }
}

fn payment() -> Payment {
    Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89", "order 1").expect("a payment")
}

fn formats() -> [Purpose<Payment>; 2] {
    let letters = Policy::PAYMENT.draft().format(Format::letters(8).expect("eight")).build().expect("a policy");
    [Purpose::new("pay", Policy::PAYMENT), Purpose::new("pay-letters", letters)]
}

/// Issues, and answers the handle and what is on the phone; nobody may look at that.
fn issued(verifier: &Verifier, store: &MemoryStore, purpose: Purpose<Payment>) -> (Handle, String) {
    let (value, who) = (payment(), somebody());
    let phone = Recipient::sms("+4915112345678").expect("a number").verified(NOW);
    let issue = verifier.issue(purpose, &who, &value, &phone, NOW, &mut rng()).expect("an issue");
    let issued = issue.run(store).expect("issued");
    let text = issued.message(&|slip: &Slip<'_, Payment>| slip.code().to_owned()).expect("a message");
    hide(text.as_bytes());
    (issued.ticket().handle(), text)
}

fn derive() {
    let (verifier, store) = (verifier(), MemoryStore::new());
    for purpose in formats() {
        let (handle, _) = issued(&verifier, &store, purpose);
        assert_eq!(handle, handle);
    }
}

fn verify() {
    let (verifier, who) = (verifier(), somebody());
    for purpose in formats() {
        let format = purpose.policy().format();
        for right in [true, false] {
            let store = MemoryStore::new();
            let (handle, mut text) = issued(&verifier, &store, purpose);
            if !right {
                text = hidden(&"0".repeat(text.len()));
            }
            let code = Code::parse(&text, format).expect("a code");
            let verify = verifier.verify(purpose, &who, handle, code, payment(), NOW, &mut rng()).expect("a verify");
            assert_eq!(verify.run(&store).is_ok(), right);
        }
    }
}

/// Enrols a phone and a token whose keys nobody may look at.
fn enrolled(verifier: &Verifier, store: &MemoryStore, authenticator: &Authenticator<'_>, first: Code) {
    let who = somebody();
    let _ = verifier.enrol(&who, authenticator, NOW, &mut rng()).expect("enrol").run(store).expect("enrolled");
    let confirm = verifier.confirm(&who, authenticator, first, NOW, &mut rng()).expect("confirm");
    let _ = confirm.run(store).expect("confirmed");
}

fn totp() -> Totp {
    Totp::new(Hotp::new(&key(20), Algorithm::Sha1, Digits::SIX))
}

fn hotp() -> Hotp {
    Hotp::new(&key(20), Algorithm::Sha1, Digits::SIX)
}

fn authenticate() {
    let (verifier, store, who) = (verifier(), MemoryStore::new(), somebody());
    let phone = Authenticator::totp("phone", totp()).expect("a phone");
    enrolled(&verifier, &store, &phone, totp().generate(NOW));
    let later = NOW.saturating_add(60);
    let attempt = |store: &MemoryStore, authenticator: &Authenticator<'_>, code| {
        let claim = verifier.authenticate(LOGIN, &who, authenticator, code, later, &mut rng()).expect("an attempt");
        claim.run(store).is_ok()
    };
    assert!(attempt(&store, &phone, totp().generate(later)));
    assert!(!attempt(&store, &phone, totp().generate(later))); // a replay
    assert!(!attempt(&store, &phone, totp().generate(later.saturating_add(3_000))));

    let (store, token) = (MemoryStore::new(), Authenticator::hotp("token", hotp()).expect("a token"));
    enrolled(&verifier, &store, &token, hotp().generate(0));
    assert!(attempt(&store, &token, hotp().generate(1)));
    assert!(!attempt(&store, &token, hotp().generate(1)));

    let decoy = Authenticator::decoy("phone", Digits::SIX).expect("a decoy");
    assert!(!attempt(&MemoryStore::new(), &decoy, totp().generate(later)));
}

fn resynchronise() {
    let (verifier, store, who) = (verifier(), MemoryStore::new(), somebody());
    let token = Authenticator::hotp("token", hotp()).expect("a token");
    enrolled(&verifier, &store, &token, hotp().generate(0));
    for (first, right) in [(30, true), (31, false)] {
        let codes = [hotp().generate(first), hotp().generate(31)];
        let pair = verifier.resynchronise(LOGIN, &who, &token, codes, NOW, &mut rng()).expect("an attempt");
        assert_eq!(pair.run(&store).is_ok(), right);
    }
}

/// What is drawn, hashed and stored; and what a person reads.
fn recovery_codes() {
    let make = verifier().make_recovery_codes(&somebody(), NOW, &mut HidesKeys(rng())).expect("codes") .run(&MemoryStore::new());
    let codes = make.expect("made");
    assert!(codes.iter().all(|code| code.expose().iter().all(|group| group.len() == 4)));
}

fn recover() {
    let (verifier, store, who) = (verifier(), MemoryStore::new(), somebody());
    let make = verifier.make_recovery_codes(&who, NOW, &mut HidesKeys(rng())).expect("codes");
    let codes = make.run(&store).expect("made");
    let text = codes.iter().nth(3).expect("ten").expose().join("-");
    hide(text.as_bytes());
    let attempt = |text: &str| {
        let code = RecoveryCode::parse(text).expect("a code");
        let claim = verifier.recover(LOGIN, &who, code, NOW, &mut rng()).expect("an attempt");
        claim.run(&store).is_ok()
    };
    assert!(attempt(&text));
    assert!(!attempt(&text)); // a replay
    assert!(!attempt(&hidden("0000-0000-0000-0000")));
}

fn unseal() {
    let (sealer, who) = (Sealer::new(&root(3)).expect("a key"), somebody());
    let sealed = sealer.seal(&key(20), &who, "phone", &mut rng()).expect("sealed");
    let mut bytes = [0; SealedSecret::LONGEST];
    let length = sealed.as_bytes().len();
    bytes[..length].copy_from_slice(sealed.as_bytes());
    // The table holds it in the open.
    mark_memory(bytes.as_ptr().cast(), length, MemState::Defined).expect("runs under valgrind");
    let sealed = SealedSecret::from_bytes(&bytes[..length]).expect("sealed");
    assert!(sealer.open(&sealed, &who, "phone").expect("opened") == key(20));
    assert!(sealer.open(&sealed, &who, "tablet").is_err());
}

//! Interoperability with oathtool, the command of liboath: both directions, every hash, 6 to 8 digits, random keys,
//! periods, epochs and times, and windows as its `-w` counts them.
//!
//! ```sh
//! COUNTERSIGN_OATHTOOL=$(command -v oathtool) cargo test --test oathtool -- --ignored
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation)] // and is no library

use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::process::Command;

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};

const ALGORITHMS: [(Algorithm, &str); 3] =
    [(Algorithm::Sha1, "SHA1"), (Algorithm::Sha256, "SHA256"), (Algorithm::Sha512, "SHA512")];

/// Every random case, the same in every run.
fn cases(seed: u64) -> impl Iterator<Item = Case> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    (0..45).map(move |n| Case::draw(n, &mut rng))
}

/// One device.
struct Case {
    key: Vec<u8>,
    algorithm: Algorithm,
    name: &'static str,
    digits: Digits,
    period: u32,
    epoch: u64,
    time: u64,
    counter: u64,
}

impl Case {
    fn draw(n: usize, rng: &mut ChaCha20Rng) -> Self {
        let (algorithm, name) = ALGORITHMS[n % 3];
        let mut key = vec![0; 16 + rng.next_u32() as usize % 113];
        rng.fill_bytes(&mut key);
        Self {
            key,
            algorithm,
            name,
            digits: Digits::new(6 + (n / 3 % 3) as u8).unwrap(),
            period: 1 + rng.next_u32() % 120,
            epoch: rng.next_u64() % 1_000_000_000,
            time: 1_000_000_000 + rng.next_u64() % (1 << 34),
            counter: rng.next_u64() >> 1,
        }
    }

    fn hotp(&self) -> Hotp {
        Hotp::new(&Secret::from_bytes(&self.key).unwrap(), self.algorithm, self.digits)
    }

    fn totp(&self) -> Totp {
        Totp::new(self.hotp()).period(NonZeroU32::new(self.period).unwrap()).epoch(UnixTime::from_secs(self.epoch))
    }

    fn base32(&self) -> String {
        Secret::from_bytes(&self.key).unwrap().expose_base32().as_str().to_owned()
    }

    /// oathtool's options for this device as a TOTP one.
    fn time_based(&self, time: u64) -> Vec<String> {
        vec![
            format!("--totp={}", self.name),
            format!("--digits={}", self.digits.count()),
            format!("--time-step-size={}s", self.period),
            format!("--start-time=@{}", self.epoch),
            format!("--now=@{time}"),
        ]
    }

    /// As a HOTP one; oathtool knows HOTP with SHA-1 alone.
    fn counter_based(&self) -> Vec<String> {
        vec!["--hotp".into(), format!("--digits={}", self.digits.count()), format!("--counter={}", self.counter)]
    }

    fn hex(&self) -> String {
        self.key.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    fn parse(&self, text: &str) -> Code {
        Code::parse(text, self.digits).unwrap()
    }
}

/// What oathtool prints, line by line, or nothing if it refuses.
fn oathtool(options: &[String], rest: &[&str]) -> Option<Vec<String>> {
    let path = std::env::var("COUNTERSIGN_OATHTOOL").expect("COUNTERSIGN_OATHTOOL names oathtool");
    let output = Command::new(path).args(options).args(rest).output().expect("oathtool starts");
    let printed = String::from_utf8(output.stdout).unwrap();
    output.status.success().then(|| printed.lines().map(str::to_owned).collect())
}

#[test]
#[ignore = "needs oathtool, whose path it reads from COUNTERSIGN_OATHTOOL"]
fn rfc6238_codes_of_either_side_are_good_at_the_other() {
    for case in cases(6238) {
        let (options, now) = (case.time_based(case.time), UnixTime::from_secs(case.time));
        let theirs = oathtool(&options, &[&case.hex()]).unwrap();
        let ours = case.totp().generate(now);
        assert_eq!(theirs, [ours.expose()]);
        let step = case.totp().step(now).unwrap();
        assert_eq!(case.totp().check(&case.parse(&theirs[0]), now, Skew::NONE), Some(step));
        assert!(oathtool(&options, &[&case.hex(), ours.expose()]).is_some());
    }
}

#[test]
#[ignore = "needs oathtool, whose path it reads from COUNTERSIGN_OATHTOOL"]
fn rfc4226_codes_of_either_side_are_good_at_the_other() {
    for case in cases(4226).filter(|case| case.algorithm == Algorithm::Sha1) {
        let theirs = oathtool(&case.counter_based(), &[&case.hex()]).unwrap();
        let ours = case.hotp().generate(case.counter);
        assert_eq!(theirs, [ours.expose()]);
        let window = Window::ahead(case.counter, 1).unwrap();
        assert_eq!(case.hotp().find(&case.parse(&theirs[0]), window), Some(case.counter));
        assert!(oathtool(&case.counter_based(), &[&case.hex(), ours.expose()]).is_some());
    }
}

#[test]
#[ignore = "needs oathtool, whose path it reads from COUNTERSIGN_OATHTOOL"]
fn uri_1_a_key_in_base32_is_the_same_key() {
    for case in cases(4648) {
        let options = [vec!["--base32".to_owned()], case.time_based(case.time)].concat();
        let theirs = oathtool(&options, &[&case.base32()]).unwrap();
        assert_eq!(theirs, [case.totp().generate(UnixTime::from_secs(case.time)).expose()]);
    }
}

/// `-w` counts the codes beside the first: so many more are printed, and are good.
#[test]
#[ignore = "needs oathtool, whose path it reads from COUNTERSIGN_OATHTOOL"]
fn r4226_6_a_window_ends_where_theirs_does() {
    for (more, case) in (0u16..).zip(cases(722).filter(|case| case.algorithm == Algorithm::Sha1)) {
        let (hotp, window) = (case.hotp(), Window::ahead(case.counter, more + 1).unwrap());
        let options = [case.counter_based(), vec![format!("--window={more}")]].concat();
        let theirs = oathtool(&options, &[&case.hex()]).unwrap();
        let ours = (window.first()..=window.last()).map(|counter| hotp.generate(counter).expose().to_owned());
        assert_eq!(theirs, ours.collect::<Vec<_>>());
        let (last, beyond) = (hotp.generate(window.last()), hotp.generate(window.last() + 1));
        assert_eq!(oathtool(&options, &[&case.hex(), last.expose()]), Some(vec![more.to_string()]));
        assert_eq!(hotp.find(&last, window), Some(window.last()));
        assert_eq!(oathtool(&options, &[&case.hex(), beyond.expose()]), None);
        assert_eq!(hotp.find(&beyond, window), None);
    }
}

#[test]
#[ignore = "needs oathtool, whose path it reads from COUNTERSIGN_OATHTOOL"]
fn r6238_8_a_skew_reaches_as_far_as_theirs_each_way() {
    for (reach, case) in (0u8..=10).cycle().zip(cases(52)) {
        let (totp, now, skew) = (case.totp(), UnixTime::from_secs(case.time), Skew::new(reach, reach).unwrap());
        let options = [case.time_based(case.time), vec![format!("--window={reach}")]].concat();
        let apart = u64::from(case.period) * u64::from(reach);
        for (time, inside) in [
            (case.time + apart, true),
            (case.time - apart, true),
            (case.time + apart + u64::from(case.period), false),
            (case.time - apart - u64::from(case.period), false),
        ] {
            let code = totp.generate(UnixTime::from_secs(time));
            assert_eq!(oathtool(&options, &[&case.hex(), code.expose()]).is_some(), inside);
            assert_eq!(totp.check(&code, now, skew).is_some(), inside);
        }
    }
}

/// The whole life of a device whose codes oathtool shows.
#[test]
#[ignore = "needs oathtool, whose path it reads from COUNTERSIGN_OATHTOOL"]
fn r6238_7_a_device_is_enrolled_and_used_once_a_step() {
    const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
    for case in cases(7) {
        let mut rng = ChaCha20Rng::seed_from_u64(case.counter);
        let keys = [1, 2].map(|byte| RootKey::from_bytes(&[byte; 32]).unwrap());
        let (verifier, store) = (Verifier::new(Keyring::new(&keys[0], &keys[1]).unwrap()), MemoryStore::new());
        let (subject, device) = (Subject::new("anna").unwrap(), Authenticator::totp("app", case.totp()).unwrap());
        let shown = |time: u64| case.parse(&oathtool(&case.time_based(time), &[&case.hex()]).unwrap()[0]);
        let now = UnixTime::from_secs(case.time);
        let _ = verifier.enrol(&subject, &device, now, &mut rng).unwrap().run(&store).unwrap();
        let _ = verifier.confirm(&subject, &device, shown(case.time), now, &mut rng).unwrap().run(&store).unwrap();
        let next = case.time + u64::from(case.period);
        let mut log_in = || {
            let now = UnixTime::from_secs(next);
            verifier.authenticate(LOGIN, &subject, &device, shown(next), now, &mut rng).unwrap().run(&store)
        };
        assert_eq!(log_in().unwrap().method(), Method::Totp);
        assert_eq!(log_in().unwrap_err().refusal().unwrap().reason(), Reason::Replayed);
    }
}

//! The code layer from outside: the standards' vectors, and the published failures that end here.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

use core::convert::Infallible;
use core::num::NonZeroU32;
use std::collections::HashMap;

use countersign::{Algorithm, Code, Digits, Format, Hotp, Invalid, Secret, Skew, Totp, UnixTime, Window};
use proptest::prelude::*;
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/otp.json")).unwrap()
}

fn rows(value: &Value, length: usize) -> &[Value] {
    let rows = value.as_array().unwrap();
    assert_eq!(rows.len(), length);
    rows
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(seconds)
}

fn period(seconds: u32) -> NonZeroU32 {
    NonZeroU32::new(seconds).unwrap()
}

/// The key of RFC 4226, appendix D.
fn hotp(digits: Digits) -> Hotp {
    let secret = Secret::from_bytes(text(&vectors()["rfc4226_appendix_d"]["secret_ascii"]).as_bytes());
    Hotp::new(&secret.unwrap(), Algorithm::Sha1, digits)
}

fn totp() -> Totp {
    Totp::new(hotp(Digits::SIX))
}

fn six(text: &str) -> Code {
    Code::parse(text, Digits::SIX).unwrap()
}

// RFC 4226

#[test]
fn rfc4226_appendix_d() {
    let vectors = vectors();
    let derived = &vectors["derived_not_from_standard_text"];
    let seven = rows(&derived["hotp_7digit_appD_key"], 10);
    let eight = rows(&derived["hotp_8digit_appD_key"], 10);
    for row in rows(&vectors["rfc4226_appendix_d"]["vectors"], 10) {
        let counter = row["count"].as_u64().unwrap();
        let place = usize::try_from(counter).unwrap();
        let of = |count| hotp(Digits::new(count).unwrap()).generate(counter);
        assert_eq!(of(6).expose(), text(&row["hotp6"]));
        assert_eq!(of(7).expose(), text(&seven[place]));
        assert_eq!(of(8).expose(), text(&eight[place]));
    }
}

#[test]
fn r4226_1_keys_under_128_bits_are_refused_and_160_are_generated() {
    for length in 0..=130 {
        let bytes = vec![1; length];
        let strong = Secret::from_bytes(&bytes).map(|secret| secret.expose().len());
        let weak = Secret::from_bytes_weak(&bytes).map(|secret| secret.expose().len());
        assert_eq!(strong, if (16..=128).contains(&length) { Ok(length) } else { Err(Invalid::SecretLength) });
        assert_eq!(weak, if (10..=15).contains(&length) { Ok(length) } else { Err(Invalid::WeakSecretLength) });
    }
    assert_eq!(Secret::generate(&mut Counting(0)).unwrap().expose().len(), 20);
}

#[test]
fn r4226_2_six_seven_or_eight_digits() {
    for count in 0..=255 {
        let digits = Digits::new(count).map(Digits::count);
        assert_eq!(digits, if (6..=8).contains(&count) { Ok(count) } else { Err(Invalid::DigitCount) });
    }
}

#[test]
fn r4226_3_the_counter_is_eight_bytes_high_order_first() {
    let vectors = vectors();
    let big = vectors["derived_not_from_standard_text"]["hotp_big_counters"].as_object().unwrap();
    assert_eq!(big.len(), 5);
    for (counter, code) in big {
        assert_eq!(hotp(Digits::SIX).generate(counter.parse().unwrap()).expose(), text(code));
    }
}

#[test]
fn r4226_4_leading_zeros_are_kept() {
    let vectors = vectors();
    let first = &vectors["derived_not_from_standard_text"]["hotp6_first_counter_with_000_prefix"];
    let code = hotp(Digits::SIX).generate(first["counter"].as_u64().unwrap());
    assert_eq!(code.expose(), text(&first["hotp"]));
    assert!(code.expose().starts_with("000"));
}

#[test]
fn r4226_6_accepts_the_window_and_goes_on_after_the_match() {
    let hotp = hotp(Digits::SIX);
    let window = Window::ahead(10, 5).unwrap();
    for counter in 0..30 {
        let expected = (10..15).contains(&counter).then_some(counter);
        assert_eq!(hotp.find(&hotp.generate(counter), window), expected);
    }
    let next = Window::after(12, 5).unwrap();
    assert_eq!((next.first(), next.last()), (13, 17));
    assert_eq!(hotp.find(&hotp.generate(12), next), None);
    assert_eq!(hotp.find(&hotp.generate(13), next), Some(13));
}

// RFC 6238

fn appendix_b(check: impl Fn(&Value, Algorithm, &str)) {
    let vectors = vectors();
    let appendix = &vectors["rfc6238_appendix_b"];
    for row in rows(&appendix["vectors"], 18) {
        let (algorithm, seed) = match text(&row["mode"]) {
            "SHA1" => (Algorithm::Sha1, "seed_sha1_hex"),
            "SHA256" => (Algorithm::Sha256, "seed_sha256_hex"),
            "SHA512" => (Algorithm::Sha512, "seed_sha512_hex"),
            other => panic!("{other}"),
        };
        check(row, algorithm, text(&appendix[seed]));
    }
}

fn eight_digits(seed: &[u8], algorithm: Algorithm) -> Totp {
    Totp::new(Hotp::new(&Secret::from_bytes(seed).unwrap(), algorithm, Digits::EIGHT))
}

#[test]
fn rfc6238_appendix_b() {
    appendix_b(|row, algorithm, seed| {
        let totp = eight_digits(&unhex(seed), algorithm);
        let time = at(row["time"].as_u64().unwrap());
        let step = u64::from_str_radix(text(&row["T_hex"]), 16).unwrap();
        assert_eq!(totp.step(time), Some(step));
        assert_eq!(totp.generate(time).expose(), text(&row["totp8"]));
        let typed = Code::parse(text(&row["totp8"]), Digits::EIGHT).unwrap();
        assert_eq!(totp.check(&typed, time, Skew::NONE), Some(step));
    });
}

#[test]
fn rfc6238_trap_20_byte_seed() {
    appendix_b(|row, algorithm, seed| {
        let Some(wrong) = row["with_20byte_seed_WRONG"].as_str() else {
            return;
        };
        let time = at(row["time"].as_u64().unwrap());
        assert_eq!(eight_digits(&unhex(seed)[..20], algorithm).generate(time).expose(), wrong);
        let wrong = Code::parse(wrong, Digits::EIGHT).unwrap();
        assert_eq!(eight_digits(&unhex(seed), algorithm).check(&wrong, time, Skew::NONE), None);
    });
}

#[test]
fn six_digits_at_the_times_of_appendix_b() {
    let vectors = vectors();
    let codes = vectors["derived_not_from_standard_text"]["totp_6digit_sha1_appB_times"].as_object().unwrap();
    assert_eq!(codes.len(), 6);
    for (time, code) in codes {
        assert_eq!(totp().generate(at(time.parse().unwrap())).expose(), text(code));
    }
}

#[test]
fn r6238_2_a_step_is_the_whole_periods_since_the_epoch() {
    let steps = [(0, 0), (29, 0), (30, 1), (59, 1), (60, 2)];
    for (time, step) in steps {
        assert_eq!(totp().step(at(time)), Some(step));
        assert_eq!(totp().epoch(at(1_000)).step(at(1_000 + time)), Some(step));
        assert_eq!(totp().period(period(60)).step(at(2 * time)), Some(step));
    }
    assert_eq!(totp().epoch(at(1_000)).step(at(999)), None);
}

#[test]
fn r6238_3_steps_beyond_32_bits() {
    let totp = totp();
    let time = at(30 * ((1 << 32) + 7));
    assert_eq!(totp.step(time), Some((1 << 32) + 7));
    assert_eq!(totp.generate(time), hotp(Digits::SIX).generate((1 << 32) + 7));
    assert_ne!(totp.generate(time), hotp(Digits::SIX).generate(7));
}

#[test]
fn r6238_4_the_offset_is_in_the_last_byte_of_any_hash() {
    // The vectors of SHA-256 and SHA-512 come out right only if bytes 31 and 63 give the offset.
    appendix_b(|row, algorithm, seed| {
        let hotp = Hotp::new(&Secret::from_bytes(&unhex(seed)).unwrap(), algorithm, Digits::EIGHT);
        let step = u64::from_str_radix(text(&row["T_hex"]), 16).unwrap();
        assert_eq!(hotp.generate(step).expose(), text(&row["totp8"]));
    });
}

#[test]
fn r6238_5_generated_keys_are_as_long_as_the_hash() {
    for (algorithm, length) in ALGORITHMS.into_iter().zip([20, 32, 64]) {
        let secret = Secret::generate_for(algorithm, &mut Counting(0)).unwrap();
        assert_eq!(secret.expose(), (0..length).collect::<Vec<u8>>());
    }
}

#[test]
fn r6238_6_the_recommended_skew_is_one_past_step() {
    let totp = totp();
    let now = at(3_000);
    for (time, found) in [(2_940, None), (2_970, Some(99)), (3_000, Some(100)), (3_030, None)] {
        assert_eq!(totp.check(&totp.generate(at(time)), now, Skew::RFC), found);
    }
}

#[test]
fn seconds_left_count_down_to_the_next_step() {
    for (time, left) in [(0, 30), (1, 29), (29, 1), (30, 30), (u64::MAX, 30 - (u64::MAX % 30) as u32)] {
        assert_eq!(totp().seconds_left(at(time)), left);
    }
    assert_eq!(totp().epoch(at(1_000)).seconds_left(at(0)), 30);
    let slow = totp().period(NonZeroU32::MAX);
    assert_eq!(slow.seconds_left(at(0)), u32::MAX);
    assert_eq!(slow.seconds_left(at(u64::from(u32::MAX) - 1)), 1);
}

// Base32

#[test]
fn b32_1_f64_weak_text_is_read_by_its_own_name_only() {
    let written = "JBSWY3DPEHPK3PXP"; // 80 bits, as many sites still give out
    let secret = Secret::from_bytes_weak(b"Hello!\xDE\xAD\xBE\xEF").unwrap();
    for forgiven in [written, "jbswy3dpehpk3pxp", "jbsw y3dp-ehpk 3pxp", "JBSWY3DPEHPK3PXP====", " JBSWY3DPEHPK3PXP "]
    {
        assert_eq!(Secret::from_base32_weak(forgiven).unwrap(), secret, "{forgiven}");
        assert_eq!(Secret::from_base32_lenient(forgiven), Err(Invalid::SecretLength), "{forgiven}");
    }
    for length in 0..=17 {
        let symbols = "A".repeat((length * 8_usize).div_ceil(5));
        let read = Secret::from_base32_weak(&symbols).map(|secret| secret.expose().len());
        let expected = if (10..=15).contains(&length) { Ok(length) } else { Err(Invalid::WeakSecretLength) };
        assert_eq!(read, expected);
    }
    assert_eq!(Secret::from_base32_weak("JBSWY3DPEHPK3PX1"), Err(Invalid::SecretCharacter));
    assert_eq!(Secret::from_base32_weak("JBSWY3DPEHPK3PX"), Err(Invalid::SecretTrailingBits));
    assert_eq!(Secret::from_base32_weak("JBSWY3DPEHPK3P"), Err(Invalid::SecretPadding));
    assert_eq!(Secret::from_base32_weak("JBSW=Y3DPEHPK3PXP"), Err(Invalid::SecretPadding));
    assert_eq!(Secret::from_base32_weak(&"A".repeat(513)), Err(Invalid::SecretLength));
}

#[test]
fn b32_1_strict_is_strict_and_lenient_is_named() {
    let secret = Secret::from_bytes(b"1234567890123456").unwrap();
    let written = secret.expose_base32();
    assert_eq!(written.as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY");
    assert_eq!(Secret::from_base32(written.as_str()).unwrap(), secret);
    assert_eq!(Secret::from_base32(&format!("{}======", written.as_str())).unwrap(), secret);
    for (wrong, fault) in [
        ("gezdgnbvgy3tqojqgezdgnbvgy", Invalid::SecretCharacter),
        ("GEZD GNBV GY3T QOJQ GEZD GNBV GY", Invalid::SecretCharacter),
        ("GEZDGNBVGY3TQOJQGEZDGNBVG1", Invalid::SecretCharacter),
        ("GEZDGNBVGY3TQOJQGEZDGNBVGY=", Invalid::SecretPadding),
        ("GEZDGNBVGY3TQOJQGEZDGNBVG", Invalid::SecretPadding),
        ("GEZDGNBVGY3TQOJQGEZDGNBVGZ", Invalid::SecretTrailingBits),
        ("GEZDGNBVGY3TQOJQGEZDGNBV", Invalid::SecretLength),
        ("", Invalid::SecretLength),
    ] {
        assert_eq!(Secret::from_base32(wrong).unwrap_err(), fault, "{wrong}");
    }
    for forgiven in ["gezdgnbvgy3tqojqgezdgnbvgy", "GEZD GNBV-GY3T QOJQ GEZD GNBV GY", "gezdgnbvgy3tqojqgezdgnbvgy=="]
    {
        assert_eq!(Secret::from_base32_lenient(forgiven).unwrap(), secret, "{forgiven}");
    }
    for refused in ["GEZDGNBVGY3TQOJQGEZDGNBVGZ", "GEZDGNBVGY3TQOJQGEZDGNBVGY\n", "GEZDGNBVGY3TQOJQGEZDGNBVG0"] {
        assert!(Secret::from_base32_lenient(refused).is_err(), "{refused:?}");
    }
}

// The published failures

#[test]
fn f14_of_two_counters_with_one_code_the_newest_is_found() {
    let hotp = hotp(Digits::SIX);
    let mut seen = HashMap::new();
    let mut collisions = 0;
    for newer in 0..4_000u64 {
        let code = hotp.generate(newer);
        let Some(older) = seen.insert(String::from(code.expose()), newer) else {
            continue;
        };
        if newer - older < 1_000 {
            collisions += 1;
            assert_eq!(hotp.find(&code, Window::ahead(older, 1_000).unwrap()), Some(newer));
            assert_eq!(hotp.find(&code, Window::ahead(older, 1).unwrap()), Some(older));
        }
    }
    assert!(collisions > 0, "the range holds no collision");
}

#[test]
fn f32_zero_means_zero_and_the_caps_hold() {
    assert_eq!(Window::ahead(5, 0), Err(Invalid::WindowEmpty));
    assert_eq!(Window::after(5, 0), Err(Invalid::WindowEmpty));
    assert_eq!(Window::ahead(5, 1_001), Err(Invalid::WindowTooWide));
    assert_eq!(Window::ahead(5, u16::MAX), Err(Invalid::WindowTooWide));
    assert_eq!(Window::ahead(5, 1_000).unwrap().last(), 1_004);
    for (past, future) in [(11, 0), (0, 11), (255, 255)] {
        assert_eq!(Skew::new(past, future), Err(Invalid::SkewTooWide));
    }
    assert_eq!(Skew::new(0, 0), Ok(Skew::NONE));
    let totp = totp();
    for (time, found) in [(2_970, None), (3_000, Some(100)), (3_030, None)] {
        assert_eq!(totp.check(&totp.generate(at(time)), at(3_000), Skew::NONE), found);
    }
}

#[test]
fn f42_exactly_n_ascii_digits() {
    assert_eq!(six("067820").expose(), "067820");
    for wrong in ["", "6", "67820", "0678200", "+067820", " 067820", "067820\n", "06782\u{301}0"] {
        assert_eq!(Code::parse(wrong, Digits::SIX), Err(Invalid::CodeLength), "{wrong:?}");
    }
    for wrong in
        ["67820x", "+67820", "-67820", " 67820", "67820 ", "6 7820", "67,820", "6782\n0", "0x6782", "67820\0"]
    {
        assert_eq!(Code::parse(wrong, Digits::SIX), Err(Invalid::CodeCharacter), "{wrong:?}");
    }
    for byte in (0..=127u8).filter(|byte| !byte.is_ascii_digit()) {
        let wrong = format!("12345{}", char::from(byte));
        assert_eq!(Code::parse(&wrong, Digits::SIX), Err(Invalid::CodeCharacter), "{byte:#x}");
    }
}

#[test]
fn f42_spaces_only_if_asked_for() {
    for spaced in ["067 820", "067-820", " 067820", "0 6 7 8 2 0", "067820"] {
        assert_eq!(Code::parse_spaced(spaced, Digits::SIX), Ok(six("067820")), "{spaced}");
    }
    for wrong in ["067\t820", "067.820", "067\u{a0}820", "067820\n"] {
        assert!(Code::parse_spaced(wrong, Digits::SIX).is_err(), "{wrong:?}");
    }
    for wrong in ["067 82", "067 8200", "", "   ", &" ".repeat(31)] {
        assert_eq!(Code::parse_spaced(wrong, Digits::SIX), Err(Invalid::CodeLength), "{wrong:?}");
    }
    // Up to 48 bytes are looked at, a code among them or not.
    for (length, whole) in [(48, Ok(six("067820"))), (49, Err(Invalid::CodeLength)), (60, Err(Invalid::CodeLength))] {
        assert_eq!(Code::parse_spaced(&format!("{:>length$}", "067820"), Digits::SIX), whole, "{length}");
    }
}

#[test]
fn f43_other_digits_are_refused() {
    // Digits that Unicode's NFKC folds to ASCII, and digits of other scripts: as many characters, and as many bytes.
    for zero in ['\u{ff10}', '\u{1d7ce}', '\u{2080}', '\u{660}', '\u{966}'] {
        assert!(Code::parse(&String::from(zero).repeat(6), Digits::SIX).is_err());
    }
    for wrong in ["12\u{1d7ce}", "\u{ff10}\u{ff10}", "\u{660}\u{660}\u{660}"] {
        assert_eq!(wrong.len(), 6);
        assert_eq!(Code::parse(wrong, Digits::SIX), Err(Invalid::CodeCharacter), "{wrong}");
    }
}

/// That this takes no more work than a short text is counted in `tests/constant_time.rs`.
#[test]
fn f43_ten_megabytes_are_refused_by_their_length() {
    for symbol in ["1", "A", "=", " ", "-"] {
        let long = symbol.repeat(10 << 20);
        assert_eq!(Code::parse(&long, Digits::SIX), Err(Invalid::CodeLength));
        assert_eq!(Code::parse_spaced(&long, Digits::SIX), Err(Invalid::CodeLength));
        assert_eq!(Secret::from_base32(&long), Err(Invalid::SecretLength));
        assert_eq!(Secret::from_base32_lenient(&long), Err(Invalid::SecretLength));
    }
}

#[test]
fn f44_leading_zeros_matter_both_ways() {
    let hotp = hotp(Digits::SIX);
    let window = Window::ahead(44, 1).unwrap();
    assert_eq!(hotp.find(&six("000152"), window), Some(44));
    for wrong in ["152", "0152", "0000152"] {
        assert_eq!(Code::parse(wrong, Digits::SIX), Err(Invalid::CodeLength));
    }
    // The same number with another count of digits is another code.
    let seven = Code::parse("0000152", Digits::new(7).unwrap()).unwrap();
    assert_eq!(hotp.find(&seven, window), None);
    assert_ne!(seven, six("000152"));
}

#[test]
fn f47_no_time_panics_or_wraps() {
    let times = [0, 1, 29, 30, 59, 1 << 31, 1 << 32, 1 << 40, u64::MAX - 1, u64::MAX];
    for (time, now, epoch, seconds) in times.into_iter().flat_map(|time| {
        times.into_iter().flat_map(move |now| {
            [0, 1, 31, u64::MAX]
                .into_iter()
                .flat_map(move |epoch| [1, 30, u32::MAX].map(|seconds| (time, now, epoch, seconds)))
        })
    }) {
        let totp = totp().epoch(at(epoch)).period(period(seconds));
        let code = totp.generate(at(time));
        for skew in [(0, 0), (1, 1), (10, 0), (0, 10), (10, 10)] {
            let (past, future) = (u128::from(skew.0), u128::from(skew.1));
            let found = totp.check(&code, at(now), Skew::new(skew.0, skew.1).unwrap());
            let step = |time: u64| time.checked_sub(epoch).map(|elapsed| u128::from(elapsed / u64::from(seconds)));
            match (found, step(now)) {
                (None, None) => {}
                (Some(found), Some(now)) => {
                    let found = u128::from(found);
                    assert!(found + past >= now && found <= now + future, "{found} is outside the skew around {now}");
                }
                (None, Some(now)) => {
                    let made = step(time).unwrap_or_default();
                    assert!(made + past < now || made > now + future, "{made} is inside the skew around {now}");
                }
                (Some(_), None) => panic!("a code before the epoch"),
            }
            assert!((1..=seconds).contains(&totp.seconds_left(at(now))));
        }
    }
}

#[test]
fn before_the_epoch_there_is_step_0_to_show_and_nothing_to_find() {
    let totp = totp().epoch(at(1_000));
    let code = totp.generate(at(999));
    assert_eq!(code, hotp(Digits::SIX).generate(0));
    assert_eq!(totp.check(&code, at(999), Skew::new(10, 10).unwrap()), None);
    assert_eq!(totp.check(&code, at(1_000), Skew::NONE), Some(0));
}

#[test]
fn f48_after_the_last_counter_comes_none() {
    assert_eq!(Window::after(u64::MAX, 1), Err(Invalid::CounterExhausted));
    let last = Window::after(u64::MAX - 1, 10).unwrap();
    assert_eq!((last.first(), last.last()), (u64::MAX, u64::MAX));
    assert_eq!(Window::ahead(u64::MAX, 1_000).unwrap(), last);
    let hotp = hotp(Digits::SIX);
    assert_eq!(hotp.find(&hotp.generate(u64::MAX), last), Some(u64::MAX));
    for counter in 0..10 {
        assert_eq!(hotp.find(&hotp.generate(counter), last), None);
    }
}

#[test]
fn f49_counter_0_is_counter_0() {
    let hotp = hotp(Digits::SIX);
    assert_eq!(hotp.generate(0).expose(), "755224");
    assert_eq!(hotp.find(&six("755224"), Window::ahead(0, 1).unwrap()), Some(0));
    assert_eq!(hotp.find(&six("755224"), Window::ahead(1, 1).unwrap()), None);
}

#[test]
fn f52_steps_beyond_the_skew_are_refused() {
    let totp = totp();
    let now = 100u64;
    for past in 0..=10u8 {
        for future in 0..=10u8 {
            let skew = Skew::new(past, future).unwrap();
            for step in now - 15..now + 15 {
                let inside = step + u64::from(past) >= now && step <= now + u64::from(future);
                let found = totp.check(&totp.generate(at(30 * step + 29)), at(30 * now), skew);
                assert_eq!(found, inside.then_some(step));
            }
        }
    }
}

/// A source that counts.
struct Counting(u8);

impl TryRng for Counting {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unimplemented!("only bytes are drawn")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unimplemented!("only bytes are drawn")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            *byte = self.0;
            self.0 += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}

/// A source that fails when it has half done.
struct Failing;

impl TryRng for Failing {
    type Error = core::fmt::Error;

    fn try_next_u32(&mut self) -> Result<u32, core::fmt::Error> {
        Err(core::fmt::Error)
    }

    fn try_next_u64(&mut self) -> Result<u64, core::fmt::Error> {
        Err(core::fmt::Error)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), core::fmt::Error> {
        let half = bytes.len() / 2;
        bytes[..half].fill(0x5a);
        Err(core::fmt::Error)
    }
}

impl TryCryptoRng for Failing {}

#[test]
fn f60_a_failing_source_makes_no_secret() {
    assert_eq!(Secret::generate(&mut Failing), Err(Invalid::RandomSource));
    for algorithm in ALGORITHMS {
        assert_eq!(Secret::generate_for(algorithm, &mut Failing), Err(Invalid::RandomSource));
    }
}

#[test]
fn f60_every_byte_comes_from_the_source() {
    let mut source = Counting(0);
    assert_eq!(Secret::generate(&mut source).unwrap().expose(), (0..20).collect::<Vec<u8>>());
    assert_eq!(Secret::generate(&mut source).unwrap().expose(), (20..40).collect::<Vec<u8>>());
}

#[test]
fn f64_under_128_bits_is_an_error_and_the_default_is_160() {
    assert_eq!(Secret::from_bytes(&[7; 15]), Err(Invalid::SecretLength));
    assert!(Secret::from_bytes(&[7; 16]).is_ok());
    // 120 bits, as in CVE-2024-8796.
    assert_eq!(Secret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBV"), Err(Invalid::SecretLength));
    assert_eq!(Secret::from_base32_lenient("gezdgnbvgy3tqojqgezdgnbv"), Err(Invalid::SecretLength));
    assert_eq!(Secret::generate(&mut Counting(0)).unwrap().expose().len() * 8, 160);
}

#[test]
fn f65_nothing_prints_a_key_or_a_code() {
    let key = b"CANARY-KEY-CANARY-KEY";
    let secret = Secret::from_bytes(key).unwrap();
    let printed = |value: &dyn core::fmt::Debug| [format!("{value:?}"), format!("{value:#?}")];
    for text in printed(&secret) {
        assert_eq!(text, "Secret(..)");
    }
    for text in printed(&secret.expose_base32()) {
        assert_eq!(text, "SecretText(..)");
    }
    for text in printed(&six("831764")) {
        assert_eq!(text, "Code(..)");
    }
    let totp = Totp::new(Hotp::new(&secret, Algorithm::Sha256, Digits::SIX));
    for text in printed(&totp) {
        let words: String = text.split_whitespace().flat_map(|word| word.chars()).collect();
        assert_eq!(
            words.replace(",}", "}").replace(",)", ")"),
            "Totp{hotp:Hotp{algorithm:Sha256,digits:6,..},period:30,epoch:UnixTime(0)}"
        );
    }
}

#[test]
fn f65_no_refusal_repeats_what_it_refused() {
    let canary = "CANARY831764";
    let letters = Format::letters(6).unwrap();
    let refusals = [
        Code::parse(canary, Digits::SIX).unwrap_err(),
        Code::parse("83176x", Digits::SIX).unwrap_err(),
        Code::parse("UUUUUU", letters).unwrap_err(),
        Code::parse_spaced(canary, letters).unwrap_err(),
        Secret::from_bytes(canary.as_bytes()).unwrap_err(),
        Secret::from_bytes_weak(&[7; 16]).unwrap_err(),
        Secret::from_base32(canary).unwrap_err(),
        Secret::from_base32("CANARYCANARYCANARYCANARY831764==").unwrap_err(),
        Secret::from_base32_lenient(canary).unwrap_err(),
        Secret::generate(&mut Failing).unwrap_err(),
    ];
    for refusal in refusals {
        assert!(core::error::Error::source(&refusal).is_none());
        for text in [refusal.to_string(), format!("{refusal:?}")] {
            assert!(!text.contains("CANARY") && !text.contains("83176") && !text.contains("UUU"), "{text}");
        }
    }
}

#[test]
fn letters_are_read_as_what_was_meant() {
    let format = Format::letters(8).unwrap();
    let code = Code::parse("A7K00112", format).unwrap();
    for typed in ["a7k00112", "A7KOoIl2", "a7k0OLi2"] {
        assert_eq!(Code::parse(typed, format).unwrap(), code, "{typed}");
    }
    assert_eq!(Code::parse_spaced("a7k0-0112", format).unwrap(), code);
    for wrong in ["A7K0011U", "a7k0011u", "A7K0011!", "A7K0-112", "A7K00\u{f6}1", "A7K0\u{ff11}1"] {
        assert_eq!(Code::parse(wrong, format), Err(Invalid::CodeCharacter), "{wrong}");
    }
    for length in 0..=255 {
        let expected = if (6..=12).contains(&length) { Ok(length) } else { Err(Invalid::LetterCount) };
        assert_eq!(Format::letters(length).map(Format::length), expected);
    }
}

#[test]
fn a_code_of_letters_matches_no_hotp() {
    let hotp = hotp(Digits::SIX);
    let letters = Code::parse("755224", Format::letters(6).unwrap()).unwrap();
    assert_ne!(letters, six("755224"));
    assert_eq!(hotp.find(&letters, Window::ahead(0, 10).unwrap()), None);
}

#[test]
fn keyspaces_count_the_codes() {
    assert_eq!(Format::digits(Digits::SIX).keyspace(), 1_000_000);
    assert_eq!(Format::digits(Digits::EIGHT).keyspace(), 100_000_000);
    assert_eq!(Format::letters(6).unwrap().keyspace(), 1 << 30);
    assert_eq!(Format::letters(12).unwrap().keyspace(), 1 << 60);
}

proptest! {
    #[test]
    fn a_generated_code_is_found_where_it_was_made(
        key in proptest::collection::vec(any::<u8>(), 16..=128),
        which in 0..3usize,
        count in 6..=8u8,
        from: u64,
        width in 1..=1_000u16,
        into in 0..1_000u16,
    ) {
        let hotp = Hotp::new(&Secret::from_bytes(&key).unwrap(), ALGORITHMS[which], Digits::new(count).unwrap());
        let window = Window::ahead(from, width).unwrap();
        let counter = from.saturating_add(u64::from(into % width));
        let found = hotp.find(&hotp.generate(counter), window);
        prop_assert!(found >= Some(counter) && found <= Some(window.last()));
        prop_assert_eq!(hotp.generate(found.unwrap()), hotp.generate(counter));
    }

    #[test]
    fn windows_never_panic_and_never_wrap(from: u64, count: u16, used: u64) {
        for window in [Window::ahead(from, count), Window::after(used, count)].into_iter().flatten() {
            prop_assert!(window.first() <= window.last());
            prop_assert!(window.last() - window.first() < u64::from(count));
        }
        prop_assert_eq!(Window::ahead(from, count).is_ok(), (1..=1_000).contains(&count));
    }

    #[test]
    fn steps_never_panic(time: u64, epoch: u64, seconds in 1u32.., past in 0..=10u8, future in 0..=10u8) {
        let totp = totp().epoch(at(epoch)).period(period(seconds));
        let found = totp.check(&totp.generate(at(time)), at(time), Skew::new(past, future).unwrap());
        prop_assert_eq!(found.is_some(), time >= epoch);
        prop_assert!((1..=seconds).contains(&totp.seconds_left(at(time))));
    }

    #[test]
    fn base32_round_trips(bytes in proptest::collection::vec(any::<u8>(), 16..=128)) {
        let secret = Secret::from_bytes(&bytes).unwrap();
        let written = secret.expose_base32();
        prop_assert_eq!(Secret::from_base32(written.as_str()), Secret::from_bytes(&bytes));
        prop_assert_eq!(Secret::from_base32_lenient(&written.as_str().to_lowercase()).unwrap(), secret);
    }

    #[test]
    fn no_text_panics(text: String, letters in 6..=12u8) {
        for format in [Format::digits(Digits::SIX), Format::letters(letters).unwrap()] {
            if let Ok(code) = Code::parse(&text, format) {
                prop_assert_eq!(code.expose().len(), usize::from(format.length()));
            }
            let _ = Code::parse_spaced(&text, format);
        }
        let _ = (Secret::from_base32(&text), Secret::from_base32_lenient(&text), Secret::from_base32_weak(&text));
    }
}

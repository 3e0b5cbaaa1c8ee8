//! The vectors of RFC 4226, appendix D and RFC 6238, appendix B, in a form that needs no parser.

use countersign::{Algorithm, Code, Digits, Hotp, Invalid, Secret, Totp, UnixTime};

/// One line of the two appendices.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Vector {
    /// The hash.
    pub algorithm: Algorithm,
    /// A counter of RFC 4226, or a time of RFC 6238 in seconds.
    pub moving: Moving,
    /// The code.
    pub code: &'static str,
}

/// What makes one code differ from the next.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there are two standards")]
pub enum Moving {
    /// RFC 4226, with 6 digits.
    Counter(u64),
    /// RFC 6238, with 8 digits and steps of 30 seconds.
    Time(u64),
}

/// All 28.
pub const ALL: [Vector; 28] = [
    hotp(0, "755224"),
    hotp(1, "287082"),
    hotp(2, "359152"),
    hotp(3, "969429"),
    hotp(4, "338314"),
    hotp(5, "254676"),
    hotp(6, "287922"),
    hotp(7, "162583"),
    hotp(8, "399871"),
    hotp(9, "520489"),
    totp(Algorithm::Sha1, 59, "94287082"),
    totp(Algorithm::Sha256, 59, "46119246"),
    totp(Algorithm::Sha512, 59, "90693936"),
    totp(Algorithm::Sha1, 1_111_111_109, "07081804"),
    totp(Algorithm::Sha256, 1_111_111_109, "68084774"),
    totp(Algorithm::Sha512, 1_111_111_109, "25091201"),
    totp(Algorithm::Sha1, 1_111_111_111, "14050471"),
    totp(Algorithm::Sha256, 1_111_111_111, "67062674"),
    totp(Algorithm::Sha512, 1_111_111_111, "99943326"),
    totp(Algorithm::Sha1, 1_234_567_890, "89005924"),
    totp(Algorithm::Sha256, 1_234_567_890, "91819424"),
    totp(Algorithm::Sha512, 1_234_567_890, "93441116"),
    totp(Algorithm::Sha1, 2_000_000_000, "69279037"),
    totp(Algorithm::Sha256, 2_000_000_000, "90698825"),
    totp(Algorithm::Sha512, 2_000_000_000, "38618901"),
    totp(Algorithm::Sha1, 20_000_000_000, "65353130"),
    totp(Algorithm::Sha256, 20_000_000_000, "77737706"),
    totp(Algorithm::Sha512, 20_000_000_000, "47863826"),
];

/// Both standards' key: digits over and over, as many as the hash has bytes (RFC 6238, errata 2866).
const KEY: &[u8; 64] = b"1234567890123456789012345678901234567890123456789012345678901234";

impl Vector {
    /// Whether this crate makes that code.
    ///
    /// # Errors
    /// None, with these vectors.
    pub fn holds(&self) -> Result<bool, Invalid> {
        let key = KEY.get(..self.algorithm.key_length()).unwrap_or_default();
        let hotp = |digits| Ok(Hotp::new(&Secret::from_bytes(key)?, self.algorithm, digits));
        let (made, digits) = match self.moving {
            Moving::Counter(counter) => (hotp(Digits::SIX)?.generate(counter), Digits::SIX),
            Moving::Time(time) => {
                (Totp::new(hotp(Digits::EIGHT)?).generate(UnixTime::from_secs(time)), Digits::EIGHT)
            }
        };
        Ok(made == Code::parse(self.code, digits)?)
    }
}

const fn hotp(counter: u64, code: &'static str) -> Vector {
    Vector { algorithm: Algorithm::Sha1, moving: Moving::Counter(counter), code }
}

const fn totp(algorithm: Algorithm, time: u64, code: &'static str) -> Vector {
    Vector { algorithm, moving: Moving::Time(time), code }
}

use core::fmt;

use rand_core::TryCryptoRng;

use crate::code::{Code, Format};
use crate::error::Invalid;
use crate::record::RECOVERY_CODES;
use crate::wipe::wipe;

/// What a person typed from the list: sixteen letters and digits, 80 bits, in Crockford's alphabet.
///
/// Wiped when it is dropped; [`expose`](RecoveryCode::expose) is the only way to its text.
pub struct RecoveryCode(Code);

impl RecoveryCode {
    /// Reads what a person typed: in either case, with any spaces and dashes, and O for 0 and I or L for 1.
    ///
    /// # Errors
    /// [`Invalid::RecoveryCode`].
    ///
    /// ```
    /// use countersign::{Invalid, RecoveryCode};
    ///
    /// let code = RecoveryCode::parse("7zk0 oil4-abcd efgh")?;
    /// assert_eq!(code.expose(), ["7ZK0", "0114", "ABCD", "EFGH"]);
    /// assert_eq!(RecoveryCode::parse("").unwrap_err(), Invalid::RecoveryCode);
    /// # Ok::<(), Invalid>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Code::parse_spaced(text, Format::RECOVERY).map(Self).map_err(|_| Invalid::RecoveryCode)
    }

    /// The code in groups of four, to be shown once. Do not log it.
    #[must_use]
    pub fn expose(&self) -> [&str; 4] {
        let text = self.0.expose();
        let group = |from: usize| text.get(from..from + 4).unwrap_or_default();
        [group(0), group(4), group(8), group(12)]
    }

    pub(super) const fn code(&self) -> &Code {
        &self.0
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

/// Ten recovery codes that were just made. Show them once: they are nowhere else, and are wiped when this is dropped.
#[must_use = "nobody can show these codes again"]
pub struct RecoveryCodes([RecoveryCode; RECOVERY_CODES]);

impl RecoveryCodes {
    /// The codes.
    pub fn iter(&self) -> core::slice::Iter<'_, RecoveryCode> {
        self.0.iter()
    }

    pub(super) fn generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, Invalid> {
        let mut random = [[0; 32]; RECOVERY_CODES];
        let filled = rng.try_fill_bytes(random.as_flattened_mut()).map_err(|_| Invalid::RandomSource);
        let codes =
            filled.map(|()| Self(random.each_ref().map(|mac| RecoveryCode(Code::from_mac(Format::RECOVERY, mac)))));
        wipe(&mut random);
        codes
    }

    pub(super) const fn all(&self) -> &[RecoveryCode; RECOVERY_CODES] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a RecoveryCodes {
    type Item = &'a RecoveryCode;
    type IntoIter = core::slice::Iter<'a, RecoveryCode>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes(..)")
    }
}

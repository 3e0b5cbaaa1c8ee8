//! Writing a key URI, so that every popular app reads it.

use core::fmt::{self, Write as _};

use alloc::string::String;

use zeroize::Zeroizing;

use super::percent::Encoded;
use super::{KeyKind, KeyUri, PERIOD};
use crate::exposed::ExposedText;
use crate::{Algorithm, Digits};

/// Room for the longest URI, so that writing one never moves it and leaves a copy behind.
const ROOM: usize = 1_536;

pub(super) fn text(uri: &KeyUri) -> ExposedText {
    let mut text = Zeroizing::new(String::with_capacity(ROOM));
    // A string takes whatever is written to it.
    let _ = uri.write_label(&mut text);
    text.push_str("?secret=");
    text.push_str(uri.secret.expose_base32().as_str());
    let _ = uri.write_parameters(&mut text);
    ExposedText::new(text)
}

pub(super) const fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Sha1 => "SHA1",
        Algorithm::Sha256 => "SHA256",
        Algorithm::Sha512 => "SHA512",
    }
}

impl KeyUri {
    fn write_label(&self, text: &mut String) -> fmt::Result {
        text.write_str(match self.kind {
            KeyKind::Totp { .. } => "otpauth://totp/",
            KeyKind::Hotp { .. } => "otpauth://hotp/",
        })?;
        if let Some(issuer) = self.issuer() {
            write!(text, "{}:", Encoded(issuer))?;
        }
        write!(text, "{}", Encoded(self.account()))
    }

    fn write_parameters(&self, text: &mut String) -> fmt::Result {
        if let Some(issuer) = self.issuer() {
            write!(text, "&issuer={}", Encoded(issuer))?;
        }
        if self.algorithm != Algorithm::Sha1 {
            write!(text, "&algorithm={}", name(self.algorithm))?;
        }
        if self.digits != Digits::SIX {
            write!(text, "&digits={}", self.digits.count())?;
        }
        match self.kind {
            KeyKind::Totp { period: PERIOD } => Ok(()),
            KeyKind::Totp { period } => write!(text, "&period={period}"),
            KeyKind::Hotp { counter } => write!(text, "&counter={counter}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;
    use core::num::NonZeroU32;

    #[test]
    fn f65_the_longest_text_stays_where_it_was_begun() {
        let names = ["'".repeat(64), "'".repeat(254)];
        let secret = || Secret::from_bytes(&[7; 128]).unwrap();
        let totp = KeyUri::totp(&names[0], &names[1], secret()).unwrap();
        let totp = totp.with_period(NonZeroU32::new(120).unwrap()).unwrap();
        let hotp = KeyUri::hotp(&names[0], &names[1], secret(), u64::MAX).unwrap();
        for uri in [totp, hotp] {
            let uri = uri.with_algorithm(Algorithm::Sha512).with_digits(Digits::EIGHT);
            assert!((1_400..=ROOM).contains(&text(&uri).as_str().len()));
        }
    }
}

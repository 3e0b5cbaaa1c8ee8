//! Reading a key URI that somebody else wrote.

use core::num::NonZeroU32;

use alloc::string::String;

use zeroize::Zeroizing;

use super::percent::decode;
use super::write::name;
use super::{Issuer, KeyKind, KeyUri, KeyUriError, account, issuer, period};
use crate::{Algorithm, Digits, Invalid, Secret};

/// The longest text that is looked at, in bytes: far more than this crate writes, and room for others' parameters.
const LONGEST: usize = 4_096;

/// How the secret's text is read.
pub(super) type ReadSecret = fn(&str) -> Result<Secret, Invalid>;

pub(super) fn parse(text: &str, read_secret: ReadSecret) -> Result<KeyUri, KeyUriError> {
    if text.len() > LONGEST {
        return Err(KeyUriError::TooLong);
    }
    let rest = after_ignoring_case(text, "otpauth://").ok_or(KeyUriError::Scheme)?;
    if rest.contains('#') {
        return Err(KeyUriError::Malformed);
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, label) = path.split_once('/').unwrap_or((path, ""));
    let is_totp = is_totp(kind)?;
    let label = Label::parse(label)?;
    let parameters = Parameters::parse(query)?;
    Ok(KeyUri {
        kind: if is_totp { parameters.time()? } else { parameters.counter()? },
        issuer: label.issuer(parameters.issuer.as_deref().map(String::as_str))?,
        account: account(label.account.trim_start_matches(' '))?,
        secret: parameters.secret(read_secret)?,
        algorithm: parameters.algorithm()?,
        digits: parameters.digits()?,
    })
}

fn is_totp(kind: &str) -> Result<bool, KeyUriError> {
    match kind {
        _ if kind.eq_ignore_ascii_case("totp") => Ok(true),
        _ if kind.eq_ignore_ascii_case("hotp") => Ok(false),
        _ => Err(KeyUriError::Kind),
    }
}

fn after_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

struct Label {
    prefix: Option<Zeroizing<String>>,
    account: Zeroizing<String>,
}

impl Label {
    /// A literal `:` ends the issuer; without one, the first that is encoded does. So an account may hold the
    /// other kind.
    fn parse(label: &str) -> Result<Self, KeyUriError> {
        if label.is_empty() {
            return Err(KeyUriError::Malformed);
        }
        let split = label.split_once(':').or_else(|| split_at_encoded_colon(label));
        let (prefix, account) = match split {
            Some((prefix, account)) => (Some(decode(prefix)?), account),
            None => (None, label),
        };
        Ok(Self { prefix, account: decode(account)? })
    }

    fn issuer(&self, parameter: Option<&str>) -> Result<Option<Issuer>, KeyUriError> {
        let prefix = self.prefix.as_deref().map(String::as_str);
        match (prefix, parameter) {
            (Some(prefix), Some(parameter)) if prefix != parameter => Err(KeyUriError::IssuerMismatch),
            _ => prefix.or(parameter).map(issuer).transpose(),
        }
    }
}

fn split_at_encoded_colon(label: &str) -> Option<(&str, &str)> {
    let at = label.as_bytes().windows(3).position(|bytes| bytes.eq_ignore_ascii_case(b"%3a"))?;
    Some((label.get(..at)?, label.get(at + 3..)?))
}

/// The parameters that have a meaning here. Others are not kept, whatever they are called.
#[derive(Default)]
struct Parameters {
    secret: Option<Zeroizing<String>>,
    issuer: Option<Zeroizing<String>>,
    algorithm: Option<Zeroizing<String>>,
    digits: Option<Zeroizing<String>>,
    period: Option<Zeroizing<String>>,
    counter: Option<Zeroizing<String>>,
}

impl Parameters {
    fn parse(query: &str) -> Result<Self, KeyUriError> {
        let mut parameters = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            let Some(place) = parameters.place(&name.to_ascii_lowercase()) else {
                continue;
            };
            if place.replace(value).is_some() {
                return Err(KeyUriError::Duplicate);
            }
        }
        Ok(parameters)
    }

    fn place(&mut self, name: &str) -> Option<&mut Option<Zeroizing<String>>> {
        match name {
            "secret" => Some(&mut self.secret),
            "issuer" => Some(&mut self.issuer),
            "algorithm" => Some(&mut self.algorithm),
            "digits" => Some(&mut self.digits),
            "period" => Some(&mut self.period),
            "counter" => Some(&mut self.counter),
            _ => None,
        }
    }

    fn secret(&self, read: ReadSecret) -> Result<Secret, KeyUriError> {
        match self.secret.as_deref().map(String::as_str) {
            None | Some("") => Err(KeyUriError::SecretMissing),
            Some(text) => read(text).map_err(|fault| match fault {
                Invalid::SecretLength | Invalid::WeakSecretLength => KeyUriError::SecretLength,
                other => KeyUriError::Secret(other),
            }),
        }
    }

    fn algorithm(&self) -> Result<Algorithm, KeyUriError> {
        let Some(text) = &self.algorithm else {
            return Ok(Algorithm::Sha1);
        };
        let known = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
        known.into_iter().find(|known| text.eq_ignore_ascii_case(name(*known))).ok_or(KeyUriError::Algorithm)
    }

    fn digits(&self) -> Result<Digits, KeyUriError> {
        match self.digits.as_deref().map(String::as_bytes) {
            None => Ok(Digits::SIX),
            Some(&[digit @ b'6'..=b'8']) => Digits::new(digit - b'0').map_err(|_| KeyUriError::Digits),
            Some(_) => Err(KeyUriError::Digits),
        }
    }

    fn time(&self) -> Result<KeyKind, KeyUriError> {
        let Some(text) = &self.period else {
            return Ok(KeyKind::Totp { period: super::PERIOD });
        };
        let seconds = number(text).and_then(|seconds| u32::try_from(seconds).ok()).and_then(NonZeroU32::new);
        Ok(KeyKind::Totp { period: period(seconds.ok_or(KeyUriError::Period)?)? })
    }

    fn counter(&self) -> Result<KeyKind, KeyUriError> {
        let text = self.counter.as_ref().ok_or(KeyUriError::CounterMissing)?;
        Ok(KeyKind::Hotp { counter: number(text).ok_or(KeyUriError::Counter)? })
    }
}

/// Decimal digits alone: the library's own parser would let a sign pass.
fn number(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

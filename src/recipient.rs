//! Where a code goes: one address, of one kind, and since when it can be trusted.

use core::fmt;

use crate::error::Invalid;
use crate::time::UnixTime;

/// How a recipient is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum RecipientKind {
    /// A text message to an E.164 number.
    Sms,
    /// A call to an E.164 number.
    Voice,
    /// An e-mail, which is no out-of-band authenticator (NIST SP 800-63B-4), but confirms addresses.
    Email,
    /// A message inside an app, addressed by that app's own id.
    App,
}

impl RecipientKind {
    pub(crate) const ALL: u8 = Self::Sms.bit() | Self::Voice.bit() | Self::Email.bit() | Self::App.bit();

    pub(crate) const fn bit(self) -> u8 {
        match self {
            Self::Sms => 1,
            Self::Voice => 2,
            Self::Email => 4,
            Self::App => 8,
        }
    }
}

/// One recipient, fixed when a challenge is issued (F39). Records hold a keyed tag of it, never the address.
///
/// ```
/// use countersign::{Invalid, Recipient, UnixTime};
///
/// let phone = Recipient::sms("+4915112345678")?.verified(UnixTime::from_secs(1_750_000_000));
/// assert_eq!(Recipient::sms("4915112345678").unwrap_err(), Invalid::PhoneNumber);
/// assert_eq!(Recipient::email("a@example.com,b@example.com").unwrap_err(), Invalid::EmailAddress);
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy)]
pub struct Recipient<'a> {
    kind: RecipientKind,
    address: &'a str,
    verified: Option<UnixTime>,
    changed: Option<UnixTime>,
    recovered: bool,
    decoy: bool,
}

impl<'a> Recipient<'a> {
    /// A mobile number in E.164: `+`, a digit 1 to 9, at most 15 digits, and nothing else.
    ///
    /// # Errors
    /// [`Invalid::PhoneNumber`].
    pub fn sms(number: &'a str) -> Result<Self, Invalid> {
        Self::phone(RecipientKind::Sms, number)
    }

    /// A number in E.164 that is called.
    ///
    /// # Errors
    /// [`Invalid::PhoneNumber`].
    pub fn voice(number: &'a str) -> Result<Self, Invalid> {
        Self::phone(RecipientKind::Voice, number)
    }

    /// One e-mail address of at most 254 bytes, as the account has it.
    ///
    /// # Errors
    /// [`Invalid::EmailAddress`] for anything that could be more than one address, or none.
    pub fn email(address: &'a str) -> Result<Self, Invalid> {
        if address.len() > 254 {
            return Err(Invalid::EmailAddress);
        }
        let (local, domain) = address.split_once('@').ok_or(Invalid::EmailAddress)?;
        let foreign = |c: char| {
            c.is_control() || c.is_whitespace() || matches!(c, '@' | ',' | ';' | '<' | '>' | '"' | '(' | ')' | '\\')
        };
        if local.is_empty() || domain.is_empty() || local.contains(foreign) || domain.contains(foreign) {
            return Err(Invalid::EmailAddress);
        }
        Ok(Self::new(RecipientKind::Email, address))
    }

    /// An id inside an app: 1 to 254 bytes without white space or control characters.
    ///
    /// # Errors
    /// [`Invalid::AppAddress`].
    pub fn app(id: &'a str) -> Result<Self, Invalid> {
        if id.is_empty() || id.len() > 254 || id.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(Invalid::AppAddress);
        }
        Ok(Self::new(RecipientKind::App, id))
    }

    /// The stand-in for an account that does not exist: the same record, the same writes and the same hints as for
    /// one in good order, but no message, and no code is ever right.
    ///
    /// Give it a [`Subject`](crate::Subject) in a namespace of its own, such as `decoy:` and the canonical text that was
    /// typed: the text alone may be a real account's id. Answer before a real message is sent, so that the provider's
    /// round trip tells nobody anything. Use one also for a real account that is closed or whose address may not be used.
    #[must_use]
    pub const fn decoy(kind: RecipientKind) -> Self {
        Self { decoy: true, ..Self::new(kind, "") }
    }

    /// Since when this address is known to reach the account's owner. Without it, it never was verified.
    #[must_use]
    pub const fn verified(mut self, at: UnixTime) -> Self {
        self.verified = Some(at);
        self
    }

    /// When this address last replaced another one, or its SIM was swapped or its number ported.
    #[must_use]
    pub const fn changed(mut self, at: UnixTime) -> Self {
        self.changed = Some(at);
        self
    }

    /// It took the place of an address that was lost, on the word of an authenticator or a recovery code alone: it settles
    /// three times as slowly.
    #[must_use]
    pub const fn recovered(mut self) -> Self {
        self.recovered = true;
        self
    }

    /// How it is reached.
    #[must_use]
    pub const fn kind(&self) -> RecipientKind {
        self.kind
    }

    /// The address itself, for whoever sends.
    #[must_use]
    pub const fn address(&self) -> &'a str {
        self.address
    }

    pub(crate) const fn is_decoy(&self) -> bool {
        self.decoy
    }

    pub(crate) const fn is_verified(&self) -> bool {
        self.decoy || self.verified.is_some()
    }

    /// When it will have stood verified and unchanged for `seconds`, or for three times as long if it was recovered; a decoy
    /// always has.
    pub(crate) fn settled_at(&self, seconds: u32) -> UnixTime {
        if self.decoy || seconds == 0 {
            return UnixTime::from_secs(0);
        }
        let since = self.verified.max(self.changed).unwrap_or(UnixTime::from_secs(u64::MAX));
        let times = if self.recovered { 3 } else { 1 };
        since.saturating_add(u64::from(seconds) * times)
    }

    fn phone(kind: RecipientKind, number: &'a str) -> Result<Self, Invalid> {
        let digits = number.strip_prefix('+').ok_or(Invalid::PhoneNumber)?;
        match digits.as_bytes() {
            [b'1'..=b'9', rest @ ..] if rest.len() < 15 && rest.iter().all(u8::is_ascii_digit) => {
                Ok(Self::new(kind, number))
            }
            _ => Err(Invalid::PhoneNumber),
        }
    }

    /// `address` has the canonical form of its kind.
    pub(crate) const fn new(kind: RecipientKind, address: &'a str) -> Self {
        Self { kind, address, verified: None, changed: None, recovered: false, decoy: false }
    }
}

impl fmt::Debug for Recipient<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient").field("kind", &self.kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn msg_4_a_phone_number_is_e164_and_nothing_else() {
        for number in ["", "+", "+0123", "123", "+49 151", "+49151123456789012", "+49-151", "++49", "+４９"] {
            assert_eq!(Recipient::sms(number).unwrap_err(), Invalid::PhoneNumber, "{number:?}");
        }
        assert!(Recipient::sms("+123456789012345").is_ok());
    }

    #[test]
    fn f39_an_address_is_never_a_list() {
        for address in [
            "a@b.c,d@e.f",
            "a@b.c d@e.f",
            "a@b.c;d@e.f",
            "a@b@c",
            "<a@b.c>",
            "a@",
            "@b",
            "ab",
            "a@b\r\nBcc:c@d",
            "[\"a@b\",\"c@d\"]",
        ] {
            assert_eq!(Recipient::email(address).unwrap_err(), Invalid::EmailAddress, "{address:?}");
        }
        assert!(Recipient::email("a.b+c@example.com").is_ok());
    }

    #[test]
    fn a_recipient_settles_after_its_last_change() {
        let at = UnixTime::from_secs;
        let phone = Recipient::sms("+4915112345678").unwrap();
        assert_eq!(phone.settled_at(10).as_secs(), u64::MAX);
        assert_eq!(phone.verified(at(100)).settled_at(10), at(110));
        assert_eq!(phone.verified(at(100)).changed(at(200)).settled_at(10), at(210));
        assert_eq!(phone.verified(at(100)).changed(at(200)).recovered().settled_at(10), at(230));
        assert_eq!(phone.verified(at(100)).recovered().settled_at(0), at(0));
        assert_eq!(Recipient::decoy(RecipientKind::Sms).settled_at(10), at(0));
    }
}

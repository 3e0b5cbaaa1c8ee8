use core::fmt;

use super::{EmailAddress, PhoneNumber};
use crate::error::Invalid;
use crate::recipient::{Recipient, RecipientKind};
use crate::text::Text;

/// A phone number or an e-mail address, in its one canonical form; two of them are equal however they were typed.
///
/// ```
/// use countersign::{Address, Invalid, PhoneNumber};
///
/// let typed: Address = PhoneNumber::parse("1 (555) 010-4711", "1")?.into();
/// assert_eq!(typed, Address::parse("+1 555 010 4711")?);
/// assert_eq!(typed.as_str(), "+15550104711");
/// assert!(Address::parse("Anna@Shop.example")?.is_email());
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    text: Text<254>,
    email: bool,
}

impl Address {
    /// Reads an e-mail address, or a phone number with its `+` or `00`: whatever has an `@` is the first. What a person
    /// typed without either is for [`PhoneNumber::parse`], which asks for the country.
    ///
    /// # Errors
    /// [`Invalid::EmailAddress`] and [`Invalid::PhoneNumber`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.contains('@') {
            EmailAddress::parse(text).map(Self::from)
        } else {
            PhoneNumber::parse(text, "").map(Self::from)
        }
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Whether it is an e-mail address, and no phone number.
    #[must_use]
    pub const fn is_email(&self) -> bool {
        self.email
    }

    /// Where a code goes that confirms it: a text message or an e-mail, to nobody who is known yet.
    #[must_use]
    pub fn recipient(&self) -> Recipient<'_> {
        let kind = if self.email { RecipientKind::Email } else { RecipientKind::Sms };
        Recipient::new(kind, self.as_str())
    }

    /// The same number, called.
    ///
    /// # Errors
    /// [`Invalid::PhoneNumber`] of an e-mail address.
    pub fn voice(&self) -> Result<Recipient<'_>, Invalid> {
        if self.email {
            return Err(Invalid::PhoneNumber);
        }
        Ok(Recipient::new(RecipientKind::Voice, self.as_str()))
    }

    /// Nobody's: no text that is typed or stored reads as this one.
    pub(super) const fn nobody(email: bool) -> Self {
        Self { text: Text::BLANK, email }
    }

    /// Refuses a recipient at any other address (F39). A decoy may stand in for it, since it never approves.
    pub(super) fn expect(&self, recipient: &Recipient<'_>) -> Result<(), Invalid> {
        let email = match recipient.kind() {
            RecipientKind::Sms | RecipientKind::Voice => Some(false),
            RecipientKind::Email => Some(true),
            RecipientKind::App => None,
        };
        let mine = email == Some(self.email) && recipient.address() == self.as_str();
        if recipient.is_decoy() || mine { Ok(()) } else { Err(Invalid::WrongRecipient) }
    }
}

impl From<PhoneNumber> for Address {
    fn from(number: PhoneNumber) -> Self {
        Self { text: number.0.widened(), email: false }
    }
}

impl From<EmailAddress> for Address {
    fn from(address: EmailAddress) -> Self {
        Self { text: address.0, email: true }
    }
}

/// Without the address: it is personal data, and a log keeps what it prints.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f23_an_address_is_a_number_or_a_mailbox_and_nothing_between() {
        for (text, fault) in [
            ("", Invalid::PhoneNumber),
            ("-", Invalid::PhoneNumber),
            ("15550104711", Invalid::PhoneNumber),
            ("0151 12345678", Invalid::PhoneNumber),
            ("+15550104711,+15550104712", Invalid::PhoneNumber),
            ("@", Invalid::EmailAddress),
            ("+15550104711@", Invalid::EmailAddress),
            ("a@b.example,c@d.example", Invalid::EmailAddress),
        ] {
            assert_eq!(Address::parse(text), Err(fault), "{text:?}");
        }
        assert_eq!(Address::parse("+15550104711@shop.example").unwrap().recipient().kind(), RecipientKind::Email);
        assert_eq!(Address::parse("a@b.example").unwrap().voice().unwrap_err(), Invalid::PhoneNumber);
    }

    #[test]
    fn f39_an_address_expects_itself_in_its_own_ways_alone() {
        let (phone, mail) = (Address::parse("+15550104711").unwrap(), Address::parse("a@b.example").unwrap());
        for recipient in [Recipient::sms("+15550104711"), Recipient::voice("+15550104711")] {
            let recipient = recipient.unwrap();
            assert_eq!((phone.expect(&recipient), mail.expect(&recipient)), (Ok(()), Err(Invalid::WrongRecipient)));
        }
        let strangers = [
            Recipient::app("+15550104711"),
            Recipient::app("a@b.example"),
            Recipient::sms("+15550104712"),
            Recipient::email("A@b.example"),
        ];
        for recipient in strangers.map(Result::unwrap) {
            assert_eq!(phone.expect(&recipient), Err(Invalid::WrongRecipient));
            assert_eq!(mail.expect(&recipient), Err(Invalid::WrongRecipient));
        }
        assert_eq!(phone.expect(&Recipient::decoy(RecipientKind::Email)), Ok(()));
        let nobody = Address::nobody(false);
        assert_eq!(nobody.expect(&Recipient::sms("+15550104711").unwrap()), Err(Invalid::WrongRecipient));
    }
}

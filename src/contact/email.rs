use core::fmt;

use crate::error::Invalid;
use crate::text::Text;

/// An e-mail address in its one canonical form: the domain in small letters, the local part as it was typed.
///
/// The local part is kept because only its own server knows what it means (RFC 5321, section 2.4): one that tells
/// `Anna` from `anna`, or that does not drop dots or what follows a `+`, would deliver to somebody else. So two
/// spellings of a local part may be one mailbox; what counts guesses is the account ([`Subject`](crate::Subject)),
/// never an address.
///
/// Everything is ASCII: of an international domain take the `xn--` form, which is one where its Unicode form is several,
/// some of them made to look alike.
///
/// ```
/// use countersign::{EmailAddress, Invalid, Recipient};
///
/// let address = EmailAddress::parse(" Anna@Example.COM ")?;
/// assert_eq!(address.as_str(), "Anna@example.com");
/// let recipient = Recipient::email(address.as_str())?;
/// assert_eq!(EmailAddress::parse("anna@exämple.com"), Err(Invalid::EmailAddress));
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EmailAddress(pub(super) Text<254>);

impl EmailAddress {
    /// Reads what a person typed, without the spaces around it: a local part of 1 to 64 characters of RFC 5322's
    /// `dot-atom`, and a domain of at least two labels.
    ///
    /// # Errors
    /// [`Invalid::EmailAddress`] for everything else: quoted local parts, address literals, lists and names.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let (local, domain) = typed.trim_matches(' ').split_once('@').ok_or(Invalid::EmailAddress)?;
        let length = local.len() + 1 + domain.len();
        let mut form = [0; 254];
        let form = form.get_mut(..length).ok_or(Invalid::EmailAddress)?;
        if !is_dot_atom(local) || local.len() > 64 || !is_host(domain) || !domain.contains('.') {
            return Err(Invalid::EmailAddress);
        }
        let lower = domain.bytes().map(|byte| byte.to_ascii_lowercase());
        for (to, from) in form.iter_mut().zip(local.bytes().chain([b'@']).chain(lower)) {
            *to = from;
        }
        let form = str::from_utf8(form).map_err(|_| Invalid::EmailAddress)?;
        Text::new(form).map(Self).map_err(|_| Invalid::EmailAddress)
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Without the address: it is personal data, and a log keeps what it prints.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}

fn is_dot_atom(local: &str) -> bool {
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
}

/// Whether these are the labels of a host's ASCII name (RFC 1123, section 2.1).
pub(crate) fn is_host(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f23_a_domain_has_one_spelling_and_a_local_part_its_own() {
        let form = |typed| EmailAddress::parse(typed).map(|address| Text::<254>::new(address.as_str()).unwrap());
        assert_eq!(form("Anna.M+pay@EXAMPLE.Com"), Text::new("Anna.M+pay@example.com"));
        assert_eq!(form("anna@xn--exmple-cua.com"), Text::new("anna@xn--exmple-cua.com"));
        for typed in [
            "",
            "@",
            "a@",
            "@b.c",
            "a@b",
            "a@b@c.d",
            "a b@c.d",
            "a@b..c",
            "a@.b.c",
            "a@b.c.",
            "a@-b.c",
            "a@b-.c",
            ".a@b.c",
            "a.@b.c",
            "a..b@c.d",
            "\"a\"@b.c",
            "a@[1.2.3.4]",
            "a@b.c,d@e.f",
            "Anna <a@b.c>",
            "a@b.c\n",
            "a\u{200B}@b.c",
            "ä@b.c",
            "a@ä.c",
            "a@b.c\u{3000}",
        ] {
            assert_eq!(form(typed), Err(Invalid::EmailAddress), "{typed:?}");
        }
    }

    #[test]
    fn f23_a_canonical_address_is_its_own_canonical_form() {
        let address = EmailAddress::parse("Anna@EXAMPLE.com").unwrap();
        assert_eq!(EmailAddress::parse(address.as_str()), Ok(address));
        assert!(crate::Recipient::email(address.as_str()).is_ok());
    }
}

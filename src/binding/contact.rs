use core::fmt;

use super::{Binding, Encoder, sealed};
use crate::error::Invalid;
use crate::text::Text;

/// A phone number or e-mail address that is to be confirmed, or to replace another one.
///
/// It says nothing of where the code went: to confirm an address, issue to that very address. The old address is the
/// account's; with the feature `serde`, read the whole from your own queue or table, never from a request.
///
/// Of a change in two steps, through the old address and with a notice to it, take [`ContactRelease`](crate::ContactRelease):
/// it knows where its code goes.
///
/// ```
/// use countersign::ContactChange;
///
/// let first = ContactChange::add("+4915112345678")?;
/// let change = ContactChange::replace("+4915112345678", "anna@example.com")?;
/// assert_eq!(first.old(), None);
/// assert_eq!(change.new_address(), "anna@example.com");
/// # Ok::<(), countersign::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ContactChange {
    old: Option<Text<254>>,
    new: Text<254>,
}

impl ContactChange {
    /// A first address.
    ///
    /// # Errors
    /// Those of [`Text`], for an address of more than 254 bytes or with characters that deceive.
    pub fn add(new: &str) -> Result<Self, Invalid> {
        Ok(Self { old: None, new: Text::new(new)? })
    }

    /// A new address in place of an old one.
    ///
    /// # Errors
    /// As [`ContactChange::add`].
    pub fn replace(old: &str, new: &str) -> Result<Self, Invalid> {
        Ok(Self { old: Some(Text::new(old)?), new: Text::new(new)? })
    }

    /// The address that goes, if there is one.
    #[must_use]
    pub fn old(&self) -> Option<&str> {
        self.old.as_ref().map(Text::as_str)
    }

    /// The address that comes.
    #[must_use]
    pub fn new_address(&self) -> &str {
        self.new.as_str()
    }
}

impl Binding for ContactChange {
    const DOMAIN: &'static str = "countersign/contact-change";
    const ORIGIN: sealed::Origin = sealed::Origin::Crate;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.number(u64::from(self.old.is_some()));
        out.text(self.old().unwrap_or_default());
        out.text(self.new_address());
    }
}

/// Without the addresses: they are personal data, and a log keeps what it prints.
impl fmt::Debug for ContactChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContactChange(..)")
    }
}

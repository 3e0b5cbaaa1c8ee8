use core::fmt;

use super::{Address, Contact};
use crate::recipient::Recipient;
#[cfg(feature = "alloc")]
use crate::{Alert, AlertKind, MessageError};

/// What a contact is told when another one takes its place, or is added beside it (N63B-5, N63B-11). Only a
/// [`ContactMove`](crate::ContactMove) has one.
pub struct ContactNotice {
    to: Contact,
    new: Address,
    replaced: bool,
}

impl ContactNotice {
    pub(super) const fn new(to: Contact, new: Address, replaced: bool) -> Self {
        Self { to, new, replaced }
    }

    /// Who is told: the contact that goes, or, where none does, the one that the change was released through.
    #[must_use]
    pub const fn to(&self) -> &Contact {
        &self.to
    }

    /// Where the message goes; also what [`Reporter::Vouched`](crate::Reporter::Vouched) takes, to end what is open there.
    #[must_use]
    pub fn recipient(&self) -> Recipient<'_> {
        self.to.recipient()
    }

    /// The address that comes: for a text of your own, which masks it, as that of an `AlertTemplate` does.
    #[must_use]
    pub const fn new_address(&self) -> &Address {
        &self.new
    }

    /// Whether the contact that is told is the one that goes.
    #[must_use]
    pub const fn is_replacement(&self) -> bool {
        self.replaced
    }

    /// What it is told; of the new address, the part that its owner knows it by.
    ///
    /// # Errors
    /// [`MessageError::Link`] if a text of it has a link.
    #[cfg(feature = "alloc")]
    pub fn alert(&self) -> Result<Alert, MessageError> {
        let kind = if self.replaced { AlertKind::ContactChanged } else { AlertKind::ContactAdded };
        Alert::contact(kind, self.new.as_str())
    }
}

/// Without the addresses: they are personal data, and a log keeps what it prints.
impl fmt::Debug for ContactNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactNotice").field("replaced", &self.replaced).finish_non_exhaustive()
    }
}

use core::fmt;

use super::{Address, Contact, absent, held, strongest};
use crate::binding::{Binding, Encoder, sealed};
use crate::error::Invalid;

/// The first step of a change: a code to a contact that the account has, bound to exactly this change (policy
/// [`CONTACT_CHANGE`](crate::Policy::CONTACT_CHANGE)).
///
/// The code goes [`through`](ContactRelease::through) the strongest contact there is. A phone lets itself be replaced, and
/// nothing else does: a mailbox is what thieves have first. An e-mail address is replaced through a phone, if the account
/// has one, and through itself if not. An address is added through a phone before an e-mail address. Of several phones it
/// is the one that has stood the longest. A code for it that would go anywhere else is not issued.
///
/// Its approval makes the [`ContactClaim`](crate::ContactClaim), the second step; the whole way is at
/// [`ContactMove`](crate::ContactMove). Whoever has lost the contact goes by
/// [`ContactClaim::recovered`](crate::ContactClaim::recovered).
///
/// ```
/// use countersign::{Address, Contact, ContactRelease, Invalid, UnixTime};
///
/// let stored = |text| Ok(Contact::stored(Address::parse(text)?, UnixTime::from_secs(1_750_000_000), None, false));
/// let (phone, mail): (Contact, Contact) = (stored("+15550104711")?, stored("anna@shop.example")?);
/// let both = [mail.clone(), phone.clone()];
///
/// let new = Address::parse("anna@mail.example")?;
/// assert_eq!(ContactRelease::replace(&both, mail.address(), new.clone())?.through(), &phone);
/// assert_eq!(ContactRelease::replace(&both[..1], mail.address(), new)?.through(), &mail);
///
/// let same = Address::parse("001 555 010 4711")?;
/// assert_eq!(ContactRelease::add(&both, same).unwrap_err(), Invalid::ContactExists);
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone)]
pub struct ContactRelease {
    pub(super) through: Contact,
    pub(super) old: Option<Contact>,
    pub(super) new: Address,
}

impl ContactRelease {
    /// `new` in place of `old`. `contacts` are all that the account has, as its table says now, in any order; both steps and
    /// the end ask for them anew, so that a change in between is noticed.
    ///
    /// # Errors
    /// [`Invalid::ContactMissing`] if the account does not have `old`, [`Invalid::ContactExists`] if it has `new`.
    pub fn replace(contacts: &[Contact], old: &Address, new: Address) -> Result<Self, Invalid> {
        let old = held(contacts, old)?;
        absent(contacts, &new)?;
        let stronger = strongest(contacts).filter(|best| old.address.is_email() && !best.address.is_email());
        Ok(Self { through: stronger.unwrap_or(old).clone(), old: Some(old.clone()), new })
    }

    /// `new` beside what the account has.
    ///
    /// # Errors
    /// [`Invalid::ContactExists`] if the account has `new`; [`Invalid::ContactMissing`] if it has none at all, and the first one
    /// is to be registered.
    pub fn add(contacts: &[Contact], new: Address) -> Result<Self, Invalid> {
        absent(contacts, &new)?;
        let through = strongest(contacts).ok_or(Invalid::ContactMissing)?.clone();
        Ok(Self { through, old: None, new })
    }

    /// The contact that the code goes to.
    #[must_use]
    pub const fn through(&self) -> &Contact {
        &self.through
    }

    /// The contact that goes, if one does.
    #[must_use]
    pub const fn old(&self) -> Option<&Contact> {
        self.old.as_ref()
    }

    /// The address that comes.
    #[must_use]
    pub const fn new_address(&self) -> &Address {
        &self.new
    }

    /// What claim and release have in common.
    pub(super) fn write(&self, out: &mut Encoder<'_>) {
        self.through.encode(out);
        out.number(u64::from(self.old.is_some()));
        if let Some(old) = &self.old {
            old.encode(out);
        }
        out.text(self.new.as_str());
    }
}

impl Binding for ContactRelease {
    const DOMAIN: &'static str = "countersign/contact-release";
    const ORIGIN: sealed::Origin = sealed::Origin::Crate;

    fn encode(&self, out: &mut Encoder<'_>) {
        self.write(out);
    }

    fn admit(&self, door: &sealed::Door<'_>) -> Result<(), Invalid> {
        self.through.address.expect(door.recipient)
    }
}

/// Without the addresses: they are personal data, and a log keeps what it prints.
impl fmt::Debug for ContactRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactRelease").field("replaces", &self.old.is_some()).finish_non_exhaustive()
    }
}

use core::fmt;

use super::{Address, Contact};
use crate::approval::Approved;
use crate::binding::{Binding, Encoder, sealed};
use crate::error::Invalid;
use crate::time::UnixTime;

/// An account's first contact, to be confirmed with a code that goes to that very address (policy
/// [`CONTACT`](crate::Policy::CONTACT)).
///
/// Somebody who opens an account may register a phone and an e-mail address before either is stored. From then on a
/// contact is exchanged or added through one that is there: see [`ContactRelease`](crate::ContactRelease).
///
/// ```
/// use countersign::*;
///
/// const REGISTER: Purpose<ContactRegistration> = Purpose::new("register", Policy::CONTACT);
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let keys = Keyring::new(&RootKey::from_bytes(&[1; 32])?, &RootKey::from_bytes(&[2; 32])?)?;
/// # let (verifier, store, rng) = (Verifier::new(keys), MemoryStore::new(), &mut SystemRng);
/// # let (account, now) = (Subject::new("customer-4711")?, UnixTime::from_secs(1_800_000_000));
/// let phone = PhoneNumber::parse("1 555 010 4711", "1")?;
/// let registration = ContactRegistration::new(&[], phone.into())?;
///
/// let to = registration.address().recipient();
/// let issued = verifier.issue(REGISTER, &account, &registration, &to, now, rng)?.run(&store)?;
/// let code = issued.message(&|slip: &Slip<'_, ContactRegistration>| slip.code().to_owned()).expect("a message");
/// # let (handle, code) = (issued.ticket().handle(), Code::parse(&code, Digits::SIX)?);
///
/// // The next request builds the registration anew.
/// let registration = ContactRegistration::new(&[], Address::parse("+15550104711")?)?;
/// let approved = verifier.verify(REGISTER, &account, handle, code, registration, now, rng)?.run(&store)?;
/// let contact = Contact::registered(approved, now)?; // into your own table, beside the account
/// assert_eq!((contact.address().as_str(), contact.confirmed()), ("+15550104711", now));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ContactRegistration {
    address: Address,
}

impl ContactRegistration {
    /// The registration of `address` for an account with these contacts: with none.
    ///
    /// # Errors
    /// [`Invalid::ContactExists`] if the account has one: whoever holds a session, and no contact, adds none.
    pub fn new(contacts: &[Contact], address: Address) -> Result<Self, Invalid> {
        if contacts.is_empty() { Ok(Self { address }) } else { Err(Invalid::ContactExists) }
    }

    /// What is to be confirmed, and where the code goes.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }
}

impl Contact {
    /// The contact that a registration made. It settles from now on.
    ///
    /// # Errors
    /// [`Invalid::ApprovalTime`], as of [`Approved::take`].
    pub fn registered(approved: Approved<ContactRegistration>, now: UnixTime) -> Result<Self, Invalid> {
        let confirmed = approved.at();
        let ContactRegistration { address } = approved.take(now)?;
        Ok(Self::stored(address, confirmed, None, false))
    }
}

impl Binding for ContactRegistration {
    const DOMAIN: &'static str = "countersign/contact-registration";
    const ORIGIN: sealed::Origin = sealed::Origin::Crate;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.text(self.address.as_str());
    }

    fn admit(&self, door: &sealed::Door<'_>) -> Result<(), Invalid> {
        self.address.expect(door.recipient)
    }
}

/// Without the address: it is personal data, and a log keeps what it prints.
impl fmt::Debug for ContactRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContactRegistration(..)")
    }
}

//! Where an account can be reached: addresses in one spelling (F23), contacts that were confirmed, and how they change.
//!
//! Each step is one operation on one record, and gives the value that the next one cannot be made without.

mod address;
mod claim;
mod email;
mod moved;
mod notice;
mod phone;
mod registration;
mod release;

use core::fmt;

pub use address::Address;
pub use claim::ContactClaim;
pub use email::EmailAddress;
#[cfg(feature = "alloc")]
pub(crate) use email::is_host;
pub use moved::ContactMove;
pub use notice::ContactNotice;
pub use phone::PhoneNumber;
pub use registration::ContactRegistration;
pub use release::ContactRelease;

use crate::binding::Encoder;
use crate::error::Invalid;
use crate::recipient::{Recipient, RecipientKind};
use crate::time::UnixTime;

/// For how long a contact hands on to its successor that it was recovered. Three times any sensible cooling-off.
const RECOVERY_REMEMBERED: u64 = 30 * 86_400;

/// An address that was confirmed with a code, since when, and when it took another one's place: what the caller keeps in a
/// table of his own, beside the account.
///
/// A first one comes of a [`ContactRegistration`], every other one of a [`ContactMove`]. [`Contact::stored`] reads one back
/// from that table; whoever writes there says where codes go, so it is guarded as the account itself is.
///
/// ```
/// use countersign::{Address, Contact, Invalid, UnixTime};
///
/// let at = UnixTime::from_secs(1_750_000_000);
/// let contact = Contact::stored(Address::parse("+4915112345678")?, at, None, false);
/// assert_eq!(contact.recipient().address(), "+4915112345678");
/// assert!(contact.voice().is_ok()); // the same number, called
///
/// // Before a message, ask the carrier (N63B-5): a SIM that was swapped since is a change.
/// let contact = contact.sim_changed(at.saturating_add(86_400));
/// assert_eq!(contact.changed(), Some(at.saturating_add(86_400)));
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Contact {
    address: Address,
    confirmed: UnixTime,
    changed: Option<UnixTime>,
    recovered: bool,
    #[cfg_attr(feature = "serde", serde(skip))]
    decoy: bool,
}

impl Contact {
    /// What the row says: since when the address is confirmed, when it took another one's place, and whether that was on an
    /// authenticator's or a recovery code's word alone.
    ///
    /// Also the way in for addresses that were confirmed before this crate was there.
    #[must_use]
    pub const fn stored(address: Address, confirmed: UnixTime, changed: Option<UnixTime>, recovered: bool) -> Self {
        Self { address, confirmed, changed, recovered, decoy: false }
    }

    /// The stand-in for the contact of an account that does not exist, by e-mail or by phone: whatever takes a contact takes
    /// it, its [`recipient`](Contact::recipient) is a [`Recipient::decoy`], and its address is blank.
    #[must_use]
    pub const fn decoy(kind: RecipientKind) -> Self {
        let address = Address::nobody(matches!(kind, RecipientKind::Email));
        Self { address, confirmed: UnixTime::from_secs(0), changed: None, recovered: false, decoy: true }
    }

    /// The same contact, if its SIM was swapped or its number ported at `at`, as the carrier says. It settles anew from then
    /// on; what it has to settle already is never less for it.
    #[must_use]
    pub fn sim_changed(self, at: UnixTime) -> Self {
        Self { changed: self.changed.max(Some(at)), ..self }
    }

    /// Where.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Since when it is known to reach the account's owner.
    #[must_use]
    pub const fn confirmed(&self) -> UnixTime {
        self.confirmed
    }

    /// When it took another one's place, or its SIM changed.
    #[must_use]
    pub const fn changed(&self) -> Option<UnixTime> {
        self.changed
    }

    /// Whether it took the place of a contact that was lost, so that every cooling-off is three times as long.
    #[must_use]
    pub const fn is_recovered(&self) -> bool {
        self.recovered
    }

    /// Where a code goes: a text message or an e-mail, with all that this contact knows of its age.
    #[must_use]
    pub fn recipient(&self) -> Recipient<'_> {
        self.vouch(self.address.recipient())
    }

    /// The same number, called.
    ///
    /// # Errors
    /// [`Invalid::PhoneNumber`] of an e-mail address.
    pub fn voice(&self) -> Result<Recipient<'_>, Invalid> {
        self.address.voice().map(|recipient| self.vouch(recipient))
    }

    fn vouch<'a>(&'a self, recipient: Recipient<'a>) -> Recipient<'a> {
        if self.decoy {
            return Recipient::decoy(recipient.kind());
        }
        let recipient = recipient.verified(self.confirmed);
        let recipient = self.changed.map_or(recipient, |at| recipient.changed(at));
        if self.recovered { recipient.recovered() } else { recipient }
    }

    /// Since when nothing has happened to it.
    fn since(&self) -> UnixTime {
        self.changed.map_or(self.confirmed, |at| at.max(self.confirmed))
    }

    /// Whether its successor at `at` has to know that it was recovered.
    fn hands_recovery_on(&self, at: UnixTime) -> bool {
        self.recovered && at < self.since().saturating_add(RECOVERY_REMEMBERED)
    }

    /// The same address, confirmed at the same moment: one that left and came back is another.
    fn is(&self, other: &Self) -> bool {
        self.address == other.address && self.confirmed == other.confirmed
    }

    /// What makes it that one contact.
    fn encode(&self, out: &mut Encoder<'_>) {
        out.text(self.address.as_str());
        out.number(self.confirmed.as_secs());
    }
}

/// Without the address: it is personal data, and a log keeps what it prints.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact")
            .field("confirmed", &self.confirmed)
            .field("changed", &self.changed)
            .field("recovered", &self.recovered)
            .finish_non_exhaustive()
    }
}

/// The account's contact with this address.
fn held<'a>(contacts: &'a [Contact], address: &Address) -> Result<&'a Contact, Invalid> {
    contacts.iter().find(|contact| contact.address == *address).ok_or(Invalid::ContactMissing)
}

/// The account's contact that is this one, as it stands now.
fn still<'a>(contacts: &'a [Contact], before: &Contact) -> Result<&'a Contact, Invalid> {
    contacts.iter().find(|contact| contact.is(before)).ok_or(Invalid::ContactMissing)
}

/// Refuses an address that the account has already, in whatever spelling it was typed.
fn absent(contacts: &[Contact], address: &Address) -> Result<(), Invalid> {
    if contacts.iter().any(|contact| contact.address == *address) { Err(Invalid::ContactExists) } else { Ok(()) }
}

/// The contact that is the hardest to take over: a phone before an e-mail address, and of several the one that has stood
/// the longest. In whatever order they come, it is the same one.
fn strongest(contacts: &[Contact]) -> Option<&Contact> {
    contacts.iter().min_by(|a, b| {
        let by_age = a.since().cmp(&b.since()).then_with(|| a.address.as_str().cmp(b.address.as_str()));
        a.address.is_email().cmp(&b.address.is_email()).then(by_age)
    })
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn at(seconds: u64) -> UnixTime {
        UnixTime::from_secs(seconds)
    }

    fn contact(address: &str, confirmed: u64) -> Contact {
        Contact::stored(Address::parse(address).unwrap(), at(confirmed), None, false)
    }

    #[test]
    fn n63b_5_the_strongest_contact_is_the_phone_that_has_stood_the_longest_in_any_order() {
        let mut contacts = [
            contact("a@b.example", 1),
            contact("+4915100000001", 30),
            contact("+4915100000002", 20),
            contact("+4915100000003", 20),
        ];
        for _ in 0..contacts.len() {
            contacts.rotate_left(1);
            assert_eq!(strongest(&contacts).unwrap().address().as_str(), "+4915100000002");
        }
        let swapped: Vec<_> = contacts
            .iter()
            .map(|contact| match contact.address().as_str() {
                "+4915100000001" => contact.clone(),
                _ => contact.clone().sim_changed(at(40)),
            })
            .collect();
        assert_eq!(strongest(&swapped).unwrap().address().as_str(), "+4915100000001");
        assert!(strongest(&[]).is_none());
    }

    #[test]
    fn n63b_5_a_swapped_sim_never_makes_a_contact_older() {
        let phone = contact("+4915112345678", 100);
        assert_eq!(phone.clone().sim_changed(at(200)).sim_changed(at(150)).changed(), Some(at(200)));
        assert_eq!(phone.clone().sim_changed(at(50)).recipient().settled_at(10), at(110));
        assert_eq!(phone.sim_changed(at(200)).recipient().settled_at(10), at(210));
    }

    #[test]
    fn f68_a_decoy_has_no_address_and_equals_no_real_contact() {
        for kind in [RecipientKind::Sms, RecipientKind::Email] {
            let decoy = Contact::decoy(kind);
            assert!(decoy.recipient().is_decoy() && decoy.recipient().kind() == kind);
            assert_eq!((decoy.address().as_str(), decoy.recipient().address()), ("", ""));
            assert_eq!(decoy.voice().is_ok_and(|call| call.is_decoy()), kind == RecipientKind::Sms);
        }
    }
}

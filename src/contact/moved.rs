use core::fmt;

use super::{Contact, ContactClaim, ContactNotice, absent, still};
use crate::approval::{ApprovalId, Approved};
use crate::error::Invalid;
use crate::time::UnixTime;

/// A change that both sides confirmed. The only way to its new [`Contact`] is to write what the old one is told (N63B-5).
///
/// Write the contact into your table, and the message into your outbox, in one transaction: with a condition that the old
/// row is still there, since two changes that run at once both come this far. Then end what is open with the old contact, by
/// [`Verifier::report`](crate::Verifier::report) for each purpose: a code that is on its way there is good until then.
///
/// The new contact settles from its confirmation on, and a contact never settles sooner than the one before it, whatever
/// comes after it: also one that goes back to an old address is a new contact.
///
/// ```
/// use countersign::*;
///
/// const RELEASE: Purpose<ContactRelease> = Purpose::new("contact-release", Policy::CONTACT_CHANGE);
/// const CLAIM: Purpose<ContactClaim> = Purpose::new("contact-claim", Policy::CONTACT);
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let keys = Keyring::new(&RootKey::from_bytes(&[1; 32])?, &RootKey::from_bytes(&[2; 32])?)?;
/// # let (verifier, store, rng) = (Verifier::new(keys), MemoryStore::new(), &mut SystemRng);
/// # let (account, now) = (Subject::new("customer-4711")?, UnixTime::from_secs(1_800_000_000));
/// # fn text<B>(issued: &Issued<'_, B>) -> Code {
/// #     let text = issued.message(&|slip: &Slip<'_, B>| slip.code().to_owned());
/// #     Code::parse(&text.expect("a message"), Digits::SIX).expect("a code")
/// # }
/// // All that the account has, from your table, in each of the three requests.
/// let since = UnixTime::from_secs(1_750_000_000);
/// let row = || Ok::<_, Invalid>([Contact::stored(Address::parse("+15550104711")?, since, None, false)]);
/// let (old, new) = (Address::parse("+15550104711")?, Address::parse("+15550104712")?);
///
/// // The form: a code to the old phone, for this change and no other.
/// let release = ContactRelease::replace(&row()?, &old, new.clone())?;
/// let to = release.through().recipient();
/// let issued = verifier.issue(RELEASE, &account, &release, &to, now, rng)?.run(&store)?;
/// let (handle, code) = (issued.ticket().handle(), text(&issued)); // what the owner reads there
///
/// // It comes back: a code to the new phone.
/// let approved = verifier.verify(RELEASE, &account, handle, code, release.clone(), now, rng)?.run(&store)?;
/// let claim = ContactClaim::released(approved, now)?;
/// let to = claim.new_address().recipient();
/// let issued = verifier.issue(CLAIM, &account, &claim, &to, now, rng)?.run(&store)?;
/// let (handle, code) = (issued.ticket().handle(), text(&issued));
///
/// // That comes back, too, to a request that knows handle, code, and what was asked for.
/// let claim = ContactClaim::resumed(ContactRelease::replace(&row()?, &old, new)?);
/// let approved = verifier.verify(CLAIM, &account, handle, code, claim, now, rng)?.run(&store)?;
/// let moved = ContactMove::confirmed(approved, &row()?, now)?;
/// let alerts = AlertTemplate::built_in(Language::English)?;
/// let (contact, sms) = moved.hand_over(|notice| alerts.sms(&notice.alert()?))?;
/// assert_eq!(contact.address().as_str(), "+15550104712");
/// assert!(sms.expose().starts_with("Messages about your account now go to ...4712, and no longer here."));
///
/// // It can pay at once, and withdraw a day later.
/// const WITHDRAW: Purpose<Withdrawal> = Purpose::new("withdraw", Policy::WITHDRAWAL);
/// let eur = |minor| Money::new(minor, Currency::EUR);
/// let withdrawal = Withdrawal::new(eur(500_00), eur(0), "Anna Muster", "DE89370400440532013000")?;
/// let mut ask = |now| verifier.issue(WITHDRAW, &account, &withdrawal, &contact.recipient(), now, rng)?.run(&store);
/// assert!(matches!(ask(now), Err(Failure::Refused(refused)) if refused.reason() == Reason::RecipientTooNew));
/// assert!(ask(now.saturating_add(86_400)).is_ok());
/// # Ok(())
/// # }
/// ```
#[must_use = "the new contact is not written yet, and the old one not told"]
pub struct ContactMove {
    contact: Contact,
    notice: ContactNotice,
    id: ApprovalId,
}

impl ContactMove {
    /// The change, if the account's `contacts`, read from the table just now, still are those that it began with.
    ///
    /// # Errors
    /// [`Invalid::ContactMissing`] if the contact that goes, or through which it was released, is no longer the one that it was;
    /// [`Invalid::ContactExists`] if the new one is there already; [`Invalid::ApprovalTime`], as of [`Approved::take`].
    pub fn confirmed(approved: Approved<ContactClaim>, contacts: &[Contact], now: UnixTime) -> Result<Self, Invalid> {
        let (id, at) = (approved.id(), approved.at());
        let ContactClaim { change, recovered, .. } = approved.take(now)?;
        let through = still(contacts, &change.through)?;
        let old = change.old.as_ref().map(|old| still(contacts, old)).transpose()?;
        absent(contacts, &change.new)?;
        let before = old.unwrap_or(through);
        // A clock that was put back since must not make the new contact older than the one it comes from.
        let at = at.max(before.since()).max(through.since());
        let recovered = recovered || before.hands_recovery_on(at) || through.hands_recovery_on(at);
        let contact = Contact::stored(change.new.clone(), at, old.map(|_| at), recovered);
        Ok(Self { contact, notice: ContactNotice::new(before.clone(), change.new, old.is_some()), id })
    }

    /// The same for every attempt to approve this claim: the caller's unique constraint.
    #[must_use]
    pub const fn id(&self) -> ApprovalId {
        self.id
    }

    /// The new contact, for what the old one is told: `tell` renders the message, or puts it into the outbox.
    ///
    /// # Errors
    /// Those of `tell`. The change is then not made, and the claim is spent.
    pub fn hand_over<M, E>(self, tell: impl FnOnce(&ContactNotice) -> Result<M, E>) -> Result<(Contact, M), E> {
        let told = tell(&self.notice)?;
        Ok((self.contact, told))
    }
}

/// Without the addresses: they are personal data, and a log keeps what it prints.
impl fmt::Debug for ContactMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactMove").field("id", &self.id).field("contact", &self.contact).finish_non_exhaustive()
    }
}

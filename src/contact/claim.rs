use core::fmt;

use super::{Address, Contact, ContactRelease, absent, held};
use crate::approval::{Approved, Authenticated, SubjectTag, in_time};
use crate::binding::{Binding, Encoder, Login, sealed};
use crate::error::Invalid;
use crate::subject::Purpose;
use crate::time::UnixTime;

/// The second step of a change: a code to the new address, which nothing but the proof of the first step can ask for
/// (policy [`CONTACT`](crate::Policy::CONTACT)).
///
/// Issue it in the request that proved the first step: a claim is good for that for 60 seconds, in that subject's name, to
/// its own address. The next request [resumes](ContactClaim::resumed) it from the table of contacts and what the person
/// asked for, and verifies. Nothing of the proof has to be kept: the record knows which claim its code was issued for, and
/// a claim that differs from it in anything ends the challenge.
///
/// Its approval makes the [`ContactMove`](crate::ContactMove).
#[derive(Clone)]
pub struct ContactClaim {
    pub(super) change: ContactRelease,
    pub(super) recovered: bool,
    /// What lets it ask for a code; a claim that was resumed has none.
    proof: Option<Proof>,
}

#[derive(Clone, Copy)]
struct Proof {
    subject: SubjectTag,
    at: UnixTime,
}

impl ContactClaim {
    /// The claim to what was released, which is used up by that.
    ///
    /// # Errors
    /// [`Invalid::ApprovalTime`], as of [`Approved::take`].
    pub fn released(approved: Approved<ContactRelease>, now: UnixTime) -> Result<Self, Invalid> {
        let proof = Proof { subject: approved.subject(), at: approved.at() };
        Ok(Self { change: approved.take(now)?, recovered: false, proof: Some(proof) })
    }

    /// The claim of somebody who has lost the old contact, and proved to be the account's owner with an authenticator or a
    /// recovery code. `purpose` is that of the proof, and of nothing else: a login is no change of a contact.
    ///
    /// What comes of it is a binding on one factor's word, so the new contact settles three times as slowly: after 72 hours
    /// where [`Policy::WITHDRAWAL`](crate::Policy::WITHDRAWAL) asks for 24. The old contact is told all the same, since
    /// whoever says that it is lost may be a thief. Who has neither gets a recovery code at the desk, once identified
    /// there; see [`Verifier::make_recovery_codes`](crate::Verifier::make_recovery_codes).
    ///
    /// # Errors
    /// [`Invalid::WrongProof`] if the person was authenticated for another purpose, [`Invalid::ApprovalTime`] if that was more
    /// than 60 s ago, and those of [`ContactRelease::replace`].
    #[expect(clippy::needless_pass_by_value, reason = "one proof makes one claim")]
    pub fn recovered(
        contacts: &[Contact],
        old: &Address,
        new: Address,
        person: Authenticated,
        purpose: Purpose<Login>,
        now: UnixTime,
    ) -> Result<Self, Invalid> {
        if person.purpose() != purpose.name() {
            return Err(Invalid::WrongProof);
        }
        in_time(person.at(), now)?;
        let proof = Proof { subject: person.subject(), at: person.at() };
        Ok(Self { proof: Some(proof), ..Self::resumed_recovery(contacts, old, new)? })
    }

    /// The claim of an earlier request, to be resent or verified: `release` is built anew, as it was for the first step. It
    /// sends no code of its own.
    #[must_use]
    pub const fn resumed(release: ContactRelease) -> Self {
        Self { change: release, recovered: false, proof: None }
    }

    /// The same for a claim that was [`recovered`](ContactClaim::recovered).
    ///
    /// # Errors
    /// Those of [`ContactRelease::replace`].
    pub fn resumed_recovery(contacts: &[Contact], old: &Address, new: Address) -> Result<Self, Invalid> {
        let old = held(contacts, old)?;
        absent(contacts, &new)?;
        let change = ContactRelease { through: old.clone(), old: Some(old.clone()), new };
        Ok(Self { change, recovered: true, proof: None })
    }

    /// The contact that goes, if one does.
    #[must_use]
    pub const fn old(&self) -> Option<&Contact> {
        self.change.old()
    }

    /// The address that comes, and that the code goes to.
    #[must_use]
    pub const fn new_address(&self) -> &Address {
        self.change.new_address()
    }
}

impl Binding for ContactClaim {
    const DOMAIN: &'static str = "countersign/contact-claim";
    const ORIGIN: sealed::Origin = sealed::Origin::Crate;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.number(u64::from(self.recovered));
        self.change.write(out);
    }

    fn admit(&self, door: &sealed::Door<'_>) -> Result<(), Invalid> {
        let proof = self.proof.ok_or(Invalid::ClaimResumed)?;
        in_time(proof.at, door.now)?;
        if proof.subject != door.subject_tag() {
            return Err(Invalid::WrongProof);
        }
        self.change.new.expect(door.recipient)
    }
}

/// Without the addresses: they are personal data, and a log keeps what it prints.
impl fmt::Debug for ContactClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactClaim")
            .field("recovered", &self.recovered)
            .field("resumed", &self.proof.is_none())
            .finish_non_exhaustive()
    }
}

//! Contacts: registered, exchanged, added, recovered, and what nobody can do with them.

mod canonical;
mod cooling;
mod decoys;
mod flows;
mod orders;
mod races;

use countersign::*;

use crate::support::*;

const DAY: u64 = 86_400;
const REGISTER: Purpose<ContactRegistration> = Purpose::new("register", Policy::CONTACT);
const RELEASE: Purpose<ContactRelease> = Purpose::new("contact-release", Policy::CONTACT_CHANGE);
const CLAIM: Purpose<ContactClaim> = Purpose::new("contact-claim", Policy::CONTACT);
const RECOVER: Purpose<Login> = Purpose::new("contact-recovery", Policy::LOGIN);
const WITHDRAW: Purpose<Withdrawal> = Purpose::new("withdraw", Policy::WITHDRAWAL);

const OLD: &str = "+4915112345678";
const NEW: &str = "+4917187654321";
const MAIL: &str = "anna@shop.example";

type Outcome<T, S> = Result<T, Failure<<S as Store>::Error>>;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// A contact that was confirmed long ago.
fn settled(text: &str) -> Contact {
    Contact::stored(address(text), VERIFIED, None, false)
}

fn withdrawal() -> Withdrawal {
    Withdrawal::new(eur(500_00), eur(0), "Anna Muster", "DE89370400440532013000").unwrap()
}

/// What is wrong with a value, where nothing else may be.
fn invalid<T, E: core::fmt::Debug>(result: Result<T, Failure<E>>) -> Invalid {
    match result {
        Err(Failure::Invalid(fault)) => fault,
        Err(other) => panic!("not invalid but {other:?}"),
        Ok(_) => panic!("not invalid but done"),
    }
}

impl<S: Store<Error: core::fmt::Debug>> Desk<S> {
    /// Issues for `value` to `to`, in the customer's name.
    fn ask<B: Binding>(&self, purpose: Purpose<B>, value: &B, to: &Recipient<'_>) -> Outcome<Sent, S> {
        self.ask_as(&customer(), purpose, value, to)
    }

    fn ask_as<B: Binding>(
        &self,
        who: &Subject,
        purpose: Purpose<B>,
        value: &B,
        to: &Recipient<'_>,
    ) -> Outcome<Sent, S> {
        let rng = &mut *self.rng.borrow_mut();
        let issued = self.run(self.verifier.issue(purpose, who, value, to, self.time(), rng)?)?;
        Ok((issued.ticket().handle(), code_in(&issued).unwrap_or_default()))
    }

    /// Asks, and answers with the code that came.
    fn approve<B: Binding>(&self, purpose: Purpose<B>, value: B, to: &Recipient<'_>) -> Approved<B> {
        let (handle, code) = self.ask(purpose, &value, to).unwrap();
        self.verify(purpose, &customer(), handle, &code, value).unwrap()
    }

    fn register(&self, text: &str) -> Contact {
        let registration = ContactRegistration::new(&[], address(text)).unwrap();
        let to = address(text);
        let approved = self.approve(REGISTER, registration, &to.recipient());
        Contact::registered(approved, self.time()).unwrap()
    }

    /// The first step, answered.
    fn release(&self, release: &ContactRelease) -> Approved<ContactRelease> {
        let through = release.through().clone();
        self.approve(RELEASE_AT_ONCE, release.clone(), &through.recipient())
    }

    /// Both steps of a release, answered.
    fn claim(&self, release: &ContactRelease) -> Approved<ContactClaim> {
        let claim = ContactClaim::released(self.release(release), self.time()).unwrap();
        self.claim_with(&claim, ContactClaim::resumed(release.clone()))
    }

    /// The second step: the claim asks, and what was resumed is verified.
    fn claim_with(&self, claim: &ContactClaim, resumed: ContactClaim) -> Approved<ContactClaim> {
        let (handle, code) = self.ask(CLAIM_AT_ONCE, claim, &claim.new_address().recipient()).unwrap();
        self.verify(CLAIM_AT_ONCE, &customer(), handle, &code, resumed).unwrap()
    }

    /// The whole change; the contact that came of it.
    fn change(&self, contacts: &[Contact], old: &str, new: &str) -> Contact {
        let release = ContactRelease::replace(contacts, &address(old), address(new)).unwrap();
        let moved = ContactMove::confirmed(self.claim(&release), contacts, self.time()).unwrap();
        told(moved).0
    }

    /// Why the withdrawal is not sent to this contact, if it is not. Asked of a desk of its own.
    fn withdraw(&self, contact: &Contact) -> Option<Reason> {
        let desk = Desk::new(MemoryStore::new());
        desk.now.set(self.now.get());
        match desk.ask(WITHDRAW, &withdrawal(), &contact.recipient()) {
            Ok(_) => None,
            refusal => Some(reason(refusal)),
        }
    }
}

/// Hands a change over; the new contact, and what is told to whom.
fn told(moved: ContactMove) -> (Contact, (String, String)) {
    let alerts = AlertTemplate::built_in(Language::English).unwrap();
    let tell = |notice: &ContactNotice| {
        let to = notice.recipient().address().to_owned();
        Ok::<_, MessageError>((to, alerts.sms(&notice.alert()?)?.expose().to_owned()))
    };
    moved.hand_over(tell).unwrap()
}

/// As [`RELEASE`], where a test looks at something else than gaps and cooling-off.
const RELEASE_AT_ONCE: Purpose<ContactRelease> = Purpose::new("contact-release", at_once(Policy::CONTACT_CHANGE));
const CLAIM_AT_ONCE: Purpose<ContactClaim> = Purpose::new("contact-claim", at_once(Policy::CONTACT));

const fn at_once(policy: Policy) -> Policy {
    let draft = policy.draft().gap(0).open(4).cooling_off(0).unapproved_sends(255).day_sends(255);
    match draft.build() {
        Ok(policy) => policy,
        Err(_) => panic!("no send budget is too large"),
    }
}

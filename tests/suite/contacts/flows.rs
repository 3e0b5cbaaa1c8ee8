//! Every way to a contact, from beginning to end.

use super::*;
use crate::tape::{Call, Tape};

#[test]
fn rts_10_a_contact_is_activated_by_a_code_that_went_to_it() {
    let desk = Desk::new(MemoryStore::new());
    for text in [OLD, MAIL] {
        let contact = desk.register(text);
        assert_eq!((contact.address().as_str(), contact.confirmed()), (text, desk.time()));
        assert_eq!((contact.changed(), contact.is_recovered()), (None, false));
        desk.wait(30);
    }
    let phone = desk.register_by_voice(OLD);
    assert!(desk.ask(PAY, &payment(1), &phone.recipient()).is_ok());
    desk.wait(30);
    assert!(desk.ask(PAY, &payment(1), &phone.voice().unwrap()).is_ok());
    desk.wait(30);
    let before = address(OLD);
    assert_eq!(reason(desk.ask(PAY, &payment(1), &before.recipient())), Reason::RecipientUnverified);
}

impl Desk<MemoryStore> {
    fn register_by_voice(&self, text: &str) -> Contact {
        let registration = ContactRegistration::new(&[], address(text)).unwrap();
        let to = address(text);
        let approved = self.approve(REGISTER, registration, &to.voice().unwrap());
        Contact::registered(approved, self.time()).unwrap()
    }
}

/// Six requests, each one operation on one record: what it loads and swaps is told by the tape.
#[test]
fn n63b_5_a_change_goes_through_the_old_contact_then_the_new_one_and_the_old_one_is_told() {
    let desk = Desk::new(Tape::default());
    let row = || [settled(OLD)];
    let one = |desk: &Desk<Tape>| {
        let calls = desk.store.calls();
        assert!(matches!(calls[..], [Call::Load(_), Call::Swap(_)]), "{calls:?}");
    };
    let release = ContactRelease::replace(&row(), &address(OLD), address(NEW)).unwrap();
    let (handle, code) = desk.ask(RELEASE, &release, &release.through().recipient()).unwrap();
    one(&desk);
    let approved = desk.verify(RELEASE, &customer(), handle, &code, release.clone()).unwrap();
    one(&desk);
    let claim = ContactClaim::released(approved, desk.time()).unwrap();
    let (handle, code) = desk.ask(CLAIM, &claim, &claim.new_address().recipient()).unwrap();
    one(&desk);
    desk.wait(599);
    let resumed = ContactClaim::resumed(ContactRelease::replace(&row(), &address(OLD), address(NEW)).unwrap());
    let approved = desk.verify(CLAIM, &customer(), handle, &code, resumed).unwrap();
    one(&desk);
    let id = approved.id();
    let moved = ContactMove::confirmed(approved, &row(), desk.time()).unwrap();
    assert_eq!(moved.id(), id);
    let (contact, (to, text)) = told(moved);
    assert_eq!((contact.address().as_str(), contact.confirmed()), (NEW, desk.time()));
    assert_eq!((contact.changed(), contact.is_recovered()), (Some(desk.time()), false));
    assert_eq!(to, OLD);
    assert!(text.contains("now go to ...4321, and no longer here") && !text.contains("8765"), "{text}");
}

#[test]
fn n63b_11_an_added_contact_is_told_to_the_one_that_let_it_in() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(MAIL), settled(OLD)];
    let release = ContactRelease::add(&row, address(NEW)).unwrap();
    assert_eq!(release.through().address().as_str(), OLD, "a phone before an e-mail address");
    let moved = ContactMove::confirmed(desk.claim(&release), &row, desk.time()).unwrap();
    let (contact, (to, text)) = told(moved);
    assert_eq!((contact.confirmed(), contact.changed()), (desk.time(), None));
    assert_eq!(to, OLD);
    assert!(text.contains("now also go to ...4321."), "{text}");
    assert_eq!(desk.withdraw(&contact), Some(Reason::RecipientTooNew));
}

/// A mailbox is what thieves have first: it replaces itself only where there is nothing better, and never a phone.
#[test]
fn n63b_5_a_mailbox_lets_nothing_go_where_there_is_a_phone() {
    let (phone, mail, other) = (settled(OLD), settled(MAIL), settled("ben@shop.example"));
    let through = |contacts: &[Contact], old: &Contact| {
        let release = ContactRelease::replace(contacts, old.address(), address(NEW)).unwrap();
        release.through().clone()
    };
    assert!(through(&[mail.clone(), phone.clone()], &phone) == phone);
    assert!(through(&[mail.clone(), phone.clone()], &mail) == phone);
    assert!(through(&[other.clone(), mail.clone()], &mail) == mail);
    assert!(through(core::slice::from_ref(&mail), &mail) == mail);
    let desk = Desk::new(MemoryStore::new());
    let release = ContactRelease::replace(&[mail.clone(), phone], mail.address(), address(NEW)).unwrap();
    assert_eq!(invalid(desk.ask(RELEASE, &release, &mail.recipient())), Invalid::WrongRecipient);
    // By e-mail, where it has to be, the code is good for as long as any other: it confirms no address.
    let alone = ContactRelease::replace(core::slice::from_ref(&mail), mail.address(), address(NEW)).unwrap();
    let (handle, code) = desk.ask(RELEASE, &alone, &mail.recipient()).unwrap();
    desk.wait(600);
    assert_eq!(reason(desk.verify(RELEASE, &customer(), handle, &code, alone)), Reason::Expired);
}

#[test]
fn rts_10_what_is_open_with_the_old_contact_is_revoked() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    let (handle, code) = desk.ask(PAY, &payment(1), &row[0].recipient()).unwrap();
    let release = ContactRelease::replace(&row, &address(OLD), address(NEW)).unwrap();
    let moved = ContactMove::confirmed(desk.claim(&release), &row, desk.time()).unwrap();
    let (_, ended) = moved
        .hand_over(|notice| {
            let old = notice.recipient();
            desk.act(|verifier, now, rng| verifier.report(PAY, &customer(), Reporter::Vouched(&old), now, rng))
        })
        .unwrap();
    assert_eq!(ended.count(), 1);
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::Reported);
}

/// What is authenticated for this, and for nothing else, stands in for a contact that is lost.
#[test]
fn n63b_5_who_lost_the_contact_recovers_it_with_an_authenticator_or_a_recovery_code() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    for proof in [Desk::with_token, Desk::with_recovery_code] {
        let claim = || {
            let (person, now) = (proof(&desk, RECOVER), desk.time());
            ContactClaim::recovered(&row, &address(OLD), address(NEW), person, RECOVER, now).unwrap()
        };
        let resumed = ContactClaim::resumed_recovery(&row, &address(OLD), address(NEW)).unwrap();
        let approved = desk.claim_with(&claim(), resumed);
        let (contact, (to, text)) = told(ContactMove::confirmed(approved, &row, desk.time()).unwrap());
        assert!(contact.is_recovered() && contact.changed() == Some(desk.time()));
        assert!(to == OLD && text.contains("...4321"), "whoever says that it is lost may be a thief");
        desk.wait(DAY);
    }
}

impl Desk<MemoryStore> {
    /// Somebody with a token, whose next code is read off.
    pub(super) fn with_token(&self, purpose: Purpose<Login>) -> Authenticated {
        let token = || Hotp::new(&Secret::from_bytes(&[7; 20]).unwrap(), Algorithm::Sha1, Digits::SIX);
        let token = (Authenticator::hotp("token", token()).unwrap(), token());
        let who = customer();
        let _ = self.act(|verifier, now, rng| verifier.enrol(&who, &token.0, now, rng)).unwrap();
        let _ =
            self.act(|verifier, now, rng| verifier.confirm(&who, &token.0, token.1.generate(0), now, rng)).unwrap();
        let code = || token.1.generate(1);
        let person = self.act(|v, now, rng| v.authenticate(purpose, &who, &token.0, code(), now, rng)).unwrap();
        self.act(|verifier, now, rng| verifier.revoke(&who, "token", now, rng)).unwrap();
        person
    }

    fn with_recovery_code(&self, purpose: Purpose<Login>) -> Authenticated {
        let codes = self.act(|verifier, now, rng| verifier.make_recovery_codes(&customer(), now, rng)).unwrap();
        let first = codes.iter().next().unwrap().expose().concat();
        let code = || RecoveryCode::parse(&first).unwrap();
        self.act(|verifier, now, rng| verifier.recover(purpose, &customer(), code(), now, rng)).unwrap()
    }
}

/// What the message shows is the address that comes; whoever gets it learns nothing of the one that goes.
#[test]
fn rts_6_the_messages_of_both_steps_show_the_new_address_and_fit_one_part() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    for (language, new, shown) in [
        (Language::English, NEW, "...4321"),
        (Language::Chinese, NEW, "...4321"),
        (Language::English, MAIL, "a...@shop. example"),
    ] {
        let release = ContactRelease::replace(&row, &address(OLD), address(new)).unwrap();
        let claim = ContactClaim::released(desk.release(&release), desk.time()).unwrap();
        let first = desk.message(RELEASE_AT_ONCE, &release, &release.through().recipient(), language);
        let second = desk.message(CLAIM_AT_ONCE, &claim, &claim.new_address().recipient(), language);
        for text in [&first, &second] {
            assert!(text.contains(shown), "{text}");
            assert!(!text.contains("5678") && !text.contains("8765"), "{text}");
        }
        assert!(first.contains("10") && second.contains(if new == MAIL { "1440" } else { "10" }), "{first} {second}");
        let words = |text: &str| text.replace(|character: char| character.is_ascii_digit(), "");
        assert_ne!(words(&first), words(&second), "one lets go, the other takes up");
    }
    let wording = Wording::<ContactRelease>::new("{code} lets {old} go for {contact}.").unwrap();
    let release = ContactRelease::replace(&row, &address(OLD), address(NEW)).unwrap();
    let value = release.clone();
    let text = desk.rendered(RELEASE_AT_ONCE, &value, &release.through().recipient(), &SmsTemplate::new(wording));
    assert!(text.ends_with(" lets ...5678 go for ...4321."), "{text}");
    let missing = Wording::<ContactRelease>::new("{code} lets {old} go.").unwrap_err();
    assert_eq!(missing, WordingError::Missing { field: "contact" });
}

impl Desk<MemoryStore> {
    fn message<B: Shown>(&self, purpose: Purpose<B>, value: &B, to: &Recipient<'_>, language: Language) -> String {
        let template = SmsTemplate::new(Wording::built_in(language).unwrap());
        self.rendered(purpose, value, to, &template)
    }

    fn rendered<B: Shown>(
        &self,
        purpose: Purpose<B>,
        value: &B,
        to: &Recipient<'_>,
        template: &SmsTemplate<B>,
    ) -> String {
        let rng = &mut *self.rng.borrow_mut();
        let issued =
            self.run(self.verifier.issue(purpose, &customer(), value, to, self.time(), rng).unwrap()).unwrap();
        issued.message(template).unwrap().unwrap().expose().to_owned()
    }
}

//! Steps out of order, in the wrong name, at the wrong address or too late. What does not even compile is in
//! `src/compile_fail/contact.rs`.

use super::*;

/// F39: the value knows where its code goes, and a code for it is issued to no other address.
#[test]
fn f39_the_code_of_a_step_goes_to_the_address_of_that_step_alone() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD), settled(MAIL)];
    let (new, stranger) = (address(NEW), Recipient::sms("+4915199999999").unwrap().verified(VERIFIED));
    let registration = ContactRegistration::new(&[], address(NEW)).unwrap();
    let release = ContactRelease::replace(&row, &address(OLD), address(NEW)).unwrap();
    let claim = ContactClaim::released(desk.release(&release), desk.time()).unwrap();
    let app = Recipient::app(OLD).unwrap().verified(VERIFIED);
    for (n, to) in [new.recipient().verified(VERIFIED), stranger, app, row[1].recipient()].into_iter().enumerate() {
        assert_eq!(invalid(desk.ask(RELEASE, &release, &to)), Invalid::WrongRecipient, "{n}");
    }
    for (n, to) in [row[0].recipient(), stranger, app, row[1].recipient()].into_iter().enumerate() {
        assert_eq!(invalid(desk.ask(CLAIM, &claim, &to)), Invalid::WrongRecipient, "{n}");
        assert_eq!(invalid(desk.ask(REGISTER, &registration, &to)), Invalid::WrongRecipient, "{n}");
    }
    assert!(desk.ask(CLAIM, &claim, &new.voice().unwrap()).is_ok());
    // Also where the value is lent.
    let lent = &release;
    assert_eq!(invalid(desk.ask(RELEASE.by_ref(), &lent, &stranger)), Invalid::WrongRecipient);
}

#[test]
fn n63b_5_a_claim_asks_for_a_code_with_its_proof_alone() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    let release = ContactRelease::replace(&row, &address(OLD), address(NEW)).unwrap();
    let invented = [
        ContactClaim::resumed(release.clone()),
        ContactClaim::resumed_recovery(&row, &address(OLD), address(NEW)).unwrap(),
    ];
    for claim in &invented {
        assert_eq!(invalid(desk.ask(CLAIM, claim, &claim.new_address().recipient())), Invalid::ClaimResumed);
    }
    let claim = ContactClaim::released(desk.release(&release), desk.time()).unwrap();
    let stranger = Subject::new("customer-4712").unwrap();
    let theirs = desk.ask_as(&stranger, CLAIM, &claim, &claim.new_address().recipient());
    assert_eq!(invalid(theirs), Invalid::WrongProof);
    for (seconds, good) in [(60, true), (61, false)] {
        let desk = Desk::new(MemoryStore::new());
        let claim = ContactClaim::released(desk.release(&release), desk.time()).unwrap();
        desk.wait(seconds);
        match desk.ask(CLAIM, &claim, &claim.new_address().recipient()) {
            Ok(_) => assert!(good),
            late => assert_eq!((invalid(late), good), (Invalid::ApprovalTime, false)),
        }
        let desk = Desk::new(MemoryStore::new());
        let approved = desk.release(&release);
        assert_eq!(ContactClaim::released(approved, at(START + seconds)).is_ok(), good);
    }
}

#[test]
fn n63b_5_a_contact_is_recovered_for_that_purpose_by_that_person_just_now() {
    const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    let recover = |person, now| {
        ContactClaim::recovered(&row, &address(OLD), address(NEW), person, RECOVER, now).map(drop).err()
    };
    let login = desk.with_token(LOGIN);
    assert_eq!(recover(login, desk.time()), Some(Invalid::WrongProof));
    for (seconds, fault) in [(60, None), (61, Some(Invalid::ApprovalTime))] {
        desk.wait(DAY);
        let desk = Desk::new(MemoryStore::new());
        let person = desk.with_token(RECOVER);
        assert_eq!(recover(person, at(START + seconds)), fault);
    }
    let desk = Desk::new(MemoryStore::new());
    let (person, now) = (desk.with_token(RECOVER), desk.time());
    let claim = ContactClaim::recovered(&row, &address(OLD), address(NEW), person, RECOVER, now).unwrap();
    let stranger = Subject::new("customer-4712").unwrap();
    let theirs = desk.ask_as(&stranger, CLAIM, &claim, &claim.new_address().recipient());
    assert_eq!(invalid(theirs), Invalid::WrongProof);
}

/// The code that the old contact gets lets exactly this one go, for exactly that one, in exactly this way.
#[test]
fn f35_every_change_of_a_release_is_another_release() {
    let row = [settled(OLD), settled(MAIL)];
    let replace =
        |contacts: &[Contact], old, new| ContactRelease::replace(contacts, &address(old), address(new)).unwrap();
    let again = [Contact::stored(address(OLD), at(START), None, false), settled(MAIL)];
    let stronger = [Contact::stored(address("+4915100000000"), at(1), None, false), settled(OLD), settled(MAIL)];
    let others = [
        replace(&row, OLD, "+4915199999999"),
        replace(&row, MAIL, NEW),
        ContactRelease::add(&row, address(NEW)).unwrap(),
        replace(&again, OLD, NEW),
    ];
    for (n, other) in others.into_iter().enumerate() {
        let desk = Desk::new(MemoryStore::new());
        let (handle, code) = desk.ask(RELEASE, &replace(&row, OLD, NEW), &row[0].recipient()).unwrap();
        assert_eq!(reason(desk.verify(RELEASE, &customer(), handle, &code, other)), Reason::BindingChanged, "{n}");
    }
    let (first, other) = (replace(&row, MAIL, NEW), replace(&stronger, MAIL, NEW));
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.ask(RELEASE, &first, &row[0].recipient()).unwrap();
    assert_eq!(reason(desk.verify(RELEASE, &customer(), handle, &code, other)), Reason::BindingChanged);
}

/// What the next request says of the change has to be what the code was asked for.
#[test]
fn f35_a_claim_that_is_resumed_differently_ends_the_challenge() {
    let row = [settled(OLD), settled(MAIL)];
    let replace = |old, new| ContactRelease::replace(&row, &address(old), address(new)).unwrap();
    let recovered = ContactClaim::resumed_recovery(&row, &address(OLD), address(NEW)).unwrap();
    let again = [Contact::stored(address(OLD), at(START), None, false), settled(MAIL)];
    let came_back = ContactRelease::replace(&again, &address(OLD), address(NEW)).unwrap();
    let others = [
        ContactClaim::resumed(replace(OLD, "+4915199999999")),
        ContactClaim::resumed(replace(MAIL, NEW)),
        ContactClaim::resumed(ContactRelease::add(&row, address(NEW)).unwrap()),
        ContactClaim::resumed(came_back),
        recovered,
    ];
    for (n, other) in others.into_iter().enumerate() {
        let desk = Desk::new(MemoryStore::new());
        let release = replace(OLD, NEW);
        let claim = ContactClaim::released(desk.release(&release), desk.time()).unwrap();
        let (handle, code) = desk.ask(CLAIM, &claim, &claim.new_address().recipient()).unwrap();
        assert_eq!(reason(desk.verify(CLAIM, &customer(), handle, &code, other)), Reason::BindingChanged, "{n}");
        let right = desk.verify(CLAIM, &customer(), handle, &code, ContactClaim::resumed(release));
        assert_eq!(reason(right), Reason::BindingChanged, "it is over");
    }
    // Released is not recovered: whoever recovered cannot say later that he was let go.
    let desk = Desk::new(MemoryStore::new());
    let (person, now) = (desk.with_token(RECOVER), desk.time());
    let claim = ContactClaim::recovered(&row, &address(OLD), address(NEW), person, RECOVER, now).unwrap();
    let (handle, code) = desk.ask(CLAIM, &claim, &claim.new_address().recipient()).unwrap();
    let released = ContactClaim::resumed(replace(OLD, NEW));
    assert_eq!(reason(desk.verify(CLAIM, &customer(), handle, &code, released)), Reason::BindingChanged);
}

#[test]
fn f33_the_code_of_one_step_is_not_that_of_another() {
    const SAME: (Purpose<ContactRegistration>, Purpose<ContactRelease>, Purpose<ContactClaim>) = (
        Purpose::new("contact", at_once(Policy::CONTACT)),
        Purpose::new("contact", at_once(Policy::CONTACT)),
        Purpose::new("contact", at_once(Policy::CONTACT)),
    );
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    let release = ContactRelease::replace(&row, &address(OLD), address(NEW)).unwrap();
    let resumed = ContactClaim::resumed(release.clone());
    let (handle, code) = desk.ask(SAME.1, &release, &row[0].recipient()).unwrap();
    assert_eq!(reason(desk.verify(SAME.2, &customer(), handle, &code, resumed.clone())), Reason::BindingChanged);
    let registration = ContactRegistration::new(&[], address(NEW)).unwrap();
    let (handle, code) = desk.ask(SAME.0, &registration, &registration.address().recipient()).unwrap();
    assert_eq!(reason(desk.verify(SAME.2, &customer(), handle, &code, resumed)), Reason::BindingChanged);
}

#[test]
fn f23_an_account_has_an_address_once_and_a_first_contact_first() {
    let row = [settled("+15550104711"), settled("anna@shop.example")];
    for same in ["+1 555 010 4711", "001 555-010-4711", "anna@SHOP.example"] {
        assert_eq!(ContactRelease::add(&row, address(same)).unwrap_err(), Invalid::ContactExists);
        for old in &row {
            let replace = ContactRelease::replace(&row, old.address(), address(same));
            assert_eq!(replace.unwrap_err(), Invalid::ContactExists);
            let recovery = ContactClaim::resumed_recovery(&row, old.address(), address(same));
            assert_eq!(recovery.unwrap_err(), Invalid::ContactExists);
        }
    }
    assert_eq!(ContactRegistration::new(&row[..1], address(NEW)).unwrap_err(), Invalid::ContactExists);
    assert_eq!(ContactRelease::add(&[], address(NEW)).unwrap_err(), Invalid::ContactMissing);
    let missing = ContactRelease::replace(&row, &address(OLD), address(NEW)).unwrap_err();
    assert_eq!(missing, Invalid::ContactMissing);
    let missing = ContactClaim::resumed_recovery(&row, &address(OLD), address(NEW)).unwrap_err();
    assert_eq!(missing, Invalid::ContactMissing);
}

#[test]
fn n63b_5_a_change_that_is_not_told_is_not_made() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    let release = ContactRelease::replace(&row, &address(OLD), address(NEW)).unwrap();
    let moved = ContactMove::confirmed(desk.claim(&release), &row, desk.time()).unwrap();
    assert_eq!(moved.hand_over(|_| Err::<(), _>("the outbox is full")).unwrap_err(), "the outbox is full");
}

#[test]
fn f40_each_steps_approval_is_over_a_minute_later() {
    for (seconds, good) in [(60, true), (61, false)] {
        let desk = Desk::new(MemoryStore::new());
        let row = [settled(OLD)];
        let release = ContactRelease::replace(&row, &address(OLD), address(NEW)).unwrap();
        let moved = ContactMove::confirmed(desk.claim(&release), &row, at(START + seconds));
        assert_eq!(moved.map(drop), if good { Ok(()) } else { Err(Invalid::ApprovalTime) });
        let registration = ContactRegistration::new(&[], address(NEW)).unwrap();
        let approved = desk.approve(REGISTER, registration, &address(NEW).recipient());
        assert_eq!(Contact::registered(approved, at(START + seconds)).is_ok(), good);
    }
}

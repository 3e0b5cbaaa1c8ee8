//! Addresses, and every step from one to the next.

use super::*;

const RELEASE: Purpose<ContactRelease> = Purpose::new("contact-release", Policy::CONTACT_CHANGE);
const CLAIM: Purpose<ContactClaim> = Purpose::new("contact-claim", Policy::CONTACT);

pub(super) fn everything(out: &mut Printed, stage: &mut Stage) {
    let (old, new) = (Address::parse(NUMBER).unwrap(), Address::parse(EMAIL).unwrap());
    let row = [Contact::stored(old.clone(), UnixTime::from_secs(1_700_000_000), None, false)];
    for address in [&old, &new] {
        out.debug("Address", address);
        out.debug("ContactRegistration", &ContactRegistration::new(&[], address.clone()).unwrap());
    }
    out.debug("Contact", &row);
    out.debug("Contact", &Contact::decoy(RecipientKind::Sms));
    let release = ContactRelease::replace(&row, &old, new.clone()).unwrap();
    out.debug("ContactRelease", &release);
    out.debug("ContactRelease", &ContactRelease::add(&row, new).unwrap());
    let approved = approve(out, stage, RELEASE, &release, release.clone(), &release.through().recipient());
    let claim = ContactClaim::released(approved, NOW).unwrap();
    out.debug("ContactClaim", &claim);
    let resumed = ContactClaim::resumed(release);
    out.debug("ContactClaim", &resumed);
    let approved = approve(out, stage, CLAIM, &claim, resumed, &claim.new_address().recipient());
    let moved = ContactMove::confirmed(approved, &row, NOW).unwrap();
    out.debug("ContactMove", &moved);
    let told = |notice: &ContactNotice| {
        out.debug("ContactNotice", notice);
        out.debug("Alert", &notice.alert().unwrap());
        Ok::<_, Invalid>(())
    };
    let (contact, ()) = moved.hand_over(told).unwrap();
    out.debug("Contact", &contact);
}

/// Asks for a code, and answers with it.
fn approve<B: Binding>(
    out: &mut Printed,
    stage: &mut Stage,
    purpose: Purpose<B>,
    asked: &B,
    verified: B,
    to: &Recipient<'_>,
) -> Approved<B> {
    let Stage { verifier, store, who, rng } = stage;
    let issued = verifier.issue(purpose, who, asked, to, NOW, rng).unwrap().run(&*store).unwrap();
    let code = issued.message(&|slip: &Slip<'_, B>| slip.code().to_owned()).unwrap();
    let typed = Code::parse(&code, Digits::SIX).unwrap();
    out.codes.push(code);
    let handle = issued.ticket().handle();
    verifier.verify(purpose, who, handle, typed, verified, NOW, rng).unwrap().run(&*store).unwrap()
}

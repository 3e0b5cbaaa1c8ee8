//! What the standards ask of out-of-band codes, one test an id. What a published failure's test shows already is there.

mod nist;
mod owasp;
mod psd2;

use crate::support::*;
use countersign::*;

const CONTACT: Purpose<ContactChange> = Purpose::new("contact", Policy::CONTACT);
const PROFILES: [Policy; 6] =
    [Policy::PAYMENT, Policy::LOGIN, Policy::WITHDRAWAL, Policy::STRICT, Policy::CONTACT, Policy::CONTACT_CHANGE];

/// Issues for `value` to this recipient; what is told, and the code.
fn issue_to<B: Binding, S: Store>(
    desk: &Desk<S>,
    purpose: Purpose<B>,
    value: &B,
    to: &Recipient<'_>,
) -> Result<(Ticket, String), Failure<S::Error>> {
    let rng = &mut *desk.rng.borrow_mut();
    let issue = desk.verifier.issue(purpose, &customer(), value, to, desk.time(), rng)?;
    let issued = issue.run(&desk.store)?;
    Ok((issued.ticket(), code_in(&issued).unwrap()))
}

/// Every challenge of the customer that is open now.
fn open<B>(desk: &Desk<MemoryStore>, purpose: Purpose<B>) -> u8 {
    desk.status(purpose, &customer()).open_challenges()
}

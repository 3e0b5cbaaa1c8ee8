//! N63B-5, RTS-10: the steps of a contact's change, in an order that is none.

/// Nothing but an approved registration is a contact.
///
/// ```
/// use countersign::{Approved, Contact, ContactRegistration, Invalid, UnixTime};
///
/// fn store(registration: Approved<ContactRegistration>, now: UnixTime) -> Result<Contact, Invalid> {
///     Contact::registered(registration, now)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Approved, Contact, ContactRegistration, Invalid, UnixTime};
///
/// fn store(registration: ContactRegistration, now: UnixTime) -> Result<Contact, Invalid> {
///     Contact::registered(registration, now)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Approved, Contact, ContactClaim, Invalid, UnixTime};
///
/// fn store(claim: Approved<ContactClaim>, now: UnixTime) -> Result<Contact, Invalid> {
///     Contact::registered(claim, now) // and the old contact would not be told
/// }
/// ```
fn rts_10_a_contact_is_registered_by_an_approval_alone() {}

/// The second step begins with the approval of the first.
///
/// ```
/// use countersign::{Approved, ContactClaim, ContactRelease, Invalid, UnixTime};
///
/// fn claim(release: Approved<ContactRelease>, now: UnixTime) -> Result<ContactClaim, Invalid> {
///     ContactClaim::released(release, now)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Approved, ContactClaim, ContactRelease, Invalid, UnixTime};
///
/// fn claim(release: ContactRelease, now: UnixTime) -> Result<ContactClaim, Invalid> {
///     ContactClaim::released(release, now)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Authenticated, ContactClaim, ContactRelease, Invalid, UnixTime};
///
/// fn claim(person: Authenticated, now: UnixTime) -> Result<ContactClaim, Invalid> {
///     ContactClaim::released(person, now)
/// }
/// ```
fn n63b_5_a_claim_begins_with_an_approved_release() {}

/// One release makes one claim.
///
/// ```
/// use countersign::{Approved, ContactClaim, ContactRelease, Invalid, UnixTime};
///
/// fn claim(release: Approved<ContactRelease>, now: UnixTime) -> Result<(), Invalid> {
///     let first = ContactClaim::released(release, now)?;
///     Ok(())
/// }
/// ```
///
/// ```compile_fail,E0382
/// use countersign::{Approved, ContactClaim, ContactRelease, Invalid, UnixTime};
///
/// fn claim(release: Approved<ContactRelease>, now: UnixTime) -> Result<(), Invalid> {
///     let first = ContactClaim::released(release, now)?;
///     let second = ContactClaim::released(release, now)?;
///     Ok(())
/// }
/// ```
fn n63b_5_a_release_is_used_up_by_its_claim() {}

/// A change is over when the new contact has answered, and not when the old one has let go.
///
/// ```
/// use countersign::{Approved, Contact, ContactClaim, ContactMove, Invalid, UnixTime};
///
/// fn done(claim: Approved<ContactClaim>, row: &[Contact], now: UnixTime) -> Result<ContactMove, Invalid> {
///     ContactMove::confirmed(claim, row, now)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Approved, Contact, ContactMove, ContactRelease, Invalid, UnixTime};
///
/// fn done(release: Approved<ContactRelease>, row: &[Contact], now: UnixTime) -> Result<ContactMove, Invalid> {
///     ContactMove::confirmed(release, row, now)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Contact, ContactClaim, ContactMove, Invalid, UnixTime};
///
/// fn done(claim: ContactClaim, row: &[Contact], now: UnixTime) -> Result<ContactMove, Invalid> {
///     ContactMove::confirmed(claim, row, now)
/// }
/// ```
fn n63b_5_a_change_ends_with_an_approved_claim() {}

/// The new contact comes with what the old one is told, and in no other way.
///
/// ```
/// use countersign::{Alert, Contact, ContactMove, MessageError};
///
/// fn write(moved: ContactMove) -> Result<(Contact, Alert), MessageError> {
///     moved.hand_over(|notice| notice.alert())
/// }
/// ```
///
/// ```compile_fail,E0616
/// use countersign::{Contact, ContactMove};
///
/// fn write(moved: ContactMove) -> Contact {
///     moved.contact
/// }
/// ```
///
/// ```compile_fail,E0061
/// use countersign::{Contact, ContactMove};
///
/// fn write(moved: ContactMove) -> Contact {
///     moved.hand_over()
/// }
/// ```
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// use countersign::{Approved, Contact, ContactClaim, ContactMove, Invalid, UnixTime};
///
/// fn done(claim: Approved<ContactClaim>, row: &[Contact], now: UnixTime) -> Result<(), Invalid> {
///     ContactMove::confirmed(claim, row, now)?;
///     Ok(())
/// }
/// ```
fn n63b_5_no_new_contact_without_a_notice_to_the_old() {}

/// Nobody else makes a change, a claim with a proof, or a notice.
///
/// ```
/// use countersign::{ContactClaim, ContactRelease};
///
/// fn resume(change: ContactRelease) -> ContactClaim {
///     ContactClaim::resumed(change) // to be verified; it asks for no code
/// }
/// ```
///
/// ```compile_fail,E0451
/// use countersign::{ContactClaim, ContactRelease};
///
/// fn resume(change: ContactRelease) -> ContactClaim {
///     ContactClaim { change, recovered: false, proof: None }
/// }
/// ```
///
/// ```compile_fail,E0451
/// use countersign::{ApprovalId, Contact, ContactMove, ContactNotice};
///
/// fn invent(contact: Contact, notice: ContactNotice, id: ApprovalId) -> ContactMove {
///     ContactMove { contact, notice, id }
/// }
/// ```
///
/// ```compile_fail,E0451
/// use countersign::{Address, Contact, ContactNotice};
///
/// fn invent(to: Contact, new: Address) -> ContactNotice {
///     ContactNotice { to, new, replaced: true }
/// }
/// ```
///
/// ```compile_fail,E0599
/// use countersign::ContactMove;
///
/// fn twice(moved: ContactMove) -> [ContactMove; 2] {
///     [moved.clone(), moved]
/// }
/// ```
fn n63b_5_only_the_steps_make_a_change() {}

/// Steps of a change pay for nothing.
///
/// ```
/// use countersign::{Approved, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(approved: Approved<Payment>) {
///     capture(approved);
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Approved, ContactRelease, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(approved: Approved<ContactRelease>) {
///     capture(approved);
/// }
/// ```
fn f34_an_approved_release_captures_no_payment() {}

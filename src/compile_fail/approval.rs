//! F34, F40: nothing but an approval is one.

/// The action takes `Approved<Payment>`, so neither a payment nor anything else fits.
///
/// ```
/// use countersign::{Approved, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(payment: Approved<Payment>) {
///     capture(payment);
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Approved, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(payment: Payment) {
///     capture(payment);
/// }
/// ```
fn f34_a_capture_takes_nothing_but_an_approval() {}

/// An approval of something else is no approval of a payment.
///
/// ```
/// use countersign::{Approved, Login, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(approved: Approved<Payment>) {
///     capture(approved);
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Approved, Login, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(approved: Approved<Login>) {
///     capture(approved);
/// }
/// ```
fn f34_an_approved_login_captures_no_payment() {}

/// A purpose and the value that is verified for it have one type.
///
/// ```
/// use countersign::*;
///
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
///
/// fn start<'v>(
///     verifier: &'v Verifier, who: &Subject, handle: Handle, code: Code, value: Payment,
/// ) -> Result<Verify<'v, Payment>, Invalid> {
///     verifier.verify(PAY, who, handle, code, value, UnixTime::from_secs(0), &mut getrandom::SysRng)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::*;
///
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
///
/// fn start<'v>(
///     verifier: &'v Verifier, who: &Subject, handle: Handle, code: Code, value: Withdrawal,
/// ) -> Result<Verify<'v, Payment>, Invalid> {
///     verifier.verify(PAY, who, handle, code, value, UnixTime::from_secs(0), &mut getrandom::SysRng)
/// }
/// ```
fn f34_a_purpose_verifies_its_own_type_alone() {}

/// One approval, one capture.
///
/// ```
/// use countersign::{Approved, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(first: Approved<Payment>, second: Approved<Payment>) {
///     capture(first);
///     capture(second);
/// }
/// ```
///
/// ```compile_fail,E0382
/// use countersign::{Approved, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(first: Approved<Payment>, second: Approved<Payment>) {
///     capture(first);
///     capture(first);
/// }
/// ```
fn f34_an_approval_is_spent_by_its_use() {}

/// An approval has no copy.
///
/// ```
/// use countersign::{Approved, Payment};
///
/// fn twice<T: Clone>(value: T) -> (T, T) {
///     (value.clone(), value)
/// }
///
/// fn capture(payment: Payment) -> (Payment, Payment) {
///     twice::<Payment>(payment)
/// }
/// ```
///
/// ```compile_fail,E0277
/// use countersign::{Approved, Payment};
///
/// fn twice<T: Clone>(value: T) -> (T, T) {
///     (value.clone(), value)
/// }
///
/// fn capture(payment: Approved<Payment>) -> (Approved<Payment>, Approved<Payment>) {
///     twice::<Approved<Payment>>(payment)
/// }
/// ```
fn f34_an_approval_is_not_clone() {}

/// Nobody else makes an approval: the same fields are private where it counts.
///
/// ```
/// use countersign::{ApprovalId, Payment, SubjectTag, UnixTime};
/// use own::Approved;
///
/// mod own {
///     use countersign::{ApprovalId, SubjectTag, UnixTime};
///     pub struct Approved<B> { pub value: B, pub id: ApprovalId, pub at: UnixTime, pub subject: SubjectTag }
/// }
///
/// fn forge(value: Payment, id: ApprovalId, at: UnixTime, subject: SubjectTag) -> Approved<Payment> {
///     Approved { value, id, at, subject }
/// }
/// ```
///
/// ```compile_fail,E0451
/// use countersign::{ApprovalId, Payment, SubjectTag, UnixTime};
/// use countersign::Approved;
///
/// mod own {
///     use countersign::{ApprovalId, SubjectTag, UnixTime};
///     pub struct Approved<B> { pub value: B, pub id: ApprovalId, pub at: UnixTime, pub subject: SubjectTag }
/// }
///
/// fn forge(value: Payment, id: ApprovalId, at: UnixTime, subject: SubjectTag) -> Approved<Payment> {
///     Approved { value, id, at, subject }
/// }
/// ```
fn f34_an_approval_is_not_constructible() {}

/// The way to the value is `take`, with the time.
///
/// ```
/// use countersign::{Approved, Invalid, Payment, UnixTime};
///
/// fn capture(approved: Approved<Payment>, now: UnixTime) -> Result<u64, Invalid> {
///     Ok(approved.take(now)?.amount().minor())
/// }
/// ```
///
/// ```compile_fail,E0616
/// use countersign::{Approved, Invalid, Payment, UnixTime};
///
/// fn capture(approved: Approved<Payment>, now: UnixTime) -> Result<u64, Invalid> {
///     Ok(approved.value.amount().minor())
/// }
/// ```
///
/// ```compile_fail,E0599
/// use countersign::{Approved, Invalid, Payment, UnixTime};
///
/// fn capture(approved: Approved<Payment>, now: UnixTime) -> Result<u64, Invalid> {
///     Ok(approved.amount().minor())
/// }
/// ```
///
/// ```compile_fail,E0061
/// use countersign::{Approved, Invalid, Payment, UnixTime};
///
/// fn capture(approved: Approved<Payment>, now: UnixTime) -> Result<u64, Invalid> {
///     Ok(approved.take()?.amount().minor())
/// }
/// ```
fn f34_the_value_is_out_of_reach_without_take() {}

/// A verdict is opened by a paid one, and only the loop around the store has that.
///
/// ```
/// use countersign::{Approved, Operation, Paid, Payment, Refused, Verdict, Verify};
///
/// fn peek(verify: Verify<'_, Payment>, verdict: Paid<Verdict>) -> Result<Approved<Payment>, Refused> {
///     verify.finish(verdict)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Approved, Operation, Paid, Payment, Refused, Verdict, Verify};
///
/// fn peek(verify: Verify<'_, Payment>, verdict: Verdict) -> Result<Approved<Payment>, Refused> {
///     verify.finish(verdict)
/// }
/// ```
fn f34_an_unpaid_verdict_finishes_nothing() {}

/// Nobody else pays for a verdict.
///
/// ```
/// use countersign::Verdict;
/// use own::Paid;
///
/// mod own {
///     pub struct Paid<V>(pub V);
/// }
///
/// fn pay(unpaid: Verdict) -> Paid<Verdict> {
///     Paid(unpaid)
/// }
/// ```
///
/// ```compile_fail,E0423
/// use countersign::Verdict;
/// use countersign::Paid;
///
/// mod own {
///     pub struct Paid<V>(pub V);
/// }
///
/// fn pay(unpaid: Verdict) -> Paid<Verdict> {
///     Paid(unpaid)
/// }
/// ```
fn f34_paid_is_not_constructible() {}

/// Nobody else makes a verdict, or reads one.
///
/// ```
/// use own::Verdict;
///
/// mod own {
///     pub struct Verdict(pub ());
/// }
///
/// fn open(verdict: Verdict) {
///     let inside = verdict.0;
/// }
/// ```
///
/// ```compile_fail,E0616
/// use countersign::Verdict;
///
/// mod own {
///     pub struct Verdict(pub ());
/// }
///
/// fn open(verdict: Verdict) {
///     let inside = verdict.0;
/// }
/// ```
///
/// ```compile_fail,E0423
/// use countersign::Verdict;
///
/// let verdict = Verdict(());
/// ```
fn f34_a_verdict_is_sealed() {}

/// Nothing that comes before an approval turns into one.
///
/// ```
/// use countersign::{Approved, ChallengeStatus, Code, Handle, Issued, Payment, Ticket, Verify};
///
/// fn capture(pending: Approved<Payment>) -> Approved<Payment> {
///     pending.into()
/// }
/// ```
///
/// ```compile_fail,E0277
/// use countersign::{Approved, ChallengeStatus, Code, Handle, Issued, Payment, Ticket, Verify};
///
/// fn capture(pending: Issued<'_, Payment>) -> Approved<Payment> {
///     pending.into()
/// }
/// ```
///
/// ```compile_fail,E0277
/// use countersign::{Approved, ChallengeStatus, Code, Handle, Issued, Payment, Ticket, Verify};
///
/// fn capture(pending: Ticket) -> Approved<Payment> {
///     pending.into()
/// }
/// ```
///
/// ```compile_fail,E0277
/// use countersign::{Approved, ChallengeStatus, Code, Handle, Issued, Payment, Ticket, Verify};
///
/// fn capture(pending: ChallengeStatus) -> Approved<Payment> {
///     pending.into()
/// }
/// ```
///
/// ```compile_fail,E0277
/// use countersign::{Approved, ChallengeStatus, Code, Handle, Issued, Payment, Ticket, Verify};
///
/// fn capture(pending: Verify<'_, Payment>) -> Approved<Payment> {
///     pending.into()
/// }
/// ```
///
/// ```compile_fail,E0277
/// use countersign::{Approved, ChallengeStatus, Code, Handle, Issued, Payment, Ticket, Verify};
///
/// fn capture(pending: (Handle, Code, Payment)) -> Approved<Payment> {
///     pending.into()
/// }
/// ```
fn f40_nothing_pending_converts_to_an_approval() {}

/// A code of an authenticator proves a person, who has approved no payment by it.
///
/// ```
/// use countersign::{Approved, Authenticated, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(_person: Authenticated, payment: Approved<Payment>) {
///     capture(payment);
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::{Approved, Authenticated, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(person: Authenticated, _payment: Approved<Payment>) {
///     capture(person);
/// }
/// ```
///
/// ```compile_fail,E0277
/// use countersign::{Approved, Authenticated, Payment};
///
/// fn capture(_: Approved<Payment>) {}
///
/// fn confirm(person: Authenticated, _payment: Approved<Payment>) {
///     capture(person.into());
/// }
/// ```
fn f34_a_capture_takes_no_authenticated_person() {}

/// A recovery code is good for a login and for nothing else.
///
/// ```
/// use countersign::*;
///
/// const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
///
/// fn start<'v>(verifier: &'v Verifier, who: &Subject, code: RecoveryCode) -> Result<Recover<'v>, Invalid> {
///     verifier.recover(LOGIN, who, code, UnixTime::from_secs(0), &mut getrandom::SysRng)
/// }
/// ```
///
/// ```compile_fail,E0308
/// use countersign::*;
///
/// const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
///
/// fn start<'v>(verifier: &'v Verifier, who: &Subject, code: RecoveryCode) -> Result<Recover<'v>, Invalid> {
///     verifier.recover(PAY, who, code, UnixTime::from_secs(0), &mut getrandom::SysRng)
/// }
/// ```
fn f34_a_recovery_code_is_refused_for_a_payment() {}

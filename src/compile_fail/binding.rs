//! F20, F34, F39: what a code is for is fixed when the program is written.

/// The domains of this crate's own types are reserved.
///
/// ```
/// use countersign::{Binding, Encoder, Policy, Purpose};
///
/// struct Mine;
///
/// impl Binding for Mine {
///     const DOMAIN: &'static str = "example.com/payment";
///     fn encode(&self, _: &mut Encoder<'_>) {}
/// }
///
/// const PURPOSE: Purpose<Mine> = Purpose::new("mine", Policy::PAYMENT);
/// ```
///
/// ```compile_fail,E0080
/// use countersign::{Binding, Encoder, Policy, Purpose};
///
/// struct Mine;
///
/// impl Binding for Mine {
///     const DOMAIN: &'static str = "countersign/payment";
///     fn encode(&self, _: &mut Encoder<'_>) {}
/// }
///
/// const PURPOSE: Purpose<Mine> = Purpose::new("mine", Policy::PAYMENT);
/// ```
fn f34_nobody_else_has_a_reserved_domain() {}

/// A domain says something.
///
/// ```
/// use countersign::{Binding, Encoder, Policy, Purpose};
///
/// struct Mine;
///
/// impl Binding for Mine {
///     const DOMAIN: &'static str = "-";
///     fn encode(&self, _: &mut Encoder<'_>) {}
/// }
///
/// const PURPOSE: Purpose<Mine> = Purpose::new("mine", Policy::PAYMENT);
/// ```
///
/// ```compile_fail,E0080
/// use countersign::{Binding, Encoder, Policy, Purpose};
///
/// struct Mine;
///
/// impl Binding for Mine {
///     const DOMAIN: &'static str = "";
///     fn encode(&self, _: &mut Encoder<'_>) {}
/// }
///
/// const PURPOSE: Purpose<Mine> = Purpose::new("mine", Policy::PAYMENT);
/// ```
///
/// ```compile_fail,E0080
/// use countersign::{Binding, Encoder, Policy, Purpose};
///
/// struct Mine;
///
/// impl Binding for Mine {
///     const DOMAIN: &'static str = " ";
///     fn encode(&self, _: &mut Encoder<'_>) {}
/// }
///
/// const PURPOSE: Purpose<Mine> = Purpose::new("mine", Policy::PAYMENT);
/// ```
fn f34_no_domain_is_blank() {}

/// Nobody else says that a type is this crate's own: not by a name, and not by borrowing one.
///
/// ```
/// use countersign::{Binding, Encoder};
///
/// struct Mine;
///
/// impl Binding for Mine {
///     const DOMAIN: &'static str = "example.com/mine";
///     fn encode(&self, _: &mut Encoder<'_>) {}
/// }
/// ```
///
/// ```compile_fail,E0603
/// use countersign::{Binding, Encoder};
///
/// struct Mine;
///
/// impl Binding for Mine {
///     const DOMAIN: &'static str = "example.com/mine";
///     const ORIGIN: countersign::binding::sealed::Origin = <countersign::Payment as Binding>::ORIGIN;
///     fn encode(&self, _: &mut Encoder<'_>) {}
/// }
/// ```
fn f34_nobody_else_has_this_crates_origin() {}

/// A purpose has a name that was there when the program was written: nobody makes a budget an order.
///
/// ```
/// use countersign::{Payment, Policy, Purpose};
///
/// fn purpose(order: &'static str) -> Purpose<Payment> {
///     Purpose::new(order, Policy::PAYMENT)
/// }
/// ```
///
/// ```compile_fail
/// use countersign::{Payment, Policy, Purpose};
///
/// fn purpose(order: &str) -> Purpose<Payment> {
///     Purpose::new(order, Policy::PAYMENT)
/// }
/// ```
fn f20_a_purpose_is_not_named_at_run_time() {}

/// One recipient, and no list of them.
///
/// ```
/// use countersign::*;
///
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
///
/// fn send<'a>(
///     verifier: &'a Verifier, who: &Subject, payment: &'a Payment, to: &Recipient<'a>,
/// ) -> Result<Issue<'a, Payment>, Invalid> {
///     verifier.issue(PAY, who, payment, to, UnixTime::from_secs(0), &mut getrandom::SysRng)
/// }
/// ```
///
/// ```compile_fail,E0277
/// use countersign::*;
///
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
///
/// fn send<'a>(
///     verifier: &'a Verifier, who: &Subject, payment: &'a Payment, to: &[Recipient<'a>],
/// ) -> Result<Issue<'a, Payment>, Invalid> {
///     verifier.issue(PAY, who, payment, to, UnixTime::from_secs(0), &mut getrandom::SysRng)
/// }
/// ```
fn f39_a_list_is_no_recipient() {}

//! Authenticators and recovery codes: one record a subject, whatever purpose they serve.

mod budget;
mod crowd;
mod drift;
mod enrolment;
mod faults;
mod oracle;
mod purpose;
mod recovery;
mod replay;
mod restore;
mod resynchronise;
mod secrecy;

use countersign::*;

use crate::devices::*;
use crate::faults::*;
use crate::support::*;

pub const DAY: u64 = 86_400;
/// The step at `START`, which is the first second of it.
pub const STEP: u64 = START / 30;

/// A customer with an app and a token.
pub fn owner() -> Desk<MemoryStore> {
    let desk = Desk::new(MemoryStore::new());
    desk.own(&PHONE);
    desk.own(&TOKEN);
    desk
}

/// With this policy for authenticators.
pub fn under(policy: AuthenticatorPolicy) -> Desk<MemoryStore> {
    let mut desk = Desk::new(MemoryStore::new());
    desk.verifier = Verifier::new(keyring()).with_authenticators(policy);
    desk
}

/// A policy of this skew, whose ceilings allow it.
pub fn skewed(past: u8, future: u8) -> AuthenticatorPolicy {
    let wide = Ceilings::per_million(1_000, 10_000, 10_000);
    AuthenticatorPolicy::RFC.draft().skew(Skew::new(past, future).unwrap()).ceilings(wide).build().unwrap()
}

/// Whether it was accepted, or why not.
pub fn outcome<T, E: std::fmt::Debug>(result: Result<T, Failure<E>>) -> Result<(), Reason> {
    match result {
        Ok(_) => Ok(()),
        refusal => Err(reason(refusal)),
    }
}

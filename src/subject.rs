//! Whose budget: the account, the lane of a device it knows, and the purpose.

use core::fmt;
use core::marker::PhantomData;

use crate::binding::Binding;
use crate::error::Invalid;
use crate::policy::Policy;

/// The account whose guesses are counted: an opaque, canonical id of at most 128 bytes.
///
/// Every spelling that reaches the same account must give the same bytes here, or each spelling has a budget of
/// its own (F23). Use the account's primary key. Where only an address is at hand, look the account up first; a
/// phone number or an e-mail address changes hands and is no account. A new account is a new subject, always.
///
/// ```
/// use countersign::{Device, Invalid, Subject};
///
/// let customer = Subject::new("customer-4711")?;
/// let known_phone = customer.on(Device::ONE); // a budget of its own for a device that succeeded before
/// assert_eq!(Subject::new("  "), Err(Invalid::Subject));
/// assert_ne!(customer, known_phone);
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    bytes: [u8; Self::LONGEST],
    length: u8,
    lane: u8,
}

impl Subject {
    /// The longest id, in bytes.
    pub const LONGEST: usize = 128;

    /// A subject named by text, on lane 0.
    ///
    /// # Errors
    /// [`Invalid::Subject`] if it is blank, longer than 128 bytes, begins or ends with white space, or holds a
    /// control character: two spellings of one account are two budgets.
    pub fn new(id: &str) -> Result<Self, Invalid> {
        if id.len() > Self::LONGEST || id.trim() != id || id.chars().any(char::is_control) {
            return Err(Invalid::Subject);
        }
        Self::from_bytes(id.as_bytes())
    }

    /// A subject named by bytes, such as those of a UUID, on lane 0.
    ///
    /// # Errors
    /// [`Invalid::Subject`] if there are none, or more than 128.
    pub fn from_bytes(id: &[u8]) -> Result<Self, Invalid> {
        let mut bytes = [0; Self::LONGEST];
        let length = u8::try_from(id.len()).map_err(|_| Invalid::Subject)?;
        match bytes.get_mut(..id.len()) {
            Some(place) if length > 0 => place.copy_from_slice(id),
            _ => return Err(Invalid::Subject),
        }
        Ok(Self { bytes, length, lane: 0 })
    }

    /// The same account on the lane of a device that it knows.
    #[must_use]
    pub const fn on(mut self, device: Device) -> Self {
        self.lane = device.0;
        self
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    pub(crate) const fn lane(&self) -> u8 {
        self.lane
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("lane", &self.lane).finish_non_exhaustive()
    }
}

/// A lane of its own for a device that succeeded before, so that strangers lock lane 0 and not the owner's phone.
///
/// The caller gives a device its number after an approval and recognises it by something that a stranger cannot
/// send, such as a signed cookie or a key in the device. A session is never a device. A policy has one lane unless
/// it names more, and the failures that disable are divided among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Device(u8);

impl Device {
    /// The first known device.
    pub const ONE: Self = Self(1);
    /// The second.
    pub const TWO: Self = Self(2);
    /// The third.
    pub const THREE: Self = Self(3);

    /// The device with this number.
    ///
    /// # Errors
    /// [`Invalid::Lanes`] for anything but 1, 2 and 3.
    pub const fn new(number: u8) -> Result<Self, Invalid> {
        match number {
            1..=3 => Ok(Self(number)),
            _ => Err(Invalid::Lanes),
        }
    }
}

/// What codes are for: a static name, the type that they authorise, and the policy, tied together.
///
/// The name is `'static`, so nobody makes a budget an order. Two purposes with one name share one budget. The type
/// of the binding is fixed, so a code for one type can never authorise another.
///
/// ```
/// use countersign::{Payment, Policy, Purpose};
///
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
/// assert_eq!(PAY.name(), "pay");
/// ```
pub struct Purpose<B> {
    name: &'static str,
    policy: Policy,
    binding: PhantomData<fn() -> B>,
}

impl<B: Binding> Purpose<B> {
    /// A purpose. The name is 1 to 32 characters of `a` to `z`, `0` to `9` and `-`; another name is
    /// [`Invalid::Purpose`] when the first operation is made with it.
    ///
    /// A caller's own binding whose [`Binding::DOMAIN`] is blank or begins with `countersign/` does not compile here.
    #[must_use]
    pub const fn new(name: &'static str, policy: Policy) -> Self {
        const { crate::binding::check_domain::<B>() }
        Self { name, policy, binding: PhantomData }
    }

    /// The same purpose for a borrowed value: `verify` then takes `&B` and answers `Approved<&B>`.
    #[must_use]
    pub const fn by_ref<'a>(self) -> Purpose<&'a B> {
        Purpose { name: self.name, policy: self.policy, binding: PhantomData }
    }
}

impl<B> Purpose<B> {
    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether this purpose may be used by this subject at all.
    pub(crate) fn check(&self, subject: &Subject) -> Result<(), Invalid> {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if !(1..=32).contains(&self.name.len()) || !self.name.bytes().all(plain) {
            return Err(Invalid::Purpose);
        }
        if subject.lane() >= self.policy.lanes {
            return Err(Invalid::Lanes);
        }
        Ok(())
    }
}

impl<B> Clone for Purpose<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for Purpose<B> {}

impl<B> fmt::Debug for Purpose<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Purpose").field("name", &self.name).field("policy", &self.policy).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f46_blank_and_two_faced_subjects_are_errors() {
        for id in ["", " ", "\t", " a", "a ", "a\nb", "\u{3000}"] {
            assert_eq!(Subject::new(id), Err(Invalid::Subject), "{id:?}");
        }
        assert_eq!(Subject::from_bytes(&[7; 129]), Err(Invalid::Subject));
        assert!(Subject::from_bytes(&[7; 128]).is_ok());
    }

    #[test]
    fn a_device_is_one_to_three() {
        assert_eq!(Device::new(0), Err(Invalid::Lanes));
        assert_eq!(Device::new(3), Ok(Device::THREE));
        assert_eq!(Device::new(4), Err(Invalid::Lanes));
    }
}

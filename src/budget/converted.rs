use core::fmt;

use super::Budget;
use super::place::{Count, Window};
use super::till::{Awaited, Blocked, Till, at_once};
use crate::keyring::Keyring;
use crate::operation::{Failure, Unavailable};
use crate::recipient::Recipient;
use crate::store::{AsyncTally, Tally};

/// An approval, to be counted for the prefixes that its code was sent to; made by
/// [`Verifier::converted`](crate::Verifier::converted).
#[derive(Clone, Copy)]
#[must_use = "nothing is counted until it is run"]
pub struct Converted<'v> {
    pub(super) keyring: &'v Keyring,
    pub(super) budget: &'v Budget<'v>,
    pub(super) recipient: Recipient<'v>,
    pub(super) at: u64,
}

impl Converted<'_> {
    /// Counts it, on a store that blocks.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] if the store fails: the approval stands, and the conversion looks a little worse.
    pub fn run<S: Tally + ?Sized>(self, store: &S) -> Result<(), Failure<S::Error>> {
        at_once(self.count(&Blocked(store)))
    }

    /// Counts it, on a store that is awaited.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_async<S>(self, store: &S) -> impl Future<Output = Result<(), Failure<S::Error>>> + Send
    where
        S: AsyncTally + ?Sized,
    {
        let till = Awaited(store);
        async move { self.count(&till).await }
    }

    async fn count<T: Till>(self, till: &T) -> Result<(), Failure<T::Error>> {
        let Some(conversion) = self.budget.conversion else { return Ok(()) };
        let window = Window::at(Count::Approved, u64::from(conversion.window), self.at);
        for place in self.budget.numbers(&self.recipient).iter().flatten() {
            let key = place.key(self.keyring, self.budget, Some(window));
            let counted = till.add(window.addition(key, 1)).await;
            let _ = counted.map_err(|cause| Failure::Unavailable(Unavailable::Store(cause)))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Converted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Converted").field("budget", &self.budget.name).finish_non_exhaustive()
    }
}

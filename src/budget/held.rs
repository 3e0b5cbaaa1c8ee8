use super::zone::DEPTH;
use crate::store::Key;

/// Counters that one message may add to: three each of a country, its zones, a merchant and all, and those of
/// messages sent.
const MOST: usize = 3 * (DEPTH + 3) + DEPTH + 1;

/// What was taken so far, to be given back if the message never leaves.
pub(super) struct Held {
    /// Since when it is counted for the subject.
    pub(super) subject: Option<u64>,
    pub(super) destination: Option<u64>,
    counters: [Option<(Key, u64)>; MOST],
}

impl Held {
    pub(super) const NOTHING: Self = Self { subject: None, destination: None, counters: [None; MOST] };

    pub(super) fn counted(&mut self, key: Key, amount: u64) {
        if let Some(place) = self.counters.iter_mut().find(|place| place.is_none()) {
            *place = Some((key, amount));
        }
    }

    /// The last first.
    pub(super) fn counters(self) -> impl Iterator<Item = (Key, u64)> + Send {
        self.counters.into_iter().rev().flatten()
    }
}

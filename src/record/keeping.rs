//! For how long a store may not forget.

use crate::expiry::DAY;

/// Failures, lock levels and tombstones stay for so long after the last write.
const HELD: u64 = 400 * DAY;
/// Records of accounts that do not exist are kept no longer, whatever is held against them.
const DECOY: u64 = 7 * DAY;

pub(super) struct Keeping {
    pub(super) decoy: bool,
    pub(super) for_ever: bool,
    /// Something is held against the account.
    pub(super) held: bool,
    /// When the last window ends.
    pub(super) until: u64,
}

impl Keeping {
    /// Seconds from `now`, with a day's margin; `None` is for ever.
    pub(super) fn seconds(&self, now: u64) -> Option<u32> {
        if self.for_ever && !self.decoy {
            return None;
        }
        let windows = self.until.saturating_sub(now);
        let seconds = if self.held { windows.max(HELD) } else { windows };
        let seconds = if self.decoy { seconds.min(DECOY) } else { seconds };
        u32::try_from(seconds.saturating_add(DAY)).ok()
    }
}

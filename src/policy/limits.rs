use crate::error::Invalid;

/// What one record may spend, whatever it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Consecutive failures that lock.
    pub(crate) lock_after: u8,
    /// Of the first lock.
    pub(crate) lock_seconds: u32,
    pub(crate) day_failures: u8,
    /// Failures that disable.
    pub(crate) total_failures: u8,
    pub(crate) unapproved_sends: u8,
    pub(crate) day_sends: u8,
}

impl Limits {
    pub(super) const fn fault_of_locks(&self) -> Option<Invalid> {
        if self.lock_after == 0 || self.lock_after > 10 || self.lock_seconds < 1_800 || self.lock_seconds > 86_400 {
            return Some(Invalid::Lock);
        }
        if self.day_failures < self.lock_after || self.day_failures > 100 {
            return Some(Invalid::DayFailures);
        }
        None
    }
}

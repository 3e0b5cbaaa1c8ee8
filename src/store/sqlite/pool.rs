use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use super::SqliteProblem;
use super::error::Fault;
use super::link::{Link, Plan, Use};

/// Connections that are lent to one caller at a time.
///
/// Threads of one process wait here, and are woken; those of another process wait inside SQLite, which polls.
pub(super) struct Pool {
    idle: Mutex<Vec<Seat>>,
    freed: Condvar,
    patience: Duration,
}

/// A connection, or the place of one that has failed and is opened afresh by whoever comes next.
pub(super) type Seat = Option<Link>;

impl Pool {
    pub(super) fn new(seats: Vec<Seat>, patience: Duration) -> Self {
        Self { idle: Mutex::new(seats), freed: Condvar::new(), patience }
    }

    /// Lends a connection to `work`, which reads, when there is one.
    pub(super) fn lend<T>(&self, plan: &Plan, work: impl FnOnce(&Link) -> Result<T, Fault>) -> Result<T, Fault> {
        let waited = self.freed.wait_timeout_while(self.idle(), self.patience, |idle| idle.is_empty());
        let (mut idle, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let seat = idle.pop().ok_or(SqliteProblem::Busy)?;
        drop(idle);
        let mut lent = Lent { pool: self, seat };
        use_for(&mut lent.seat, plan, Use::Reading, work)
    }

    /// Nothing that can panic runs under this lock, so a poisoned one holds what it should.
    fn idle(&self) -> MutexGuard<'_, Vec<Seat>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A seat that goes back whatever happens, even if `work` panics.
struct Lent<'p> {
    pool: &'p Pool,
    seat: Seat,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.pool.idle().push(self.seat.take());
        self.pool.freed.notify_one();
    }
}

/// An answer counts only if the path still names the file that gave it: see [`Link::confirm`].
///
/// A connection that failed is not lent again: it may belong to a file that is gone. To wait in vain, for others or
/// for space, is no failure of the connection's; and one whose log was deleted is the only one that still has it.
pub(super) fn use_for<T>(
    seat: &mut Seat,
    plan: &Plan,
    used: Use,
    work: impl FnOnce(&Link) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let watch = plan.doubts.watch();
    let link = match seat.take() {
        Some(link) => link,
        None => Link::open(plan)?,
    };
    let answer = work(&link).and_then(|answer| link.confirm(plan, used).map(|()| answer));
    if answer.is_ok() {
        watch.dispel();
    }
    let problem = answer.as_ref().err().map(|cause| cause.0.problem());
    if matches!(problem, None | Some(SqliteProblem::Busy | SqliteProblem::Full | SqliteProblem::LogLost)) {
        *seat = Some(link);
    }
    answer
}

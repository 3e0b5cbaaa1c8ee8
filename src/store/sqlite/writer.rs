//! The one connection that writes, and whoever waits for it.
//!
//! A commit waits for the disk, and swaps that wait for the connection meanwhile are committed together: whoever has it runs
//! them in one transaction, in the order in which they came, and each is answered when that is on the disk. So every swap is
//! still compared and written in one step, and what it was answered is as durable as if it had been alone.

use core::time::Duration;
use std::boxed::Box;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use super::SqliteProblem;
use super::error::Fault;
use super::link::{Link, Plan, Use};
use super::pool::{Pool, Seat, use_for};

/// How many swaps are committed together at most: so long do the own caller of whoever runs them, and other processes, wait.
const TOGETHER: usize = 32;

/// What one swap says to the database; answers how many rows it wrote. It may be said again if nothing was committed.
pub(super) type Job = Box<dyn Fn(&Link) -> Result<usize, Fault> + Send>;

pub(super) struct Writer {
    desk: Mutex<Desk>,
    patience: Duration,
}

/// While the seat is here, nobody waits.
struct Desk {
    seat: Option<Seat>,
    queue: VecDeque<Entry>,
}

struct Entry {
    /// For whoever has the connection; without one, the waiter wants it himself.
    job: Option<Job>,
    waiter: Arc<Waiter>,
}

struct Waiter {
    turn: Mutex<Option<Turn>>,
    told: Condvar,
}

/// What becomes of a waiter.
enum Turn {
    Seat(Seat),
    Answer(Result<usize, Fault>),
}

impl Writer {
    pub(super) fn new(link: Link, patience: Duration) -> Self {
        let desk = Desk { seat: Some(Some(link)), queue: VecDeque::new() };
        Self { desk: Mutex::new(desk), patience }
    }

    /// Lends the connection to `work`, when it is free.
    pub(super) fn lend<T>(&self, plan: &Plan, work: impl FnOnce(&Link) -> Result<T, Fault>) -> Result<T, Fault> {
        let held = match self.held() {
            Some(held) => held,
            None => match self.wait(None)? {
                Turn::Seat(seat) => Held::new(self, seat),
                Turn::Answer(_) => return Err(SqliteProblem::Failed.into()), // nobody answers what was not asked
            },
        };
        held.run(plan, Use::Writing, work)
    }

    /// As [`lend`](Self::lend); but if the connection is not free, whoever has it runs the `job`, which is the same `work`.
    pub(super) fn swap(
        &self,
        plan: &Plan,
        work: impl FnOnce(&Link) -> Result<usize, Fault>,
        job: impl FnOnce() -> Job,
    ) -> Result<usize, Fault> {
        if let Some(held) = self.held() {
            return held.run(plan, Use::Writing, work);
        }
        match self.wait(Some(job()))? {
            Turn::Seat(seat) => Held::new(self, seat).run(plan, Use::Writing, work),
            Turn::Answer(answer) => answer,
        }
    }

    /// Lends the connection if it is free now, or else one of the readers.
    pub(super) fn lend_or<T>(
        &self,
        readers: &Pool,
        plan: &Plan,
        work: impl FnOnce(&Link) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match self.held() {
            Some(held) => held.run(plan, Use::Reading, work),
            None => readers.lend(plan, work),
        }
    }

    fn held(&self) -> Option<Held<'_>> {
        let seat = self.desk().seat.take()?;
        Some(Held::new(self, seat))
    }

    fn wait(&self, job: Option<Job>) -> Result<Turn, Fault> {
        let waiter = Arc::new(Waiter { turn: Mutex::new(None), told: Condvar::new() });
        let mut desk = self.desk();
        if let Some(seat) = desk.seat.take() {
            return Ok(Turn::Seat(seat));
        }
        desk.queue.push_back(Entry { job, waiter: Arc::clone(&waiter) });
        drop(desk);
        if let Some(turn) = waiter.wait_for(self.patience) {
            return Ok(turn);
        }
        // In the queue it is nobody's yet, and never will be. Out of it, somebody is at it, and SQLite's own patience is
        // what ends that.
        let mut desk = self.desk();
        let place = desk.queue.iter().position(|entry| Arc::ptr_eq(&entry.waiter, &waiter));
        if let Some(place) = place {
            let _ = desk.queue.remove(place);
            return Err(SqliteProblem::Busy.into());
        }
        drop(desk);
        Ok(waiter.wait())
    }

    /// Nothing that can panic runs under this lock, so a poisoned one holds what it should.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connection, which goes to whoever comes next whatever happens, even if `work` panics.
struct Held<'w> {
    writer: &'w Writer,
    seat: Option<Seat>,
}

impl<'w> Held<'w> {
    const fn new(writer: &'w Writer, seat: Seat) -> Self {
        Self { writer, seat: Some(seat) }
    }

    fn run<T>(mut self, plan: &Plan, used: Use, work: impl FnOnce(&Link) -> Result<T, Fault>) -> Result<T, Fault> {
        let answer = self.use_for(plan, used, work);
        self.serve(plan);
        answer
    }

    /// Runs the swaps that wait.
    fn serve(&mut self, plan: &Plan) {
        let mut turn = self.waiting();
        if turn.len() > 1 {
            let together = self.use_for(plan, Use::Writing, |link| {
                let change = link.begin()?;
                let rows: Result<Vec<usize>, Fault> = turn.iter().map(|(job, _)| job(link)).collect();
                match rows {
                    Ok(rows) => change.commit().map(|()| Some(rows)).map_err(Fault::from),
                    Err(_) => Ok(change.rollback().map(|()| None)?), // it is that one's, and nothing was written
                }
            });
            match together {
                Ok(Some(rows)) => turn.drain(..).zip(rows).for_each(|((_, reply), rows)| reply.tell(Ok(rows))),
                Ok(None) => {}
                Err(Fault(cause)) => {
                    turn.drain(..).for_each(|(_, reply)| reply.tell(Err(cause.problem().into())));
                }
            }
        }
        // Alone, each has its own answer.
        for (job, reply) in turn {
            let answer = self.use_for(plan, Use::Writing, job);
            reply.tell(answer);
        }
    }

    fn use_for<T>(
        &mut self,
        plan: &Plan,
        used: Use,
        work: impl FnOnce(&Link) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let seat = self.seat.get_or_insert_default();
        use_for(seat, plan, used, work)
    }

    /// Takes from the queue what is for whoever has the connection, as long as that comes first.
    fn waiting(&self) -> Vec<(Job, Reply)> {
        let mut desk = self.writer.desk();
        let mut turn = Vec::new();
        while turn.len() < TOGETHER
            && let Some(job) = desk.queue.front_mut().and_then(|entry| entry.job.take())
            && let Some(Entry { waiter, .. }) = desk.queue.pop_front()
        {
            turn.push((job, Reply { waiter: Some(waiter) }));
        }
        turn
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let seat = self.seat.take().unwrap_or_default();
        let mut desk = self.writer.desk();
        match desk.queue.pop_front() {
            None => desk.seat = Some(seat),
            Some(entry) => {
                drop(desk);
                entry.waiter.tell(Turn::Seat(seat));
            }
        }
    }
}

/// Tells a waiter his answer whatever happens: if a job panicked, that it failed.
struct Reply {
    waiter: Option<Arc<Waiter>>,
}

impl Reply {
    fn tell(mut self, answer: Result<usize, Fault>) {
        if let Some(waiter) = self.waiter.take() {
            waiter.tell(Turn::Answer(answer));
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            waiter.tell(Turn::Answer(Err(SqliteProblem::Failed.into())));
        }
    }
}

impl Waiter {
    fn tell(&self, turn: Turn) {
        *self.turn() = Some(turn);
        self.told.notify_one();
    }

    fn wait_for(&self, patience: Duration) -> Option<Turn> {
        let waited = self.told.wait_timeout_while(self.turn(), patience, |turn| turn.is_none());
        let (mut turn, _) = waited.unwrap_or_else(PoisonError::into_inner);
        turn.take()
    }

    fn wait(&self) -> Turn {
        loop {
            if let Some(turn) = self.wait_for(Duration::MAX) {
                return turn;
            }
        }
    }

    fn turn(&self) -> MutexGuard<'_, Option<Turn>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::place::Place;
    use crate::store::sqlite::statement::Statements;
    use core::panic::AssertUnwindSafe;
    use core::sync::atomic::{AtomicUsize, Ordering};
    use std::path::PathBuf;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::vec;
    use std::{env, format, fs, panic, process, thread};

    struct Stage {
        directory: PathBuf,
        plan: Plan,
        writer: Writer,
    }

    impl Stage {
        fn new(name: &str, patience: Duration) -> Self {
            let directory = env::temp_dir().join(format!("countersign-{name}-{}", process::id()));
            fs::create_dir(&directory).unwrap();
            let place = Place::new(&directory.join("records.db")).unwrap();
            let plan = Plan::new(place, Statements::new("records").unwrap(), patience);
            let writer = Writer::new(Link::found(&plan).unwrap(), patience);
            Self { directory, plan, writer }
        }

        /// Swaps as the store does; what is run says so.
        fn swap(&self, ran: &Arc<AtomicUsize>) -> Result<usize, SqliteProblem> {
            let (own, others) = (Arc::clone(ran), Arc::clone(ran));
            let job = || Box::new(move |_: &Link| Ok(others.fetch_add(1, Ordering::SeqCst))) as Job;
            let answer = self.writer.swap(&self.plan, |_| Ok(own.fetch_add(1, Ordering::SeqCst)), job);
            answer.map_err(|Fault(cause)| cause.problem())
        }

        /// Has the connection until it is told to let go.
        fn hold(&self, has: &Sender<()>, go: &Receiver<()>) {
            let hold = |_: &Link| {
                has.send(()).unwrap();
                go.recv().unwrap();
                Ok(())
            };
            assert!(self.writer.lend(&self.plan, hold).is_ok());
        }

        fn waiting(&self) -> usize {
            self.writer.desk().queue.len()
        }
    }

    impl Drop for Stage {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }

    /// Calls `then` while the connection is somebody's and `count` threads wait for their swaps; what they were answered.
    fn with_waiting(
        stage: &Stage,
        count: usize,
        swap: impl Fn(usize) -> Result<usize, SqliteProblem> + Sync,
        then: impl FnOnce(),
    ) -> Vec<Result<usize, SqliteProblem>> {
        let ((has, had), (go, gone), swap) = (channel(), channel(), &swap);
        thread::scope(|scope| {
            scope.spawn(move || panic::catch_unwind(AssertUnwindSafe(|| stage.hold(&has, &gone))));
            had.recv().unwrap();
            let mut waiters = Vec::new();
            for number in 0..count {
                waiters.push(scope.spawn(move || swap(number)));
                while stage.waiting() <= number && !waiters.iter().all(thread::ScopedJoinHandle::is_finished) {
                    thread::yield_now();
                }
            }
            then();
            go.send(()).unwrap();
            waiters.into_iter().map(|waiter| waiter.join().unwrap()).collect()
        })
    }

    #[test]
    fn each_waiting_swap_is_run_once_in_order_and_answered_with_its_own_answer() {
        let (stage, ran) = (Stage::new("queue", Duration::from_secs(60)), Arc::default());
        let answers = with_waiting(
            &stage,
            3 * TOGETHER,
            |_| stage.swap(&ran),
            || {
                assert_eq!(ran.load(Ordering::SeqCst), 0, "nobody has run while the connection was somebody's");
            },
        );
        assert_eq!(answers, (0..3 * TOGETHER).map(Ok).collect::<Vec<_>>());
        assert_eq!(stage.swap(&ran), Ok(3 * TOGETHER), "and the connection is free again");
    }

    /// Creates a record under a key of this byte, so many times; SQLite refuses keys that are not 32 bytes long.
    fn create(stage: &Stage, byte: usize, length: usize) -> Result<usize, SqliteProblem> {
        let (create, byte) = (stage.plan.statements.create.clone(), u8::try_from(byte).unwrap());
        let work = move |link: &Link| link.execute(&create, &[&vec![byte; length], &[1_u8].as_slice(), &60]);
        let answer = stage.writer.swap(&stage.plan, work.clone(), || Box::new(work));
        answer.map_err(|Fault(cause)| cause.problem())
    }

    /// What another connection finds, and how many pages the log has.
    fn stored(stage: &Stage) -> (i64, u64) {
        let link = Link::open(&stage.plan).unwrap_or_else(|Fault(cause)| panic!("{cause}"));
        let rows = link.number("SELECT count(*) FROM records", &[]).unwrap_or_else(|Fault(cause)| panic!("{cause}"));
        let log = fs::metadata(stage.directory.join("records.db-wal")).unwrap().len();
        (rows.unwrap(), log / 4_096)
    }

    #[test]
    fn swaps_that_wait_are_committed_together_before_they_are_answered() {
        let stage = Stage::new("together", Duration::from_secs(60));
        let (_, before) = stored(&stage);
        let other = Mutex::new(Link::open(&stage.plan).unwrap_or_else(|Fault(cause)| panic!("{cause}")));
        let created_and_seen = |number| {
            let answer = create(&stage, number, 32);
            let rows = other.lock().unwrap().number("SELECT count(*) FROM records", &[]);
            assert_eq!(rows.ok().flatten(), Some(8), "whoever has an answer finds it, and the others, committed");
            answer
        };
        let answers = with_waiting(&stage, 8, created_and_seen, || {});
        assert_eq!(answers, [Ok(1); 8]);
        let (rows, pages) = stored(&stage);
        assert_eq!(rows, 8);
        assert!(pages - before <= 4, "a commit writes a page of the table and one of the index: {before}, {pages}");
    }

    #[test]
    fn a_swap_that_fails_takes_no_other_with_it() {
        let stage = Stage::new("apart", Duration::from_secs(60));
        let swap = |number| create(&stage, number % 6, if number == 2 { 31 } else { 32 });
        let answers = with_waiting(&stage, 7, swap, || {});
        assert_eq!(answers[..2], [Ok(1); 2]);
        assert!(answers[2].is_err());
        assert_eq!(answers[3..], [Ok(1), Ok(1), Ok(1), Ok(0)], "the last one found a record of the first");
        assert_eq!(stored(&stage).0, 5);
    }

    #[test]
    fn a_swap_that_waited_too_long_is_never_run() {
        let (stage, ran) = (Stage::new("patience", Duration::from_millis(20)), Arc::default());
        let out_of_patience = with_waiting(
            &stage,
            1,
            |_| stage.swap(&ran),
            || {
                while stage.waiting() > 0 {
                    thread::yield_now();
                }
            },
        );
        assert_eq!(out_of_patience, [Err(SqliteProblem::Busy)]);
        assert_eq!(stage.swap(&ran), Ok(0), "nobody ran it afterwards");
    }

    /// Whoever runs it panics, as its own caller would have; nobody waits for ever, and the next one has a new connection.
    #[test]
    fn f55_a_swap_that_panics_fails_and_holds_up_nobody() {
        let (stage, ran) = (Stage::new("panic", Duration::from_secs(60)), Arc::default());
        let panicking = || {
            let work = |_: &Link| -> Result<usize, Fault> { panic!("a job of a test") };
            let answer = stage.writer.swap(&stage.plan, work, || Box::new(work));
            answer.map_err(|Fault(cause)| cause.problem())
        };
        let swap = |number| if number == 1 { panicking() } else { stage.swap(&ran) };
        let answers = with_waiting(&stage, 4, swap, || {});
        assert_eq!(answers, [Err(SqliteProblem::Failed); 4], "they would have been committed together");
        assert_eq!(stage.swap(&ran), Ok(1));
    }
}

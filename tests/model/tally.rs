//! How many sequences reached what: a model that never sees a lock shows nothing about locks.

use std::collections::{BTreeMap, BTreeSet};

use countersign::{Cause, Reason};

use crate::answer::Answer;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    Approval,
    Replay,
    Lock,
    DayLock,
    Disablement,
    Expiry,
    Eviction,
    ChangedBinding,
    /// A record met a clock behind the one that wrote it.
    ClockBack,
    /// So far behind that windows were pulled back.
    PulledBack,
    /// A code was judged that was made with another key than the one that issues now.
    KeyRotated,
    KeyUnknown,
    Repeat,
    NewCode,
    OldCode,
    Refund,
    RightCodeAtDecoy,
    /// The next leg after a message that may have left, and after one that did not.
    Fallback,
    FallbackAtOnce,
    LockedFallback,
    RouteEnded,
    ChallengeSends,
    GivenBack,
    /// A message did not leave, and the day had got back its three.
    GivenBackNoMore,
    SettledTwice,
    Overtaken,
    Cancelled,
    Reported,
    Closed,
    Corrupt,
    CorruptReinstated,
    DaySends,
    Forgotten,
    /// A write did not land, and nothing was changed by it.
    WriteLost,
    /// One landed, and its answer did not.
    AnswerLost,
    /// Its clocks never went back, so that the strict limits of a day were checked.
    SteadyClock,
}

/// Every event, and in how many of 6,000 sequences it must occur.
pub const FLOORS: [(Event, u32); 36] = [
    (Event::Lock, 1_000),
    (Event::Expiry, 1_000),
    (Event::Eviction, 1_000),
    (Event::ChangedBinding, 1_000),
    (Event::ClockBack, 1_000),
    (Event::PulledBack, 1_000),
    (Event::KeyRotated, 1_000),
    (Event::Approval, 1_000),
    (Event::Replay, 1_000),
    (Event::Disablement, 1_000),
    (Event::DayLock, 1_000),
    (Event::KeyUnknown, 300),
    (Event::Repeat, 300),
    (Event::NewCode, 300),
    (Event::OldCode, 300),
    (Event::Refund, 1_000),
    (Event::RightCodeAtDecoy, 300),
    (Event::Fallback, 300),
    (Event::FallbackAtOnce, 300),
    (Event::LockedFallback, 300),
    (Event::RouteEnded, 300),
    (Event::ChallengeSends, 200),
    (Event::GivenBack, 1_000),
    (Event::GivenBackNoMore, 300),
    (Event::SettledTwice, 300),
    (Event::Overtaken, 200),
    (Event::Cancelled, 300),
    (Event::Reported, 300),
    (Event::Closed, 300),
    (Event::Corrupt, 300),
    (Event::CorruptReinstated, 100),
    (Event::DaySends, 300),
    (Event::Forgotten, 300),
    (Event::WriteLost, 300),
    (Event::AnswerLost, 300),
    (Event::SteadyClock, 1_000),
];

pub struct Tally<E> {
    sequences: BTreeMap<E, u32>,
    operations: u64,
}

impl<E> Default for Tally<E> {
    fn default() -> Self {
        Self { sequences: BTreeMap::new(), operations: 0 }
    }
}

impl<E: Copy + Ord> Tally<E> {
    /// One sequence has reached these.
    pub fn count(&mut self, events: &BTreeSet<E>, operations: u64) {
        self.operations += operations;
        for event in events {
            *self.sequences.entry(*event).or_default() += 1;
        }
    }

    /// What too few sequences reached.
    pub fn missing(&self, floors: &[(E, u32)]) -> Vec<(E, u32)> {
        let reached = |event| self.sequences.get(event).copied().unwrap_or(0);
        let short = floors.iter().filter(|(event, floor)| reached(event) < *floor);
        short.map(|(event, _)| (*event, reached(event))).collect()
    }
}

impl<E: std::fmt::Debug> std::fmt::Display for Tally<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{:>9} operations", self.operations)?;
        self.sequences.iter().try_for_each(|(event, count)| writeln!(f, "{count:>9} sequences: {event:?}"))
    }
}

/// What an answer alone shows to have been reached.
pub fn event(answer: &Answer) -> Option<Event> {
    if let Answer::Unavailable(Cause::UnknownCodeKey) = answer {
        return Some(Event::KeyUnknown);
    }
    if let Answer::Approved { .. } = answer {
        return Some(Event::Approval);
    }
    Some(match answer.reason()? {
        Reason::AlreadyApproved => Event::Replay,
        Reason::Expired => Event::Expiry,
        Reason::BindingChanged => Event::ChangedBinding,
        Reason::Cancelled => Event::Cancelled,
        Reason::Reported => Event::Reported,
        Reason::Closed => Event::Closed,
        Reason::CorruptRecord => Event::Corrupt,
        Reason::DaySends => Event::DaySends,
        Reason::RouteEnded => Event::RouteEnded,
        Reason::ChallengeSends => Event::ChallengeSends,
        Reason::Overtaken => Event::Overtaken,
        Reason::Disabled => Event::Disablement,
        Reason::Locked => Event::Lock,
        _ => return None,
    })
}

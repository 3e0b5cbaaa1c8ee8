//! The model: what every operation on a person's record must answer, and what it must write.

mod claim;
mod paper;
mod span;
mod upkeep;

use std::collections::{BTreeMap, BTreeSet};

use countersign::{Hint, Reason};

use super::answer::Answer;
use super::device::Codes;
use super::people::{Owner, Rules};
use super::record::Person;
use super::tally::Event;
use crate::answer::Write;
use crate::shelf::Loss;

pub use claim::Claim;

/// An operation's surroundings.
#[derive(Clone, Copy)]
pub struct Call {
    pub owner: Owner,
    pub rules: &'static Rules,
    /// The time on the node that runs it.
    pub now: u64,
    /// The time on the store.
    pub clock: u64,
    /// How its write gets lost, if it writes.
    pub loses: Option<Loss>,
}

pub struct Ledger<'c> {
    codes: &'c Codes,
    rows: BTreeMap<Owner, Row>,
    /// What was reached since it was last taken.
    pub events: BTreeSet<Event>,
}

#[derive(Clone)]
pub struct Row {
    state: State,
    forget_at: Option<u64>,
}

#[derive(Clone)]
enum State {
    Whole(Box<Person>),
    Corrupt,
}

/// An answer, and what was written for it.
pub type Turn = (Answer, Write);

/// What an operation does with the record that it was given.
enum Keep {
    /// It changed it.
    Changed,
    /// It only looked: it is written if another clock had put something ahead, so that it stays put.
    Looked,
    /// Nothing is written, whatever it looked like.
    Nothing,
}

type Decided = Result<(Answer, Keep), Answer>;

impl<'c> Ledger<'c> {
    pub fn new(codes: &'c Codes) -> Self {
        Self { codes, rows: BTreeMap::new(), events: BTreeSet::new() }
    }

    /// Somebody damaged the record in the database.
    pub fn damage(&mut self, owner: Owner) {
        if let Some(row) = self.rows.get_mut(&owner) {
            row.state = State::Corrupt;
        }
    }

    pub fn is_damaged(&self, owner: Owner) -> bool {
        self.rows.get(&owner).is_some_and(|row| !matches!(row.state, State::Whole(_)))
    }

    /// What a backup keeps of a record.
    pub fn row(&self, owner: Owner) -> Option<Row> {
        self.rows.get(&owner).cloned()
    }

    pub fn restore(&mut self, owner: Owner, row: Option<Row>) {
        match row {
            Some(row) => self.rows.insert(owner, row),
            None => self.rows.remove(&owner),
        };
    }

    fn is_empty(&mut self, call: Call) -> bool {
        let forgotten = |row: &Row| row.forget_at.is_some_and(|at| call.clock >= at);
        if self.rows.get(&call.owner).is_some_and(forgotten) {
            self.rows.remove(&call.owner);
            self.events.insert(Event::Forgotten);
        }
        !self.rows.contains_key(&call.owner)
    }

    /// One operation on one record. `fresh` is what it starts from where nothing is stored; without it nobody is
    /// enrolled there.
    fn turn(
        &mut self,
        call: Call,
        fresh: Option<Person>,
        decide: impl FnOnce(&mut Person, &mut Self) -> Decided,
    ) -> Turn {
        self.is_empty(call);
        let mut person = match (self.rows.get(&call.owner), fresh) {
            (Some(Row { state: State::Whole(person), .. }), _) => (**person).clone(),
            (Some(Row { state: State::Corrupt, .. }), _) => {
                return (Answer::no(Reason::CorruptRecord, Hint::Contact), Write::Nothing);
            }
            (None, Some(fresh)) => fresh,
            (None, None) => return (nobody(), Write::Nothing),
        };
        let pulled = person.budget.settle(call.now);
        if pulled {
            self.events.insert(Event::PulledBack);
        }
        let (answer, keep) = decide(&mut person, self).unwrap_or_else(|refusal| (refusal, Keep::Looked));
        let writes = match keep {
            Keep::Changed => true,
            Keep::Looked => pulled,
            Keep::Nothing => false,
        };
        if writes { self.pay(call, person, answer) } else { (answer, Write::Nothing) }
    }

    /// The answer, if the store says that the write landed.
    fn pay(&mut self, call: Call, person: Person, answer: Answer) -> Turn {
        if let Some(loss) = call.loses {
            self.events.insert(Event::lost(loss));
        }
        match call.loses {
            None | Some(Loss::Answer) => (answer, self.write(call, person)),
            Some(Loss::Connection) => (Answer::Unknown, self.write(call, person)),
            Some(Loss::Write) => (Answer::Unknown, Write::Nothing),
        }
    }

    fn write(&mut self, call: Call, mut person: Person) -> Write {
        person.close_up();
        let keep_for = person.keep_for(call.now);
        let forget_at = keep_for.map(|seconds| call.clock + u64::from(seconds));
        self.rows.insert(call.owner, Row { state: State::Whole(Box::new(person)), forget_at });
        Write::kept_for(keep_for)
    }
}

fn barrier(person: &Person, call: Call) -> Result<(), Answer> {
    person.budget.barrier(&call.rules.limits, call.now).map_err(|(reason, hint)| Answer::no(reason, hint))
}

fn nobody() -> Answer {
    Answer::no(Reason::NotEnrolled, Hint::OtherMethod)
}

/// A wrong code, charged to whoever has failed so often in a row.
fn wrong(person: &mut Person, failures: &mut u32, call: Call, events: &mut BTreeSet<Event>) -> Answer {
    let limits = &call.rules.limits;
    let notice = person.budget.fail(failures, limits, call.now);
    if person.budget.day.failures == limits.day_failures {
        events.insert(Event::DayLock);
    }
    let left = limits.lock_after - *failures % limits.lock_after;
    let hint = person.budget.hint(limits, call.now, Hint::TryAgain { attempts_left: left as u8 });
    Answer::Refused { reason: Reason::WrongCode, hint, notice }
}

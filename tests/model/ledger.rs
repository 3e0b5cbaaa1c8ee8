//! The model: what every operation must answer, and what it must write.

mod end;
mod judge;
mod send;
mod settle;

use std::collections::{BTreeMap, BTreeSet};

use countersign::{Hint, Reason};

use crate::account::Account;
use crate::answer::{Answer, Id, Write};
use crate::challenge::{Challenge, over};
use crate::people::Name;
use crate::rules::Rules;
use crate::shelf::Loss;
use crate::tally::Event;

/// An operation's surroundings.
#[derive(Clone, Copy)]
pub struct Call {
    pub name: Name,
    pub rules: &'static Rules,
    /// The time on the node that runs it.
    pub now: u64,
    /// The time on the store.
    pub clock: u64,
    /// The node's code keys; the first issues.
    pub keys: &'static [u8],
    /// How its write gets lost, if it writes.
    pub loses: Option<Loss>,
}

#[derive(Clone, Copy)]
pub struct Order {
    pub binding: u8,
    pub route: u8,
    pub request: Option<u8>,
}

#[derive(Clone, Copy)]
pub enum Reporter {
    Holder(Option<Id>),
    Vouched(u8),
}

#[derive(Clone, Default)]
pub struct Ledger {
    rows: BTreeMap<Name, Row>,
    issued: Id,
    /// What was reached since it was last taken.
    pub events: BTreeSet<Event>,
}

#[derive(Clone)]
struct Row {
    state: State,
    forget_at: Option<u64>,
}

#[derive(Clone)]
enum State {
    Whole(Account),
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

impl Ledger {
    /// Somebody damaged the record in the database.
    pub fn damage(&mut self, name: Name) {
        if let Some(row) = self.rows.get_mut(&name) {
            row.state = State::Corrupt;
        }
    }

    pub fn is_damaged(&self, name: Name) -> bool {
        self.rows.get(&name).is_some_and(|row| !matches!(row.state, State::Whole(_)))
    }

    /// Nothing is stored, or no more.
    pub fn is_empty(&mut self, call: Call) -> bool {
        let forgotten = |row: &Row| row.forget_at.is_some_and(|at| call.clock >= at);
        if self.rows.get(&call.name).is_some_and(forgotten) {
            self.rows.remove(&call.name);
            self.events.insert(Event::Forgotten);
        }
        !self.rows.contains_key(&call.name)
    }

    /// One operation on one record. `fresh` is what it starts from where nothing is stored; without it there is
    /// nothing to find.
    fn turn(
        &mut self,
        call: Call,
        fresh: Option<Account>,
        decide: impl FnOnce(&mut Account, &mut Self) -> Result<(Answer, Keep), Answer>,
    ) -> Turn {
        self.is_empty(call);
        let mut account = match (self.rows.get(&call.name), fresh) {
            (Some(Row { state: State::Whole(account), .. }), _) => account.clone(),
            (Some(Row { state: State::Corrupt, .. }), _) => {
                return (Answer::no(Reason::CorruptRecord, Hint::Contact), Write::Nothing);
            }
            (None, Some(fresh)) => fresh,
            (None, None) => return (over(Reason::UnknownHandle), Write::Nothing),
        };
        let pulled = account.budget.settle(call.now);
        if pulled {
            self.events.insert(Event::PulledBack);
        }
        let (answer, keep) = decide(&mut account, self).unwrap_or_else(refused);
        let writes = match keep {
            Keep::Changed => true,
            Keep::Looked => pulled,
            Keep::Nothing => false,
        };
        (answer, if writes { self.write(call, account) } else { Write::Nothing })
    }

    fn write(&mut self, call: Call, account: Account) -> Write {
        let keep_for = account.keep_for(call.now);
        let forget_at = keep_for.map(|seconds| call.clock + u64::from(seconds));
        self.rows.insert(call.name, Row { state: State::Whole(account), forget_at });
        Write::kept_for(keep_for)
    }
}

/// Whoever has no handle gets no write. Everybody else's look makes a correction stay put, or a lock would be pulled
/// along by every look and never end.
fn refused(refusal: Answer) -> (Answer, Keep) {
    let keep = if refusal.reason() == Some(Reason::UnknownHandle) { Keep::Nothing } else { Keep::Looked };
    (refusal, keep)
}

fn known(account: &mut Account, id: Option<Id>) -> Result<&mut Challenge, Answer> {
    id.and_then(|id| account.challenge(id)).ok_or(over(Reason::UnknownHandle))
}

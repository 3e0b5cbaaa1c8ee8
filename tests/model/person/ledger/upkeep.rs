//! Revoke, what follows a restore, close, reinstate and status.

use countersign::{Hint, Reason};

use super::{Call, Keep, Ledger, Row, State, Turn, nobody};
use crate::answer::Write;
use crate::person::answer::Answer;
use crate::person::record::{Person, Stage};
use crate::person::tally::Event;

impl Ledger<'_> {
    pub fn revoke(&mut self, call: Call, name: usize) -> Turn {
        self.turn(call, None, |person, _| {
            person.named(name).ok_or(nobody())?;
            if !person.give_up(call.now, |seat| seat.name == name) {
                person.named(name).ok_or(nobody())?.begin(Stage::Revoked, call.now);
            }
            Ok((Answer::Done(1), Keep::Changed))
        })
    }

    pub fn after_restore(&mut self, call: Call) -> Turn {
        if self.is_empty(call) {
            return (Answer::Done(0), Write::Nothing);
        }
        self.turn(call, None, |person, ledger| {
            Ok(changed(person, |person| {
                person.give_up(call.now, |_| true);
                person.paper = None;
                let concerned = person.present().map(|seat| seat.begin(Stage::Restored, call.now)).count();
                if concerned > 0 {
                    ledger.events.insert(Event::Restored);
                }
                concerned
            }))
        })
    }

    pub fn close(&mut self, call: Call) -> Turn {
        self.turn(call, Some(Person::new(call.now)), |person, _| {
            let first = !person.budget.closed;
            let (answer, keep) = changed(person, |person| {
                person.budget.closed = true;
                person.paper = None;
                person.present().map(|seat| seat.begin(Stage::Revoked, call.now)).count()
            });
            Ok((answer, if first { Keep::Changed } else { keep }))
        })
    }

    pub fn reinstate(&mut self, call: Call) -> Turn {
        if self.is_empty(call) {
            return (Answer::Done(0), Write::Nothing);
        }
        if self.is_damaged(call.owner) {
            let mut person = Person::new(call.now);
            person.budget.day.failures = call.rules.limits.day_failures;
            self.events.insert(Event::CorruptReinstated);
            return self.pay(call, person, Answer::Done(0));
        }
        self.turn(call, None, |person, _| {
            if person.budget.closed {
                return Err(Answer::no(Reason::Closed, Hint::Contact));
            }
            Ok(changed(person, |person| {
                person.budget = person.budget.reinstated(call.now);
                person.paper_failures = 0;
                person.seats.iter_mut().flatten().for_each(|seat| seat.failures = 0);
                person.present().count()
            }))
        })
    }

    pub fn status(&mut self, call: Call, name: Option<usize>) -> Turn {
        if self.is_empty(call) {
            return (Answer::Status(Person::new(call.now).sheet(call.rules, call.now, None)), Write::Nothing);
        }
        if let Some(Row { state: State::Corrupt, .. }) = self.rows.get(&call.owner) {
            return (Answer::Status(Person::corrupt(call.now, call.rules)), Write::Nothing);
        }
        self.turn(call, None, |person, _| {
            Ok((Answer::Status(person.sheet(call.rules, call.now, name)), Keep::Nothing))
        })
    }
}

/// Nothing is written for what changed nothing.
fn changed(person: &mut Person, change: impl FnOnce(&mut Person) -> usize) -> (Answer, Keep) {
    let before = person.clone();
    let count = change(person);
    (Answer::Done(count), if *person == before { Keep::Looked } else { Keep::Changed })
}

//! Recovery codes.

use countersign::{Hint, Method, Reason};

use super::{Call, Keep, Ledger, Turn, barrier, nobody, wrong};
use crate::person::answer::Answer;
use crate::person::people::PURPOSES;
use crate::person::record::{Paper, Person, is_free};
use crate::person::tally::Event;

impl Ledger<'_> {
    /// `codes`: those that the crate has drawn, as far as anybody was told.
    pub fn make(&mut self, call: Call, codes: Vec<String>) -> Turn {
        self.turn(call, Some(Person::new(call.now)), |person, _| {
            barrier(person, call)?;
            person.exists(call.now);
            person.paper = Some(Paper { codes, made: call.now, used: [].into(), replays: 0 });
            Ok((Answer::Made, Keep::Changed))
        })
    }

    pub fn recover(&mut self, call: Call, purpose: usize, typed: &str, decoy: bool) -> Turn {
        let fresh = decoy.then(|| Person { only_decoys: true, ..Person::new(call.now) });
        self.turn(call, fresh, |person, ledger| {
            barrier(person, call)?;
            if person.paper.is_none() && !decoy {
                return Err(nobody());
            }
            if let Some(paper) = &mut person.paper
                && let Some(number) = paper.codes.iter().position(|code| code == typed).filter(|_| !decoy)
            {
                if paper.used.insert(number) {
                    person.budget.total -= person.paper_failures;
                    person.paper_failures = 0;
                    ledger.events.insert(Event::Recovered);
                    let (method, purpose) = (Method::RecoveryCode, PURPOSES[purpose].0.name());
                    return Ok((Answer::Authenticated { method, purpose, at: call.now, reply: None }, Keep::Changed));
                }
                ledger.events.insert(Event::RecoveryReplayed);
                if is_free(&mut paper.replays) {
                    return Ok((Answer::no(Reason::Replayed, Hint::AlreadyUsed), Keep::Changed));
                }
            }
            let mut failures = person.paper_failures;
            let answer = wrong(person, &mut failures, call, &mut ledger.events);
            person.paper_failures = failures;
            Ok((answer, Keep::Changed))
        })
    }
}

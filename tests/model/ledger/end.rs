//! Cancel, report and close; reinstate and status.

use countersign::{Condition, Hint, Reason};

use super::{Call, Keep, Ledger, Reporter, Row, State, Turn, known};
use crate::account::Account;
use crate::answer::{Answer, Id, Sheet, Write};
use crate::budget::GIVEN_BACK;
use crate::challenge::Challenge;
use crate::people::meet;
use crate::tally::Event;

impl Ledger {
    pub fn cancel(&mut self, call: Call, id: Option<Id>) -> Turn {
        self.turn(call, None, |account, _| {
            known(account, id)?;
            Ok(stop(account, call, Reason::Cancelled, |challenge| Some(challenge.id) == id))
        })
    }

    pub fn report(&mut self, call: Call, reporter: Reporter) -> Turn {
        if let Reporter::Vouched(_) = reporter
            && self.is_empty(call)
        {
            return (Answer::Ended(0), Write::Nothing);
        }
        self.turn(call, None, |account, _| {
            let route = match reporter {
                Reporter::Vouched(address) => address,
                Reporter::Holder(id) => known(account, id)?.route,
            };
            Ok(stop(account, call, Reason::Reported, |challenge| meet(challenge.route, route)))
        })
    }

    pub fn close(&mut self, call: Call) -> Turn {
        self.turn(call, Some(Account::new(call.now)), |account, _| {
            let (answer, keep) = stop(account, call, Reason::Closed, |_| true);
            let first = !std::mem::replace(&mut account.budget.closed, true);
            Ok((answer, if first { Keep::Changed } else { keep }))
        })
    }

    pub fn reinstate(&mut self, call: Call) -> Turn {
        let fresh = Account::new(call.now);
        if self.is_empty(call) {
            return (Answer::Status(fresh.sheet(call.rules, call.now, None)), Write::Nothing);
        }
        if let Some(Row { state: state @ State::Corrupt, .. }) = self.rows.get_mut(&call.name) {
            let mut account = fresh;
            account.budget.day.failures = call.rules.limits.day_failures;
            account.budget.day.unapproved = call.rules.unapproved_sends;
            account.budget.day.sends = call.rules.day_sends;
            account.budget.day.given_back = GIVEN_BACK;
            *state = State::Whole(account);
            self.events.insert(Event::CorruptReinstated);
        }
        self.turn(call, None, |account, _| {
            if account.budget.closed {
                return Ok((Answer::no(Reason::Closed, Hint::Contact), Keep::Nothing));
            }
            let budget = account.budget.reinstated(call.now);
            *account = Account { budget, only_decoys: account.only_decoys, ..Account::new(call.now) };
            Ok((Answer::Status(account.sheet(call.rules, call.now, None)), Keep::Changed))
        })
    }

    pub fn status(&mut self, call: Call, id: Option<Id>) -> Turn {
        let nothing = Account::new(call.now).sheet(call.rules, call.now, None);
        if self.is_empty(call) {
            return (Answer::Status(nothing), Write::Nothing);
        }
        if let State::Corrupt = self.rows[&call.name].state {
            return (Answer::Status(Sheet { condition: Condition::Corrupt, ..nothing }), Write::Nothing);
        }
        self.turn(call, None, |account, _| {
            Ok((Answer::Status(account.sheet(call.rules, call.now, id)), Keep::Nothing))
        })
    }
}

/// Ends what is still live and fits; the first sight of an expiry is written too.
fn stop(account: &mut Account, call: Call, reason: Reason, fits: impl Fn(&Challenge) -> bool) -> (Answer, Keep) {
    let expired = account.end(Reason::Expired, |challenge| !challenge.is_live(call.now));
    let count = account.end(reason, fits);
    (Answer::Ended(count), if expired + count == 0 { Keep::Looked } else { Keep::Changed })
}

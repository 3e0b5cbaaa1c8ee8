//! Verify, and what a challenge must be for its code to be compared or sent again.

use countersign::{Cause, Hint, Reason};

use super::{Call, Keep, Ledger, Turn, known};
use crate::account::Account;
use crate::answer::{Answer, Id};
use crate::challenge::{Challenge, over};
use crate::tally::Event;

impl Ledger {
    /// `right`: the code is the one that the challenge's last message carried.
    pub fn verify(&mut self, call: Call, id: Option<Id>, binding: u8, right: bool) -> Turn {
        self.turn(call, None, |account, ledger| {
            let challenge = match live(account, call, id, binding)? {
                Live::Yes(challenge) => challenge,
                Live::Ends(answer) => return Ok((answer, Keep::Changed)),
                Live::Unknown(answer) => return Ok((answer, Keep::Nothing)),
            };
            if challenge.code_key != call.keys[0] {
                ledger.events.insert(Event::KeyRotated);
            }
            if right && challenge.decoy {
                ledger.events.insert(Event::RightCodeAtDecoy);
            }
            if right && !challenge.decoy {
                challenge.over = Some(Reason::AlreadyApproved);
                let refunded = challenge.clone().sent_since(account.budget.day.from);
                ledger.events.insert(if refunded > 1 { Event::Refund } else { Event::Approval });
                account.succeed(refunded);
                return Ok((Answer::Approved { at: call.now }, Keep::Changed));
            }
            challenge.attempts_left -= 1;
            let left = challenge.attempts_left;
            if left == 0 {
                challenge.over = Some(Reason::Exhausted);
            }
            let notice = account.fail(call.rules, call.now);
            if account.budget.day.failures == call.rules.limits.day_failures {
                ledger.events.insert(Event::DayLock);
            }
            let again = if left == 0 { Hint::StartAgain } else { Hint::TryAgain { attempts_left: left as u8 } };
            let hint = account.budget.hint(&call.rules.limits, call.now, again);
            Ok((Answer::Refused { reason: Reason::WrongCode, hint, notice }, Keep::Changed))
        })
    }
}

pub enum Live<'a> {
    Yes(&'a mut Challenge),
    /// It is over from now on, and this is said of it.
    Ends(Answer),
    /// Its code key is not known here: a deployment, uncharged and unwritten.
    Unknown(Answer),
}

/// The challenge, if its code may be compared or sent again.
pub fn live(account: &mut Account, call: Call, id: Option<Id>, binding: u8) -> Result<Live<'_>, Answer> {
    known(account, id)?;
    account.barrier(call.rules, call.now)?;
    let challenge = known(account, id)?;
    if let Some(reason) = challenge.over {
        return Err(over(reason));
    }
    let ends = match () {
        () if !challenge.is_live(call.now) => Some(Reason::Expired),
        () if challenge.binding != binding => Some(Reason::BindingChanged),
        () => None,
    };
    if let Some(reason) = ends {
        challenge.over = Some(reason);
        return Ok(Live::Ends(over(reason)));
    }
    if !call.keys.contains(&challenge.code_key) {
        return Ok(Live::Unknown(Answer::Unavailable(Cause::UnknownCodeKey)));
    }
    Ok(Live::Yes(challenge))
}

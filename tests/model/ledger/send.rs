//! Issue, resend and onward.

use countersign::{Delivery, Hint, Reason, RecipientKind};

use super::judge::{Live, live};
use super::{Call, Keep, Ledger, Order, Turn};
use crate::account::Account;
use crate::answer::{Answer, Id, wait};
use crate::challenge::{Challenge, MINUTE, over};
use crate::people::{Address, PATIENCE, along, is_decoy, lifetime};
use crate::tally::Event;

impl Ledger {
    pub fn issue(&mut self, call: Call, order: Order) -> Turn {
        let decoy = is_decoy(order.route);
        let fresh = Account { only_decoys: decoy, ..Account::new(call.now) };
        self.turn(call, Some(fresh), |account, ledger| {
            account.barrier(call.rules, call.now)?;
            if let Some(answer) = repeated(account, call, order) {
                ledger.events.insert(Event::Repeat);
                return Ok((answer, Keep::Looked));
            }
            along(order.route).try_for_each(|address| objection(call, address))?;
            account.silence(call.rules, call.now, None)?;
            let challenge = ledger.challenge(call, order);
            let answer = Answer::Issued { ticket: challenge.slip(call.rules), message: !decoy };
            account.count_message();
            account.only_decoys &= decoy;
            if account.open(challenge, call.rules, call.now) {
                ledger.events.insert(Event::Eviction);
            }
            Ok((answer, Keep::Changed))
        })
    }

    pub fn resend(&mut self, call: Call, id: Option<Id>, binding: u8, route: u8) -> Turn {
        self.turn(call, None, |account, _| {
            let (found, first) = match live(account, call, id, binding)? {
                Live::Yes(challenge) => (challenge.id, challenge.clone()),
                Live::Ends(answer) => return Ok((answer, Keep::Changed)),
                Live::Unknown(answer) => return Ok((answer, Keep::Nothing)),
            };
            if first.route != route {
                return Err(Answer::no(Reason::RecipientChanged, Hint::OtherRecipient));
            }
            objection(call, first.address(first.leg))?;
            if first.sent.len() as u32 >= call.rules.challenge_sends {
                return Err(Answer::no(Reason::ChallengeSends, Hint::NoMoreMessages));
            }
            account.silence(call.rules, call.now, None)?;
            Ok((send(account, call, found, first.leg), Keep::Changed))
        })
    }

    /// `instead_of`: the number of the message that it falls back from, if the caller names one.
    pub fn onward(&mut self, call: Call, id: Option<Id>, order: Order, instead_of: Option<usize>) -> Turn {
        self.turn(call, None, |account, ledger| {
            let first = match live(account, call, id, order.binding)? {
                Live::Yes(challenge) => challenge.clone(),
                Live::Ends(answer) => return Ok((answer, Keep::Changed)),
                Live::Unknown(answer) => return Ok((answer, Keep::Nothing)),
            };
            if first.route != order.route {
                return Err(Answer::no(Reason::RecipientChanged, Hint::OtherRecipient));
            }
            if instead_of.is_some_and(|message| message + 1 != first.sent.len()) {
                return Err(Answer::no(Reason::Overtaken, wait(first.last_sent() + call.rules.gap)));
            }
            let nothing_left = first.answer == Some(Delivery::NotSent);
            let leg = first.next_leg(nothing_left).ok_or(Answer::no(Reason::RouteEnded, Hint::NoMoreMessages))?;
            objection(call, first.address(leg))?;
            if first.sent.len() as u32 >= call.rules.challenge_sends {
                return Err(Answer::no(Reason::ChallengeSends, Hint::NoMoreMessages));
            }
            let patience_ends = first.last_sent() + PATIENCE;
            if first.answer.is_none() && first.last_sent() <= call.now + MINUTE && call.now < patience_ends {
                return Err(Answer::no(Reason::TooSoon, wait(patience_ends)));
            }
            account.silence(call.rules, call.now, nothing_left.then_some(first.id))?;
            ledger.events.insert(if nothing_left { Event::FallbackAtOnce } else { Event::Fallback });
            Ok((send(account, call, first.id, leg), Keep::Changed))
        })
    }

    fn challenge(&mut self, call: Call, order: Order) -> Challenge {
        let Order { binding, route, request } = order;
        let id = self.issued;
        self.issued += 1;
        Challenge {
            id,
            issued: call.now,
            lifetime: lifetime(route, call.rules),
            attempts_left: call.rules.attempts,
            sent: vec![call.now],
            binding,
            route,
            leg: 0,
            answer: None,
            given_back: 0,
            request,
            code_key: call.keys[0],
            decoy: is_decoy(route),
            over: None,
        }
    }
}

/// One more message of a challenge, by this leg of its route.
fn send(account: &mut Account, call: Call, id: Id, leg: usize) -> Answer {
    account.count_message();
    let challenge = account.challenge(id).unwrap();
    challenge.sent.push(call.now);
    challenge.leg = leg;
    challenge.answer = None;
    Answer::Issued { ticket: challenge.slip(call.rules), message: !challenge.decoy }
}

/// The same session asks for the same once more while its challenge is open: the same ticket and no message; for
/// something else it is refused.
fn repeated(account: &Account, call: Call, order: Order) -> Option<Answer> {
    let request = order.request?;
    let mut live = account.challenges.iter().filter(|challenge| challenge.is_live(call.now));
    let first = live.find(|challenge| challenge.request == Some(request))?;
    let same = first.binding == order.binding && first.route == order.route;
    let ticket = first.slip(call.rules);
    Some(if same { Answer::Issued { ticket, message: false } } else { over(Reason::RequestReused) })
}

fn objection(call: Call, address: &Address) -> Result<(), Answer> {
    let no = |reason| Err(Answer::no(reason, Hint::OtherRecipient));
    if address.kind == RecipientKind::Email && !call.rules.mail {
        return no(Reason::RecipientKind);
    }
    if address.is_decoy {
        return Ok(());
    }
    if call.rules.verified_only && address.verified.is_none() {
        return no(Reason::RecipientUnverified);
    }
    let settled = address.verified.max(address.changed).map(|at| at + call.rules.cooling_off);
    if call.rules.cooling_off > 0 && settled.is_none_or(|at| call.now < at) {
        return no(Reason::RecipientTooNew);
    }
    Ok(())
}

//! Issue and resend.

use countersign::{Hint, Reason};

use super::judge::{Live, live};
use super::{Call, Keep, Ledger, Order, Turn};
use crate::account::Account;
use crate::answer::{Answer, Id};
use crate::challenge::{Challenge, over};
use crate::people::{ADDRESSES, Address};
use crate::tally::Event;

impl Ledger {
    pub fn issue(&mut self, call: Call, order: Order) -> Turn {
        let decoy = ADDRESSES[usize::from(order.recipient)].is_decoy;
        let fresh = Account { only_decoys: decoy, ..Account::new(call.now) };
        self.turn(call, Some(fresh), |account, ledger| {
            account.barrier(call.rules, call.now)?;
            if let Some(answer) = repeated(account, call, order) {
                ledger.events.insert(Event::Repeat);
                return Ok((answer, Keep::Looked));
            }
            objection(call, &ADDRESSES[usize::from(order.recipient)])?;
            account.silence(call.rules, call.now)?;
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

    pub fn resend(&mut self, call: Call, id: Option<Id>, binding: u8, recipient: u8) -> Turn {
        self.turn(call, None, |account, _| {
            let (found, first) = match live(account, call, id, binding)? {
                Live::Yes(challenge) => (challenge.id, challenge.clone()),
                Live::Ends(answer) => return Ok((answer, Keep::Changed)),
                Live::Unknown(answer) => return Ok((answer, Keep::Nothing)),
            };
            if first.recipient != recipient {
                return Err(Answer::no(Reason::RecipientChanged, Hint::OtherRecipient));
            }
            objection(call, &ADDRESSES[usize::from(recipient)])?;
            if first.sent.len() as u32 >= call.rules.challenge_sends {
                return Err(Answer::no(Reason::ChallengeSends, Hint::NoMoreMessages));
            }
            account.silence(call.rules, call.now)?;
            account.count_message();
            let challenge = account.challenge(found).unwrap();
            challenge.sent.push(call.now);
            let answer = Answer::Issued { ticket: challenge.slip(call.rules), message: !challenge.decoy };
            Ok((answer, Keep::Changed))
        })
    }

    fn challenge(&mut self, call: Call, order: Order) -> Challenge {
        let Order { binding, recipient, request } = order;
        let address = &ADDRESSES[usize::from(recipient)];
        let id = self.issued;
        self.issued += 1;
        Challenge {
            id,
            issued: call.now,
            lifetime: address.lifetime(call.rules),
            attempts_left: call.rules.attempts,
            sent: vec![call.now],
            binding,
            recipient,
            request,
            code_key: call.keys[0],
            decoy: address.is_decoy,
            over: None,
        }
    }
}

/// The same session asks for the same once more while its challenge is open: the same ticket and no message; for
/// something else it is refused.
fn repeated(account: &Account, call: Call, order: Order) -> Option<Answer> {
    let request = order.request?;
    let mut live = account.challenges.iter().filter(|challenge| challenge.is_live(call.now));
    let first = live.find(|challenge| challenge.request == Some(request))?;
    let same = first.binding == order.binding && first.recipient == order.recipient;
    let ticket = first.slip(call.rules);
    Some(if same { Answer::Issued { ticket, message: false } } else { over(Reason::RequestReused) })
}

fn objection(call: Call, address: &Address) -> Result<(), Answer> {
    let no = |reason| Err(Answer::no(reason, Hint::OtherRecipient));
    if address.is_mail && !call.rules.mail {
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

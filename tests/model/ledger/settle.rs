//! Settle.

use countersign::{Delivery, Settled};

use super::{Call, Keep, Ledger, Turn, known};
use crate::answer::{Answer, Id};
use crate::budget::GIVEN_BACK;
use crate::tally::Event;

impl Ledger {
    /// `message`: its number among those of the challenge. Whether the account is locked or the challenge over is not asked.
    pub fn settle(&mut self, call: Call, id: Option<Id>, message: usize, answer: Delivery) -> Turn {
        self.turn(call, None, |account, ledger| {
            let mut day = account.budget.day;
            let challenge = known(account, id)?;
            let looked = |settled| Ok((Answer::Settled(settled), Keep::Looked));
            if message + 1 != challenge.sent.len() {
                ledger.events.insert(Event::Overtaken);
                return looked(Settled::Overtaken);
            }
            if let Some(before) = challenge.answer {
                ledger.events.insert(Event::SettledTwice);
                return looked(Settled::Before(before));
            }
            challenge.answer = Some(answer);
            let this_day = answer == Delivery::NotSent && challenge.last_sent() >= day.from;
            let refunded = this_day && challenge.given_back < GIVEN_BACK && day.given_back < GIVEN_BACK;
            if refunded {
                challenge.given_back += 1;
                day.given_back += 1;
                day.sends = day.sends.saturating_sub(1);
                day.unapproved = day.unapproved.saturating_sub(1);
            }
            if this_day {
                ledger.events.insert(if refunded { Event::GivenBack } else { Event::GivenBackNoMore });
            }
            account.budget.day = day;
            Ok((Answer::Settled(Settled::Now { refunded }), Keep::Changed))
        })
    }
}

//! The model's challenge.

use countersign::{Delivery, Hint, Reason};

use crate::answer::{Answer, Fate, Id, Slip};
use crate::people::{Address, along};
use crate::rules::Rules;

/// Clocks may differ by so much.
pub const MINUTE: u64 = 60;

#[derive(Clone, Debug)]
pub struct Challenge {
    pub id: Id,
    pub issued: u64,
    pub lifetime: u64,
    pub attempts_left: u32,
    /// When its messages left, the first included.
    pub sent: Vec<u64>,
    pub binding: u8,
    pub route: u8,
    /// By which leg the last message left.
    pub leg: usize,
    /// What was said of the last message.
    pub answer: Option<Delivery>,
    /// How many of its messages the day got back.
    pub given_back: u32,
    pub request: Option<u8>,
    pub code_key: u8,
    pub decoy: bool,
    /// Why it is over; for good.
    pub over: Option<Reason>,
}

impl Challenge {
    pub fn expires(&self) -> u64 {
        self.issued + self.lifetime
    }

    /// "Live iff issued <= now + 60 s and now < issued + lifetime."
    pub fn is_live(&self, now: u64) -> bool {
        self.over.is_none() && self.issued <= now + MINUTE && now < self.expires()
    }

    pub fn last_sent(&self) -> u64 {
        *self.sent.last().unwrap()
    }

    /// How many of its messages count in the day window that began at `from`. The record knows when the first and the
    /// last left, and refunds no message that it does not know to be of this window, nor one that the window may have got
    /// back before.
    pub fn sent_since(&self, from: u64) -> u32 {
        if self.issued >= from {
            return self.sent.len() as u32 - self.given_back;
        }
        u32::from(self.last_sent() >= from && self.answer != Some(Delivery::NotSent))
    }

    /// Where a leg goes.
    pub fn address(&self, leg: usize) -> &'static Address {
        along(self.route).nth(leg).unwrap()
    }

    /// Which leg is next: one of another kind, unless nothing left by this one.
    pub fn next_leg(&self, nothing_left: bool) -> Option<usize> {
        let present = self.address(self.leg).kind;
        let legs = along(self.route).enumerate().skip(self.leg + 1);
        legs.filter(|(_, address)| nothing_left || address.kind != present).map(|(leg, _)| leg).next()
    }

    pub fn slip(&self, rules: &Rules) -> Slip {
        let more = (self.sent.len() as u32) < rules.challenge_sends;
        Slip {
            id: self.id,
            expires: self.expires(),
            resend_at: more.then(|| self.last_sent() + rules.gap),
            attempts_left: self.attempts_left,
        }
    }

    pub fn fate(&self, rules: &Rules, now: u64) -> Fate {
        match self.over {
            _ if self.is_live(now) => Fate::Open(self.slip(rules)),
            Some(Reason::AlreadyApproved) => Fate::Approved,
            _ => Fate::Over,
        }
    }
}

pub fn over(reason: Reason) -> Answer {
    let used = reason == Reason::AlreadyApproved;
    Answer::no(reason, if used { Hint::AlreadyUsed } else { Hint::StartAgain })
}

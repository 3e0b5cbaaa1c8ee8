//! What a record means.

use super::keeping::Keeping;
use super::legs::Legs;
use crate::code::Format;
use crate::delivery::Delivery;
use crate::expiry::Span;
use crate::keyring::{KeyId, Send, Tag};
use crate::limit::{Budget, Day, REFUNDS};

/// Challenges that one record remembers, open or over.
pub(crate) const SLOTS: usize = 4;

/// A record that was opened, or a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) budget: Budget,
    /// The account is closed: challenges are refused, counters stay.
    pub(crate) closed: bool,
    /// Nothing but decoys was ever issued here.
    pub(crate) decoy: bool,
    pub(crate) slots: [Option<Slot>; SLOTS],
}

/// One challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) nonce: [u8; 16],
    pub(crate) key_id: KeyId,
    pub(crate) format: Format,
    pub(crate) lifetime: u32,
    pub(crate) attempts: u8,
    pub(crate) sends: u8,
    pub(crate) phase: Phase,
    pub(crate) decoy: bool,
    /// Which of its codes is the live one; a resend may ask for a new one.
    pub(crate) generation: u8,
    pub(crate) issued: u64,
    pub(crate) last_sent: u64,
    pub(crate) binding: Tag,
    pub(crate) legs: Legs,
    /// The leg by which the last message left, the first being 0.
    pub(crate) leg: u8,
    /// What the channel answered of that message; nothing yet.
    pub(crate) delivery: Option<Delivery>,
    /// Messages that did not leave, and that the day got back.
    pub(crate) refunded: u8,
    /// Eight zeros if the caller named no request.
    pub(crate) request: Tag,
}

/// What has become of a challenge. All but `Open` are for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Open,
    Approved,
    Exhausted,
    Expired,
    Cancelled,
    Reported,
    Superseded,
    BindingChanged,
    Closed,
}

impl State {
    pub(crate) fn new(now: u64) -> Self {
        Self { budget: Budget::new(now), closed: false, decoy: false, slots: [None; SLOTS] }
    }

    /// Ends the open challenges whose time is over, or has not come; answers how many.
    pub(crate) fn expire(&mut self, now: u64) -> u8 {
        self.end(Phase::Expired, |slot| !slot.span().is_live(now))
    }

    /// Ends every open challenge for which `which` holds; answers how many.
    pub(crate) fn end(&mut self, phase: Phase, which: impl Fn(&Slot) -> bool) -> u8 {
        let mut ended = 0;
        for slot in self.slots.iter_mut().flatten() {
            if slot.is_open() && which(slot) {
                slot.phase = phase;
                ended += 1;
            }
        }
        ended
    }

    pub(crate) fn put(&mut self, place: usize, slot: Slot) {
        if let Some(there) = self.slots.get_mut(place) {
            *there = Some(slot);
        }
    }

    /// Ends the oldest open challenges until one more may be opened.
    pub(crate) fn make_room(&mut self, limit: u8) {
        for _ in 0..SLOTS {
            let open = || self.slots.iter().flatten().filter(|slot| slot.is_open());
            if open().count() < usize::from(limit) {
                return;
            }
            let oldest = open().map(|slot| slot.issued).min();
            let oldest_open = |slot: &&mut Slot| slot.is_open() && Some(slot.issued) == oldest;
            if let Some(slot) = self.slots.iter_mut().flatten().find(oldest_open) {
                slot.phase = Phase::Superseded;
            }
        }
    }

    /// Where a new challenge goes: an empty place, else an expired one's, else a spent one's. There is one, since
    /// [`make_room`](Self::make_room) leaves fewer open than there are places.
    pub(crate) fn place(&mut self) -> &mut Option<Slot> {
        let rank = |place: &&mut Option<Slot>| match place {
            None => (0, 0),
            Some(slot) if slot.phase == Phase::Expired => (1, slot.issued),
            Some(slot) if !slot.is_open() => (2, slot.issued),
            Some(slot) => (3, slot.issued),
        };
        let [a, b, c, d] = &mut self.slots;
        let ab = if rank(&b) < rank(&a) { b } else { a };
        let cd = if rank(&d) < rank(&c) { d } else { c };
        if rank(&cd) < rank(&ab) { cd } else { ab }
    }

    /// For how many seconds from `now` nothing here may be forgotten; `None` is for ever.
    pub(crate) fn keep_for(&self, now: u64) -> Option<u32> {
        let keeping = Keeping {
            // Closing is the caller's word that there is an account, so its tombstone is no decoy's.
            decoy: self.decoy && !self.closed,
            for_ever: self.budget.disabled,
            held: self.closed || !self.budget.is_clean(),
            until: self.windows_end(now),
        };
        keeping.seconds(now)
    }

    /// When the last window of this record ends.
    fn windows_end(&self, now: u64) -> u64 {
        let live = self.slots.iter().flatten().filter(|slot| slot.is_open() && slot.span().is_live(now));
        let challenges = live.map(|slot| slot.span().end()).max().unwrap_or(now);
        challenges.max(self.budget.lock.end()).max(self.budget.day.span().end())
    }
}

impl Slot {
    pub(crate) fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    pub(crate) const fn span(&self) -> Span {
        Span::new(self.issued, self.lifetime as u64)
    }

    /// Its last message.
    pub(crate) const fn send(&self) -> Send {
        Send { generation: self.generation, leg: self.leg, count: self.sends }
    }

    /// Until when no other message may be sent, if that is still to come.
    pub(crate) fn silent_until(&self, gap: u32, now: u64) -> Option<u64> {
        let silence = Span::new(self.last_sent, u64::from(gap));
        silence.is_live(now).then(|| silence.end())
    }

    /// What the day that began at `from` surely paid for this challenge and has not got back: an approval must not refund
    /// more.
    pub(crate) fn sends_since(&self, from: u64) -> u8 {
        match (self.issued >= from, self.last_sent >= from) {
            (true, _) => self.sends.saturating_sub(self.refunded),
            (false, true) => u8::from(self.delivery != Some(Delivery::NotSent)),
            (false, false) => 0,
        }
    }

    /// The last message did not leave; answers whether the day gets its send back. A challenge gets three at most, and
    /// only from the day that paid.
    pub(crate) fn take_back(&mut self, day: &mut Day) -> bool {
        let paid_by = self.last_sent >= day.from;
        let back = paid_by && self.refunded < REFUNDS && day.take_back();
        self.refunded = self.refunded.saturating_add(u8::from(back));
        back
    }
}

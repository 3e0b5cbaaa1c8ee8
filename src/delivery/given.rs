use super::carrier::Carried;
use super::{Delivery, IdempotencyKey};
use crate::challenge::Issued;
use crate::event::{Action, Event};
use crate::recipient::RecipientKind;
use crate::time::{ClockError, UnixTime};

/// A message that was given to a channel, and what that answered.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) leg: u8,
    pub(super) channel: RecipientKind,
    pub(super) key: IdempotencyKey,
    pub(super) delivery: Delivery,
    pub(super) written: bool,
}

impl Given {
    /// What was never written has surely not left.
    pub(super) fn new<B>(issued: &Issued<'_, B>, carried: Carried) -> Self {
        let (leg, channel, key) = (issued.leg(), issued.channel(), issued.key());
        Self { leg, channel, key, delivery: carried.unwrap_or(Delivery::NotSent), written: carried.is_some() }
    }

    /// How it is told, after the event that paid for it. A clock that does not know stands where it stood then.
    pub(super) fn event(&self, paid: &Event, now: Result<UnixTime, ClockError>) -> Event {
        let told = paid.followed_by(Action::Send, self.delivery.kind(), now.unwrap_or(paid.at()));
        if self.written { told } else { told.detailed("not_written") }
    }
}

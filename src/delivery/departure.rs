use core::fmt;

use super::Errand;
use crate::challenge::{Issued, Ticket};
use crate::event::Event;

/// A message that the record has paid for, and that no channel was given yet: of a [`Post`](super::Post) or an
/// `AsyncPost`.
///
/// Answer the browser with the [`ticket`](Self::ticket) first and [`deliver`](Self::deliver) after that, in a task of its
/// own: else how long a provider takes, and whether there is one, tells a stranger which accounts exist.
///
/// Dropping it sends nothing. The record then takes the message for one of which nobody knows, and once its leg's time-out
/// has passed `onward` goes on with the next channel.
#[must_use = "the message has still to be delivered"]
pub struct Departure<'d, B, P> {
    pub(super) post: &'d P,
    pub(super) errand: &'d Errand<'d, B>,
    pub(super) issued: Issued<'d, B>,
    pub(super) event: Event,
}

impl<B, P> Departure<'_, B, P> {
    /// What the browser may know.
    #[must_use]
    pub const fn ticket(&self) -> Ticket {
        self.issued.ticket()
    }
}

impl<B, P> fmt::Debug for Departure<'_, B, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Departure").field("issued", &self.issued).finish_non_exhaustive()
    }
}

/// Of a [`RecipientKind`](crate::RecipientKind), how many there are.
pub(super) const KINDS: usize = 4;

/// Where a kind's carrier is among those of a post.
pub(super) const fn place(kind: crate::recipient::RecipientKind) -> usize {
    use crate::recipient::RecipientKind;
    match kind {
        RecipientKind::Sms => 0,
        RecipientKind::Voice => 1,
        RecipientKind::Email => 2,
        RecipientKind::App => 3,
    }
}

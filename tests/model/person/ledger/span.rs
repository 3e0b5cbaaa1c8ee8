//! Which counters and steps may match.

use countersign::{Hint, Reason};

use super::Call;
use crate::person::answer::Answer;
use crate::person::device::{DEVICES, Kind};
use crate::person::record::{Seat, Stage};

/// The first and the last.
pub type Span = (u64, u64);

/// What may match now; nothing before a TOTP's epoch.
pub fn span(call: Call, seat: &Seat, past: u64, future: u64) -> Result<Option<Span>, Answer> {
    match seat.kind() {
        Kind::Hotp(_) => ahead(seat, call.rules.look_ahead).map(Some),
        kind @ Kind::Totp { .. } => {
            Ok(kind.step(call.now).map(|step| around(step.saturating_add_signed(seat.drift), past, future)))
        }
    }
}

pub fn around(step: u64, past: u64, future: u64) -> Span {
    (step.saturating_sub(past), step.saturating_add(future))
}

/// So many counters, from the first that is not spent.
pub fn ahead(seat: &Seat, count: u64) -> Result<Span, Answer> {
    let first = match seat.spent {
        Some(u64::MAX) => return Err(Answer::no(Reason::CounterExhausted, Hint::OtherMethod)),
        Some(spent) => spent + 1,
        None => 0,
    };
    Ok((first, first.saturating_add(count - 1)))
}

impl Seat {
    /// A decoy passes for an app.
    pub fn kind(&self) -> Kind {
        self.device.map_or(DEVICES[0].kind, |device| DEVICES[device].kind)
    }

    /// The newest counter that is spent, or, after a restore, that an app can have shown by then.
    pub fn shown(&self, call: Call) -> Option<u64> {
        let restored = self.kind().step(self.since).filter(|_| self.stage == Stage::Restored);
        let shown = restored.map(|step| step.saturating_add(10).saturating_add(call.rules.future));
        self.spent.max(shown)
    }
}

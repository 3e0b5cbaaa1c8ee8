use tracing::field::{DisplayValue, display};

use super::{Event, EventKind};
use crate::approval::Notice;

/// How loud an event is.
enum Loudness {
    Info,
    Warn,
    Error,
}

impl Event {
    /// Emits it to `tracing`'s subscriber, with the target `countersign` and the name `countersign.event`, which stay, as
    /// these fields do. Those that do not apply are not there. No field is a code, a key, an address or an amount.
    ///
    /// | field | value |
    /// |---|---|
    /// | `event` | [`kind`](Self::kind), as its name |
    /// | `action` | [`action`](Self::action), as its name |
    /// | `at` | [`at`](Self::at), seconds since 1970 |
    /// | `subject` | [`subject`](Self::subject), 32 digits of hexadecimal |
    /// | `lane` | [`lane`](Self::lane) |
    /// | `purpose` | [`purpose`](Self::purpose) |
    /// | `challenge` | [`challenge`](Self::challenge), 32 digits of hexadecimal |
    /// | `binding` | [`binding`](Self::binding), 32 digits of hexadecimal |
    /// | `channel` | [`channel`](Self::channel), as its name |
    /// | `count` | [`count`](Self::count) |
    /// | `reason` | [`reason`](Self::reason), as its name |
    /// | `failures` | [`failures`](Self::failures) |
    /// | `notice` | [`notice`](Self::notice): `locked`, `next_disables` or `disabled` |
    /// | `until` | when that lock ends, seconds since 1970 |
    /// | `detail` | [`detail`](Self::detail) |
    ///
    /// | level | for |
    /// |---|---|
    /// | `INFO` | what was done, and what was refused without a notice |
    /// | `WARN` | a notice, a message that did not leave or may not have, a budget that refuses, contention, an unknown code key, a newer record |
    /// | `ERROR` | a corrupt record, a store that failed |
    ///
    /// Nothing is emitted unless this is called: [`run`](crate::Operation::run) is silent.
    ///
    /// ```
    /// # use countersign::*;
    /// # fn confirm(verify: Verify<'_, Payment>, store: &MemoryStore) -> Result<Approved<Payment>, Failure<MemoryStoreError>> {
    /// let Observed { event, outcome } = verify.run_observed(store);
    /// event.trace();
    /// outcome
    /// # }
    /// # let _ = confirm;
    /// ```
    pub fn trace(&self) {
        macro_rules! emit {
            ($level:ident) => {
                tracing::event!(
                    name: "countersign.event",
                    target: "countersign",
                    tracing::Level::$level,
                    event = self.kind.name(),
                    action = self.action.name(),
                    at = self.at.as_secs(),
                    subject = display(self.subject),
                    lane = self.lane,
                    purpose = self.purpose(),
                    challenge = shown(self.challenge),
                    binding = shown(self.binding),
                    channel = self.channel.map(|kind| kind.name()),
                    count = self.count,
                    reason = self.reason.map(|reason| reason.name()),
                    failures = self.failures,
                    notice = self.notice.map(Notice::name),
                    until = self.notice.and_then(until),
                    detail = self.detail(),
                )
            };
        }
        match self.loudness() {
            Loudness::Info => emit!(INFO),
            Loudness::Warn => emit!(WARN),
            Loudness::Error => emit!(ERROR),
        }
    }

    const fn loudness(&self) -> Loudness {
        match self.kind {
            EventKind::CorruptRecord | EventKind::StoreUnavailable => Loudness::Error,
            EventKind::Contention
            | EventKind::UnknownCodeKey
            | EventKind::NewerRecord
            | EventKind::NotSent
            | EventKind::SendUnknown
            | EventKind::BudgetRefused
            | EventKind::BudgetWouldRefuse => Loudness::Warn,
            _ if self.notice.is_some() => Loudness::Warn,
            _ => Loudness::Info,
        }
    }
}

fn shown<T: core::fmt::Display>(value: Option<T>) -> Option<DisplayValue<T>> {
    value.map(display)
}

const fn until(notice: Notice) -> Option<u64> {
    match notice {
        Notice::Locked { until } => Some(until.as_secs()),
        Notice::NextDisables | Notice::Disabled => None,
    }
}

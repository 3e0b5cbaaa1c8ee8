//! What the operator sees: the events of this process, counted, and how many of its codes are confirmed. No event holds a
//! code, a key, an address or an amount; of a number its zone alone is counted.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use countersign::{Event, EventKind, Failure, Notice, Observed, Reason};
use serde::Serialize;
use serde_json::{Value, json};

/// Events that are kept to be shown; all are counted.
const SHOWN: usize = 100;

/// The events so far.
#[derive(Debug)]
pub(crate) struct View(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    since: u64,
    kinds: BTreeMap<&'static str, u64>,
    reasons: BTreeMap<&'static str, u64>,
    limits: BTreeMap<String, u64>,
    conversion: BTreeMap<&'static str, Converted>,
    last: VecDeque<Line>,
}

/// Of the messages to one prefix.
#[derive(Debug, Default, Serialize)]
struct Converted {
    sent: u64,
    approved: u64,
}

/// An event as the page shows it.
#[derive(Clone, Debug, Serialize)]
struct Line {
    at: u64,
    kind: &'static str,
    action: &'static str,
    reason: Option<&'static str>,
    detail: Option<String>,
    failures: Option<u8>,
    notice: Option<&'static str>,
    subject: String,
    challenge: Option<String>,
}

impl View {
    pub(crate) fn new(since: u64) -> Self {
        Self(Mutex::new(Seen { since, ..Seen::default() }))
    }

    /// Takes the event, and hands on what came of it.
    pub(crate) fn saw<T, E>(&self, observed: Observed<T, E>) -> Result<T, Failure<E>> {
        self.add(&observed.event);
        observed.outcome
    }

    pub(crate) fn add(&self, event: &Event) {
        let mut seen = self.seen();
        *seen.kinds.entry(event.kind().name()).or_default() += 1;
        if let Some(reason) = event.reason() {
            *seen.reasons.entry(reason.name()).or_default() += 1;
        }
        if let (EventKind::BudgetRefused, Some(limit)) = (event.kind(), event.detail()) {
            *seen.limits.entry(limit.to_owned()).or_default() += 1;
        }
        seen.last.push_back(Line::of(event));
        while seen.last.len() > SHOWN {
            seen.last.pop_front();
        }
    }

    /// A code left for a number with this prefix.
    pub(crate) fn sent(&self, prefix: &'static str) {
        self.seen().conversion.entry(prefix).or_default().sent += 1;
    }

    /// One that had left was confirmed.
    pub(crate) fn approved(&self, prefix: &'static str) {
        self.seen().conversion.entry(prefix).or_default().approved += 1;
    }

    /// The numbers, and the last events, oldest first.
    pub(crate) fn show(&self) -> Value {
        let Seen { since, kinds, reasons, limits, conversion, last } = &*self.seen();
        json!({
            "since": since, "kinds": kinds, "reasons": reasons, "limits": limits, "conversion": conversion, "events": last,
        })
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn of(event: &Event) -> Self {
        Self {
            at: event.at().as_secs(),
            kind: event.kind().name(),
            action: event.action().name(),
            reason: event.reason().map(Reason::name),
            detail: event.detail().map(str::to_owned),
            failures: event.failures(),
            notice: event.notice().map(Notice::name),
            subject: event.subject().to_string(),
            challenge: event.challenge().map(|id| id.to_string()),
        }
    }
}

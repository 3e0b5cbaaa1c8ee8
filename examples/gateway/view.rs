//! What the operator sees: the events of this process, counted. No event holds a code, a key, an address or an amount.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use countersign::{Event, Failure, Notice, Observed, Reason};
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
    last: VecDeque<Line>,
}

/// An event as the page shows it.
#[derive(Clone, Debug, Serialize)]
struct Line {
    at: u64,
    kind: &'static str,
    action: &'static str,
    reason: Option<&'static str>,
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
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *seen.kinds.entry(event.kind().name()).or_default() += 1;
        if let Some(reason) = event.reason() {
            *seen.reasons.entry(reason.name()).or_default() += 1;
        }
        seen.last.push_back(Line::of(event));
        while seen.last.len() > SHOWN {
            seen.last.pop_front();
        }
    }

    /// The numbers, and the last events, oldest first.
    pub(crate) fn show(&self) -> Value {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        json!({ "since": seen.since, "kinds": seen.kinds, "reasons": seen.reasons, "events": seen.last })
    }
}

impl Line {
    fn of(event: &Event) -> Self {
        Self {
            at: event.at().as_secs(),
            kind: event.kind().name(),
            action: event.action().name(),
            reason: event.reason().map(Reason::name),
            failures: event.failures(),
            notice: event.notice().map(Notice::name),
            subject: event.subject().to_string(),
            challenge: event.challenge().map(|id| id.to_string()),
        }
    }
}

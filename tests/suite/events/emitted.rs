//! What `tracing`'s subscribers get.

use core::fmt::{Debug, Write};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as Values};
use tracing::{Level, Metadata, Subscriber};

use super::*;

/// One that was emitted: its level, and its fields as text.
type Line = (Level, BTreeMap<&'static str, String>);

/// Writes down every event, whatever it is, with its name and target.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Line>>>);

struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        write!(text, "{value:?}").unwrap();
        self.0.insert(field.name(), text);
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Values<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let about = event.metadata();
        assert_eq!((about.name(), about.target()), ("countersign.event", "countersign"));
        let mut fields = Fields(BTreeMap::new());
        event.record(&mut fields);
        self.0.lock().unwrap().push((*about.level(), fields.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn emitted(emit: impl FnOnce()) -> Vec<Line> {
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), emit);
    std::mem::take(&mut *log.0.lock().unwrap())
}

#[test]
fn f20_a_lock_is_emitted_with_stable_names() {
    let desk = Desk::new(MemoryStore::new());
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.misses(PAY, &customer(), &sent, 5);
    let event = desk.event();
    let lines = emitted(|| event.trace());
    let quoted = |text: &str| format!("{text:?}");
    let fields = [
        ("event", quoted("refused")),
        ("action", quoted("verify")),
        ("at", START.to_string()),
        ("subject", event.subject().to_string()),
        ("lane", "0".to_owned()),
        ("purpose", quoted("pay")),
        ("challenge", event.challenge().unwrap().to_string()),
        ("binding", event.binding().unwrap().to_string()),
        ("reason", quoted("wrong_code")),
        ("failures", "5".to_owned()),
        ("notice", quoted("locked")),
        ("until", (START + 1_800).to_string()),
    ];
    assert_eq!(lines, [(Level::WARN, fields.into())]);
}

#[test]
fn every_event_is_emitted_once_as_loud_as_the_page_says_with_the_fields_that_it_has() {
    let told = everything();
    let lines = emitted(|| told.iter().for_each(Event::trace));
    assert_eq!(lines.len(), told.len());
    let mut loud = BTreeMap::<Level, usize>::new();
    for ((level, fields), event) in lines.iter().zip(&told) {
        let expected = match event.kind() {
            EventKind::CorruptRecord | EventKind::StoreUnavailable => Level::ERROR,
            EventKind::Contention | EventKind::UnknownCodeKey | EventKind::NotSent | EventKind::SendUnknown => {
                Level::WARN
            }
            _ if event.notice().is_some() => Level::WARN,
            _ => Level::INFO,
        };
        assert_eq!(*level, expected, "{event:?}");
        *loud.entry(*level).or_default() += 1;
        let there = [
            ("purpose", event.purpose().is_some()),
            ("challenge", event.challenge().is_some()),
            ("binding", event.binding().is_some()),
            ("channel", event.channel().is_some()),
            ("count", event.count().is_some()),
            ("reason", event.reason().is_some()),
            ("failures", event.is_charged()),
            ("notice", event.notice().is_some()),
            ("until", matches!(event.notice(), Some(Notice::Locked { .. }))),
            ("detail", event.detail().is_some()),
        ];
        assert!(there.iter().all(|(name, there)| fields.contains_key(name) == *there), "{fields:?}");
        assert_eq!(fields.len(), 5 + there.iter().filter(|(_, there)| *there).count());
    }
    assert_eq!(loud.len(), 3);
}

#[test]
fn f65_asvs_16_2_5_nothing_emitted_holds_a_code_handle_subject_address_or_amount() {
    let scenes = scenes();
    let lines = emitted(|| scenes.told.iter().for_each(Event::trace));
    let printed = format!("{lines:?}");
    let fixed = ["customer-471", "49151", "12990", "129.90", "Anna", "DE8937", "order 4711", "session", "@"];
    for secret in fixed.into_iter().chain(scenes.secrets.iter().map(String::as_str)) {
        assert!(!printed.contains(secret), "{secret}");
    }
    assert!(printed.len() > 20_000);
}

#[test]
fn running_without_asking_emits_nothing() {
    let desk = Desk::new(MemoryStore::new());
    let lines = emitted(|| {
        let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        desk.miss(PAY, &customer(), &sent);
        let _ = desk.hit(PAY, &customer(), &sent);
    });
    assert_eq!(lines, []);
}

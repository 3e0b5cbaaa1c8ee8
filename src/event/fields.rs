//! The fields of an event, spelt once for every format.

use core::fmt;

use super::{Action, Event, EventKind};
use crate::approval::{ApprovalId, BindingTag, Notice, Reason, SubjectTag, hex};
use crate::recipient::RecipientKind;
use crate::text::Text;
use crate::time::UnixTime;

/// A value that no format has to escape.
pub(crate) enum Value<'a> {
    Number(u64),
    /// Of `a` to `z`, `0` to `9`, `_` and `-`.
    Word(&'a str),
    Hex(&'a [u8]),
}

/// As JSON.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => write!(f, "\"{word}\""),
            Self::Hex(bytes) => {
                f.write_str("\"")?;
                hex(bytes, f)?;
                f.write_str("\"")
            }
        }
    }
}

impl Event {
    /// What [`read`](Self::read) begins with.
    pub(crate) const BLANK: Self = Self {
        at: UnixTime::from_secs(0),
        kind: EventKind::Looked,
        action: Action::Look,
        subject: SubjectTag::from_bytes([0; 16]),
        lane: 0,
        purpose: None,
        challenge: None,
        binding: None,
        channel: None,
        count: None,
        reason: None,
        failures: None,
        notice: None,
        detail: None,
    };

    /// Every field with its name; without a value, those that do not apply.
    pub(crate) fn fields(&self) -> [(&'static str, Option<Value<'_>>); 15] {
        let word = |name| Some(Value::Word(name));
        let number = |number: u8| Value::Number(number.into());
        let until = match self.notice {
            Some(Notice::Locked { until }) => Some(Value::Number(until.as_secs())),
            Some(Notice::NextDisables | Notice::Disabled) | None => None,
        };
        [
            ("at", Some(Value::Number(self.at.as_secs()))),
            ("event", word(self.kind.name())),
            ("action", word(self.action.name())),
            ("subject", Some(Value::Hex(self.subject.as_bytes()))),
            ("lane", Some(number(self.lane))),
            ("purpose", self.purpose().map(Value::Word)),
            ("challenge", self.challenge.as_ref().map(|id| Value::Hex(id.as_bytes()))),
            ("binding", self.binding.as_ref().map(|tag| Value::Hex(tag.as_bytes()))),
            ("channel", self.channel.map(|kind| Value::Word(kind.name()))),
            ("count", self.count.map(number)),
            ("reason", self.reason.map(|reason| Value::Word(reason.name()))),
            ("failures", self.failures.map(number)),
            ("notice", self.notice.map(|notice| Value::Word(notice.name()))),
            ("until", until),
            ("detail", self.detail().map(Value::Word)),
        ]
    }

    /// Takes in one field as [`Value`] spells it. What it lets pass that was never written, such as a plus sign, shows when
    /// the event is written once more.
    pub(crate) fn read(&mut self, name: &str, value: &str) -> Option<()> {
        let word_of = || value.strip_prefix('"')?.strip_suffix('"');
        match name {
            "at" => self.at = UnixTime::from_secs(value.parse().ok()?),
            "event" => self.kind = EventKind::named(word_of()?)?,
            "action" => self.action = Action::named(word_of()?)?,
            "subject" => self.subject = SubjectTag::from_bytes(bytes(word_of()?)?),
            "lane" => self.lane = value.parse().ok()?,
            "purpose" => self.purpose = Some(word(word_of()?)?),
            "challenge" => self.challenge = Some(ApprovalId::from_bytes(bytes(word_of()?)?)),
            "binding" => self.binding = Some(BindingTag::from_bytes(bytes(word_of()?)?)),
            "channel" => self.channel = Some(RecipientKind::named(word_of()?)?),
            "count" => self.count = Some(value.parse().ok()?),
            "reason" => self.reason = Some(Reason::named(word_of()?)?),
            "failures" => self.failures = Some(value.parse().ok()?),
            "notice" => self.notice = Some(notice_named(word_of()?)?),
            "until" => match &mut self.notice {
                Some(Notice::Locked { until }) => *until = UnixTime::from_secs(value.parse().ok()?),
                _ => return None,
            },
            "detail" => self.detail = Some(word(word_of()?)?),
            _ => return None,
        }
        Some(())
    }
}

fn notice_named(name: &str) -> Option<Notice> {
    Some(match name {
        "locked" => Notice::Locked { until: UnixTime::from_secs(0) },
        "next_disables" => Notice::NextDisables,
        "disabled" => Notice::Disabled,
        _ => return None,
    })
}

/// Text that no format has to escape, at most 32 bytes.
pub(crate) fn word(text: &str) -> Option<Text<32>> {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    if text.bytes().all(plain) { Text::new(text).ok() } else { None }
}

/// What [`hex`] wrote.
pub(crate) fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let digits = text.as_bytes().as_chunks::<2>();
    if digits.0.len() != N || !digits.1.is_empty() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.0) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

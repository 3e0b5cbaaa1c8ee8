use core::fmt::{self, Write as _};

use subtle::ConstantTimeEq as _;

use super::{AuditError, AuditHead, ChainId};
use crate::approval::hex;
use crate::event::{Event, Value, bytes};
use crate::mac::{Mac, Message};
use crate::released::released;

/// An event in its place in a chain. It is displayed as one line of JSON without a line break, of at most
/// [`LONGEST`](Self::LONGEST) bytes of ASCII.
///
/// The fields stand in a fixed order: `audit` (1, the version), `chain`, `number`, those of the event with the names that
/// the feature `serde` gives them, and `mac`: 64 digits of hexadecimal, HMAC-SHA-256 of the authenticator before (32 zero
/// bytes for entry 1) and of the line up to the comma before `"mac"`. The key is HMAC-SHA-256 of `countersign/v1/audit`
/// under the root key. So a verifier of a few lines can be written in any language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub(super) head: AuditHead,
    event: Event,
}

/// `,"mac":"`, 64 digits, `"}`.
const TAIL: usize = 74;

impl AuditEntry {
    /// The longest line, in bytes; a longer one is refused unread.
    pub const LONGEST: usize = 704;

    /// What happened.
    #[must_use]
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// Which chain.
    #[must_use]
    pub const fn chain(&self) -> ChainId {
        self.head.chain
    }

    /// Its place in the chain; the first is 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.head.number
    }

    /// The head of the chain that ends with this entry.
    #[must_use]
    pub const fn head(&self) -> AuditHead {
        self.head
    }

    /// Reads a line, and verifies nothing: [`AuditCheck`](super::AuditCheck) does. One entry has one line, so a field that is
    /// unknown, doubled, missing or in another place, and white space, are refused.
    ///
    /// # Errors
    /// [`AuditError::Malformed`].
    pub fn parse(line: &str) -> Result<Self, AuditError> {
        read(line).filter(|entry| is_written(entry, line)).ok_or(AuditError::Malformed)
    }

    /// The entry after `before`; `None` after the last number that there is.
    pub(super) fn after(before: &AuditHead, event: &Event, key: &Mac) -> Option<Self> {
        let head = AuditHead { number: before.number.checked_add(1)?, ..*before };
        let mut entry = Self { head, event: *event };
        entry.head.mac = entry.mac(before, key);
        Some(entry)
    }

    /// Whether its authenticator follows `before`.
    pub(super) fn follows(&self, before: &AuditHead, key: &Mac) -> bool {
        released(self.mac(before, key).ct_eq(&self.head.mac))
    }

    fn mac(&self, before: &AuditHead, key: &Mac) -> [u8; 32] {
        let mut fed = Fed(key.message().with(&before.mac));
        // It takes everything.
        let _ = write!(fed, "{}", Body(self));
        fed.0.finish()
    }
}

impl fmt::Display for AuditEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},\"mac\":\"", Body(self))?;
        hex(&self.head.mac, f)?;
        f.write_str("\"}")
    }
}

/// The part of the line that is authenticated.
struct Body<'a>(&'a AuditEntry);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AuditHead { chain, number, .. } = self.0.head;
        write!(f, "{{\"audit\":1,\"chain\":{},\"number\":{number}", Value::Hex(&chain.0))?;
        let fields = self.0.event.fields();
        let mut there = fields.iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value)));
        there.try_for_each(|(name, value)| write!(f, ",\"{name}\":{value}"))
    }
}

/// Reads what may be a line; that it is one shows when it is written once more.
fn read(line: &str) -> Option<AuditEntry> {
    if line.len() > AuditEntry::LONGEST {
        return None;
    }
    let (body, tail) = line.split_at_checked(line.len().checked_sub(TAIL)?)?;
    let mac = bytes(tail.strip_prefix(",\"mac\":\"")?.strip_suffix("\"}")?)?;
    let mut head = AuditHead { chain: ChainId([0; 16]), number: 0, mac };
    let mut event = Event::BLANK;
    for field in body.strip_prefix('{')?.split(',') {
        let (name, value) = field.split_once(':')?;
        match name.strip_prefix('"')?.strip_suffix('"')? {
            "audit" => {}
            "chain" => head.chain = ChainId(bytes(value.strip_prefix('"')?.strip_suffix('"')?)?),
            "number" => head.number = value.parse().ok()?,
            name => event.read(name, value)?,
        }
    }
    Some(AuditEntry { head, event })
}

/// Whether `value` is displayed as `text`, to the letter.
pub(super) fn is_written(value: &impl fmt::Display, text: &str) -> bool {
    let mut rest = Rest(text);
    write!(rest, "{value}").is_ok() && rest.0.is_empty()
}

struct Rest<'a>(&'a str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}

struct Fed<'k>(Message<'k>);

impl fmt::Write for Fed<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn the_longest_line_is_read() {
        let key = Mac::keyed(b"key");
        let before = AuditHead { number: u64::MAX - 1, ..AuditHead::start(ChainId([0xff; 16])) };
        let entry = AuditEntry::after(&before, &Event::longest(), &key).unwrap();
        let line = entry.to_string();
        assert!((600..=AuditEntry::LONGEST).contains(&line.len()), "{}", line.len());
        assert_eq!(AuditEntry::parse(&line), Ok(entry));
    }
}

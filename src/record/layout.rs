//! The bytes of a record, version 1.
//!
//! ```text
//! header 32   version 1, kind 1, flags 1, level 1, stamp 8, consecutive 1, total 1,
//!             lock from 5, lock length 3, day from 5, failures 1, unapproved 1, sends 1, refunds 1, entries 1
//! entries     of one kind: challenges, or a subject's authenticators and recovery codes
//! mac    16   HMAC(record key, store key || everything before)[..16]
//! ```
//! Numbers are big-endian. There is no revision: the stamp, 8 random bytes drawn by each operation, already makes two
//! writes differ, and no decision would ask for an order.

mod authenticators;
mod challenges;

use subtle::ConstantTimeEq as _;

use super::Record;
use crate::expiry::Span;
use crate::keyring::Keyring;
use crate::limit::{Budget, Day};
use crate::released::{public, released};
use crate::store::Key;

const VERSION: u8 = 1;
const MAC: usize = 16;
const DISABLED: u8 = 1;
const CLOSED: u8 = 2;
const DECOY: u8 = 4;

/// Why bytes are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not written by this keyring under this key, or altered since.
    Corrupt,
    /// Written by a later version of this crate: a deployment in progress, not an attack.
    Newer,
}

/// What every record says, whatever it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) budget: Budget,
    /// The account is closed: everything is refused, counters stay.
    pub(crate) closed: bool,
    /// Nothing but decoys was ever used here.
    pub(crate) decoy: bool,
}

/// What a record holds.
pub(crate) trait Content: Sized {
    /// Which records hold this.
    const KIND: u8;

    fn head(&self) -> Head;

    fn budget(&mut self) -> &mut Budget;

    /// For how many seconds from `now` nothing here may be forgotten; `None` is for ever.
    fn keep_for(&self, now: u64) -> Option<u32>;

    /// How many entries follow the header.
    fn entries(&self) -> u8;

    fn write(&self, out: &mut Writer<'_>);

    fn read(head: Head, entries: u8, from: &mut Reader<'_>) -> Option<Self>;
}

/// The record that says `content`, stamped and authenticated.
pub(crate) fn seal(keyring: &Keyring, key: &Key, content: &impl Content, stamp: [u8; 8], now: u64) -> Record {
    let mut record = Record { bytes: [0; Record::LONGEST], length: 0, keep_for: content.keep_for(now) };
    let mut writer = Writer { rest: &mut record.bytes, length: &mut record.length };
    write_header(&mut writer, content, stamp);
    content.write(&mut writer);
    let mac = keyring.record_mac(key, record.as_bytes());
    let rest = record.bytes.get_mut(usize::from(record.length)..).unwrap_or_default();
    Writer { rest, length: &mut record.length }.put(public(mac));
    record
}

/// What a record says, if it is one.
///
/// The last 16 bytes authenticate all the others in every version, so a raised version byte alone is a forgery and no
/// deployment: else whoever can write the store could shut an owner out past any reinstatement.
pub(crate) fn open<C: Content>(keyring: &Keyring, key: &Key, record: &Record) -> Result<C, Fault> {
    if record.is_over_long() {
        return Err(Fault::Corrupt);
    }
    let (body, mac) = record.as_bytes().split_last_chunk::<MAC>().ok_or(Fault::Corrupt)?;
    if !released(keyring.record_mac(key, body).ct_eq(mac)) {
        return Err(Fault::Corrupt);
    }
    match body.first() {
        Some(&version) if version > VERSION => Err(Fault::Newer),
        Some(&VERSION) => read(body).ok_or(Fault::Corrupt),
        _ => Err(Fault::Corrupt),
    }
}

fn write_header<C: Content>(out: &mut Writer<'_>, content: &C, stamp: [u8; 8]) {
    let Head { budget: Budget { consecutive, total, level, disabled, lock, day }, closed, decoy } = content.head();
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let flags = flag(disabled, DISABLED) | flag(closed, CLOSED) | flag(decoy, DECOY);
    out.put([VERSION, C::KIND, flags, level]);
    out.put(stamp);
    out.put([consecutive, total]);
    out.number::<5>(lock.from);
    out.number::<3>(lock.length);
    out.number::<5>(day.from);
    out.put([day.failures, day.unapproved, day.sends, day.refunds, content.entries()]);
}

fn read<C: Content>(body: &[u8]) -> Option<C> {
    let mut reader = Reader { rest: body };
    let [_, kind, flags, level] = reader.take()?;
    let _stamp: [u8; 8] = reader.take()?;
    let [consecutive, total] = reader.take()?;
    let lock = Span::new(reader.number::<5>()?, reader.number::<3>()?);
    let from = reader.number::<5>()?;
    let [failures, unapproved, sends, refunds, entries] = reader.take()?;
    if kind != C::KIND || flags & !(DISABLED | CLOSED | DECOY) != 0 {
        return None;
    }
    let day = Day { from, failures, unapproved, sends, refunds };
    let budget = Budget { consecutive, total, level, disabled: flags & DISABLED != 0, lock, day };
    let head = Head { budget, closed: flags & CLOSED != 0, decoy: flags & DECOY != 0 };
    let content = C::read(head, entries, &mut reader)?;
    reader.rest.is_empty().then_some(content)
}

pub(crate) struct Writer<'a> {
    rest: &'a mut [u8],
    length: &'a mut u16,
}

impl Writer<'_> {
    /// Writes `bytes` where there is room, and there always is: the fullest record has 364 bytes.
    #[expect(clippy::cast_possible_truncation, reason = "no field has 65,536 bytes")]
    pub(super) fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some((place, rest)) = core::mem::take(&mut self.rest).split_first_chunk_mut() {
            *place = bytes;
            self.rest = rest;
            *self.length += N as u16;
        }
    }

    /// The low `N` bytes of a number.
    pub(super) fn number<const N: usize>(&mut self, number: u64) {
        let bytes = number.to_be_bytes();
        self.put(bytes.last_chunk::<N>().copied().unwrap_or([0; N]));
    }
}

pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    pub(super) fn number<const N: usize>(&mut self) -> Option<u64> {
        let taken = self.take::<N>()?;
        Some(taken.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::RootKey;
    use crate::record::State;

    /// These bytes, authenticated.
    fn authentic(keyring: &Keyring, key: &Key, body: &[u8]) -> Record {
        let mut record = Record::from_bytes(body);
        let mac = keyring.record_mac(key, body);
        record.bytes[body.len()..body.len() + MAC].copy_from_slice(&mac);
        record.length += 16;
        record
    }

    #[test]
    fn a_later_version_is_unavailable_only_if_it_is_authentic() {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        let (keyring, key) = (Keyring::new(&root(1), &root(2)).unwrap(), Key::from_bytes([7; 32]));
        let state = State::new(1_800_000_000);
        let record = seal(&keyring, &key, &state, [9; 8], 1_800_000_000);
        assert_eq!(open(&keyring, &key, &record), Ok(state));
        let (body, mac) = record.as_bytes().split_last_chunk::<MAC>().unwrap();
        let mut later = body.to_vec();
        later[0] = VERSION + 1;
        assert_eq!(open::<State>(&keyring, &key, &authentic(&keyring, &key, &later)), Err(Fault::Newer));
        later.extend(mac);
        assert_eq!(open::<State>(&keyring, &key, &Record::from_bytes(&later)), Err(Fault::Corrupt));
    }

    /// Of a row that is too long only its beginning is held, which may be a record by itself.
    #[test]
    fn the_longest_record_with_anything_behind_it_is_corrupt() {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        let (keyring, key) = (Keyring::new(&root(1), &root(2)).unwrap(), Key::from_bytes([7; 32]));
        let longest = authentic(&keyring, &key, &[VERSION + 1; Record::LONGEST - MAC]);
        assert_eq!(open::<State>(&keyring, &key, &longest), Err(Fault::Newer));
        for more in [1, 2, 100_000] {
            let mut row = longest.as_bytes().to_vec();
            row.resize(Record::LONGEST + more, 0);
            assert_eq!(open::<State>(&keyring, &key, &Record::from_bytes(&row)), Err(Fault::Corrupt), "{more}");
        }
    }

    #[test]
    fn authentic_bytes_that_say_nothing_are_corrupt() {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        let (keyring, key) = (Keyring::new(&root(1), &root(2)).unwrap(), Key::from_bytes([7; 32]));
        let record = seal(&keyring, &key, &State::new(1_800_000_000), [9; 8], 1_800_000_000);
        let body = record.as_bytes().split_last_chunk::<MAC>().unwrap().0.to_vec();
        let wrong = |change: &dyn Fn(&mut std::vec::Vec<u8>)| {
            let mut bytes = body.clone();
            change(&mut bytes);
            assert_eq!(open::<State>(&keyring, &key, &authentic(&keyring, &key, &bytes)), Err(Fault::Corrupt));
        };
        wrong(&|bytes| bytes[0] = 0); // no such version
        wrong(&|bytes| bytes[1] = 2); // another kind of record
        wrong(&|bytes| bytes[2] = 8); // an unknown flag
        wrong(&|bytes| *bytes.last_mut().unwrap() = 5); // more slots than there are
        wrong(&|bytes| *bytes.last_mut().unwrap() = 1); // a slot that is not there
        wrong(&|bytes| bytes.push(0)); // something behind the end
        wrong(&|bytes| bytes.truncate(bytes.len() - 1));
        wrong(&|bytes| bytes.clear());
    }
}

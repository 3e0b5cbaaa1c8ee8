//! The bytes of a record, version 1.
//!
//! ```text
//! header 31   version 1, kind 1, flags 1, level 1, stamp 8, consecutive 1, total 1,
//!             lock from 5, lock length 3, day from 5, failures 1, unapproved 1, sends 1, slots 1
//! slot   62   nonce 16, key id 4, format 1, lifetime 3, attempts 1, sends 1, phase 1, generation 1,
//!             issued 5, last sent 5, binding 8, recipient 8, request 8
//! mac    16   HMAC(record key, store key || everything before)[..16]
//! ```
//! Numbers are big-endian. There is no revision: the stamp, 8 random bytes drawn by each operation, already makes two
//! writes differ, and no decision would ask for an order.

use subtle::ConstantTimeEq as _;

use super::{Phase, Record, SLOTS, Slot, State};
use crate::code::Format;
use crate::expiry::Span;
use crate::keyring::Keyring;
use crate::limit::{Budget, Day};
use crate::store::Key;

const VERSION: u8 = 1;
/// The record of one purpose's challenges. (Other kinds have other numbers.)
const CHALLENGES: u8 = 1;
const MAC: usize = 16;
const DISABLED: u8 = 1;
const CLOSED: u8 = 2;
const DECOY: u8 = 4;
/// Set in a slot's phase byte.
const DECOY_SLOT: u8 = 0x80;

/// Why bytes are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not written by this keyring under this key, or altered since.
    Corrupt,
    /// Written by a later version of this crate: a deployment in progress, not an attack.
    Newer,
}

/// The record that says `state`, stamped and authenticated.
pub(crate) fn seal(keyring: &Keyring, key: &Key, state: &State, stamp: [u8; 8], now: u64) -> Record {
    let mut record = Record { bytes: [0; Record::LONGEST], length: 0, keep_for: state.keep_for(now) };
    let mut writer = Writer { rest: &mut record.bytes, length: &mut record.length };
    write_header(&mut writer, state, stamp);
    state.slots.iter().flatten().for_each(|slot| write_slot(&mut writer, slot));
    let mac = keyring.record_mac(key, record.as_bytes());
    let rest = record.bytes.get_mut(usize::from(record.length)..).unwrap_or_default();
    Writer { rest, length: &mut record.length }.put(mac);
    record
}

/// What a record says, if it is one.
///
/// The last 16 bytes authenticate all the others in every version, so a raised version byte alone is a forgery and no
/// deployment: else whoever can write the store could shut an owner out past any reinstatement.
pub(crate) fn open(keyring: &Keyring, key: &Key, record: &Record) -> Result<State, Fault> {
    if record.is_over_long() {
        return Err(Fault::Corrupt);
    }
    let (body, mac) = record.as_bytes().split_last_chunk::<MAC>().ok_or(Fault::Corrupt)?;
    if !bool::from(keyring.record_mac(key, body).ct_eq(mac)) {
        return Err(Fault::Corrupt);
    }
    match body.first() {
        Some(&version) if version > VERSION => Err(Fault::Newer),
        Some(&VERSION) => read(body).ok_or(Fault::Corrupt),
        _ => Err(Fault::Corrupt),
    }
}

fn write_header(out: &mut Writer<'_>, state: &State, stamp: [u8; 8]) {
    let Budget { consecutive, total, level, disabled, lock, day } = state.budget;
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let flags = flag(disabled, DISABLED) | flag(state.closed, CLOSED) | flag(state.decoy, DECOY);
    let slots = state.slots.iter().flatten().fold(0, |count, _| count + 1);
    out.put([VERSION, CHALLENGES, flags, level]);
    out.put(stamp);
    out.put([consecutive, total]);
    out.number::<5>(lock.from);
    out.number::<3>(lock.length);
    out.number::<5>(day.from);
    out.put([day.failures, day.unapproved, day.sends, slots]);
}

fn write_slot(out: &mut Writer<'_>, slot: &Slot) {
    let decoy = if slot.decoy { DECOY_SLOT } else { 0 };
    out.put(slot.nonce);
    out.put(slot.key_id);
    out.put([slot.format.to_byte()]);
    out.number::<3>(u64::from(slot.lifetime));
    out.put([slot.attempts, slot.sends, slot.phase.to_byte() | decoy, slot.generation]);
    out.number::<5>(slot.issued);
    out.number::<5>(slot.last_sent);
    out.put(slot.binding);
    out.put(slot.recipient);
    out.put(slot.request);
}

fn read(body: &[u8]) -> Option<State> {
    let mut reader = Reader { rest: body };
    let [_, kind, flags, level] = reader.take()?;
    let _stamp: [u8; 8] = reader.take()?;
    let [consecutive, total] = reader.take()?;
    let lock = Span::new(reader.number::<5>()?, reader.number::<3>()?);
    let from = reader.number::<5>()?;
    let [failures, unapproved, sends, count] = reader.take()?;
    if kind != CHALLENGES || flags & !(DISABLED | CLOSED | DECOY) != 0 || usize::from(count) > SLOTS {
        return None;
    }
    let mut slots = [None; SLOTS];
    for slot in slots.iter_mut().take(usize::from(count)) {
        *slot = Some(read_slot(&mut reader)?);
    }
    let disabled = flags & DISABLED != 0;
    let day = Day { from, failures, unapproved, sends };
    let budget = Budget { consecutive, total, level, disabled, lock, day };
    let state = State { budget, closed: flags & CLOSED != 0, decoy: flags & DECOY != 0, slots };
    reader.rest.is_empty().then_some(state)
}

fn read_slot(reader: &mut Reader<'_>) -> Option<Slot> {
    let nonce = reader.take()?;
    let key_id = reader.take()?;
    let [format] = reader.take()?;
    let lifetime = u32::try_from(reader.number::<3>()?).ok()?;
    let [attempts, sends, phase, generation] = reader.take()?;
    Some(Slot {
        nonce,
        key_id,
        format: Format::from_byte(format)?,
        lifetime,
        attempts,
        sends,
        phase: Phase::from_byte(phase & !DECOY_SLOT)?,
        decoy: phase & DECOY_SLOT != 0,
        generation,
        issued: reader.number::<5>()?,
        last_sent: reader.number::<5>()?,
        binding: reader.take()?,
        recipient: reader.take()?,
        request: reader.take()?,
    })
}

impl Phase {
    const fn to_byte(self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Approved => 1,
            Self::Exhausted => 2,
            Self::Expired => 3,
            Self::Cancelled => 4,
            Self::Reported => 5,
            Self::Superseded => 6,
            Self::BindingChanged => 7,
            Self::Closed => 8,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Open,
            1 => Self::Approved,
            2 => Self::Exhausted,
            3 => Self::Expired,
            4 => Self::Cancelled,
            5 => Self::Reported,
            6 => Self::Superseded,
            7 => Self::BindingChanged,
            8 => Self::Closed,
            _ => return None,
        })
    }
}

struct Writer<'a> {
    rest: &'a mut [u8],
    length: &'a mut u16,
}

impl Writer<'_> {
    /// Writes `bytes` where there is room, and there always is: the fullest record has 295 bytes.
    #[expect(clippy::cast_possible_truncation, reason = "no field has 65,536 bytes")]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some((place, rest)) = core::mem::take(&mut self.rest).split_first_chunk_mut() {
            *place = bytes;
            self.rest = rest;
            *self.length += N as u16;
        }
    }

    /// The low `N` bytes of a number.
    fn number<const N: usize>(&mut self, number: u64) {
        let bytes = number.to_be_bytes();
        self.put(bytes.last_chunk::<N>().copied().unwrap_or([0; N]));
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    fn number<const N: usize>(&mut self) -> Option<u64> {
        let taken = self.take::<N>()?;
        Some(taken.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::RootKey;

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
        assert_eq!(open(&keyring, &key, &authentic(&keyring, &key, &later)), Err(Fault::Newer));
        later.extend(mac);
        assert_eq!(open(&keyring, &key, &Record::from_bytes(&later)), Err(Fault::Corrupt));
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
            assert_eq!(open(&keyring, &key, &authentic(&keyring, &key, &bytes)), Err(Fault::Corrupt));
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

//! The record of one purpose's challenges.
//!
//! ```text
//! slot 63   nonce 16, key id 4, format 1, lifetime 3, attempts 1, sends 1, phase 1, generation 1, way 1,
//!           issued 5, last sent 5, binding 8, request 8, and a tag of 8 for each of 1 to 3 legs
//! ```
//! The way's bits, the lowest first: 2 of the leg, 2 of the number of legs but one, 2 of what the channel answered, 2 of the
//! messages that the day got back.

use super::{Content, Head, Reader, Writer};
use crate::code::Format;
use crate::delivery::Delivery;
use crate::keyring::Tag;
use crate::limit::Budget;
use crate::record::{LEGS, Legs, Phase, SLOTS, Slot, State};

/// Set in a slot's phase byte.
const DECOY_SLOT: u8 = 0x80;

impl Content for State {
    const KIND: u8 = 1;

    fn head(&self) -> Head {
        Head { budget: self.budget, closed: self.closed, decoy: self.decoy }
    }

    fn budget(&mut self) -> &mut Budget {
        &mut self.budget
    }

    fn keep_for(&self, now: u64) -> Option<u32> {
        self.keep_for(now)
    }

    fn entries(&self) -> u8 {
        self.slots.iter().flatten().fold(0, |count, _| count + 1)
    }

    fn write(&self, out: &mut Writer<'_>) {
        self.slots.iter().flatten().for_each(|slot| write_slot(out, slot));
    }

    fn read(head: Head, entries: u8, from: &mut Reader<'_>) -> Option<Self> {
        let mut slots = [None; SLOTS];
        for slot in slots.get_mut(..usize::from(entries))? {
            *slot = Some(read_slot(from)?);
        }
        Some(Self { budget: head.budget, closed: head.closed, decoy: head.decoy, slots })
    }
}

fn write_slot(out: &mut Writer<'_>, slot: &Slot) {
    let decoy = if slot.decoy { DECOY_SLOT } else { 0 };
    out.put(slot.nonce);
    out.put(slot.key_id);
    out.put([slot.format.to_byte()]);
    out.number::<3>(u64::from(slot.lifetime));
    out.put([slot.attempts, slot.sends, slot.phase.to_byte() | decoy, slot.generation, way(slot)]);
    out.number::<5>(slot.issued);
    out.number::<5>(slot.last_sent);
    out.put(slot.binding);
    out.put(slot.request);
    slot.legs.tags().iter().for_each(|tag| out.put(*tag));
}

const fn way(slot: &Slot) -> u8 {
    let answer = match slot.delivery {
        None => 0,
        Some(Delivery::Sent) => 1,
        Some(Delivery::NotSent) => 2,
        Some(Delivery::Unknown) => 3,
    };
    slot.leg | slot.legs.count().saturating_sub(1) << 2 | answer << 4 | slot.refunded << 6
}

const fn answer(way: u8) -> Option<Delivery> {
    match way >> 4 & 3 {
        1 => Some(Delivery::Sent),
        2 => Some(Delivery::NotSent),
        3 => Some(Delivery::Unknown),
        _ => None,
    }
}

/// As many as `way` says, if it may.
fn read_legs(reader: &mut Reader<'_>, way: u8) -> Option<Legs> {
    let (leg, count) = (way & 3, usize::from(way >> 2 & 3) + 1);
    let mut tags = [Tag::default(); LEGS];
    let tags = tags.get_mut(..count)?;
    for tag in &mut *tags {
        *tag = reader.take()?;
    }
    (usize::from(leg) < count).then(|| Legs::new(tags.iter().copied()))
}

fn read_slot(reader: &mut Reader<'_>) -> Option<Slot> {
    let nonce = reader.take()?;
    let key_id = reader.take()?;
    let [format] = reader.take()?;
    let lifetime = u32::try_from(reader.number::<3>()?).ok()?;
    let [attempts, sends, phase, generation, way] = reader.take()?;
    let (issued, last_sent) = (reader.number::<5>()?, reader.number::<5>()?);
    let (binding, request) = (reader.take()?, reader.take()?);
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
        issued,
        last_sent,
        binding,
        legs: read_legs(reader, way)?,
        leg: way & 3,
        delivery: answer(way),
        refunded: way >> 6,
        request,
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

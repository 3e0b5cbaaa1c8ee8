//! The record of one purpose's challenges.
//!
//! ```text
//! slot 62   nonce 16, key id 4, format 1, lifetime 3, attempts 1, sends 1, phase 1, generation 1,
//!           issued 5, last sent 5, binding 8, recipient 8, request 8
//! ```

use super::{Content, Head, Reader, Writer};
use crate::code::Format;
use crate::limit::Budget;
use crate::record::{Phase, SLOTS, Slot, State};

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
    out.put([slot.attempts, slot.sends, slot.phase.to_byte() | decoy, slot.generation]);
    out.number::<5>(slot.issued);
    out.number::<5>(slot.last_sent);
    out.put(slot.binding);
    out.put(slot.recipient);
    out.put(slot.request);
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

//! The record of a subject's authenticators and recovery codes.
//!
//! ```text
//! entry 33      name 8, secret 8, stage 1 (0x80: there is a watermark), watermark 8, drift 1, replays 1,
//!               consecutive 1, since 5
//! recovery 1    codes 1: 0, or 10 and then
//!          88   used 2, replays 1, made 5, hash 8 each
//! ```

use super::{Content, Head, Reader, Writer};
use crate::limit::Budget;
use crate::record::{Account, FACTORS, Factor, RECOVERY_CODES, RecoverySet, Stage};

/// Set in the stage byte if there is a watermark.
const USED: u8 = 0x80;

impl Content for Account {
    const KIND: u8 = 2;

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
        self.factors.iter().flatten().fold(0, |count, _| count + 1)
    }

    fn write(&self, out: &mut Writer<'_>) {
        self.factors.iter().flatten().for_each(|factor| write_factor(out, factor));
        match &self.recovery {
            Some(set) => write_set(out, set),
            None => out.put([0]),
        }
    }

    fn read(head: Head, entries: u8, from: &mut Reader<'_>) -> Option<Self> {
        let mut factors = [None; FACTORS];
        for factor in factors.get_mut(..usize::from(entries))? {
            *factor = Some(read_factor(from)?);
        }
        let recovery = match from.take()? {
            [0] => None,
            [count] if usize::from(count) == RECOVERY_CODES => Some(read_set(from)?),
            _ => return None,
        };
        Some(Self { budget: head.budget, closed: head.closed, decoy: head.decoy, factors, recovery })
    }
}

fn write_factor(out: &mut Writer<'_>, factor: &Factor) {
    let used = if factor.last.is_some() { USED } else { 0 };
    out.put(factor.name);
    out.put(factor.secret);
    out.put([factor.stage.to_byte() | used]);
    out.number::<8>(factor.last.unwrap_or_default());
    out.put(factor.drift.to_be_bytes());
    out.put([factor.replays, factor.consecutive]);
    out.number::<5>(factor.since);
}

fn read_factor(from: &mut Reader<'_>) -> Option<Factor> {
    let (name, secret) = (from.take()?, from.take()?);
    let [stage] = from.take()?;
    let last = from.number::<8>()?;
    let last = match stage & USED {
        0 if last != 0 => return None,
        0 => None,
        _ => Some(last),
    };
    let stage = Stage::from_byte(stage & !USED)?;
    let drift = i8::from_be_bytes(from.take()?);
    let [replays, consecutive] = from.take()?;
    Some(Factor { name, secret, stage, last, drift, replays, consecutive, since: from.number::<5>()? })
}

#[expect(clippy::cast_possible_truncation, reason = "ten codes")]
fn write_set(out: &mut Writer<'_>, set: &RecoverySet) {
    out.put([RECOVERY_CODES as u8]);
    out.put(set.used.to_be_bytes());
    out.put([set.replays]);
    out.number::<5>(set.made);
    set.hashes.iter().for_each(|hash| out.put(*hash));
}

fn read_set(from: &mut Reader<'_>) -> Option<RecoverySet> {
    let used = u16::from_be_bytes(from.take()?);
    let [replays] = from.take()?;
    let made = from.number::<5>()?;
    let mut hashes = [[0; 8]; RECOVERY_CODES];
    for hash in &mut hashes {
        *hash = from.take()?;
    }
    (used >> RECOVERY_CODES == 0).then_some(RecoverySet { hashes, used, replays, made })
}

impl Stage {
    const fn to_byte(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Active => 1,
            Self::Restored => 2,
            Self::Revoked => 3,
            Self::Returning => 4,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Pending,
            1 => Self::Active,
            2 => Self::Restored,
            3 => Self::Revoked,
            4 => Self::Returning,
            _ => return None,
        })
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::{Keyring, RootKey};
    use crate::record::Record;
    use crate::record::layout::{Fault, MAC, open, seal};
    use crate::store::Key;

    const NOW: u64 = 1_800_000_000;
    const HEADER: usize = 32;
    const ENTRY: usize = 33;

    fn keyring() -> Keyring {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        Keyring::new(&root(1), &root(2)).unwrap()
    }

    /// An account with one entry and a set of codes.
    fn account(last: Option<u64>) -> Account {
        let factor = Factor { last, drift: -7, ..Factor::new([1; 8], [2; 8], Stage::Active, NOW) };
        let set = RecoverySet { used: 0x3ff, ..RecoverySet::new([[3; 8]; RECOVERY_CODES], NOW) };
        Account { factors: [Some(factor), None, None, None], recovery: Some(set), ..Account::new(NOW) }
    }

    /// What these bytes say once they are authenticated.
    fn judged(body: &[u8]) -> Result<Account, Fault> {
        let (keyring, key) = (keyring(), Key::from_bytes([7; 32]));
        let mut bytes = body.to_vec();
        bytes.extend(keyring.record_mac(&key, body));
        open(&keyring, &key, &Record::from_bytes(&bytes))
    }

    fn body(account: &Account) -> std::vec::Vec<u8> {
        let record = seal(&keyring(), &Key::from_bytes([7; 32]), account, [9; 8], NOW);
        record.as_bytes().split_last_chunk::<MAC>().unwrap().0.to_vec()
    }

    #[test]
    fn every_stage_and_watermark_is_read_as_it_was_written() {
        for stage in [Stage::Pending, Stage::Returning, Stage::Active, Stage::Restored, Stage::Revoked] {
            for last in [None, Some(0), Some(u64::MAX)] {
                let mut account = account(last);
                account.factors.iter_mut().flatten().for_each(|factor| factor.stage = stage);
                assert_eq!(judged(&body(&account)), Ok(account));
            }
        }
    }

    #[test]
    fn authentic_bytes_that_say_nothing_are_corrupt() {
        let sound = body(&account(None));
        let codes = HEADER + ENTRY;
        assert!(judged(&sound).is_ok());
        let wrong = |change: &dyn Fn(&mut std::vec::Vec<u8>)| {
            let mut bytes = sound.clone();
            change(&mut bytes);
            assert_eq!(judged(&bytes), Err(Fault::Corrupt));
        };
        (5..0x80).for_each(|stage| wrong(&|bytes| bytes[HEADER + 16] = stage)); // an unknown stage
        wrong(&|bytes| bytes[HEADER + 24] = 1); // a watermark that is not there
        wrong(&|bytes| bytes[1] = 1); // another kind of record
        wrong(&|bytes| bytes[HEADER - 1] = 0); // an entry that nobody counted
        wrong(&|bytes| bytes[HEADER - 1] = 2); // one that is not there
        wrong(&|bytes| bytes[HEADER - 1] = 5); // more than there are
        for count in [1, 9, 11, 255] {
            wrong(&|bytes| bytes[codes] = count);
        }
        wrong(&|bytes| bytes[codes] = 0); // codes behind none
        (10..16).for_each(|bit| wrong(&|bytes| bytes[codes + 1] |= 1 << (bit - 8))); // an eleventh code was used
        wrong(&|bytes| bytes.push(0));
        wrong(&|bytes| bytes.truncate(bytes.len() - 1));
        wrong(&|bytes| bytes.truncate(codes)); // not even how many codes
    }
}

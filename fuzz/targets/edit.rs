//! Records that were edited, and where in a record what stands: measured, so that no target repeats the layout.

use core::convert::Infallible;

use countersign::{Key, Record, Store, Swap};

use crate::input::Input;
use crate::oracle::MAC;

/// A store that has these bytes, whatever is asked for, and keeps nothing.
pub struct Row<'a>(pub &'a [u8]);

impl Store for Row<'_> {
    type Error = Infallible;

    fn load(&self, _: &Key) -> Result<Option<Record>, Infallible> {
        Ok(Some(Record::from_bytes(self.0)))
    }

    fn swap(&self, _: &Key, _: Option<&Record>, _: &Record) -> Result<Swap, Infallible> {
        panic!("a look writes nothing")
    }
}

/// Some bytes set, and perhaps some more or fewer at the end.
pub fn edited(body: &[u8], input: &mut Input<'_>) -> Vec<u8> {
    let mut body = body.to_vec();
    for _ in 0..input.below(8) {
        let (place, byte) = (input.short(), input.byte());
        match place {
            0xff00.. => body.push(byte),
            0xfe00.. => body.truncate(body.len().saturating_sub(byte.into())),
            _ => {
                let length = body.len();
                body.get_mut(usize::from(place) % length.max(1)).into_iter().for_each(|place| *place = byte);
            }
        }
    }
    body.truncate(Record::LONGEST - MAC);
    body
}

pub struct Layout {
    /// The bytes that each write draws.
    stamp: Vec<usize>,
    /// Where the lock stands, with a beginning of five bytes, and the day window behind it.
    lock: usize,
    /// Where the flag of a closed account is.
    closed: usize,
}

/// Where the lock ends.
const LOCK: usize = 8;

impl Layout {
    /// From records that were closed while they were empty, each with another stamp and at a time.
    pub fn measure(closed: impl Fn(u8, u64) -> Record) -> Self {
        const AT: u64 = 0x12_3456_789a;
        let (one, other) = (closed(1, AT), closed(2, AT));
        let body = &one.as_bytes()[..one.as_bytes().len() - MAC];
        let differs = |place: &usize| body[*place] != other.as_bytes()[*place];
        let stamp: Vec<usize> = (0..body.len()).filter(differs).collect();
        assert_eq!(stamp.len(), 8);
        let day = body.windows(5).position(|bytes| bytes == &AT.to_be_bytes()[3..]).unwrap();
        let closed = body[..stamp[0]].iter().rposition(|byte| *byte == 2).unwrap();
        Self { stamp, lock: day - LOCK, closed }
    }

    /// The same record of a closed account whose lock lies ahead at the second on which its day window begins: pulling
    /// that lock back is all that is left to do to it.
    pub fn closed(&self, body: &[u8]) -> (u64, Vec<u8>) {
        let (mut body, day) = (body.to_vec(), self.lock + LOCK);
        let time = |bytes: &[u8]| bytes.iter().fold(0, |time, byte| time << 8 | u64::from(*byte));
        let now = time(&body[day..day + 5]).min((1 << 40) - 1_000);
        body[day..day + 5].copy_from_slice(&now.to_be_bytes()[3..]);
        body[self.lock..self.lock + 5].copy_from_slice(&(now + 500).to_be_bytes()[3..]);
        body[self.closed] |= 2;
        (now, body)
    }

    /// Whether what is read of a closed account is written as it was, but for the stamp, the lock and what `may` change.
    pub fn assert_same(&self, before: &[u8], after: &Record, may: impl Fn(u8, u8) -> bool) {
        let after = &after.as_bytes()[..after.as_bytes().len() - MAC];
        assert_eq!(after.len(), before.len());
        for (place, (new, old)) in after.iter().zip(before).enumerate().filter(|(_, (new, old))| new != old) {
            let moves = self.stamp.contains(&place) || (self.lock..self.lock + LOCK).contains(&place);
            assert!(moves || may(*old, *new), "byte {place} was {old:#x} and is written as {new:#x}");
        }
    }
}

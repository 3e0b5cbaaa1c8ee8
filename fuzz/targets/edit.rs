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
    /// Where the beginning of the day window stands, behind the lock.
    pub day: usize,
    /// Where the entries begin.
    pub header: usize,
}

impl Layout {
    /// From records without an entry, each made with a seed and at a time.
    pub fn measure(empty: impl Fn(u8, u64) -> Record) -> Self {
        const AT: u64 = 0x12_3456_789a;
        let (one, other) = (empty(1, AT), empty(2, AT));
        let header = one.as_bytes().len() - MAC;
        let differ = |place: &usize| one.as_bytes()[*place] != other.as_bytes()[*place];
        let stamp: Vec<usize> = (0..header).filter(differ).collect();
        assert_eq!(stamp.len(), 8);
        let day = one.as_bytes().windows(5).position(|bytes| bytes == &AT.to_be_bytes()[3..]).unwrap();
        Self { stamp, day, header }
    }

    /// The lock has eight bytes before the day window; one that lies ahead is pulled back when it is read.
    pub fn is_stamp_or_lock(&self, place: usize) -> bool {
        self.stamp.contains(&place) || (self.day - 8..self.day).contains(&place)
    }
}

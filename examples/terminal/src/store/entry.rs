//! One write: the record's length, its key, the record, and a checksum, which is programmed last.

use core::iter::once;

use countersign::{Key, Record};

/// Words of an entry but for its record: length, key, checksum.
const OVERHEAD: usize = 1 + 8 + 1;
/// Words of the longest entry.
pub(super) const LONGEST: usize = OVERHEAD + Record::LONGEST / 4;

/// Where an entry lies in its page.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) at: usize,
    /// Bytes of the record.
    pub(super) length: usize,
}

impl Entry {
    pub(super) const fn key(self) -> usize {
        self.at + 1
    }

    pub(super) const fn record(self) -> usize {
        self.at + 9
    }

    pub(super) const fn checksum(self) -> usize {
        self.end() - 1
    }

    pub(super) const fn end(self) -> usize {
        self.at + OVERHEAD + self.length.div_ceil(4)
    }
}

/// The length that an entry begins with, if it is one. Each bit is there once as it is and once inverted, so a word that is
/// torn, whose bits are ones where they should be zeros, is none.
pub(super) fn length(word: u32) -> Option<usize> {
    let [a, b, ..] = word.to_le_bytes();
    let length = u16::from_le_bytes([a, b]);
    (head(length) == word).then_some(usize::from(length))
}

fn head(length: u16) -> u32 {
    u32::from(length) | u32::from(!length) << 16
}

/// All words but the checksum.
pub(super) fn words(key: &Key, record: &Record) -> impl Iterator<Item = u32> {
    let bytes = record.as_bytes();
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let key = key.as_bytes().as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
    once(head(length)).chain(key).chain(bytes.chunks(4).map(padded))
}

fn padded(bytes: &[u8]) -> u32 {
    let mut word = [u8::MAX; 4];
    word.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    u32::from_le_bytes(word)
}

/// What four bits do to a checksum: a store reads every entry of its page each time, and a bit at a time is too slow.
static NIBBLES: [u32; 16] = [
    0x0000_0000,
    0x1db7_1064,
    0x3b6e_20c8,
    0x26d9_30ac,
    0x76dc_4190,
    0x6b6b_51f4,
    0x4db2_6158,
    0x5005_713c,
    0xedb8_8320,
    0xf00f_9344,
    0xd6d6_a3e8,
    0xcb61_b38c,
    0x9b64_c2b0,
    0x86d3_d2d4,
    0xa00a_e278,
    0xbdbd_f21c,
];

/// CRC-32 (ISO 3309), over words; but never all ones, which is what is not programmed yet.
pub(super) struct Checksum(u32);

impl Checksum {
    pub(super) const fn new() -> Self {
        Self(u32::MAX)
    }

    pub(super) fn add(&mut self, word: u32) {
        self.0 ^= word;
        for _ in 0..8 {
            self.0 = (self.0 >> 4) ^ NIBBLES.get((self.0 & 15) as usize).copied().unwrap_or_default();
        }
    }

    pub(super) const fn finish(self) -> u32 {
        if self.0 == 0 { 1 } else { !self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_standards() {
        let mut sum = Checksum::new();
        for word in b"12345678".as_chunks().0 {
            sum.add(u32::from_le_bytes(*word));
        }
        assert_eq!(sum.finish(), 0x9ae0_daaf); // zlib's of the same eight bytes
    }

    #[test]
    fn every_length_is_read_as_it_was_written_and_none_if_a_bit_is_left_erased() {
        for written in 0..=384u16 {
            let word = head(written);
            assert_eq!(length(word), Some(usize::from(written)));
            assert!((0..32).map(|bit| word | 1 << bit).all(|torn| torn == word || length(torn).is_none()));
        }
        assert_eq!(length(u32::MAX), None);
    }
}

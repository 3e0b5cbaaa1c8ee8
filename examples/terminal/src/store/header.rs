//! The beginning of a page: its sequence number, in as many copies as there may be cuts in a row.

/// Copies of the header. The first ends the copying of a page. Another is added each time the store is opened and the page
/// had been left with it, since the power may have been cut in the last of them.
pub(super) const COPIES: usize = 4;
/// Words of a copy.
pub(super) const COPY: usize = 2;
/// Where entries begin.
pub(super) const FIRST: usize = COPIES * COPY;

/// Tells this store, and this layout, from anything else.
const MARK: u32 = 0x5a17_c0de;

/// A copy for a sequence number. Each of the first word's bits is there once as it is and once inverted, so a word that is
/// torn, whose bits are ones where they should be zeros, is none.
pub(super) fn write(sequence: u16) -> [u32; COPY] {
    let word = u32::from(sequence) | u32::from(!sequence) << 16;
    [word, word ^ MARK]
}

/// The sequence number of a copy, if it is one.
pub(super) fn read(copy: [u32; COPY]) -> Option<u16> {
    let [[a, b, ..], _] = copy.map(u32::to_le_bytes);
    let sequence = u16::from_le_bytes([a, b]);
    (write(sequence) == copy).then_some(sequence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sequence_number_is_read_as_it_was_written() {
        for sequence in 0..=u16::MAX {
            assert_eq!(read(write(sequence)), Some(sequence));
        }
    }

    #[test]
    fn a_copy_with_any_bit_left_erased_is_none() {
        for sequence in [0, 1, 0x5555, 0xfffe, 0xffff] {
            let [one, two] = write(sequence);
            for bit in 0..32 {
                let torn = [[one | 1 << bit, two], [one, two | 1 << bit]];
                for copy in torn.into_iter().filter(|copy| *copy != [one, two]) {
                    assert_eq!(read(copy), None);
                }
            }
        }
        assert_eq!(read([u32::MAX; COPY]), None);
    }
}

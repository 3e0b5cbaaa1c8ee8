//! Numbers as text, and text as numbers, without a branch or an address that depends on them.

/// A divisor of numbers under 2^31 that divides by multiplying.
///
/// A division takes a time that depends on its operands, and a compiler that optimises for size, as terminals ask it
/// to, writes one even where the divisor is a constant. The product with the rounded-up reciprocal is exact here
/// (Granlund and Montgomery 1994, theorem 4.2, for 31 bits).
struct Divisor {
    reciprocal: u64,
    shift: u32,
}

impl Divisor {
    const fn new(divisor: u32) -> Self {
        let shift = 31 + divisor.next_power_of_two().trailing_zeros();
        Self { reciprocal: (1u64 << shift).div_ceil(divisor as u64), shift }
    }

    #[inline]
    const fn quotient(&self, number: u32) -> u64 {
        (number as u64 * self.reciprocal) >> self.shift
    }
}

/// `number % D`, for a number under 2^31.
#[inline]
pub(super) const fn remainder<const D: u32>(number: u32) -> u32 {
    let divisor = const { Divisor::new(D) };
    #[expect(clippy::cast_possible_truncation, reason = "a remainder is smaller than its divisor")]
    let remainder = (number as u64 - divisor.quotient(number) * D as u64) as u32;
    remainder
}

/// The eight decimal digits of a number under 10^8, as ASCII, the highest first.
///
/// One register holds first two lanes of four digits, then four lanes of two, then eight of one. Each split sets `high`
/// where `high * base + low` was, and moves `low = whole - high * base` into the next lane.
#[inline]
pub(super) const fn decimal(number: u32) -> [u8; 8] {
    let high = const { Divisor::new(10_000) }.quotient(number);
    let fours = split(number as u64, high, 10_000, 32);
    let twos = split(fours, ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f, 100, 16);
    let ones = split(twos, ((twos * 103) >> 10) & 0x000f_000f_000f_000f, 10, 8);
    (ones | 0x3030_3030_3030_3030).to_le_bytes()
}

/// `high`, and in the lane `width` bits above it, `whole - high * base`.
const fn split(whole: u64, high: u64, base: u64, width: u32) -> u64 {
    (whole << width).wrapping_add(high.wrapping_mul(1u64.wrapping_sub(base << width)))
}

/// The number that up to eight ASCII digits mean.
#[inline]
pub(super) fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number: u32, digit| number.wrapping_mul(10).wrapping_add(u32::from(digit & 0x0f)))
}

/// The symbol of Crockford's alphabet for the number `bits`, which is under 32.
#[inline]
pub(super) const fn letter(bits: u8) -> u8 {
    // From 9 the code points jump to A, and the letters I, L, O and U are left out.
    b'0' + bits
        + (above(bits, 9) & 7)
        + (above(bits, 17) & 1)
        + (above(bits, 19) & 1)
        + (above(bits, 21) & 1)
        + (above(bits, 26) & 1)
}

/// The symbol that a person means by `byte`: lower case is upper case, O is 0, I and L are 1. Zero if it is none.
#[inline]
pub(super) const fn fold_letter(byte: u8) -> u8 {
    let upper = byte ^ (within(byte, b'a', b'z') & 0x20);
    let zero = within(upper, b'O', b'O');
    let one = within(upper, b'I', b'I') | within(upper, b'L', b'L');
    let folded = (upper & !(zero | one)) | (zero & b'0') | (one & b'1');
    let known = within(folded, b'0', b'9') | (within(folded, b'A', b'Z') & !within(folded, b'U', b'U'));
    folded & known
}

/// `byte` if it is an ASCII digit, zero if not.
#[inline]
pub(super) const fn fold_digit(byte: u8) -> u8 {
    byte & within(byte, b'0', b'9')
}

/// Ones if `number` is greater than `bound`, zeros if not; both are under 128.
const fn above(number: u8, bound: u8) -> u8 {
    0u8.wrapping_sub(bound.wrapping_sub(number) >> 7)
}

/// Ones if `byte` is one of `first` to `last`, zeros if not.
const fn within(byte: u8, first: u8, last: u8) -> u8 {
    let byte = byte as u16;
    let [outside, _] = (byte.wrapping_sub(first as u16) | (last as u16).wrapping_sub(byte)).to_be_bytes();
    !outside
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::format;
    use std::vec::Vec;

    use super::*;

    const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    #[test]
    fn thirty_two_letters_in_crockfords_order() {
        let letters: Vec<u8> = (0..32).map(letter).collect();
        assert_eq!(letters, CROCKFORD);
    }

    #[test]
    fn every_byte_folds_to_what_a_person_means_or_to_nothing() {
        for byte in 0..=255u8 {
            let expected = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                upper if CROCKFORD.contains(&upper) => upper,
                _ => 0,
            };
            assert_eq!(fold_letter(byte), expected, "{byte:#x}");
            assert_eq!(fold_digit(byte), if byte.is_ascii_digit() { byte } else { 0 }, "{byte:#x}");
        }
    }

    /// Where a rounded reciprocal would go wrong first: around the multiples, at the ends.
    fn edges(divisor: u32) -> impl Iterator<Item = u32> {
        let highest = (1u32 << 31) - 1;
        let multiples = [1, 2, 3, 7, highest / divisor / 2, highest / divisor - 1, highest / divisor];
        let around = multiples
            .into_iter()
            .flat_map(move |k| [(k * divisor).wrapping_sub(1), k * divisor, (k * divisor).wrapping_add(1)]);
        around.chain([0, 1, highest - 1, highest]).filter(move |number| *number <= highest)
    }

    #[test]
    fn remainders_are_exact_at_the_edges() {
        for number in edges(1_000_000) {
            assert_eq!(remainder::<1_000_000>(number), number % 1_000_000);
        }
        for number in edges(10_000_000) {
            assert_eq!(remainder::<10_000_000>(number), number % 10_000_000);
        }
        for number in edges(100_000_000) {
            assert_eq!(remainder::<100_000_000>(number), number % 100_000_000);
        }
    }

    #[test]
    fn every_lane_of_four_digits_is_written_right() {
        for four in 0..10_000u32 {
            assert_eq!(decimal(four), format!("{four:08}").as_bytes());
            assert_eq!(decimal(four * 10_000 + 9_999), format!("{four:04}9999").as_bytes());
        }
    }

    proptest! {
        #[test]
        fn remainders_are_exact(value in 0u32..1 << 31) {
            prop_assert_eq!(remainder::<1_000_000>(value), value % 1_000_000);
            prop_assert_eq!(remainder::<10_000_000>(value), value % 10_000_000);
            prop_assert_eq!(remainder::<100_000_000>(value), value % 100_000_000);
        }

        #[test]
        fn digits_and_numbers_round_trip(value in 0u32..100_000_000) {
            let digits = decimal(value);
            let text = format!("{value:08}");
            prop_assert_eq!(&digits[..], text.as_bytes());
            prop_assert_eq!(number(&digits), value);
        }
    }
}

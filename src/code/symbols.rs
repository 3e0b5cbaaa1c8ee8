//! Numbers as text, and text as numbers, without a branch or an address that depends on them.

/// `value / D`, for values under 2^31 and without dividing.
///
/// A division takes a time that depends on its operands, and a compiler that optimises for size, as terminals ask it
/// to, writes one even where the divisor is a constant. A multiplication by the rounded-up reciprocal is exact here
/// (Granlund and Montgomery 1994, theorem 4.2, for 31 bits).
#[inline]
const fn quotient<const D: u32>(value: u32) -> u32 {
    let shift = const { 31 + (32 - (D - 1).leading_zeros()) };
    let reciprocal = const { (1u64 << (31 + (32 - (D - 1).leading_zeros()))).div_ceil(D as u64) };
    #[expect(clippy::cast_possible_truncation, reason = "a quotient is no greater than its dividend")]
    let quotient = ((value as u64 * reciprocal) >> shift) as u32;
    quotient
}

/// `value % D`, for values under 2^31 and without dividing.
#[inline]
pub(super) const fn remainder<const D: u32>(value: u32) -> u32 {
    value - quotient::<D>(value) * D
}

/// The eight decimal digits of a number under 10^8, as ASCII, the highest first.
#[inline]
pub(super) const fn decimal(number: u32) -> [u8; 8] {
    // Lanes of one register: first two of four digits, then four of two, then eight of one.
    let high = quotient::<10_000>(number);
    let fours = (high as u64) | ((number - high * 10_000) as u64) << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - hundreds * 100) << 16;
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    let ones = tens | (twos - tens * 10) << 8;
    (ones | 0x3030_3030_3030_3030).to_le_bytes()
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

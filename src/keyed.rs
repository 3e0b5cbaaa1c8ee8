//! An HMAC whose key has been absorbed: two compressions a code (RFC 2104, section 4).

use sha1::Sha1;
use sha1::block_api::compress as compress1;
use sha2::block_api::{compress256, compress512};
use sha2::{Digest, Sha256, Sha512};

use crate::Algorithm;
use crate::wipe::wipe;

/// The inner and the outer hash state after the key's block, for messages that are one 8-byte counter.
///
/// Secret: the states and every digest. Nothing branches on them or uses them as an address. Public: the algorithm,
/// the length of the key, the counter.
pub(crate) enum Keyed {
    Sha1([[u32; 5]; 2]),
    Sha256([[u32; 8]; 2]),
    Sha512([[u64; 8]; 2]),
}

impl Keyed {
    /// Absorbs a key of any length; one that is longer than the hash's block is hashed first.
    pub(crate) fn new(key: &[u8], algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha1 if key.len() > 64 => Self::Sha1(absorb(&Sha1::digest(key), SHA1, compress1)),
            Algorithm::Sha1 => Self::Sha1(absorb(key, SHA1, compress1)),
            Algorithm::Sha256 if key.len() > 64 => Self::Sha256(absorb(&Sha256::digest(key), SHA256, compress256)),
            Algorithm::Sha256 => Self::Sha256(absorb(key, SHA256, compress256)),
            Algorithm::Sha512 if key.len() > 128 => Self::Sha512(absorb(&Sha512::digest(key), SHA512, compress512)),
            Algorithm::Sha512 => Self::Sha512(absorb(key, SHA512, compress512)),
        }
    }

    /// The 31 bits that RFC 4226, section 5.3 takes from the HMAC of `counter`.
    pub(crate) fn truncated(&self, counter: u64) -> u32 {
        match self {
            Self::Sha1(pads) => {
                let digest = sha1(pads, counter);
                let [.., last] = digest;
                truncate(digest, last)
            }
            Self::Sha256(pads) => {
                let [first @ .., _, _, last] = sha256(pads, counter);
                truncate(first, last)
            }
            Self::Sha512(pads) => {
                let [a, b, c, .., last] = sha512(pads, counter);
                truncate([high(a), low(a), high(b), low(b), high(c)], low(last))
            }
        }
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Sha1(_) => Algorithm::Sha1,
            Self::Sha256(_) => Algorithm::Sha256,
            Self::Sha512(_) => Algorithm::Sha512,
        }
    }
}

impl Drop for Keyed {
    fn drop(&mut self) {
        match self {
            Self::Sha1([inner, outer]) => {
                wipe(inner);
                wipe(outer);
            }
            Self::Sha256([inner, outer]) => {
                wipe(inner);
                wipe(outer);
            }
            Self::Sha512([inner, outer]) => {
                wipe(inner);
                wipe(outer);
            }
        }
    }
}

/// Dynamic truncation (RFC 4226, section 5.3): the 31 bits that begin at byte `last & 15` of a digest that begins with
/// `words` and ends with `last`.
///
/// The offset is secret, so it must be neither an address nor a branch: a barrel shifter moves the digest by 8 bytes,
/// by 4 and by 0 to 3.
pub(crate) const fn truncate(words: [u32; 5], last: u32) -> u32 {
    let [w0, w1, w2, w3, w4] = words;
    let by8 = 0u32.wrapping_sub((last >> 3) & 1);
    let (w0, w1, w2) = (choose(by8, w2, w0), choose(by8, w3, w1), choose(by8, w4, w2));
    let by4 = 0u32.wrapping_sub((last >> 2) & 1);
    let (w0, w1) = (choose(by4, w1, w0), choose(by4, w2, w1));
    let shifted = join(w0, w1) << (8 * (last & 3));
    high(shifted) & 0x7fff_ffff
}

/// `yes` where `mask` has ones, `no` where it has zeros.
const fn choose(mask: u32, yes: u32, no: u32) -> u32 {
    no ^ (mask & (yes ^ no))
}

const fn join(high: u32, low: u32) -> u64 {
    ((high as u64) << 32) | low as u64
}

const fn high(word: u64) -> u32 {
    (word >> 32) as u32
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is asked for")]
const fn low(word: u64) -> u32 {
    word as u32
}

/// The states after the key's two padded blocks.
fn absorb<S: Copy, const B: usize>(key: &[u8], start: S, compress: fn(&mut S, &[[u8; B]])) -> [S; 2] {
    [0x36, 0x5c].map(|pad| {
        let mut block = [pad; B];
        for (padded, byte) in block.iter_mut().zip(key) {
            *padded ^= byte;
        }
        let mut state = start;
        compress(&mut state, &[block]);
        wipe(&mut block);
        state
    })
}

fn sha1([inner, outer]: &[[u32; 5]; 2], counter: u64) -> [u32; 5] {
    let mut digest = *inner;
    compress1(&mut digest, &[message(counter)]);
    let mut block = padding(20);
    for (bytes, word) in block.as_chunks_mut().0.iter_mut().zip(digest) {
        *bytes = word.to_be_bytes();
    }
    digest = *outer;
    compress1(&mut digest, &[block]);
    wipe(&mut block);
    digest
}

fn sha256([inner, outer]: &[[u32; 8]; 2], counter: u64) -> [u32; 8] {
    let mut digest = *inner;
    compress256(&mut digest, &[message(counter)]);
    let mut block = padding(32);
    for (bytes, word) in block.as_chunks_mut().0.iter_mut().zip(digest) {
        *bytes = word.to_be_bytes();
    }
    digest = *outer;
    compress256(&mut digest, &[block]);
    wipe(&mut block);
    digest
}

fn sha512([inner, outer]: &[[u64; 8]; 2], counter: u64) -> [u64; 8] {
    let mut digest = *inner;
    compress512(&mut digest, &[message(counter)]);
    let mut block = padding(64);
    for (bytes, word) in block.as_chunks_mut().0.iter_mut().zip(digest) {
        *bytes = word.to_be_bytes();
    }
    digest = *outer;
    compress512(&mut digest, &[block]);
    wipe(&mut block);
    digest
}

/// The last block of an inner hash whose message is `counter`, high-order byte first (RFC 4226, section 5.1).
fn message<const B: usize>(counter: u64) -> [u8; B] {
    let mut block = padding(8);
    for (byte, value) in block.iter_mut().zip(counter.to_be_bytes()) {
        *byte = value;
    }
    block
}

/// A block that ends a hash of one block and `length` bytes: a one bit after them, and the bit count at the end
/// (FIPS 180-4, section 5.1).
#[inline]
fn padding<const B: usize>(length: u16) -> [u8; B] {
    let mut block = [0; B];
    if let Some(byte) = block.get_mut(usize::from(length)) {
        *byte = 0x80;
    }
    let bits = (B as u64 + u64::from(length)) * 8;
    for (byte, value) in block.iter_mut().rev().zip(bits.to_le_bytes()) {
        *byte = value;
    }
    block
}

// FIPS 180-4, section 5.3.
const SHA1: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
const SHA256: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
const SHA512: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

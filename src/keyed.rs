//! An HMAC whose key has been absorbed: two compressions a code (RFC 2104, section 4).

use core::hint::black_box;
use core::ops::{BitAnd, BitOrAssign};

use sha1::block_api::compress as compress1;
use sha2::block_api::{compress256, compress512};

use crate::Algorithm;
use crate::mac::Message;
use crate::wipe::wipe;

/// A key that has been absorbed, for messages that are one 8-byte counter.
///
/// Secret: the states and every digest. Nothing branches on them or uses them as an address. Public: the algorithm,
/// the length of the key, the counter.
pub(crate) enum Keyed {
    Sha1([[u32; 5]; 2]),
    Sha256(Absorbed<[u32; 8]>),
    Sha512(Absorbed<[u64; 8]>),
}

/// As those of SHA-1, the inner and the outer hash state after the key's block; and what takes a code from them.
pub(crate) struct Absorbed<S> {
    states: [S; 2],
    /// Kept here, and not chosen by what the states are: see [`Keyed::new`]. SHA-1, which nearly every program needs, is
    /// called without this detour.
    truncated: fn(&[S; 2], u64) -> u32,
}

impl Keyed {
    /// Absorbs a key of any length; one that is longer than the hash's block is hashed first.
    ///
    /// Whatever knows SHA-256 or SHA-512 is reached from its own arm and from nowhere else, so a program that names SHA-1
    /// alone links neither: four fifths of what a terminal would have to hold.
    #[inline]
    pub(crate) fn new(key: &[u8], algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha1 => Self::sha1(key),
            Algorithm::Sha256 => Self::sha256(key),
            Algorithm::Sha512 => Self::sha512(key),
        }
    }

    // Inlined, the three become one before anybody knows which of them is called.
    #[inline(never)]
    fn sha1(key: &[u8]) -> Self {
        Self::Sha1(absorb(key, SHA1, compress1, |digest| digest.map(u32::to_be_bytes)))
    }

    #[inline(never)]
    fn sha256(key: &[u8]) -> Self {
        let states = absorb(key, SHA256, compress256, |digest| digest.map(u32::to_be_bytes));
        Self::Sha256(Absorbed { states, truncated: truncated_sha256 })
    }

    #[inline(never)]
    fn sha512(key: &[u8]) -> Self {
        let states = absorb(key, SHA512, compress512, |digest| digest.map(u64::to_be_bytes));
        Self::Sha512(Absorbed { states, truncated: truncated_sha512 })
    }

    /// The 31 bits that RFC 4226, section 5.3 takes from the HMAC of `counter`.
    pub(crate) fn truncated(&self, counter: u64) -> u32 {
        match self {
            Self::Sha1(states) => truncated_sha1(states, counter),
            Self::Sha256(key) => (key.truncated)(&key.states, counter),
            Self::Sha512(key) => (key.truncated)(&key.states, counter),
        }
    }

    /// Lends the two states word by word to a keyed hash: what they stand for is as secret as the key.
    pub(crate) fn feed<'k>(&self, message: Message<'k>) -> Message<'k> {
        match self {
            Self::Sha1(states) => absorb_words(message, b"1", states.as_flattened(), u32::to_be_bytes),
            Self::Sha256(key) => absorb_words(message, b"2", key.states.as_flattened(), u32::to_be_bytes),
            Self::Sha512(key) => absorb_words(message, b"5", key.states.as_flattened(), u64::to_be_bytes),
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
            Self::Sha1(states) => states.iter_mut().for_each(wipe),
            Self::Sha256(key) => key.states.iter_mut().for_each(wipe),
            Self::Sha512(key) => key.states.iter_mut().for_each(wipe),
        }
    }
}

fn absorb_words<'k, W: Copy, const N: usize>(
    message: Message<'k>,
    algorithm: &[u8],
    words: &[W],
    bytes: impl Fn(W) -> [u8; N],
) -> Message<'k> {
    words.iter().fold(message.with(algorithm), |message, word| message.with(&bytes(*word)))
}

/// Dynamic truncation (RFC 4226, section 5.3): the 31 bits that begin at byte `last & 15` of a digest that begins with
/// `words` and ends with `last`.
///
/// The offset is secret, so it must be neither an address nor a branch: a barrel shifter moves the digest by 8 bytes,
/// by 4 and by 0 to 3.
const fn truncate(words: [u32; 5], last: u32) -> u32 {
    let [w0, w1, w2, w3, w4] = words;
    let by8 = 0u32.wrapping_sub((last >> 3) & 1);
    let (w0, w1, w2) = (choose(by8, w2, w0), choose(by8, w3, w1), choose(by8, w4, w2));
    let by4 = 0u32.wrapping_sub((last >> 2) & 1);
    let (w0, w1) = (choose(by4, w1, w0), choose(by4, w2, w1));
    let shifted = join(w0, w1) << (8 * (last & 3));
    high(shifted) & 0x7fff_ffff
}

/// Dynamic truncation of a MAC of 32 bytes, as of an HMAC-SHA-256.
pub(crate) fn truncate_bytes(mac: &[u8; 32]) -> u32 {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(mac.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    let [first @ .., _, _, last] = words;
    let truncated = truncate(first, last);
    wipe(&mut words);
    truncated
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

/// The states after the key's two padded blocks. A key that is longer than a block is hashed first; its hash is as good
/// as the key, and wiped.
fn absorb<S: Copy, const WORD: usize, const WORDS: usize, const B: usize>(
    key: &[u8],
    start: S,
    compress: fn(&mut S, &[[u8; B]]),
    bytes: fn(S) -> [[u8; WORD]; WORDS],
) -> [S; 2] {
    let mut digest = [[0; WORD]; WORDS];
    let key = if key.len() > B {
        digest = bytes(hash(key, start, compress));
        digest.as_flattened()
    } else {
        key
    };
    let states = [pad(key, 0x36, start, compress), pad(key, 0x5c, start, compress)];
    digest.iter_mut().for_each(wipe);
    states
}

/// The state after one block: the key and `padding`.
fn pad<S, const B: usize>(key: &[u8], padding: u8, start: S, compress: fn(&mut S, &[[u8; B]])) -> S {
    let mut block = [padding; B];
    for (padded, byte) in block.iter_mut().zip(key) {
        *padded ^= byte;
    }
    let mut state = start;
    compress(&mut state, &[block]);
    wipe(&mut block);
    state
}

/// The hash of a secret (FIPS 180-4, sections 5.1 and 6), without a buffer that would outlive it.
fn hash<S, const B: usize>(secret: &[u8], start: S, compress: fn(&mut S, &[[u8; B]])) -> S {
    let (blocks, rest) = secret.as_chunks();
    let mut state = start;
    compress(&mut state, blocks);
    let mut block = [0; B];
    for (place, byte) in block.iter_mut().zip(rest.iter().chain(&[0x80])) {
        *place = *byte;
    }
    // The number of bits takes up two words, an eighth of the block.
    if rest.len() >= B - B / 8 {
        compress(&mut state, &[block]);
        wipe(&mut block);
    }
    if let Some(end) = block.last_chunk_mut() {
        *end = (secret.len() as u64).wrapping_mul(8).to_be_bytes();
    }
    compress(&mut state, &[block]);
    wipe(&mut block);
    state
}

fn truncated_sha1(pads: &[[u32; 5]; 2], counter: u64) -> u32 {
    sha1(pads, counter, |digest| {
        let [.., last] = *digest;
        truncate(*digest, last)
    })
}

fn truncated_sha256(pads: &[[u32; 8]; 2], counter: u64) -> u32 {
    sha256(pads, counter, |[first @ .., _, _, last]| truncate(*first, *last))
}

fn truncated_sha512(pads: &[[u64; 8]; 2], counter: u64) -> u32 {
    sha512(pads, counter, |&[a, b, c, .., last]| truncate([high(a), low(a), high(b), low(b), high(c)], low(last)))
}

/// Lends the HMAC to `take` and wipes it: that of a counter to come is a code to come.
fn sha1<T>([inner, outer]: &[[u32; 5]; 2], counter: u64, take: impl FnOnce(&[u32; 5]) -> T) -> T {
    let mut digest = *inner;
    let block = COUNTER_64.complete([counter.to_be(); 2]).map(u64::to_ne_bytes);
    compress1(&mut digest, block.as_flattened().as_chunks().0);
    let [w0, w1, w2, w3, w4] = digest.map(u32::to_be);
    let words = [w0, w1, w2, w3, w4, w4, w4, w4];
    let mut block = SHA1_DIGEST.complete(words).map(u32::to_ne_bytes);
    digest = *outer;
    compress1(&mut digest, block.as_flattened().as_chunks().0);
    let taken = take(&digest);
    wipe(&mut block);
    wipe(&mut digest);
    taken
}

fn sha256<T>([inner, outer]: &[[u32; 8]; 2], counter: u64, take: impl FnOnce(&[u32; 8]) -> T) -> T {
    let mut digest = *inner;
    let block = COUNTER_64.complete([counter.to_be(); 2]).map(u64::to_ne_bytes);
    compress256(&mut digest, block.as_flattened().as_chunks().0);
    let words = digest.map(u32::to_be);
    let mut block = SHA256_DIGEST.complete(words).map(u32::to_ne_bytes);
    digest = *outer;
    compress256(&mut digest, block.as_flattened().as_chunks().0);
    let taken = take(&digest);
    wipe(&mut block);
    wipe(&mut digest);
    taken
}

fn sha512<T>([inner, outer]: &[[u64; 8]; 2], counter: u64, take: impl FnOnce(&[u64; 8]) -> T) -> T {
    let mut digest = *inner;
    let block = COUNTER_128.complete([counter.to_be(); 2]).map(u64::to_ne_bytes);
    compress512(&mut digest, block.as_flattened().as_chunks().0);
    let words = digest.map(u64::to_be);
    let mut block = SHA512_DIGEST.complete(words).map(u64::to_ne_bytes);
    digest = *outer;
    compress512(&mut digest, block.as_flattened().as_chunks().0);
    let taken = take(&digest);
    wipe(&mut block);
    wipe(&mut digest);
    taken
}

/// The block that ends a hash of one block and a short message, in words that lie in memory as they are hashed.
struct LastBlock<W, const M: usize, const B: usize> {
    /// Ones where the message stands.
    message: [W; M],
    /// What follows it: a one bit, and at the end the number of bits in both blocks (FIPS 180-4, section 5.1).
    padding: [W; B],
}

impl<W, const M: usize, const B: usize> LastBlock<W, M, B>
where
    W: Copy + BitAnd<Output = W> + BitOrAssign,
{
    /// Puts in the message.
    ///
    /// The compressions load 16 bytes at once, and a processor forwards such a load from one store of 16 bytes, but
    /// waits for the cache when two shorter ones made it up: that costs half a compression each time. Were the
    /// padding known to the compiler, it would write it with such shorter stores; hence the black box.
    #[inline]
    fn complete(&'static self, message: [W; M]) -> [W; B] {
        let Self { message: ones, padding } = black_box(self);
        let mut block = *padding;
        for ((word, ones), value) in block.iter_mut().zip(ones).zip(message) {
            *word |= *ones & value;
        }
        block
    }
}

static COUNTER_64: LastBlock<u64, 2, 8> =
    LastBlock { message: [!0, 0], padding: [0, ONE_64, 0, 0, 0, 0, 0, (8 * (64 + 8u64)).to_be()] };
static COUNTER_128: LastBlock<u64, 2, 16> = LastBlock {
    message: [!0, 0],
    padding: [0, ONE_64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (8 * (128 + 8u64)).to_be()],
};
static SHA1_DIGEST: LastBlock<u32, 8, 16> = LastBlock {
    message: [!0, !0, !0, !0, !0, 0, 0, 0],
    padding: [0, 0, 0, 0, 0, ONE_32, 0, 0, 0, 0, 0, 0, 0, 0, 0, (8 * (64 + 20u32)).to_be()],
};
static SHA256_DIGEST: LastBlock<u32, 8, 16> = LastBlock {
    message: [!0; 8],
    padding: [0, 0, 0, 0, 0, 0, 0, 0, ONE_32, 0, 0, 0, 0, 0, 0, (8 * (64 + 32u32)).to_be()],
};
static SHA512_DIGEST: LastBlock<u64, 8, 16> = LastBlock {
    message: [!0; 8],
    padding: [0, 0, 0, 0, 0, 0, 0, 0, ONE_64, 0, 0, 0, 0, 0, 0, (8 * (128 + 64u64)).to_be()],
};
const ONE_32: u32 = 0x8000_0000u32.to_be();
const ONE_64: u64 = 0x8000_0000_0000_0000u64.to_be();

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

#[cfg(test)]
mod tests {
    use hmac::{KeyInit, Mac};
    use proptest::prelude::*;
    use serde_json::Value;
    use sha1::Sha1;
    use sha2::{Sha256, Sha512};
    use std::format;
    use std::string::String;
    use std::vec::Vec;

    use super::*;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../tests/vectors/otp.json")).unwrap()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|nibble| char::from_digit(nibble.into(), 16))
            .collect()
    }

    /// The whole HMAC, as this module computes it.
    fn mac(keyed: &Keyed, counter: u64) -> Vec<u8> {
        match keyed {
            Keyed::Sha1(states) => {
                sha1(states, counter, |digest| digest.iter().flat_map(|word| word.to_be_bytes()).collect())
            }
            Keyed::Sha256(key) => {
                sha256(&key.states, counter, |digest| digest.iter().flat_map(|word| word.to_be_bytes()).collect())
            }
            Keyed::Sha512(key) => {
                sha512(&key.states, counter, |digest| digest.iter().flat_map(|word| word.to_be_bytes()).collect())
            }
        }
    }

    /// The whole HMAC, as the `hmac` crate computes it.
    fn oracle(key: &[u8], algorithm: Algorithm, counter: u64) -> Vec<u8> {
        fn of<M: Mac + KeyInit>(key: &[u8], counter: u64) -> Vec<u8> {
            let mut mac = <M as KeyInit>::new_from_slice(key).unwrap();
            mac.update(&counter.to_be_bytes());
            mac.finalize().into_bytes().to_vec()
        }
        match algorithm {
            Algorithm::Sha1 => of::<hmac::Hmac<Sha1>>(key, counter),
            Algorithm::Sha256 => of::<hmac::Hmac<Sha256>>(key, counter),
            Algorithm::Sha512 => of::<hmac::Hmac<Sha512>>(key, counter),
        }
    }

    /// RFC 4226, section 5.3 in its own words: an offset, and four bytes from there.
    fn truncated(mac: &[u8]) -> u32 {
        let offset = usize::from(mac.last().unwrap() & 15);
        u32::from_be_bytes(mac[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff
    }

    #[test]
    fn rfc4226_appendix_d_hmacs_and_truncations() {
        let appendix = &vectors()["rfc4226_appendix_d"];
        let keyed = Keyed::new(appendix["secret_ascii"].as_str().unwrap().as_bytes(), Algorithm::Sha1);
        let rows = appendix["vectors"].as_array().unwrap();
        assert_eq!(rows.len(), 10);
        for row in rows {
            let counter = row["count"].as_u64().unwrap();
            assert_eq!(hex(&mac(&keyed, counter)), row["hmac_sha1"].as_str().unwrap());
            assert_eq!(u64::from(keyed.truncated(counter)), row["truncated_dec"].as_u64().unwrap());
        }
    }

    #[test]
    fn rfc4226_section_5_4_truncation() {
        let example = &vectors()["rfc4226_section_5_4"];
        let text = example["hmac"].as_str().unwrap();
        let word = |k: usize| u32::from_str_radix(&text[8 * k..8 * k + 8], 16).unwrap();
        let digest = [word(0), word(1), word(2), word(3), word(4)];
        assert_eq!(format!("{:08x}", truncate(digest, word(4))), example["dbc"].as_str().unwrap());
    }

    #[test]
    fn every_offset_takes_its_own_four_bytes() {
        for offset in 0..16u8 {
            let mut mac: Vec<u8> = (0x80..0x94).collect();
            mac[19] = 0xf0 | offset;
            let word = |k: usize| u32::from_be_bytes(mac[4 * k..4 * k + 4].try_into().unwrap());
            let digest = [word(0), word(1), word(2), word(3), word(4)];
            assert_eq!(truncate(digest, word(4)), truncated(&mac), "offset {offset}");
        }
    }

    proptest! {
        #[test]
        fn hmac_crate_agrees(
            key in proptest::collection::vec(any::<u8>(), 0..300),
            algorithm in prop::sample::select(&[Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][..]),
            counter: u64,
        ) {
            let keyed = Keyed::new(&key, algorithm);
            let expected = oracle(&key, algorithm, counter);
            prop_assert_eq!(keyed.truncated(counter), truncated(&expected));
            prop_assert_eq!(mac(&keyed, counter), expected);
        }
    }

    #[test]
    fn keys_around_the_block_length_are_absorbed_or_hashed() {
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
            for length in [0, 1, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 239, 240, 255, 256, 1_000] {
                let key: Vec<u8> = (0..=255).cycle().take(length).collect();
                assert_eq!(
                    mac(&Keyed::new(&key, algorithm), 7),
                    oracle(&key, algorithm, 7),
                    "{algorithm:?} {length}"
                );
            }
        }
    }
}

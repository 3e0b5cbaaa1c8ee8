//! HMAC-SHA-256 under a kept key: the one keyed hash of the decision layer.
//!
//! It stands on `sha2`'s compression, as the codes do, and keeps the two states that the key's block leads to
//! (RFC 2104, section 4). The `hmac` crate is its oracle in the tests; used here it would copy and wipe two more
//! 64-byte buffers a message, which made a whole `verify` a quarter slower.

use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};

use crate::wipe::wipe;

/// FIPS 180-4, section 5.3.3.
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A key that has been absorbed, wiped when dropped.
pub(crate) struct Mac {
    inner: [u32; 8],
    outer: [u32; 8],
}

/// A message in the making, wiped when dropped.
pub(crate) struct Message<'k> {
    key: &'k Mac,
    state: [u32; 8],
    block: [u8; 64],
    used: usize,
    /// Blocks taken in, the key's included.
    blocks: u64,
}

impl Mac {
    /// A key of any length; one longer than a block is hashed first (RFC 2104, section 2).
    pub(crate) fn keyed(key: &[u8]) -> Self {
        let mut block = [0; 64];
        match block.get_mut(..key.len()) {
            Some(place) => place.copy_from_slice(key),
            None => hash_into(key, &mut block),
        }
        let mac = Self { inner: absorb(&block, 0x36), outer: absorb(&block, 0x5c) };
        wipe(&mut block);
        mac
    }

    /// Another key, for one use that `label` names.
    pub(crate) fn derive(&self, label: &str) -> Self {
        self.message().with(label.as_bytes()).finish_with(|key| Self::keyed(key))
    }

    /// Begins a message.
    pub(crate) const fn message(&self) -> Message<'_> {
        Message { key: self, state: self.inner, block: [0; 64], used: 0, blocks: 1 }
    }
}

impl Drop for Mac {
    fn drop(&mut self) {
        wipe(&mut self.inner);
        wipe(&mut self.outer);
    }
}

impl Message<'_> {
    #[inline]
    pub(crate) fn with(mut self, bytes: &[u8]) -> Self {
        self.update(bytes);
        self
    }

    /// At most 255 bytes, with their number before them.
    pub(crate) fn with_prefixed(self, bytes: &[u8]) -> Self {
        self.with(&[u8::try_from(bytes.len()).unwrap_or(u8::MAX)]).with(bytes)
    }

    #[inline]
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        let end = self.used + bytes.len();
        match self.block.get_mut(self.used..end) {
            Some(place) if end < 64 => {
                place.copy_from_slice(bytes);
                self.used = end;
            }
            _ => self.update_over_blocks(bytes),
        }
    }

    #[inline(never)]
    fn update_over_blocks(&mut self, mut rest: &[u8]) {
        while let Some(room) = self.block.get_mut(self.used..) {
            let (now, later) = rest.split_at(room.len().min(rest.len()));
            room.iter_mut().zip(now).for_each(|(place, byte)| *place = *byte);
            self.used += now.len();
            if self.used < 64 {
                return;
            }
            self.compress();
            rest = later;
        }
    }

    pub(crate) fn finish(mut self) -> [u8; 32] {
        self.pad();
        write(&mut self.block, self.state);
        self.state = self.key.outer;
        self.used = 32;
        self.blocks = 1;
        self.pad();
        let mut output = [0; 32];
        write(&mut output, self.state);
        output
    }

    /// Lends a secret output, and wipes it.
    pub(crate) fn finish_with<T>(self, use_it: impl FnOnce(&[u8; 32]) -> T) -> T {
        let mut output = self.finish();
        let made = use_it(&output);
        wipe(&mut output);
        made
    }

    /// Ends a hash: a one bit, zeros, and the bit count (FIPS 180-4, section 5.1.1).
    fn pad(&mut self) {
        let bits = (self.blocks.wrapping_mul(64).wrapping_add(self.used as u64)).wrapping_mul(8);
        if let Some(place) = self.block.get_mut(self.used) {
            *place = 0x80;
        }
        if self.used > 55 {
            self.compress();
        }
        if let Some(end) = self.block.last_chunk_mut() {
            *end = bits.to_be_bytes();
        }
        self.compress();
    }

    /// Takes in the block and leaves it clear: what lies beyond `used` is always zero.
    fn compress(&mut self) {
        compress256(&mut self.state, &[self.block]);
        self.block = [0; 64];
        self.used = 0;
        self.blocks = self.blocks.wrapping_add(1);
    }
}

impl Drop for Message<'_> {
    fn drop(&mut self) {
        wipe(&mut self.state);
        wipe(&mut self.block);
    }
}

/// The first `N` bytes of an output, for what is stored or shown.
pub(crate) fn first<const N: usize>(output: &[u8; 32]) -> [u8; N] {
    output.first_chunk().copied().unwrap_or([0; N])
}

/// The hash of a long key is as good as the key, so it is wiped where it was made.
fn hash_into(key: &[u8], block: &mut [u8; 64]) {
    let mut hashed: [u8; 32] = Sha256::digest(key).into();
    block.iter_mut().zip(hashed).for_each(|(byte, hashed)| *byte = hashed);
    wipe(&mut hashed);
}

fn absorb(key: &[u8; 64], pad: u8) -> [u32; 8] {
    let mut block = key.map(|byte| byte ^ pad);
    let mut state = START;
    compress256(&mut state, &[block]);
    wipe(&mut block);
    state
}

fn write(place: &mut [u8], words: [u32; 8]) {
    for (bytes, word) in place.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_be_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit as _, Mac as _};

    fn oracle(key: &[u8], message: &[u8]) -> [u8; 32] {
        Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes().into()
    }

    #[test]
    fn equals_the_hmac_crate_for_every_length_of_key_and_message() {
        let bytes: [u8; 200] = core::array::from_fn(|index| u8::try_from(index).unwrap());
        for key in [0, 1, 31, 32, 63, 64, 65, 128] {
            for length in 0..bytes.len() {
                let (key, message) = (&bytes[..key], &bytes[..length]);
                assert_eq!(Mac::keyed(key).message().with(message).finish(), oracle(key, message));
            }
        }
    }

    #[test]
    fn the_cuts_between_updates_do_not_matter() {
        let bytes = [0xa5; 200];
        for cut in 0..bytes.len() {
            let (one, two) = bytes.split_at(cut);
            assert_eq!(Mac::keyed(b"key").message().with(one).with(two).finish(), oracle(b"key", &bytes));
        }
    }
}

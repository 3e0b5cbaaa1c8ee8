//! HMAC-SHA-256 under a kept key: the one keyed hash of the decision layer.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

/// A keyed state, wiped when dropped. A clone begins another message under the same key.
#[derive(Clone)]
pub(crate) struct Mac(Hmac<Sha256>);

impl Mac {
    /// A key of any length; one longer than a block is hashed first (RFC 2104 section 2).
    pub(crate) fn keyed(key: &[u8]) -> Self {
        let mut block = [0; 64];
        match block.get_mut(..key.len()) {
            Some(place) => place.copy_from_slice(key),
            None => block.iter_mut().zip(Sha256::digest(key)).for_each(|(byte, hashed)| *byte = hashed),
        }
        let mac = Self(Hmac::new(&block.into()));
        block.zeroize();
        mac
    }

    /// Another key, for one use that `label` names.
    pub(crate) fn derive(&self, label: &str) -> Self {
        let mut mac = self.clone();
        mac.update(label.as_bytes());
        mac.finish_with(|key| Self::keyed(key))
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// At most 255 bytes, with their number before them.
    pub(crate) fn update_prefixed(&mut self, bytes: &[u8]) {
        self.update(&[u8::try_from(bytes.len()).unwrap_or(u8::MAX)]);
        self.update(bytes);
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into_bytes().into()
    }

    /// Lends a secret output, and wipes it.
    pub(crate) fn finish_with<T>(self, use_it: impl FnOnce(&[u8; 32]) -> T) -> T {
        let mut bytes = self.finish();
        let made = use_it(&bytes);
        bytes.zeroize();
        made
    }
}

/// The first `N` bytes of an output, for what is stored or shown.
pub(crate) fn first<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    let mut short = [0; N];
    short.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_key_is_hashed_first_as_the_hmac_crate_does() {
        for length in [0, 1, 32, 63, 64, 65, 128] {
            let key = [0xa5; 128];
            let key = key.get(..length).unwrap();
            let mut ours = Mac::keyed(key);
            ours.update(b"message");
            let theirs = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(b"message").finalize();
            assert_eq!(ours.finish(), <[u8; 32]>::from(theirs.into_bytes()));
        }
    }
}

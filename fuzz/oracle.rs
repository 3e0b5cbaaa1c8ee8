//! What the keyring derives, computed by other code: the crates `hmac` and `sha2` as everybody uses them.

use countersign::{Key, Keyring, RootKey, Verifier};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

pub const INDEX: [u8; 32] = [1; 32];
const CODES: [u8; 32] = [2; 32];

pub fn root(bytes: &[u8]) -> RootKey {
    RootKey::from_bytes(bytes).unwrap()
}

pub fn verifier() -> Verifier {
    Verifier::new(Keyring::new(&root(&INDEX), &root(&CODES)).unwrap())
}

pub fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes().into()
}

/// The key that is derived from the index key for one use.
pub fn derived(label: &str) -> [u8; 32] {
    hmac(&INDEX, format!("countersign/v1/{label}").as_bytes())
}

/// A record's body with its authenticator behind it, as only the keyring's owner can make it.
pub fn authentic(key: &Key, body: &[u8]) -> Vec<u8> {
    let message = [key.as_bytes().as_slice(), body].concat();
    [body, &hmac(&derived("record"), &message)[..MAC]].concat()
}

/// The bytes behind a record's body.
pub const MAC: usize = 16;

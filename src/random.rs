//! The operating system's randomness.

use rand_core::{TryCryptoRng, TryRng};

use crate::error::Invalid;

/// The operating system's generator: what to pass wherever this crate asks for `rng`.
///
/// It holds nothing, so `&mut SystemRng` can be written on the spot. If the system has no randomness to give, making
/// the operation fails with [`Invalid::RandomSource`]; nothing weaker takes its place (F60). Any other
/// [`TryCryptoRng`] of `rand_core` 0.10 will do as well.
///
/// ```
/// use countersign::{RootKey, SystemRng};
///
/// let (one, other) = (RootKey::generate(&mut SystemRng)?, RootKey::generate(&mut SystemRng)?);
/// assert_ne!(one.expose(), other.expose());
/// # Ok::<(), countersign::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to configure and is written as a value")]
pub struct SystemRng;

impl TryRng for SystemRng {
    type Error = Invalid;

    fn try_next_u32(&mut self) -> Result<u32, Invalid> {
        getrandom::u32().map_err(|_| Invalid::RandomSource)
    }

    fn try_next_u64(&mut self) -> Result<u64, Invalid> {
        getrandom::u64().map_err(|_| Invalid::RandomSource)
    }

    fn try_fill_bytes(&mut self, place: &mut [u8]) -> Result<(), Invalid> {
        getrandom::fill(place).map_err(|_| Invalid::RandomSource)
    }
}

impl TryCryptoRng for SystemRng {}

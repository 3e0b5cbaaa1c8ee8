//! Overwriting what was secret.

use zeroize::optimization_barrier;

/// Fills `words` with zeros, in a way that the optimiser may not leave out.
///
/// Unlike `Zeroize`, whose volatile writes go out one element at a time, this leaves the compiler free to use wide
/// stores: wiping an HMAC block costs four instructions instead of 64.
pub(crate) fn wipe<T: Copy + Default, const N: usize>(words: &mut [T; N]) {
    *words = [T::default(); N];
    optimization_barrier(words);
}

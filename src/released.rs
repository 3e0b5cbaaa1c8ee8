//! What may be told of a secret: the accepted leaks, each let out by name and nowhere else.
//!
//! A verdict has to become a branch somewhere, a keyed pseudonym is stored in the open, and a code is read by a person.
//! SECURITY.md lists these leaks. `scripts/constant-time` marks every key and code as undefined memory and fails on any
//! branch or address that depends on one, unless it went through here before; without its `cfg` these are nothing.

use subtle::{Choice, ConstantTimeEq as _};

/// Tells a verdict.
#[inline]
pub(crate) fn released(verdict: Choice) -> bool {
    Choice::from(public(verdict.unwrap_u8())).into()
}

/// Tells where the separators and the padding of a text are, and nothing of what stands between them.
#[inline]
pub(crate) fn is_mark(byte: u8, mark: u8) -> bool {
    released(byte.ct_eq(&mark))
}

/// Tells a value: a pseudonym, a text that is about to be shown, or the counter that a verdict is about.
#[cfg(not(countersign_memcheck))]
#[inline]
pub(crate) const fn public<T: Copy>(value: T) -> T {
    value
}

/// Tells a text that somebody asked to see.
#[cfg(not(countersign_memcheck))]
#[inline]
pub(crate) const fn shown(text: &[u8]) -> &[u8] {
    text
}

#[cfg(countersign_memcheck)]
pub use marked::on_release;
#[cfg(countersign_memcheck)]
pub(crate) use marked::{public, shown};

/// For the job that watches: it is told where each value lies that may be known from now on.
#[cfg(countersign_memcheck)]
mod marked {
    use core::cell::Cell;
    use core::ffi::c_void;
    use core::hint::black_box;
    use std::sync::OnceLock;

    static HOOK: OnceLock<fn(*const c_void, usize)> = OnceLock::new();

    /// Says what to do with released memory; the first one stays.
    pub fn on_release(hook: fn(*const c_void, usize)) {
        HOOK.get_or_init(|| hook);
    }

    pub(crate) fn public<T: Copy>(value: T) -> T {
        // What lies in a cell may have been changed by whoever was given its address, so it is read again from there.
        let value = Cell::new(value);
        if let Some(hook) = HOOK.get() {
            hook(value.as_ptr().cast(), size_of::<T>());
        }
        value.get()
    }

    pub(crate) fn shown(text: &[u8]) -> &[u8] {
        if let Some(hook) = HOOK.get() {
            hook(text.as_ptr().cast(), text.len());
        }
        black_box(text)
    }
}

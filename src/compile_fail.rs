//! Programs that must not compile. Each item holds one that does, and the same with one thing changed, which does not.
//!
//! A stable `rustdoc` checks that the program fails, and `scripts/doctests` its error code too.

mod approval;
mod binding;
mod contact;
mod secret;
mod serde;
mod store;

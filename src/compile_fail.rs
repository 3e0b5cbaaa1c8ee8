//! Programs that must not compile. Each item holds one that does, and the same with one thing changed, which does not.
//!
//! The error codes are checked by a nightly `rustdoc`; a stable one checks that the program fails.

mod approval;
mod binding;
mod contact;
mod secret;
mod serde;
mod store;

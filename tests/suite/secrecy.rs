//! Section H: what is secret does not leak from what is stored or shown, and randomness that fails is an error.

mod code_keys;
mod keys;
mod random;
mod rows;
mod thief;

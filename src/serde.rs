//! `serde`: values as other systems write them, and secrets one way, since they are read and never written.
//!
//! What a public constructor makes is read, through that constructor. What only an operation makes (a ticket, a status, an
//! id of an approval) is written alone: read back from a request, it would say what nobody decided.

pub(crate) mod form;
mod plain;
mod secret;
mod text;

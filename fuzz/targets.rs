//! One target a file, each with `run`.

pub mod account;
pub mod audit;
pub mod authenticators;
pub mod base32;
pub mod binding;
pub mod challenges;
pub mod code;
pub mod contact;
mod edit;
#[cfg(feature = "serde")]
pub mod json;
pub mod message;
pub mod parts;
pub mod record;
#[cfg(feature = "seal")]
pub mod sealed;
pub mod uri;

/// Every target that these features have, by the name of its corpus.
pub const ALL: &[(&str, fn(&[u8]))] = &[
    ("account", account::run),
    ("audit", audit::run),
    ("authenticators", authenticators::run),
    ("base32", base32::run),
    ("binding", binding::run),
    ("challenges", challenges::run),
    ("code", code::run),
    ("contact", contact::run),
    #[cfg(feature = "serde")]
    ("json", json::run),
    ("message", message::run),
    ("parts", parts::run),
    ("record", record::run),
    #[cfg(feature = "seal")]
    ("sealed", sealed::run),
    ("uri", uri::run),
];

//! Channels over providers that speak SMPP or HTTP, to take along. E-mail needs none: that is `LettreChannel`.
#![expect(clippy::exhaustive_structs, reason = "an example is no library")]

mod arrived;
mod http;
mod smpp;

pub use arrived::{Place, arrived};
pub use http::{HttpAccount, HttpChannel};
pub use smpp::{SmppAccount, SmppChannel};

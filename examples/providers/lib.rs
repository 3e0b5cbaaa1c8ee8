//! Channels over providers that speak SMPP or HTTP, to take along. E-mail needs none: that is `LettreChannel`.
#![expect(clippy::exhaustive_structs, reason = "an example is no library")]

mod arrived;
mod http;
mod smpp;

use core::time::Duration;

use countersign::Leg;

pub use arrived::{Place, arrived};
pub use http::{HttpAccount, HttpChannel};
pub use smpp::{SmppAccount, SmppChannel};

/// Whoever gives up on a channel does not know at which step it was, so the channel gives up first.
const BEFORE_THE_LEG: Duration = Duration::from_secs(Leg::SECONDS as u64 - 1);

//! How a message leaves: the caller's channels, the route along which a code may travel, and what became of it.

mod channel;
mod idempotency;
#[cfg(feature = "lettre")]
mod lettre;

pub use channel::{AsyncChannel, Channel, Delivery};
pub use idempotency::IdempotencyKey;
#[cfg(feature = "lettre")]
pub use lettre::{LettreChannel, MailProblem, MailServer};

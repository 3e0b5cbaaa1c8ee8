//! How a message leaves: the caller's channels, the route along which a code may travel, and what became of it.

#[cfg(feature = "alloc")]
mod async_post;
mod carrier;
mod channel;
mod departure;
mod errand;
mod given;
mod idempotency;
mod journey;
#[cfg(feature = "lettre")]
mod lettre;
mod post;
mod route;
#[cfg(feature = "alloc")]
mod timer;

#[cfg(feature = "alloc")]
pub use async_post::AsyncPost;
pub use carrier::Carrier;
pub use channel::{AsyncChannel, Channel, Delivery};
pub use departure::Departure;
pub use errand::Errand;
pub use idempotency::IdempotencyKey;
pub use journey::{Attempt, Journey, Outcome};
#[cfg(feature = "lettre")]
pub use lettre::{LettreChannel, MailProblem, MailServer};
pub use post::Post;
pub use route::{Leg, Route};
#[cfg(feature = "alloc")]
pub use timer::Timer;

//! One-time passwords in front of money.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod algorithm;
mod code;
mod error;
mod hotp;
mod keyed;
mod secret;
mod time;
mod totp;
mod window;
mod wipe;

pub use algorithm::Algorithm;
pub use code::{Code, Digits, Format};
pub use error::Invalid;
pub use hotp::Hotp;
pub use secret::{Secret, SecretText};
#[cfg(target_has_atomic = "64")]
pub use time::ManualClock;
#[cfg(feature = "std")]
pub use time::SystemClock;
pub use time::{Clock, ClockError, UnixTime};
pub use totp::{Skew, Totp};
pub use window::Window;

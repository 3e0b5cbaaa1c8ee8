//! One-time passwords in front of money.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod algorithm;
mod approval;
mod binding;
mod challenge;
mod code;
mod error;
mod expiry;
mod hotp;
mod keyed;
mod keyring;
mod limit;
mod mac;
mod money;
mod operation;
mod policy;
mod recipient;
mod record;
mod secret;
mod store;
mod subject;
mod text;
mod time;
mod totp;
mod window;
mod wipe;

pub use algorithm::Algorithm;
pub use approval::{ApprovalId, Approved, Hint, Notice, Reason, Refused, SubjectTag};
pub use binding::{
    Binding, ContactChange, Encoder, Login, Payment, PaymentBatch, PaymentBatchBuilder, TerminalActivation,
    Withdrawal,
};
pub use challenge::{
    ChallengeStatus, Condition, Ended, Ending, Handle, Issue, Issued, Look, Reinstate, ReportToken, Reporter, Resend,
    Slip, Status, Template, Ticket, Verdict, Verifier, Verify,
};
pub use code::{Code, Digits, Format};
pub use error::Invalid;
pub use hotp::Hotp;
pub use keyring::{Keyring, RootKey};
pub use money::{Currency, Money};
pub use operation::{Cause, Failure, Operation, Paid, Step, Unavailable};
pub use policy::{Ceilings, GuessBound, Policy, PolicyDraft};
pub use recipient::{Recipient, RecipientKind};
pub use record::Record;
pub use secret::{Secret, SecretText};
#[cfg(feature = "conformance")]
pub use store::conformance;
pub use store::{AsyncStore, Key, Refusal, RefusingStore, Store, Swap};
#[cfg(feature = "alloc")]
pub use store::{BoxError, DynAsyncStore};
#[cfg(feature = "std")]
pub use store::{MemoryStore, MemoryStoreError};
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub use store::{SqlxOptions, SqlxStore, SqlxStoreError};
pub use subject::{Device, Purpose, Subject};
pub use text::Text;
#[cfg(target_has_atomic = "64")]
pub use time::ManualClock;
#[cfg(feature = "std")]
pub use time::SystemClock;
pub use time::{Clock, ClockError, UnixTime};
pub use totp::{Skew, Totp};
pub use window::Window;

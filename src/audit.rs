//! Evidence: events in a chain, in which nothing can be altered, removed, doubled or put elsewhere unseen.

mod chain;
mod check;
mod entry;
mod error;
mod head;
#[cfg(feature = "alloc")]
mod set;

use crate::keyring::RootKey;
use crate::mac::Mac;

pub use chain::AuditChain;
pub use check::AuditCheck;
pub use entry::AuditEntry;
pub use error::AuditError;
pub use head::{AuditHead, ChainId};
#[cfg(feature = "alloc")]
pub use set::AuditSet;

/// The key of chains. It is none of the keyring's: whoever verifies has to hold it, and an auditor who held the index key
/// could compute every tag and store key; nor does the index key ever rotate, as this one may with each chain.
fn keyed(key: &RootKey) -> Mac {
    Mac::keyed(key.expose()).derive("countersign/v1/audit")
}

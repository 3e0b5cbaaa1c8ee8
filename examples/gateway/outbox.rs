//! Where messages go: a provider of SMS is the caller's, so here they are lines of JSON.

use std::fs::{File, OpenOptions};
use std::io::{self, Write, stdout};
use std::path::Path;

use countersign::Recipient;
use serde_json::json;

/// Standard output, or a file.
#[derive(Debug)]
pub struct Outbox(Option<File>);

impl Outbox {
    /// Prints every message.
    #[must_use]
    pub const fn stdout() -> Self {
        Self(None)
    }

    /// Adds every message to a file.
    pub fn file(path: &Path) -> io::Result<Self> {
        OpenOptions::new().create(true).append(true).open(path).map(|file| Self(Some(file)))
    }

    pub(crate) fn send(&self, recipient: &Recipient<'_>, text: &str) -> io::Result<()> {
        // One write: what two processes add to one file is never mixed.
        let line = format!("{}\n", json!({ "to": recipient.address(), "text": text }));
        match self.0.as_ref() {
            Some(mut file) => file.write_all(line.as_bytes()),
            None => stdout().write_all(line.as_bytes()),
        }
    }
}

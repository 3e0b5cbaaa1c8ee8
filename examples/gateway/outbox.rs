//! Where messages go: a provider of SMS is the caller's, so here they are lines of JSON, or shown on a phone that is
//! only a picture.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write, stdout};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use countersign::Recipient;
use serde_json::json;

/// Messages that the phone keeps.
const KEPT: usize = 20;

/// Standard output, a file, or the phone beside the page.
#[derive(Debug)]
pub struct Outbox(Place);

#[derive(Debug)]
enum Place {
    Stdout,
    File(File),
    Phone(Mutex<VecDeque<String>>),
}

impl Outbox {
    /// Prints every message.
    #[must_use]
    pub const fn stdout() -> Self {
        Self(Place::Stdout)
    }

    /// Adds every message to a file.
    pub fn file(path: &Path) -> io::Result<Self> {
        OpenOptions::new().create(true).append(true).open(path).map(|file| Self(Place::File(file)))
    }

    /// Keeps the last messages for whoever asks: for a person who tries the page alone, and for nobody else.
    #[must_use]
    pub const fn phone() -> Self {
        Self(Place::Phone(Mutex::new(VecDeque::new())))
    }

    /// What the phone shows, oldest first; `None` if there is no such phone.
    pub(crate) fn shown(&self) -> Option<Vec<String>> {
        match &self.0 {
            Place::Phone(texts) => {
                Some(texts.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect())
            }
            Place::Stdout | Place::File(_) => None,
        }
    }

    pub(crate) fn send(&self, recipient: &Recipient<'_>, text: &str) -> io::Result<()> {
        // One write: what two processes add to one file is never mixed.
        let line = || format!("{}\n", json!({ "to": recipient.address(), "text": text }));
        match &self.0 {
            Place::Stdout => stdout().write_all(line().as_bytes()),
            Place::File(file) => (&mut &*file).write_all(line().as_bytes()),
            Place::Phone(texts) => {
                let mut texts = texts.lock().unwrap_or_else(PoisonError::into_inner);
                texts.push_back(text.to_owned());
                while texts.len() > KEPT {
                    texts.pop_front();
                }
                Ok(())
            }
        }
    }
}

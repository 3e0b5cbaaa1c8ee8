//! Where messages go: a provider of SMS is the caller's, so here they are lines of JSON, or shown on a phone that is
//! only a picture.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use countersign::{AsyncChannel, Delivery, IdempotencyKey, Recipient, SmsText};
use serde_json::json;

/// Messages that the phone keeps.
const KEPT: usize = 20;

/// A file, or the phone beside the page.
#[derive(Debug)]
pub struct Outbox(Place);

#[derive(Debug)]
enum Place {
    File(PathBuf),
    Phone(Mutex<VecDeque<String>>),
}

impl Outbox {
    /// Adds every message to a file.
    pub fn file(path: &Path) -> io::Result<Self> {
        open(path)?;
        Ok(Self(Place::File(path.to_owned())))
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
            Place::File(_) => None,
        }
    }
}

impl AsyncChannel<SmsText> for Outbox {
    async fn send_async(&self, text: &SmsText, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
        match &self.0 {
            Place::File(path) => {
                let line = json!({ "to": recipient.address(), "text": text.expose(), "key": key.to_string() });
                deliver(path, &format!("{line}\n"))
            }
            Place::Phone(texts) => {
                let mut texts = texts.lock().unwrap_or_else(PoisonError::into_inner);
                texts.push_back(text.expose().to_owned());
                while texts.len() > KEPT {
                    texts.pop_front();
                }
                Delivery::Sent
            }
        }
    }
}

/// One write: what two processes add to one file is never mixed.
fn deliver(path: &Path, line: &str) -> Delivery {
    let mut file = match open(path) {
        Ok(file) => file,
        Err(error) => {
            eprintln!("gateway: the outbox was not reached: {error}");
            return Delivery::NotSent;
        }
    };
    match file.write_all(line.as_bytes()) {
        Ok(()) => Delivery::Sent,
        Err(error) => {
            eprintln!("gateway: the outbox broke off: {error}");
            Delivery::Unknown
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

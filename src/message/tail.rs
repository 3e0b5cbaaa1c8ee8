use alloc::string::String;

use super::draft::Draft;
use super::error::WordingError;
use crate::contact::is_host;

/// The lines that are for the phone and not for the person.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    host: Option<String>,
    hash: Option<String>,
}

impl Tail {
    /// The most bytes that Android's retriever reads (MSG-2).
    pub(super) const RETRIEVED: usize = 140;

    pub(super) fn with_host(self, host: &str) -> Result<Self, WordingError> {
        if !is_host(host) {
            return Err(WordingError::Host);
        }
        Ok(Self { host: Some(host.to_ascii_lowercase()), ..self })
    }

    pub(super) fn with_hash(self, hash: &str) -> Result<Self, WordingError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
        if hash.len() != 11 || !hash.bytes().all(plain) {
            return Err(WordingError::AndroidHash);
        }
        Ok(Self { hash: Some(hash.into()), ..self })
    }

    pub(super) const fn is_retrieved(&self) -> bool {
        self.hash.is_some()
    }

    /// The hash, then the code bound to the host, which has to be last (MSG-1): no line end behind it.
    pub(super) fn write(&self, out: &mut Draft, code: &str) {
        if let Some(hash) = &self.hash {
            out.push("\n");
            out.push(hash);
        }
        if let Some(host) = &self.host {
            out.push("\n@");
            out.push(host);
            out.push(" #");
            out.push(code);
        }
    }

    /// What it takes, or some more.
    pub(super) fn length(&self, code: &str) -> usize {
        let host = self.host.as_ref().map_or(0, |host| host.len() + 4 + code.len());
        host + self.hash.as_ref().map_or(0, |hash| hash.len() + 1)
    }
}

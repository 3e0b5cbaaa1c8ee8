//! What the servers beside this example say that they were given.

use std::env;
use std::fs;
use std::io;

use serde_json::Value;

/// A server that `scripts/with-providers` started.
#[derive(Debug)]
pub struct Place {
    /// Where it listens.
    pub port: u16,
    file: String,
}

impl Place {
    /// The server of this kind: `MAIL`, `SMSC` or `SMS_GATEWAY`. `None` if it does not run.
    #[must_use]
    pub fn of(kind: &str) -> Option<Self> {
        let named = |what| env::var(format!("COUNTERSIGN_{kind}_{what}")).ok();
        Some(Self { port: named("PORT")?.parse().ok()?, file: named("ARRIVED")? })
    }
}

/// Every line that a server wrote down, oldest first.
///
/// # Errors
/// Of the file, and of lines that are no JSON.
pub fn arrived(place: &Place) -> io::Result<Vec<Value>> {
    let lines = match fs::read_to_string(&place.file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    lines.lines().map(|line| serde_json::from_str(line).map_err(io::Error::from)).collect()
}

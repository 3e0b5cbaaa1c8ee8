//! Who holds the phone: you, or a script.

use core::error::Error;
use std::io::{Write, stdin, stdout};

use countersign::{Clock, SystemClock, Totp, UnixTime};

pub(crate) trait Person {
    fn now(&self) -> Result<UnixTime, Box<dyn Error>>;

    /// What the person types; nothing if the person gives up.
    fn code(&mut self, prompt: &str) -> Result<Option<String>, Box<dyn Error>>;

    /// The app shows its next code.
    fn next_code(&mut self);
}

/// You.
pub(crate) struct Typist;

impl Person for Typist {
    fn now(&self) -> Result<UnixTime, Box<dyn Error>> {
        Ok(SystemClock.now()?)
    }

    fn code(&mut self, prompt: &str) -> Result<Option<String>, Box<dyn Error>> {
        print!("{prompt} (an empty line gives up): ");
        stdout().flush()?;
        let mut line = String::new();
        stdin().read_line(&mut line)?;
        let typed = line.trim();
        Ok((!typed.is_empty()).then(|| typed.to_owned()))
    }

    fn next_code(&mut self) {}
}

/// An app on a clock of its own, whose owner mistypes the first code.
pub(crate) struct Script {
    app: Totp,
    now: UnixTime,
    typed: u8,
}

impl Script {
    pub(crate) const fn new(app: Totp) -> Self {
        Self { app, now: UnixTime::from_secs(1_800_000_000), typed: 0 }
    }

    /// What the app shows.
    pub(crate) fn shown(&self) -> String {
        self.app.generate(self.now).expose().to_owned()
    }
}

impl Person for Script {
    fn now(&self) -> Result<UnixTime, Box<dyn Error>> {
        Ok(self.now)
    }

    fn code(&mut self, prompt: &str) -> Result<Option<String>, Box<dyn Error>> {
        self.typed += 1;
        let mut code = self.shown();
        if self.typed == 1 {
            // Wrong in its last digit.
            let last = code.pop().and_then(|digit| digit.to_digit(10)).unwrap_or_default();
            code.push(if last == 0 { '1' } else { '0' });
        }
        println!("{prompt}: {code}");
        Ok(Some(code))
    }

    fn next_code(&mut self) {
        self.now = self.now.saturating_add(30);
    }
}

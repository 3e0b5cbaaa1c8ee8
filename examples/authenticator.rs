//! The present code of an authenticator, and a check of a typed one.
//!
//! ```text
//! cargo run --example authenticator -- JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
//! cargo run --example authenticator -- JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP --check 123456
//! ```
//! At a terminal it asks for a code to check. Keys on a command line are for trying things out: other users of the
//! machine can read them. A service takes a key from its key store.
//!
//! Exits with 0 if the code is right or none was to be checked, 1 if it is wrong, 2 if it was called wrongly.
#![allow(clippy::print_stdout, reason = "this is what it is for")]

use core::error::Error;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::process::ExitCode;

use countersign::{Algorithm, Clock, Code, Digits, Hotp, Invalid, Secret, Skew, SystemClock, Totp};

const USAGE: &str = "usage: authenticator KEY [--check CODE]
KEY is the Base32 text that an enrolment page shows, such as JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("authenticator: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether the code is right, or none was to be checked.
fn run(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let (key, typed) = match arguments {
        [key] => (key, None),
        [key, flag, code] if flag == "--check" => (key, Some(code.clone())),
        _ => return Err(USAGE.into()),
    };
    let secret = Secret::from_base32_lenient(key).map_err(advice)?;
    let totp = Totp::new(Hotp::new(&secret, Algorithm::Sha1, Digits::SIX));
    show(&totp)?;
    let typed = if typed.is_some() { typed } else { ask()? };
    typed.map_or(Ok(true), |typed| check(&totp, &typed))
}

fn show(totp: &Totp) -> Result<(), Box<dyn Error>> {
    let now = SystemClock.now()?;
    println!("{}  for {} more seconds", totp.generate(now).expose(), totp.seconds_left(now));
    Ok(())
}

/// This remembers nothing, so the same code passes again and again; a service must keep the step that matched, and
/// take only later ones.
fn check(totp: &Totp, typed: &str) -> Result<bool, Box<dyn Error>> {
    let code = Code::parse_spaced(typed, Digits::SIX).map_err(|_| "a code is six digits")?;
    let now = SystemClock.now()?;
    let matched = totp.check(&code, now, Skew::RFC);
    println!(
        "{}",
        match matched {
            None => "wrong",
            step if step == totp.step(now) => "right",
            Some(_) => "right, and one step old",
        }
    );
    Ok(matched.is_some())
}

/// A code from whoever sits at the terminal; nothing if nobody does, or nothing is typed.
fn ask() -> Result<Option<String>, Box<dyn Error>> {
    if !stdin().is_terminal() {
        return Ok(None);
    }
    print!("Code to check: ");
    stdout().flush()?;
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    let typed = line.trim();
    Ok((!typed.is_empty()).then(|| typed.to_owned()))
}

/// What to do about a key that cannot be used. It never repeats the key.
fn advice(invalid: Invalid) -> String {
    let advice = match invalid {
        Invalid::SecretLength => {
            "Copy all of it: it has 26 characters or more, mostly 32. One of 16 is too weak: enrol again."
        }
        Invalid::SecretCharacter => "Look for 0, 1, 8 and 9, which are easily taken for O, I, B and G.",
        Invalid::SecretPadding | Invalid::SecretTrailingBits => "Copy it again: its end is missing or was changed.",
        _ => "Copy it again from the enrolment page.",
    };
    format!("the key cannot be used: {invalid}. {advice}")
}

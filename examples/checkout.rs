//! A checkout whose payment is confirmed with a one-time code.
//!
//! At a terminal you are its customer. Without one it plays the customer itself, on a clock of its own, and then shows
//! what is refused. `checkout/shop.rs` is what an integration has to write; the rest is the stage.
//!
//! Exits with 0 if the payment was captured, 1 if it was not, 2 if there was no answer.
#![allow(clippy::print_stdout, reason = "this is the customer's screen")]
#![allow(unreachable_pub, reason = "an example is no library")]

#[path = "checkout/customer.rs"]
mod customer;
#[path = "checkout/screen.rs"]
mod screen;
#[path = "checkout/script.rs"]
mod script;
#[path = "checkout/shop.rs"]
mod shop;

use std::io::{IsTerminal, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let terminal = stdin().is_terminal() && stdout().is_terminal();
    match if terminal { customer::pay() } else { script::play() } {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("checkout: {error}");
            ExitCode::from(2)
        }
    }
}

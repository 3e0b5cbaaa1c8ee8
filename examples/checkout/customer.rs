//! You, at the terminal.

use core::error::Error;
use core::ops::ControlFlow;
use std::io::{Write, stdin, stdout};

use countersign::{Clock, Hint, SystemClock, Ticket, UnixTime};

use crate::screen::{clock_face, on_screen, show_basket, show_phone};
use crate::shop::{Order, Shop, code, refusal};

/// Whether the payment was captured.
pub fn pay() -> Result<bool, Box<dyn Error>> {
    let mut visit = Visit::begin()?;
    loop {
        let line = prompt()?;
        if let ControlFlow::Break(paid) = visit.answer(&line, SystemClock.now()?)? {
            return Ok(paid);
        }
    }
}

struct Visit {
    shop: Shop,
    order: Order,
    ticket: Ticket,
}

type Next = Result<ControlFlow<bool>, Box<dyn Error>>;

impl Visit {
    fn begin() -> Result<Self, Box<dyn Error>> {
        let shop = Shop::open()?;
        let order = show_basket(4711);
        let sent = shop.send(&order, SystemClock.now()?)?;
        show_phone(sent.message.as_deref());
        println!("Type the code from the message. `r` sends it again, an empty line gives up.");
        Ok(Self { shop, order, ticket: sent.ticket })
    }

    fn answer(&mut self, line: &str, now: UnixTime) -> Next {
        match line {
            "" => self.give_up(now),
            "r" => self.resend(now),
            typed => self.confirm(typed, now),
        }
    }

    fn confirm(&mut self, typed: &str, now: UnixTime) -> Next {
        let Ok(code) = code(typed) else {
            println!("A code is six digits, and this is not. It did not count.");
            return Ok(ControlFlow::Continue(()));
        };
        match refusal(self.shop.confirm(&self.order, &self.ticket, code, now))? {
            Ok(approved) => {
                let receipt = self.shop.capture(approved, SystemClock.now()?)?;
                println!("Approved. {receipt}\nReceipt {}", receipt.number);
                Ok(ControlFlow::Break(true))
            }
            Err(refused) => {
                println!("{}", on_screen(refused.hint(), now));
                if matches!(refused.hint(), Hint::TryAgain { .. }) {
                    return Ok(ControlFlow::Continue(()));
                }
                println!("Nothing was paid.");
                Ok(ControlFlow::Break(false))
            }
        }
    }

    fn resend(&mut self, now: UnixTime) -> Next {
        if self.ticket.resend_at().is_none() {
            println!("It was sent as often as it may be. It is good until {}.", clock_face(self.ticket.expires()));
            return Ok(ControlFlow::Continue(()));
        }
        match refusal(self.shop.resend(&self.order, &self.ticket, now))? {
            Ok(sent) => {
                self.ticket = sent.ticket;
                show_phone(sent.message.as_deref());
            }
            Err(refused) => println!("It was not sent again. {}", on_screen(refused.hint(), now)),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn give_up(&self, now: UnixTime) -> Next {
        let ended = refusal(self.shop.cancel(&self.ticket, now))?;
        let count = ended.map_or(0, |ended| ended.count());
        println!("Cancelled ({count} code ended). Nothing was paid.");
        Ok(ControlFlow::Break(false))
    }
}

/// A line, without its end; the end of the input is an empty one.
fn prompt() -> std::io::Result<String> {
    print!("Code: ");
    stdout().flush()?;
    let mut line = String::new();
    if stdin().read_line(&mut line)? == 0 {
        println!();
    }
    Ok(line.trim().to_owned())
}

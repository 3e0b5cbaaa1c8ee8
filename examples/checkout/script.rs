//! The customer played by a script, and then somebody who is after the customer's money.

use core::error::Error;

use countersign::{Approved, Hint, Payment, Refused, Ticket, UnixTime};

use crate::screen::{in_words, on_screen, show_basket, show_phone};
use crate::shop::{Order, Receipt, Sent, Shop, code, eur, refusal};

type Done = Result<(), Box<dyn Error>>;
type Outcome = Result<Approved<Payment>, Refused>;

/// Whether both payments that should be captured were.
pub fn play() -> Result<bool, Box<dyn Error>> {
    let mut stage = Stage { shop: Shop::open()?, now: UnixTime::from_secs(1_800_000_000), captured: 0 };
    let first = stage.a_payment()?;
    println!("\n{:<46}{:<10}the screen says", "and then", "outcome");
    stage.a_replay(&first)?;
    stage.a_wrong_code_a_resend_and_another_amount()?;
    stage.a_late_code()?;
    stage.too_many_wrong_codes()?;
    stage.the_right_code_at_last()?;
    Ok(stage.captured == 2)
}

/// The shop, on a clock that the script moves.
struct Stage {
    shop: Shop,
    now: UnixTime,
    captured: u8,
}

/// A challenge, and the code that its owner reads on the phone.
struct Held {
    order: Order,
    ticket: Ticket,
    code: String,
}

impl Stage {
    fn a_payment(&mut self) -> Result<Held, Box<dyn Error>> {
        let order = show_basket(4711);
        let sent = self.shop.send(&order, self.now)?;
        show_phone(sent.message.as_deref());
        let held = Held { order, ticket: sent.ticket, code: read_code(&sent) };
        self.wait(20);
        println!("Code: {}", held.code);
        if let Ok(approved) = self.enter(&held, &held.code)? {
            let receipt = self.capture(approved)?;
            println!("Approved. {receipt}\nReceipt {}", receipt.number);
        }
        Ok(held)
    }

    fn a_replay(&mut self, paid: &Held) -> Done {
        self.wait(5);
        let outcome = self.enter(paid, &paid.code)?;
        self.tell("the same code once more (a replay)", outcome)
    }

    fn a_wrong_code_a_resend_and_another_amount(&mut self) -> Done {
        let mut held = self.order(4712)?;
        let outcome = self.enter(&held, &wrong(&held.code))?;
        self.tell("a wrong code", outcome)?;
        self.wait(31);
        self.a_resend(&mut held)?;
        held.order.total = eur(1_299_00);
        let outcome = self.enter(&held, &held.code)?;
        self.tell("the amount changed after the code was sent", outcome)
    }

    fn a_resend(&self, held: &mut Held) -> Done {
        let before = (held.ticket.expires(), held.code.clone());
        let sent = self.shop.resend(&held.order, &held.ticket, self.now)?;
        (held.ticket, held.code) = (sent.ticket, read_code(&sent));
        let same = before == (held.ticket.expires(), held.code.clone());
        let outcome = if same { "resent" } else { "changed" };
        let left = held.ticket.attempts_left();
        line("the message asked for again", outcome, &format!("The same code, the same end, {left} attempts left."));
        Ok(())
    }

    fn a_late_code(&mut self) -> Done {
        let held = self.order(4713)?;
        self.wait(300);
        let outcome = self.enter(&held, &held.code)?;
        self.tell("the right code after five minutes", outcome)
    }

    fn too_many_wrong_codes(&mut self) -> Done {
        let held = self.order(4714)?;
        let guess = wrong(&held.code);
        let mut outcome = self.enter(&held, &guess)?;
        while matches!(&outcome, Err(refused) if matches!(refused.hint(), Hint::TryAgain { .. })) {
            outcome = self.enter(&held, &guess)?;
        }
        self.tell("the fifth wrong code in a row, on two orders", outcome)?;
        let outcome = self.enter(&held, &held.code)?;
        self.tell("the right code after that", outcome)
    }

    fn the_right_code_at_last(&mut self) -> Done {
        self.wait(30 * 60);
        let held = self.order(4715)?;
        let outcome = self.enter(&held, &held.code)?;
        self.tell("half an hour later, the right code", outcome)
    }

    /// Another order, a minute later.
    fn order(&mut self, number: u32) -> Result<Held, Box<dyn Error>> {
        self.wait(60);
        let order = Order { number, total: eur(49_00) };
        let sent = self.shop.send(&order, self.now)?;
        Ok(Held { order, ticket: sent.ticket, code: read_code(&sent) })
    }

    fn enter(&self, held: &Held, typed: &str) -> Result<Outcome, Box<dyn Error>> {
        Ok(refusal(self.shop.confirm(&held.order, &held.ticket, code(typed)?, self.now))?)
    }

    fn tell(&mut self, what: &str, outcome: Outcome) -> Done {
        match outcome {
            Ok(approved) => line(what, "approved", &self.capture(approved)?.to_string()),
            Err(refused) => line(what, in_words(&refused), &on_screen(refused.hint(), self.now)),
        }
        Ok(())
    }

    fn capture(&mut self, approved: Approved<Payment>) -> Result<Receipt, Box<dyn Error>> {
        let receipt = self.shop.capture(approved, self.now)?;
        self.captured += 1;
        Ok(receipt)
    }

    fn wait(&mut self, seconds: u64) {
        self.now = self.now.saturating_add(seconds);
    }
}

fn line(what: &str, outcome: &str, screen: &str) {
    println!("{what:<46}{outcome:<10}{screen}");
}

/// What the phone's owner reads: the end of the last line.
fn read_code(sent: &Sent) -> String {
    let message = sent.message.as_deref().unwrap_or_default();
    message.rsplit('#').next().unwrap_or_default().to_owned()
}

/// Six other digits.
fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '9' { '0' } else { '9' }).collect()
}

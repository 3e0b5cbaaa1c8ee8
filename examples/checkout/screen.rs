//! What there is to see: the basket, the phone, and a refusal in words.

use countersign::{Hint, Notice, Reason, Refused, UnixTime};

use crate::shop::{Order, eur};

const BASKET: [(&str, u64); 3] = [("1 bicycle lamp", 79_90), ("2 inner tubes", 19_80), ("1 pump", 30_20)];

/// Shows the basket and makes an order of it.
pub fn show_basket(number: u32) -> Order {
    println!("Anna's Bikes, order {number}");
    for (what, cents) in BASKET {
        println!("  {what:<20}{:>12}", eur(cents).to_string());
    }
    let order = Order { number, total: eur(BASKET.iter().map(|(_, cents)| cents).sum()) };
    println!("  {:<20}{:>12}\n", "to pay", order.total.to_string());
    order
}

/// Shows a message as the phone does.
pub fn show_phone(message: Option<&str>) {
    println!("--- the phone ------------------------------");
    println!("{}", message.unwrap_or("(no message)"));
    println!("--------------------------------------------\n");
}

/// What a screen may say of a refusal. It follows from the hint alone.
pub fn on_screen(hint: Hint, now: UnixTime) -> String {
    match hint {
        Hint::TryAgain { attempts_left: 1 } => "That is not the code. 1 attempt left.".to_owned(),
        Hint::TryAgain { attempts_left } => format!("That is not the code. {attempts_left} attempts left."),
        Hint::StartAgain => "This code is over. Please start the payment again.".to_owned(),
        Hint::Wait { until } => format!("Please come back in {}.", span(now, until)),
        Hint::OtherRecipient => "This number cannot be used for payments. Please use another one.".to_owned(),
        _ => "Please call us.".to_owned(),
    }
}

/// What became of it, in a word. It follows from the reason and the notice, which no customer sees.
pub const fn in_words(refused: &Refused) -> &'static str {
    match (refused.reason(), refused.notice()) {
        (Reason::Locked, _) | (_, Some(Notice::Locked { .. })) => "locked",
        (Reason::Expired, _) => "expired",
        _ => "refused",
    }
}

/// A time of day, as UTC.
pub fn clock_face(time: UnixTime) -> String {
    let minutes = time.as_secs() / 60;
    format!("{:02}:{:02} UTC", minutes / 60 % 24, minutes % 60)
}

fn span(from: UnixTime, to: UnixTime) -> String {
    match to.as_secs().saturating_sub(from.as_secs()) {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

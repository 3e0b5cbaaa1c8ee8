//! What messages may cost: toll fraud stops at a ceiling, exactly, whatever happens at once and whatever fails.

#![allow(clippy::type_complexity, clippy::similar_names, reason = "rows of tables, each read where it stands")]

mod ceilings;
mod conversion;
mod crowd;
mod failing;
mod fraud;
mod recording;
mod sequences;
mod told;

use std::collections::BTreeSet;

use countersign::*;

use crate::faults::block_on;
use crate::support::*;

pub use failing::Mishap;

/// The beginning of an hour and of a day.
pub const MIDNIGHT: u64 = 1_800_057_600;
pub const HOUR: u64 = 3_600;
pub const DAY: u64 = 86_400;

/// In a thousandth of a cent.
pub const ZONES: &[Zone<'_>] = &[
    Zone::new("+1", 790),
    Zone::new("+1876", 31_000),
    Zone::new("+44", 4_000).voice(9_000),
    Zone::new("+447", 4_200).limit(Limit::NONE.day(42_000)),
    Zone::new("+49", 9_000),
];

pub const fn sound(draft: BudgetDraft<'_>) -> Budget<'_> {
    match draft.build() {
        Ok(budget) => budget,
        Err(_) => panic!("no such budget"),
    }
}

/// With prices, and no limit but that of mobile phones in the United Kingdom.
pub const PRICED: BudgetDraft<'static> = Budget::draft("sms").zones(ZONES);

pub fn sms(number: &str) -> Recipient<'_> {
    Recipient::sms(number).unwrap()
}

/// A German mobile number.
pub fn german(n: u32) -> String {
    format!("+4915{n:09}")
}

pub fn who(n: u32) -> Subject {
    Subject::new(&format!("customer-{n}")).unwrap()
}

pub fn till() -> Desk<MemoryStore> {
    at_midnight(MemoryStore::new())
}

pub fn at_midnight<S: Store>(store: S) -> Desk<S> {
    let desk = Desk::new(store);
    desk.now.set(MIDNIGHT);
    desk
}

impl<S: Tally> Desk<S> {
    pub fn spend<'v>(&'v self, budget: &'v Budget<'v>, who: &Subject, to: &Recipient<'v>) -> Spend<'v> {
        self.verifier.spend(budget, who, to, self.time(), &mut *self.rng.borrow_mut()).unwrap()
    }

    /// Pays, and keeps what is said to have happened.
    pub fn pay<'v>(&'v self, spend: Spend<'v>) -> Result<Reservation<'v>, Failure<S::Error>> {
        let Observed { event, outcome } = spend.run_observed(&self.store);
        assert_eq!((event.at(), event.action()), (self.time(), Action::Spend));
        self.events.borrow_mut().push(event);
        outcome
    }

    /// Sends, if it is paid for.
    pub fn send(&self, budget: &Budget<'_>, who: &Subject, to: &str) -> bool {
        self.pay(self.spend(budget, who, &sms(to))).map(Reservation::keep).is_ok()
    }

    /// How many of these leave.
    pub fn left(&self, budget: &Budget<'_>, messages: impl IntoIterator<Item = (u32, String)>) -> usize {
        messages.into_iter().filter(|(n, to)| self.send(budget, &who(*n), to)).count()
    }

    /// Which limit refused the last one.
    pub fn limit(&self) -> String {
        self.event().detail().unwrap_or("none").to_owned()
    }
}

/// Accounts that are all new, and numbers that are all new.
pub fn flood(from: u32, count: u32) -> impl Iterator<Item = (u32, String)> {
    (from..from + count).map(|n| (n, german(n)))
}

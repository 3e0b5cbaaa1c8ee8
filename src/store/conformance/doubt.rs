//! Decisions when calls fail, hang, lose their answers, answer the past, answer for somebody else, or are given up.

use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::boxed::Box;
use std::format;

use super::broken::{Broken, Clause};
use super::decisions::{Answer, counted, locked, refused};
use super::desk::{Desk, JUDGED, NOW, judged, said};
use super::faults::Method::{self, Load, Swap};
use super::faults::{Call, Fault};
use super::target::{No, Target};
use crate::approval::Reason;
use crate::store::Key;

pub(super) async fn check<T: Target>(store: &T) -> Result<(), Broken> {
    for case in CASES {
        case.check(store).await?;
    }
    stale_replay(store).await?;
    stale_guesses(store).await?;
    unheard_guesses(store).await?;
    for polls in 0..8 {
        abandoned(store, polls).await?;
    }
    Ok(())
}

/// What a verify of the right code suffers; what it must come to; and what the next one, unharmed, must.
struct Case {
    what: &'static str,
    /// At which call of which method, and what.
    faults: &'static [(Method, usize, fn(Key) -> Fault)],
    first: Outcome,
    second: Outcome,
}

#[derive(Clone, Copy)]
enum Outcome {
    Approved,
    Unavailable,
    Refused(Reason),
}

use Outcome::{Approved, Refused, Unavailable};

const SPENT: Outcome = Refused(Reason::AlreadyApproved);
const BEFORE: fn(Key) -> Fault = |_| Fault::ErrorBefore;
const AFTER: fn(Key) -> Fault = |_| Fault::ErrorAfter;
const SLOW: fn(Key) -> Fault = |_| Fault::Delay(Duration::from_millis(5));
const OTHER: fn(Key) -> Fault = Fault::OtherKey;

const CASES: [Case; 9] = [
    Case { what: "the load fails", faults: &[(Load, 0, BEFORE)], first: Unavailable, second: Approved },
    Case { what: "the load's answer is lost", faults: &[(Load, 0, AFTER)], first: Unavailable, second: Approved },
    Case {
        what: "the swap fails before it is written",
        faults: &[(Swap, 0, BEFORE)],
        first: Unavailable,
        second: Approved,
    },
    Case {
        what: "the swap's answer is lost, and a load shows that it was written",
        faults: &[(Swap, 0, AFTER)],
        first: Approved,
        second: SPENT,
    },
    Case {
        what: "the swap's answer is lost, and the next load fails",
        faults: &[(Swap, 0, AFTER), (Load, 1, BEFORE)],
        first: Unavailable,
        second: SPENT,
    },
    Case { what: "every call is slow", faults: &[(Load, 0, SLOW), (Swap, 0, SLOW)], first: Approved, second: SPENT },
    Case {
        what: "the load answers for another customer",
        faults: &[(Load, 0, OTHER)],
        first: Refused(Reason::CorruptRecord),
        second: Approved,
    },
    Case {
        what: "the swap is made for another customer",
        faults: &[(Swap, 0, OTHER)],
        first: Approved,
        second: SPENT,
    },
    Case { what: "nothing is wrong", faults: &[], first: Approved, second: SPENT },
];

impl Case {
    async fn check<T: Target>(&self, store: &T) -> Result<(), Broken> {
        let desk = Desk::new()?;
        let other = desk.other()?;
        let (sent, others) = (desk.issue(store).await?, other.issue(store).await?);
        let (faults, key) = (self.faults, other.key()?);
        let harmed = store.under(Box::new(move |call| fault_at(faults, call, key)));
        self.expect(self.first, &desk.verify(&harmed, &sent, NOW).await?, "the right code")?;
        self.expect(self.second, &desk.verify(store, &sent, NOW).await?, "the same code, unharmed,")?;
        self.expect(Approved, &other.verify(store, &others, NOW).await?, "the other customer's code")
    }

    fn expect(&self, outcome: Outcome, answer: &Answer, which: &str) -> Result<(), Broken> {
        let met = match (outcome, answer) {
            (Approved, Ok(_)) | (Unavailable, Err(No::Unavailable(_))) => true,
            (Refused(reason), answer) => refused(answer, reason),
            _ => false,
        };
        let seen = || format!("a verify while {}; {which} came to: {}", self.what, said(answer));
        if met { Ok(()) } else { Err(Broken::new(Clause::PaidBeforeRevealed, seen())) }
    }
}

fn fault_at(faults: &[(Method, usize, fn(Key) -> Fault)], call: Call, key: Key) -> Fault {
    let now = |fault: &&(Method, usize, fn(Key) -> Fault)| fault.0 == call.method && fault.1 == call.number;
    faults.iter().find(now).map_or(Fault::None, |(.., fault)| fault(key))
}

/// Loads answer the past from the third on, which comes after the issue and the first verify.
fn past(call: Call) -> Fault {
    if call.method == Load && call.number >= 2 { Fault::StaleLoad } else { Fault::None }
}

async fn stale_replay<T: Target>(store: &T) -> Result<(), Broken> {
    let desk = Desk::new()?;
    let store = store.under(Box::new(past));
    let sent = desk.issue(&store).await?;
    let first = desk.verify(&store, &sent, NOW).await?;
    let second = desk.verify(&store, &sent, NOW).await?;
    if first.is_ok() && refused(&second, Reason::AlreadyApproved) {
        return Ok(());
    }
    let seen =
        format!("a code came to: {}; then, over a load that answered the past, to: {}", said(&first), said(&second));
    Err(Broken::new(Clause::OneApproval, seen))
}

async fn stale_guesses<T: Target>(store: &T) -> Result<(), Broken> {
    let desk = Desk::new()?;
    let store = store.under(Box::new(past));
    let sent = desk.issue(&store).await?;
    let mut answers = std::vec::Vec::new();
    for number in 0..8 {
        answers.push(desk.verify(&store, &sent.wrong(number), NOW).await?);
    }
    if judged(&answers) != JUDGED {
        let seen = format!(
            "of 8 wrong codes over loads that answered the past, {} were judged; the limit is {JUDGED}",
            judged(&answers)
        );
        return Err(Broken::new(Clause::JudgedWithinLimit, seen));
    }
    counted(desk, &store).await?;
    locked(desk, &store, &sent).await
}

/// Guesses whose answers are lost are spent all the same.
async fn unheard_guesses<T: Target>(store: &T) -> Result<(), Broken> {
    let desk = Desk::new()?;
    let sent = desk.issue(store).await?;
    for number in 0..5 {
        let deaf = store.under(Box::new(|call| match (call.method, call.number) {
            (Swap, _) => Fault::ErrorAfter,
            (Load, 1..) => Fault::ErrorBefore,
            (Load, 0) => Fault::None,
        }));
        let answer = desk.verify(&deaf, &sent.wrong(number), NOW).await?;
        if !matches!(answer, Err(No::Unavailable(_))) {
            let seen = format!("a wrong code whose answer was lost came to: {}", said(&answer));
            return Err(Broken::new(Clause::PaidBeforeRevealed, seen));
        }
    }
    counted(desk, store).await?;
    locked(desk, store, &sent).await
}

/// A verify that is dropped after so many polls was written, or was not; the next one reads which.
async fn abandoned<T: Target>(store: &T, polls: u32) -> Result<(), Broken> {
    let desk = Desk::new()?;
    let sent = desk.issue(store).await?;
    let slow = store.under(Box::new(|_| Fault::Yield(1)));
    let dropped = after(polls, desk.verify(&slow, &sent, NOW)).await.transpose()?;
    let next = desk.verify(store, &sent, NOW).await?;
    let spent = refused(&next, Reason::AlreadyApproved);
    let right = match dropped {
        Some(Ok(_)) => spent,
        Some(Err(_)) => false,
        None => spent || next.is_ok(),
    };
    if right {
        return Ok(());
    }
    let seen = format!("a verify was given up after {polls} polls; the next one came to: {}", said(&next));
    Err(Broken::new(Clause::OneApproval, seen))
}

/// What a future gives if it is polled at most so often.
async fn after<F: Future>(polls: u32, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| {
        let Some(fewer) = left.checked_sub(1) else {
            return Poll::Ready(None);
        };
        left = fewer;
        match future.as_mut().poll(context) {
            Poll::Pending if left == 0 => Poll::Ready(None),
            polled => polled.map(Some),
        }
    })
    .await
}

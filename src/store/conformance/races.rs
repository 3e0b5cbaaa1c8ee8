//! Many swaps over the same record at once.

use std::boxed::Box;
use std::format;
use std::vec::Vec;

use super::broken::{Broken, Clause};
use super::faults::{Fault, Meeting, Method};
use super::row::{Row, record};
use super::target::{Plan, Target};
use super::together::{Job, Together};
use crate::record::Record;
use crate::store::{Key, Swap};

/// How many race.
pub(super) const MANY: usize = 64;

const ROUNDS: usize = 4;

/// First all create, then all swap what is stored; each round has one winner, whose record is stored.
pub(super) async fn check<'env, T, W>(one: &T, two: &T, together: &W) -> Result<(), Broken>
where
    T: Target + 'env,
    W: Together<'env>,
{
    let mut row = Row::fresh(one)?;
    for _ in 0..ROUNDS {
        let meeting = Meeting::of(MANY);
        let mut jobs: Vec<Job<'env, Result<Ran, Broken>>> = Vec::new();
        for number in 0..MANY {
            let store = contender(one, two, number, &meeting);
            jobs.push(Box::pin(race(store, row.key, row.stored().cloned(), record(48)?)));
        }
        let winner = winner(together.all(jobs).await?, row.stored())?;
        row.was_written(winner);
        row.holds(Clause::OneStep, "of 64 swaps at once over one record, one said Done").await?;
    }
    Ok(())
}

fn winner(race: Vec<Result<Ran, Broken>>, seen: Option<&Record>) -> Result<Record, Broken> {
    let mut winners = Vec::new();
    for ran in race {
        let Ran { said, next, after } = ran?;
        if said == Swap::Done {
            winners.push(next);
        } else if after.as_ref() == seen {
            let seen = "of 64 swaps at once, one said Stale, and then a load answered what it had swapped for";
            return Err(Broken::new(Clause::FreshAfterStale, seen));
        }
    }
    let count = winners.len();
    match winners.pop() {
        Some(winner) if count == 1 => Ok(winner),
        _ => Err(Broken::new(Clause::OneStep, format!("of {MANY} swaps at once over one record, {count} said Done"))),
    }
}

/// A store whose first load waits until all of the race have loaded.
pub(super) fn contender<T: Target>(one: &T, two: &T, number: usize, meeting: &Meeting) -> T {
    let meeting = meeting.clone();
    let plan: Plan = Box::new(move |call| match (call.method, call.number) {
        (Method::Load, 0) => Fault::Meet(meeting.clone()),
        _ => Fault::None,
    });
    if number.is_multiple_of(2) { one.under(plan) } else { two.under(plan) }
}

struct Ran {
    said: Swap,
    next: Record,
    after: Option<Record>,
}

async fn race<T: Target>(store: T, key: Key, seen: Option<Record>, next: Record) -> Result<Ran, Broken> {
    store.load(&key).await?; // and wait for the others; it may be stale, so it is not what is swapped
    let said = store.swap(&key, seen.as_ref(), &next).await?;
    let after = store.load(&key).await?;
    Ok(Ran { said, next, after })
}

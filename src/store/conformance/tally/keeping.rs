//! For how long a counter is kept, on a clock that the caller moves.

use core::time::Duration;
use std::format;
use std::time::Instant;

use super::super::broken::{Broken, Clause};
use super::super::together::Job;
use super::Counts;
use super::counter::Counter;
use crate::store::{Addition, Tallied};

const DAY: u32 = 86_400;

type Advance<'a> = dyn Fn(u64) -> Job<'a, ()> + Send + Sync + 'a;

pub(super) async fn check<T: Counts>(tally: &T, advance: &Advance<'_>) -> Result<(), Broken> {
    for seconds in [60, DAY, 40 * DAY] {
        // Again, if a machine that stood still let the last second pass too.
        let mut tries = 0..5;
        loop {
            let started = Instant::now();
            let outcome = kept(tally, advance, seconds).await;
            if outcome.is_ok() || started.elapsed() < Duration::from_secs(1) || tries.next().is_none() {
                outcome?;
                break;
            }
        }
    }
    forgotten(tally, advance).await
}

/// Kept to the last second from the last addition, not from the first; giving back makes it no shorter.
async fn kept<T: Counts>(tally: &T, advance: &Advance<'_>, seconds: u32) -> Result<(), Broken> {
    let mut counter = Counter::fresh(tally)?;
    let add = Addition::new(counter.key, 5).up_to(15).keeping(seconds);
    for _ in 0..3 {
        // Not `adds`, which looks, and so would ask for longer.
        match tally.add(add).await? {
            Tallied::Added(total) if total == counter.total + 5 => counter.total = total,
            said => {
                let seen =
                    format!("{} s after an addition that asked for {seconds} s, another said {said:?}", seconds - 1);
                return Err(Broken::new(Clause::CounterIsKept, seen));
            }
        }
        tally.give_back(counter.key, 1).await?;
        counter.total -= 1;
        advance(u64::from(seconds - 1)).await;
    }
    let after = format!("{} s since an addition that asked for {seconds} s", seconds - 1);
    counter.is(Clause::CounterIsKept, &after).await
}

/// What may be forgotten is there as it was, or is 0.
async fn forgotten<T: Counts>(tally: &T, advance: &Advance<'_>) -> Result<(), Broken> {
    let counter = Counter::fresh(tally)?;
    let add = Addition::new(counter.key, 5).up_to(20).keeping(60);
    let _ = tally.add(add).await?;
    advance(u64::from(3 * DAY)).await;
    let now = tally.total(counter.key).await?;
    let then = tally.add(add).await?;
    match (now, then) {
        (0, Tallied::Added(5)) | (5, Tallied::Added(10)) => Ok(()),
        _ => {
            let seen =
                format!("a counter of 5 that may be forgotten was {now}, and then an addition of 5 said {then:?}");
            Err(Broken::new(Clause::CounterIsKept, seen))
        }
    }
}

//! One at a time: totals, ceilings, what is given back, and whose counter it is.

use std::format;
use std::vec::Vec;

use super::super::broken::{Broken, Clause};
use super::super::row::{neighbours, random, record};
use super::Counts;
use super::counter::{Counter, exact};
use crate::store::{Addition, Key, Swap};

pub(super) async fn check<T: Counts>(one: &T, two: &T) -> Result<(), Broken> {
    totals(one, two).await?;
    ceilings(one).await?;
    given_back(one).await?;
    highest(one).await?;
    keys(one).await?;
    records(one).await
}

async fn totals<T: Counts>(one: &T, two: &T) -> Result<(), Broken> {
    let mut counter = Counter::fresh(one)?;
    if one.total(counter.key).await? != 0 {
        return Err(Broken::new(Clause::AddedIsCounted, "the total of a random key was not 0"));
    }
    let mut were = Vec::from([0]);
    for amount in [5, 0, 7, 1, 1_000_000_007] {
        counter.adds(Addition::new(counter.key, amount)).await?;
        were.push(counter.total);
        let total = one.total(counter.key).await?;
        if !were.contains(&total) {
            return Err(Broken::new(
                Clause::AddedIsCounted,
                format!("a total was {total}, which the counter never was"),
            ));
        }
    }
    let elsewhere = exact(two, counter.key).await?;
    if elsewhere == counter.total {
        return Ok(());
    }
    let seen = format!("a counter of {} is {elsewhere} through a second handle", counter.total);
    Err(Broken::new(Clause::AddedIsCounted, seen))
}

async fn ceilings<T: Counts>(tally: &T) -> Result<(), Broken> {
    let mut counter = Counter::fresh(tally)?;
    let add = |amount, ceiling| Addition::new(counter.key, amount).up_to(ceiling);
    let [first, none, seven, four, three, one, more] =
        [add(11, 10), add(1, 0), add(7, 10), add(4, 10), add(3, 10), add(1, 10), add(1, 11)];
    counter.refuses(first, Clause::StopsAtTheCeiling).await?;
    counter.refuses(none, Clause::StopsAtTheCeiling).await?;
    counter.adds(seven).await?;
    counter.refuses(four, Clause::StopsAtTheCeiling).await?;
    counter.adds(three).await?;
    counter.refuses(one, Clause::StopsAtTheCeiling).await?;
    counter.adds(more).await?;
    counter.refuses(seven, Clause::StopsAtTheCeiling).await // a ceiling that lies below the counter
}

async fn given_back<T: Counts>(tally: &T) -> Result<(), Broken> {
    let mut counter = Counter::fresh(tally)?;
    counter.gives_back(3).await?; // of what nobody has counted
    let add = |amount| Addition::new(counter.key, amount).up_to(10);
    let [ten, three, four] = [add(10), add(3), add(4)];
    counter.adds(ten).await?;
    counter.gives_back(3).await?;
    counter.refuses(four, Clause::StopsAtTheCeiling).await?;
    counter.adds(three).await?;
    for amount in [0, 9, 9, u64::MAX] {
        counter.gives_back(amount).await?; // and never below 0
    }
    counter.adds(ten).await
}

/// Up to the last integer that floating point has, exactly.
async fn highest<T: Counts>(tally: &T) -> Result<(), Broken> {
    let mut counter = Counter::fresh(tally)?;
    let add = |amount| Addition::new(counter.key, amount);
    let [most, one, two, all] = [add(Addition::HIGHEST - 2), add(1), add(2), add(u64::MAX)];
    counter.refuses(all, Clause::NothingWraps).await?;
    counter.adds_or(most, Clause::NothingWraps).await?;
    counter.adds_or(one, Clause::NothingWraps).await?;
    counter.refuses(two, Clause::NothingWraps).await?;
    counter.adds_or(one, Clause::NothingWraps).await?;
    counter.refuses(one, Clause::NothingWraps).await?;
    counter.refuses(most, Clause::NothingWraps).await?;
    counter.gives_back(1).await?;
    counter.adds_or(one, Clause::NothingWraps).await
}

/// Keys that are nearly the same are counters of their own.
async fn keys<T: Counts>(tally: &T) -> Result<(), Broken> {
    let middle = Key::from_bytes(random()?);
    let mut counters: Vec<_> = neighbours(&middle).chain([middle]).map(|key| Counter::at(tally, key)).collect();
    for (counter, amount) in counters.iter_mut().zip(1..) {
        counter.is(Clause::CountersApart, "additions to keys that are nearly this one").await?;
        counter.adds(Addition::new(counter.key, amount)).await?;
    }
    for counter in &mut counters {
        counter.is(Clause::CountersApart, "additions to keys that are nearly this one").await?;
        tally.give_back(counter.key, counter.total).await?;
        counter.total = 0;
    }
    for counter in &counters {
        counter.is(Clause::CountersApart, "giving back to keys that are nearly this one").await?;
    }
    Ok(())
}

/// A counter and a record under one key.
async fn records<T: Counts>(tally: &T) -> Result<(), Broken> {
    let mut counter = Counter::fresh(tally)?;
    counter.adds(Addition::new(counter.key, 7)).await?;
    let meets = |seen: &str| Err(Broken::new(Clause::CountersAreNoRecords, seen));
    if tally.load(counter.key).await?.is_some() {
        return meets("a load of a counter's key answered a record");
    }
    let written = record(64)?;
    if tally.create(counter.key, written.clone()).await? != Swap::Done {
        return meets("a record under a counter's key could not be created");
    }
    counter.is(Clause::CountersAreNoRecords, "a record was written under its key").await?;
    counter.adds_or(Addition::new(counter.key, 7), Clause::CountersAreNoRecords).await?;
    counter.gives_back(7).await?;
    if tally.load(counter.key).await?.as_ref() == Some(&written) {
        Ok(())
    } else {
        meets("counting changed a record")
    }
}

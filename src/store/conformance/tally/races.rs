//! Many additions to one counter at once.

use std::boxed::Box;
use std::collections::BTreeSet;
use std::format;
use std::vec::Vec;

use super::super::broken::{Broken, Clause};
use super::super::races::MANY;
use super::super::row::random;
use super::super::together::{Job, Together};
use super::Counts;
use super::counter::exact;
use crate::store::{Addition, Key, Tallied};

/// Additions that each of them makes.
const EACH: u64 = 8;

pub(super) async fn check<'env, T, W>(one: &T, two: &T, together: &W) -> Result<(), Broken>
where
    T: Counts + 'env,
    W: Together<'env>,
{
    up_to_a_ceiling(one, two, together).await?;
    and_back(one, two, together).await
}

/// More than has room: each that is counted names a total of its own, and they end at the ceiling.
async fn up_to_a_ceiling<'env, T, W>(one: &T, two: &T, together: &W) -> Result<(), Broken>
where
    T: Counts + 'env,
    W: Together<'env>,
{
    let ceiling = MANY as u64 * EACH / 2 + 3;
    let key = Key::from_bytes(random()?);
    let mut jobs: Vec<Job<'env, Result<Vec<u64>, Broken>>> = Vec::new();
    for number in 0..MANY {
        let tally = if number.is_multiple_of(2) { one.clone() } else { two.clone() };
        jobs.push(Box::pin(async move { added(&tally, Addition::new(key, 1).up_to(ceiling)).await }));
    }
    let mut named = Vec::new();
    for totals in together.all(jobs).await? {
        named.extend(totals?);
    }
    let apart: BTreeSet<u64> = named.iter().copied().collect();
    let now = exact(one, key).await?;
    if named.iter().any(|total| *total > ceiling) || now > ceiling {
        let seen = format!("of {MANY} at once up to {ceiling}, one said more, and the counter is {now}");
        return Err(Broken::new(Clause::StopsAtTheCeiling, seen));
    }
    if named.len() as u64 != ceiling || apart.len() != named.len() || now != ceiling {
        let (said, apart) = (named.len(), apart.len());
        let seen = format!(
            "of {MANY} at once up to {ceiling}, {said} were counted, named {apart} different totals, and led to {now}"
        );
        return Err(Broken::new(Clause::AddsInOneStep, seen));
    }
    Ok(())
}

async fn added<T: Counts>(tally: &T, addition: Addition) -> Result<Vec<u64>, Broken> {
    let mut totals = Vec::new();
    for _ in 0..EACH {
        if let Tallied::Added(total) = tally.add(addition).await? {
            totals.push(total);
        }
    }
    Ok(totals)
}

/// Half of what each adds is given back while the others add.
async fn and_back<'env, T, W>(one: &T, two: &T, together: &W) -> Result<(), Broken>
where
    T: Counts + 'env,
    W: Together<'env>,
{
    let key = Key::from_bytes(random()?);
    let mut jobs: Vec<Job<'env, Result<(), Broken>>> = Vec::new();
    for number in 0..MANY {
        let tally = if number.is_multiple_of(2) { one.clone() } else { two.clone() };
        jobs.push(Box::pin(async move {
            for _ in 0..EACH {
                let _ = tally.add(Addition::new(key, 2)).await?;
                tally.give_back(key, 1).await?;
            }
            Ok(())
        }));
    }
    together.all(jobs).await?.into_iter().collect::<Result<(), Broken>>()?;
    let (now, expected) = (exact(one, key).await?, MANY as u64 * EACH);
    if now == expected {
        return Ok(());
    }
    let seen = format!("{MANY} at once added 2 and gave back 1, {EACH} times each, and the counter is {now}");
    Err(Broken::new(Clause::AddsInOneStep, seen))
}

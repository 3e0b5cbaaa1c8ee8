//! Keys that are nearly the same.

use std::vec::Vec;

use super::broken::{Broken, Clause};
use super::row::{Row, neighbours, random, record};
use super::target::Target;
use crate::record::Record;
use crate::store::Key;

pub(super) async fn check<T: Target>(store: &T) -> Result<(), Broken> {
    let mut keys: Vec<Key> = with_ends()?.into();
    keys.extend(cases()?);
    let middle = Key::from_bytes(random()?);
    keys.push(middle);
    keys.extend(neighbours(&middle));
    apart(store, &keys).await
}

/// Each key gets a record, and then another one; each keeps its own, whatever is written elsewhere.
async fn apart<T: Target>(store: &T, keys: &[Key]) -> Result<(), Broken> {
    let mut rows = Vec::new();
    for key in keys {
        let mut row = Row::at(store, *key);
        // What is there already was written under another key.
        row.holds(Clause::KeysDiffer, "after writes of keys that are nearly this one").await?;
        row.write_or(&record(32)?, Clause::KeysDiffer, Clause::DoneIsWritten).await?;
        rows.push(row);
    }
    for row in &mut rows {
        row.holds(Clause::OwnKeyOnly, "after writes of keys that are nearly this one").await?;
        let next: Record = record(33)?;
        row.write_or(&next, Clause::OwnKeyOnly, Clause::DoneIsWritten).await?;
    }
    for row in &rows {
        row.holds(Clause::OwnKeyOnly, "after writes of keys that are nearly this one").await?;
    }
    Ok(())
}

/// Letters, in one case and in the other, and in both.
fn cases() -> Result<[Key; 3], Broken> {
    let small = random::<32>()?.map(|byte| b'a' + byte % 26);
    let mut mixed = small;
    mixed.iter_mut().step_by(2).for_each(|letter| letter.make_ascii_uppercase());
    Ok([small, small.map(|letter| letter.to_ascii_uppercase()), mixed].map(Key::from_bytes))
}

/// Keys that end or begin with what a store might take off, or cannot read as text.
fn with_ends() -> Result<[Key; 12], Broken> {
    let core = random::<32>()?;
    let ends = [0x00, b' ', 0x0a, 0x80, 0xc3, 0xff];
    let last = ends.map(|end| with(core, 28.., end));
    let first = ends.map(|end| with(core, ..4, end));
    let mut both = last.into_iter().chain(first);
    Ok(core::array::from_fn(|_| both.next().unwrap_or(Key::from_bytes(core))))
}

fn with(mut key: [u8; 32], range: impl core::slice::SliceIndex<[u8], Output = [u8]>, byte: u8) -> Key {
    key.get_mut(range).unwrap_or_default().fill(byte);
    Key::from_bytes(key)
}

//! What is absent, what is created, what is replaced; and, said of each, what must not be.

use std::vec::Vec;

use super::broken::{Broken, Clause};
use super::row::{Row, record};
use super::target::Target;
use crate::record::Record;

pub(super) async fn check<T: Target>(store: &T) -> Result<(), Broken> {
    replaced(store).await?;
    created(store).await?;
    absent(store).await?;
    compared(store).await
}

async fn replaced<T: Target>(store: &T) -> Result<(), Broken> {
    let mut row = Row::fresh(store)?;
    let (first, second, other) = (record(64)?, record(64)?, record(64)?);
    row.write(&first).await?;
    row.refuse(Some(&other), &second, Clause::WritesOnlyOverSeen).await?;
    row.write(&second).await?;
    row.refuse(Some(&first), &other, Clause::WritesOnlyOverSeen).await?;
    row.refuse(Some(&first), &second, Clause::DoneOnlyByWriting).await?;
    row.refuse(None, &first, Clause::CreatesOnlyWhenAbsent).await?;
    row.write(&other).await?;
    row.write(&first).await // what was stored before may be stored again
}

async fn created<T: Target>(store: &T) -> Result<(), Broken> {
    let mut row = Row::fresh(store)?;
    let (first, other) = (record(64)?, record(64)?);
    row.write(&first).await?;
    row.refuse(None, &other, Clause::CreatesOnlyWhenAbsent).await?;
    row.refuse(None, &first, Clause::DoneOnlyByWriting).await
}

async fn absent<T: Target>(store: &T) -> Result<(), Broken> {
    let row = Row::fresh(store)?;
    if store.load(&row.key).await?.is_some() {
        return Err(Broken::new(Clause::NothingFromNothing, "a load of a random key answered a record"));
    }
    row.refuse(Some(&record(64)?), &record(64)?, Clause::NothingOverNothing).await
}

/// Records that are nearly what is stored are not what is stored.
async fn compared<T: Target>(store: &T) -> Result<(), Broken> {
    for stored in [text("Aa zZ"), text("Aa zZ \0"), text("123"), record(364)?, record(Record::LONGEST)?] {
        let mut row = Row::fresh(store)?;
        row.write(&stored).await?;
        for near in near(stored.as_bytes()) {
            row.refuse(Some(&near), &record(8)?, Clause::WritesOnlyOverSeen).await?;
        }
    }
    Ok(())
}

fn text(text: &str) -> Record {
    Record::from_bytes(text.as_bytes())
}

/// One bit of each byte, another case, one byte more or fewer, blanks at an end, the same number.
fn near(bytes: &[u8]) -> Vec<Record> {
    let flipped = (0..bytes.len()).map(|at| {
        let mut bytes = bytes.to_vec();
        bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (at % 8));
        bytes
    });
    let mut near: Vec<_> = flipped.collect();
    near.extend([bytes.to_ascii_lowercase(), bytes.to_ascii_uppercase(), Vec::new()]);
    near.extend(bytes.split_last().map(|(_, most)| most.to_vec()));
    near.extend(bytes.split_first().map(|(_, most)| most.to_vec()));
    near.extend([b"\0", b" ", b"\n", b"0"].map(|end| [bytes, end].concat()));
    near.extend([b"\0", b" ", b"0", b"+"].map(|start| [start, bytes].concat()));
    near.retain(|near| near != bytes && near.len() <= Record::LONGEST);
    near.iter().map(|near| Record::from_bytes(near)).collect()
}

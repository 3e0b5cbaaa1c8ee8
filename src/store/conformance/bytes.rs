//! Records of every length, and of every byte value.

use std::vec;
use std::vec::Vec;

use super::broken::{Broken, Clause};
use super::row::{Row, random};
use super::target::Target;
use crate::record::Record;

pub(super) async fn check<T: Target>(store: &T) -> Result<(), Broken> {
    let mut row = Row::fresh(store)?;
    for length in 0..=Record::LONGEST {
        write(&mut row, &of_length(length)?).await?;
    }
    for length in [0, 1, 31, 64, 364, Record::LONGEST] {
        for byte in [0x00, 0x09, 0x0a, b' ', b'0', b'\'', b'\\', 0x7f, 0x80, 0xff] {
            write(&mut row, &Record::from_bytes(&vec![byte; length])).await?;
        }
    }
    let all: Vec<u8> = (0..=u8::MAX).collect();
    write(&mut row, &Record::from_bytes(&all)).await?;
    write(&mut row, &Record::from_bytes("\u{1F600}\u{e9}e\u{301} \r\n{}\"%_;--".as_bytes())).await?;
    created_empty(store).await
}

/// A record of no bytes is a record: whoever takes it for an absent one gives a fresh budget.
async fn created_empty<T: Target>(store: &T) -> Result<(), Broken> {
    let mut row = Row::fresh(store)?;
    write(&mut row, &Record::from_bytes(&[])).await?;
    row.refuse(None, &of_length(8)?, Clause::CreatesOnlyWhenAbsent).await
}

async fn write<T: Target>(row: &mut Row<'_, T>, next: &Record) -> Result<(), Broken> {
    if row.stored() == Some(next) {
        return Ok(());
    }
    row.write_or(next, Clause::EveryByte, Clause::EveryByte).await
}

/// Random bytes, which end with what a store might take off: zeros, blanks, line ends.
fn of_length(length: usize) -> Result<Record, Broken> {
    let mut bytes: [u8; Record::LONGEST] = random()?;
    let end = [0x00, b' ', b'\n', 0xff].into_iter().cycle().nth(length % 4).unwrap_or_default();
    let bytes = bytes.get_mut(..length).unwrap_or_default();
    bytes.iter_mut().rev().take(length % 3).for_each(|byte| *byte = end);
    Ok(Record::from_bytes(bytes))
}

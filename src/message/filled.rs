use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use unicode_segmentation::UnicodeSegmentation as _;

use super::draft::Draft;
use super::error::MessageError;
use super::pattern::{Pattern, Piece, dots, has_scheme};
use super::shown::{Field, Shown};
use crate::text::deceives;

/// What stands for the end that was cut off: in every alphabet, also that of GSM-7.
pub(super) const CUT: &str = "...";

/// So many characters of a name are always left. Spaces are none: a name that begins with them would be all gone.
const LEAST: usize = 8;

/// A pattern and what is to stand in its places.
pub(super) struct Filled<'a> {
    pub(super) pattern: &'a Pattern,
    pub(super) fields: &'static [Field],
    /// By the fields' order; of those that the pattern lacks, nothing.
    pub(super) values: Cow<'a, [String]>,
    /// What stands for the code.
    pub(super) code: &'a str,
    pub(super) minutes: u64,
}

impl Filled<'_> {
    /// Writes it whole.
    pub(super) fn write(&self, out: &mut Draft) {
        self.write_with(out, &mut |out, value, _| out.push(value));
    }

    /// Writes it with the names cut to their first `kept` bytes.
    pub(super) fn write_cut(&self, out: &mut Draft, kept: usize) {
        self.write_with(out, &mut |out, value, field| match value.get(..kept) {
            Some(start) if field.shortens() => {
                out.push(start.trim_end());
                out.push(CUT);
            }
            _ => out.push(value),
        });
    }

    /// Where the names may be cut.
    pub(super) fn cuts(&self) -> Vec<usize> {
        let name = self.fields.iter().position(Field::shortens).and_then(|index| self.values.get(index));
        cuts(name.map(String::as_str).unwrap_or_default()).collect()
    }

    /// Some more than what it takes, so that a draft of it does not move.
    pub(super) fn length(&self) -> usize {
        let values: usize = self.values.iter().map(String::len).sum();
        let pieces = self.pattern.pieces().iter().map(|piece| match piece {
            Piece::Text(text) => text.len(),
            _ => self.code.len().max(20),
        });
        values + pieces.sum::<usize>()
    }

    fn write_with(&self, out: &mut Draft, value: &mut dyn FnMut(&mut Draft, &str, &Field)) {
        for piece in self.pattern.pieces() {
            match piece {
                Piece::Text(text) => out.push(text),
                Piece::Code => out.push(self.code),
                Piece::Minutes => out.push_number(self.minutes),
                Piece::Field(index) => {
                    if let (Some(text), Some(field)) = (self.values.get(*index), self.fields.get(*index)) {
                        value(out, text, field);
                    }
                }
            }
        }
    }
}

/// Where a name may be cut, in ascending order: so that no character as a person sees it is divided, and only where it gets
/// shorter by that.
pub(super) fn cuts(name: &str) -> impl Iterator<Item = usize> {
    let last = name.len().saturating_sub(CUT.len());
    let mut seen = 0;
    let enough = move |(at, character): (usize, &str)| {
        let before = seen;
        seen += usize::from(!character.trim().is_empty());
        (before >= LEAST).then_some(at)
    };
    name.grapheme_indices(true).filter_map(enough).take_while(move |at| *at < last)
}

/// The texts of the fields that are asked for.
pub(super) fn values<B: Shown + ?Sized>(
    binding: &B,
    wanted: impl Fn(usize) -> bool,
) -> Result<Vec<String>, MessageError> {
    let value = |(index, field): (usize, &Field)| {
        if !wanted(index) {
            return Ok(String::new());
        }
        value(field.name(), |out| binding.show(field.name(), out))
    };
    B::FIELDS.iter().enumerate().map(value).collect()
}

/// One text as it may be shown: nothing in it deceives, and nothing in it becomes a link.
///
/// A shop may be called `Shop.example`, and a phone would make a link of it, so a space goes behind such a dot.
pub(super) fn value(
    field: &'static str,
    show: impl FnOnce(&mut dyn fmt::Write) -> fmt::Result,
) -> Result<String, MessageError> {
    let mut text = String::new();
    show(&mut text).map_err(|_| MessageError::Value { field })?;
    if text.trim().is_empty() {
        return Err(MessageError::Value { field });
    }
    if text.chars().any(deceives) {
        return Err(MessageError::Character { field });
    }
    if has_scheme(&text) {
        return Err(MessageError::Link { field });
    }
    let places: Vec<usize> = dots(&text).collect();
    places.iter().rev().for_each(|at| text.insert(*at, ' '));
    Ok(text)
}

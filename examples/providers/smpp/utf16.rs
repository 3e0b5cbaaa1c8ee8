use core::convert::Infallible;

use rusmpp::extra::concatenation::{Concatenation, Concatenator};
use rusmpp::values::DataCoding;

/// Texts in 16-bit units, as phones read what SMPP calls UCS-2. `rusmpp`'s own refuses a character of two units.
#[derive(Debug)]
pub(super) struct Utf16;

impl Concatenator for Utf16 {
    type Error = Infallible;

    fn concatenate(
        &self,
        text: &str,
        most: usize,
        header: usize,
    ) -> Result<(Concatenation, DataCoding), Self::Error> {
        let whole: Vec<u8> = text.chars().flat_map(octets).collect();
        let parts = if whole.len() <= most {
            Concatenation::Single(whole)
        } else {
            Concatenation::Concatenated(divide(text, most.saturating_sub(header)))
        };
        Ok((parts, DataCoding::Ucs2))
    }
}

/// Fills part after part; a character that does not fit whole begins the next.
fn divide(text: &str, room: usize) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    for character in text.chars() {
        let octets: Vec<u8> = octets(character).collect();
        if part.len() + octets.len() > room {
            parts.push(core::mem::take(&mut part));
        }
        part.extend(octets);
    }
    parts.push(part);
    parts
}

fn octets(character: char) -> impl Iterator<Item = u8> {
    let mut units = [0; 2];
    let length = character.encode_utf16(&mut units).len();
    units.into_iter().take(length).flat_map(u16::to_be_bytes)
}

//! Half blocks: each character is two modules, one above the other.

use alloc::string::String;

use zeroize::Zeroizing;

use super::KeyPicture;
use crate::exposed::ExposedText;

/// Black on white, from the part of the 256 colours that no theme changes.
const PAPER: &str = "\x1b[38;5;16;48;5;231m";
const END: &str = "\x1b[0m\n";
/// The bytes of a half block in UTF-8.
const BLOCK: usize = 3;

pub(super) fn draw(picture: &KeyPicture) -> ExposedText {
    let side = picture.whole();
    let line = PAPER.len() + side * BLOCK + END.len();
    let mut text = Zeroizing::new(String::with_capacity(side.div_ceil(2) * line));
    for y in (0..side).step_by(2) {
        text.push_str(PAPER);
        text.extend((0..side).map(|x| match (picture.is_dark(x, y), picture.is_dark(x, y + 1)) {
            (true, true) => '\u{2588}',
            (true, false) => '\u{2580}',
            (false, true) => '\u{2584}',
            (false, false) => ' ',
        }));
        text.push_str(END);
    }
    ExposedText::new(text)
}

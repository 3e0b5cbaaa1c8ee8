//! What a person types: codes in every format, recovery codes, and the text of handles.
//!
//! The first byte says which; the rest is the text. What is accepted, and as what, is foretold symbol by symbol.

use countersign::{Code, Digits, Format, Handle, Invalid, RecoveryCode};

use crate::input::Input;

/// Crockford's: without I, L, O and U.
const LETTERS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let which = input.below(12);
    let text = input.rest_as_text();
    match which {
        digits @ 0..=2 => {
            let digits = digits as u8 + 6;
            typed(text, Digits::new(digits).unwrap().into(), digits.into(), digit);
        }
        letters @ 3..=9 => {
            let letters = letters as u8 + 3;
            typed(text, Format::letters(letters).unwrap(), letters.into(), letter);
        }
        10 => recovery(text),
        _ => handle(text),
    }
}

fn typed(text: &str, format: Format, length: usize, symbol: fn(u8) -> Option<u8>) {
    let read = |code: Result<Code, Invalid>| code.map(|code| code.expose().to_owned());
    assert_eq!(read(Code::parse(text, format)), plain(text.bytes(), length, symbol));
    let spaced = match text.len() {
        0..=48 => plain(unspaced(text), length, symbol),
        _ => Err(Invalid::CodeLength),
    };
    assert_eq!(read(Code::parse_spaced(text, format)), spaced);
    if let Ok(code) = Code::parse_spaced(text, format) {
        assert_eq!(code.format(), format);
        assert_eq!(Code::parse(code.expose(), format), Ok(code));
    }
}

fn recovery(text: &str) {
    let read = RecoveryCode::parse(text).map(|code| code.expose().concat());
    let foretold = if text.len() > 48 { Err(Invalid::RecoveryCode) } else { plain(unspaced(text), 16, letter) };
    assert_eq!(read, foretold.map_err(|_| Invalid::RecoveryCode));
}

/// 26 symbols of five bits; the two bits behind the 16 bytes are zero.
fn handle(text: &str) {
    let values: Option<Vec<u8>> =
        text.bytes().map(|byte| LETTERS.iter().position(|letter| *letter == byte).map(|at| at as u8)).collect();
    let foretold = values.filter(|values| values.len() == 26 && values[25] & 3 == 0).map(|values| {
        let bit = |at: usize| values[at / 5] >> (4 - at % 5) & 1;
        std::array::from_fn::<u8, 16, _>(|byte| (0..8).fold(0, |bits, at| bits << 1 | bit(8 * byte + at)))
    });
    let read = Handle::parse(text);
    assert_eq!(read.as_ref().ok().map(|handle| *handle.as_bytes()), foretold);
    if let Ok(handle) = read {
        assert_eq!(handle.to_text(), text);
    }
}

fn unspaced(text: &str) -> impl Iterator<Item = u8> + Clone {
    text.bytes().filter(|byte| *byte != b' ' && *byte != b'-')
}

fn plain(
    symbols: impl Iterator<Item = u8> + Clone,
    length: usize,
    symbol: fn(u8) -> Option<u8>,
) -> Result<String, Invalid> {
    if symbols.clone().count() != length {
        return Err(Invalid::CodeLength);
    }
    let read: Option<Vec<u8>> = symbols.map(symbol).collect();
    read.map(|read| String::from_utf8(read).unwrap()).ok_or(Invalid::CodeCharacter)
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then_some(byte)
}

fn letter(byte: u8) -> Option<u8> {
    let meant = match byte.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    LETTERS.contains(&meant).then_some(meant)
}

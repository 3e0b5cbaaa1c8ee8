//! How many parts a text message has, against a table and a division of this file's own.

use countersign::{SmsCount, SmsEncoding};

use crate::input::Input;

/// 3GPP TS 23.038, section 6.2.1, in the table's order, without the escape.
const DEFAULT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
    ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those that an escape goes before.
const EXTENDED: &str = "\u{C}^{}\\[~]|€";

/// Runs of one character each, so that a few bytes reach the ends of parts: how many, and which.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let mut text = String::new();
    while !input.is_empty() && text.len() < 4_096 {
        let times = usize::from(input.byte());
        let piece = match input.byte() {
            0 => input.text().to_owned(),
            extended @ 1..=10 => EXTENDED.chars().nth(usize::from(extended) - 1).unwrap().into(),
            11 => "支".to_owned(),
            12 => "😀".to_owned(),
            other => DEFAULT.chars().nth(usize::from(other) % 127).unwrap().into(),
        };
        text.push_str(&piece.repeat(times));
    }
    same(&text);
}

/// The crate counts this text as it is counted here.
pub fn same(text: &str) {
    let count = SmsCount::of(text);
    let (encoding, units, parts) = counted(text);
    assert_eq!((count.encoding(), count.units(), count.parts()), (encoding, units, parts), "{text:?}");
}

fn counted(text: &str) -> (SmsEncoding, usize, usize) {
    let gsm = text.chars().all(|character| DEFAULT.contains(character) || EXTENDED.contains(character));
    let (encoding, single, several) = if gsm { (SmsEncoding::Gsm7, 160, 153) } else { (SmsEncoding::Ucs2, 70, 67) };
    let width = |character: char| match encoding {
        SmsEncoding::Gsm7 if EXTENDED.contains(character) => 2,
        SmsEncoding::Gsm7 => 1,
        _ => character.len_utf16(),
    };
    let units = text.chars().map(width).sum();
    if units <= single {
        return (encoding, units, usize::from(units > 0));
    }
    let mut parts = vec![0];
    for character in text.chars() {
        if parts.last().unwrap() + width(character) > several {
            parts.push(0);
        }
        *parts.last_mut().unwrap() += width(character);
    }
    (encoding, units, parts.len())
}

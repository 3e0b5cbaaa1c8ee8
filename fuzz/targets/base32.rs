//! The Base32 of secrets, strict, lenient and weak, against bits that are counted one by one.

use countersign::Secret;

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub fn run(data: &[u8]) {
    bytes(data);
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (strict, lenient) = (strict(text), lenient(text));
    let length = |from: usize, to: usize| move |bytes: &Vec<u8>| (from..=to).contains(&bytes.len());
    same(Secret::from_base32(text), strict.filter(length(16, 128)));
    same(Secret::from_base32_lenient(text), lenient.clone().filter(length(16, 128)));
    same(Secret::from_base32_weak(text), lenient.filter(length(10, 15)));
}

fn same<E: std::fmt::Debug>(read: Result<Secret, E>, foretold: Option<Vec<u8>>) {
    assert_eq!(read.as_ref().ok().map(Secret::expose), foretold.as_deref());
    if let Ok(secret) = read {
        bytes(secret.expose());
    }
}

/// What is written of these bytes is read back as them.
fn bytes(bytes: &[u8]) {
    let read = if bytes.len() < 16 { Secret::from_bytes_weak(bytes) } else { Secret::from_bytes(bytes) };
    assert_eq!(read.is_ok(), (10..=128).contains(&bytes.len()));
    let Ok(secret) = read else {
        return;
    };
    let text = secret.expose_base32();
    assert_eq!(text.as_str(), written(bytes));
    let from = if bytes.len() < 16 { Secret::from_base32_weak } else { Secret::from_base32 };
    assert_eq!(from(text.as_str()).unwrap().expose(), bytes);
}

/// RFC 4648, section 6, without padding.
pub fn written(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    let symbol = |five: &[u8]| (0..5).fold(0, |value, at| value << 1 | five.get(at).copied().unwrap_or(0));
    bits.chunks(5).map(|five| char::from(ALPHABET[usize::from(symbol(five))])).collect()
}

/// Upper case alone; padding is right or not there.
fn strict(text: &str) -> Option<Vec<u8>> {
    let symbols = text.trim_end_matches('=');
    let padded = symbols.len() + (8 - symbols.len() % 8) % 8;
    (text.len() == symbols.len() || text.len() == padded).then(|| decoded(symbols)).flatten()
}

/// Any case, with spaces and dashes anywhere and `=` at the end.
pub fn lenient(text: &str) -> Option<Vec<u8>> {
    let kept: String = text.chars().filter(|symbol| !matches!(symbol, ' ' | '-')).collect();
    (text.len() <= 512).then(|| decoded(&kept.trim_end_matches('=').to_ascii_uppercase())).flatten()
}

fn decoded(symbols: &str) -> Option<Vec<u8>> {
    let values: Option<Vec<usize>> =
        symbols.bytes().map(|byte| ALPHABET.iter().position(|symbol| *symbol == byte)).collect();
    let bits: Vec<u8> =
        values?.iter().flat_map(|value| (0..5).rev().map(move |at| (value >> at & 1) as u8)).collect();
    let (bytes, left) = bits.as_chunks::<8>();
    let plain = left.len() < 5 && left.iter().all(|bit| *bit == 0);
    plain.then(|| bytes.iter().map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect())
}

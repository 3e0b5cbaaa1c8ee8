//! Key URIs: texts that others wrote, and those that are built here.
//!
//! What is read is read again as the same from what the crate writes of it, and every part of it is found in the text by
//! a reader of this file's own.

use core::num::NonZeroU32;

use countersign::{Algorithm, Digits, Hotp, KeyKind, KeyUri, KeyUriError, Secret, UnixTime};

use super::base32;
use crate::input::Input;

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    match input.below(4) {
        0 => read(input.rest_as_text(), KeyUri::parse),
        1 => read(input.rest_as_text(), KeyUri::parse_weak),
        _ => built(&mut input),
    }
}

type Parse = fn(&str) -> Result<KeyUri, KeyUriError>;

fn read(text: &str, parse: Parse) {
    let Ok(uri) = parse(text) else {
        return;
    };
    found(text, &uri);
    again(&uri, parse);
}

fn again(uri: &KeyUri, parse: Parse) {
    let written = uri.expose();
    let read = parse(written.as_str()).unwrap();
    assert!(read == *uri && read.expose().as_str() == written.as_str());
    found(written.as_str(), &read);
    match uri.kind() {
        KeyKind::Totp { period } => {
            assert!(period.get() <= 120 && uri.to_hotp().is_none());
            let (time, hotp) = (1_800_000_007, Hotp::new(uri.secret(), uri.algorithm(), uri.digits()));
            let code = hotp.generate(time / u64::from(period.get()));
            assert_eq!(uri.to_totp().unwrap().generate(UnixTime::from_secs(time)), code);
        }
        KeyKind::Hotp { counter } => assert!(uri.to_totp().is_none() && uri.to_hotp().unwrap().1 == counter),
    }
}

/// Every part of the URI is in its text, once.
fn found(text: &str, uri: &KeyUri) {
    let (path, query) = text["otpauth://".len()..].split_once('?').unwrap();
    let (kind, label) = path.split_once('/').unwrap();
    let pairs: Vec<(String, String)> = query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect();
    let value = |name: &str| {
        let mut values = pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| value.clone());
        let value = values.next();
        assert!(values.next().is_none(), "{name} is there twice");
        value
    };
    assert_eq!(base32::lenient(&value("secret").unwrap()).unwrap(), uri.secret().expose());
    let algorithm = value("algorithm").map_or("SHA1".into(), |name| name.to_ascii_uppercase());
    assert_eq!(algorithm, ["SHA1", "SHA256", "SHA512"][algorithm_number(uri.algorithm())]);
    assert_eq!(value("digits").unwrap_or("6".into()), uri.digits().count().to_string());
    match uri.kind() {
        KeyKind::Totp { period } => {
            assert!(kind.eq_ignore_ascii_case("totp"));
            assert_eq!(value("period").map_or(30, |text| text.parse().unwrap()), period.get());
        }
        KeyKind::Hotp { counter } => {
            assert!(kind.eq_ignore_ascii_case("hotp"));
            assert_eq!(value("counter").unwrap().parse(), Ok(counter));
        }
    }
    let label = decoded(label);
    assert!(label.ends_with(uri.account()), "{label}");
    let names = [label.strip_suffix(uri.account()).unwrap().trim_end_matches(' ').strip_suffix(':'), None];
    let parameter = value("issuer");
    assert_eq!(names[0].or(parameter.as_deref()), uri.issuer());
    assert!(names[0].is_none() || parameter.is_none() || names[0] == parameter.as_deref());
}

fn pair(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (decoded(name).to_ascii_lowercase(), decoded(value))
}

/// RFC 3986, section 2.1, of a text that is known to be right.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

fn built(input: &mut Input<'_>) {
    let algorithm = input.pick(&[Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]);
    let digits = Digits::new(6 + input.below(3) as u8).unwrap();
    let period = NonZeroU32::new(1 + u32::from(input.byte())).unwrap();
    let counter = input.flag().then(|| input.number());
    let (issuer, account, key) = (input.text(), input.text(), input.bytes());
    let (secret, parse): (_, Parse) = match key.len() {
        0..=15 => (Secret::from_bytes_weak(key), KeyUri::parse_weak),
        _ => (Secret::from_bytes(key), KeyUri::parse),
    };
    let Ok(secret) = secret else {
        return;
    };
    let uri = match counter {
        Some(counter) => KeyUri::hotp(issuer, account, secret, counter),
        None => KeyUri::totp(issuer, account, secret),
    };
    let Ok(uri) = uri else {
        return;
    };
    let uri = uri.with_algorithm(algorithm).with_digits(digits);
    assert_eq!((uri.issuer(), uri.account()), (Some(issuer), account));
    again(&uri, parse);
    match uri.with_period(period) {
        Ok(uri) => again(&uri, parse),
        Err(_) => assert!(counter.is_some() || period.get() > 120),
    }
}

fn algorithm_number(algorithm: Algorithm) -> usize {
    [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512].iter().position(|known| *known == algorithm).unwrap()
}

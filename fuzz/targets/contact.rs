//! Phone numbers and e-mail addresses as people type them: what is accepted is one spelling, and its own.

use countersign::{EmailAddress, PhoneNumber, Recipient};

use crate::input::Input;

/// The first byte says which and, of a number, which country it may lack the sign of.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let country = input.pick(&["", "1", "49", "86", "998"]);
    let text = input.rest_as_text();
    number(text, country);
    address(text);
}

fn number(typed: &str, country: &str) {
    let Ok(number) = PhoneNumber::parse(typed, country) else {
        return;
    };
    let digits = number.as_str().strip_prefix('+').unwrap();
    assert!((7..=15).contains(&digits.len()) && !digits.starts_with('0'), "{digits}");
    assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
    let all: String = typed.chars().filter(char::is_ascii_digit).collect();
    let abroad = !typed.trim_matches(' ').starts_with('+') && all.starts_with("00");
    assert_eq!(if abroad { &all[2..] } else { &all }, digits, "{typed:?} is read as another number");
    for country in ["", country, "1"] {
        assert_eq!(PhoneNumber::parse(number.as_str(), country), Ok(number));
    }
    assert!(Recipient::sms(number.as_str()).is_ok() && Recipient::voice(number.as_str()).is_ok());
}

fn address(typed: &str) {
    let Ok(address) = EmailAddress::parse(typed) else {
        return;
    };
    let form = address.as_str();
    assert!(form.eq_ignore_ascii_case(typed.trim_matches(' ')), "{typed:?} is read as another address");
    let (local, domain) = form.split_once('@').unwrap();
    assert_eq!(domain, domain.to_ascii_lowercase());
    assert!(!local.is_empty() && domain.contains('.') && form.len() <= 254 && form.is_ascii());
    assert_eq!(EmailAddress::parse(form), Ok(address));
    assert!(Recipient::email(form).is_ok());
}

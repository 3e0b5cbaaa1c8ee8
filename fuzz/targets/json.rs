//! Values in JSON: what is read is read again as the same from what is written of it, and codes and keys are read as
//! their own constructors read the string.

use core::fmt::Debug;

use countersign::{
    Action, Algorithm, Code, Condition, ContactChange, Currency, Device, Digits, Enrolment, EventKind, Format,
    Handle, Hint, Login, Method, Money, Notice, Payment, Reason, RecipientKind, RecoveryCode, RootKey, Secret, Skew,
    TerminalActivation, Text, UnixTime, Window, Withdrawal,
};
use serde_json::from_str;

use crate::input::Input;

/// The first byte says as what the rest is read.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let which = input.below(READERS.len());
    READERS[which](input.rest_as_text());
}

macro_rules! both {
    ($type:ty) => {
        |text| {
            if let Ok(value) = from_str::<$type>(text) {
                let written = serde_json::to_string(&value).unwrap();
                let again: $type = from_str(&written).unwrap();
                assert_eq!(again, value);
                assert_eq!(serde_json::to_string(&again).unwrap(), written);
            }
        }
    };
}

const READERS: &[fn(&str)] = &[
    both!(UnixTime),
    both!(Digits),
    both!(Device),
    both!(Format),
    both!(Skew),
    both!(Window),
    both!(Algorithm),
    both!(RecipientKind),
    both!(Method),
    both!(Reason),
    both!(Hint),
    both!(Notice),
    both!(Condition),
    both!(Enrolment),
    both!(EventKind),
    both!(Action),
    both!(Text<8>),
    both!(Handle),
    both!(Currency),
    both!(Money),
    both!(Payment),
    both!(Withdrawal),
    both!(ContactChange),
    both!(Login),
    both!(TerminalActivation),
    |text| {
        let digits = |text: &String| Digits::new(u8::try_from(text.len()).ok()?).ok();
        let code = |text: String| Code::parse(&text, digits(&text)?).ok();
        alike(from_str::<Code>(text).ok(), from_str(text).ok().and_then(code));
    },
    |text| {
        let code = |text: String| RecoveryCode::parse(&text).ok();
        let shown = |code: RecoveryCode| code.expose().concat();
        alike(from_str(text).ok().map(shown), from_str(text).ok().and_then(code).map(shown));
    },
    |text| {
        let secret = |text: String| Secret::from_base32_lenient(&text).ok();
        alike(from_str::<Secret>(text).ok(), from_str(text).ok().and_then(secret));
    },
    |text| {
        let shown = |key: RootKey| key.expose().to_vec();
        alike(from_str(text).ok().map(shown), from_str(text).ok().and_then(unhex));
    },
];

fn alike<T: PartialEq + Debug>(read: Option<T>, foretold: Option<T>) {
    assert!(read == foretold, "{read:?} was read, and {foretold:?} foretold");
}

/// 32 to 128 bytes in lower case.
#[expect(clippy::needless_pass_by_value, reason = "as it comes out of the parser")]
fn unhex(text: String) -> Option<Vec<u8>> {
    let nibble = |byte: &u8| b"0123456789abcdef".iter().position(|digit| digit == byte).map(|at| at as u8);
    let nibbles: Vec<u8> = text.bytes().map(|byte| nibble(&byte)).collect::<Option<_>>()?;
    let (pairs, rest) = nibbles.as_chunks::<2>();
    let right = rest.is_empty() && (32..=128).contains(&pairs.len());
    right.then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

use alloc::string::String;
use core::error::Error;
use core::fmt;

use super::parts::SmsCount;
use super::wording::Language;

/// What is wrong with a wording or a template, found when it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordingError {
    /// It leaves out what a person must see: the code, or a required field of the binding, such as the amount or the payee.
    Missing {
        /// Which.
        field: &'static str,
    },
    /// It names a field that the binding does not have.
    Unknown {
        /// Which.
        name: String,
    },
    /// A brace has no partner, or there is nothing between two of them.
    Braces,
    /// It has a code where none may be: in a subject, or in an alert.
    Code,
    /// It has a link, or what a phone would make one (MSG-5): `http`, `www.`, `://` or a dot between letters.
    Link,
    /// It has a control character, a bidirectional one or one without width.
    Character,
    /// The binding has no sentence in this language: give one.
    NoSentence {
        /// Which.
        language: Language,
    },
    /// The host of the last line is not an ASCII host name without scheme, port and path.
    Host,
    /// The hash of an Android app is not 11 characters of Base64.
    AndroidHash,
    /// A registered template's id is not 1 to 64 visible ASCII characters.
    TemplateId,
    /// A registered template's variable has the name of another one, or a limit of 0 or over 1,000 characters.
    Variable {
        /// Which.
        name: String,
    },
}

impl Error for WordingError {}

impl fmt::Display for WordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { field } => write!(f, "the wording leaves out {{{field}}}, which its reader must see"),
            Self::Unknown { name } => write!(f, "there is no field {name:?}"),
            Self::Braces => f.write_str("a brace of the wording has no partner, or no name"),
            Self::Code => f.write_str("a code may not stand in a subject or an alert"),
            Self::Link => f.write_str("a message may not have a link, or a dot between letters"),
            Self::Character => f.write_str("the wording has a character that could deceive its reader"),
            Self::NoSentence { language } => write!(f, "the binding has no sentence in {language:?}"),
            Self::Host => f.write_str("the last line's host must be an ASCII host name and nothing else"),
            Self::AndroidHash => f.write_str("the hash of an Android app must be 11 characters of Base64"),
            Self::TemplateId => f.write_str("a template's id must be 1 to 64 visible ASCII characters"),
            Self::Variable { name } => {
                write!(f, "the variable {name:?} is there twice, or its limit is not 1 to 1,000")
            }
        }
    }
}

/// Why a message was not rendered. Nothing may be sent then; the code stays good, so another template may be tried.
///
/// None holds the code or what was bound.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// It takes more parts than the template allows, also with the payee shortened where that is allowed.
    Parts {
        /// What the whole text takes.
        count: SmsCount,
        /// How many parts are allowed.
        most: u8,
    },
    /// A message for Android's retriever has more than 140 bytes (MSG-2).
    Bytes {
        /// How many.
        bytes: usize,
    },
    /// A field's text has a link in it.
    Link {
        /// Which field.
        field: &'static str,
    },
    /// A field's text has a control character, a bidirectional one or one without width.
    Character {
        /// Which field.
        field: &'static str,
    },
    /// The binding did not show a field, or showed nothing.
    Value {
        /// Which field.
        field: &'static str,
    },
    /// A registered template's variable is longer than it may be.
    Variable {
        /// Which field stands in it.
        field: &'static str,
        /// How many characters it has.
        length: usize,
        /// How many it may have.
        limit: usize,
    },
}

impl Error for MessageError {}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parts { count, most } => {
                write!(f, "the message takes {} parts, and may take {most}", count.parts())
            }
            Self::Bytes { bytes } => write!(f, "the message has {bytes} bytes, and may have 140"),
            Self::Link { field } => write!(f, "the text of {field} has a link in it"),
            Self::Character { field } => write!(f, "the text of {field} could deceive its reader"),
            Self::Value { field } => write!(f, "there is no text of {field}"),
            Self::Variable { field, length, limit } => {
                write!(f, "the text of {field} has {length} characters, and may have {limit}")
            }
        }
    }
}

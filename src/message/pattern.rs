use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::error::WordingError;
use super::shown::Field;
use crate::text::deceives;

/// Text with places in it.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Code,
    Minutes,
    /// The field with this index.
    Field(usize),
}

/// Whether a pattern has the code in it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum WithCode {
    Required,
    Forbidden,
}

impl Pattern {
    /// Reads a pattern for these fields, and finds what it leaves out.
    pub(super) fn parse(text: &str, fields: &[Field], code: WithCode) -> Result<Self, WordingError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').ok_or(WordingError::Braces)?;
            push_text(&mut pieces, before)?;
            pieces.push(Piece::named(name, fields)?);
            rest = behind;
        }
        push_text(&mut pieces, rest)?;
        let pattern = Self { pieces };
        pattern.check(fields, code)?;
        Ok(pattern)
    }

    /// Checks text without any place in it.
    pub(super) fn plain(text: &str) -> Result<String, WordingError> {
        match Self::parse(text, &[], WithCode::Forbidden)?.pieces.as_slice() {
            [Piece::Text(text)] => Ok(text.clone()),
            _ => Err(WordingError::Braces),
        }
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether the field with this index is in it.
    pub(super) fn has(&self, field: usize) -> bool {
        self.pieces.contains(&Piece::Field(field))
    }

    fn check(&self, fields: &[Field], code: WithCode) -> Result<(), WordingError> {
        match (code, self.pieces.contains(&Piece::Code)) {
            (WithCode::Required, false) => return Err(WordingError::Missing { field: "code" }),
            (WithCode::Forbidden, true) => return Err(WordingError::Code),
            _ => {}
        }
        let missing = fields.iter().enumerate().find(|(index, field)| field.is_required() && !self.has(*index));
        if let Some((_, field)) = missing {
            return Err(WordingError::Missing { field: field.name() });
        }
        // A place may begin or end with letters, so it joins what stands beside it like a letter.
        let mut joined = String::new();
        self.pieces.iter().for_each(|piece| joined.push_str(if let Piece::Text(text) = piece { text } else { "xx" }));
        if is_link(&joined) { Err(WordingError::Link) } else { Ok(()) }
    }
}

impl Piece {
    fn named(name: &str, fields: &[Field]) -> Result<Self, WordingError> {
        match name {
            "code" => Ok(Self::Code),
            "minutes" => Ok(Self::Minutes),
            "" => Err(WordingError::Braces),
            _ => {
                let place = fields.iter().position(|field| field.name() == name);
                place.map(Self::Field).ok_or_else(|| WordingError::Unknown { name: name.to_owned() })
            }
        }
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) -> Result<(), WordingError> {
    if text.contains(['{', '}']) {
        return Err(WordingError::Braces);
    }
    if text.chars().any(deceives) {
        return Err(WordingError::Character);
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
    Ok(())
}

/// Whether a phone could make a link of something in it. Nobody has to know the top-level domains for that: a sentence
/// has a space behind its dots.
fn is_link(text: &str) -> bool {
    let lower = text.to_lowercase();
    has_scheme(&lower) || lower.contains("http") || lower.contains("www.") || dots(&lower).next().is_some()
}

/// Whether it has an address with a scheme, which nothing but leaving it out makes safe.
pub(super) fn has_scheme(text: &str) -> bool {
    text.contains("://")
}

/// The byte behind each dot that stands between a letter or digit and two letters, as in a domain.
pub(super) fn dots(text: &str) -> impl Iterator<Item = usize> + '_ {
    let is_dot = |character: &char| matches!(character, '.' | '\u{3002}' | '\u{FF0E}' | '\u{FF61}');
    text.char_indices().filter(move |(_, character)| is_dot(character)).filter_map(move |(at, dot)| {
        let behind = at + dot.len_utf8();
        let before = text.get(..at)?.chars().next_back()?;
        let mut after = text.get(behind..)?.chars();
        let mut letter = || after.next().filter(|letter| letter.is_alphabetic());
        let (first, second) = (letter()?, letter()?);
        // The full stop of Chinese is a dot to a browser too, and among Chinese characters it ends a sentence.
        let latin = [before, first, second].iter().all(char::is_ascii);
        (before.is_alphanumeric() && (dot == '.' || latin)).then_some(behind)
    })
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    const FIELDS: &[Field] = &[Field::required("amount"), Field::required("payee"), Field::optional("account")];

    fn parse(text: &str) -> Result<Pattern, WordingError> {
        Pattern::parse(text, FIELDS, WithCode::Required)
    }

    #[test]
    fn f72_msg_5_a_pattern_that_leaves_something_out_is_an_error_that_names_it() {
        assert!(parse("{code} {amount} {payee}").is_ok());
        assert_eq!(parse("{amount} {payee}").unwrap_err(), WordingError::Missing { field: "code" });
        assert_eq!(parse("{code} {payee}").unwrap_err(), WordingError::Missing { field: "amount" });
        assert_eq!(parse("{code} {amount} {account}").unwrap_err(), WordingError::Missing { field: "payee" });
        assert_eq!(parse("{code} {amount} {payee} {x}").unwrap_err(), WordingError::Unknown { name: "x".to_owned() });
        for text in ["{code", "code}", "{}", "{code} {amount} {payee} }", "{{code}} {amount} {payee}"] {
            assert!(matches!(parse(text), Err(WordingError::Braces | WordingError::Unknown { .. })), "{text}");
        }
        let forbidden = Pattern::parse("{code} {amount} {payee}", FIELDS, WithCode::Forbidden);
        assert_eq!(forbidden.unwrap_err(), WordingError::Code);
    }

    #[test]
    fn msg_5_a_pattern_has_no_link() {
        for link in [
            "https://a",
            "HTTP",
            "www.a",
            "see shop.example",
            "shop.example/pay",
            "{payee}.com",
            "a.{payee}",
            "ftp://a",
            "пример.рф",
            "shop\u{3002}com",
            "shop\u{FF0E}com",
            "a@b.de",
            "WwW.x",
        ] {
            let text = std::format!("{{code}} {{amount}} {{payee}} {link}");
            assert_eq!(parse(&text).unwrap_err(), WordingError::Link, "{text}");
        }
        for plain in ["e.g. this", "5 min. Never tell.", "1.5", "a . b", "。请勿告知", "有效。我们绝不索要。", "..."]
        {
            let text = std::format!("{{code}} {{amount}} {{payee}} {plain}");
            assert!(parse(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn f72_a_pattern_has_nothing_that_deceives() {
        for hidden in ['\r', '\n', '\0', '\u{202E}', '\u{200B}', '\u{FEFF}', '\u{2028}', '\u{AD}'] {
            let text = std::format!("{{code}} {{amount}} {{payee}} a{hidden}b");
            assert_eq!(parse(&text).unwrap_err(), WordingError::Character, "{hidden:?}");
        }
    }
}

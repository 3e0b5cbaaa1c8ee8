use core::fmt;
use core::marker::PhantomData;

use super::error::{MessageError, WordingError};
use super::filled::{Filled, values};
use super::pattern::{Pattern, WithCode};
use super::shown::Shown;
use crate::challenge::Slip;

/// A language that this crate has sentences in. Others are a [`Wording::new`] away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// English.
    English,
    /// Chinese in simplified characters.
    Chinese,
}

impl Language {
    /// BCP 47.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    pub(super) const fn subject(self) -> &'static str {
        match self {
            Self::English => "Your confirmation code",
            Self::Chinese => "您的验证码",
        }
    }

    pub(super) const fn alert(self) -> &'static str {
        match self {
            Self::English => "News of your account",
            Self::Chinese => "账户通知",
        }
    }

    /// What stands between digits that are spoken apart.
    pub(super) const fn pause(self) -> &'static str {
        match self {
            Self::English => ", ",
            Self::Chinese => "，",
        }
    }
}

/// A sentence with places for the code and for what it authorises, checked when it is made.
///
/// `{code}` stands for the code, `{minutes}` for the minutes that it is good from now on, rounded down, and every other name for a field
/// of the binding ([`Shown`]). The purpose has no place of its own: its words have to fit the language and the grammar of
/// the sentence, so they are part of it. So is the warning that nobody asks for the code (MSG-5), which no machine can find
/// in a language that it does not know: the built-in sentences have it; do not leave it out of yours.
///
/// ```
/// use countersign::{Language, Payment, Wording, WordingError};
///
/// let english = Wording::<Payment>::built_in(Language::English)?;
/// let german = Wording::<Payment>::new(
///     "{code} ist Ihr Code, um {amount} an {payee} zu zahlen. Noch {minutes} Min. Wir fragen nie danach.",
/// )?;
/// let missing = Wording::<Payment>::new("{code} ist Ihr Code, um {amount} zu zahlen.").unwrap_err();
/// assert_eq!(missing, WordingError::Missing { field: "payee" });
/// let link = Wording::<Payment>::new("{code}: {amount}, {payee}. Mehr auf www.bikes.example").unwrap_err();
/// assert_eq!(link, WordingError::Link);
/// # Ok::<(), WordingError>(())
/// ```
pub struct Wording<B> {
    pattern: Pattern,
    language: Option<Language>,
    binding: PhantomData<fn() -> B>,
}

impl<B: Shown> Wording<B> {
    /// A sentence of your own.
    ///
    /// # Errors
    /// [`WordingError::Missing`], [`WordingError::Unknown`], [`WordingError::Braces`], [`WordingError::Link`] and
    /// [`WordingError::Character`].
    pub fn new(pattern: &str) -> Result<Self, WordingError> {
        let pattern = Pattern::parse(pattern, B::FIELDS, WithCode::Required)?;
        Ok(Self { pattern, language: None, binding: PhantomData })
    }

    /// The sentence that comes with the binding.
    ///
    /// # Errors
    /// [`WordingError::NoSentence`] if a type of yours has none, and otherwise as [`Wording::new`].
    pub fn built_in(language: Language) -> Result<Self, WordingError> {
        let pattern = B::sentence(language).ok_or(WordingError::NoSentence { language })?;
        Ok(Self { language: Some(language), ..Self::new(pattern)? })
    }

    pub(super) const fn language(&self) -> Option<Language> {
        self.language
    }

    /// The sentence filled from a slip, with `code` where the code stands.
    pub(super) fn fill<'a>(&'a self, slip: &Slip<'_, B>, code: &'a str) -> Result<Filled<'a>, MessageError> {
        Ok(Filled {
            pattern: &self.pattern,
            fields: B::FIELDS,
            values: values(slip.binding(), |field| self.pattern.has(field))?.into(),
            code,
            minutes: slip.minutes(),
        })
    }
}

impl<B> Clone for Wording<B> {
    fn clone(&self) -> Self {
        Self { pattern: self.pattern.clone(), language: self.language, binding: PhantomData }
    }
}

impl<B> fmt::Debug for Wording<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wording").field("pattern", &self.pattern).field("language", &self.language).finish()
    }
}

use core::fmt;

use super::wording::Language;
use crate::binding::Binding;

/// What a person must see of a value before a code for it means anything (RTS Art. 5(1)(a)).
///
/// The types of this crate have it. For a [`Binding`] of your own say which fields there are, which of them no message may leave
/// out, and how each reads. Whatever a thief would want to change belongs among the required ones: a wording that
/// leaves it out is then an error when it is made, and not a loss when it is sent.
///
/// ```
/// use core::fmt::{self, Write};
/// use countersign::{Binding, Encoder, Field, Shown, Wording, WordingError};
///
/// struct KeyRotation {
///     vault: u64,
///     reason: &'static str,
/// }
///
/// impl Binding for KeyRotation {
///     const DOMAIN: &'static str = "example.com/key-rotation/1";
///
///     fn encode(&self, out: &mut Encoder<'_>) {
///         out.number(self.vault);
///         out.text(self.reason);
///     }
/// }
///
/// impl Shown for KeyRotation {
///     const FIELDS: &'static [Field] = &[Field::required("vault"), Field::optional("reason")];
///
///     fn show(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
///         match name {
///             "vault" => write!(out, "{}", self.vault),
///             "reason" => out.write_str(self.reason),
///             _ => Err(fmt::Error),
///         }
///     }
/// }
///
/// assert!(Wording::<KeyRotation>::new("{code} rotates the key of vault {vault}.").is_ok());
/// let missing = Wording::<KeyRotation>::new("{code} rotates a key.").unwrap_err();
/// assert_eq!(missing, WordingError::Missing { field: "vault" });
/// ```
pub trait Shown: Binding {
    /// Every field, each with a name of `a` to `z`. The names `code` and `minutes` are taken.
    const FIELDS: &'static [Field];

    /// Writes a field as a person reads it, on one line.
    ///
    /// # Errors
    /// [`fmt::Error`] for a name that is not among [`FIELDS`](Self::FIELDS), and what `out` answers.
    fn show(&self, name: &str, out: &mut dyn fmt::Write) -> fmt::Result;

    /// A sentence for it in this language, with its fields between braces, if it has one.
    #[must_use]
    fn sentence(_language: Language) -> Option<&'static str> {
        None
    }
}

impl<B: Shown> Shown for &B {
    const FIELDS: &'static [Field] = B::FIELDS;

    fn show(&self, name: &str, out: &mut dyn fmt::Write) -> fmt::Result {
        (**self).show(name, out)
    }

    fn sentence(language: Language) -> Option<&'static str> {
        B::sentence(language)
    }
}

/// Something that a message may show, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    name: &'static str,
    required: bool,
    shortens: bool,
}

impl Field {
    /// A field that no message may leave out.
    #[must_use]
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true, shortens: false }
    }

    /// A field that a message may leave out.
    #[must_use]
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false, shortens: false }
    }

    /// The same field, whose end may be cut off, visibly, where a template allows it. For names of people and shops; an
    /// amount that is cut is another amount.
    #[must_use]
    pub const fn shortening(self) -> Self {
        Self { shortens: true, ..self }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether no message may leave it out.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Whether its end may be cut off.
    #[must_use]
    pub const fn shortens(&self) -> bool {
        self.shortens
    }
}

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU16;

use super::draft::Draft;
use super::error::{MessageError, WordingError};
use super::filled::{CUT, cuts, values};
use super::shown::{Field, Shown};
use crate::challenge::{Slip, Template};

/// Renders what a gateway wants that sends registered texts only: the template's id, and what goes into its places.
///
/// India's DLT takes the variables in order, each of at most 30 characters; Alibaba Cloud takes them by name. The registered
/// text is at the gateway, so what cannot be checked here is that its places are these: send one to yourself first.
///
/// ```
/// use countersign::{Payment, RegisteredTemplate, Variable, WordingError};
///
/// let dlt = RegisteredTemplate::<Payment>::new(
///     "1107161234567890123",
///     [Variable::of("code", 8)?, Variable::of("amount", 30)?, Variable::of("payee", 30)?.shortening()],
/// )?;
/// let missing = RegisteredTemplate::<Payment>::new("SMS_4711", [Variable::of("code", 8)?]).unwrap_err();
/// assert_eq!(missing, WordingError::Missing { field: "amount" });
/// # Ok::<(), WordingError>(())
/// ```
pub struct RegisteredTemplate<B> {
    id: String,
    places: Vec<Place>,
    binding: core::marker::PhantomData<fn() -> B>,
}

/// A variable, and what stands in it.
#[derive(Clone, Debug)]
struct Place {
    variable: Variable,
    source: Source,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Code,
    Minutes,
    /// The field with this index.
    Field(usize, Field),
}

impl<B: Shown> RegisteredTemplate<B> {
    /// A template that is registered under this id with these variables, in this order.
    ///
    /// # Errors
    /// [`WordingError::TemplateId`], [`WordingError::Unknown`], [`WordingError::Variable`] for a name that is there twice, and
    /// [`WordingError::Missing`] if the code or a required field of the binding is in none of them.
    pub fn new(id: &str, variables: impl IntoIterator<Item = Variable>) -> Result<Self, WordingError> {
        if !(1..=64).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(WordingError::TemplateId);
        }
        let mut places: Vec<Place> = Vec::new();
        for variable in variables {
            if places.iter().any(|place| place.variable.name == variable.name) {
                return Err(WordingError::Variable { name: variable.name });
            }
            let source = Source::named(&variable.field, B::FIELDS)?;
            places.push(Place { variable, source });
        }
        missing(&places, B::FIELDS).map_or(Ok(()), |field| Err(WordingError::Missing { field }))?;
        Ok(Self { id: id.into(), places, binding: core::marker::PhantomData })
    }
}

impl<B: Shown> Template<B> for RegisteredTemplate<B> {
    type Message = Result<RegisteredMessage, MessageError>;

    fn render(&self, slip: &Slip<'_, B>) -> Self::Message {
        let wanted =
            |index| self.places.iter().any(|place| matches!(place.source, Source::Field(at, _) if at == index));
        let values = values(slip.binding(), wanted)?;
        let fill = |place: &Place| {
            let mut text = Draft::default();
            match place.source {
                Source::Code => text.push(slip.code()),
                Source::Minutes => text.push_number(slip.minutes()),
                Source::Field(index, _) => text.push(values.get(index).map(String::as_str).unwrap_or_default()),
            }
            Ok((place.variable.name.clone(), place.fit(text)?))
        };
        let variables = self.places.iter().map(fill).collect::<Result<_, _>>()?;
        Ok(RegisteredMessage { id: self.id.clone(), variables })
    }
}

impl<B> fmt::Debug for RegisteredTemplate<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredTemplate").field("id", &self.id).field("places", &self.places).finish()
    }
}

impl Source {
    fn named(name: &str, fields: &'static [Field]) -> Result<Self, WordingError> {
        match (name, fields.iter().enumerate().find(|(_, field)| field.name() == name)) {
            ("code", _) => Ok(Self::Code),
            ("minutes", _) => Ok(Self::Minutes),
            (_, Some((index, field))) => Ok(Self::Field(index, *field)),
            (_, None) => Err(WordingError::Unknown { name: name.into() }),
        }
    }
}

impl Place {
    /// The text as it fits, shortened only where both the binding and the template allow it.
    fn fit(&self, text: Draft) -> Result<Draft, MessageError> {
        let (limit, length) = (usize::from(self.variable.limit.get()), text.as_str().chars().count());
        if length <= limit {
            return Ok(text);
        }
        let (field, shortens) = match self.source {
            Source::Code => ("code", false),
            Source::Minutes => ("minutes", false),
            Source::Field(_, field) => (field.name(), field.shortens() && self.variable.shortens),
        };
        let starts = cuts(text.as_str()).filter_map(|at| text.as_str().get(..at)).map(str::trim_end);
        let fits = |start: &&str| start.chars().count() + CUT.len() <= limit;
        match starts.filter(fits).last() {
            Some(start) if shortens => Ok(Draft::of(&[start, CUT])),
            _ => Err(MessageError::Variable { field, length, limit }),
        }
    }
}

fn missing(places: &[Place], fields: &'static [Field]) -> Option<&'static str> {
    if !places.iter().any(|place| matches!(place.source, Source::Code)) {
        return Some("code");
    }
    let there = |index| places.iter().any(|place| matches!(place.source, Source::Field(at, _) if at == index));
    fields
        .iter()
        .enumerate()
        .find(|(index, field)| field.is_required() && !there(*index))
        .map(|(_, field)| field.name())
}

/// A place in a registered text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    field: String,
    name: String,
    limit: NonZeroU16,
    shortens: bool,
}

impl Variable {
    /// A place for `code`, `minutes` or a field of the binding, with at most `limit` characters: 1 to 1,000.
    ///
    /// # Errors
    /// [`WordingError::Variable`] for another limit.
    pub fn of(field: &str, limit: u16) -> Result<Self, WordingError> {
        match NonZeroU16::new(limit).filter(|limit| limit.get() <= 1_000) {
            Some(limit) => Ok(Self { field: field.into(), name: field.into(), limit, shortens: false }),
            None => Err(WordingError::Variable { name: field.into() }),
        }
    }

    /// The name by which the gateway knows it, if that is not the field's.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Allows that the end is cut off where the text is too long and the binding allows it too: a payee, never an amount.
    #[must_use]
    pub fn shortening(self) -> Self {
        Self { shortens: true, ..self }
    }
}

/// A registered template's id and its variables, which are wiped when it is dropped.
pub struct RegisteredMessage {
    id: String,
    variables: Vec<(String, Draft)>,
}

impl RegisteredMessage {
    /// The template's id at the gateway.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Names and texts in the order of the template, the code among them.
    pub fn expose(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

impl fmt::Debug for RegisteredMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredMessage").field("id", &self.id).finish_non_exhaustive()
    }
}

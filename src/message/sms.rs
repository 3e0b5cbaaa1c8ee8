use core::fmt;
use core::num::NonZeroU8;

use super::draft::Draft;
use super::error::{MessageError, WordingError};
use super::filled::Filled;
use super::parts::SmsCount;
use super::shown::Shown;
use super::tail::Tail;
use super::wording::Wording;
use crate::challenge::{Slip, Template};

/// Renders text messages, each in one part unless more are allowed.
///
/// ```
/// use countersign::{Language, MessageError, Payment, SmsTemplate, SmsText, Template, Wording, WordingError};
///
/// fn template() -> Result<SmsTemplate<Payment>, WordingError> {
///     let wording = Wording::built_in(Language::English)?;
///     Ok(SmsTemplate::new(wording).origin("shop.example")?.shortening())
/// }
///
/// /// `issued.message(&template()?)` gives one of these.
/// fn send(message: Result<SmsText, MessageError>) -> Result<(), MessageError> {
///     let message = message?;
///     provider(message.expose(), message.count().parts());
///     Ok(())
/// }
/// # fn provider(_: &str, _: usize) {}
/// # assert!(template().is_ok());
/// ```
pub struct SmsTemplate<B> {
    wording: Wording<B>,
    tail: Tail,
    most: NonZeroU8,
    shortens: bool,
}

impl<B: Shown> SmsTemplate<B> {
    /// A message of this wording, in one part and with every name whole.
    #[must_use]
    pub fn new(wording: Wording<B>) -> Self {
        Self { wording, tail: Tail::default(), most: NonZeroU8::MIN, shortens: false }
    }

    /// Adds the last line `@host #code` (MSG-1), after which a phone fills in the code on that host's pages and nowhere
    /// else.
    ///
    /// # Errors
    /// [`WordingError::Host`] for anything but an ASCII host name: of an international one take the `xn--` form.
    pub fn origin(self, host: &str) -> Result<Self, WordingError> {
        Ok(Self { tail: self.tail.with_host(host)?, ..self })
    }

    /// Adds the line with the hash of your Android app (MSG-2), before the origin's if there is one. The whole message then
    /// has at most 140 bytes.
    ///
    /// # Errors
    /// [`WordingError::AndroidHash`] for anything but 11 characters of Base64.
    pub fn android(self, hash: &str) -> Result<Self, WordingError> {
        Ok(Self { tail: self.tail.with_hash(hash)?, ..self })
    }

    /// Allows so many parts. Each is charged, and each may come late or alone.
    #[must_use]
    pub fn parts(self, most: NonZeroU8) -> Self {
        Self { most, ..self }
    }

    /// Allows that a name's end is cut off, and `...` put there, where the message would be too long with all of it. At least
    /// eight characters stay, spaces not counted. What may be cut is the binding's to say ([`Field::shortening`](super::Field::shortening)): of
    /// this crate's, the payee. Never the amount.
    #[must_use]
    pub fn shortening(self) -> Self {
        Self { shortens: true, ..self }
    }

    fn cut(&self, filled: &Filled<'_>, code: &str) -> Option<SmsText> {
        let fits = |kept| self.text(filled, code, Some(kept)).ok();
        let cuts = filled.cuts();
        // Less text never takes more, so the longest that fits is found by halving.
        let longest = cuts.partition_point(|kept| fits(*kept).is_some()).checked_sub(1)?;
        fits(*cuts.get(longest)?)
    }

    fn text(&self, filled: &Filled<'_>, code: &str, kept: Option<usize>) -> Result<SmsText, MessageError> {
        let mut text = Draft::with_capacity(filled.length() + self.tail.length(code));
        match kept {
            None => filled.write(&mut text),
            Some(kept) => filled.write_cut(&mut text, kept),
        }
        self.tail.write(&mut text, code);
        let bytes = text.as_str().len();
        if self.tail.is_retrieved() && bytes > Tail::RETRIEVED {
            return Err(MessageError::Bytes { bytes });
        }
        SmsText::within(text, self.most)
    }
}

impl<B: Shown> Template<B> for SmsTemplate<B> {
    type Message = Result<SmsText, MessageError>;

    fn render(&self, slip: &Slip<'_, B>) -> Self::Message {
        let filled = self.wording.fill(slip, slip.code())?;
        let whole = self.text(&filled, slip.code(), None);
        match whole {
            Err(_) if self.shortens => self.cut(&filled, slip.code()).map_or(whole, Ok),
            _ => whole,
        }
    }
}

impl<B> fmt::Debug for SmsTemplate<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wording, tail, most, shortens } = self;
        let mut out = f.debug_struct("SmsTemplate");
        out.field("wording", wording).field("tail", tail).field("most", most).field("shortens", shortens).finish()
    }
}

/// A text message: wiped when it is dropped.
pub struct SmsText {
    text: Draft,
    count: SmsCount,
}

impl SmsText {
    /// The text, with the code in it: for the provider, and for no log.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.as_str()
    }

    /// What it takes.
    #[must_use]
    pub const fn count(&self) -> SmsCount {
        self.count
    }

    pub(super) fn within(text: Draft, most: NonZeroU8) -> Result<Self, MessageError> {
        let count = SmsCount::of(text.as_str());
        if count.parts() > usize::from(most.get()) {
            return Err(MessageError::Parts { count, most: most.get() });
        }
        Ok(Self { text, count })
    }
}

impl fmt::Debug for SmsText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsText").field("count", &self.count).finish_non_exhaustive()
    }
}

mod kind;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU8;

pub use kind::AlertKind;

use super::built_in::mask_contact;
use super::draft::Draft;
use super::email::EmailText;
use super::error::{MessageError, WordingError};
use super::filled::{Filled, value, values};
use super::pattern::{Pattern, WithCode};
use super::sms::SmsText;
use super::wording::Language;
use crate::approval::Notice;
use crate::binding::{ContactChange, Payment, PaymentBatch, Withdrawal};
use crate::time::UnixTime;

/// Something that the account's owner has to be told, by a way of its own; no code is in it.
///
/// ```
/// use countersign::{Alert, AlertTemplate, Language, Notice, Refused, UnixTime};
///
/// fn tell(refused: &Refused, now: UnixTime) -> Result<(), Box<dyn std::error::Error>> {
///     if let Some(alert) = refused.notice().and_then(|notice| Alert::of(notice, now)) {
///         provider(AlertTemplate::built_in(Language::English)?.sms(&alert)?.expose());
///     }
///     Ok(())
/// }
/// # fn provider(_: &str) {}
/// let alert = Alert::authenticator_added("Anna's phone")?;
/// let email = AlertTemplate::built_in(Language::English)?.email(&alert);
/// assert!(email.expose_text().contains("Anna's phone"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Alert {
    kind: AlertKind,
    values: Vec<String>,
    minutes: u64,
}

impl Alert {
    /// A payment was approved: the instant alert.
    ///
    /// # Errors
    /// [`MessageError::Link`] if a text of it has a link, as in each of these.
    pub fn payment(payment: &Payment) -> Result<Self, MessageError> {
        Ok(Self::with(AlertKind::Payment, values(payment, |_| true)?))
    }

    /// A batch was approved.
    ///
    /// # Errors
    /// As [`Alert::payment`].
    pub fn payment_batch(batch: &PaymentBatch) -> Result<Self, MessageError> {
        Ok(Self::with(AlertKind::PaymentBatch, values(batch, |_| true)?))
    }

    /// A withdrawal was approved.
    ///
    /// # Errors
    /// As [`Alert::payment`].
    pub fn withdrawal(withdrawal: &Withdrawal) -> Result<Self, MessageError> {
        Ok(Self::with(AlertKind::Withdrawal, values(withdrawal, |_| true)?))
    }

    /// What a refusal's notice says. `None` for a notice that has no alert yet.
    #[must_use]
    pub fn of(notice: Notice, now: UnixTime) -> Option<Self> {
        Some(match notice {
            Notice::Locked { until } => {
                let minutes = until.as_secs().saturating_sub(now.as_secs()).div_ceil(60);
                Self { minutes, ..Self::with(AlertKind::Locked, Vec::new()) }
            }
            Notice::NextDisables => Self::with(AlertKind::NextDisables, Vec::new()),
            Notice::Disabled => Self::with(AlertKind::Disabled, Vec::new()),
        })
    }

    /// A contact was exchanged: send it to [`ContactChange::old`]. A [`ContactMove`](crate::ContactMove) brings its own.
    ///
    /// # Errors
    /// As [`Alert::payment`].
    pub fn contact_changed(change: &ContactChange) -> Result<Self, MessageError> {
        Self::contact(AlertKind::ContactChanged, change.new_address())
    }

    /// Another contact: see [`ContactNotice::alert`](crate::ContactNotice::alert).
    pub(crate) fn contact(kind: AlertKind, new: &str) -> Result<Self, MessageError> {
        let contact = value("contact", |out| mask_contact(new, out))?;
        Ok(Self::with(kind, [contact].into()))
    }

    /// An authenticator of this name was added (N63B-11). Its name is what the owner called it.
    ///
    /// # Errors
    /// As [`Alert::payment`], and [`MessageError::Value`] and [`MessageError::Character`] of the name.
    pub fn authenticator_added(name: &str) -> Result<Self, MessageError> {
        let name = value("name", |out| out.write_str(name))?;
        Ok(Self::with(AlertKind::AuthenticatorAdded, [name].into()))
    }

    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> AlertKind {
        self.kind
    }

    const fn with(kind: AlertKind, values: Vec<String>) -> Self {
        Self { kind, values, minutes: 0 }
    }
}

/// Without what is shown: a log keeps what it prints.
impl fmt::Debug for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alert").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Renders alerts in one language.
#[derive(Clone, Debug)]
pub struct AlertTemplate {
    language: Language,
    subject: String,
    sentences: Vec<(AlertKind, Pattern)>,
    most: NonZeroU8,
}

impl AlertTemplate {
    /// The sentences that come with this crate. An alert is no secret and may take up to three parts, so that it names what
    /// it is about in full.
    ///
    /// # Errors
    /// As [`Wording::built_in`](super::Wording::built_in).
    pub fn built_in(language: Language) -> Result<Self, WordingError> {
        let blank = Self {
            language,
            subject: language.alert().into(),
            sentences: Vec::new(),
            most: NonZeroU8::MIN.saturating_add(2),
        };
        AlertKind::ALL.into_iter().try_fold(blank, |made, kind| made.sentence(kind, kind.sentence(language)))
    }

    /// Puts a sentence of your own in the place of one.
    ///
    /// # Errors
    /// As [`Wording::new`](super::Wording::new), and [`WordingError::Code`] if it has a code; [`WordingError::Missing`] names
    /// what an alert of that kind has to show.
    pub fn sentence(mut self, kind: AlertKind, pattern: &str) -> Result<Self, WordingError> {
        let pattern = Pattern::parse(pattern, kind.fields(), WithCode::Forbidden)?;
        self.sentences.retain(|(other, _)| *other != kind);
        self.sentences.push((kind, pattern));
        Ok(self)
    }

    /// Puts a subject of your own in the place of the e-mail's.
    ///
    /// # Errors
    /// As [`EmailTemplate::new`](super::EmailTemplate::new).
    pub fn subject(self, subject: &str) -> Result<Self, WordingError> {
        Ok(Self { subject: Pattern::plain(subject)?, ..self })
    }

    /// Allows so many parts of a text message.
    #[must_use]
    pub fn parts(self, most: NonZeroU8) -> Self {
        Self { most, ..self }
    }

    /// The alert as a text message.
    ///
    /// # Errors
    /// [`MessageError::Parts`].
    pub fn sms(&self, alert: &Alert) -> Result<SmsText, MessageError> {
        SmsText::within(self.text(alert), self.most)
    }

    /// The alert as an e-mail.
    #[must_use]
    pub fn email(&self, alert: &Alert) -> EmailText {
        EmailText::new(&self.subject, self.text(alert), Some(self.language))
    }

    fn text(&self, alert: &Alert) -> Draft {
        let Alert { kind, values, minutes } = alert;
        let mut text = Draft::default();
        for (_, pattern) in self.sentences.iter().filter(|(other, _)| other == kind) {
            let values = Cow::Borrowed(values.as_slice());
            Filled { pattern, fields: kind.fields(), values, code: "", minutes: *minutes }.write(&mut text);
        }
        text
    }
}

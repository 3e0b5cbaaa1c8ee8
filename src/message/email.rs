use alloc::string::String;
use core::fmt;

use super::draft::Draft;
use super::error::{MessageError, WordingError};
use super::pattern::Pattern;
use super::shown::Shown;
use super::wording::{Language, Wording};
use crate::challenge::{Slip, Template};

/// Renders e-mails: a subject without the code, a text part and an HTML part that say the same.
///
/// E-mail is no out-of-band authenticator (NIST SP 800-63B-4): it confirms addresses, and which purposes may use it the policy
/// says. The HTML part has no link, no picture and nothing from elsewhere.
pub struct EmailTemplate<B> {
    subject: String,
    wording: Wording<B>,
}

impl<B: Shown> EmailTemplate<B> {
    /// An e-mail with this subject, which is plain text: a lock screen shows it, so it has neither the code nor what is bound.
    ///
    /// # Errors
    /// [`WordingError::Braces`] if it is empty or has a place, [`WordingError::Code`], [`WordingError::Link`] and
    /// [`WordingError::Character`].
    pub fn new(subject: &str, wording: Wording<B>) -> Result<Self, WordingError> {
        Ok(Self { subject: Pattern::plain(subject)?, wording })
    }

    /// The e-mail that comes with the binding.
    ///
    /// # Errors
    /// As [`Wording::built_in`].
    pub fn built_in(language: Language) -> Result<Self, WordingError> {
        Self::new(language.subject(), Wording::built_in(language)?)
    }
}

impl<B: Shown> Template<B> for EmailTemplate<B> {
    type Message = Result<EmailText, MessageError>;

    fn render(&self, slip: &Slip<'_, B>) -> Self::Message {
        let filled = self.wording.fill(slip, slip.code())?;
        let mut text = Draft::with_capacity(filled.length());
        filled.write(&mut text);
        Ok(EmailText::new(&self.subject, text, self.wording.language()))
    }
}

impl<B> fmt::Debug for EmailTemplate<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailTemplate").field("subject", &self.subject).field("wording", &self.wording).finish()
    }
}

/// An e-mail: both its parts are wiped when it is dropped.
pub struct EmailText {
    subject: String,
    text: Draft,
    html: Draft,
}

impl EmailText {
    /// The subject, which has no code in it.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain text part.
    #[must_use]
    pub fn expose_text(&self) -> &str {
        self.text.as_str()
    }

    /// The HTML part, a whole document in UTF-8.
    #[must_use]
    pub fn expose_html(&self) -> &str {
        self.html.as_str()
    }

    pub(super) fn new(subject: &str, text: Draft, language: Option<Language>) -> Self {
        let html = document(subject, text.as_str(), language);
        Self { subject: subject.into(), text, html }
    }
}

impl fmt::Debug for EmailText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailText").field("subject", &self.subject).finish_non_exhaustive()
    }
}

fn document(subject: &str, text: &str, language: Option<Language>) -> Draft {
    let mut html = Draft::with_capacity(320 + 2 * (subject.len() + text.len()));
    html.push("<!doctype html>\n<html");
    if let Some(language) = language {
        html.push(" lang=\"");
        html.push(language.tag());
        html.push("\"");
    }
    html.push("><head><meta charset=\"utf-8\">");
    // Mail programs make links of what looks like one; this asks them not to.
    html.push("<meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\"><title>");
    escape(&mut html, subject);
    html.push("</title></head><body><p>");
    escape(&mut html, text);
    html.push("</p></body></html>\n");
    html
}

/// Run by run, since most text has nothing to escape.
fn escape(html: &mut Draft, text: &str) {
    const SPECIAL: [char; 5] = ['&', '<', '>', '"', '\''];
    for run in text.split_inclusive(SPECIAL) {
        let plain = run.trim_end_matches(SPECIAL);
        html.push(plain);
        html.push(match run.get(plain.len()..) {
            Some("&") => "&amp;",
            Some("<") => "&lt;",
            Some(">") => "&gt;",
            Some("\"") => "&quot;",
            Some("'") => "&#39;",
            _ => "",
        });
    }
}

use alloc::string::String;
use core::fmt;

use super::draft::Draft;
use super::error::MessageError;
use super::shown::Shown;
use super::wording::{Language, Wording};
use crate::challenge::{Slip, Template};

/// Renders what a voice reads out: the whole sentence twice, the code's digits apart.
///
/// Twice all of it, since whoever picks up late misses the amount as easily as the code. The digits stay figures, which
/// every voice reads in its own language.
pub struct VoiceTemplate<B> {
    wording: Wording<B>,
    pause: String,
}

impl<B: Shown> VoiceTemplate<B> {
    /// A call with this wording.
    #[must_use]
    pub fn new(wording: Wording<B>) -> Self {
        let pause = wording.language().unwrap_or(Language::English).pause().into();
        Self { wording, pause }
    }

    /// Puts something else between the digits than a comma, such as a pause that the provider knows.
    #[must_use]
    pub fn pause(self, between: &str) -> Self {
        Self { pause: between.into(), ..self }
    }
}

impl<B: Shown> Template<B> for VoiceTemplate<B> {
    type Message = Result<VoiceText, MessageError>;

    fn render(&self, slip: &Slip<'_, B>) -> Self::Message {
        let code = slip.code();
        let mut apart = Draft::with_capacity(code.len() * (4 + self.pause.len()));
        for (place, digit) in code.chars().enumerate() {
            apart.push(if place == 0 { "" } else { &self.pause });
            apart.push(digit.encode_utf8(&mut [0; 4]));
        }
        let filled = self.wording.fill(slip, apart.as_str())?;
        let mut text = Draft::with_capacity(2 * filled.length() + 1);
        filled.write(&mut text);
        text.push("\n");
        filled.write(&mut text);
        Ok(VoiceText(text))
    }
}

impl<B> fmt::Debug for VoiceTemplate<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VoiceTemplate").field("wording", &self.wording).field("pause", &self.pause).finish()
    }
}

/// What a voice reads out: wiped when it is dropped.
pub struct VoiceText(Draft);

impl VoiceText {
    /// The text, with the code in it, as two equal lines.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for VoiceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VoiceText(..)")
    }
}

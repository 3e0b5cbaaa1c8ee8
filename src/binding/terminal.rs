use super::{Binding, Encoder, sealed};
use crate::error::Invalid;
use crate::text::Text;

/// A point-of-sale terminal that is to be put to work for a merchant.
///
/// Build it from your own row; with the feature `serde`, read it from your own queue or table, never from a request.
///
/// ```
/// use countersign::TerminalActivation;
///
/// let activation = TerminalActivation::new("merchant-77", "T650p", "SN-0012-9931")?;
/// assert_eq!(activation.serial(), "SN-0012-9931");
/// # Ok::<(), countersign::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct TerminalActivation {
    merchant: Text<64>,
    model: Text<64>,
    serial: Text<64>,
}

impl TerminalActivation {
    /// An activation; each text has at most 64 bytes.
    ///
    /// # Errors
    /// [`Invalid::TextEmpty`], [`Invalid::TextTooLong`] or [`Invalid::TextCharacter`]; see [`Text`].
    pub fn new(merchant: &str, model: &str, serial: &str) -> Result<Self, Invalid> {
        Ok(Self { merchant: Text::new(merchant)?, model: Text::new(model)?, serial: Text::new(serial)? })
    }

    /// For whom it will take money.
    #[must_use]
    pub fn merchant(&self) -> &str {
        self.merchant.as_str()
    }

    /// What it is.
    #[must_use]
    pub fn model(&self) -> &str {
        self.model.as_str()
    }

    /// Which one it is.
    #[must_use]
    pub fn serial(&self) -> &str {
        self.serial.as_str()
    }
}

impl Binding for TerminalActivation {
    const DOMAIN: &'static str = "countersign/terminal-activation";
    const ORIGIN: sealed::Origin = sealed::Origin::Crate;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.text(self.merchant());
        out.text(self.model());
        out.text(self.serial());
    }
}

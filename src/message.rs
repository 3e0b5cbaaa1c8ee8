//! What the person reads: sentences that are filled from the very value that the code authorises.

mod alert;
mod built_in;
mod draft;
mod email;
mod error;
mod filled;
mod parts;
mod pattern;
mod registered;
mod shown;
mod sms;
mod tail;
mod voice;
mod wording;

pub use alert::{Alert, AlertKind, AlertTemplate};
pub use email::{EmailTemplate, EmailText};
pub use error::{MessageError, WordingError};
pub use parts::{SmsCount, SmsEncoding};
pub use registered::{RegisteredMessage, RegisteredTemplate, Variable};
pub use shown::{Field, Shown};
pub use sms::{SmsTemplate, SmsText};
pub use voice::{VoiceTemplate, VoiceText};
pub use wording::{Language, Wording};

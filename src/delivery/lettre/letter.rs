use std::format;
use std::string::String;
use std::vec::Vec;

use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use zeroize::Zeroizing;

use crate::delivery::IdempotencyKey;
use crate::message::EmailText;

const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// The letter as it travels, in ASCII: `lettre` encodes names, subject and both parts where they are not.
pub(super) fn write(
    sender: &Mailbox,
    to: &Address,
    message: &EmailText,
    key: &IdempotencyKey,
) -> Option<Zeroizing<Vec<u8>>> {
    let parts = MultiPart::alternative()
        // No part can hold it, since nobody who writes one knows the key. `lettre` would draw one.
        .boundary(format!("=_{key}"))
        .singlepart(SinglePart::plain(String::from(message.expose_text())))
        .singlepart(SinglePart::html(String::from(message.expose_html())));
    let letter = Message::builder()
        .from(sender.clone())
        .to(to.clone().into())
        .subject(message.subject())
        .message_id(Some(format!("<{key}@{}>", sender.email.domain())))
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".into()))
        .multipart(parts)
        .ok()?;
    // Eight-bit text would need an extension of the server's.
    Some(Zeroizing::new(letter.formatted())).filter(|letter| letter.is_ascii())
}

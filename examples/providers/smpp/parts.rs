use core::time::Duration;

use countersign::{IdempotencyKey, SmsEncoding, SmsText};
use rusmpp::extra::concatenation::SubmitSmMultipartExt;
use rusmpp::pdus::SubmitSm;
use rusmpp::tlvs::MessageSubmissionRequestTlvValue;
use rusmpp::types::EmptyOrFullCOctetString;
use rusmpp::values::{EsmClass, Npi, Ton};

use super::text;
use super::utf16::Utf16;

/// What each header of a part takes: its length, the kind, its length, reference, total and number.
const HEADER: usize = 6;

/// The message in the parts that it was counted in; `None` if it cannot be written so, or names are not what SMPP takes.
///
/// The key has 16 bytes, and SMPP has two for a reference of the sender's. They tell the SMSC that a message came twice; and
/// the parts' reference, which is from the key as well, lets the phone put the same parts into the same place.
pub(super) fn of(
    message: &SmsText,
    sender: &str,
    to: &str,
    lifetime: Duration,
    key: &IdempotencyKey,
) -> Option<Vec<SubmitSm>> {
    let [first, second, third, ..] = *key.as_bytes();
    let count = message.count();
    let blank = SubmitSm::builder()
        .source_addr_ton(Ton::Alphanumeric)
        .source_addr(text(sender).ok()?)
        .dest_addr_ton(Ton::International)
        .dest_addr_npi(Npi::Isdn)
        .destination_addr(text(to).ok()?)
        // The default of `rusmpp` 0.4 says that the message acknowledges a delivery.
        .esm_class(EsmClass::from(0))
        .validity_period(validity(lifetime)?)
        .push_tlv(MessageSubmissionRequestTlvValue::UserMessageReference(u16::from_be_bytes([first, second]).into()))
        .build();
    let parts = blank.multipart(message.expose()).reference_u8(third);
    let parts = match count.encoding() {
        // One octet a septet, as SMSCs take them. Six octets of header are seven septets on the air.
        SmsEncoding::Gsm7 => {
            let most = if count.parts() == 1 { 160 } else { 153 + HEADER };
            parts.max_short_message_size(most).build().ok()?
        }
        SmsEncoding::Ucs2 => parts.encoder(Utf16).max_short_message_size(140).build().ok()?,
        _ => return None,
    };
    (parts.len() == count.parts()).then_some(parts)
}

/// A time from now on: `YYMMDDhhmmss000R` (SMPP 3.4, section 7.1.1).
fn validity(lifetime: Duration) -> Option<EmptyOrFullCOctetString<17>> {
    let seconds = lifetime.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    format!("0000{days:02}{hours:02}{minutes:02}{:02}000R", seconds % 60).parse().ok()
}

//! Whether anything of a message, or a password, is logged.

use core::fmt::{Debug, Write as _};
use std::sync::{Mutex, PoisonError};

use countersign::{AsyncChannel, Delivery, Language, Wording};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::smsc::{Smsc, Step, Whim};
use crate::{AMPLE, KEY, channel, phone, sms};

/// Keeps every field of every event that anybody in this process emits.
static LOG: Mutex<String> = Mutex::new(String::new());

struct Everything;

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Fields(&mut LOG.lock().unwrap_or_else(PoisonError::into_inner)));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn f65_no_log_holds_the_message_the_number_or_the_password() {
    tracing::subscriber::set_global_default(Everything).unwrap();
    let smsc = Smsc::start(Step::Part(9), Whim::Hang).await;
    let (code, message) = sms("Anna's Bikes", Wording::built_in(Language::English).unwrap());
    let channel = channel(smsc.port, "hunter22", AMPLE);
    assert_eq!(channel.send_async(&message, &phone(), &KEY).await, Delivery::Sent);
    let log = LOG.lock().unwrap();
    assert!(log.contains("message=Waiting for ack"), "nothing was heard");
    for secret in [code.as_str(), "4915112345678", "hunter22", "Anna", &hexadecimal(&code)] {
        assert!(!log.contains(secret), "{secret}");
    }
}

/// How bytes are shown that are shown as such.
fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

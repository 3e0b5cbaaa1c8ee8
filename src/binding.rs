//! What a code authorises: values that are encoded so that no two of them ever look alike.

mod batch;
mod contact;
mod login;
mod payment;
mod terminal;
mod withdrawal;

use core::fmt;

pub use batch::{PaymentBatch, PaymentBatchBuilder};
pub use contact::ContactChange;
pub use login::Login;
pub use payment::Payment;
pub use terminal::TerminalActivation;
pub use withdrawal::Withdrawal;

use crate::error::Invalid;
use crate::mac::Message;

/// A value that a code can authorise (RTS Art. 5: the code is specific to the amount and the payee).
///
/// `encode` must write every field that the authorised action depends on, in a fixed order. The encoder prefixes
/// each field with its length, so `"1"` and `"23"` never read like `"12"` and `"3"`; a field that may be absent
/// needs a number before it that says whether it is there. What `encode` leaves out, the code does not protect.
///
/// A value must encode alike for as long as it lives: it is hashed when the operation is made and handed over when it is
/// approved. Keep cells, locks and shared pointers to them out of it.
///
/// ```
/// use countersign::{Binding, Encoder};
///
/// struct KeyRotation {
///     vault: u64,
///     fingerprint: [u8; 32],
/// }
///
/// impl Binding for KeyRotation {
///     const DOMAIN: &'static str = "example.com/key-rotation/1";
///
///     fn encode(&self, out: &mut Encoder<'_>) {
///         out.number(self.vault);
///         out.bytes(&self.fingerprint);
///     }
/// }
/// ```
pub trait Binding {
    /// Names the type, for good: it is encoded first, so that values of two types never encode alike. A domain
    /// that begins with `countersign/` is this crate's own, and does not compile elsewhere.
    const DOMAIN: &'static str;

    #[doc(hidden)]
    const ORIGIN: sealed::Origin = sealed::Origin::Caller;

    /// Writes every field that matters, in a fixed order.
    fn encode(&self, out: &mut Encoder<'_>);

    /// Whether a code for this value may be issued there. This crate's own values may have an opinion.
    #[doc(hidden)]
    fn admit(&self, _door: &sealed::Door<'_>) -> Result<(), Invalid> {
        Ok(())
    }
}

impl<B: Binding + ?Sized> Binding for &B {
    const DOMAIN: &'static str = B::DOMAIN;
    const ORIGIN: sealed::Origin = B::ORIGIN;

    fn encode(&self, out: &mut Encoder<'_>) {
        (**self).encode(out);
    }

    fn admit(&self, door: &sealed::Door<'_>) -> Result<(), Invalid> {
        (**self).admit(door)
    }
}

/// Writes length-prefixed fields, which go straight into a keyed hash and nowhere else.
pub struct Encoder<'k> {
    message: Message<'k>,
}

impl<'k> Encoder<'k> {
    /// The message, with a value after it.
    pub(crate) fn write<B: Binding>(message: Message<'k>, value: &B) -> Message<'k> {
        let mut encoder = Self { message };
        encoder.text(B::DOMAIN);
        value.encode(&mut encoder);
        encoder.message
    }

    /// A number.
    pub fn number(&mut self, number: u64) {
        self.bytes(&number.to_be_bytes());
    }

    /// Text, as its UTF-8 bytes.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Bytes. The prefix is one byte up to 254, and `255` with eight bytes after it beyond.
    pub fn bytes(&mut self, bytes: &[u8]) {
        match u8::try_from(bytes.len()) {
            Ok(length) if length < u8::MAX => self.message.update(&[length]),
            _ => {
                self.message.update(&[u8::MAX]);
                self.message.update(&(bytes.len() as u64).to_be_bytes());
            }
        }
        self.message.update(bytes);
    }
}

impl fmt::Debug for Encoder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Encoder(..)")
    }
}

/// Refuses, at compile time, a caller's type with a blank or reserved domain.
pub(crate) const fn check_domain<B: Binding>() {
    let domain = B::DOMAIN.as_bytes();
    assert!(!domain.trim_ascii().is_empty(), "Binding::DOMAIN is blank");
    if matches!(B::ORIGIN, sealed::Origin::Caller) {
        assert!(
            !starts_with(domain, b"countersign/"),
            "Binding::DOMAIN begins with `countersign/`, which is reserved"
        );
    }
}

const fn starts_with(mut text: &[u8], mut prefix: &[u8]) -> bool {
    while let ([a, rest @ ..], [b, more @ ..]) = (text, prefix) {
        if *a != *b {
            return false;
        }
        text = rest;
        prefix = more;
    }
    prefix.is_empty()
}

pub(crate) mod sealed {
    use crate::approval::SubjectTag;
    use crate::keyring::Keyring;
    use crate::recipient::Recipient;
    use crate::subject::Subject;
    use crate::time::UnixTime;

    /// Whose type it is. Nobody outside can name this, so nobody outside can claim to be this crate.
    #[derive(Clone, Copy, Debug)]
    #[expect(unnameable_types, reason = "a seal has to be public and out of reach")]
    pub enum Origin {
        Crate,
        Caller,
    }

    /// Where a code is about to be issued: to whom, in whose name, and when.
    #[derive(Debug)]
    #[expect(unnameable_types, reason = "a seal has to be public and out of reach")]
    pub struct Door<'a> {
        pub(crate) keyring: &'a Keyring,
        pub(crate) subject: &'a Subject,
        pub(crate) recipient: &'a Recipient<'a>,
        pub(crate) now: UnixTime,
    }

    impl Door<'_> {
        /// Computed for those who ask; most values do not.
        pub(crate) fn subject_tag(&self) -> SubjectTag {
            self.keyring.subject_tag(self.subject)
        }
    }
}

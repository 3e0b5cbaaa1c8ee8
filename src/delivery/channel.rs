use super::IdempotencyKey;
use crate::event::EventKind;
use crate::recipient::Recipient;

/// What a channel knows of a message that was given to it.
///
/// | wrong answer | price |
/// |---|---|
/// | [`Sent`](Self::Sent) for a message that never left | **nobody gets a code**, and nothing else is tried until the person asks |
/// | [`NotSent`](Self::NotSent) for a message that left | the person gets **two messages**, the day's budget pays for one, and what it costs at the provider is paid twice |
/// | [`Unknown`](Self::Unknown) where the answer was known | a fallback that comes later, or one that was not needed |
///
/// So a doubt is `Unknown`: that is what both other answers must never be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[expect(clippy::exhaustive_enums, reason = "a channel knows that it left, that it did not, or neither")]
pub enum Delivery {
    /// The provider took it. That somebody read it nobody knows.
    Sent,
    /// It surely did not leave and never will: refused, or the provider was not even reached.
    NotSent,
    /// Nobody can tell: the connection broke, or the time was over, after the message may have been read.
    Unknown,
}

impl Delivery {
    /// How it is told.
    pub(crate) const fn kind(self) -> EventKind {
        match self {
            Self::Sent => EventKind::Sent,
            Self::NotSent => EventKind::NotSent,
            Self::Unknown => EventKind::SendUnknown,
        }
    }
}

/// One provider, for recipients of one [kind](crate::RecipientKind) and messages of one type, such as
/// `SmsText` or `EmailText`; a gateway that takes several has this trait for each.
///
/// # Contract
/// * One call is one message to one recipient, once. A channel that retries by itself hides a second message from the
///   budget; only what surely did not leave may be tried again, and [`Delivery::NotSent`] leaves that to the route.
/// * The answer comes within the channel's own time-out. What is not answered by then is [`Delivery::Unknown`], unless
///   nothing of the message had been written.
/// * `key` goes to the provider where it takes one: the same send has the same key, and any other has another.
/// * The message has the code in it: no log, no error and no panic shows it, nor the address.
///
/// What each wrong answer costs is on [`Delivery`]'s page. The answer is no `Result`: an error that a channel can explain is
/// for its own log, and what the route needs is which of the three it was.
///
/// | what happened | answer |
/// |---|---|
/// | the name did not resolve, the connection was refused, or no login | `NotSent` |
/// | the provider refused this message, with an answer of its own | `NotSent` |
/// | it took it, with an answer of its own | `Sent` |
/// | broken off, closed or timed out after the first byte of the message | `Unknown` |
/// | an answer that cannot be read, or "try again later" that may already have queued it | `Unknown` |
///
/// ```
/// use countersign::{Channel, Delivery, IdempotencyKey, Recipient};
///
/// /// A modem on a serial line.
/// struct Modem;
///
/// impl Channel<str> for Modem {
///     fn send(&self, message: &str, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
///         match self.command(recipient.address(), message, &key.to_string()) {
///             Ok("+CMGS") => Delivery::Sent,
///             Ok(_) => Delivery::NotSent,
///             Err(Silence) => Delivery::Unknown,
///         }
///     }
/// }
/// # struct Silence;
/// # impl Modem {
/// #     fn command(&self, _: &str, _: &str, _: &str) -> Result<&'static str, Silence> { Ok("+CMGS") }
/// # }
/// let phone = Recipient::sms("+4915112345678")?;
/// let key = IdempotencyKey::from_bytes([7; 16]);
/// assert_eq!(Modem.send("067820 pays EUR 129.90", &phone, &key), Delivery::Sent);
/// # Ok::<(), countersign::Invalid>(())
/// ```
pub trait Channel<M: ?Sized> {
    /// Gives one message to the provider.
    fn send(&self, message: &M, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery;
}

/// A provider that is awaited. Its contract, and what a wrong answer costs, are those of [`Channel`].
///
/// Implementers write plain `async fn`. The method has a name of its own, so that a type with both traits can be called
/// without saying which.
///
/// A future that is dropped before it is ready may or may not have sent: whoever drops it, as a time-out does, takes that
/// for [`Delivery::Unknown`].
pub trait AsyncChannel<M: ?Sized + Sync>: Sync {
    /// As [`Channel::send`].
    fn send_async(
        &self,
        message: &M,
        recipient: &Recipient<'_>,
        key: &IdempotencyKey,
    ) -> impl Future<Output = Delivery> + Send;
}

impl<M: ?Sized, C: Channel<M> + ?Sized> Channel<M> for &C {
    fn send(&self, message: &M, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
        (**self).send(message, recipient, key)
    }
}

impl<M: ?Sized + Sync, C: AsyncChannel<M>> AsyncChannel<M> for &C {
    fn send_async(
        &self,
        message: &M,
        recipient: &Recipient<'_>,
        key: &IdempotencyKey,
    ) -> impl Future<Output = Delivery> + Send {
        (**self).send_async(message, recipient, key)
    }
}

#[cfg(feature = "alloc")]
impl<M: ?Sized, C: Channel<M> + ?Sized> Channel<M> for alloc::sync::Arc<C> {
    fn send(&self, message: &M, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
        (**self).send(message, recipient, key)
    }
}

#[cfg(feature = "alloc")]
impl<M: ?Sized + Sync, C: AsyncChannel<M> + Send> AsyncChannel<M> for alloc::sync::Arc<C> {
    fn send_async(
        &self,
        message: &M,
        recipient: &Recipient<'_>,
        key: &IdempotencyKey,
    ) -> impl Future<Output = Delivery> + Send {
        (**self).send_async(message, recipient, key)
    }
}

#[cfg(feature = "alloc")]
use alloc::boxed::Box;
use core::fmt;
#[cfg(feature = "alloc")]
use core::pin::Pin;

#[cfg(feature = "alloc")]
use super::AsyncChannel;
#[cfg(feature = "alloc")]
use super::IdempotencyKey;
use super::{Channel, Delivery};
use crate::challenge::{Issued, Template};
use crate::recipient::Recipient;

/// How a message of one kind is written, and through which channel it leaves.
///
/// The template answers a `Result`, as those of this crate do; a message that cannot be written, such as one with too many
/// parts, is taken for one that did not leave, and the next leg is tried.
///
/// ```
/// use countersign::{Channel, Delivery, IdempotencyKey, Payment, Recipient, Slip, Carrier};
/// use core::convert::Infallible;
///
/// struct Console;
///
/// impl Channel<String> for Console {
///     fn send(&self, message: &String, recipient: &Recipient<'_>, _: &IdempotencyKey) -> Delivery {
///         println!("to {}: {message}", recipient.address());
///         Delivery::Sent
///     }
/// }
///
/// let text = |slip: &Slip<'_, Payment>| Ok::<_, Infallible>(format!("{} pays {}", slip.code(), slip.binding().amount()));
/// let carrier = Carrier::new(text, Console);
/// # let _ = carrier;
/// ```
#[derive(Clone, Copy)]
pub struct Carrier<T, C> {
    template: T,
    channel: C,
}

impl<T, C> Carrier<T, C> {
    /// Messages of this template through that channel.
    #[must_use]
    pub const fn new(template: T, channel: C) -> Self {
        Self { template, channel }
    }

    /// The channel.
    #[must_use]
    pub const fn channel(&self) -> &C {
        &self.channel
    }
}

impl<T, C> fmt::Debug for Carrier<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Carrier(..)")
    }
}

/// What a channel answered; `None` if there was no message to give to it.
pub(super) type Carried = Option<Delivery>;

/// A [`Carrier`] whose message's type nobody has to know.
pub(super) trait Carry<B> {
    fn carry(&self, issued: &Issued<'_, B>, recipient: &Recipient<'_>) -> Carried;
}

impl<B, T, C, M, E> Carry<B> for Carrier<T, C>
where
    T: Template<B, Message = Result<M, E>>,
    C: Channel<M>,
{
    fn carry(&self, issued: &Issued<'_, B>, recipient: &Recipient<'_>) -> Carried {
        let message = issued.message(&self.template)?.ok()?;
        Some(self.channel.send(&message, recipient, &issued.key()))
    }
}

/// A message on its way.
#[cfg(feature = "alloc")]
pub(super) type Carriage<'c> = Pin<Box<dyn Future<Output = Carried> + Send + 'c>>;

/// [`Carry`], awaited.
#[cfg(feature = "alloc")]
pub(super) trait AsyncCarry<B>: Sync {
    fn carry_async<'c>(&'c self, issued: &Issued<'_, B>, recipient: Recipient<'c>) -> Carriage<'c>;
}

#[cfg(feature = "alloc")]
impl<B, T, C, M, E> AsyncCarry<B> for Carrier<T, C>
where
    T: Template<B, Message = Result<M, E>> + Sync,
    C: AsyncChannel<M>,
    M: Send + Sync + 'static,
{
    fn carry_async<'c>(&'c self, issued: &Issued<'_, B>, recipient: Recipient<'c>) -> Carriage<'c> {
        let message = issued.message(&self.template).and_then(Result::ok);
        let key: IdempotencyKey = issued.key();
        Box::pin(async move { Some(self.channel.send_async(&message?, &recipient, &key).await) })
    }
}

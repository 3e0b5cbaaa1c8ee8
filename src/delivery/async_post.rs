use core::fmt;
use core::time::Duration;

use rand_core::TryCryptoRng;

use super::carrier::{AsyncCarry, Carrier};
use super::departure::{KINDS, place};
use super::given::Given;
use super::journey::{Attempt, Journey, too_soon};
use super::timer::{Timer, before};
use super::{AsyncChannel, Delivery, Departure, Errand, IdempotencyKey};
use crate::binding::Binding;
use crate::challenge::{Handle, Issued, Settled, Template, Verifier};
use crate::error::Invalid;
use crate::event::{Event, Observed};
use crate::operation::{Failure, Operation};
use crate::recipient::RecipientKind;
use crate::store::AsyncStore;
use crate::time::Clock;

/// Waits for the gap before a fallback, at most: other challenges of the record may send meanwhile and prolong it.
const WAITS: u8 = 2;

/// Carries codes along their routes, with channels and a store that are awaited. What [`Post`](super::Post) says of
/// itself is true of it too, and it knows time:
///
/// * A channel that has not answered when its leg's time-out is over is given up, and its message
///   [`Unknown`](Delivery::Unknown).
/// * Where the next leg has to wait for the policy's gap, it waits, and then asks the record again. A code that was
///   confirmed meanwhile ends the journey.
///
/// It needs no runtime: the caller's [`Timer`] waits, such as `tokio::time::sleep`.
///
/// A future that is dropped, with the handler of a client that went away, leaves a message of which nobody knows. Spawn it;
/// and where one is lost all the same, [`onward`](Self::onward) goes on, by another channel.
///
/// ```
/// use core::convert::Infallible;
/// use countersign::*;
///
/// /// A gateway that hangs.
/// struct Gateway;
/// struct Switchboard;
///
/// impl AsyncChannel<String> for Gateway {
///     async fn send_async(&self, _: &String, _: &Recipient<'_>, _: &IdempotencyKey) -> Delivery {
///         std::future::pending().await
///     }
/// }
///
/// impl AsyncChannel<String> for Switchboard {
///     async fn send_async(&self, _: &String, _: &Recipient<'_>, _: &IdempotencyKey) -> Delivery {
///         Delivery::Sent
///     }
/// }
///
/// # const EAGER: Policy = match Policy::PAYMENT.draft().gap(0).build() { Ok(policy) => policy, Err(_) => panic!() };
/// # const PAY: Purpose<Payment> = Purpose::new("pay", EAGER);
/// # let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
/// # let (verifier, store) = (Verifier::new(keys), MemoryStore::new());
/// # let payment = Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711")?;
/// # let customer = Subject::new("customer-4711")?;
/// # let verified = UnixTime::from_secs(1_750_000_000);
/// # let phone = Recipient::sms("+4915112345678")?.verified(verified);
/// # let call = Recipient::voice("+4915112345678")?.verified(verified);
/// # let timer = |_| std::future::ready(()); // no test waits
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let words = |slip: &Slip<'_, Payment>| Ok::<_, Infallible>(format!("{} pays {}", slip.code(), slip.binding().amount()));
/// let (text, voice) = (Carrier::new(words, Gateway), Carrier::new(words, Switchboard));
/// let post = AsyncPost::new(&verifier, &store, &SystemClock, &timer) // `tokio::time::sleep`, say
///     .by(RecipientKind::Sms, &text)
///     .by(RecipientKind::Voice, &voice);
///
/// let route = Route::new(&[Leg::new(phone).timeout(5), Leg::new(call)])?;
/// let errand = Errand::new(PAY, &customer, &payment, route);
/// let journey = post.issue(&errand, &mut SystemRng).await?.deliver(&mut SystemRng).await;
/// let answers: Vec<_> = journey.attempts().map(|attempt| (attempt.channel(), attempt.delivery())).collect();
/// assert_eq!(answers, [(RecipientKind::Sms, Delivery::Unknown), (RecipientKind::Voice, Delivery::Sent)]);
/// # Ok::<(), Failure<MemoryStoreError>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AsyncPost<'p, B, S: ?Sized, C: ?Sized, W: ?Sized> {
    verifier: &'p Verifier,
    store: &'p S,
    clock: &'p C,
    timer: &'p W,
    carriers: [Option<&'p dyn AsyncCarry<B>>; KINDS],
    watcher: Option<&'p (dyn Fn(&Event) + Sync)>,
}

impl<'p, B, S, C, W> AsyncPost<'p, B, S, C, W>
where
    B: Binding + Sync,
    S: AsyncStore + ?Sized,
    C: Clock + Sync + ?Sized,
    W: Timer + ?Sized,
{
    /// A post without a channel.
    #[must_use]
    pub const fn new(verifier: &'p Verifier, store: &'p S, clock: &'p C, timer: &'p W) -> Self {
        Self { verifier, store, clock, timer, carriers: [const { None }; KINDS], watcher: None }
    }

    /// Messages to recipients of this kind go with this carrier. A later word replaces an earlier one.
    #[must_use]
    pub fn by<T, D, M, E>(mut self, kind: RecipientKind, carrier: &'p Carrier<T, D>) -> Self
    where
        T: Template<B, Message = Result<M, E>> + Sync,
        D: AsyncChannel<M>,
        M: Send + Sync + 'static,
    {
        if let Some(there) = self.carriers.get_mut(place(kind)) {
            *there = Some(carrier);
        }
        self
    }

    /// Whoever is told every [`Event`] as it happens: see [`Post::watched_by`](super::Post::watched_by).
    #[must_use]
    pub fn watched_by(self, watcher: &'p (dyn Fn(&Event) + Sync)) -> Self {
        Self { watcher: Some(watcher), ..self }
    }

    /// Issues, as [`Verifier::issue`].
    ///
    /// # Errors
    /// As [`Operation::run`], and [`Invalid::Channel`] if some leg of the route has no carrier here.
    pub async fn issue<'d, R: TryCryptoRng + ?Sized>(
        &'d self,
        errand: &'d Errand<'_, B>,
        rng: &mut R,
    ) -> Result<Departure<'d, B, Self>, Failure<S::Error>> {
        self.check(errand)?;
        let issue = errand.issue(self.verifier, self.clock.now()?, rng)?;
        self.depart(errand, issue).await
    }

    /// Sends once more by the leg that the last message took, as [`Verifier::resend`].
    ///
    /// # Errors
    /// As [`issue`](Self::issue).
    pub async fn resend<'d, R: TryCryptoRng + ?Sized>(
        &'d self,
        errand: &'d Errand<'_, B>,
        handle: Handle,
        rng: &mut R,
    ) -> Result<Departure<'d, B, Self>, Failure<S::Error>> {
        self.check(errand)?;
        let resend = errand.resend(self.verifier, handle, self.clock.now()?, rng)?;
        self.depart(errand, resend).await
    }

    /// Goes on with the next leg, as [`Verifier::onward`]: after a journey that ended in doubt, or one that nobody
    /// finished.
    ///
    /// # Errors
    /// As [`issue`](Self::issue).
    pub async fn onward<'d, R: TryCryptoRng + ?Sized>(
        &'d self,
        errand: &'d Errand<'_, B>,
        handle: Handle,
        rng: &mut R,
    ) -> Result<Departure<'d, B, Self>, Failure<S::Error>> {
        self.check(errand)?;
        let onward = errand.onward(self.verifier, handle, self.clock.now()?, rng)?;
        self.depart(errand, onward).await
    }

    fn check(&self, errand: &Errand<'_, B>) -> Result<(), Invalid> {
        let has_carrier = errand.route().legs().all(|leg| self.carrier(leg.recipient().kind()).is_some());
        if has_carrier { Ok(()) } else { Err(Invalid::Channel) }
    }

    fn carrier(&self, kind: RecipientKind) -> Option<&'p dyn AsyncCarry<B>> {
        self.carriers.get(place(kind)).copied().flatten()
    }

    async fn depart<'d, O: Operation<Output = Issued<'d, B>> + Send>(
        &'d self,
        errand: &'d Errand<'d, B>,
        operation: O,
    ) -> Result<Departure<'d, B, Self>, Failure<S::Error>> {
        let Observed { event, outcome } = operation.run_observed_async(self.store).await;
        self.tell(&event);
        Ok(Departure { post: self, errand, issued: outcome?, event })
    }

    fn tell(&self, event: &Event) {
        if let Some(watcher) = self.watcher {
            watcher(event);
        }
    }

    async fn settle<R: TryCryptoRng + ?Sized>(
        &self,
        errand: &Errand<'_, B>,
        message: (Handle, &IdempotencyKey),
        delivery: Delivery,
        rng: &mut R,
    ) -> Result<Settled, Failure<S::Error>> {
        let settle = errand.settle(self.verifier, message, delivery, self.clock.now()?, rng)?;
        let Observed { event, outcome } = settle.run_observed_async(self.store).await;
        // What the channel answered was told when it did.
        outcome.inspect_err(|_| self.tell(&event))
    }
}

impl<B, S, C, W> Departure<'_, B, AsyncPost<'_, B, S, C, W>>
where
    B: Binding + Sync,
    S: AsyncStore + ?Sized,
    C: Clock + Sync + ?Sized,
    W: Timer + ?Sized,
{
    /// Gives the message to its channel and settles it, and so on along the route until a channel has taken one, or the
    /// route or what it may cost is at its end.
    ///
    /// A decoy's record is kept as that of a message that was taken, and nothing is sent.
    pub async fn deliver<R: TryCryptoRng + ?Sized>(mut self, rng: &mut R) -> Journey<S::Error> {
        let mut journey = Journey::begin(self.ticket());
        if self.issued.is_repeat() {
            return journey.silent();
        }
        let handle = self.ticket().handle();
        if self.errand.route().is_decoy() {
            let key = self.issued.key();
            let kept = self.post.settle(self.errand, (handle, &key), Delivery::Sent, rng).await;
            return journey.silent().kept(kept);
        }
        loop {
            let given = self.give().await;
            let settled = self.post.settle(self.errand, (handle, &given.key), given.delivery, rng).await;
            if !journey.add(Attempt::new(&given, settled)) {
                return journey;
            }
            match self.fall_back(&given, rng).await {
                Ok(next) => self = next,
                Err(why) => return journey.stop(why),
            }
            journey.reached(self.ticket());
        }
    }

    async fn give(&self) -> Given {
        let (post, leg) = (self.post, self.errand.route().leg(self.issued.leg()));
        let carried = match post.carrier(self.issued.channel()).zip(leg) {
            Some((carrier, leg)) => {
                let end = post.timer.wait(Duration::from_secs(leg.seconds().into()));
                let carriage = carrier.carry_async(&self.issued, *leg.recipient());
                before(end, carriage).await.unwrap_or(Some(Delivery::Unknown))
            }
            None => None,
        };
        let given = Given::new(&self.issued, carried);
        post.tell(&given.event(&self.event, post.clock.now()));
        given
    }

    async fn fall_back<R: TryCryptoRng + ?Sized>(
        &self,
        given: &Given,
        rng: &mut R,
    ) -> Result<Self, Failure<S::Error>> {
        let (post, errand, ticket) = (self.post, self.errand, self.ticket());
        let mut waits = 0;
        loop {
            let onward = errand.onward(post.verifier, ticket.handle(), post.clock.now()?, rng)?;
            let failure = match post.depart(errand, onward.instead_of(&given.key)).await {
                Ok(next) => return Ok(next),
                Err(failure) => failure,
            };
            let until = too_soon(&failure).filter(|until| *until < ticket.expires() && waits < WAITS);
            let Some(until) = until else {
                return Err(failure);
            };
            waits += 1;
            let seconds = until.as_secs().saturating_sub(post.clock.now()?.as_secs());
            post.timer.wait(Duration::from_secs(seconds)).await;
        }
    }
}

impl<B, S: ?Sized, C: ?Sized, W: ?Sized> fmt::Debug for AsyncPost<'_, B, S, C, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncPost(..)")
    }
}

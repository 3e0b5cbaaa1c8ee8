use core::fmt;

use rand_core::TryCryptoRng;

use super::carrier::{Carrier, Carry};
use super::departure::{KINDS, place};
use super::given::Given;
use super::journey::{Attempt, Journey};
use super::{Channel, Delivery, Departure, Errand, IdempotencyKey};
use crate::binding::Binding;
use crate::challenge::{Handle, Issued, Settled, Template, Verifier};
use crate::error::Invalid;
use crate::event::{Event, Observed};
use crate::operation::{Failure, Operation};
use crate::recipient::RecipientKind;
use crate::store::Store;
use crate::time::Clock;

/// Carries codes along their routes, with channels and a store that block. `AsyncPost` is its awaited twin, which also has
/// time-outs of its own; here each channel has to keep to its own.
///
/// One [`issue`](Self::issue), [`resend`](Self::resend) or [`onward`](Self::onward) pays for a message and gives a
/// [`Departure`]; its [`deliver`](Departure::deliver) writes the message for the leg's kind, gives it to that kind's
/// channel, tells the record what that answered, and goes on with the next leg where none was taken and the record allows
/// it. What the record allows is on the page of [`Verifier::onward`]: it decides, and a post only asks.
///
/// ```
/// use core::convert::Infallible;
/// use countersign::*;
///
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
///
/// /// A gateway that is down.
/// struct Gateway;
/// /// A switchboard that is not.
/// struct Switchboard;
///
/// impl Channel<String> for Gateway {
///     fn send(&self, _: &String, _: &Recipient<'_>, _: &IdempotencyKey) -> Delivery {
///         Delivery::NotSent
///     }
/// }
///
/// impl Channel<String> for Switchboard {
///     fn send(&self, _: &String, _: &Recipient<'_>, _: &IdempotencyKey) -> Delivery {
///         Delivery::Sent
///     }
/// }
///
/// # let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
/// # let (verifier, store) = (Verifier::new(keys), MemoryStore::new());
/// # let payment = Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711")?;
/// # let customer = Subject::new("customer-4711")?;
/// // Once a process: how messages read, and through what they leave.
/// let words = |slip: &Slip<'_, Payment>| Ok::<_, Infallible>(format!("{} pays {}", slip.code(), slip.binding().amount()));
/// let (text, call) = (Carrier::new(words, Gateway), Carrier::new(words, Switchboard));
/// let post = Post::new(&verifier, &store, &SystemClock).by(RecipientKind::Sms, &text).by(RecipientKind::Voice, &call);
///
/// // A payment: a text message, and a call where that does not leave.
/// let verified = UnixTime::from_secs(1_750_000_000);
/// let phone = Recipient::sms("+4915112345678")?.verified(verified);
/// let route = Route::new(&[Leg::new(phone), Leg::new(Recipient::voice("+4915112345678")?.verified(verified))])?;
/// let errand = Errand::new(PAY, &customer, &payment, route);
/// let departure = post.issue(&errand, &mut SystemRng)?;
/// let ticket = departure.ticket(); // to the browser, before anything is sent
/// let journey = departure.deliver(&mut SystemRng);
/// assert_eq!(journey.outcome(), Outcome::Sent);
/// let answers: Vec<_> = journey.attempts().map(|attempt| (attempt.channel(), attempt.delivery())).collect();
/// assert_eq!(answers, [(RecipientKind::Sms, Delivery::NotSent), (RecipientKind::Voice, Delivery::Sent)]);
/// assert_eq!(journey.ticket().expires(), ticket.expires()); // a fallback extends nothing
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Post<'p, B, S: ?Sized, C: ?Sized> {
    verifier: &'p Verifier,
    store: &'p S,
    clock: &'p C,
    carriers: [Option<&'p dyn Carry<B>>; KINDS],
    watcher: Option<&'p dyn Fn(&Event)>,
}

impl<'p, B: Binding, S: Store + ?Sized, C: Clock + ?Sized> Post<'p, B, S, C> {
    /// A post without a channel. The clock is read once a step, because a journey takes its time.
    #[must_use]
    pub const fn new(verifier: &'p Verifier, store: &'p S, clock: &'p C) -> Self {
        Self { verifier, store, clock, carriers: [const { None }; KINDS], watcher: None }
    }

    /// Messages to recipients of this kind go with this carrier. A later word replaces an earlier one.
    #[must_use]
    pub fn by<T, D, M, E>(mut self, kind: RecipientKind, carrier: &'p Carrier<T, D>) -> Self
    where
        T: Template<B, Message = Result<M, E>>,
        D: Channel<M>,
    {
        if let Some(there) = self.carriers.get_mut(place(kind)) {
            *there = Some(carrier);
        }
        self
    }

    /// Whoever is told every [`Event`] as it happens: of each step on the record, and
    /// [`Sent`](crate::EventKind::Sent), [`NotSent`](crate::EventKind::NotSent) or
    /// [`SendUnknown`](crate::EventKind::SendUnknown) of each message.
    #[must_use]
    pub fn watched_by(self, watcher: &'p dyn Fn(&Event)) -> Self {
        Self { watcher: Some(watcher), ..self }
    }

    /// Issues, as [`Verifier::issue`].
    ///
    /// # Errors
    /// As [`Operation::run`], and [`Invalid::Channel`] if some leg of the route has no carrier here.
    pub fn issue<'d, R: TryCryptoRng + ?Sized>(
        &'d self,
        errand: &'d Errand<'_, B>,
        rng: &mut R,
    ) -> Result<Departure<'d, B, Self>, Failure<S::Error>> {
        self.check(errand)?;
        self.depart(errand, errand.issue(self.verifier, self.clock.now()?, rng)?)
    }

    /// Sends once more by the leg that the last message took, as [`Verifier::resend`].
    ///
    /// # Errors
    /// As [`issue`](Self::issue).
    pub fn resend<'d, R: TryCryptoRng + ?Sized>(
        &'d self,
        errand: &'d Errand<'_, B>,
        handle: Handle,
        rng: &mut R,
    ) -> Result<Departure<'d, B, Self>, Failure<S::Error>> {
        self.check(errand)?;
        self.depart(errand, errand.resend(self.verifier, handle, self.clock.now()?, rng)?)
    }

    /// Goes on with the next leg, as [`Verifier::onward`]: after a journey that ended in doubt, or one that nobody
    /// finished.
    ///
    /// # Errors
    /// As [`issue`](Self::issue).
    pub fn onward<'d, R: TryCryptoRng + ?Sized>(
        &'d self,
        errand: &'d Errand<'_, B>,
        handle: Handle,
        rng: &mut R,
    ) -> Result<Departure<'d, B, Self>, Failure<S::Error>> {
        self.check(errand)?;
        self.depart(errand, errand.onward(self.verifier, handle, self.clock.now()?, rng)?)
    }

    fn check(&self, errand: &Errand<'_, B>) -> Result<(), Invalid> {
        let has_carrier = errand.route().legs().all(|leg| self.carrier(leg.recipient().kind()).is_some());
        if has_carrier { Ok(()) } else { Err(Invalid::Channel) }
    }

    fn carrier(&self, kind: RecipientKind) -> Option<&'p dyn Carry<B>> {
        self.carriers.get(place(kind)).copied().flatten()
    }

    fn depart<'d, O: Operation<Output = Issued<'d, B>>>(
        &'d self,
        errand: &'d Errand<'d, B>,
        operation: O,
    ) -> Result<Departure<'d, B, Self>, Failure<S::Error>> {
        let Observed { event, outcome } = operation.run_observed(self.store);
        self.tell(&event);
        Ok(Departure { post: self, errand, issued: outcome?, event })
    }

    fn tell(&self, event: &Event) {
        if let Some(watcher) = self.watcher {
            watcher(event);
        }
    }

    fn settle<R: TryCryptoRng + ?Sized>(
        &self,
        errand: &Errand<'_, B>,
        message: (Handle, &IdempotencyKey),
        delivery: Delivery,
        rng: &mut R,
    ) -> Result<Settled, Failure<S::Error>> {
        let settle = errand.settle(self.verifier, message, delivery, self.clock.now()?, rng)?;
        let Observed { event, outcome } = settle.run_observed(self.store);
        // What the channel answered was told when it did.
        outcome.inspect_err(|_| self.tell(&event))
    }
}

impl<B: Binding, S: Store + ?Sized, C: Clock + ?Sized> Departure<'_, B, Post<'_, B, S, C>> {
    /// Gives the message to its channel and settles it, and so on along the route until a channel has taken one, the route
    /// or what it may cost is at its end, or the next leg has to wait: see [`Journey::onward_at`].
    ///
    /// A decoy's record is kept as that of a message that was taken, and nothing is sent.
    pub fn deliver<R: TryCryptoRng + ?Sized>(mut self, rng: &mut R) -> Journey<S::Error> {
        let mut journey = Journey::begin(self.ticket());
        if self.issued.is_repeat() {
            return journey.silent();
        }
        let handle = self.ticket().handle();
        if self.errand.route().is_decoy() {
            let key = self.issued.key();
            let kept = self.post.settle(self.errand, (handle, &key), Delivery::Sent, rng);
            return journey.silent().kept(kept);
        }
        loop {
            let given = self.give();
            let settled = self.post.settle(self.errand, (handle, &given.key), given.delivery, rng);
            if !journey.add(Attempt::new(&given, settled)) {
                return journey;
            }
            match self.fall_back(&given, rng) {
                Ok(next) => self = next,
                Err(why) => return journey.stop(why),
            }
            journey.reached(self.ticket());
        }
    }

    fn give(&self) -> Given {
        let (leg, channel) = (self.issued.leg(), self.issued.channel());
        let recipient = self.errand.route().leg(leg);
        let both = self.post.carrier(channel).zip(recipient);
        let answer = both.and_then(|(carrier, leg)| carrier.carry(&self.issued, leg.recipient()));
        let given = Given::new(&self.issued, answer);
        self.post.tell(&given.event(&self.event, self.post.clock.now()));
        given
    }

    fn fall_back<R: TryCryptoRng + ?Sized>(&self, given: &Given, rng: &mut R) -> Result<Self, Failure<S::Error>> {
        let (post, errand, handle) = (self.post, self.errand, self.ticket().handle());
        let onward = errand.onward(post.verifier, handle, post.clock.now()?, rng)?;
        post.depart(errand, onward.instead_of(&given.key))
    }
}

impl<B, S: ?Sized, C: ?Sized> fmt::Debug for Post<'_, B, S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Post(..)")
    }
}

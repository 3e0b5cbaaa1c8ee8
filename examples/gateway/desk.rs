//! The desk: with `budget` and `prepaid`, everything that an integration has to write.

use core::fmt;
use std::sync::{Arc, Mutex};

use countersign::{
    Alert, AlertTemplate, Approved, AsyncChannel as _, AsyncPost, AsyncStore as _, BoxError, Carrier,
    ChallengeStatus, Clock, Code, Delivery, DynAsyncStore, Errand, Event, Failure, Handle, Hint, IdempotencyKey, Key,
    Keyring, Language, Operation as _, Payment, Policy, Purpose, RecipientKind, Slip, SmsTemplate, SystemRng,
    Template as _, Ticket, UnixTime, Verifier, Wording,
};
use serde_json::Value;

use crate::Trouble;
use crate::budget::{SMS, prefix};
use crate::ledger::{Entry, Ledger};
use crate::orders::{Order, Orders};
use crate::outbox::Outbox;
use crate::prepaid::Prepaid;
use crate::problem::{Answer, Problem};
use crate::shop::{Basket, Shop};
use crate::view::View;

/// What the codes are for: one name, one type, one policy.
pub(crate) const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);

/// Keys, clock, store, orders, ledger and outbox, and what messages say.
pub struct Desk {
    verifier: Verifier,
    clock: Arc<dyn Clock + Send + Sync>,
    store: DynAsyncStore,
    orders: Orders,
    ledger: Ledger,
    outbox: Outbox,
    sms: SmsTemplate<Payment>,
    alerts: AlertTemplate,
    view: View,
}

/// What a customer wants sent.
enum Wish<'a> {
    /// A code, by the id of the page that asked: a double click sends once.
    Code(&'a str),
    /// The same one once more.
    Again(Handle),
}

impl Desk {
    /// A desk; every process of a service has the same keys, store, orders and ledger.
    pub fn new(
        keys: Keyring,
        clock: Arc<dyn Clock + Send + Sync>,
        store: DynAsyncStore,
        orders: Orders,
        ledger: Ledger,
        outbox: Outbox,
    ) -> Result<Self, Trouble> {
        let verifier = Verifier::new(keys);
        // One part, which may cost the end of the payee's name and never the amount.
        let sms = SmsTemplate::new(Wording::built_in(Language::English)?).origin("shop.example")?.shortening();
        let alerts = AlertTemplate::built_in(Language::English)?;
        let view = View::new(clock.now().map_or(0, UnixTime::as_secs));
        Ok(Self { verifier, clock, store, orders, ledger, outbox, sms, alerts, view })
    }

    /// What the shop sells.
    pub(crate) const fn shop(&self) -> &Shop {
        self.orders.shop()
    }

    /// A new order; its price is the shop's own.
    pub(crate) async fn order_of(&self, basket: &Basket) -> Answer<Order> {
        self.orders.place(basket).await?.ok_or(Problem::Malformed("the goods"))
    }

    /// What the phone beside the page shows, if there is one.
    pub(crate) fn phone(&self) -> Option<Vec<String>> {
        self.outbox.shown()
    }

    /// What the operator sees.
    pub(crate) fn view(&self) -> Value {
        self.view.show()
    }

    /// Sends a code for an order that is not paid yet.
    pub(crate) async fn pay(&self, number: u32, form: &str) -> Answer<Ticket> {
        let order = &self.order(number).await?;
        if let Some(entry) = self.ledger.find(number).await? {
            return Err(Problem::Over("already paid", Some(entry)));
        }
        self.send(order, Wish::Code(form)).await
    }

    /// Sends the same code once more.
    pub(crate) async fn resend(&self, number: u32, handle: Handle) -> Answer<Ticket> {
        self.send(&self.order(number).await?, Wish::Again(handle)).await
    }

    /// Judges a code for the order as it stands now, and captures what it approves.
    pub(crate) async fn confirm(&self, number: u32, handle: Handle, code: Code) -> Answer<Entry> {
        let order = &self.order(number).await?;
        let (customer, payment, now) = (order.customer()?, order.payment()?, self.clock.now()?);
        let verify = self.verifier.verify(PAY, &customer, handle, code, payment, now, &mut SystemRng)?;
        let failure = match self.view.saw(verify.run_observed_async(&self.store).await) {
            Ok(approved) => return self.capture(order, approved).await,
            Err(failure) => failure,
        };
        match self.refused(order, failure).await {
            // Perhaps the answer got lost. What was captured says the ledger, and it alone.
            Problem::Refused(Hint::AlreadyUsed) => {
                Err(Problem::Over("already used", self.ledger.find(number).await?))
            }
            problem => Err(problem),
        }
    }

    /// Ends the challenge of a customer who gave up; how many were open.
    pub(crate) async fn cancel(&self, number: u32, handle: Handle) -> Answer<u8> {
        self.end(&self.order(number).await?, handle).await
    }

    /// What was captured for the order, and what became of a challenge. The ledger is read last: of an approval that it
    /// does not have the capture is under way, or failed.
    pub(crate) async fn status(
        &self,
        number: u32,
        handle: Option<Handle>,
    ) -> Answer<(Option<Entry>, Option<ChallengeStatus>)> {
        let order = &self.order(number).await?;
        let mut look = self.verifier.status(PAY, &order.customer()?, self.clock.now()?)?;
        if let Some(handle) = handle {
            look = look.challenge(handle);
        }
        let challenge = look.run_async(&self.store).await?.challenge();
        Ok((self.ledger.find(number).await?, challenge))
    }

    /// Whether store and ledger answer.
    pub(crate) async fn health(&self) -> Answer<()> {
        let answer = self.store.load_async(&Key::from_bytes([0; 32])).await;
        answer.map_err(|_| Problem::Unavailable)?;
        self.ledger.find(0).await?;
        Ok(())
    }

    /// The message through the budget to the outbox, the ticket to the client.
    ///
    /// It answers when the message has left, because the client is to know if it was not paid for. A service that is asked
    /// about accounts which may not exist answers with the ticket first: see `Departure`.
    async fn send(&self, order: &Order, wish: Wish<'_>) -> Answer<Ticket> {
        let (customer, payment, phone) = (order.customer()?, order.payment()?, order.phone()?);
        let words = |slip: &Slip<'_, Payment>| self.sms.render(slip);
        let carrier = Carrier::new(words, self.prepaid(order)?);
        let watcher = |event: &Event| carrier.channel().saw(event);
        let post = AsyncPost::new(&self.verifier, &self.store, &*self.clock, &tokio::time::sleep)
            .by(RecipientKind::Sms, &carrier)
            .watched_by(&watcher);
        let (session, errand) = (order.number.to_be_bytes(), Errand::new(PAY, &customer, &payment, &phone));
        let (errand, again) = match wish {
            Wish::Code(form) => (errand.request(&session, form.as_bytes()), None),
            Wish::Again(handle) => (errand, Some(handle)),
        };
        let departure = match again {
            None => post.issue(&errand, &mut SystemRng).await,
            Some(handle) => post.resend(&errand, handle, &mut SystemRng).await,
        };
        let departure = match departure {
            Ok(departure) => departure,
            Err(failure) => return Err(self.refused(order, failure).await),
        };
        let journey = departure.deliver(&mut SystemRng).await;
        let unwritten = journey.attempts().any(|attempt| !attempt.is_written());
        let problem = match carrier.channel().unpaid() {
            Some(failure) => self.refused(order, failure).await,
            None if unwritten => Problem::Own,
            // If the outbox was not reached, the customer asks for it again.
            None => return Ok(journey.ticket()),
        };
        if again.is_none() {
            // Nobody has this code. The same page again is then no repeat of a message that never left.
            self.end(order, journey.ticket().handle()).await?;
        }
        Err(problem)
    }

    fn prepaid(&self, order: &Order) -> Answer<Prepaid<'_>> {
        let Self { verifier, clock, store, outbox, view, .. } = self;
        let (customer, merchant) = (order.customer()?, order.merchant()?);
        let (last, unpaid) = (Mutex::default(), Mutex::default());
        Ok(Prepaid { verifier, clock: &**clock, store, outbox, view, customer, merchant, last, unpaid })
    }

    async fn end(&self, order: &Order, handle: Handle) -> Answer<u8> {
        let now = self.clock.now()?;
        let cancel = self.verifier.cancel(PAY, &order.customer()?, handle, now, &mut SystemRng)?;
        Ok(self.view.saw(cancel.run_observed_async(&self.store).await)?.count())
    }

    /// The only way to the money: into a table where approvals and orders are unique. An acquirer would get the approval's
    /// id as its idempotency key.
    async fn capture(&self, order: &Order, approved: Approved<Payment>) -> Answer<Entry> {
        let (approval, phone) = (approved.id(), order.phone()?);
        eprintln!("audit: order {}: approved, {approval}", order.number);
        let converted = self.verifier.converted(&SMS, &phone, &approved);
        let payment = approved.take(self.clock.now()?).map_err(Failure::Invalid)?;
        let entry = Entry::new(approval, order.number, payment.amount());
        let entered = self.ledger.enter(&entry).await;
        // Whatever the ledger says, the owner hears at once of what a code has approved. What it shows was in the code's own
        // message, so it can be shown.
        self.alert(order, Alert::payment(&payment).ok()).await;
        self.view.approved(prefix(phone.address()));
        if let Err(failure) = converted.run_async(&self.store).await {
            eprintln!("gateway: an approval is not counted: {failure}");
        }
        if entered? {
            return Ok(entry);
        }
        // Two tabs were two challenges, and both were approved.
        Err(Problem::Over("already paid", self.ledger.find(order.number).await?))
    }

    async fn order(&self, number: u32) -> Answer<Order> {
        self.orders.find(number).await?.ok_or(Problem::NoOrder)
    }

    /// The reason into the audit trail, the notice to the customer; what is left is for the client.
    async fn refused(&self, order: &Order, failure: Failure<BoxError>) -> Problem {
        if let Failure::Refused(refused) = &failure {
            eprintln!("audit: order {}: refused, {:?}", order.number, refused.reason());
            let notice = refused.notice().zip(self.clock.now().ok());
            self.alert(order, notice.and_then(|(notice, now)| Alert::of(notice, now))).await;
        }
        failure.into()
    }

    /// What the owner has to hear through another way than the screen. No budget keeps it back, or whoever empties one would
    /// silence the alarm; each follows a code that was paid for.
    async fn alert(&self, order: &Order, alert: Option<Alert>) {
        let Some(alert) = alert else { return };
        if let Err(trouble) = self.tell(order, &alert).await {
            eprintln!("gateway: an alert did not leave: {trouble}");
        }
    }

    async fn tell(&self, order: &Order, alert: &Alert) -> Result<(), Trouble> {
        let (text, mut key) = (self.alerts.sms(alert)?, [0; 16]);
        getrandom::fill(&mut key).map_err(|_| "no randomness")?; // it is sent once, so any key is its own
        match self.outbox.send_async(&text, &order.phone()?, &IdempotencyKey::from_bytes(key)).await {
            Delivery::Sent => Ok(()),
            delivery => Err(format!("{delivery:?}").into()),
        }
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Desk(..)")
    }
}

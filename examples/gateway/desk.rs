//! The desk: everything that an integration has to write.

use countersign::{
    Approved, AsyncStore as _, BoxError, ChallengeStatus, Clock as _, Code, DynAsyncStore, Failure, Handle, Hint,
    Issued, Key, Keyring, Notice, Operation as _, Payment, Policy, Purpose, Refused, Slip, SystemClock, SystemRng,
    Ticket, UnixTime, Verifier,
};

use serde_json::Value;

use crate::ledger::{Entry, Ledger};
use crate::orders::{Order, Orders};
use crate::outbox::Outbox;
use crate::problem::{Answer, Problem};
use crate::shop::{Basket, Shop};
use crate::view::View;

/// What the codes are for: one name, one type, one policy.
pub(crate) const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);

/// Keys, store, orders, ledger and outbox.
#[derive(Debug)]
pub struct Desk {
    verifier: Verifier,
    store: DynAsyncStore,
    orders: Orders,
    ledger: Ledger,
    outbox: Outbox,
    view: View,
}

impl Desk {
    /// A desk; every process of a service has the same keys, store, orders and ledger.
    #[must_use]
    pub fn new(keys: Keyring, store: DynAsyncStore, orders: Orders, ledger: Ledger, outbox: Outbox) -> Self {
        let view = View::new(SystemClock.now().map_or(0, UnixTime::as_secs));
        Self { verifier: Verifier::new(keys), store, orders, ledger, outbox, view }
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
        let (payment, phone) = (order.payment()?, order.phone()?);
        let issue =
            self.verifier.issue(PAY, &order.customer()?, &payment, &phone, SystemClock.now()?, &mut SystemRng)?;
        let issued = issue.request(&number.to_be_bytes(), form.as_bytes())?.run_observed_async(&self.store).await;
        self.deliver(order, &self.view.saw(issued).map_err(|failure| self.audit(order, failure))?)
    }

    /// Sends the same code once more.
    pub(crate) async fn resend(&self, number: u32, handle: Handle) -> Answer<Ticket> {
        let order = &self.order(number).await?;
        let (customer, payment, phone) = (order.customer()?, order.payment()?, order.phone()?);
        let now = SystemClock.now()?;
        let resend = self.verifier.resend(PAY, &customer, handle, &payment, &phone, now, &mut SystemRng)?;
        let issued = resend.run_observed_async(&self.store).await;
        self.deliver(order, &self.view.saw(issued).map_err(|failure| self.audit(order, failure))?)
    }

    /// Judges a code for the order as it stands now, and captures what it approves.
    pub(crate) async fn confirm(&self, number: u32, handle: Handle, code: Code) -> Answer<Entry> {
        let order = &self.order(number).await?;
        let (customer, payment, now) = (order.customer()?, order.payment()?, SystemClock.now()?);
        let verify = self.verifier.verify(PAY, &customer, handle, code, payment, now, &mut SystemRng)?;
        let failure = match self.view.saw(verify.run_observed_async(&self.store).await) {
            Ok(approved) => return self.capture(order, approved).await,
            Err(failure) => failure,
        };
        match self.audit(order, failure) {
            // Perhaps the answer got lost. What was captured says the ledger, and it alone.
            Problem::Refused(Hint::AlreadyUsed) => {
                Err(Problem::Over("already used", self.ledger.find(number).await?))
            }
            problem => Err(problem),
        }
    }

    /// Ends the challenge of a customer who gave up; how many were open.
    pub(crate) async fn cancel(&self, number: u32, handle: Handle) -> Answer<u8> {
        let order = &self.order(number).await?;
        let now = SystemClock.now()?;
        let cancel = self.verifier.cancel(PAY, &order.customer()?, handle, now, &mut SystemRng)?;
        Ok(self.view.saw(cancel.run_observed_async(&self.store).await)?.count())
    }

    /// What was captured for the order, and what became of a challenge. The ledger is read last: of an approval that it
    /// does not have the capture is under way, or failed.
    pub(crate) async fn status(
        &self,
        number: u32,
        handle: Option<Handle>,
    ) -> Answer<(Option<Entry>, Option<ChallengeStatus>)> {
        let order = &self.order(number).await?;
        let mut look = self.verifier.status(PAY, &order.customer()?, SystemClock.now()?)?;
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

    /// The only way to the money: into a table where approvals and orders are unique. An acquirer would get the approval's
    /// id as its idempotency key.
    async fn capture(&self, order: &Order, approved: Approved<Payment>) -> Answer<Entry> {
        let approval = approved.id();
        eprintln!("audit: order {}: approved, {approval}", order.number);
        let payment = approved.take(SystemClock.now()?).map_err(Failure::Invalid)?;
        let entry = Entry::new(approval, order.number, payment.amount());
        if self.ledger.enter(&entry).await? {
            return Ok(entry);
        }
        // Two tabs were two challenges, and both were approved.
        Err(Problem::Over("already paid", self.ledger.find(order.number).await?))
    }

    async fn order(&self, number: u32) -> Answer<Order> {
        self.orders.find(number).await?.ok_or(Problem::NoOrder)
    }

    /// The message to the outbox, the ticket to the client. If it cannot leave, the customer asks for it again.
    fn deliver(&self, order: &Order, issued: &Issued<'_, Payment>) -> Answer<Ticket> {
        if let Some(text) = issued.message(&sms) {
            self.send(order, &text)?;
        }
        Ok(issued.ticket())
    }

    /// The reason into the audit trail, the notice to the customer; what is left is for the client.
    fn audit(&self, order: &Order, failure: Failure<BoxError>) -> Problem {
        if let Failure::Refused(refused) = &failure {
            eprintln!("audit: order {}: refused, {:?}", order.number, refused.reason());
            if let Some(text) = warning(refused)
                && let Err(problem) = self.send(order, text)
            {
                return problem;
            }
        }
        failure.into()
    }

    fn send(&self, order: &Order, text: &str) -> Answer<()> {
        if let Err(error) = self.outbox.send(&order.phone()?, text) {
            eprintln!("gateway: the outbox: {error}");
        }
        Ok(())
    }
}

/// Amount and payee come from the slip, so the message shows what the code is for.
fn sms(slip: &Slip<'_, Payment>) -> String {
    let (code, payment) = (slip.code(), slip.binding());
    let (amount, payee) = (payment.amount(), payment.payee());
    format!("{code} pays {amount} to {payee}. We never ask you for it.\n@shop.example #{code}")
}

/// What the owner has to hear through another way than the screen.
const fn warning(refused: &Refused) -> Option<&'static str> {
    match refused.notice() {
        Some(Notice::Locked { .. }) => Some("Too many wrong codes: your payments are locked for a while."),
        Some(Notice::NextDisables) => Some("Too many wrong codes: one more, and you have to call us."),
        Some(_) => Some("Too many wrong codes: please call us."),
        None => None,
    }
}

//! The shop: everything that an integration has to write.

use core::error::Error;
use core::fmt;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use countersign::{
    ApprovalId, Approved, Code, Currency, Ended, Failure, Invalid, Issued, Keyring, MemoryStore, MemoryStoreError,
    Money, Operation, Payment, Policy, Purpose, Recipient, Refused, RootKey, Slip, Subject, SystemRng, Ticket,
    UnixTime, Verifier,
};

use crate::screen::clock_face;

/// What the codes are for: one name, one type, one policy.
pub const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);

/// Whatever was asked for, or why not.
pub type Answer<T> = Result<T, Failure<MemoryStoreError>>;

pub struct Shop {
    verifier: Verifier,
    store: MemoryStore,
    customer: Subject,
    /// What was captured, one row an approval and one an order: both are unique constraints.
    ledger: BTreeMap<ApprovalId, Payment>,
}

/// A row of the order table.
pub struct Order {
    pub number: u32,
    pub total: Money,
}

/// What goes to the browser, and what goes to the phone.
pub struct Sent {
    pub ticket: Ticket,
    pub message: Option<String>,
}

/// What was captured.
pub struct Receipt {
    pub number: ApprovalId,
    payment: Payment,
}

impl Shop {
    /// A shop with new keys, which end with it. A real one reads its two keys from a key store.
    pub fn open() -> Result<Self, Invalid> {
        let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
        Ok(Self {
            verifier: Verifier::new(keys),
            store: MemoryStore::new(),
            customer: Subject::new("customer-4711")?,
            ledger: BTreeMap::new(),
        })
    }

    /// Sends a code for the order. A double click on the same form sends once.
    pub fn send(&self, order: &Order, now: UnixTime) -> Answer<Sent> {
        let payment = order.payment()?;
        let issue = self.verifier.issue(PAY, &self.customer, &payment, &phone()?, now, &mut SystemRng)?;
        // A real form carries an id of its own, made when the page was rendered: a changed cart is another form.
        let form = format!("order {} over {}", order.number, order.total);
        let issued = issue.request(b"the browser's session", form.as_bytes())?.run(&self.store)?;
        Ok(Sent::from(&issued))
    }

    /// Sends the same code once more.
    pub fn resend(&self, order: &Order, ticket: &Ticket, now: UnixTime) -> Answer<Sent> {
        let payment = order.payment()?;
        let handle = ticket.handle();
        let resend = self.verifier.resend(PAY, &self.customer, handle, &payment, &phone()?, now, &mut SystemRng)?;
        Ok(Sent::from(&resend.run(&self.store)?))
    }

    /// Judges a code for the order as it stands now, not as it stood when the code was sent.
    pub fn confirm(&self, order: &Order, ticket: &Ticket, code: Code, now: UnixTime) -> Answer<Approved<Payment>> {
        let payment = order.payment()?;
        let handle = ticket.handle();
        let verify = self.verifier.verify(PAY, &self.customer, handle, code, payment, now, &mut SystemRng)?;
        verify.run(&self.store)
    }

    /// Ends the challenge of a customer who gave up.
    pub fn cancel(&self, ticket: &Ticket, now: UnixTime) -> Answer<Ended> {
        self.verifier.cancel(PAY, &self.customer, ticket.handle(), now, &mut SystemRng)?.run(&self.store)
    }

    /// Takes the money. Nothing but an approved payment gets in here, and no approval gets in twice.
    pub fn capture(&mut self, payment: Approved<Payment>, now: UnixTime) -> Result<Receipt, Box<dyn Error>> {
        let number = payment.id();
        let payment = payment.take(now)?;
        if self.ledger.values().any(|paid| paid.reference() == payment.reference()) {
            return Err("this order was paid before".into());
        }
        match self.ledger.entry(number) {
            Entry::Occupied(_) => Err("this approval was captured before".into()),
            Entry::Vacant(row) => Ok(Receipt { number, payment: row.insert(payment).clone() }),
        }
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Captured {} for {}, {}.", self.payment.amount(), self.payment.payee(), self.payment.reference())
    }
}

impl Order {
    /// What is to be paid, from the shop's own row and never from the request.
    fn payment(&self) -> Result<Payment, Invalid> {
        Payment::new(self.total, "Anna's Bikes", "DE89370400440532013000", &format!("order {}", self.number))
    }
}

impl From<&Issued<'_, Payment>> for Sent {
    fn from(issued: &Issued<'_, Payment>) -> Self {
        Self { ticket: issued.ticket(), message: issued.message(&sms) }
    }
}

pub const fn eur(cents: u64) -> Money {
    Money::new(cents, Currency::EUR)
}

/// Tells "no" from "no answer": a refusal is for the customer, everything else is the shop's own trouble.
pub fn refusal<T>(answer: Answer<T>) -> Result<Result<T, Refused>, Failure<MemoryStoreError>> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Refused(refused)) => Ok(Err(refused)),
        Err(failure) => Err(failure),
    }
}

/// What was typed, with or without a space in the middle.
pub fn code(typed: &str) -> Result<Code, Invalid> {
    Code::parse_spaced(typed, PAY.policy().format())
}

/// The account's number, from the account's row, and since when it is known to be the customer's.
fn phone() -> Result<Recipient<'static>, Invalid> {
    Ok(Recipient::sms("+4915112345678")?.verified(UnixTime::from_secs(1_750_000_000)))
}

/// The message. Amount and payee come from the slip, so it shows what the code is for. The last line lets a phone
/// fill in the code on the shop's own page and nowhere else.
fn sms(slip: &Slip<'_, Payment>) -> String {
    let payment = slip.binding();
    let (amount, payee, code) = (payment.amount(), payment.payee(), slip.code());
    let until = clock_face(slip.expires());
    format!(
        "{code} is your code to pay {amount} to {payee}. Good until {until}. We never ask you for it.\n@bikes.example #{code}"
    )
}

//! The way to the outbox: no code's message leaves before the budget has paid for it.
//!
//! It is a channel, so what sends nothing spends nothing: a repeated request, a decoy and a text that cannot be written
//! never come here, and where a route has several legs each message is paid for.

use std::sync::{Mutex, PoisonError};

use countersign::{
    AsyncChannel, BoxError, Clock, Delivery, DynAsyncStore, Event, Failure, IdempotencyKey, Recipient, Reservation,
    SmsText, Subject, SystemRng, Verifier,
};

use crate::budget::{SMS, prefix};
use crate::outbox::Outbox;
use crate::view::View;

/// The channel of one request.
pub(crate) struct Prepaid<'d> {
    pub(crate) verifier: &'d Verifier,
    pub(crate) clock: &'d (dyn Clock + Send + Sync),
    pub(crate) store: &'d DynAsyncStore,
    pub(crate) outbox: &'d Outbox,
    pub(crate) view: &'d View,
    pub(crate) customer: Subject,
    pub(crate) merchant: Subject,
    pub(crate) last: Mutex<Option<Event>>,
    pub(crate) unpaid: Mutex<Option<Failure<BoxError>>>,
}

impl Prepaid<'_> {
    /// Tells the operator; what is paid for next is told of the same challenge.
    pub(crate) fn saw(&self, event: &Event) {
        self.view.add(event);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(*event);
    }

    /// Why a message was not paid for, if one was not.
    pub(crate) fn unpaid(&self) -> Option<Failure<BoxError>> {
        self.unpaid.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn pay<'r>(&'r self, text: &SmsText, phone: &Recipient<'r>) -> Result<Reservation<'r>, Failure<BoxError>> {
        let parts = u16::try_from(text.count().parts()).unwrap_or(u16::MAX);
        let spend = self.verifier.spend(&SMS, &self.customer, phone, self.clock.now()?, &mut SystemRng)?;
        let mut spend = spend.merchant(&self.merchant).parts(parts)?;
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(event) = last {
            spend = spend.after(&event);
        }
        self.view.saw(spend.run_observed_async(self.store).await)
    }
}

impl AsyncChannel<SmsText> for Prepaid<'_> {
    async fn send_async(&self, text: &SmsText, phone: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
        let paid = match self.pay(text, phone).await {
            Ok(paid) => paid,
            Err(failure) => {
                *self.unpaid.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
                return Delivery::NotSent;
            }
        };
        let delivery = self.outbox.send_async(text, phone, key).await;
        // The outbox refuses nothing: it was not reached. What a provider refuses stays paid for (see `Reservation`).
        if delivery == Delivery::NotSent {
            if let Err(failure) = paid.give_back_async(self.store).await {
                eprintln!("gateway: a message stays paid for: {failure}");
            }
        } else {
            paid.keep();
            self.view.sent(prefix(phone.address()));
        }
        delivery
    }
}

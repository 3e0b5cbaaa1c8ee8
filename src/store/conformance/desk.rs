//! One installation with random keys, one customer, and what a checkout does there.

use std::borrow::ToOwned;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::broken::{Broken, Clause};
use super::row::random;
use super::target::{No, Target};
use crate::approval::{ApprovalId, Approved, Reason};
use crate::binding::Payment;
use crate::challenge::{Handle, Slip, Status, Verifier};
use crate::code::Code;
use crate::error::Invalid;
use crate::keyring::{Keyring, RootKey};
use crate::money::{Currency, Money};
use crate::policy::Policy;
use crate::random::SystemRng;
use crate::recipient::Recipient;
use crate::store::Key;
use crate::subject::{Purpose, Subject};
use crate::time::UnixTime;

const PAY: Purpose<Payment> = Purpose::new("conformance", Policy::PAYMENT);

/// Wrong codes that the policy judges.
pub(super) const JUDGED: usize = 5;

/// The moment at which everything happens, unless it says otherwise: decisions take theirs as an argument.
pub(super) const NOW: u64 = 1_800_000_000;

/// The root keys of an installation; each verifier, as each process, makes its keyring of them.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    index: [u8; 32],
    code: [u8; 32],
    customer: [u8; 16],
}

/// A challenge, and the code that its message carried.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) handle: Handle,
    pub(super) code: String,
}

impl Desk {
    pub(super) fn new() -> Result<Self, Broken> {
        Ok(Self { index: random()?, code: random()?, customer: random()? })
    }

    /// The same installation, another customer.
    pub(super) fn other(self) -> Result<Self, Broken> {
        Ok(Self { customer: random()?, ..self })
    }

    pub(super) async fn issue<T: Target>(self, store: &T) -> Result<Sent, Broken> {
        let (verifier, customer, payment) = self.parts()?;
        let phone = Recipient::sms("+4915112345678").map_err(invalid)?.verified(UnixTime::from_secs(1));
        let rng = &mut SystemRng;
        let issue = verifier.issue(PAY, &customer, &payment, &phone, at(NOW), rng).map_err(invalid)?;
        let issued = store.run(issue).await.map_err(|no| expected("an issue to a new customer", &no))?;
        let code = issued.message(&|slip: &Slip<'_, Payment>| slip.code().to_owned());
        Ok(Sent { handle: issued.ticket().handle(), code: code.unwrap_or_default() })
    }

    pub(super) async fn verify<T: Target>(
        self,
        store: &T,
        sent: &Sent,
        now: u64,
    ) -> Result<Result<ApprovalId, No>, Broken> {
        let (verifier, customer, payment) = self.parts()?;
        let code = Code::parse(&sent.code, PAY.policy().format()).map_err(invalid)?;
        let rng = &mut SystemRng;
        let verify = verifier.verify(PAY, &customer, sent.handle, code, payment, at(now), rng).map_err(invalid)?;
        Ok(store.run(verify).await.map(|approved: Approved<Payment>| approved.id()))
    }

    pub(super) async fn status<T: Target>(self, store: &T) -> Result<Status, Broken> {
        let (verifier, customer, _) = self.parts()?;
        let look = verifier.status(PAY, &customer, at(NOW)).map_err(invalid)?;
        store.run(look).await.map_err(|no| expected("a look at a status", &no))
    }

    /// Under which key the store has this customer's record.
    pub(super) fn key(self) -> Result<Key, Broken> {
        use crate::operation::Operation as _;
        let (verifier, customer, _) = self.parts()?;
        Ok(*verifier.status(PAY, &customer, at(NOW)).map_err(invalid)?.key())
    }

    fn parts(self) -> Result<(Verifier, Subject, Payment), Broken> {
        let root = |bytes: &[u8]| RootKey::from_bytes(bytes).map_err(invalid);
        let keys = Keyring::new(&root(&self.index)?, &root(&self.code)?).map_err(invalid)?;
        let customer = Subject::from_bytes(&self.customer).map_err(invalid)?;
        let amount = Money::new(129_90, Currency::EUR);
        let payment =
            Payment::new(amount, "Anna's Bikes", "DE89370400440532013000", "order 4711").map_err(invalid)?;
        Ok((Verifier::new(keys), customer, payment))
    }
}

impl Sent {
    /// The same challenge with a code that is not the right one; there are 999,999.
    pub(super) fn wrong(&self, number: u32) -> Self {
        let right: u32 = self.code.parse().unwrap_or_default();
        Self { handle: self.handle, code: format!("{:06}", (right + 1 + number % 999_999) % 1_000_000) }
    }
}

impl No {
    pub(super) const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Refused(refused) => Some(refused.reason()),
            Self::Unavailable(_) => None,
        }
    }
}

/// What was answered, for a message.
pub(super) fn said(answer: &Result<ApprovalId, No>) -> String {
    match answer {
        Ok(_) => "approved".into(),
        Err(No::Refused(refused)) => format!("refused ({:?})", refused.reason()),
        Err(No::Unavailable(why)) => format!("no answer ({why})"),
    }
}

/// The approvals among answers.
pub(super) fn approvals(answers: &[Result<ApprovalId, No>]) -> Vec<ApprovalId> {
    answers.iter().flatten().copied().collect()
}

/// The wrong codes among answers that were judged.
pub(super) fn judged(answers: &[Result<ApprovalId, No>]) -> usize {
    let wrong = |answer: &&Result<_, No>| matches!(answer, Err(no) if no.reason() == Some(Reason::WrongCode));
    answers.iter().filter(wrong).count()
}

fn expected(what: &str, no: &No) -> Broken {
    Broken::new(Clause::Answers, format!("{what} came to {no:?}"))
}

fn invalid(invalid: Invalid) -> Broken {
    Broken::new(Clause::Runs, format!("{invalid}"))
}

const fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(seconds)
}

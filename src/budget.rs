//! What messages may cost: limits on rates and on money, taken before a message leaves.
//!
//! Whoever earns from the messages to a range of numbers (SMS pumping, toll fraud) has codes sent there by the thousand,
//! from accounts and sessions that are all new, so that no limit of one account is ever reached (F70, CVE-2025-29998).
//! What stops him is a ceiling on what is spent in one country, for one merchant and in all, and that it is exact however
//! many processes spend at once.
//!
//! # How it is decided
//! * Of one subject and of one destination, what was spent is a small record of its own in the same
//!   [`Store`](crate::Store): one conditional write decides.
//! * What all share is counted in a [`Tally`](crate::Tally), which adds unless that is over the ceiling, in one step.
//! * A message takes from all of its limits or from none. Taken is taken before it leaves; what cannot be given back, or
//!   was lost in a crash between two of them, is spent. So an error leaves less, and never more.
//!
//! # Choices that could have been others
//! * A counter is raised only where there is room, instead of being raised, looked at and lowered again: a message that
//!   is refused then keeps nobody else's out for a moment, costs the store a read instead of two writes on its hottest row,
//!   and the number in the store is never above the ceiling.
//! * A [`Rate`] that all share is counted in windows in which a burst comes back, the present one and the one before it.
//!   A bucket would need compare-and-swap, and this keeps the same promise ([`Rate`] has it): in each window it is exact
//!   whatever happens at once, and from one window to the next as far as the clocks of the nodes agree.
//! * It runs after the issue and before the message. Before the issue it would pay for the many issues that are refused
//!   or repeated and send nothing.
//! * Conversion is told by the caller with the approval in his hand, so a `verify` costs no second write where nobody
//!   wants it.

mod charge;
mod converted;
mod draft;
mod held;
mod name;
mod numbering;
mod place;
mod rate;
mod refund;
mod reservation;
mod spend;
mod spent;
mod till;
mod zone;

use core::fmt;

use rand_core::TryCryptoRng;

use crate::approval::Approved;
use crate::challenge::Verifier;
use crate::error::Invalid;
use crate::expiry::END_OF_TIME;
use crate::recipient::Recipient;
use crate::subject::Subject;
use crate::time::UnixTime;

pub use converted::Converted;
pub use draft::{BudgetDraft, Conversion};
pub use name::BudgetLimit;
pub use rate::{Limit, Rate};
pub use reservation::Reservation;
pub use spend::Spend;
pub use zone::Zone;

const HOUR: u64 = 3_600;

/// What messages may cost: prices by prefix, and limits of each subject, destination, country, zone and merchant, and in
/// total. Every node has the same.
///
/// Numbers are in E.164, as [`Recipient`] has them, so that no spelling is another number
/// ([`PhoneNumber`](crate::PhoneNumber) reads what a person typed). Premium rate, satellite and other ranges whose owner
/// sets the price get no message unless a [`Zone`] [allows](Zone::allow) them, and so does a number without a
/// price. Messages by e-mail and in an app cost nothing and belong to no country; rates count them.
///
/// What is counted is under the budget's name and keyed pseudonyms: another name starts afresh, and a dump of the store
/// shows no number. An hour is one of the clock, and a day is UTC's: around a full hour as much may leave as two of them
/// allow.
///
/// ```
/// use countersign::*;
///
/// /// In thousandths of a cent.
/// const ZONES: &[Zone<'_>] = &[
///     Zone::new("+1", 790),
///     Zone::new("+1876", 31_000).limit(Limit::NONE.hour(100_000)), // Jamaica: three messages an hour
///     Zone::new("+49", 9_100),
/// ];
/// const SMS: Budget<'_> = match Budget::draft("sms")
///     .zones(ZONES)
///     .each_subject(Limit::NONE.rate(Rate::new(5, 3_600)))
///     .each_destination(Limit::NONE.rate(Rate::new(5, 3_600)))
///     .each_country(Limit::NONE.hour(10_000_000))
///     .total(Limit::NONE.hour(20_000_000).day(100_000_000)) // EUR 200 and EUR 1,000
///     .conversion(Conversion::new(50, 20, 10))
///     .build()
/// {
///     Ok(budget) => budget,
///     Err(_) => panic!("a budget that cannot be"),
/// };
///
/// # let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
/// # let (verifier, store, now) = (Verifier::new(keys), MemoryStore::new(), UnixTime::from_secs(1_800_000_000));
/// # let provider = |_: &Recipient<'_>, _: String| true;
/// // Where a message is to be sent: pay, hand it over, settle.
/// let send = |subject: &Subject, phone: &Recipient<'_>, text: String| -> Result<u64, Failure<MemoryStoreError>> {
///     let reservation = verifier.spend(&SMS, subject, phone, now, &mut SystemRng)?.run(&store)?;
///     provider(phone, text); // whatever it answers: a failed send is charged
///     Ok(reservation.keep())
/// };
///
/// let customer = |n: u32| Subject::new(&format!("customer-{n}"));
/// assert_eq!(send(&customer(1)?, &Recipient::sms("+4915112345678")?, "493018 pays ...".into())?, 9_100);
///
/// // New accounts without end, and numbers in Jamaica without end: three messages leave.
/// let pumped = (0..500).filter(|n| {
///     let number = format!("+1876555{n:04}");
///     send(&customer(100 + n).unwrap(), &Recipient::sms(&number).unwrap(), "...".into()).is_ok()
/// });
/// assert_eq!(pumped.count(), 3);
///
/// // A satellite phone has no business here.
/// let Err(Failure::Refused(refused)) = send(&customer(1)?, &Recipient::sms("+881612345678")?, "...".into()) else {
///     panic!("it was sent")
/// };
/// assert_eq!((refused.reason(), refused.hint()), (Reason::RecipientBarred, Hint::OtherRecipient));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    name: &'static str,
    zones: &'a [Zone<'a>],
    elsewhere: Option<u32>,
    subject: Limit,
    destination: Limit,
    country: Limit,
    merchant: Limit,
    total: Limit,
    conversion: Option<Conversion>,
    recording: bool,
}

impl<'a> Budget<'a> {
    /// A budget in the making, without prices and limits. The name is 1 to 32 characters of `a` to `z`, `0` to `9`
    /// and `-`.
    pub const fn draft(name: &'static str) -> BudgetDraft<'a> {
        BudgetDraft(Self {
            name,
            zones: &[],
            elsewhere: None,
            subject: Limit::NONE,
            destination: Limit::NONE,
            country: Limit::NONE,
            merchant: Limit::NONE,
            total: Limit::NONE,
            conversion: None,
            recording: false,
        })
    }

    /// The same budget, to be changed.
    pub const fn to_draft(&self) -> BudgetDraft<'a> {
        BudgetDraft(*self)
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl Verifier {
    /// Pays for a message to `recipient`, out of a budget: after the issue or resend, and only if there is a message.
    ///
    /// # Errors
    /// [`Invalid::Decoy`] for a decoy, which gets no message; [`Invalid::Time`] from 2^40 seconds on, and
    /// [`Invalid::RandomSource`] if the generator fails.
    pub fn spend<'v, R: TryCryptoRng + ?Sized>(
        &'v self,
        budget: &'v Budget<'v>,
        subject: &Subject,
        recipient: &Recipient<'v>,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Spend<'v>, Invalid> {
        if recipient.is_decoy() {
            return Err(Invalid::Decoy);
        }
        if now.as_secs() >= END_OF_TIME {
            return Err(Invalid::Time);
        }
        let mut stamp = [0; 8];
        rng.try_fill_bytes(&mut stamp).map_err(|_| Invalid::RandomSource)?;
        Ok(Spend {
            keyring: &self.keyring,
            budget,
            subject: *subject,
            recipient: *recipient,
            merchant: None,
            parts: 1,
            at: now,
            stamp,
            after: None,
        })
    }

    /// Counts an approval for the country and the zones of the recipient that its code was sent to, once an approval. A
    /// budget without a [`Conversion`] counts nothing.
    pub const fn converted<'v, B>(
        &'v self,
        budget: &'v Budget<'v>,
        recipient: &Recipient<'v>,
        approved: &Approved<B>,
    ) -> Converted<'v> {
        Converted { keyring: &self.keyring, budget, recipient: *recipient, at: approved.at().as_secs() }
    }
}

impl fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").field("name", &self.name).field("total", &self.total).finish_non_exhaustive()
    }
}

//! What happened, as a value: for monitoring and for evidence. Never a code, a key, an address or an amount.
//!
//! An [`Event`] is made in the one place where every operation ends, so none can be forgotten, and none says that
//! something was done which was not.

mod action;
#[cfg(feature = "tracing")]
mod emit;
mod facts;
mod fields;
mod kind;
mod words;

use crate::approval::{ApprovalId, BindingTag, Notice, Reason, SubjectTag};
use crate::keyring::Keyring;
use crate::operation::{Cause, Failure, Unavailable};
use crate::recipient::RecipientKind;
use crate::subject::Subject;
use crate::text::Text;
use crate::time::UnixTime;

pub use action::Action;
pub(crate) use facts::{Done, Facts};
pub(crate) use fields::{Value, bytes, word};
pub use kind::EventKind;

/// What happened: who wanted what, when, and what came of it.
///
/// Whom and what it is about, it says with keyed pseudonyms, the same each time: they join events to each other and to
/// [`Approved`](crate::Approved), and to nothing else without the index key. It is small, needs no heap, and is there
/// also when the store failed. Nothing was decided, and there is no event, where an operation could not be made
/// ([`Invalid`](crate::Invalid)), or a future was dropped half-way.
///
/// Whoever watches for attacks looks at [`kind`](Self::kind), [`reason`](Self::reason) and [`notice`](Self::notice);
/// whoever keeps evidence appends it to an [`AuditChain`](crate::AuditChain). Do not show it to the person: it holds the
/// reason.
///
/// ```
/// use countersign::*;
///
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
/// # let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
/// # let (verifier, store) = (Verifier::new(keys), MemoryStore::new());
/// # let (customer, now) = (Subject::new("customer-4711")?, UnixTime::from_secs(1_800_000_000));
/// # let phone = Recipient::sms("+4915112345678")?.verified(UnixTime::from_secs(1_750_000_000));
/// # let order = || Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711");
/// let payment = order()?;
/// let issue = verifier.issue(PAY, &customer, &payment, &phone, now, &mut SystemRng)?;
/// let Observed { event, outcome } = issue.run_observed(&store);
/// let issued = outcome?;
/// assert_eq!((event.kind(), event.purpose(), event.at()), (EventKind::Issued, Some("pay"), now));
/// assert_eq!(event.binding(), Some(verifier.binding_tag(PAY, &customer, &payment)?));
///
/// # let code = issued.message(&|slip: &Slip<'_, Payment>| slip.code().to_owned()).unwrap();
/// let (handle, code) = (issued.ticket().handle(), Code::parse(&code, PAY.policy().format())?);
/// let verify = verifier.verify(PAY, &customer, handle, code, order()?, now, &mut SystemRng)?;
/// let observed = verify.run_observed(&store);
/// assert_eq!(observed.event.kind(), EventKind::Approved);
/// assert_eq!(observed.event.challenge(), event.challenge()); // and it is the approval's id:
/// assert_eq!(observed.event.challenge(), Some(observed.outcome?.id()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    at: UnixTime,
    kind: EventKind,
    action: Action,
    subject: SubjectTag,
    lane: u8,
    purpose: Option<Text<32>>,
    challenge: Option<ApprovalId>,
    binding: Option<BindingTag>,
    channel: Option<RecipientKind>,
    count: Option<u8>,
    reason: Option<Reason>,
    failures: Option<u8>,
    notice: Option<Notice>,
    detail: Option<Text<32>>,
}

/// What happened, and what came of it.
///
/// ```no_run
/// # use countersign::*;
/// # fn confirm(verify: Verify<'_, Payment>, store: &MemoryStore) -> Result<Approved<Payment>, Failure<MemoryStoreError>> {
/// let Observed { event, outcome } = verify.run_observed(store);
/// if event.notice().is_some() {
///     alert(event.subject(), event.notice()); // somebody is guessing
/// }
/// outcome // as `run` would have answered
/// # }
/// # fn alert(_: SubjectTag, _: Option<Notice>) {}
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an outcome that nobody looks at approves nothing"]
#[expect(clippy::exhaustive_structs, reason = "there are these two, and whoever asked for both takes it apart")]
pub struct Observed<T, E> {
    /// What happened.
    pub event: Event,
    /// What [`run`](crate::Operation::run) would have answered.
    pub outcome: Result<T, Failure<E>>,
}

impl Event {
    /// When, as the caller told.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }

    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        self.kind
    }

    /// What somebody wanted done.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Whose account, as in [`Approved::subject`](crate::Approved::subject).
    #[must_use]
    pub const fn subject(&self) -> SubjectTag {
        self.subject
    }

    /// The lane: 0, or the number of the [`Device`](crate::Device).
    #[must_use]
    pub const fn lane(&self) -> u8 {
        self.lane
    }

    /// The purpose's name; `None` for what serves every purpose, such as an enrolment.
    #[must_use]
    pub fn purpose(&self) -> Option<&str> {
        self.purpose.as_ref().map(Text::as_str)
    }

    /// Which challenge: the id that an approval of it has, or would have, whether or not there is one. It is keyed, so a
    /// log gives nobody a handle to guess with. `None` if it is about no challenge, or about several.
    #[must_use]
    pub const fn challenge(&self) -> Option<ApprovalId> {
        self.challenge
    }

    /// Which value the caller named, as [`Verifier::binding_tag`](crate::Verifier::binding_tag) of it. The value itself is
    /// in the outcome, for whoever wants it in the open.
    #[must_use]
    pub const fn binding(&self) -> Option<BindingTag> {
        self.binding
    }

    /// Which way the message was to go.
    #[must_use]
    pub const fn channel(&self) -> Option<RecipientKind> {
        self.channel
    }

    /// How many challenges or authenticators it concerned: as `Ended::count`, `Enrolled::authenticators` and
    /// `UpkeepDone::authenticators`.
    #[must_use]
    pub const fn count(&self) -> Option<u8> {
        self.count
    }

    /// Why it was refused.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// Whether a failure was charged to the account.
    #[must_use]
    pub const fn is_charged(&self) -> bool {
        self.failures.is_some()
    }

    /// If a failure was charged: how many there are by now in total, for the purpose on this lane or for the authenticators
    /// (NIST SP 800-63B-4, section 3.2.2).
    #[must_use]
    pub const fn failures(&self) -> Option<u8> {
        self.failures
    }

    /// What this failure led to: a lock, the alert before a disablement (RTS Art. 4(3)(b)), or the disablement. The owner is
    /// to be told.
    #[must_use]
    pub const fn notice(&self) -> Option<Notice> {
        self.notice
    }

    /// A word of the part that acted, such as which limit of a budget refused: lower-case ASCII, fixed in the program.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_ref().map(Text::as_str)
    }

    /// The beginning of an event: nothing has come of it yet.
    pub(crate) fn draft(facts: &Facts<'_>, done: Done) -> Self {
        let Facts { sheet, action, purpose, handle, bound, channel } = *facts;
        let challenge = done.handle.as_ref().or(handle).map(|it| sheet.keyring.approval_id(&sheet.key, it));
        let binding = bound.map(|bound| sheet.keyring.binding_tag(bound));
        let event = Self::new(sheet.keyring, &sheet.subject, purpose, action, sheet.time());
        Self { challenge, binding, channel: done.channel.or(channel), ..event }
    }

    /// What came of it.
    pub(crate) fn ended<T, E>(self, done: Done, outcome: &Result<T, Failure<E>>) -> Self {
        let usual = if done.silent { EventKind::Silent } else { EventKind::of(self.action) };
        let done_kind = done.kind.unwrap_or(usual);
        match outcome {
            Ok(_) if done.corrupt => Self { kind: EventKind::CorruptRecord, ..self },
            Ok(_) => Self { kind: done_kind, count: done.count, detail: done.detail.and_then(word), ..self },
            Err(Failure::Refused(refused)) => Self {
                kind: match refused.reason() {
                    Reason::CorruptRecord => EventKind::CorruptRecord,
                    _ => EventKind::Refused,
                },
                reason: Some(refused.reason()),
                failures: refused.failures(),
                notice: refused.notice(),
                ..self
            },
            Err(Failure::Unavailable(Unavailable::Cause(cause))) => Self { kind: of_cause(*cause), ..self },
            Err(Failure::Unavailable(Unavailable::Store(_)) | Failure::Invalid(_)) => {
                Self { kind: EventKind::StoreUnavailable, ..self }
            }
        }
    }

    /// An event of a part that runs no operation; it is about no challenge.
    pub(crate) fn new(
        keyring: &Keyring,
        subject: &Subject,
        purpose: Option<&'static str>,
        action: Action,
        at: UnixTime,
    ) -> Self {
        Self {
            at,
            kind: EventKind::of(action),
            action,
            subject: keyring.subject_tag(subject),
            lane: subject.lane(),
            purpose: purpose.and_then(word),
            challenge: None,
            binding: None,
            channel: None,
            count: None,
            reason: None,
            failures: None,
            notice: None,
            detail: None,
        }
    }
}

/// For the parts that run no operation of their own.
impl Event {
    /// What became later of what this event began, such as its message: the same account, challenge and value.
    pub(crate) const fn followed_by(self, action: Action, kind: EventKind, at: UnixTime) -> Self {
        Self { at, kind, action, count: None, reason: None, failures: None, notice: None, detail: None, ..self }
    }

    pub(crate) const fn of_kind(self, kind: EventKind) -> Self {
        Self { kind, ..self }
    }

    pub(crate) const fn through(self, channel: RecipientKind) -> Self {
        Self { channel: Some(channel), ..self }
    }

    /// A word fixed in the program, of `a` to `z`, `0` to `9`, `_` and `-`; another one is left out.
    pub(crate) fn detailed(self, detail: &'static str) -> Self {
        Self { detail: word(detail), ..self }
    }
}

const fn of_cause(cause: Cause) -> EventKind {
    match cause {
        Cause::Contention => EventKind::Contention,
        Cause::UnknownCodeKey => EventKind::UnknownCodeKey,
        Cause::NewerRecord => EventKind::NewerRecord,
        // The caller's, before there is an operation.
        Cause::Clock => EventKind::StoreUnavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::RootKey;
    use crate::operation::Operation as _;
    use crate::policy::Policy;
    use crate::record::Record;
    use crate::store::{Key, Store, Swap};
    use crate::{Login, Purpose, Verifier};
    use std::vec::Vec;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn keyring() -> Keyring {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        Keyring::new(&root(1), &root(2)).unwrap()
    }

    fn somebody() -> Subject {
        Subject::new("customer-4711").unwrap()
    }

    impl Event {
        /// As long as an event can be in every format.
        pub(crate) fn longest() -> Self {
            let event =
                Self::new(&keyring(), &somebody(), Some("a-purpose-of-thirty-two-letters0"), Action::Issue, NOW);
            Self {
                at: UnixTime::from_secs(u64::MAX),
                kind: *EventKind::ALL.iter().max_by_key(|kind| kind.name().len()).unwrap(),
                action: *Action::ALL.iter().max_by_key(|action| action.name().len()).unwrap(),
                lane: u8::MAX,
                challenge: Some(ApprovalId::from_bytes([0xff; 16])),
                binding: Some(BindingTag::from_bytes([0xff; 16])),
                channel: Some(RecipientKind::Voice),
                count: Some(u8::MAX),
                reason: Reason::ALL.iter().copied().max_by_key(|reason| reason.name().len()),
                failures: Some(u8::MAX),
                notice: Some(Notice::Locked { until: UnixTime::from_secs(u64::MAX) }),
                ..event
            }
            .detailed("a_word_of_exactly_thirty_two_let")
        }
    }

    /// Every record is of the version to come, and authentic.
    struct Later(Keyring);

    impl Store for Later {
        type Error = ();

        fn load(&self, key: &Key) -> Result<Option<Record>, ()> {
            let body = [2; 40];
            let row: Vec<u8> = body.iter().chain(&self.0.record_mac(key, &body)).copied().collect();
            Ok(Some(Record::from_bytes(&row)))
        }

        fn swap(&self, _: &Key, _: Option<&Record>, _: &Record) -> Result<Swap, ()> {
            Err(())
        }
    }

    #[test]
    fn a_record_of_a_later_version_is_told_as_one() {
        let verifier = Verifier::new(keyring());
        let look = verifier.status(Purpose::<Login>::new("login", Policy::LOGIN), &somebody(), NOW).unwrap();
        let observed = look.run_observed(&Later(keyring()));
        assert_eq!(observed.outcome, Err(Cause::NewerRecord.into()));
        assert_eq!((observed.event.kind(), observed.event.action()), (EventKind::NewerRecord, Action::Look));
    }

    #[test]
    fn every_cause_is_told_by_its_own_kind() {
        let told = [Cause::Contention, Cause::UnknownCodeKey, Cause::NewerRecord].map(of_cause);
        assert_eq!(told, [EventKind::Contention, EventKind::UnknownCodeKey, EventKind::NewerRecord]);
    }

    #[test]
    fn what_follows_is_of_the_same_account_and_challenge_and_says_nothing_of_the_past() {
        let first = Event::longest();
        let later = NOW.saturating_add(3);
        let sent = first.followed_by(Action::Send, EventKind::Sent, later).through(RecipientKind::Email);
        assert_eq!((sent.kind(), sent.action(), sent.at()), (EventKind::Sent, Action::Send, later));
        assert_eq!((sent.subject(), sent.challenge()), (first.subject(), first.challenge()));
        assert_eq!((sent.binding(), sent.purpose(), sent.lane()), (first.binding(), first.purpose(), first.lane()));
        assert_eq!((sent.reason(), sent.notice(), sent.failures(), sent.detail()), (None, None, None, None));
        assert_eq!(sent.channel(), Some(RecipientKind::Email));
    }

    #[test]
    fn a_part_of_its_own_tells_with_a_word_and_nothing_that_would_have_to_be_escaped() {
        let event = Event::new(&keyring(), &somebody(), Some("pay"), Action::Spend, NOW);
        let refused = event.of_kind(EventKind::BudgetRefused).detailed("prefix_hour");
        assert_eq!((refused.kind(), refused.detail()), (EventKind::BudgetRefused, Some("prefix_hour")));
        for word in ["", "two words", "\"", "+4915112345678", "Prefix", "a_word_of_more_than_thirty_two_letters"] {
            assert_eq!(refused.detailed(word).detail(), None, "{word}");
        }
    }

    #[test]
    fn names_are_words_and_no_two_are_the_same() {
        let names = |names: Vec<&'static str>| {
            assert!(names.iter().all(|name| word(name).is_some() && !name.contains('-')), "{names:?}");
            let mut sorted = names.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), names.len());
        };
        names(EventKind::ALL.iter().map(|kind| kind.name()).collect());
        names(Action::ALL.iter().map(|action| action.name()).collect());
        names(Reason::ALL.iter().map(|reason| reason.name()).collect());
    }
}

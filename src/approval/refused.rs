use core::fmt;

use crate::time::UnixTime;

/// The answer is no.
///
/// It prints one sentence, whatever the reason (RTS Art. 4(3)(a): a failure does not say what was wrong).
/// [`hint`](Refused::hint) is what a screen may show; [`reason`](Refused::reason) is for the audit trail and must not
/// reach the person; [`notice`](Refused::notice) says whom to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    reason: Reason,
    hint: Hint,
    notice: Option<Notice>,
    /// Failures in total, if this one was charged.
    failures: Option<u8>,
}

impl Refused {
    pub(crate) const fn new(reason: Reason, hint: Hint) -> Self {
        Self { reason, hint, notice: None, failures: None }
    }

    /// The refusal of a wrong code that was charged: so many failures there are by now.
    pub(crate) const fn charged(self, failures: u8, notice: Option<Notice>) -> Self {
        Self { notice, failures: Some(failures), ..self }
    }

    pub(crate) const fn failures(&self) -> Option<u8> {
        self.failures
    }

    /// What a screen may show.
    #[must_use]
    pub const fn hint(&self) -> Hint {
        self.hint
    }

    /// What happened, for the audit trail only.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// What the account's owner has to be told, through another way than this screen, once.
    #[must_use]
    pub const fn notice(&self) -> Option<Notice> {
        self.notice
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused: this could not be confirmed")
    }
}

impl core::error::Error for Refused {}

/// What a screen may show with a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Hint {
    /// Try again; so many attempts are left for this code, at most: a lock of the purpose may come first.
    TryAgain {
        /// At least 1.
        attempts_left: u8,
    },
    /// This code is over: ask for a new one.
    StartAgain,
    /// This code was used before, and perhaps the answer got lost. Show how the order stands, and ask nobody to pay
    /// twice. It is a refusal, and no approval.
    AlreadyUsed,
    /// No more messages for this code. The one that was sent is still good.
    NoMoreMessages,
    /// Nothing helps before this time. After a refused issue or resend it may be a message that comes too soon; the code
    /// that was sent before is good meanwhile.
    Wait {
        /// When to come back.
        until: UnixTime,
    },
    /// This address cannot be used for this; another one may.
    OtherRecipient,
    /// This authenticator cannot be used; another way to log in may.
    OtherMethod,
    /// Type two codes that the device shows one after the other, and
    /// [`resynchronise`](crate::Verifier::resynchronise) with them.
    Resynchronise,
    /// Somebody at the desk has to help.
    Contact,
}

/// What the account's owner has to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Notice {
    /// The purpose is locked because of this failure (RFC 4226 section 7.2).
    Locked {
        /// Until when.
        until: UnixTime,
    },
    /// The next failure disables the purpose (RTS Art. 4(3)(b): alert before a permanent block).
    NextDisables,
    /// The purpose is disabled until it is reinstated.
    Disabled,
}

/// Why, for the audit trail only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Reason {
    /// The code was wrong. Charged.
    WrongCode,
    /// There is no challenge with that handle. Not charged.
    UnknownHandle,
    /// The challenge's time is over.
    Expired,
    /// The challenge was approved before: a replay.
    AlreadyApproved,
    /// The challenge has no attempts left.
    Exhausted,
    /// The challenge was cancelled.
    Cancelled,
    /// Its recipient said "this was not me".
    Reported,
    /// A newer challenge ended this one.
    Superseded,
    /// The value differs from the one that the code was sent for. The challenge is over.
    BindingChanged,
    /// The recipient, or the route, differs from the one that the code was issued for.
    RecipientChanged,
    /// The request id is in use by an open challenge for something else.
    RequestReused,
    /// The purpose is locked.
    Locked,
    /// The purpose is disabled until it is reinstated.
    Disabled,
    /// The account is closed.
    Closed,
    /// The stored record is damaged or forged. Look into it, then reinstate.
    CorruptRecord,
    /// The recipient was never verified.
    RecipientUnverified,
    /// The recipient was verified or changed too short a time ago.
    RecipientTooNew,
    /// This purpose does not send to recipients of that kind.
    RecipientKind,
    /// The last message left too short a time ago.
    TooSoon,
    /// The challenge has had all its messages.
    ChallengeSends,
    /// The day has had all its messages.
    DaySends,
    /// The route has no leg left that may be tried: none, or none of another kind while the last message may have left.
    RouteEnded,
    /// Another message has left since the one that was to be fallen back from.
    Overtaken,
    /// The subject has no such authenticator, or no recovery codes.
    NotEnrolled,
    /// An authenticator of that name is enrolled, or another one with that key.
    AlreadyEnrolled,
    /// Four authenticators are enrolled.
    TooManyAuthenticators,
    /// The key is not the one that was enrolled under that name.
    SecretChanged,
    /// The code was accepted before: a replay. The first three are not charged.
    Replayed,
    /// The records came back from a backup, so nobody knows which counter was last: two codes in a row are asked for.
    ResynchroniseFirst,
    /// Every counter of the device has been used.
    CounterExhausted,
    /// A budget has no room for the message: the event's [`detail`](crate::Event::detail) says which limit.
    OverBudget,
    /// No message goes to that number: premium rate, satellite and the like, a zone that is barred, or one without a price.
    RecipientBarred,
}

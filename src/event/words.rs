/// One stable word a variant, and the list of all: a variant without its word does not compile.
macro_rules! words {
    ($name:ident, $all:literal, { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $name {
            #[doc = $all]
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in logs, metrics and audit trails: lower-case ASCII with `_`, at most 32 bytes. It stays.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            pub(crate) fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.name() == name)
            }
        }
    };
}

pub(crate) use words;

use crate::approval::{Notice, Reason};
use crate::recipient::RecipientKind;

words!(Reason, "Every reason, for tables of metrics.", {
    WrongCode => "wrong_code",
    UnknownHandle => "unknown_handle",
    Expired => "expired",
    AlreadyApproved => "already_approved",
    Exhausted => "exhausted",
    Cancelled => "cancelled",
    Reported => "reported",
    Superseded => "superseded",
    BindingChanged => "binding_changed",
    RecipientChanged => "recipient_changed",
    RequestReused => "request_reused",
    Locked => "locked",
    Disabled => "disabled",
    Closed => "closed",
    CorruptRecord => "corrupt_record",
    RecipientUnverified => "recipient_unverified",
    RecipientTooNew => "recipient_too_new",
    RecipientKind => "recipient_kind",
    TooSoon => "too_soon",
    ChallengeSends => "challenge_sends",
    DaySends => "day_sends",
    RouteEnded => "route_ended",
    Overtaken => "overtaken",
    NotEnrolled => "not_enrolled",
    AlreadyEnrolled => "already_enrolled",
    TooManyAuthenticators => "too_many_authenticators",
    SecretChanged => "secret_changed",
    Replayed => "replayed",
    ResynchroniseFirst => "resynchronise_first",
    CounterExhausted => "counter_exhausted",
    OverBudget => "over_budget",
    RecipientBarred => "recipient_barred",
});

impl RecipientKind {
    /// Its name in logs, metrics and audit trails.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Email => "email",
            Self::App => "app",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Sms, Self::Voice, Self::Email, Self::App].into_iter().find(|each| each.name() == name)
    }
}

impl Notice {
    /// Its name in logs, metrics and audit trails.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Locked { .. } => "locked",
            Self::NextDisables => "next_disables",
            Self::Disabled => "disabled",
        }
    }
}

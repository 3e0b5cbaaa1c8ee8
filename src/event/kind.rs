use super::Action;
use super::words::words;

/// What happened.
///
/// ```
/// use countersign::EventKind;
///
/// assert_eq!(EventKind::StoreUnavailable.name(), "store_unavailable");
/// assert!(EventKind::ALL.iter().all(|kind| kind.name().len() <= 32));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum EventKind {
    /// A challenge was issued, and its message is to leave.
    Issued,
    /// A challenge's message is to leave once more.
    Resent,
    /// A challenge's message is to leave by another leg of its route.
    Onward,
    /// An issue or a resend that looks like any other, but no message is to leave: a request that was repeated, or a decoy.
    Silent,
    /// A code was right, and its value approved.
    Approved,
    /// A challenge was given up by its owner.
    Cancelled,
    /// A recipient said "this was not me".
    Reported,
    /// An account was closed, for a purpose or for authenticators.
    Closed,
    /// An operator lifted locks and counts.
    Reinstated,
    /// Somebody looked at a record.
    Looked,
    /// An enrolment was begun, and waits for its code.
    Enrolling,
    /// An authenticator was confirmed.
    Enrolled,
    /// A person was authenticated by a code of an authenticator.
    Authenticated,
    /// A person was authenticated by two codes in a row, and the device is in step again.
    Resynchronised,
    /// An authenticator was ended.
    Revoked,
    /// The record of authenticators came back from a backup, and was made safe.
    Restored,
    /// Recovery codes were made, and those before them ended.
    RecoveryCodesMade,
    /// A person was authenticated by a recovery code.
    Recovered,
    /// The answer was no: see [`Event::reason`](super::Event::reason).
    Refused,
    /// A record is damaged or forged: look into it, then reinstate.
    CorruptRecord,
    /// The store failed. If it did while it wrote, the attempt counts as spent.
    StoreUnavailable,
    /// Other writes overtook sixteen rounds.
    Contention,
    /// The code was made with a key that this keyring does not hold.
    UnknownCodeKey,
    /// A later version wrote the record.
    NewerRecord,
    /// A provider took the message.
    Sent,
    /// A provider refused the message, or was not reached.
    NotSent,
    /// Nobody knows whether a provider took the message.
    SendUnknown,
    /// A budget paid for a message.
    BudgetSpent,
    /// A budget did not pay for the message.
    BudgetRefused,
    /// A budget that only records would not have paid for the message.
    BudgetWouldRefuse,
}

words!(EventKind, "Every kind, for tables of metrics.", {
    Issued => "issued",
    Resent => "resent",
    Onward => "onward",
    Silent => "silent",
    Approved => "approved",
    Cancelled => "cancelled",
    Reported => "reported",
    Closed => "closed",
    Reinstated => "reinstated",
    Looked => "looked",
    Enrolling => "enrolling",
    Enrolled => "enrolled",
    Authenticated => "authenticated",
    Resynchronised => "resynchronised",
    Revoked => "revoked",
    Restored => "restored",
    RecoveryCodesMade => "recovery_codes_made",
    Recovered => "recovered",
    Refused => "refused",
    CorruptRecord => "corrupt_record",
    StoreUnavailable => "store_unavailable",
    Contention => "contention",
    UnknownCodeKey => "unknown_code_key",
    NewerRecord => "newer_record",
    Sent => "sent",
    NotSent => "not_sent",
    SendUnknown => "send_unknown",
    BudgetSpent => "budget_spent",
    BudgetRefused => "budget_refused",
    BudgetWouldRefuse => "budget_would_refuse",
});

impl EventKind {
    /// What an action comes to when nothing stands in its way.
    pub(super) const fn of(action: Action) -> Self {
        match action {
            Action::Issue => Self::Issued,
            Action::Resend => Self::Resent,
            Action::Onward => Self::Onward,
            Action::Verify => Self::Approved,
            Action::Cancel => Self::Cancelled,
            Action::Report => Self::Reported,
            Action::Close | Action::CloseAuthenticators => Self::Closed,
            Action::Reinstate | Action::ReinstateAuthenticators => Self::Reinstated,
            Action::Look | Action::LookAtAuthenticators => Self::Looked,
            Action::Enrol => Self::Enrolling,
            Action::Confirm => Self::Enrolled,
            Action::Authenticate => Self::Authenticated,
            Action::Resynchronise => Self::Resynchronised,
            Action::Revoke => Self::Revoked,
            Action::AfterRestore => Self::Restored,
            Action::MakeRecoveryCodes => Self::RecoveryCodesMade,
            Action::Recover => Self::Recovered,
            Action::Send => Self::Sent,
            Action::Spend => Self::BudgetSpent,
        }
    }
}

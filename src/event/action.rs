use super::words::words;

/// What somebody wanted done: the method of [`Verifier`](crate::Verifier) that made the operation, or the part of
/// this crate that acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Action {
    /// [`issue`](crate::Verifier::issue).
    Issue,
    /// [`resend`](crate::Verifier::resend).
    Resend,
    /// [`verify`](crate::Verifier::verify).
    Verify,
    /// [`cancel`](crate::Verifier::cancel).
    Cancel,
    /// [`report`](crate::Verifier::report).
    Report,
    /// [`close`](crate::Verifier::close).
    Close,
    /// [`reinstate`](crate::Verifier::reinstate).
    Reinstate,
    /// [`status`](crate::Verifier::status).
    Look,
    /// [`enrol`](crate::Verifier::enrol).
    Enrol,
    /// [`confirm`](crate::Verifier::confirm).
    Confirm,
    /// [`authenticate`](crate::Verifier::authenticate).
    Authenticate,
    /// [`resynchronise`](crate::Verifier::resynchronise).
    Resynchronise,
    /// [`revoke`](crate::Verifier::revoke).
    Revoke,
    /// [`after_restore`](crate::Verifier::after_restore).
    AfterRestore,
    /// [`close_authenticators`](crate::Verifier::close_authenticators).
    CloseAuthenticators,
    /// [`reinstate_authenticators`](crate::Verifier::reinstate_authenticators).
    ReinstateAuthenticators,
    /// [`authenticator_status`](crate::Verifier::authenticator_status).
    LookAtAuthenticators,
    /// [`make_recovery_codes`](crate::Verifier::make_recovery_codes).
    MakeRecoveryCodes,
    /// [`recover`](crate::Verifier::recover).
    Recover,
    /// [`onward`](crate::Verifier::onward).
    Onward,
    /// A message was given to a provider, or [`settle`](crate::Verifier::settle) says what came of it.
    Send,
    /// A message was to be paid for out of a budget.
    Spend,
}

words!(Action, "Every action, for tables of metrics.", {
    Issue => "issue",
    Resend => "resend",
    Verify => "verify",
    Cancel => "cancel",
    Report => "report",
    Close => "close",
    Reinstate => "reinstate",
    Look => "look",
    Enrol => "enrol",
    Confirm => "confirm",
    Authenticate => "authenticate",
    Resynchronise => "resynchronise",
    Revoke => "revoke",
    AfterRestore => "after_restore",
    CloseAuthenticators => "close_authenticators",
    ReinstateAuthenticators => "reinstate_authenticators",
    LookAtAuthenticators => "look_at_authenticators",
    MakeRecoveryCodes => "make_recovery_codes",
    Recover => "recover",
    Onward => "onward",
    Send => "send",
    Spend => "spend",
});

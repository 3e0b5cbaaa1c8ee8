use core::fmt;

use super::SubjectTag;
use crate::code::Code;
use crate::time::UnixTime;

/// A person who proved to be one with an authenticator or a recovery code.
///
/// Only this crate makes one. It is no [`Approved`](crate::Approved), and nothing converts it: such a code knows no
/// amount and no payee, so it authorises no payment. Look at [`purpose`](Authenticated::purpose): a login is not a
/// change of the password.
#[must_use = "whoever was authenticated wants something"]
pub struct Authenticated {
    pub(crate) subject: SubjectTag,
    pub(crate) at: UnixTime,
    pub(crate) method: Method,
    pub(crate) purpose: &'static str,
    pub(crate) reply: Option<Code>,
}

/// What somebody was authenticated with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Method {
    /// A time-based code (RFC 6238).
    Totp,
    /// A counter-based code (RFC 4226).
    Hotp,
    /// A recovery code.
    RecoveryCode,
}

impl Authenticated {
    /// Who, as a keyed tag for the audit trail; the same as of their [`Approved`](crate::Approved)s.
    #[must_use]
    pub const fn subject(&self) -> SubjectTag {
        self.subject
    }

    /// When, as the caller told.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }

    /// With what.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// For what: the purpose's name.
    #[must_use]
    pub const fn purpose(&self) -> &'static str {
        self.purpose
    }

    /// The code to show to the person in return, if it was asked for: see
    /// [`Authenticate::answering`](crate::Authenticate::answering).
    #[must_use]
    pub const fn reply(&self) -> Option<&Code> {
        self.reply.as_ref()
    }
}

impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated")
            .field("subject", &self.subject)
            .field("at", &self.at)
            .field("method", &self.method)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

use core::error::Error;
use core::fmt;

use lettre::transport::smtp;

use crate::delivery::Delivery;

/// Why an e-mail was not taken, or may not have been. It holds no code, no address and nothing that a server said but its
/// number, so a log may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MailProblem {
    /// The recipient is not reached by e-mail, or its address is not ASCII or none that SMTP knows.
    Recipient,
    /// It broke off before the server had any of the message: no such name, nobody listened, no TLS, nonsense, or silence.
    Unreached,
    /// The server refused with this number (RFC 5321, section 4.2): 535 is a wrong password, 550 most often a mailbox that
    /// does not exist. Below 500 the same message may be taken later.
    Refused(u16),
    /// The server had the message, or a part of it, and did not say what became of it.
    Unanswered,
}

impl MailProblem {
    /// Which of the three answers it is.
    #[must_use]
    pub const fn delivery(self) -> Delivery {
        match self {
            Self::Recipient | Self::Unreached | Self::Refused(_) => Delivery::NotSent,
            Self::Unanswered => Delivery::Unknown,
        }
    }
}

impl Error for MailProblem {}

impl fmt::Display for MailProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recipient => f.write_str("the recipient has no address that this channel writes to"),
            Self::Unreached => f.write_str("the mail server was not reached, or broke off before it had the message"),
            Self::Refused(number) => write!(f, "the mail server refused with {number}"),
            Self::Unanswered => f.write_str("the mail server did not say what became of the message"),
        }
    }
}

/// What an error is before the first byte of the message. By value, for `map_err`.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn unreached(error: smtp::Error) -> MailProblem {
    error.status().map_or(MailProblem::Unreached, |code| MailProblem::Refused(code.into()))
}

/// What it is from there on.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn gone(error: smtp::Error) -> MailProblem {
    error.status().map_or(MailProblem::Unanswered, |code| MailProblem::Refused(code.into()))
}

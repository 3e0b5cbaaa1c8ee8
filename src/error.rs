//! What can be wrong with configuration or text.

use core::error::Error;
use core::fmt;

/// A value that this crate refuses to build.
///
/// Each variant names one fault. None holds the text, the code or the key that was refused, so an `Invalid` may be
/// logged, shown and compared freely.
///
/// ```
/// use countersign::{Invalid, Secret};
///
/// let refused = Secret::from_bytes(b"too short").unwrap_err();
/// assert_eq!(refused, Invalid::SecretLength);
/// assert_eq!(refused.to_string(), "a secret must be 16 to 128 bytes long");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalid {
    /// A shared secret is not 16 to 128 bytes long (RFC 4226, section 4, R6 asks for 128 bits).
    SecretLength,
    /// A weak secret is not 10 to 15 bytes long.
    WeakSecretLength,
    /// A Base32 secret has a character outside the alphabet of RFC 4648, section 6.
    SecretCharacter,
    /// A Base32 secret has an impossible length, or padding that does not fit it.
    SecretPadding,
    /// The last character of a Base32 secret carries bits that belong to no byte (RFC 4648, section 3.5).
    SecretTrailingBits,
    /// The source of randomness failed.
    RandomSource,
    /// A code of digits does not have 6 to 8 of them (RFC 4226, section 5.3).
    DigitCount,
    /// A code of letters does not have 6 to 12 symbols.
    LetterCount,
    /// A typed code does not have the length of its format.
    CodeLength,
    /// A typed code has a character that its format does not know.
    CodeCharacter,
    /// A window holds no counter.
    WindowEmpty,
    /// A window holds more than 1,000 counters.
    WindowTooWide,
    /// The last counter, `u64::MAX`, has been used; there is none after it.
    CounterExhausted,
    /// A skew reaches further than 10 steps into the past or the future.
    SkewTooWide,
    /// A root key is not 32 to 128 bytes long.
    RootKeyLength,
    /// Two keys of a keyring are the same.
    SameKey,
    /// A keyring would hold more than four code keys.
    TooManyKeys,
    /// A subject is blank, over 128 bytes long, or has white space at an end or a control character.
    Subject,
    /// A purpose's name is not 1 to 32 characters of `a` to `z`, `0` to `9` and `-`.
    Purpose,
    /// A number of lanes, or a lane, is out of range.
    Lanes,
    /// A lifetime is zero or longer than allowed.
    Lifetime,
    /// A number of attempts is not 1 to 10.
    Attempts,
    /// A lock comes after fewer than 1 or more than 10 failures, or lasts under 30 minutes or over a day.
    Lock,
    /// The failures of a day window are fewer than those of a lock, or over 100.
    DayFailures,
    /// The failures in total are fewer than 2 a lane, or over 100.
    TotalFailures,
    /// A send budget is zero, or the gap between messages over an hour.
    Sends,
    /// A number of open challenges is not 1 to 4.
    OpenChallenges,
    /// A policy allows no kind of recipient.
    NoRecipientKind,
    /// A policy allows more guesses than its ceilings.
    TooManyGuesses,
    /// A text is empty.
    TextEmpty,
    /// A text is too long for its place.
    TextTooLong,
    /// A text has a character that could deceive its reader: a control character, a bidirectional one, or one without
    /// width.
    TextCharacter,
    /// A currency is not three capital letters with 0 to 18 decimals, or not the one that the rest is in.
    Currency,
    /// A currency that ISO 4217 lists has other decimals there.
    Decimals,
    /// An amount or a count is zero where it cannot be, or too large.
    Amount,
    /// A phone number is not in E.164 form.
    PhoneNumber,
    /// An e-mail address is not exactly one address.
    EmailAddress,
    /// An app's address is empty, over 254 bytes long, or has white space or a control character.
    AppAddress,
    /// A route does not have 1 to 3 legs, has one twice or those of one kind apart, or mixes decoys with recipients who
    /// exist.
    Route,
    /// A leg's time-out is not 1 to 600 seconds.
    Timeout,
    /// A leg of a route has no channel.
    Channel,
    /// A session or request id is not 1 to 255 bytes long.
    RequestId,
    /// A handle is not what this crate wrote.
    Handle,
    /// A time is 2^40 seconds or more after 1970.
    Time,
    /// An approval was used more than 60 seconds from its time.
    ApprovalTime,
    /// An authenticator's name is blank, over 64 bytes long, or has a control character.
    AuthenticatorName,
    /// A TOTP's steps last over 120 seconds (NIST SP 800-63B-4).
    Period,
    /// A decoy cannot be enrolled, and gets no message.
    Decoy,
    /// A typed recovery code is not one that this crate made.
    RecoveryCode,
    /// The account has no such contact, or no longer the one that it had.
    ContactMissing,
    /// The account has that contact already; or it has one, where a first one is to be registered.
    ContactExists,
    /// A code for this value goes to another address than this.
    WrongRecipient,
    /// What was proved was proved by another subject, or for another purpose.
    WrongProof,
    /// A claim that was built anew for its verification: it sends no code of its own.
    ClaimResumed,
    /// A budget's name is not 1 to 32 characters of `a` to `z`, `0` to `9` and `-`.
    BudgetName,
    /// A budget's zones are not strictly ascending prefixes in E.164, more than three with limits are inside each other, or
    /// a limit of one cannot be.
    Zones,
    /// A rate has a zero or over 10^9 messages, or its burst would take more than 31 days to come back.
    Rate,
    /// A ceiling is over 2^53 - 1.
    Ceiling,
    /// A conversion has a zero, over 100 in a hundred, a divisor below 2, or a window outside a minute to a week.
    Conversion,
}

impl Error for Invalid {}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecretLength => "a secret must be 16 to 128 bytes long",
            Self::WeakSecretLength => "a weak secret must be 10 to 15 bytes long",
            Self::SecretCharacter => "a Base32 secret may hold only the letters A to Z and the digits 2 to 7",
            Self::SecretPadding => "a Base32 secret is cut short or wrongly padded",
            Self::SecretTrailingBits => "a Base32 secret ends in bits that belong to no byte",
            Self::RandomSource => "the source of randomness failed",
            Self::DigitCount => "a code must have 6 to 8 digits",
            Self::LetterCount => "a code of letters must have 6 to 12 symbols",
            Self::CodeLength => "the code does not have the expected length",
            Self::CodeCharacter => "the code has a character that no code has",
            Self::WindowEmpty => "a window must hold at least one counter",
            Self::WindowTooWide => "a window must hold at most 1,000 counters",
            Self::CounterExhausted => "every counter has been used",
            Self::SkewTooWide => "a skew must be at most 10 steps each way",
            Self::RootKeyLength => "a root key must be 32 to 128 bytes long",
            Self::SameKey => "two keys of a keyring are the same",
            Self::TooManyKeys => "a keyring holds at most four code keys",
            Self::Subject => {
                "a subject must be 1 to 128 bytes, without white space at its ends or control characters"
            }
            Self::Purpose => "a purpose's name must be 1 to 32 characters of a to z, 0 to 9 and -",
            Self::Lanes => "there are 1 to 4 lanes, and the policy has fewer than asked for or none",
            Self::Lifetime => "a lifetime must be 1 to 600 seconds, or up to a day by e-mail to confirm an address",
            Self::Attempts => "a challenge must have 1 to 10 attempts",
            Self::Lock => "a lock must come after 1 to 10 failures and last 30 minutes to a day",
            Self::DayFailures => "a day must allow as many failures as a lock, and at most 100",
            Self::TotalFailures => "a purpose must allow at least 2 failures a lane, and at most 100 in total",
            Self::Sends => "every send budget must be at least 1, and the gap at most an hour",
            Self::OpenChallenges => "1 to 4 challenges may be open",
            Self::NoRecipientKind => "a policy must allow some kind of recipient",
            Self::TooManyGuesses => "the policy allows more guesses than its ceilings",
            Self::TextEmpty => "a text must not be empty",
            Self::TextTooLong => "a text is too long for its place",
            Self::TextCharacter => "a text has a character that could deceive its reader",
            Self::Currency => "a currency must be three capital letters with 0 to 18 decimals, the same throughout",
            Self::Decimals => "ISO 4217 lists this currency with other decimals",
            Self::Amount => "an amount or a count is zero or too large",
            Self::PhoneNumber => "a phone number must be + and up to 15 digits, the first not 0",
            Self::EmailAddress => "an e-mail address must be exactly one address",
            Self::AppAddress => "an app's address must be 1 to 254 bytes without white space",
            Self::Route => {
                "a route must have 1 to 3 legs, none twice, those of one kind together, and decoys alone or none"
            }
            Self::Timeout => "a leg's time-out must be 1 to 600 seconds",
            Self::Channel => "a leg of the route has no channel",
            Self::RequestId => "a session or request id must be 1 to 255 bytes long",
            Self::Handle => "a handle is not one that was given out",
            Self::Time => "a time must be before 2^40 seconds after 1970",
            Self::ApprovalTime => "an approval must be used within 60 seconds of its time",
            Self::AuthenticatorName => "an authenticator's name must be 1 to 64 bytes without control characters",
            Self::Period => "the steps of a TOTP must last at most 120 seconds",
            Self::Decoy => "a decoy can neither be enrolled nor get a message",
            Self::RecoveryCode => "a recovery code must have 16 letters and digits",
            Self::ContactMissing => "the account does not have that contact",
            Self::ContactExists => "the account has that contact, or another where a first one was expected",
            Self::WrongRecipient => "the code for this value goes to another address",
            Self::WrongProof => "what was proved was proved by another subject or for another purpose",
            Self::ClaimResumed => "a claim that was resumed sends no code",
            Self::BudgetName => "a budget's name must be 1 to 32 characters of a to z, 0 to 9 and -",
            Self::Zones => "zones must be strictly ascending prefixes in E.164, at most three limits deep",
            Self::Rate => "a rate must be positive, and its burst come back within 31 days",
            Self::Ceiling => "a ceiling must be below 2^53",
            Self::Conversion => {
                "a conversion takes 1 to 100 in a hundred, a divisor of at least 2, and a minute to a week"
            }
        })
    }
}

//! One-time passwords in front of money.
//!
//! A server issues a code for one value, such as a [`Payment`], and sends it out of band. When the right code comes
//! back in time it gets an [`Approved`] of that very value, which nothing else can make; the step that moves the money
//! takes nothing else. How often somebody may guess, until when, and what was used already is decided on one small
//! record in the caller's own [`Store`].
//!
//! # A payment from beginning to end
//! ```
//! # #[cfg(feature = "std")] {
//! use countersign::{
//!     Approved, Clock, Code, Currency, Failure, Hint, Invalid, Keyring, MemoryStore, Money, Operation, Payment, Policy,
//!     Purpose, Recipient, RootKey, Slip, Subject, SystemClock, SystemRng, UnixTime, Verifier,
//! };
//!
//! /// What the codes are for: a name, the type that they authorise, and a policy.
//! const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
//!
//! /// The only way to the money.
//! fn capture(payment: Approved<Payment>, now: UnixTime) -> Result<u64, Invalid> {
//!     let payment = payment.take(now)?; // within 60 seconds of the approval
//!     Ok(payment.amount().minor())
//! }
//!
//! // Once a process. The two keys come from a key store, and every node has the same.
//! let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
//! let (verifier, store) = (Verifier::new(keys), MemoryStore::new());
//!
//! // The account, and since when its phone is known to be its owner's.
//! let customer = Subject::new("customer-4711")?;
//! let phone = Recipient::sms("+4915112345678")?.verified(UnixTime::from_secs(1_750_000_000));
//!
//! // What is to be paid, from the server's own order row and never from the request.
//! let eur = |minor| Money::new(minor, Currency::EUR);
//! let order = |total| Payment::new(total, "Anna's Bikes", "DE89370400440532013000", "order 4711");
//!
//! // Issue. The template is the only way to the code; the ticket is safe for a browser.
//! let (payment, now) = (order(eur(129_90))?, SystemClock.now()?);
//! let issued = verifier.issue(PAY, &customer, &payment, &phone, now, &mut SystemRng)?.run(&store)?;
//! let template = |slip: &Slip<'_, Payment>| {
//!     let (code, payment) = (slip.code(), slip.binding());
//!     format!("{code} pays {} to {}.\n@shop.example #{code}", payment.amount(), payment.payee())
//! };
//! let message = issued.message(&template).expect("a first request has a message");
//! let handle = issued.ticket().handle();
//! assert!(message[6..].starts_with(" pays EUR 129.90 to Anna's Bikes.\n@shop.example #"));
//!
//! // A wrong code is refused. The sentence is always the same; the hint is what a screen may add.
//! let typed = Code::parse(if message.starts_with("123456") { "654321" } else { "123456" }, PAY.policy().format())?;
//! let answer = verifier.verify(PAY, &customer, handle, typed, order(eur(129_90))?, now, &mut SystemRng)?.run(&store);
//! let Err(Failure::Refused(refused)) = answer else { panic!("a wrong code was not refused") };
//! assert_eq!(refused.hint(), Hint::TryAgain { attempts_left: 4 });
//!
//! // The right code approves the value that it was sent for, and the approval carries that value to the capture.
//! let typed = Code::parse(&message[..6], PAY.policy().format())?;
//! let verify = verifier.verify(PAY, &customer, handle, typed, order(eur(129_90))?, now, &mut SystemRng)?;
//! let approved: Approved<Payment> = verify.run(&store)?;
//! assert_eq!(capture(approved, SystemClock.now()?), Ok(129_90));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The message itself leaves through a [`Channel`], which the caller writes: one method, which answers whether it left. A
//! [`Route`] says in which order the ways to a person are tried, and a [`Post`] goes along it.
//!
//! # Six ideas
//! 1. **Codes are pure.** Key and counter, or time, in; code out: [`Hotp`], [`Totp`]. Every candidate of a [`Window`] is
//!    looked at in constant time. They remember nothing, so whoever uses them alone must remember what was used.
//! 2. **An operation reads and writes one record**, that of subject, purpose and lane. It holds the failures, the locks,
//!    the messages and the open challenges, so one conditional write decides all of them at once, and no number of parallel
//!    requests buys one more guess.
//! 3. **Decisions are pure too.** [`Operation::step`] has no I/O, no clock and no randomness: time and randomness are
//!    arguments of the [`Verifier`]'s methods. Its verdict stays sealed until the write that pays for it has landed.
//! 4. **A store is two methods**, `load` and `swap`. [`Store`] blocks, [`AsyncStore`] is awaited; the page of the first has the
//!    contract, what each wrong answer costs, and a whole store.
//! 5. **A code authorises one thing.** It is computed from what it authorises, a [`Binding`]: ours, or a type of
//!    your own.
//! 6. **Nothing at rest helps a thief.** A record holds no code, no number and no name, and an edited one is corrupt, not a
//!    fresh budget.
//!
//! # Where to go on
//! | to | see |
//! |---|---|
//! | say in the message what the code is for, as an SMS, an e-mail or a call | [`Shown`], [`Wording`], [`SmsTemplate`], [`EmailTemplate`], [`VoiceTemplate`], [`RegisteredTemplate`] |
//! | send it: what a provider answers, and what is tried next | [`Channel`], [`Route`], [`Post`], `AsyncPost`, [`Journey`]; `LettreChannel` for e-mail |
//! | tell the owner what happened | [`Alert`], [`AlertTemplate`] |
//! | resend, cancel, report, look, reinstate, close | [`Verifier`] |
//! | choose lifetimes, attempts and locks, and see what they leave a guesser | [`Policy`], [`GuessBound`] |
//! | know what to show, what to log and whom to tell | [`Refused`] |
//! | tell "no" from "no answer" | [`Failure`] |
//! | see attacks as they happen, and keep evidence | [`Event`], [`Operation::run_observed`], [`AuditChain`], [`AuditCheck`] |
//! | enrol an authenticator app or a token, and log in with it | [`Authenticator`], [`Verifier::authenticate`] |
//! | hand out recovery codes | [`Verifier::make_recovery_codes`] |
//! | give a known phone a budget of its own | [`Device`] |
//! | limit what messages may cost, against toll fraud | [`Budget`], [`Verifier::spend`], [`Tally`] |
//! | hide whether an account exists | [`Recipient::decoy`] |
//! | store a phone number or an e-mail address in one spelling | [`PhoneNumber`], [`EmailAddress`] |
//! | confirm a contact, exchange one or add one | [`ContactRegistration`], [`ContactMove`] |
//! | exchange keys | [`Keyring`] |
//! | test on a clock that stands still | [`ManualClock`] |
//! | run without an operating system, with records in flash | `examples/terminal` |
//!
//! # Features
//! | feature | adds | who wants it |
//! |---|---|---|
//! | none | codes, decisions, records, both store traits: no heap, no operating system | terminals and other small machines |
//! | `alloc` | messages, key URIs for authenticator apps (`KeyUri`), handles as text, `DynAsyncStore` | services that send codes, and choose their store at run time |
//! | `std` (default) | `SystemClock`, `SystemRng`, `MemoryStore` | whatever runs on an operating system |
//! | `qr` | `KeyPicture`: a key URI as SVG, PNG and text for a terminal | services and tools that enrol authenticator apps |
//! | `seal` | `Sealer`, `SealedSecret`: secrets encrypted at rest, without a heap | services that keep authenticators' secrets |
//! | `serde` | plain values, bindings, tickets and statuses in other formats; codes and keys read from strings, never written | services with requests, queues, configuration |
//! | `tracing` | `Event::trace`: what happened, for `tracing`'s subscribers | services that log with it |
//! | `sqlite` | `SqliteStore`, a file of its own | services on one machine (it compiles SQLite's C) |
//! | `postgres`, `mysql` | `SqlxStore`, over the caller's `sqlx` pool | services on several machines; MariaDB too |
//! | `redis` | `RedisStore`, over the caller's connection | services that have Redis, and set it to lose nothing |
//! | `lettre` | `LettreChannel`: e-mail over the caller's mail server | services on `tokio` that send codes or alerts by e-mail |
//! | `conformance` | the suite that any store must pass, and the faulty stores that it uses | whoever writes a store |
//!
//! # In other formats
//! With the feature `serde`, names are in `snake_case`, and every spelling here stays.
//!
//! | type | as JSON |
//! |---|---|
//! | [`UnixTime`] | seconds since 1970: `1800000000` |
//! | [`Digits`], [`Device`] | `6`, `1` |
//! | [`Format`] | `{"digits":6}`, `{"letters":8}` |
//! | [`Skew`], [`Window`] | `{"past":1,"future":0}`, `{"first":7,"last":9}` |
//! | [`Algorithm`], [`RecipientKind`], [`Method`], [`Reason`] | `"sha1"`, `"sms"`, `"recovery_code"`, `"wrong_code"` |
//! | [`EventKind`], [`Action`] | `"approved"`, `"verify"` |
//! | [`Event`] | `at`, `event`, `action`, `subject`, `lane`, and of `purpose`, `challenge`, `binding`, `channel`, `count`, `reason`, `failures`, `notice`, `until`, `detail` what applies; written alone |
//! | [`Hint`], [`Notice`], [`Condition`], [`Enrolment`] | `"start_again"`, `{"locked":{"until":1800000000}}` |
//! | [`Money`] | `{"minor":12990,"currency":{"code":"EUR","decimals":2}}`; JavaScript rounds numbers over 2^53 |
//! | [`Payment`] and the other bindings | a field for each argument of `new`; an unknown field is refused |
//! | [`ContactChange`] | `{"old":null,"new":"+4915112345678"}` |
//! | [`Contact`] | `{"address":"+4915112345678","confirmed":1800000000,"changed":null,"recovered":false}`: for your own table |
//! | [`Text`], [`Address`], [`Handle`] (with `alloc`), `SealedSecret` | their text |
//! | [`Ticket`], [`Status`], [`ChallengeStatus`] (with `alloc`), [`AuthenticatorStatus`], [`Enrolled`], [`PaymentBatch`] | a field for each method; written alone |
//! | [`ApprovalId`], [`SubjectTag`], [`BindingTag`] | 32 digits of lower-case hexadecimal; written alone |
//! | [`Code`] | a string of 6 to 8 digits; read alone |
//! | [`RecoveryCode`], [`Secret`], [`RootKey`] | a string: as typed, Base32, lower-case hexadecimal; read alone |
//!
//! What is read goes through the constructor that checks it. What only an operation makes is written alone, so that no
//! request can bring it along; approvals, refusals, recipients and subjects are neither written nor read.
//!
//! ```
//! # #[cfg(feature = "serde")] {
//! use countersign::{Code, Handle};
//!
//! #[derive(serde::Deserialize)]
//! struct Confirm {
//!     handle: Handle, // the order that it is for comes from the server's own row
//!     code: Code,
//! }
//!
//! let handle = Handle::from_bytes([7; 16]).to_text();
//! let body = |code| format!(r#"{{"handle":"{handle}","code":{code}}}"#);
//! assert!(serde_json::from_str::<Confirm>(&body(r#""067820""#)).is_ok());
//! assert!(serde_json::from_str::<Confirm>(&body("67820")).is_err());
//! assert!(serde_json::from_str::<Confirm>(&body("true")).is_err());
//! # }
//! ```
//!
//! # Choices that could have been others
//! * A record has no revision number. Eight random bytes that each operation draws make every write unlike any other, so
//!   comparing bytes is enough, and after an unclear swap one load tells whether it landed.
//! * HMAC is written out over the compression functions of `sha1` and `sha2`, and the `hmac` crate is its oracle in the tests:
//!   a kept key then costs two compressions a code, and leaves fewer copies of itself behind.
//! * Time and randomness are arguments of every operation, where a `Verifier` that holds a clock would be shorter to call:
//!   a request is then judged at one moment, and a test needs no clock at all.
//! * An authenticator's operation names the one that the code is from. A code that any of four may have shown would be
//!   guessed four times as easily.
//! * A success does not move a TOTP's remembered drift; two codes in a row do. A skew that reaches one step back is there
//!   for the time that typing takes, and a drift that followed it would refuse whoever types fast the next time.
//! * The key of an authenticator is no part of the record: a store's dump then holds no seed, not even a sealed one. What
//!   is there is a tag of it, so a watermark is never taken for another key's.
//! * An event is a second value beside the outcome, asked for with another method, where an observer in the [`Verifier`] would
//!   have seen everything unasked: nothing is computed that nobody wants, no trait object calls back in the middle of a
//!   decision, and the caller's own task writes it down before it acts.
//! * An event names a challenge by its [`ApprovalId`] from the beginning, so that one search in log and ledger finds all of a
//!   payment. It is no handle, and no proof of an approval.
//! * A resend takes the value and the recipient again. The record keeps neither, only keyed tags of both.
//! * What a channel answers is no `Result`. An error invites a retry, and a message of which nobody knows must not be sent
//!   again the same way; so there are three answers, and the record, not the task that happens to run, decides what is next.
//! * A route's legs are kept as one tag each, where one tag of the whole would be shorter: "this was not me" then ends the
//!   challenge whichever leg reached the one who says so.
//!
//! # What standards ask
//! The page `compliance` answers each demand of the RFCs, NIST SP 800-63B, the PSD2 RTS, OWASP ASVS and PCI DSS with a test,
//! the caller's duty or the reason why it is not claimed; `failures` does it for the published failures of others, and for two
//! that were found in the design.
//!
//! # Limits
//! It has no provider of its own: what leaves, leaves through the caller's channels. And it protects nobody from being talked
//! into typing the code elsewhere. What is promised to whom, and what is not, is in SECURITY.md.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod algorithm;
mod approval;
mod audit;
mod authenticator;
mod binding;
mod budget;
mod challenge;
mod code;
#[cfg(doctest)]
mod compile_fail;
mod contact;
mod delivery;
mod error;
mod event;
mod expiry;
#[cfg(feature = "alloc")]
mod exposed;
mod hotp;
mod keyed;
mod keyring;
mod limit;
mod mac;
#[cfg(feature = "alloc")]
mod message;
mod money;
mod operation;
#[cfg(feature = "alloc")]
mod otpauth;
mod policy;
#[cfg(feature = "qr")]
mod qr;
#[cfg(feature = "std")]
mod random;
mod recipient;
mod record;
mod recovery;
#[cfg(not(countersign_memcheck))]
mod released;
#[cfg(countersign_memcheck)]
#[doc(hidden)]
pub mod released;
#[cfg(feature = "seal")]
mod seal;
mod secret;
#[cfg(feature = "serde")]
mod serde;
mod store;
mod subject;
#[cfg(feature = "std")]
mod sync;
mod text;
mod time;
mod totp;
mod window;
mod wipe;

pub use algorithm::Algorithm;
pub use approval::{
    ApprovalId, Approved, Authenticated, BindingTag, Hint, Method, Notice, Reason, Refused, SubjectTag,
};
#[cfg(feature = "alloc")]
pub use audit::AuditSet;
pub use audit::{AuditChain, AuditCheck, AuditEntry, AuditError, AuditHead, ChainId};
pub use authenticator::{
    Authenticate, Authenticator, AuthenticatorLook, AuthenticatorStatus, AuthenticatorVerdict, Confirm, Enrol,
    Enrolled, Enrolling, Enrolment, Resynchronise, Upkeep, UpkeepDone,
};
pub use binding::{
    Binding, ContactChange, Encoder, Login, Payment, PaymentBatch, PaymentBatchBuilder, TerminalActivation,
    Withdrawal,
};
pub use budget::{Budget, BudgetDraft, BudgetLimit, Conversion, Converted, Limit, Rate, Reservation, Spend, Zone};
pub use challenge::{
    ChallengeStatus, Condition, Ended, Ending, Handle, Issue, Issued, Look, Onward, Reinstate, ReportToken, Reporter,
    Resend, Settle, Settled, Slip, Status, Template, Ticket, Verdict, Verifier, Verify,
};
pub use code::{Code, Digits, Format};
pub use contact::{
    Address, Contact, ContactClaim, ContactMove, ContactNotice, ContactRegistration, ContactRelease, EmailAddress,
    PhoneNumber,
};
pub use delivery::{
    AsyncChannel, Attempt, Carrier, Channel, Delivery, Departure, Errand, IdempotencyKey, Journey, Leg, Outcome,
    Post, Route,
};
#[cfg(feature = "alloc")]
pub use delivery::{AsyncPost, Timer};
#[cfg(feature = "lettre")]
pub use delivery::{LettreChannel, MailProblem, MailServer};
pub use error::Invalid;
pub use event::{Action, Event, EventKind, Observed};
#[cfg(feature = "qr")]
pub use exposed::ExposedBytes;
#[cfg(feature = "alloc")]
pub use exposed::ExposedText;
pub use hotp::Hotp;
pub use keyring::{Keyring, RootKey};
#[cfg(feature = "alloc")]
pub use message::{
    Alert, AlertKind, AlertTemplate, EmailTemplate, EmailText, Field, Language, MessageError, RegisteredMessage,
    RegisteredTemplate, Shown, SmsCount, SmsEncoding, SmsTemplate, SmsText, Variable, VoiceTemplate, VoiceText,
    Wording, WordingError,
};
pub use money::{Currency, Money};
pub use operation::{Cause, Failure, Operation, Paid, Step, Unavailable};
#[cfg(feature = "alloc")]
pub use otpauth::{KeyKind, KeyUri, KeyUriError};
pub use policy::{AuthenticatorPolicy, AuthenticatorPolicyDraft, Ceilings, GuessBound, Policy, PolicyDraft};
#[cfg(feature = "qr")]
pub use qr::KeyPicture;
#[cfg(feature = "std")]
pub use random::SystemRng;
pub use recipient::{Recipient, RecipientKind};
pub use record::Record;
pub use recovery::{MakeRecoveryCodes, Recover, RecoveryCode, RecoveryCodes};
#[cfg(feature = "seal")]
pub use seal::{SealError, SealedSecret, Sealer};
pub use secret::{Secret, SecretText};
#[cfg(feature = "conformance")]
pub use store::conformance;
pub use store::{
    Addition, AsyncStore, AsyncTally, Key, Refusal, RefusingStore, Store, StoreTally, StoreTallyError, Swap, Tallied,
    Tally,
};
#[cfg(feature = "std")]
pub use store::{Blocking, BlockingError, Job};
#[cfg(feature = "alloc")]
pub use store::{BoxError, DynAsyncStore};
#[cfg(feature = "std")]
pub use store::{MemoryStore, MemoryStoreError};
#[cfg(feature = "redis")]
pub use store::{RedisOptions, RedisStore, RedisStoreError};
#[cfg(feature = "sqlite")]
pub use store::{SqliteOptions, SqliteProblem, SqliteStore, SqliteStoreError};
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub use store::{SqlxOptions, SqlxStore, SqlxStoreError};
pub use subject::{Device, Purpose, Subject};
pub use text::Text;
#[cfg(target_has_atomic = "64")]
pub use time::ManualClock;
#[cfg(feature = "std")]
pub use time::SystemClock;
pub use time::{Clock, ClockError, UnixTime};
pub use totp::{Skew, Totp};
pub use window::Window;

#[cfg(doc)]
#[doc = include_str!("../docs/compliance.md")]
pub mod compliance {}

#[cfg(doc)]
#[doc = include_str!("../docs/failures.md")]
pub mod failures {}

/// The README's code, run as tests.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;

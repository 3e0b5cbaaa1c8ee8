//! What errors say: each variant something of its own, in one line, as a part of a sentence.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::{Debug, Display};

use countersign::{
    AuditChain, AuditError, Cause, ClockError, Failure, Invalid, KeyUriError, Language, MemoryStoreError,
    MessageError, RootKey, SmsCount, SystemRng, Unavailable, WordingError,
};

/// `source` is where the variants are declared: none may be left out here.
fn each_says_something<E: Debug + Display>(declaration: &str, source: &str, errors: &[E]) {
    let (_, rest) = source.split_once(declaration).unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    let is_variant = |line: &&str| line.strip_prefix("    ").is_some_and(|line| line.starts_with(char::is_uppercase));
    let name = |text: &str| text.trim().split([',', ' ', '(']).next().unwrap().to_owned();
    let declared: BTreeSet<String> = body.lines().filter(is_variant).map(name).collect();
    let listed: BTreeSet<String> = errors.iter().map(|error| name(&format!("{error:?}"))).collect();
    assert_eq!(listed, declared, "{declaration}");
    let texts: BTreeSet<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), errors.len(), "two say the same: {texts:?}");
    for text in texts {
        assert!((10..120).contains(&text.len()) && !text.ends_with('.') && !text.contains('\n'), "{text}");
    }
}

#[test]
fn every_invalid_input_is_told_in_words_of_its_own() {
    let errors = [
        Invalid::SecretLength,
        Invalid::WeakSecretLength,
        Invalid::SecretCharacter,
        Invalid::SecretPadding,
        Invalid::SecretTrailingBits,
        Invalid::RandomSource,
        Invalid::DigitCount,
        Invalid::LetterCount,
        Invalid::CodeLength,
        Invalid::CodeCharacter,
        Invalid::WindowEmpty,
        Invalid::WindowTooWide,
        Invalid::CounterExhausted,
        Invalid::SkewTooWide,
        Invalid::RootKeyLength,
        Invalid::SameKey,
        Invalid::TooManyKeys,
        Invalid::Subject,
        Invalid::Purpose,
        Invalid::Lanes,
        Invalid::Lifetime,
        Invalid::Attempts,
        Invalid::Lock,
        Invalid::DayFailures,
        Invalid::TotalFailures,
        Invalid::Sends,
        Invalid::OpenChallenges,
        Invalid::NoRecipientKind,
        Invalid::TooManyGuesses,
        Invalid::TextEmpty,
        Invalid::TextTooLong,
        Invalid::TextCharacter,
        Invalid::Currency,
        Invalid::Decimals,
        Invalid::Amount,
        Invalid::PhoneNumber,
        Invalid::EmailAddress,
        Invalid::AppAddress,
        Invalid::Route,
        Invalid::Timeout,
        Invalid::Channel,
        Invalid::RequestId,
        Invalid::Handle,
        Invalid::Time,
        Invalid::ApprovalTime,
        Invalid::AuthenticatorName,
        Invalid::Period,
        Invalid::Decoy,
        Invalid::RecoveryCode,
        Invalid::ContactMissing,
        Invalid::ContactExists,
        Invalid::WrongRecipient,
        Invalid::WrongProof,
        Invalid::ClaimResumed,
        Invalid::BudgetName,
        Invalid::Zones,
        Invalid::Rate,
        Invalid::Ceiling,
        Invalid::Conversion,
    ];
    each_says_something("pub enum Invalid {", include_str!("../../src/error.rs"), &errors);
}

#[test]
fn every_key_uri_that_is_refused_is_told_why() {
    let errors = [
        KeyUriError::TooLong,
        KeyUriError::Scheme,
        KeyUriError::Kind,
        KeyUriError::Malformed,
        KeyUriError::Percent,
        KeyUriError::Utf8,
        KeyUriError::Character,
        KeyUriError::Duplicate,
        KeyUriError::IssuerMismatch,
        KeyUriError::Issuer,
        KeyUriError::Account,
        KeyUriError::SecretMissing,
        KeyUriError::SecretLength,
        KeyUriError::Secret(Invalid::SecretCharacter),
        KeyUriError::Algorithm,
        KeyUriError::Digits,
        KeyUriError::Period,
        KeyUriError::Counter,
        KeyUriError::CounterMissing,
    ];
    each_says_something("pub enum KeyUriError {", include_str!("../../src/otpauth/error.rs"), &errors);
}

#[test]
fn every_wording_and_message_that_is_refused_is_told_why() {
    let name = || String::from("payer");
    let errors = [
        WordingError::Missing { field: "amount" },
        WordingError::Unknown { name: name() },
        WordingError::Braces,
        WordingError::Code,
        WordingError::Link,
        WordingError::Character,
        WordingError::NoSentence { language: Language::Chinese },
        WordingError::Host,
        WordingError::AndroidHash,
        WordingError::TemplateId,
        WordingError::Variable { name: name() },
    ];
    each_says_something("pub enum WordingError {", include_str!("../../src/message/error.rs"), &errors);
    let field = "payee";
    let errors = [
        MessageError::Parts { count: SmsCount::of(&"a".repeat(200)), most: 1 },
        MessageError::Bytes { bytes: 141 },
        MessageError::Link { field },
        MessageError::Character { field },
        MessageError::Value { field },
        MessageError::Variable { field, length: 31, limit: 30 },
    ];
    each_says_something("pub enum MessageError {", include_str!("../../src/message/error.rs"), &errors);
}

#[test]
fn every_line_of_an_audit_that_does_not_hold_is_told_why() {
    let key = RootKey::from_bytes(&[9; 32]).unwrap();
    let chain = AuditChain::new(&key, &mut SystemRng).unwrap().head().chain();
    let errors = [
        AuditError::Malformed,
        AuditError::OtherChain,
        AuditError::Number { expected: 7, found: 9 },
        AuditError::Altered { number: 7 },
        AuditError::Rewritten { number: 7 },
        AuditError::CutOff { chain, expected: 9, found: 7 },
    ];
    each_says_something("pub enum AuditError {", include_str!("../../src/audit/error.rs"), &errors);
}

#[test]
fn what_a_store_said_is_the_source_of_a_failure_and_nothing_else_is() {
    let unavailable = || Unavailable::Store(std::io::Error::other("the disk is full"));
    let errors: [Box<dyn Error>; 2] = [Box::new(unavailable()), Box::new(Failure::from(unavailable()))];
    for error in errors {
        assert_eq!(error.source().unwrap().to_string(), "the disk is full");
        assert_eq!(
            error.to_string(),
            "unavailable, nothing was approved: the store failed",
            "and not the source as well"
        );
    }
    for error in [Failure::from(Invalid::Handle), Failure::from(Cause::Contention)] {
        let error: Failure<std::io::Error> = error;
        assert!(error.source().is_none(), "{error}");
    }
    assert!(Unavailable::<std::io::Error>::Cause(Cause::Clock).source().is_none());
    let clock = MemoryStoreError::Clock(ClockError::new());
    assert_eq!(clock.source().unwrap().to_string(), ClockError::new().to_string());
    assert!(MemoryStoreError::Poisoned.source().is_none());
}

#[test]
fn every_cause_is_told_in_words_of_its_own() {
    let causes = [Cause::Contention, Cause::UnknownCodeKey, Cause::NewerRecord, Cause::Clock];
    each_says_something("pub enum Cause {", include_str!("../../src/operation/failure.rs"), &causes);
    for cause in causes {
        let failure = Failure::<std::io::Error>::from(cause);
        assert_eq!(failure.to_string(), format!("unavailable, nothing was approved: {cause}"));
    }
}

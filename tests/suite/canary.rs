//! F65: no code, key, subject or address appears in what a public type prints of itself.
//!
//! A value that is bound may print what it is made of, because a message has to show it: amounts, payees, accounts.
//! Where a code goes, whose budget it is and which session logs in are nobody's business.

mod values;

use core::error::Error;
use core::fmt::{Debug, Display};
use std::collections::{BTreeMap, BTreeSet};

use countersign::*;

/// What must not be printed, each with a name.
const SECRET: &[u8; 20] = b"canary-secret-key-20";
const INDEX: &[u8; 32] = b"canary-index-key-0123456789abcde";
const CODES: &[u8; 32] = b"canary-codes-key-0123456789abcde";
const SUBJECT: &str = "canary-subject-4711";
const NUMBER: &str = "+4915755501234";
const EMAIL: &str = "canary-address@example.com";
const SESSION: &str = "canary-session-8f2c";

/// What the public types print, by the type's name.
#[derive(Default)]
struct Printed {
    texts: BTreeMap<&'static str, Vec<String>>,
    codes: Vec<String>,
}

impl Printed {
    fn debug(&mut self, name: &'static str, value: &dyn Debug) {
        let texts = self.texts.entry(name).or_default();
        texts.extend([format!("{value:?}"), format!("{value:#?}"), format!("{value:02x?}")]);
    }

    fn display<T: Debug + Display>(&mut self, name: &'static str, value: &T) {
        self.debug(name, value);
        self.texts.entry(name).or_default().extend([format!("{value}"), format!("{value:#}")]);
    }

    /// An error, and everything that caused it.
    fn error(&mut self, name: &'static str, error: &(dyn Error + 'static)) {
        let mut cause = Some(error);
        while let Some(error) = cause {
            self.display(name, &error);
            cause = error.source();
        }
    }

    fn finds(&self, canaries: &[Vec<String>]) -> Vec<(&'static str, String)> {
        let spellings = || canaries.iter().flatten();
        let hits = |text: &str| spellings().filter(|canary| text.contains(*canary)).cloned().collect::<Vec<_>>();
        let found = |(name, texts): (&&'static str, &Vec<String>)| {
            texts.iter().flat_map(|text| hits(text)).map(|hit| (*name, hit)).collect::<Vec<_>>()
        };
        self.texts.iter().flat_map(found).collect()
    }
}

/// How a careless `Debug` would show these bytes: text, hexadecimal, a list of numbers, Base32, over several lines.
fn spellings(bytes: &[u8]) -> Vec<String> {
    let list = |format: fn(&u8) -> String, between: &str| bytes.iter().map(format).collect::<Vec<_>>().join(between);
    let base32 = base32::encode(base32::Alphabet::Rfc4648 { padding: false }, bytes);
    [
        Some(String::from_utf8_lossy(bytes).into_owned()),
        Some(list(|byte| format!("{byte:02x}"), "")),
        Some(list(|byte| format!("{byte:02X}"), "")),
        Some(list(u8::to_string, ", ")),
        Some(list(|byte| format!("{byte:02x}"), ", ")),
        Some(list(u8::to_string, ",\n    ")),
        Some(list(u8::to_string, ",\n        ")),
        (bytes.len() > 6).then_some(base32),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every canary in every spelling; of a phone number also the digits alone.
fn canaries(codes: &[String]) -> Vec<Vec<String>> {
    let fixed: [&[u8]; 8] = [
        SECRET,
        INDEX,
        CODES,
        SUBJECT.as_bytes(),
        NUMBER.as_bytes(),
        &NUMBER.as_bytes()[1..],
        EMAIL.as_bytes(),
        SESSION.as_bytes(),
    ];
    let codes = codes.iter().map(String::as_bytes);
    fixed.into_iter().chain(codes).map(spellings).collect()
}

#[test]
fn f65_asvs_16_2_5_no_public_type_prints_a_code_key_subject_or_address() {
    let printed = values::everything();
    assert!(printed.codes.len() >= 4 && printed.codes.iter().all(|code| code.len() >= 6));
    assert_eq!(printed.finds(&canaries(&printed.codes)), []);
}

/// Or nothing could be found in it; nor is any field of one.
#[test]
fn no_public_type_prints_nothing() {
    for (name, texts) in values::everything().texts {
        for text in texts {
            assert!(!text.trim().is_empty() && !text.contains(": ,"), "{name}: {text:?}");
        }
    }
}

#[test]
fn f65_the_search_finds_what_a_careless_debug_prints() {
    let mut careless = Printed::default();
    careless.debug("derived", &SECRET);
    careless.debug("list", &SECRET.as_slice());
    careless.debug("array in a struct", &Some((*INDEX, 1)));
    careless.debug("text", &Some(NUMBER));
    careless.debug("code", &b"493018");
    careless.display("display", &EMAIL);
    let source = std::io::Error::other(std::io::Error::other(SESSION));
    careless.error("source", &source);
    let found = careless.finds(&canaries(&["493018".to_owned()]));
    let names: BTreeSet<_> = found.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, careless.texts.keys().copied().collect());
}

/// Kinds and names, as `scripts/public-types` writes them down from rustdoc's JSON; CI fails if they are not the sources'.
const TYPES: &str = include_str!("../../docs/public-types.txt");

/// Behind features that this binary is built without. `tests/stores` searches what their stores keep and say.
const STORES: [&str; 10] = [
    "RedisOptions",
    "RedisStore",
    "RedisStoreError",
    "SqliteOptions",
    "SqliteProblem",
    "SqliteStore",
    "SqliteStoreError",
    "SqlxOptions",
    "SqlxStore",
    "SqlxStoreError",
];

/// Behind other features that this binary is built without, each searched by its own tests: `tests/pictures.rs`,
/// `tests/sealed.rs` and `tests/lettre`.
const FEATURES: [&str; 8] = [
    "ExposedBytes",
    "KeyPicture",
    "LettreChannel",
    "MailProblem",
    "MailServer",
    "SealError",
    "SealedSecret",
    "Sealer",
];

fn types() -> impl Iterator<Item = (&'static str, &'static str)> {
    TYPES.lines().map(|line| line.split_once(' ').unwrap())
}

/// Traits and aliases have no values, and what is in the module `conformance` holds no more than the caller's own store.
#[test]
fn f65_every_public_type_is_among_them() {
    let values = types().filter(|(kind, name)| !matches!(*kind, "trait" | "alias") && !name.contains("::"));
    let public: BTreeSet<&str> = values.map(|(_, name)| name).collect();
    let printed = values::everything();
    let listed = printed.texts.keys().chain(&STORES).chain(&FEATURES).copied();
    assert!(public.len() > 60);
    assert_eq!(listed.collect::<BTreeSet<_>>(), public);
}

/// The list is at least not older than the exports; what they mean only rustdoc knows.
#[test]
fn f65_the_list_of_public_types_names_every_export() {
    let library = include_str!("../../src/lib.rs");
    let exports = library.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let names = exports.flat_map(|export| {
        let (_, list) = export.split_once("::").unwrap();
        list.split(['{', '}', ',']).map(str::trim).filter(|name| !name.is_empty())
    });
    let listed: BTreeSet<&str> = types().filter_map(|(_, name)| name.split("::").next()).collect();
    assert_eq!(names.collect::<BTreeSet<_>>(), listed);
}

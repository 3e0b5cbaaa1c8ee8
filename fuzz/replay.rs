//! Every file of every corpus through its target.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::targets::ALL;

fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

/// The files of a directory, by name.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn names(directory: &str) -> BTreeSet<String> {
    files(&beside(directory)).iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

fn replay(name: &str) {
    let Some((_, run)) = ALL.iter().find(|(known, _)| *known == name) else {
        panic!("{name} needs a feature that this build lacks");
    };
    let files = files(&beside("corpus").join(name));
    assert!(files.len() > 1, "the corpus of {name} is empty");
    for file in files {
        println!("{}", file.display()); // shown if it fails
        run(&fs::read(&file).unwrap());
    }
}

/// What was found once, each with a test of its own.
fn found(target: &str, file: &str) {
    let (_, run) = ALL.iter().find(|(known, _)| *known == target).unwrap();
    run(&fs::read(beside("corpus").join(target).join(file)).unwrap());
}

/// The model foretold corruption where a record got its own older bytes back, by way of another record that somebody had
/// damaged with them: a rollback, which nobody sees.
#[test]
fn found_a_record_whose_older_bytes_came_back() {
    found("challenges", "regression-bytes-that-came-back");
}

/// A law held a key to the counter from which an enrolment began that nobody confirmed, when it was enrolled once more
/// from the first.
#[test]
fn found_a_key_that_was_enrolled_twice_and_confirmed_once() {
    found("authenticators", "regression-enrolled-twice");
}

/// Of keys that were revoked in one second the model let another one go than the record, which is a list without gaps.
#[test]
fn found_keys_that_were_revoked_in_one_second() {
    found("authenticators", "regression-revoked-in-one-second");
}

/// A law did not know that a key which was revoked, and enrolled once more from a later code, goes on from there: it had stopped
/// to look at first codes of a record of which a write had been lost.
#[test]
fn found_a_key_that_was_enrolled_again_from_its_last_code() {
    found("authenticators", "regression-enrolled-from-its-last-code");
}

/// A law forgot the failures of an authenticator whose revocation got no answer: it had not landed, and a success took them out of
/// the total.
#[test]
fn found_an_authenticator_that_was_not_revoked_after_all() {
    found("authenticators", "regression-revoked-without-an-answer");
}

/// Spaces counted among the characters of a name that stay when it is cut, and all the others went.
#[test]
fn found_a_payee_of_spaces() {
    found("message", "regression-spaces-before-a-payee");
}

macro_rules! replays {
    ($($(#[$when:meta])? $name:ident)*) => {
        $($(#[$when])? #[test] fn $name() { replay(stringify!($name)); })*
        /// Every target has its test, its program and its corpus, and nothing else has one.
        #[test]
        fn every_target_is_replayed() {
            let replayed: BTreeSet<String> = [$(stringify!($name)),*].map(str::to_owned).into();
            assert_eq!(replayed, names("corpus"));
            assert_eq!(replayed, names("fuzz_targets"));
            let known: BTreeSet<String> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
            let left_out: Vec<&String> = replayed.difference(&known).collect();
            assert!(left_out.iter().all(|name| ["json", "sealed"].contains(&name.as_str())), "{left_out:?}");
            assert!(known.is_subset(&replayed));
        }
    };
}

replays! {
    account
    audit
    authenticators
    base32
    binding
    challenges
    code
    contact
    #[cfg(feature = "serde")]
    json
    message
    parts
    record
    #[cfg(feature = "seal")]
    sealed
    uri
}

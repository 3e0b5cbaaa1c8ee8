//! What the pages claim exists: every test that they name, every number that they answer, every name of the crate, every
//! script.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

mod sources;
mod tables;

use std::fs;

use sources::Sources;

/// What stands between backticks and is a test: the number of a published failure, such as `f01`, or a sentence.
fn names(page: &str) -> Vec<&str> {
    page.split('`').skip(1).step_by(2).filter(|name| is_number(name) || is_sentence(name)).collect()
}

fn is_number(name: &str) -> bool {
    matches!(name.as_bytes(), [b'f', b'0'..=b'9', b'0'..=b'9'])
}

fn is_sentence(name: &str) -> bool {
    let word = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    word && name.bytes().filter(|byte| *byte == b'_').count() > 2
}

#[test]
fn every_test_that_the_pages_name_exists() {
    let sources = Sources::read();
    let mut missing = Vec::new();
    for (page, fewest) in [("README.md", 30), ("SECURITY.md", 15)] {
        let text = fs::read_to_string(sources::root().join(page)).unwrap();
        let names = names(&text);
        assert!(names.len() >= fewest, "{page} names {} tests", names.len());
        let exists = |name: &str| {
            if is_number(name) {
                sources.tests().any(|test| format!("_{test}").contains(&format!("_{name}_")))
            } else {
                sources.has_test(name)
            }
        };
        missing.extend(names.into_iter().filter(|name| !exists(name)).map(|name| format!("{page}: {name}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_script_that_the_pages_name_exists() {
    let (mut named, mut missing) = (0, Vec::new());
    for page in ["README.md", "SECURITY.md", "CHANGELOG.md", "docs/compliance.md", "docs/failures.md"] {
        let text = fs::read_to_string(sources::root().join(page)).unwrap();
        for after in text.split("scripts/").skip(1) {
            let name = after.split(|c: char| !c.is_ascii_lowercase() && c != '-').next().unwrap();
            named += 1;
            if !sources::root().join("scripts").join(name).is_file() {
                missing.push(format!("{page}: scripts/{name}"));
            }
        }
    }
    assert!(named > 20 && missing.is_empty(), "{named} named, missing: {missing:#?}");
}

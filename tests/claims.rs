//! Every test that README.md and SECURITY.md name exists.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fs;
use std::path::Path;

/// All Rust sources below a directory, one after the other.
fn sources(directory: &Path) -> String {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.extension() {
            _ if path.is_dir() => sources(&path),
            Some(extension) if extension == "rs" => fs::read_to_string(&path).unwrap(),
            _ => String::new(),
        })
        .collect()
}

/// What stands between backticks and is a test: the number of a published failure, such as `f01`, or a sentence.
fn names(page: &str) -> Vec<&str> {
    let number = |name: &str| matches!(name.as_bytes(), [b'f', b'0'..=b'9', b'0'..=b'9']);
    let word = |name: &str| name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    let sentence = |name: &str| word(name) && name.bytes().filter(|byte| *byte == b'_').count() > 2;
    page.split('`').skip(1).step_by(2).filter(|name| number(name) || sentence(name)).collect()
}

#[test]
fn every_test_that_the_pages_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = sources(&root.join("src")) + &sources(&root.join("tests"));
    let mut missing = Vec::new();
    for (page, fewest) in [("README.md", 30), ("SECURITY.md", 15)] {
        let text = fs::read_to_string(root.join(page)).unwrap();
        let names = names(&text);
        assert!(names.len() >= fewest, "{page} names {} tests", names.len());
        let exists = |name: &str| match name.len() {
            3 => tests.contains(&format!("fn {name}_")) || tests.contains(&format!("_{name}_")),
            _ => tests.contains(&format!("fn {name}(")),
        };
        missing.extend(names.into_iter().filter(|name| !exists(name)).map(|name| format!("{page}: {name}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

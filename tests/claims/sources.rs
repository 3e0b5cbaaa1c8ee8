//! What the sources have: tests, and public names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub(crate) struct Sources {
    crate_: String,
    tests: BTreeSet<String>,
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Sources {
    pub(crate) fn read() -> Self {
        let crate_ = text(&root().join("src"));
        let elsewhere = text(&root().join("tests")) + &text(&root().join("examples"));
        let mut tests: BTreeSet<String> = marked(&crate_).chain(marked(&elsewhere)).collect();
        // Each is a test of the documentation: programs that do not compile.
        tests.extend(functions(&text(&root().join("src/compile_fail"))));
        assert!(tests.len() > 400, "only {} tests were found", tests.len());
        Self { crate_, tests }
    }

    pub(crate) fn tests(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().map(String::as_str)
    }

    pub(crate) fn has_test(&self, name: &str) -> bool {
        self.tests.contains(name)
    }

    /// Whether the crate has `Type` or `Type::member`.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        let (item, member) = name.split_once("::").map_or((name, None), |(item, member)| (item, Some(member)));
        let declared = ["struct", "enum", "trait", "type"]
            .iter()
            .any(|kind| follows(&self.crate_, &format!("pub {kind} {item}"), |byte| !byte.is_ascii_alphanumeric()));
        let has = |member| {
            ["fn", "const"]
                .iter()
                .any(|kind| follows(&self.crate_, &format!("{kind} {member}"), |byte| b"(<:".contains(&byte)))
        };
        declared && member.is_none_or(has)
    }
}

/// Whether `what` stands somewhere before a byte that ends it.
fn follows(text: &str, what: &str, ends: impl Fn(u8) -> bool) -> bool {
    text.match_indices(what).any(|(at, _)| text.as_bytes().get(at + what.len()).is_none_or(|byte| ends(*byte)))
}

/// The functions that are marked as tests, with whatever stands between the mark and the function.
fn marked(text: &str) -> impl Iterator<Item = String> {
    let mut awaited = false;
    text.lines().map(str::trim).filter_map(move |line| {
        awaited |= line == "#[test]" || line.starts_with("#[tokio::test");
        let declared = awaited && !line.starts_with("//") && line.contains("fn ");
        awaited &= !declared;
        if declared { functions(line).next() } else { None }
    })
}

fn functions(text: &str) -> impl Iterator<Item = String> {
    let name = |after: &str| after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().map(str::to_owned);
    text.split("fn ").skip(1).filter_map(name).filter(|name| !name.is_empty()).collect::<Vec<_>>().into_iter()
}

/// All Rust sources below a directory, one after the other.
fn text(directory: &Path) -> String {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.extension() {
            _ if path.is_dir() => text(&path),
            Some(extension) if extension == "rs" => fs::read_to_string(&path).unwrap(),
            _ => String::new(),
        })
        .collect()
}

//! What the sources have: tests, and public names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub(crate) struct Sources {
    crate_: String,
    tests: BTreeSet<String>,
    /// Those that `cargo test` leaves out wherever they are: they need a tool or a server, or are in a package of their own.
    left_out: BTreeSet<String>,
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Examples that are packages of their own, which `cargo test` of this one does not run.
const APART: [&str; 3] = ["examples/gateway", "examples/providers", "examples/terminal"];

impl Sources {
    pub(crate) fn read() -> Self {
        let crate_ = text(&root().join("src"));
        let ours = crate_.clone() + &text(&root().join("tests")) + &text(&root().join("examples"));
        let apart: String = APART.iter().map(|package| text(&root().join(package))).collect();
        let run = marked(&ours).filter(|(_, ignored)| !ignored).map(|(name, _)| name);
        // Each is a test of the documentation: programs that do not compile.
        let mut tests: BTreeSet<String> = run.chain(functions(&text(&root().join("src/compile_fail")))).collect();
        let stamped = [stamped(&ours), stamped(&apart)];
        assert!(stamped[0].len() > 20 && stamped[1].len() > 4, "cases of stores or of the gateway are missing");
        let others = marked(&ours).chain(marked(&apart)).map(|(name, _)| name).chain(stamped.into_iter().flatten());
        let left_out: BTreeSet<String> = others.filter(|name| !tests.contains(name)).collect();
        tests.extend(left_out.iter().cloned());
        assert!(tests.len() > 400, "only {} tests were found", tests.len());
        Self { crate_, tests, left_out }
    }

    pub(crate) fn tests(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().map(String::as_str)
    }

    pub(crate) fn has_test(&self, name: &str) -> bool {
        self.tests.contains(name)
    }

    /// Whether `cargo test` leaves it out, so that a script has to run it.
    pub(crate) fn is_left_out(&self, name: &str) -> bool {
        self.left_out.contains(name)
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

/// The functions that are marked as tests, with whatever stands between the mark and the function, and whether that says
/// that they are ignored.
fn marked(text: &str) -> impl Iterator<Item = (String, bool)> {
    let (mut awaited, mut ignored) = (false, false);
    text.lines().map(str::trim).filter_map(move |line| {
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            (awaited, ignored) = (true, false);
        }
        ignored |= line.starts_with("#[ignore");
        let declared = awaited && !line.starts_with("//") && line.contains("fn ");
        awaited &= !declared;
        if declared { functions(line).next().map(|name| (name, ignored)) } else { None }
    })
}

/// The cases that a macro stamps on every store or server, which it names between braces.
fn stamped(text: &str) -> BTreeSet<String> {
    let is_name =
        |word: &&str| word.contains('_') && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    let braces = text.split("stamp! {").skip(1).filter_map(|rest| rest.split('}').next());
    braces.flat_map(str::split_whitespace).filter(is_name).map(str::to_owned).collect()
}

fn functions(text: &str) -> impl Iterator<Item = String> {
    let name = |after: &str| after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().map(str::to_owned);
    text.split("fn ").skip(1).filter_map(name).filter(|name| !name.is_empty()).collect::<Vec<_>>().into_iter()
}

/// All Rust sources below a directory, one after the other, but for other packages and what was built.
fn text(directory: &Path) -> String {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.extension() {
            _ if path.join("Cargo.toml").exists() || path.ends_with("target") => String::new(),
            _ if path.is_dir() => text(&path),
            Some(extension) if extension == "rs" => fs::read_to_string(&path).unwrap(),
            _ => String::new(),
        })
        .collect()
}

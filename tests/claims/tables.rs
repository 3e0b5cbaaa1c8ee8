//! The tables of docs/compliance.md and docs/failures.md, held against the numbers, the tests and the crate's names.

use std::collections::BTreeSet;
use std::fs;

use crate::is_sentence;
use crate::sources::{Sources, root};

const PAGES: [&str; 2] = ["docs/compliance.md", "docs/failures.md"];

struct Row {
    id: String,
    asked: String,
    status: String,
    says: String,
}

fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The rows of all tables of a page: what is in the cells of every line that begins with a number.
fn rows(page: &str) -> Vec<Row> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let lines = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id "));
    lines
        .map(|line| match <[String; 4]>::try_from(cells(line)) {
            Ok([id, asked, status, says]) => Row { id, asked, status, says },
            Err(cells) => panic!("{} cells, not four: {line}", cells.len()),
        })
        .collect()
}

fn all_rows() -> Vec<Row> {
    PAGES.iter().flat_map(|path| rows(&page(path))).collect()
}

fn ids() -> Vec<String> {
    let ids: Vec<String> =
        page("docs/ids.txt").lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    assert!(ids.len() > 150, "only {} numbers", ids.len());
    ids
}

/// What is wrong with a row, if anything.
fn faults(row: &Row, sources: &Sources) -> Vec<String> {
    let quoted: Vec<&str> = row.says.split('`').skip(1).step_by(2).collect();
    let (tests, names): (Vec<&str>, Vec<&str>) = quoted.into_iter().partition(|name| is_sentence(name));
    let names = names.into_iter().filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
    let mut faults: Vec<String> = Vec::new();
    faults.extend(tests.iter().filter(|test| !sources.has_test(test)).map(|test| format!("no test {test}")));
    faults.extend(names.filter(|name| !sources.has_name(name)).map(|name| format!("no name {name}")));
    let left_out = tests.iter().filter(|test| sources.is_left_out(test) && !row.says.contains("`scripts/"));
    faults.extend(left_out.map(|test| format!("names no script that runs {test}")));
    let prose = row.says.split('`').step_by(2).any(|prose| prose.split_whitespace().count() > 1);
    faults.extend(match (row.status.as_str(), tests.is_empty(), prose) {
        ("met", false, _) | ("met, with the caller", false, true) | ("caller" | "not claimed", true, true) => None,
        (status, _, _) => Some(format!("says too little or too much for \"{status}\"")),
    });
    faults.extend(row.asked.is_empty().then(|| "asks nothing".to_owned()));
    faults.into_iter().map(|fault| format!("{}: {fault}", row.id)).collect()
}

#[test]
fn every_number_has_one_row_and_every_row_a_number() {
    let rows: Vec<String> = all_rows().into_iter().map(|row| row.id).collect();
    assert_eq!(rows, ids(), "the rows of docs/compliance.md and docs/failures.md are not those of docs/ids.txt");
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len(), "a number is there twice");
}

#[test]
fn every_row_names_tests_that_exist_or_says_what_to_do_or_why_not() {
    let sources = Sources::read();
    let faults: Vec<String> = all_rows().iter().flat_map(|row| faults(row, &sources)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A row that says `met` while a test of its number exists names one of them; a test has no number that is in no row.
#[test]
fn every_test_that_is_named_for_a_number_has_its_row() {
    let (sources, ids) = (Sources::read(), ids());
    let failures: Vec<&str> = ids.iter().filter(|id| id.starts_with('F')).map(String::as_str).collect();
    let unknown: Vec<&str> = sources
        .tests()
        .filter(|test| numbers(test).any(|number| !failures.contains(&number.to_uppercase().as_str())))
        .collect();
    assert!(unknown.is_empty(), "named for a failure that is in no row: {unknown:#?}");
    let claimed = |row: &Row| row.status.starts_with("met");
    let unnamed: Vec<String> = all_rows()
        .into_iter()
        .filter(|row| claimed(row) && failures.contains(&row.id.as_str()))
        .filter(|row| !row.says.contains(&format!("{}_", row.id.to_lowercase())))
        .map(|row| row.id)
        .collect();
    assert!(unnamed.is_empty(), "met, but by no test of that number: {unnamed:?}");
}

/// The numbers of published failures in a test's name.
fn numbers(test: &str) -> impl Iterator<Item = &str> {
    let number = |word: &&str| matches!(word.as_bytes(), [b'f', b'0'..=b'9', b'0'..=b'9']);
    test.split('_').filter(number)
}

/// The checks above find what they are for.
#[test]
fn a_row_with_a_fault_is_found() {
    let sources = Sources::read();
    let row = |status: &str, says: &str| Row {
        id: "F00".to_owned(),
        asked: "Something".to_owned(),
        status: status.to_owned(),
        says: says.to_owned(),
    };
    for (status, says) in [
        ("met", "`f01_a_test_that_nobody_wrote_is_none`"),
        ("met", "`has_test`, which is a function and no test"),
        ("met", "it is so"),
        ("met, with the caller", "`every_number_has_one_row_and_every_row_a_number`"),
        (
            "met, with the caller",
            "`every_number_has_one_row_and_every_row_a_number`; use `Verifier::forget_everything`",
        ),
        ("met", "`f59_asvs_11_2_4_a_comparison_costs_the_same_whatever_matches`"),
        ("caller", "use `Verifyer`"),
        ("caller", ""),
        ("not claimed", "`every_number_has_one_row_and_every_row_a_number` shows that it is"),
        ("claimed", "it is so"),
    ] {
        assert_ne!(faults(&row(status, says), &sources), [""; 0], "{status}: {says}");
    }
    let good = row("met, with the caller", "`every_number_has_one_row_and_every_row_a_number`; use `Approved::take`");
    assert_eq!(faults(&good, &sources), [""; 0]);
}

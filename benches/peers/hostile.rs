//! What each does with thirty inputs that nobody should send. Each case runs in a process of its own, with 2 GB of memory
//! and ten seconds; once with overflow checks, and once without.

use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{PEERS, head};

/// What came of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Accepts,
    Refuses,
    /// The crate has no call that the input could be given to.
    NoCall,
}

impl From<bool> for Outcome {
    fn from(accepted: bool) -> Self {
        if accepted { Self::Accepts } else { Self::Refuses }
    }
}

impl<T> From<Option<T>> for Outcome {
    fn from(result: Option<T>) -> Self {
        result.is_some().into()
    }
}

impl<T, E> From<Result<T, E>> for Outcome {
    fn from(result: Result<T, E>) -> Self {
        result.is_ok().into()
    }
}

/// An input.
#[derive(Clone, Copy)]
pub enum Case {
    /// A typed code, where the right one is [`ZERO`], that of counter [`COUNTER`].
    Typed(fn() -> String),
    /// The code of counter 0, where counter `u64::MAX` was the last that was used.
    AfterTheLastCounter,
    /// A look-ahead of a billion counters, or of as many as its type can hold, and a guess.
    LookAhead,
    /// The right code in the first second of the first step, with a skew of one step.
    FirstSecond,
    /// A code at a moment before T0.
    BeforeTheEpoch,
    /// A wrong code at `u64::MAX` seconds, or as many as its type can hold, with a skew of one step.
    LastSecond,
    /// A code with a period of 0 s.
    NoPeriod,
    /// The largest skew that its type can hold, and a code that is wrong.
    LargestSkew,
    /// The right code with a skew of 0.
    NoSkew,
    /// The right code of a TOTP, for the second time.
    Replay,
    /// A key of so many bytes.
    Key(usize),
    /// A key in Base32.
    Base32(&'static str),
    /// A code of so many digits, from a key that is good.
    Digits(u32),
    /// A URI, and a code of the key that it has.
    Uri(fn() -> String),
    /// A URI is built for an issuer that has a parameter in its name. To accept it is to write the parameter.
    Issuer,
}

/// A counter whose code begins with a zero.
pub const COUNTER: u64 = 41_152_263;
/// The code of [`COUNTER`].
pub const ZERO: &str = crate::RIGHT;
pub const INJECTION: &str = "Shop&secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether a URI that was built for [`INJECTION`] has its parameter.
pub fn injected(uri: &str) -> bool {
    uri.split_once('?').is_some_and(|(_, parameters)| parameters.contains("&secret=AAAA"))
}

const GOOD: &str = "otpauth://totp/Shop:bert?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// Its name, what a careful crate does, and the input.
const CASES: [(&str, &str, Case); 30] = [
    ("an empty code", "refuses", Case::Typed(String::new)),
    ("`05924` for `005924`", "refuses", Case::Typed(|| ZERO[1..].into())),
    ("`5924xx` for `005924`", "refuses", Case::Typed(|| format!("{}xx", &ZERO[2..]))),
    ("`+05924` for `005924`", "refuses", Case::Typed(|| format!("+{}", &ZERO[1..]))),
    ("`+5924` for `005924`", "refuses", Case::Typed(|| format!("+{}", &ZERO[2..]))),
    ("a space before the code", "refuses", Case::Typed(|| format!(" {ZERO}"))),
    ("a new line after it", "refuses", Case::Typed(|| format!("{ZERO}\n"))),
    ("full-width digits", "refuses", Case::Typed(|| "\u{ff10}\u{ff10}\u{ff15}\u{ff19}\u{ff12}\u{ff14}".into())),
    ("ten megabytes of zeros, then the code", "refuses", Case::Typed(|| "0".repeat(10_000_000) + ZERO)),
    ("the code of counter 0 after that of the last counter", "refuses", Case::AfterTheLastCounter),
    ("a look-ahead of 10^9, or of what its type can hold", "refuses", Case::LookAhead),
    ("the right code in second 0, with a skew of 1", "accepts", Case::FirstSecond),
    ("a code at a time before T0", "refuses", Case::BeforeTheEpoch),
    ("a wrong code at the last second that its type can hold, with a skew of 1", "refuses", Case::LastSecond),
    ("a period of 0", "refuses", Case::NoPeriod),
    ("the largest skew that its type can hold", "refuses", Case::LargestSkew),
    ("the right code with a skew of 0", "accepts", Case::NoSkew),
    ("a TOTP's code for the second time", "refuses", Case::Replay),
    ("an empty key", "refuses", Case::Key(0)),
    ("a key of 80 bits", "refuses", Case::Key(10)),
    ("a key in Base32 with `1` and `8` in it", "refuses", Case::Base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQ18Q")),
    ("a key in Base32 with bits left over that are not zero", "refuses", Case::Base32("GEZDGNBVGY3TQOJQGEZDGNBVGZ")),
    ("codes of 10 digits", "refuses", Case::Digits(10)),
    ("a URI with `digits=50`", "refuses", Case::Uri(|| format!("{GOOD}&digits=50"))),
    ("a URI with `period=0`", "refuses", Case::Uri(|| format!("{GOOD}&period=0"))),
    ("a URI with two secrets", "refuses", Case::Uri(|| format!("{GOOD}&secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))),
    ("a URI with two issuers", "refuses", Case::Uri(|| format!("{GOOD}&issuer=Bank"))),
    ("a URI with `algorithm=MD5`", "refuses", Case::Uri(|| format!("{GOOD}&algorithm=MD5"))),
    ("a URI of ten megabytes", "refuses", Case::Uri(|| format!("{GOOD}&a={}", "A".repeat(10_000_000)))),
    ("a URI built for an issuer named `Shop&secret=AAAA...`", "refuses", Case::Issuer),
];

const PATIENCE: Duration = Duration::from_secs(10);

/// Runs one case in this process.
pub fn one(peer: &str, case: &str) {
    let peer = PEERS.iter().find(|known| known.name == peer).expect("a crate's name");
    let case = CASES[case.parse::<usize>().expect("a number")].2;
    println!(
        "{}",
        match (peer.hostile)(case) {
            Outcome::Accepts => "accepts",
            Outcome::Refuses => "refuses",
            Outcome::NoCall => "-",
        }
    );
}

/// Prints a line for each case and crate.
pub fn run() {
    for (number, _) in CASES.iter().enumerate() {
        for peer in &PEERS {
            println!("{number} {} {}", peer.name, apart(peer.name, number));
        }
    }
}

/// Prints the table; `checked` is what [`run`] printed in a build with overflow checks, and this one has none.
pub fn table(checked: &str) {
    assert!(!cfg!(debug_assertions), "this is the build with overflow checks");
    let checked = std::fs::read_to_string(checked).expect("a file");
    let line = |line: &'static str| line.rsplit_once(' ').expect("three words");
    let checked: BTreeMap<&str, &str> = checked.leak().lines().map(line).collect();
    head("input | should be");
    let mut amiss = vec![0; PEERS.len()];
    for (number, (name, should, _)) in CASES.iter().enumerate() {
        let cells: Vec<String> = PEERS
            .iter()
            .zip(&mut amiss)
            .map(|(peer, amiss)| {
                let seen = both(checked[format!("{number} {}", peer.name).as_str()], apart(peer.name, number));
                let right = seen == *should || seen == "-";
                *amiss += usize::from(!right);
                if right { seen } else { format!("**{seen}**") }
            })
            .collect();
        println!("| {name} | {should} | {} |", cells.join(" | "));
    }
    let amiss: Vec<String> = amiss.iter().map(usize::to_string).collect();
    println!("| otherwise than it should be | | {} |", amiss.join(" | "));
}

/// What overflows where that is checked, and goes on where it is not, wraps.
fn both(checked: &str, release: &str) -> String {
    match (checked, release) {
        ("overflows", "overflows" | "panics") | ("panics", "panics") => "panics".into(),
        ("overflows", "hangs") => "wraps, hangs".into(),
        ("overflows", after) => format!("wraps, {after}"),
        (checked, release) if checked == release => release.into(),
        (checked, release) => format!("{checked} or {release}"),
    }
}

/// Runs one case in a process of its own.
fn apart(peer: &str, case: usize) -> &'static str {
    let this = std::env::current_exe().expect("a program");
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v 2000000; exec \"$0\" \"$@\""])
        .arg(this)
        .args(["one", peer, &case.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
    let start = Instant::now();
    let status = loop {
        match child.try_wait().expect("a process") {
            Some(status) => break status,
            None if start.elapsed() > PATIENCE => {
                child.kill().expect("a process");
                child.wait().expect("a process");
                return "hangs";
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let (mut said, mut complained) = (String::new(), String::new());
    child.stdout.take().expect("a pipe").read_to_string(&mut said).expect("text");
    child.stderr.take().expect("a pipe").read_to_string(&mut complained).expect("text");
    match (status.success(), said.trim()) {
        (true, "accepts") => "accepts",
        (true, "refuses") => "refuses",
        (true, "-") => "-",
        _ if complained.contains("with overflow") => "overflows",
        _ if complained.contains("panicked at") => "panics",
        _ if complained.contains("memory allocation") => "exhausts",
        _ => panic!("{peer}, case {case}: {said}{complained}"),
    }
}

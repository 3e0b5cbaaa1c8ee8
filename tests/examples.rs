//! What a stranger runs first, run as a stranger runs it: without a terminal, a server or a setup.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

use std::process::{Command, Output, Stdio};

use countersign::{Algorithm, Clock, Digits, Hotp, Secret, SystemClock, Totp};

const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// `cargo run --example`, as the README says, so that what runs is never an old build.
fn example(arguments: &[&str]) -> Output {
    let cargo = std::env::var_os("CARGO").unwrap();
    let command = ["run", "--quiet", "--example"];
    Command::new(cargo).args(command).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn printed(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_checkout_captures_and_says_what_it_refuses() {
    let output = example(&["checkout"]);
    assert!(output.status.success(), "{}", printed(&output.stderr));
    let screen = printed(&output.stdout);
    let captured = "Approved. Captured EUR 129.90 for Anna's Bikes, order 4711.";
    let table = [
        ("the same code once more (a replay)", "refused", "This code was used before."),
        ("a wrong code", "refused", "That is not the code. 4 attempts left."),
        ("the message asked for again", "resent", "The same code, the same end, 4 attempts left."),
        ("the amount changed after the code was sent", "refused", "This code is over."),
        ("the right code after five minutes", "expired", "This code is over."),
        ("the fifth wrong code in a row, on two orders", "locked", "Please come back in 30 minutes."),
        ("the right code after that", "locked", "Please come back in 30 minutes."),
        ("half an hour later, the right code", "approved", "Captured EUR 49.00 for Anna's Bikes, order 4715."),
    ];
    let mut lines = screen.lines().skip_while(|line| *line != captured);
    assert!(lines.next().is_some(), "{screen}");
    for (what, outcome, said) in table {
        let line = lines.find(|line| line.starts_with(what)).unwrap_or_else(|| panic!("{what}: {screen}"));
        let rest = line[what.len()..].trim_start();
        assert!(rest.starts_with(outcome) && rest.contains(said), "{line}");
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn msg_1_the_phone_shows_amount_payee_and_an_origin_bound_last_line() {
    let screen = printed(&example(&["checkout"]).stdout);
    let phone: Vec<&str> = screen.split("---\n").nth(1).unwrap().lines().collect();
    let [text, last, _rule] = phone[..] else { panic!("{phone:?}") };
    let code = last.strip_prefix("@bikes.example #").unwrap();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{last}");
    assert!(text.contains(code) && text.contains("EUR 129.90") && text.contains("Anna's Bikes"), "{text}");
    assert!(text.is_ascii() && text.len() + 1 + last.len() <= 160, "one message of GSM-7: {text}");
}

/// 10 looked away and 1 was guessed at; 5 were late; so 84 of 100. The seconds are 12 to 19, and 20 for whoever mistyped.
#[test]
fn the_metrics_of_a_day_are_those_of_what_was_done() {
    let output = example(&["metrics"]);
    assert!(output.status.success(), "{}", printed(&output.stderr));
    let lines = [
        "pay: 100 challenges, 100 messages, 84 approved = 84 %",
        "refused expired: 5",
        "refused locked: 2",
        "refused wrong_code: 15",
        "notice locked: 1",
        "from the message to the approval: half within 16 s, 95 of 100 within 20 s",
    ];
    assert_eq!(printed(&output.stdout).lines().collect::<Vec<_>>(), lines);
}

#[test]
fn the_authenticator_shows_the_present_code_and_checks_one() {
    let totp = Totp::new(Hotp::new(&Secret::from_base32(KEY).unwrap(), Algorithm::Sha1, Digits::SIX));
    let code = || totp.generate(SystemClock.now().unwrap());
    let before = code();
    let output = example(&["authenticator", KEY]);
    let screen = printed(&output.stdout);
    let mut words = screen.split_whitespace();
    let shown = words.next().unwrap().to_owned();
    assert!(shown == before.expose() || shown == code().expose(), "{screen}");
    let left: u32 = words.nth(1).unwrap().parse().unwrap();
    assert!((1..=30).contains(&left), "{screen}");

    let right = example(&["authenticator", KEY, "--check", code().expose()]);
    assert!(right.status.success() && printed(&right.stdout).contains("right"));
    let other = if code().expose() == "000000" { "000001" } else { "000000" };
    let wrong = example(&["authenticator", KEY, "--check", other]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(printed(&wrong.stdout).ends_with("wrong\n"));
}

#[test]
fn the_authenticator_says_what_is_wrong_with_a_key_and_never_repeats_it() {
    for (key, advice) in [
        ("JBSWY3DPEHPK3PXP", "enrol again"),
        ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PX1", "taken for O, I, B and G"),
        ("JBSWY3DPEHPK3PXPJBSWY3DPEHP", "Copy it again"),
        ("JBSWY3DPEHPK3PXPJBSWY3DPEB", "Copy it again"),
    ] {
        let output = example(&["authenticator", key]);
        let error = printed(&output.stderr);
        assert_eq!((output.status.code(), printed(&output.stdout)), (Some(2), String::new()), "{key}");
        assert!(error.starts_with("authenticator: the key cannot be used: ") && error.contains(advice), "{error}");
        assert!(!error.contains(&key[..8]), "{error}");
    }
    assert_eq!(example(&["authenticator"]).status.code(), Some(2));
    assert_eq!(example(&["authenticator", KEY, "--check", "12345"]).status.code(), Some(2));
}

#[cfg(feature = "qr")]
#[test]
fn an_app_is_enrolled_and_logs_in_and_the_screen_says_what_is_refused() {
    let output = example(&["enrol", "--features", "qr"]);
    assert!(output.status.success(), "{}", printed(&output.stderr));
    let screen = printed(&output.stdout);
    for (what, said) in [
        ("Scan this with an authenticator app.", ""),
        ("That is not the code. At most 4 attempts are left.", ""),
        ("The app is enrolled.", ""),
        ("Recovery codes, if the phone is lost.", ""),
        ("Logged in for login, as ", " in the audit trail."),
        ("the same code once more (a replay)", "This code was used. Wait for the next one."),
        ("a new list was made, and one of it is used", "Logged in."),
        ("the same recovery code once more", "This code was used. Wait for the next one."),
        ("the app's next code", "Logged in."),
    ] {
        let found = screen.lines().any(|line| line.starts_with(what) && line.ends_with(said));
        assert!(found, "{what}: {screen}");
    }
    let listed = |line: &&str| line.starts_with("  ") && line.matches('-').count() == 6;
    assert_eq!(screen.lines().filter(listed).count(), 5, "ten codes, two a line: {screen}");
}

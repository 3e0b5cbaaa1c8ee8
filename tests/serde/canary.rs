//! F65: no code, key, subject or number is in what is written. A value that is bound is written whole, because it is there
//! to be shown: a payee, an address that changes, a session.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use countersign::*;
use serde::Serialize;
use serde_json::to_string;

use crate::written::{CODES, INDEX, NOW, NUMBER, SECRET, SUBJECT, batch, payment, stage};

/// What is written of the public types, by the type's name.
#[derive(Default)]
struct Written(BTreeMap<&'static str, String>);

impl Written {
    fn add(&mut self, name: &'static str, value: &impl Serialize) {
        self.0.entry(name).or_default().push_str(&to_string(value).unwrap());
    }

    fn finds(&self, canaries: &[String]) -> Vec<(&'static str, String)> {
        let all = self.0.iter().flat_map(|text| canaries.iter().map(move |canary| (text, canary)));
        all.filter(|((_, text), canary)| text.contains(*canary))
            .map(|((name, _), hit)| (*name, hit.clone()))
            .collect()
    }
}

/// How these bytes would be written by mistake: text, hexadecimal, a list of numbers, Base32.
fn spellings(bytes: &[u8]) -> Vec<String> {
    let list = |format: fn(&u8) -> String, between: &str| bytes.iter().map(format).collect::<Vec<_>>().join(between);
    let base32 = base32::encode(base32::Alphabet::Rfc4648 { padding: false }, bytes);
    let hex = list(|byte| format!("{byte:02x}"), "");
    vec![String::from_utf8_lossy(bytes).into_owned(), hex.to_uppercase(), hex, list(u8::to_string, ","), base32]
}

fn canaries(codes: &[String]) -> Vec<String> {
    let fixed: [&[u8]; 5] = [SECRET, INDEX, CODES, SUBJECT.as_bytes(), &NUMBER.as_bytes()[1..]];
    fixed.into_iter().chain(codes.iter().map(String::as_bytes)).flat_map(spellings).collect()
}

fn everything() -> (Written, Vec<String>) {
    let (mut out, mut stage) = (Written::default(), stage());
    plain(&mut out);
    bound(&mut out);
    let (ticket, code) = stage.issue();
    let mut codes = vec![code.clone()];
    out.add("Delivery", &Delivery::NotSent);
    out.add("Ticket", &ticket);
    out.add("Handle", &ticket.handle());
    let status = stage.status(ticket.handle());
    out.add("ChallengeStatus", &status.challenge());
    out.add("Status", &status);
    out.add("Condition", &status.condition());
    let approved = stage.approve(&ticket, &code);
    out.add("Status", &stage.status(ticket.handle()));
    out.add("ApprovalId", &approved.id());
    out.add("SubjectTag", &approved.subject());
    out.add("Enrolled", &stage.enrol());
    out.add("BindingTag", &stage.verifier.binding_tag(crate::written::PAY, &stage.who, &payment()).unwrap());
    let hotp = Hotp::new(&Secret::from_bytes(SECRET).unwrap(), Algorithm::Sha1, Digits::SIX);
    codes.extend((0..5).map(|counter| hotp.generate(counter).expose().to_owned()));
    codes.extend(stage.recovery_codes().iter().map(|code| code.expose().concat()));
    out.add("AuthenticatorStatus", &stage.authenticators());
    out.add("Enrolment", &stage.authenticators().enrolment());
    let mut fresh = crate::written::stage();
    out.add("Event", &fresh.lock());
    out.add(
        "Event",
        &stage.verifier.status(crate::written::PAY, &stage.who, NOW).unwrap().run_observed(&stage.store).event,
    );
    let sealer = Sealer::new(&RootKey::from_bytes(INDEX).unwrap()).unwrap();
    let secret = Secret::from_bytes(SECRET).unwrap();
    out.add("SealedSecret", &sealer.seal(&secret, &stage.who, "phone", &mut stage.rng).unwrap());
    (out, codes)
}

fn plain(out: &mut Written) {
    out.add("Algorithm", &Algorithm::Sha1);
    out.add("Action", &Action::Verify);
    out.add("EventKind", &EventKind::Refused);
    out.add("Device", &Device::ONE);
    out.add("Digits", &Digits::SIX);
    out.add("Format", &Format::digits(Digits::SIX));
    out.add("Hint", &Hint::Wait { until: NOW });
    out.add("Method", &Method::RecoveryCode);
    out.add("Notice", &Notice::Locked { until: NOW });
    out.add("Reason", &Reason::WrongCode);
    out.add("RecipientKind", &Recipient::sms(NUMBER).unwrap().kind());
    out.add("Skew", &Skew::RFC);
    out.add("Text", &Text::<8>::new("Anna").unwrap());
    out.add("UnixTime", &NOW);
    out.add("Window", &Window::ahead(1, 3).unwrap());
}

fn bound(out: &mut Written) {
    let eur = Money::new(129_90, Currency::EUR);
    out.add("ContactChange", &ContactChange::replace("+4930123456", "anna@example.com").unwrap());
    let address = Address::parse("+4930123456").unwrap();
    out.add("Address", &address);
    out.add("Contact", &Contact::stored(address, NOW, None, false));
    out.add("Currency", &Currency::EUR);
    out.add("Login", &Login::new("session-1").unwrap());
    out.add("Money", &eur);
    out.add("Payment", &payment());
    out.add("PaymentBatch", &batch());
    out.add("TerminalActivation", &TerminalActivation::new("merchant", "model", "serial").unwrap());
    out.add("Withdrawal", &Withdrawal::new(eur, eur, "Anna", "DE89").unwrap());
}

#[test]
fn f65_nothing_that_is_written_holds_a_code_key_subject_or_number() {
    let (written, codes) = everything();
    assert!(codes.len() == 16 && codes.iter().all(|code| code.len() >= 6));
    assert_eq!(written.finds(&canaries(&codes)), []);
}

#[test]
fn f65_the_search_finds_what_a_careless_derive_writes() {
    #[derive(Serialize)]
    struct Key([u8; 20]);
    let mut careless = Written::default();
    careless.add("list", &Key(*SECRET));
    careless.add("text", &Some(SUBJECT));
    careless.add("bytes", &serde_json::json!({ "index": INDEX }));
    careless.add("code", &"493018");
    let found: BTreeSet<_> = careless.finds(&canaries(&["493018".to_owned()])).iter().map(|hit| hit.0).collect();
    assert_eq!(found, careless.0.keys().copied().collect());
}

/// All Rust sources below a directory.
fn sources(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![fs::read_to_string(path).unwrap()] })
        .collect()
}

/// The name that stands first in `text` after `struct` or `enum`.
fn declared(text: &str) -> Option<&str> {
    let line = text.lines().find(|line| line.contains("struct ") || line.contains("enum "))?;
    line.split(|c: char| !c.is_alphanumeric()).skip_while(|word| !matches!(*word, "struct" | "enum")).nth(1)
}

#[test]
fn f65_every_type_that_is_written_is_among_them() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let derived = |source: &String| -> Vec<String> {
        let items = source.split("derive(").skip(1);
        let written = |item: &&str| item.split(')').next().is_some_and(|traits| traits.contains("Serialize"));
        items.filter(written).map(|item| declared(item).unwrap().to_owned()).collect()
    };
    let by_hand = |source: &String| -> Vec<String> {
        let impls = source.split("Serialize for ").skip(1);
        impls.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned()).collect()
    };
    let mut types: BTreeSet<String> =
        sources.iter().flat_map(|source| [derived(source), by_hand(source)].concat()).collect();
    assert!(types.remove("Symbols"), "it stands inside `Format`");
    assert_eq!(everything().0.0.keys().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), types);
}

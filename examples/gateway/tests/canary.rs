//! F65, F66: no code, key, number or account, and for the operator no amount either, leaves by any other way than the
//! message.

use std::fs;
use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::client::{send, text};
use crate::engine::{self, Engine};
use crate::house::Folder;
use crate::process::{Process, furnish_for};

engine::stamp! { f65_f66_no_secret_leaves_but_in_the_message }

/// Whoever hears everything but the messages.
#[derive(Default)]
struct Ear(Vec<String>);

impl Ear {
    /// Asks, and keeps the whole answer; its body.
    fn ask(&mut self, address: SocketAddr, method: &str, path: &str, body: &str) -> Value {
        let answer = text(send(address, method, path, body));
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        let parsed = serde_json::from_str(body).unwrap_or_default();
        self.0.push(format!("{method} {path}: {answer}"));
        parsed
    }

    fn post(&mut self, address: SocketAddr, path: &str, body: &Value) -> Value {
        self.ask(address, "POST", path, &body.to_string())
    }

    /// Nothing of it holds one of these.
    fn heard_none_of(&self, secrets: &[String]) {
        for text in &self.0 {
            for secret in secrets {
                assert!(!holds(text, secret), "{secret} in {text}");
            }
        }
    }
}

/// Whether it is there by itself: six digits may well be those of a time or of an id.
fn holds(text: &str, secret: &str) -> bool {
    let around = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + secret.len()..].chars().next();
        [before, after].into_iter().flatten().any(|character| character.is_ascii_alphanumeric())
    };
    text.match_indices(secret).any(|(at, _)| secret.len() > 7 || !around(at))
}

fn f65_f66_no_secret_leaves_but_in_the_message(folder: &Folder, engine: &Engine) {
    // Three ships of Jamaica and one too many.
    let phone = |order| if order < 5 { format!("+187655501{order:02}") } else { format!("+4915112{order:06}") };
    furnish_for(folder, 1..11, phone);
    let process = Process::start(folder, engine);
    let (address, operator) = (process.address, process.operator);
    let mut client = Ear::default();
    traffic(folder, address, &mut client);

    let mut desk = Ear::default();
    for path in ["/events", "/", "/operator.js", "/style.css", "/nothing"] {
        desk.ask(operator, "GET", path, "");
    }
    let view = desk.ask(operator, "GET", "/events", "");
    for path in ["/kinds/approved", "/kinds/budget_refused", "/reasons/wrong_code", "/limits/prefix_rate"] {
        assert!(view.pointer(path).is_some_and(|count| *count != 0), "{path}: what the canary is to be sought in");
    }
    let ruined = engine.ruin();
    traffic_of(address, &mut client, 8);
    let printed = Ear(process.end());
    assert_eq!(printed.0.iter().any(|line| line.starts_with("gateway: ")), ruined, "{:?}", printed.0);
    assert!(printed.0.iter().any(|line| line.contains(": approved, ")), "{:?}", printed.0);

    let secrets = secrets(folder);
    for ear in [&client, &desk, &printed] {
        ear.heard_none_of(&secrets);
    }
    let amounts = ["129.90", "129,90", "12990", "EUR"].map(str::to_owned);
    for ear in [&desk, &printed] {
        ear.heard_none_of(&amounts);
    }
}

/// Everything that a client may do, right and wrong.
fn traffic(folder: &Folder, address: SocketAddr, ear: &mut Ear) {
    let form = json!({ "form": "page-1" });
    for order in 1..11 {
        for _ in 0..2 {
            ear.post(address, &format!("/orders/{order}/pay"), &form);
        }
    }
    let ticket = |ear: &mut Ear, order: u32| {
        let ticket = ear.post(address, &format!("/orders/{order}/pay"), &form);
        ticket["handle"].as_str().unwrap().to_owned()
    };
    let code = |order: u32| {
        let messages = folder.messages();
        let of = |message: &&Value| message["to"].as_str().unwrap().ends_with(&format!("{order:06}"));
        let text = messages.iter().find(of).unwrap()["text"].as_str().unwrap().to_owned();
        text.rsplit_once('#').unwrap().1.to_owned()
    };
    // One is paid, one is guessed at, one is cancelled; each is then tried once more.
    let (paid, guessed, cancelled) = (ticket(ear, 5), ticket(ear, 6), ticket(ear, 7));
    for _ in 0..2 {
        ear.post(address, "/orders/5/confirm", &json!({ "handle": paid, "code": code(5) }));
        ear.post(address, "/orders/7/cancel", &json!({ "handle": cancelled }));
        ear.post(address, "/orders/5/resend", &json!({ "handle": paid }));
    }
    for wrong in 1..7 {
        let code = format!("{:06}", (code(6).parse::<u32>().unwrap() + wrong) % 1_000_000);
        ear.post(address, "/orders/6/confirm", &json!({ "handle": guessed, "code": code }));
    }
    for order in [5, 6, 7, 8] {
        ear.post(address, &format!("/orders/{order}/confirm"), &json!({ "handle": guessed, "code": code(order) }));
        ear.ask(address, "GET", &format!("/orders/{order}?handle={guessed}"), "");
        ear.post(address, &format!("/orders/{order}/pay"), &json!({ "form": "page-2" }));
    }
    // And what is no request at all, with a code in it.
    let code = code(9);
    for body in [code.clone(), format!("{{\"code\":{code}"), json!({ "handle": code, "code": code }).to_string()] {
        ear.ask(address, "POST", "/orders/9/confirm", &body);
        ear.ask(address, "POST", "/orders/9/resend", &body);
        ear.ask(address, "POST", "/orders", &body);
    }
    for path in ["/", "/goods", "/health", "/phone", "/orders/99", "/orders/x", "/events"] {
        ear.ask(address, "GET", path, "");
    }
    ear.post(address, "/orders", &json!({ "goods": { "bell": 2 } }));
}

/// One customer, whatever the answers are.
fn traffic_of(address: SocketAddr, ear: &mut Ear, order: u32) {
    let held = json!({ "handle": "0".repeat(26), "code": "123456" });
    ear.post(address, &format!("/orders/{order}/pay"), &json!({ "form": "page-3" }));
    for route in ["resend", "confirm", "cancel"] {
        ear.post(address, &format!("/orders/{order}/{route}"), &held);
    }
    for path in [format!("/orders/{order}"), "/health".to_owned()] {
        ear.ask(address, "GET", &path, "");
    }
}

/// The codes that left, each number, account and customer, and each key as a careless log would print it.
fn secrets(folder: &Folder) -> Vec<String> {
    let mut secrets = folder.codes();
    assert!(secrets.len() >= 9, "{secrets:?}");
    let spaced: Vec<_> = secrets.iter().map(|code| format!("{} {}", &code[..3], &code[3..])).collect();
    secrets.extend(spaced);
    for message in folder.messages() {
        let number = message["to"].as_str().unwrap();
        secrets.extend([number.to_owned(), number[1..].to_owned(), number[3..].to_owned()]);
    }
    secrets.push("DE89370400440532013000".to_owned());
    secrets.extend((1..11).map(|order| format!("customer-{order}")));
    for key in fs::read(folder.path("keys")).unwrap().chunks(32) {
        let hex = key.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        secrets.extend((0..=48).step_by(2).map(|at| hex[at..at + 16].to_owned()));
        secrets.extend((0..=48).step_by(2).map(|at| hex[at..at + 16].to_uppercase()));
        secrets.extend((0..3).map(|at| base64(&key[at..at + 18])));
        secrets.extend((0..3).map(|at| base64(&key[at..at + 18]).replace('+', "-").replace('/', "_")));
        secrets.push(format!("{:?}", &key[..8]).trim_matches(['[', ']']).to_owned());
    }
    secrets
}

/// Of bytes whose number three divides.
fn base64(bytes: &[u8]) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let three = |bytes: &[u8]| {
        let bits = bytes.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| alphabet[bits >> shift & 63])
    };
    bytes.chunks(3).flat_map(three).collect()
}

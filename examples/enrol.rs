//! An authenticator app is enrolled: its QR code, the code that confirms it, recovery codes, and a first login.
//!
//! ```text
//! cargo run --example enrol --features qr
//! ```
//! At a terminal you are the customer: scan the picture with any authenticator app. Without one it plays the app itself,
//! on a clock of its own, and then shows what is refused.
//!
//! Exits with 0 if somebody was logged in, 1 if nobody was, 2 if there was no answer.
#![allow(clippy::print_stdout, reason = "this is the customer's screen")]

#[path = "enrol/person.rs"]
mod person;

use core::error::Error;
use std::io::{IsTerminal, stdin, stdout};
use std::process::ExitCode;

use countersign::{
    Authenticated, Authenticator, Code, Digits, Failure, Hint, Invalid, KeyPicture, KeyUri, Keyring, Login,
    MemoryStore, Operation, Policy, Purpose, RecoveryCode, RecoveryCodes, Refused, RootKey, Secret, Subject,
    SystemRng, Totp, Verifier,
};

use person::{Person, Script, Typist};

const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);

fn main() -> ExitCode {
    let done = if stdin().is_terminal() && stdout().is_terminal() {
        Desk::open().and_then(|desk| enrol(&desk, &mut Typist))
    } else {
        Desk::open().and_then(|desk| play(&desk))
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("enrol: {error}");
            ExitCode::from(2)
        }
    }
}

/// The shop's side. A real one keeps the secret sealed in its own table, and reads it back for each request.
struct Desk {
    verifier: Verifier,
    store: MemoryStore,
    customer: Subject,
    uri: KeyUri,
}

type Answer<T> = Result<Result<T, Refused>, Box<dyn Error>>;

impl Desk {
    fn open() -> Result<Self, Box<dyn Error>> {
        let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
        let uri = KeyUri::totp("Anna's Bikes", "bert@example.com", Secret::generate(&mut SystemRng)?)?;
        let customer = Subject::new("customer-4711")?;
        Ok(Self { verifier: Verifier::new(keys), store: MemoryStore::new(), customer, uri })
    }

    fn totp(&self) -> Result<Totp, Box<dyn Error>> {
        self.uri.to_totp().ok_or_else(|| "the key is not for a clock".into())
    }

    fn begin(&self, person: &impl Person) -> Answer<()> {
        let app = Authenticator::totp("phone", self.totp()?)?;
        let begun = self.verifier.enrol(&self.customer, &app, person.now()?, &mut SystemRng)?.run(&self.store);
        answer(begun.map(|_| ()))
    }

    fn confirm(&self, code: Code, person: &impl Person) -> Answer<u8> {
        let app = Authenticator::totp("phone", self.totp()?)?;
        let confirm = self.verifier.confirm(&self.customer, &app, code, person.now()?, &mut SystemRng)?;
        answer(confirm.run(&self.store).map(|enrolled| enrolled.authenticators()))
    }

    fn recovery_codes(&self, person: &impl Person) -> Answer<RecoveryCodes> {
        let make = self.verifier.make_recovery_codes(&self.customer, person.now()?, &mut SystemRng)?;
        answer(make.run(&self.store))
    }

    fn log_in(&self, code: Code, person: &impl Person) -> Answer<Authenticated> {
        let app = Authenticator::totp("phone", self.totp()?)?;
        let judge = self.verifier.authenticate(LOGIN, &self.customer, &app, code, person.now()?, &mut SystemRng)?;
        answer(judge.run(&self.store))
    }

    fn recover(&self, typed: &str, person: &impl Person) -> Answer<Authenticated> {
        let code = RecoveryCode::parse(typed)?;
        let judge = self.verifier.recover(LOGIN, &self.customer, code, person.now()?, &mut SystemRng)?;
        answer(judge.run(&self.store))
    }
}

/// Tells "no" from "no answer".
fn answer<T, E: Error + 'static>(result: Result<T, Failure<E>>) -> Answer<T> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Refused(refused)) => Ok(Err(refused)),
        Err(failure) => Err(failure.into()),
    }
}

/// Whether the person was logged in.
fn enrol(desk: &Desk, person: &mut impl Person) -> Result<bool, Box<dyn Error>> {
    if let Err(refused) = desk.begin(person)? {
        println!("{}", on_screen(&refused));
        return Ok(false);
    }
    show_key(desk)?;
    if ask(person, "Type the code that the app shows", |code, person| desk.confirm(code, person))?.is_none() {
        return Ok(false);
    }
    println!("The app is enrolled. (A mail to bert@example.com says so: whoever did this may not be Bert.)\n");
    let Ok(codes) = desk.recovery_codes(person)? else { return Ok(false) };
    show_recovery_codes(&codes);
    person.next_code();
    let logged_in = ask(person, "Log in: the next code", |code, person| desk.log_in(code, person))?;
    if let Some(somebody) = &logged_in {
        println!("Logged in for {}, as {} in the audit trail.", somebody.purpose(), somebody.subject());
    }
    Ok(logged_in.is_some())
}

fn show_key(desk: &Desk) -> Result<(), Box<dyn Error>> {
    println!("Scan this with an authenticator app.\n\n{}", KeyPicture::of(&desk.uri)?.expose_terminal().as_str());
    let key = desk.uri.secret().expose_base32();
    let groups: Vec<_> = key.as_str().as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    println!("No camera? The key, for an app that asks for one: {}\n", groups.join(" "));
    Ok(())
}

fn show_recovery_codes(codes: &RecoveryCodes) {
    println!("Recovery codes, if the phone is lost. Each is good once. Write them down: nobody can show them again.");
    let lines: Vec<_> = codes.iter().map(|code| code.expose().join("-")).collect();
    lines.chunks(2).for_each(|pair| println!("  {}", pair.join("    ")));
    println!();
}

/// Asks until the answer is yes, or there is no point in asking again.
fn ask<P: Person, T>(
    person: &mut P,
    prompt: &str,
    judge: impl Fn(Code, &P) -> Answer<T>,
) -> Result<Option<T>, Box<dyn Error>> {
    while let Some(typed) = person.code(prompt)? {
        let Ok(code) = Code::parse_spaced(&typed, Digits::SIX) else {
            println!("A code is six digits, and this is not. It did not count.");
            continue;
        };
        match judge(code, person)? {
            Ok(value) => return Ok(Some(value)),
            Err(refused) => println!("{}", on_screen(&refused)),
        }
    }
    Ok(None)
}

/// What a screen may say of a refusal. It follows from the hint alone.
fn on_screen(refused: &Refused) -> String {
    match refused.hint() {
        Hint::TryAgain { attempts_left } => {
            format!("That is not the code. At most {attempts_left} attempts are left.")
        }
        Hint::AlreadyUsed => "This code was used. Wait for the next one.".to_owned(),
        Hint::Wait { .. } => "Please come back later.".to_owned(),
        Hint::OtherMethod => "This cannot be used. Please log in another way.".to_owned(),
        _ => "Please call us.".to_owned(),
    }
}

/// The app played by a script, and then somebody who saw a code or found the list.
fn play(desk: &Desk) -> Result<bool, Box<dyn Error>> {
    let mut script = Script::new(desk.totp()?);
    let logged_in = enrol(desk, &mut script)?;
    let codes = desk.recovery_codes(&script)??;
    let listed = codes.iter().next().map(|code| code.expose().join("-")).ok_or(Invalid::RecoveryCode)?;
    let typed = |script: &Script| Code::parse(&script.shown(), Digits::SIX);
    println!("\n{:<52}the screen says", "and then");
    tell("the same code once more (a replay)", &desk.log_in(typed(&script)?, &script)?);
    tell("a new list was made, and one of it is used", &desk.recover(&listed.to_lowercase(), &script)?);
    tell("the same recovery code once more", &desk.recover(&listed, &script)?);
    script.next_code();
    tell("the app's next code", &desk.log_in(typed(&script)?, &script)?);
    Ok(logged_in)
}

fn tell(what: &str, outcome: &Result<Authenticated, Refused>) {
    let said = match outcome {
        Ok(_) => "Logged in.".to_owned(),
        Err(refused) => on_screen(refused),
    };
    println!("{what:<52}{said}");
}

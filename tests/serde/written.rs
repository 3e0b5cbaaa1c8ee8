//! What only an operation makes is written, and never read.

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{json, to_value};

pub const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
pub const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);

pub const SECRET: &[u8; 20] = b"canary-secret-key-20";
pub const INDEX: &[u8; 32] = b"canary-index-key-0123456789abcde";
pub const CODES: &[u8; 32] = b"canary-codes-key-0123456789abcde";
pub const SUBJECT: &str = "canary-subject-4711";
pub const NUMBER: &str = "+4915755501234";

/// What is needed to run operations.
pub struct Stage {
    pub verifier: Verifier,
    pub store: MemoryStore,
    pub who: Subject,
    pub rng: ChaCha20Rng,
}

pub fn stage() -> Stage {
    let keys = Keyring::new(&RootKey::from_bytes(INDEX).unwrap(), &RootKey::from_bytes(CODES).unwrap()).unwrap();
    Stage {
        verifier: Verifier::new(keys),
        store: MemoryStore::new(),
        who: Subject::new(SUBJECT).unwrap(),
        rng: ChaCha20Rng::seed_from_u64(41),
    }
}

pub fn payment() -> Payment {
    Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 1").unwrap()
}

impl Stage {
    /// A ticket, and the code that its message had.
    pub fn issue(&mut self) -> (Ticket, String) {
        let to = Recipient::sms(NUMBER).unwrap().verified(UnixTime::from_secs(1_700_000_000));
        let value = payment();
        let issue = self.verifier.issue(PAY, &self.who, &value, &to, NOW, &mut self.rng).unwrap();
        let issued = issue.run(&self.store).unwrap();
        let code = issued.message(&|slip: &Slip<'_, Payment>| slip.code().to_owned()).unwrap();
        (issued.ticket(), code)
    }

    /// A wrong code for a challenge, five times; what happened last.
    pub fn lock(&mut self) -> Event {
        let (ticket, right) = self.issue();
        let wrong = format!("{:06}", (right.parse::<u32>().unwrap() + 1) % 1_000_000);
        let last = (0..5).map(|_| {
            let code = Code::parse(&wrong, PAY.policy().format()).unwrap();
            let rng = &mut self.rng;
            let verify = self.verifier.verify(PAY, &self.who, ticket.handle(), code, payment(), NOW, rng).unwrap();
            verify.run_observed(&self.store).event
        });
        last.last().unwrap()
    }

    pub fn status(&self, handle: Handle) -> Status {
        self.verifier.status(PAY, &self.who, NOW).unwrap().challenge(handle).run(&self.store).unwrap()
    }

    pub fn approve(&mut self, ticket: &Ticket, code: &str) -> Approved<Payment> {
        let code = Code::parse(code, PAY.policy().format()).unwrap();
        let rng = &mut self.rng;
        let verify = self.verifier.verify(PAY, &self.who, ticket.handle(), code, payment(), NOW, rng).unwrap();
        verify.run(&self.store).unwrap()
    }

    /// Enrols a token; its codes are those of `SECRET`.
    pub fn enrol(&mut self) -> Enrolled {
        let hotp = || Hotp::new(&Secret::from_bytes(SECRET).unwrap(), Algorithm::Sha1, Digits::SIX);
        let token = Authenticator::hotp("token", hotp()).unwrap();
        let Self { verifier, store, who, rng } = self;
        let _ = verifier.enrol(who, &token, NOW, rng).unwrap().run(store).unwrap();
        verifier.confirm(who, &token, hotp().generate(0), NOW, rng).unwrap().run(store).unwrap()
    }

    pub fn recovery_codes(&mut self) -> RecoveryCodes {
        let Self { verifier, store, who, rng } = self;
        verifier.make_recovery_codes(who, NOW, rng).unwrap().run(store).unwrap()
    }

    pub fn authenticators(&self) -> AuthenticatorStatus {
        let look = self.verifier.authenticator_status(&self.who, NOW).unwrap();
        look.authenticator("token").unwrap().run(&self.store).unwrap()
    }
}

pub fn batch() -> PaymentBatch {
    PaymentBatch::of(Currency::EUR).add(Money::new(1_00, Currency::EUR), "Anna", "DE89").unwrap().build().unwrap()
}

#[test]
fn f66_a_ticket_is_written_for_the_browser() {
    let (ticket, _) = stage().issue();
    let written = json!({
        "handle": ticket.handle().to_text(),
        "expires": 1_800_000_300,
        "resend_at": 1_800_000_030,
        "attempts_left": 5,
    });
    assert_eq!(to_value(ticket).unwrap(), written);
}

#[test]
fn a_status_is_written_with_its_challenge() {
    let mut stage = stage();
    let (ticket, code) = stage.issue();
    let written = |open, challenge| {
        json!({
            "condition": "clear",
            "consecutive_failures": 0,
            "total_failures": 0,
            "day_failures": 0,
            "day_sends": 1,
            "open_challenges": open,
            "challenge": challenge,
        })
    };
    let open = json!({ "open": to_value(ticket).unwrap() });
    assert_eq!(to_value(stage.status(ticket.handle())).unwrap(), written(1, open));
    assert_eq!(to_value(stage.status(Handle::from_bytes([7; 16]))).unwrap(), written(1, json!(null)));
    let approved = stage.approve(&ticket, &code);
    assert_eq!(to_value(stage.status(ticket.handle())).unwrap(), written(0, json!("approved")));
    assert_eq!(to_value(approved.id()).unwrap(), json!(approved.id().to_string()));
    assert_eq!(to_value(approved.subject()).unwrap(), json!(approved.subject().to_string()));
    assert_eq!(to_value(ChallengeStatus::Over).unwrap(), json!("over"));
}

#[test]
fn the_status_of_authenticators_is_written_by_the_names_of_its_methods() {
    let mut stage = stage();
    let nothing = to_value(stage.authenticators()).unwrap();
    assert_eq!(nothing["recovery_codes_left"], json!(0));
    assert_eq!(nothing["recovery_codes_made"], json!(null));
    assert_eq!(nothing["enrolment"], json!(null));
    assert_eq!(to_value(stage.enrol()).unwrap(), json!({ "at": 1_800_000_000, "authenticators": 1 }));
    let _ = stage.recovery_codes();
    let written = json!({
        "condition": "clear",
        "total_failures": 0,
        "day_failures": 0,
        "authenticators": 1,
        "recovery_codes_left": 10,
        "recovery_codes_made": 1_800_000_000,
        "enrolment": "confirmed",
    });
    assert_eq!(to_value(stage.authenticators()).unwrap(), written);
}

#[test]
fn an_event_is_written_with_the_fields_that_apply() {
    let mut stage = stage();
    let event = stage.lock();
    let written = json!({
        "at": 1_800_000_000,
        "event": "refused",
        "action": "verify",
        "subject": event.subject().to_string(),
        "lane": 0,
        "purpose": "pay",
        "challenge": event.challenge().unwrap().to_string(),
        "binding": stage.verifier.binding_tag(PAY, &stage.who, &payment()).unwrap().to_string(),
        "reason": "wrong_code",
        "failures": 5,
        "notice": "locked",
        "until": 1_800_001_800,
    });
    assert_eq!(to_value(event).unwrap(), written);
    let look = stage.verifier.authenticator_status(&stage.who, NOW).unwrap().run_observed(&stage.store).event;
    let fields = to_value(look).unwrap().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields, ["action", "at", "event", "lane", "subject"]);
    let root = RootKey::from_bytes(INDEX).unwrap();
    let entry = AuditChain::new(&root, &mut stage.rng).unwrap().append(&event).unwrap();
    let line: serde_json::Value = serde_json::from_str(&entry.to_string()).unwrap();
    let of_chain = ["audit", "chain", "number", "mac"];
    assert!(written.as_object().unwrap().iter().all(|(name, value)| line[name] == *value));
    assert_eq!(line.as_object().unwrap().len(), written.as_object().unwrap().len() + of_chain.len());
}

#[test]
fn a_batch_is_written_with_the_digest_of_its_payees() {
    let hex = format!("{:x}", base16ct::HexDisplay(batch().payees()));
    let total = json!({ "minor": 100, "currency": { "code": "EUR", "decimals": 2 } });
    assert_eq!(to_value(batch()).unwrap(), json!({ "total": total, "count": 1, "payees": hex }));
}

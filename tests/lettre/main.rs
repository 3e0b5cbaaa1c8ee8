//! E-mail by `lettre`: the three answers from servers that fail in every way at every step, and, on a real server, what
//! arrives. `scripts/test-with-providers` starts that server.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]
#![allow(unreachable_pub, reason = "and is no library")]

mod answers;
mod arrivals;
mod server;

use core::time::Duration;

use countersign::*;

const KEY: IdempotencyKey = IdempotencyKey::from_bytes([0x5e; 16]);
const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

/// The code and the e-mail that a payment to `payee` gives.
fn email(payee: &str, language: Language) -> (String, EmailText) {
    let keys = [1, 2].map(|byte| RootKey::from_bytes(&[byte; 32]).unwrap());
    let verifier = Verifier::new(Keyring::new(&keys[0], &keys[1]).unwrap());
    let amount = Money::new(129_90, Currency::EUR);
    let payment = Payment::new(amount, payee, "DE89370400440532013000", "order 4711").unwrap();
    let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1_700_000_000));
    let customer = Subject::new("customer-4711").unwrap();
    let issue = verifier.issue(PAY, &customer, &payment, &phone, NOW, &mut SystemRng).unwrap();
    let issued = issue.run(&MemoryStore::new()).unwrap();
    let code = issued.message(&|slip: &Slip<'_, Payment>| slip.code().to_owned()).unwrap();
    (code, issued.message(&EmailTemplate::built_in(language).unwrap()).unwrap().unwrap())
}

fn anna() -> Recipient<'static> {
    Recipient::email("anna@example.com").unwrap()
}

fn channel(port: u16, within: Duration) -> LettreChannel {
    let server = MailServer::plain("127.0.0.1").port(port);
    LettreChannel::new(server, "Änne's \"Bikes\", 安娜", "codes@shop.example").unwrap().within(within)
}

#[test]
fn f65_neither_a_channel_nor_its_server_prints_what_it_logs_in_with() {
    let credentials =
        lettre::transport::smtp::authentication::Credentials::new("anna-login".into(), "hunter2".into());
    let server = MailServer::plain("mail.example").credentials(credentials);
    let channel = LettreChannel::new(server, "Anna's Bikes", "codes@bikes.example").unwrap();
    for printed in [format!("{channel:?}"), format!("{channel:#?}")] {
        assert!(printed.contains("mail.example"), "{printed}");
        assert!(!printed.contains("anna-login") && !printed.contains("hunter2"), "{printed}");
    }
    assert!(!format!("{:?} {}", MailProblem::Recipient, MailProblem::Recipient).contains('@'));
}

//! What a message costs, beside one code.
//!
//! `cargo bench --bench messages` prints the ratio of rendering to one SHA-256 `Hotp::generate`.

#![expect(clippy::print_stdout, reason = "the ratios are for a person to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

#[path = "shared/ratio.rs"]
mod ratio;

use core::hint::black_box;

use countersign::{
    Algorithm, Currency, Digits, EmailTemplate, Hotp, Issued, Keyring, Language, MemoryStore, Money, Operation as _,
    Payment, Policy, Purpose, Recipient, RootKey, Secret, SmsTemplate, Subject, Template, UnixTime, Verifier,
    Wording,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use ratio::{Effort, report};

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn main() {
    let effort = Effort::of_this_run(Effort { rounds: 301, calls: 500 });
    let keys = [1, 2].map(|byte| RootKey::from_bytes(&[byte; 32]).unwrap());
    let verifier = Verifier::new(Keyring::new(&keys[0], &keys[1]).unwrap());
    let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1_700_000_000));
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    for (payee, language) in [("Anna's Bikes", Language::English), ("安娜自行车行", Language::Chinese)] {
        let amount = Money::new(129_90, Currency::EUR);
        let payment = Payment::new(amount, payee, "DE89370400440532013000", "order 4711").unwrap();
        let who = Subject::new(payee).unwrap();
        let issue = verifier.issue(PAY, &who, &payment, &phone, NOW, &mut rng).unwrap();
        let issued = issue.run(&MemoryStore::new()).unwrap();
        let sms = SmsTemplate::new(Wording::built_in(language).unwrap()).origin("shop.example").unwrap();
        measure(effort, &format!("an SMS, {language:?}"), &issued, &sms);
        measure(effort, &format!("an e-mail, {language:?}"), &issued, &EmailTemplate::built_in(language).unwrap());
    }
}

fn measure<T: Template<Payment>>(effort: Effort, what: &str, issued: &Issued<'_, Payment>, template: &T) {
    let hotp = Hotp::new(&Secret::from_bytes(&[7; 32]).unwrap(), Algorithm::Sha256, Digits::SIX);
    let mut counter = 0;
    let generate = || {
        counter += 1;
        black_box(hotp.generate(black_box(counter)));
    };
    let render = |()| drop(black_box(issued.message(black_box(template))));
    let ready = || vec![(); usize::try_from(effort.calls).unwrap_or_default()];
    report(&format!("{what} / SHA-256 Hotp::generate"), effort.turns(ready, render, generate), 15.0);
}

//! Whether the three answers are right when servers fail in every way at every step, and, on real servers, whether what
//! arrives is what was rendered. `scripts/test-with-providers` starts those.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
#![allow(unreachable_pub, reason = "and is no library")]

mod arrivals;
mod http;
mod mail;
mod quiet;
mod smpp;
mod smsc;

use core::num::NonZeroU8;
use core::time::Duration;

use countersign::{
    Currency, IdempotencyKey, Keyring, Language, MemoryStore, Money, Operation as _, Payment, Policy, Purpose,
    Recipient, RootKey, Slip, SmsTemplate, SmsText, Subject, SystemRng, Template, UnixTime, Verifier, Wording,
};
use providers::{SmppAccount, SmppChannel};

const KEY: IdempotencyKey = IdempotencyKey::from_bytes([0x5e; 16]);
const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

/// Far longer than any step here takes.
const AMPLE: Duration = Duration::from_secs(20);

/// More than one part, with extension characters where the parts meet.
const LONG: &str = "{code} is your code to pay {amount} to {payee}. We never ask for this code, in no call and in no chat. \
    If you did not ask for it, do nothing: nobody can pay without it, and it is over in {minutes} minutes \
    €€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€ [{code}] ~ Ä Ö Ü ñ Ω";

/// The same, with characters of two units.
const LONG_UCS2: &str = "{code} 支付 {amount} {payee} {minutes} 我们绝不索要验证码。\
    😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀";

/// The code and the message that a payment to `payee` gives.
fn rendered<T: Template<Payment>>(payee: &str, template: &T) -> (String, T::Message) {
    let keys = [1, 2].map(|byte| RootKey::from_bytes(&[byte; 32]).unwrap());
    let verifier = Verifier::new(Keyring::new(&keys[0], &keys[1]).unwrap());
    let amount = Money::new(129_90, Currency::EUR);
    let payment = Payment::new(amount, payee, "DE89370400440532013000", "order 4711").unwrap();
    let customer = Subject::new("customer-4711").unwrap();
    let issue = verifier.issue(PAY, &customer, &payment, &phone(), NOW, &mut SystemRng).unwrap();
    let issued = issue.run(&MemoryStore::new()).unwrap();
    let code = issued.message(&|slip: &Slip<'_, Payment>| slip.code().to_owned()).unwrap();
    (code, issued.message(template).unwrap())
}

fn sms(payee: &str, wording: Wording<Payment>) -> (String, SmsText) {
    let template = SmsTemplate::new(wording).origin("shop.example").unwrap().parts(NonZeroU8::new(9).unwrap());
    let (code, message) = rendered(payee, &template);
    (code, message.unwrap())
}

fn short() -> SmsText {
    sms("Anna's Bikes", Wording::built_in(Language::English).unwrap()).1
}

fn phone() -> Recipient<'static> {
    Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1_700_000_000))
}

fn channel(port: u16, password: &str, within: Duration) -> SmppChannel {
    let account = SmppAccount {
        host: "127.0.0.1".to_owned(),
        port,
        system_id: "shop".to_owned(),
        password: password.to_owned(),
        sender: "SHOP".to_owned(),
    };
    SmppChannel::new(account, Duration::from_secs(PAY.policy().lifetime().into())).within(within)
}

/// A port on which nobody listens: bound, and given back.
fn nobody() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

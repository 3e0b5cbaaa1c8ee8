//! What the person reads, whole: issued, rendered and looked at.

mod alerts;
mod kinds;
mod property;
mod sms;

use crate::support::*;
use countersign::*;

const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

/// Issues for a value and renders its message.
fn rendered<B: Binding, T: Template<B>>(value: &B, template: &T) -> (String, T::Message) {
    let desk = Desk::new(MemoryStore::new());
    let purpose = Purpose::<B>::new("pay", Policy::PAYMENT);
    let rng = &mut *desk.rng.borrow_mut();
    let issue = desk.verifier.issue(purpose, &customer(), value, &phone(), desk.time(), rng).unwrap();
    let issued = issue.run(&desk.store).unwrap();
    (code_in(&issued).unwrap(), issued.message(template).unwrap())
}

fn to(payee: &str) -> Payment {
    Payment::new(eur(129_90), payee, "DE89370400440532013000", "order 4711").unwrap()
}

fn english<B: Shown>() -> Wording<B> {
    Wording::built_in(Language::English).unwrap()
}

fn withdrawal() -> Withdrawal {
    Withdrawal::new(eur(500_00), eur(1_50), "Anna Muster", "DE89370400440532013000").unwrap()
}

fn batch() -> PaymentBatch {
    let batch = PaymentBatch::of(Currency::EUR).add(eur(2_100_00), "Anna", "DE01").unwrap();
    batch.add(eur(1_950_00), "Ben", "FR02").unwrap().build().unwrap()
}

/// Sentences of our own types, in every language, as a person reads them.
#[test]
fn rts_6_rts_7_every_binding_has_a_sentence_that_shows_it() {
    fn shows<B: Shown>(value: &B, parts: &[&str]) {
        for language in LANGUAGES {
            let template = VoiceTemplate::new(Wording::<B>::built_in(language).unwrap()).pause("");
            let (code, text) = rendered(value, &template);
            let text = text.unwrap();
            let (first, second) = text.expose().split_once('\n').unwrap();
            assert_eq!(first, second);
            for part in parts.iter().chain(&[code.as_str()]) {
                assert!(first.contains(part), "{part} is not in {first}");
            }
            let warning = if language == Language::English {
                "We never ask for this code."
            } else {
                "我们绝不索要验证码。"
            };
            assert!(first.ends_with(warning) && first.contains('5'), "{first}");
        }
    }
    shows(&to("Anna's Bikes"), &["EUR 129.90", "Anna's Bikes"]);
    shows(&batch(), &["EUR 4050.00", "2"]);
    shows(&withdrawal(), &["EUR 500.00", "EUR 1.50", "Anna Muster", "...3000"]);
    shows(&ContactChange::add("+4915112345678").unwrap(), &["...5678"]);
    let own = Address::parse("+4915112345678").unwrap();
    let row = [Contact::stored(own.clone(), VERIFIED, None, false)];
    let release = ContactRelease::replace(&row, &own, Address::parse("+4917187654321").unwrap()).unwrap();
    shows(&release, &["...4321"]);
    shows(&ContactRegistration::new(&[], own).unwrap(), &["...5678"]);
    shows(&ContactChange::add("anna@shop.example").unwrap(), &["a...@shop. example"]);
    shows(&TerminalActivation::new("merchant-77", "T650p", "SN-0012").unwrap(), &["T650p SN-0012", "merchant-77"]);
    shows(&Login::new("session-8f2c").unwrap(), &[]);
}

/// Whoever reads a code for a login must not take it for one of a payment, or the other way round.
#[test]
fn owasp_ta_3_the_message_says_whether_its_code_logs_in_or_pays() {
    for (language, logs_in, pays) in [(Language::English, "log in", "pay"), (Language::Chinese, "登录", "支付")] {
        let text = |text: Result<SmsText, MessageError>| text.unwrap().expose().to_owned();
        let login = Login::new("session-8f2c").unwrap();
        let login = text(rendered(&login, &SmsTemplate::new(Wording::built_in(language).unwrap())).1);
        let payment = text(rendered(&to("Anna"), &SmsTemplate::new(Wording::built_in(language).unwrap())).1);
        assert!(login.contains(logs_in) && !login.contains(pays), "{login}");
        assert!(payment.contains(pays) && !payment.contains(logs_in), "{payment}");
    }
}

#[test]
fn rts_6_amounts_have_their_currencys_own_exponent() {
    for (minor, code, shown) in
        [(1_200, "JPY", "JPY 1200"), (1_234, "KWD", "KWD 1.234"), (129_90, "EUR", "EUR 129.90")]
    {
        let amount = Money::new(minor, Currency::iso4217(code).unwrap());
        let payment = Payment::new(amount, "Anna", "DE89", "1").unwrap();
        let (_, text) = rendered(&payment, &SmsTemplate::new(english()));
        assert!(text.unwrap().expose().contains(shown));
    }
}

#[test]
fn rts_9_an_account_is_masked_and_a_session_never_shown() {
    let wording = Wording::new("{code} {amount} {payee} {account} {reference}").unwrap();
    let (_, text) = rendered(&to("Anna"), &SmsTemplate::new(wording));
    let text = text.unwrap();
    assert!(text.expose().ends_with("Anna ...3000 order 4711"), "{}", text.expose());
    for (account, shown) in [("12", "...2"), ("1", "..."), ("1234", "...34"), ("账户四五六", "...五六")] {
        let payment = Payment::new(eur(1), "Anna", account, "1").unwrap();
        let (_, text) =
            rendered(&payment, &SmsTemplate::new(Wording::new("{code} {amount} {payee} {account}").unwrap()));
        assert!(text.unwrap().expose().ends_with(&format!(" {shown}")), "{account}");
    }
    let session = Wording::<Login>::new("{code} {session}").unwrap_err();
    assert_eq!(session, WordingError::Unknown { name: "session".to_owned() });
}

/// What is good for five minutes says so, and less when it is sent again.
#[test]
fn a_message_sent_again_says_how_long_the_code_is_still_good() {
    let desk = Desk::new(MemoryStore::new());
    let value = to("Anna");
    let template = SmsTemplate::new(Wording::new("{code} {amount} {payee} {minutes}m").unwrap());
    let mut rng = desk.rng.borrow_mut();
    let issue = desk.verifier.issue(PAY, &customer(), &value, &phone(), desk.time(), &mut *rng).unwrap();
    let issued = issue.run(&desk.store).unwrap();
    assert!(issued.message(&template).unwrap().unwrap().expose().ends_with(" 5m"));
    for (wait, shown) in [(30, " 4m"), (200, " 1m")] {
        desk.wait(wait);
        let handle = issued.ticket().handle();
        let resend =
            desk.verifier.resend(PAY, &customer(), handle, &value, &phone(), desk.time(), &mut *rng).unwrap();
        let again = resend.run(&desk.store).unwrap();
        assert!(again.message(&template).unwrap().unwrap().expose().ends_with(shown));
    }
}

/// F66: the ticket that goes to the browser has nothing of the message, and the message's Debug has no code.
#[test]
fn f66_rts_9_no_rendered_value_prints_its_code() {
    let payment = to("Anna");
    let (code, sms) = rendered(&payment, &SmsTemplate::new(english()).origin("shop.example").unwrap());
    let sms = sms.unwrap();
    assert!(sms.expose().contains(&code) && !format!("{sms:?} {sms:#?}").contains(&code));
    let (code, email) = rendered(&payment, &EmailTemplate::built_in(Language::English).unwrap());
    let email = email.unwrap();
    assert!(email.expose_text().contains(&code) && !format!("{email:?} {}", email.subject()).contains(&code));
}

/// F67: nothing that is rendered names anything to fetch.
#[test]
fn f67_msg_5_no_rendered_message_has_a_link_or_a_remote_part() {
    for language in LANGUAGES {
        let (_, email) = rendered(&to("Shop.example & Sons"), &EmailTemplate::built_in(language).unwrap());
        let email = email.unwrap();
        let html = email.expose_html().to_lowercase();
        for part in ["href", "src=", "url(", "://", "http", "www.", "<img", "<script", "<link", "@import"] {
            assert!(!html.contains(part), "{part} in {html}");
        }
        assert!(email.expose_text().contains("Shop. example & Sons"));
    }
    let link = rendered(&to("see https://a"), &SmsTemplate::new(english())).1.unwrap_err();
    assert_eq!(link, MessageError::Link { field: "payee" });
}

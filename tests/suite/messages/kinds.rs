//! E-mail, voice, and gateways that send registered texts.

use super::*;

#[test]
fn an_email_says_the_same_twice_and_its_subject_has_no_code() {
    for language in LANGUAGES {
        let (code, email) = rendered(&to("<b>Anna</b> & \"Sons'"), &EmailTemplate::built_in(language).unwrap());
        let email = email.unwrap();
        assert!(email.expose_text().contains(&code) && email.expose_text().contains("<b>Anna</b> & \"Sons'"));
        let html = email.expose_html();
        assert!(html.contains(&code) && html.contains("&lt;b&gt;Anna&lt;/b&gt; &amp; &quot;Sons&#39;"), "{html}");
        assert!(html.contains("EUR 129.90") && !html.contains("<b>"));
        assert!(!email.subject().contains(&code) && !email.subject().is_empty());
        let tag = if language == Language::English { "lang=\"en\"" } else { "lang=\"zh-Hans\"" };
        assert!(html.contains(tag));
    }
}

#[test]
fn a_subject_is_plain_text_on_one_line() {
    let error = |subject| EmailTemplate::<Payment>::new(subject, english()).unwrap_err();
    assert_eq!(error("Your code {code}"), WordingError::Code);
    assert_eq!(error("For {minutes}"), WordingError::Braces);
    assert_eq!(error(""), WordingError::Braces);
    assert_eq!(error("a\r\nBcc: b"), WordingError::Character);
    assert_eq!(error("Code of shop.example"), WordingError::Link);
    assert_eq!(error("{payee}"), WordingError::Unknown { name: "payee".to_owned() });
    let (_, email) = rendered(&to("Anna"), &EmailTemplate::new("Ihr Code", english()).unwrap());
    assert_eq!(email.unwrap().subject(), "Ihr Code");
}

/// N63B-4: an e-mail confirms an address; a payment is refused before there is a message.
#[test]
fn n63b_4_an_email_is_rendered_for_an_address_and_not_for_a_payment() {
    const CONTACT: Purpose<ContactChange> = Purpose::new("contact", Policy::CONTACT);
    let desk = Desk::new(MemoryStore::new());
    let mut rng = desk.rng.borrow_mut();
    let email = EmailAddress::parse("anna@Example.com").unwrap();
    let recipient = Recipient::email(email.as_str()).unwrap();
    let change = ContactChange::add(email.as_str()).unwrap();
    let issue = desk.verifier.issue(CONTACT, &customer(), &change, &recipient, desk.time(), &mut *rng).unwrap();
    let issued = issue.run(&desk.store).unwrap();
    let message = issued.message(&EmailTemplate::built_in(Language::English).unwrap()).unwrap().unwrap();
    assert!(message.expose_text().contains("a...@example. com"), "{}", message.expose_text());
    let verified = recipient.verified(VERIFIED);
    let payment = to("Anna");
    let issue = desk.verifier.issue(PAY, &customer(), &payment, &verified, desk.time(), &mut *rng).unwrap();
    assert_eq!(reason(issue.run(&desk.store)), Reason::RecipientKind);
}

#[test]
fn a_voice_speaks_digits_apart_and_everything_twice() {
    for (language, between) in LANGUAGES.into_iter().zip([", ", "，"]) {
        let template = VoiceTemplate::new(Wording::built_in(language).unwrap());
        let (code, text) = rendered(&to("Anna"), &template);
        let text = text.unwrap();
        let apart = code.split("").filter(|digit| !digit.is_empty()).collect::<Vec<_>>().join(between);
        let lines: Vec<_> = text.expose().lines().collect();
        assert!(lines.len() == 2 && lines[0] == lines[1] && lines[0].contains(&apart), "{}", text.expose());
        assert!(lines[0].contains("EUR 129.90") && lines[0].contains("Anna") && !lines[0].contains(&code));
    }
}

fn variable(field: &str, limit: u16) -> Variable {
    Variable::of(field, limit).unwrap()
}

#[test]
fn a_registered_template_gives_its_id_and_its_variables_in_order() {
    let variables = [
        variable("payee", 30).shortening(),
        variable("amount", 30).named("money"),
        variable("code", 8),
        variable("minutes", 2),
    ];
    let template = RegisteredTemplate::<Payment>::new("SMS_4711", variables).unwrap();
    let (code, message) = rendered(&to("Anna's Bikes and Repairs of Musterhausen"), &template);
    let message = message.unwrap();
    assert_eq!(message.id(), "SMS_4711");
    let expected =
        [("payee", "Anna's Bikes and Repairs of..."), ("money", "EUR 129.90"), ("code", &code), ("minutes", "5")];
    assert_eq!(message.expose().collect::<Vec<_>>(), expected);
    assert!(!format!("{message:?}").contains(&code));
}

#[test]
fn a_registered_template_without_code_amount_or_payee_is_an_error() {
    let all = ["code", "amount", "payee"];
    for left_out in all {
        let variables = all.into_iter().filter(|name| *name != left_out).map(|name| variable(name, 30));
        let error = RegisteredTemplate::<Payment>::new("1", variables).unwrap_err();
        assert_eq!(error, WordingError::Missing { field: left_out });
    }
    let with = |more: Variable| {
        RegisteredTemplate::<Payment>::new("1", all.map(|name| variable(name, 30)).into_iter().chain([more]))
    };
    assert_eq!(with(variable("fee", 30)).unwrap_err(), WordingError::Unknown { name: "fee".to_owned() });
    let twice = with(variable("account", 30).named("code")).unwrap_err();
    assert_eq!(twice, WordingError::Variable { name: "code".to_owned() });
    for limit in [0, 1_001] {
        assert_eq!(Variable::of("code", limit).unwrap_err(), WordingError::Variable { name: "code".to_owned() });
    }
    for id in ["", "a b", "ü", &"1".repeat(65)] {
        assert_eq!(
            RegisteredTemplate::<Login>::new(id, [variable("code", 8)]).unwrap_err(),
            WordingError::TemplateId
        );
    }
}

#[test]
fn a_registered_variable_that_is_too_long_is_an_error_and_only_a_payee_is_cut() {
    let error = |code, amount: Variable, payee: Variable| {
        let template = RegisteredTemplate::<Payment>::new("1", [variable("code", code), amount, payee]).unwrap();
        rendered(&to("Anna's Bikes and Repairs"), &template).1.unwrap_err()
    };
    let (amount, payee) = (|limit| variable("amount", limit), |limit| variable("payee", limit));
    assert_eq!(error(5, amount(30), payee(30)), MessageError::Variable { field: "code", length: 6, limit: 5 });
    let cut = amount(9).shortening();
    assert_eq!(error(6, cut, payee(30)), MessageError::Variable { field: "amount", length: 10, limit: 9 });
    // One long enough that a name would be cut.
    let much = Payment::new(eur(1_000_000_000_000_00), "Anna", "1", "1").unwrap();
    let variables = [variable("code", 6), amount(15).shortening(), payee(30)];
    let error_of_much = rendered(&much, &RegisteredTemplate::<Payment>::new("1", variables).unwrap()).1.unwrap_err();
    assert_eq!(error_of_much, MessageError::Variable { field: "amount", length: 20, limit: 15 });
    assert_eq!(error(6, amount(10), payee(20)), MessageError::Variable { field: "payee", length: 24, limit: 20 });
    let short = payee(10).shortening();
    assert_eq!(error(6, amount(10), short), MessageError::Variable { field: "payee", length: 24, limit: 10 });
}

//! Text messages: the last lines, the parts, and what is cut where one would not do.

use core::num::NonZeroU8;

use super::*;

const HASH: &str = "FA+9qCX9VSu";

fn template() -> SmsTemplate<Payment> {
    SmsTemplate::new(english()).origin("shop.example").unwrap()
}

#[test]
fn f72_msg_1_the_last_line_is_host_and_code_and_nothing_else() {
    for language in LANGUAGES {
        let template = SmsTemplate::new(Wording::built_in(language).unwrap()).origin("Shop.Example").unwrap();
        let (code, text) = rendered(&to("Anna"), &template);
        let text = text.unwrap();
        let (_, last) = text.expose().rsplit_once('\n').unwrap();
        assert_eq!(last, format!("@shop.example #{code}"));
        assert_eq!(text.expose().lines().count(), 2);
    }
}

#[test]
fn f72_msg_1_a_host_is_ascii_and_a_host() {
    for host in [
        "",
        "https://shop.example",
        "shop.example:443",
        "shop.example/pay",
        "shöp.example",
        "shop example",
        "a..b",
        "-a.b",
        "@shop.example",
        "shop.example\n",
        "shop.example #1",
        "%a",
        "shop.example.",
    ] {
        assert_eq!(SmsTemplate::<Payment>::new(english()).origin(host).unwrap_err(), WordingError::Host, "{host:?}");
    }
    assert!(SmsTemplate::<Payment>::new(english()).origin("xn--shp-sna.example").is_ok());
}

/// A caller's value, whose texts nobody checked.
struct Careless(&'static str);

impl Binding for Careless {
    const DOMAIN: &'static str = "example.com/careless";

    fn encode(&self, out: &mut Encoder<'_>) {
        out.text(self.0);
    }
}

impl Shown for Careless {
    const FIELDS: &'static [Field] = &[Field::required("what")];

    fn show(&self, _name: &str, out: &mut dyn core::fmt::Write) -> core::fmt::Result {
        out.write_str(self.0)
    }
}

#[test]
fn f72_a_payee_cannot_write_a_line_or_hide_one() {
    for payee in
        ["Anna\n@evil.example #000000", "Anna\r", "Anna\u{202E}", "Anna\u{200B}", "Anna\u{0}", "Anna\u{2028}b"]
    {
        assert_eq!(Payment::new(eur(1), payee, "1", "1"), Err(Invalid::TextCharacter), "{payee:?}");
    }
    let template = || SmsTemplate::new(Wording::new("{code} {what}").unwrap());
    for text in ["a\n@evil.example #000000", "a\r", "\u{202E}", "a\u{200B}b", "a\u{85}b"] {
        let error = rendered(&Careless(text), &template()).1.unwrap_err();
        assert_eq!(error, MessageError::Character { field: "what" }, "{text:?}");
    }
    assert_eq!(rendered(&Careless(" "), &template()).1.unwrap_err(), MessageError::Value { field: "what" });
    assert_eq!(
        Wording::<Careless>::built_in(Language::English).unwrap_err().to_string(),
        "the binding has no sentence in English"
    );
}

#[test]
fn msg_2_the_retrievers_hash_is_before_the_last_line_within_140_bytes() {
    let wording = || Wording::<Payment>::new("{code} pays {amount} to {payee}. We never ask for it.").unwrap();
    let template = SmsTemplate::new(wording()).origin("shop.example").unwrap().android(HASH).unwrap();
    let (code, text) = rendered(&to("Anna"), &template);
    let expected = format!("{code} pays EUR 129.90 to Anna. We never ask for it.\n{HASH}\n@shop.example #{code}");
    assert_eq!(text.unwrap().expose(), expected);
    let room = 140 - expected.len();
    let payee = |bytes: usize| to(&format!("Anna{}", "x".repeat(bytes)));
    assert_eq!(rendered(&payee(room), &template).1.unwrap().expose().len(), 140);
    assert_eq!(rendered(&payee(room + 1), &template).1.unwrap_err(), MessageError::Bytes { bytes: 141 });
    let cut = rendered(&payee(room + 1), &template.shortening()).1.unwrap();
    assert!(cut.expose().len() <= 140 && cut.expose().contains("x... We") || cut.expose().contains("x.... We"));
    for hash in ["", "FA+9qCX9VS", "FA+9qCX9VSuu", "FA+9qCX9VS\n", "FA 9qCX9VSu", "FA+9qCX9VS="] {
        let error = SmsTemplate::new(wording()).android(hash).unwrap_err();
        assert_eq!(error, WordingError::AndroidHash, "{hash:?}");
    }
}

#[test]
fn msg_3_a_message_has_one_part_or_is_an_error_with_the_count() {
    let (_, text) = rendered(&to("Anna's Bikes"), &template());
    assert_eq!((text.unwrap().count().parts(), SmsEncoding::Gsm7), (1, SmsEncoding::Gsm7));
    let long = to(&"Anna's Bikes ".repeat(10));
    let MessageError::Parts { count, most } = rendered(&long, &template()).1.unwrap_err() else { panic!() };
    assert_eq!((count.parts(), most, count.encoding()), (2, 1, SmsEncoding::Gsm7));
    let two = rendered(&long, &template().parts(NonZeroU8::new(2).unwrap())).1.unwrap();
    assert_eq!((two.count(), SmsCount::of(two.expose())), (count, count));
    // One foreign character switches all.
    let MessageError::Parts { count, .. } = rendered(&to("安娜's Bikes"), &template()).1.unwrap_err() else {
        panic!()
    };
    assert_eq!((count.encoding(), count.parts()), (SmsEncoding::Ucs2, 2));
}

/// With an ordinary Chinese payee, the last line and five minutes, it fits into 70 units.
#[test]
fn msg_3_the_chinese_payment_fits_one_part() {
    let payment = Payment::new(Money::new(129_90, Currency::CNY), "安娜自行车行", "6222", "1").unwrap();
    let template = SmsTemplate::new(Wording::built_in(Language::Chinese).unwrap()).origin("shop.example").unwrap();
    let text = rendered(&payment, &template).1.unwrap();
    assert_eq!(text.count().parts(), 1, "{}: {:?}", text.expose(), text.count());
}

#[test]
fn msg_3_only_the_payee_is_cut_visibly_and_where_it_is_allowed() {
    for (payee, start) in [
        ("Anna's Bikes and Repairs of Old and New Cycles in the Town of Musterhausen on the Water Ltd", "Anna's B"),
        ("{Anna}€[Bikes]^~|\\".repeat(5).as_str(), "{Anna}€["),
        ("安娜自行车修理与销售有限责任公司上海浦东新区分公司北京海淀区中关村", "安娜自行车修理与"),
        ("👩👩👩👩👩👩👩👩👩👩👩👩👩👩👩👩👩👩👩👩👩👩", "👩👩👩👩👩👩👩👩"),
    ] {
        let payment = to(payee);
        let wording = Wording::<Payment>::new("{code}: {amount} -> {payee}!").unwrap();
        let template = SmsTemplate::new(wording).origin("shop.example").unwrap();
        let whole = SmsCount::of(rendered(&payment, &template).1.as_ref().map_or("", SmsText::expose));
        let text = rendered(&payment, &template.shortening()).1.unwrap();
        assert_eq!(text.count().parts(), 1);
        assert!(text.expose().contains(": EUR 129.90 -> ") && text.expose().contains(start), "{}", text.expose());
        let cut = text.expose().contains("...!");
        assert_eq!(cut, whole.parts() == 0, "{}", text.expose());
        if cut {
            let limit = if text.count().encoding() == SmsEncoding::Gsm7 { 160 } else { 70 };
            assert!(text.count().units() + 3 > limit, "more was cut than had to be: {:?}", text.count());
        }
    }
    // A name of eight characters is never cut: then there is no message.
    let wording = Wording::<Payment>::new(&format!("{{code}}: {{amount}} {{payee}} {}", "x".repeat(140))).unwrap();
    let error = rendered(&to("Annamari"), &SmsTemplate::new(wording).shortening()).1.unwrap_err();
    assert!(matches!(error, MessageError::Parts { most: 1, .. }));
}

/// A letter and the accent on it, or the two halves of a flag, stay together.
#[test]
fn msg_3_a_cut_divides_no_character_that_a_person_sees() {
    for unit in ["e\u{301}", "🇩🇪", "👍🏽", "각"] {
        let payment = to(&unit.repeat(140 / unit.len()));
        let wording = Wording::<Payment>::new("{code}: {amount} {payee}").unwrap();
        let filler = Wording::<Payment>::new("{code}: {amount} {payee} 支付支付支付").unwrap();
        for wording in [wording, filler] {
            let text = rendered(&payment, &SmsTemplate::new(wording).shortening()).1.unwrap();
            let shown = text.expose().split("EUR 129.90 ").nth(1).unwrap();
            let name = shown.split("...").next().unwrap().split(" 支").next().unwrap();
            assert_eq!(name.replace(unit, ""), "", "{shown}");
        }
    }
}

/// Found by fuzzing: eight spaces were eight characters, and of the name nothing was left.
#[test]
fn f72_spaces_before_a_payee_are_none_of_the_characters_that_stay() {
    let mut cut = 0;
    for spaces in 0..90 {
        let payee = format!("{}Anna's Bikes{}", " ".repeat(spaces), "x".repeat(128 - spaces));
        let template = template().shortening();
        match rendered(&to(&payee), &template).1 {
            Ok(text) => {
                cut += usize::from(text.expose().contains("..."));
                assert!(text.expose().contains("Anna's Bi"), "{spaces} spaces: {}", text.expose());
            }
            Err(error) => assert!(matches!(error, MessageError::Parts { .. }), "{error}"),
        }
    }
    assert!(cut > 10, "only {cut} were cut");
}

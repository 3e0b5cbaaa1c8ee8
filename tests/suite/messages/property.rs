//! No rendered message lacks what was bound.

use core::num::NonZeroU8;

use proptest::prelude::*;

use super::*;

/// Names as shops have them: Latin, Chinese, Arabic, GSM's extension characters, emoji, dots that look like domains.
fn name() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Anna",
        "'s ",
        "Bikes",
        "安娜",
        "自行车行",
        "متجر",
        "{",
        "}",
        "[",
        "]",
        "~",
        "^",
        "|",
        "\\",
        "€",
        "😀",
        "👍🏽",
        "🇩🇪",
        "e\u{301}",
        ".",
        "shop",
        ".com",
        "@",
        "#",
        "123456",
        "&",
        "<b>",
        "ß",
        "ñ",
        "`",
        " ",
    ]);
    prop::collection::vec(piece, 1..16)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("a name within 140 bytes that is not blank", |name| name.len() <= 140 && !name.trim().is_empty())
}

fn money() -> impl Strategy<Value = Money> {
    let currency = prop::sample::select(vec!["EUR", "JPY", "KWD", "CNY", "CLF"]);
    (any::<u64>(), currency).prop_map(|(minor, code)| Money::new(minor, Currency::iso4217(code).unwrap()))
}

/// As it is compared: a space may have come behind a dot.
fn squeezed(text: &str) -> String {
    text.chars().filter(|character| *character != ' ').collect()
}

/// What must be in every message for this value, apart from a payee that may be cut.
fn look(text: &str, whole: &[String], payee: Option<&str>, code: &str, cuts: bool) {
    let shown = squeezed(text);
    for part in whole {
        assert!(shown.contains(&squeezed(part)), "{part:?} is not in {text:?}");
    }
    if let Some(payee) = payee {
        let start: String = squeezed(payee).chars().take(4).collect();
        let there = shown.contains(&squeezed(payee)) || cuts && shown.contains(&start) && shown.contains("...");
        assert!(there, "{payee:?} is not in {text:?}");
    }
    assert!(text.contains(code));
    let ended = text.rsplit_once('\n').map(|(_, last)| last.to_owned());
    assert!(ended.is_none_or(|last| last == format!("@shop.example #{code}")), "{text:?}");
}

fn check<B: Shown + Clone>(value: &B, whole: &[String], payee: Option<&str>) {
    for language in LANGUAGES {
        let sms = || SmsTemplate::new(Wording::<B>::built_in(language).unwrap()).origin("shop.example").unwrap();
        let (code, text) = rendered(value, &sms().parts(NonZeroU8::MAX));
        look(text.unwrap().expose(), whole, payee, &code, false);
        for template in [sms(), sms().shortening(), sms().shortening().android("FA+9qCX9VSu").unwrap()] {
            match rendered(value, &template).1 {
                Ok(text) => {
                    assert_eq!((text.count().parts(), text.count()), (1, SmsCount::of(text.expose())));
                    look(text.expose(), whole, payee, &code, true);
                }
                Err(MessageError::Parts { count, most }) => assert!(count.parts() > 1 && most == 1),
                Err(MessageError::Bytes { bytes }) => assert!(bytes > 140),
                Err(other) => panic!("{other}"),
            }
        }
        let email = rendered(value, &EmailTemplate::built_in(language).unwrap()).1.unwrap();
        look(email.expose_text(), whole, payee, &code, false);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rts_6_no_message_of_a_payment_lacks_what_was_bound(amount in money(), payee in name()) {
        let payment = Payment::new(amount, &payee, "DE89370400440532013000", "order 4711").unwrap();
        check(&payment, &[amount.to_string()], Some(&payee));
    }

    #[test]
    fn rts_6_no_message_of_a_withdrawal_lacks_what_was_bound(amount in money(), fee in any::<u64>(), payee in name()) {
        let fee = Money::new(fee, amount.currency());
        let withdrawal = Withdrawal::new(amount, fee, &payee, "DE89370400440532013000").unwrap();
        check(&withdrawal, &[amount.to_string(), fee.to_string(), "...3000".to_owned()], Some(&payee));
    }

    #[test]
    fn rts_7_no_message_of_a_batch_lacks_its_total_and_count(amount in money(), payee in name(), count in 1_usize..5) {
        let amount = Money::new(amount.minor() >> 3, amount.currency());
        let add = |batch: PaymentBatchBuilder, _| batch.add(amount, &payee, "1").unwrap();
        let batch = (0..count).fold(PaymentBatch::of(amount.currency()), add).build().unwrap();
        check(&batch, &[batch.total().to_string(), count.to_string()], None);
    }

    #[test]
    fn no_message_of_a_terminal_lacks_what_was_bound(model in "[A-Za-z0-9]{1,20}", serial in "[A-Z0-9-]{4,20}") {
        let terminal = TerminalActivation::new("merchant-77", &model, &serial).unwrap();
        check(&terminal, &[format!("{model} {serial}"), "merchant-77".to_owned()], None);
    }
}

//! Messages: whatever a value says, its code and what it binds are in every message whole, or there is no message and a
//! reason.

use core::num::NonZeroU8;

use countersign::{
    Binding, ContactChange, Currency, EmailTemplate, Issued, Language, MemoryStore, MessageError, Money,
    Operation as _, Payment, PaymentBatch, Policy, Purpose, Recipient, RegisteredTemplate, Shown, Slip, SmsTemplate,
    Subject, TerminalActivation, UnixTime, Variable, VoiceTemplate, Withdrawal, Wording,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::parts;
use crate::input::Input;
use crate::oracle::verifier;

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (kind, plan) = (input.below(6), Plan::read(&mut input));
    let (minor, fee) = (input.number(), input.number());
    let currency = Currency::iso4217(input.pick(&["EUR", "JPY", "KWD", "CNY", "CLF"])).unwrap();
    let money = |minor| Money::new(minor, currency);
    let (a, b, c) = (input.text(), input.text(), input.text());
    let amount = |minor| money(minor).to_string();
    match kind {
        0 | 1 => {
            let payment = Payment::new(money(minor), a, b, c);
            plan.check(payment.ok(), &[amount(minor)], Some(a));
        }
        2 => {
            let withdrawal = Withdrawal::new(money(minor), money(fee), a, b);
            plan.check(withdrawal.ok(), &[amount(minor), amount(fee)], Some(a));
        }
        3 => {
            let batch = PaymentBatch::of(currency).add(money(minor >> 1), a, b);
            let batch = batch.and_then(|batch| batch.add(money(fee >> 1), b, c)).and_then(|batch| batch.build());
            let total = (minor >> 1) + (fee >> 1);
            plan.check(batch.ok(), &[amount(total), "2".to_owned()], None);
        }
        4 => plan.check(TerminalActivation::new(a, b, c).ok(), &[a.to_owned(), b.to_owned(), c.to_owned()], None),
        _ => plan.check(ContactChange::replace(a, b).ok(), &[], None),
    }
}

/// How it is rendered.
struct Plan {
    language: Language,
    own: Option<String>,
    origin: bool,
    android: bool,
    shortening: bool,
    most: NonZeroU8,
    limit: u16,
}

impl Plan {
    fn read(input: &mut Input<'_>) -> Self {
        let options = input.byte();
        let own = input.flag().then(|| input.text().to_owned());
        Self {
            language: if options & 1 == 0 { Language::English } else { Language::Chinese },
            own,
            origin: options & 2 != 0,
            android: options & 4 != 0,
            shortening: options & 8 != 0,
            most: NonZeroU8::new(1 + (options >> 5)).unwrap(),
            limit: u16::from(input.byte()) + 1,
        }
    }

    fn wording<B: Shown>(&self) -> Option<Wording<B>> {
        match &self.own {
            Some(own) => Wording::new(own).ok(),
            None => Some(Wording::built_in(self.language).unwrap()),
        }
    }

    /// `whole`: what must be there uncut; `payee`: what may be cut where that is allowed.
    fn check<B: Shown>(&self, value: Option<B>, whole: &[String], payee: Option<&str>) {
        let (Some(value), Some(wording)) = (value, self.wording::<B>()) else {
            return;
        };
        let seen = Seen { whole, payee };
        with_issued(&value, |issued, code| {
            self.sms(issued, code, wording.clone(), &seen);
            self.email(issued, code, wording.clone(), &seen);
            spoken(issued, code, wording, &seen);
            self.registered(issued, code);
        });
    }

    fn sms<B: Shown>(&self, issued: &Issued<'_, B>, code: &str, wording: Wording<B>, seen: &Seen<'_>) {
        let mut template = SmsTemplate::new(wording).parts(self.most);
        if self.origin {
            template = template.origin("Shop.example").unwrap();
        }
        if self.android {
            template = template.android("FA+9qCX9VSu").unwrap();
        }
        if self.shortening {
            template = template.shortening();
        }
        match issued.message(&template).unwrap() {
            Ok(text) => {
                let (shown, count) = (text.expose(), text.count());
                parts::same(shown);
                assert!(count == countersign::SmsCount::of(shown) && count.parts() <= self.most.get().into());
                assert!(!self.android || shown.len() <= 140 && shown.contains("\nFA+9qCX9VSu"), "{shown}");
                assert!(!self.origin || shown.ends_with(&format!("\n@shop.example #{code}")), "{shown}");
                assert!(shown.lines().count() == 1 + usize::from(self.origin) + usize::from(self.android));
                seen.are_in(shown, code, self.shortening);
            }
            Err(MessageError::Parts { count, most }) => {
                assert!(most == self.most.get() && count.parts() > most.into());
            }
            Err(MessageError::Bytes { bytes }) => assert!(self.android && bytes > 140),
            Err(other) => expected(&other),
        }
    }

    fn email<B: Shown>(&self, issued: &Issued<'_, B>, code: &str, wording: Wording<B>, seen: &Seen<'_>) {
        match issued.message(&EmailTemplate::new("Your code", wording).unwrap()).unwrap() {
            Ok(email) => {
                let (text, html) = (email.expose_text(), email.expose_html());
                seen.are_in(text, code, false);
                let (_, behind) = html.split_once("<body><p>").unwrap();
                let body = behind.strip_suffix("</p></body></html>\n").unwrap();
                assert!(!body.contains(['<', '>', '"', '\'']), "{body}");
                assert_eq!(unescaped(body), text);
            }
            Err(other) => expected(&other),
        }
    }

    fn registered<B: Shown>(&self, issued: &Issued<'_, B>, code: &str) {
        let fields = B::FIELDS.iter().map(|field| Variable::of(field.name(), self.limit).unwrap());
        let fields = fields.map(|field| if self.shortening { field.shortening() } else { field });
        let variables = std::iter::once(Variable::of("code", 8).unwrap()).chain(fields);
        let template = RegisteredTemplate::<B>::new("1107", variables).unwrap();
        match issued.message(&template).unwrap() {
            Ok(message) => {
                assert_eq!(message.expose().next(), Some(("code", code)));
                let fits = |text: &str| !text.is_empty() && text.chars().count() <= self.limit.into();
                assert!(message.expose().skip(1).all(|(_, text)| fits(text)));
            }
            Err(MessageError::Variable { limit, length, .. }) => {
                assert!(limit == usize::from(self.limit) && length > limit);
            }
            Err(other) => expected(&other),
        }
    }
}

fn spoken<B: Shown>(issued: &Issued<'_, B>, code: &str, wording: Wording<B>, seen: &Seen<'_>) {
    match issued.message(&VoiceTemplate::new(wording).pause("")).unwrap() {
        Ok(text) => {
            let (once, again) = text.expose().split_once('\n').unwrap();
            assert_eq!(once, again);
            seen.are_in(once, code, false);
        }
        Err(other) => expected(&other),
    }
}

/// What a binding's own text may lead to. What could deceive is refused before a binding has it.
fn expected(error: &MessageError) {
    assert!(matches!(error, MessageError::Link { .. } | MessageError::Value { .. }), "{error}");
}

struct Seen<'a> {
    whole: &'a [String],
    payee: Option<&'a str>,
}

impl Seen<'_> {
    fn are_in(&self, text: &str, code: &str, cuts: bool) {
        let shown = squeezed(text);
        assert!(text.contains(code), "no code in {text:?}");
        for part in self.whole {
            assert!(shown.contains(&squeezed(part)), "{part:?} is not in {text:?}");
        }
        let Some(payee) = self.payee.map(squeezed) else {
            return;
        };
        let start: String = payee.chars().take(8).collect();
        let there = shown.contains(&payee) || cuts && shown.contains(&start) && shown.contains("...");
        assert!(there, "{payee:?} is not in {text:?}");
    }
}

/// As it is compared: a space may have come behind a dot.
fn squeezed(text: &str) -> String {
    text.chars().filter(|character| *character != ' ').collect()
}

fn unescaped(html: &str) -> String {
    let plain = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    plain.replace("&amp;", "&")
}

/// Issues for a value, and hands over what was issued and its code.
fn with_issued<B: Binding>(value: &B, then: impl FnOnce(&Issued<'_, B>, &str)) {
    let (verifier, store) = (verifier(), MemoryStore::new());
    let purpose = Purpose::<B>::new("pay", Policy::PAYMENT);
    let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1));
    let (who, now) = (Subject::new("anna").unwrap(), UnixTime::from_secs(1_800_000_000));
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let issued = verifier.issue(purpose, &who, value, &phone, now, rng).unwrap().run(&store).unwrap();
    let code = issued.message(&|slip: &Slip<'_, B>| slip.code().to_owned()).unwrap();
    then(&issued, &code);
}

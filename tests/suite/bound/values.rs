//! F35: whatever is changed in a value, it is another value.

use crate::support::*;
use countersign::*;
use proptest::prelude::*;

const WITHDRAW: Purpose<Withdrawal> = Purpose::new("withdraw", Policy::WITHDRAWAL);
const WAGES: Purpose<PaymentBatch> = Purpose::new("wages", Policy::PAYMENT);
const TERMINAL: Purpose<TerminalActivation> = Purpose::new("terminal", Policy::PAYMENT);
const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
const ROTATE: Purpose<Rotation> = Purpose::new("rotate", Policy::PAYMENT);
const CONTACT: Purpose<ContactChange> = Purpose::new("contact", Policy::CONTACT);

/// What a record has spent.
fn budget(status: &Status) -> (Condition, u8, u8, u8, u8) {
    let failures = (status.consecutive_failures(), status.total_failures(), status.day_failures());
    (status.condition(), failures.0, failures.1, failures.2, status.day_sends())
}

/// The value that the code was sent for is approved; `done` in its place is not, ends the challenge and costs nothing.
fn differs<B: Binding + Clone>(purpose: Purpose<B>, sent: &B, done: B) {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(purpose, &customer(), sent).unwrap();
    assert!(desk.verify(purpose, &customer(), handle, &code, sent.clone()).is_ok());

    desk.wait(30);
    let (handle, code) = desk.issue(purpose, &customer(), sent).unwrap();
    assert_eq!(reason(desk.verify(purpose, &customer(), handle, &not(&code), sent.clone())), Reason::WrongCode);
    let before = desk.status(purpose, &customer());
    let changed = refused(desk.verify(purpose, &customer(), handle, &code, done.clone()));
    assert_eq!((changed.reason(), changed.hint()), (Reason::BindingChanged, Hint::StartAgain));
    let after = desk.status(purpose, &customer());
    assert_eq!((before.open_challenges(), after.open_challenges()), (1, 0));
    assert_eq!(budget(&before), budget(&after));
    assert_eq!(reason(desk.verify(purpose, &customer(), handle, &code, sent.clone())), Reason::BindingChanged);

    desk.wait(30);
    let (handle, code) = desk.issue(purpose, &customer(), sent).unwrap();
    desk.wait(30);
    assert_eq!(reason(desk.resend(purpose, &customer(), handle, &done)), Reason::BindingChanged);
    assert_eq!(reason(desk.verify(purpose, &customer(), handle, &code, sent.clone())), Reason::BindingChanged);
}

/// Each of these is another value than each of the others.
fn all_differ<B: Binding + Clone>(purpose: Purpose<B>, values: &[B]) {
    for (i, sent) in values.iter().enumerate() {
        let others = values.iter().enumerate().filter(|(j, _)| i != *j);
        others.for_each(|(_, done)| differs(purpose, sent, done.clone()));
    }
}

#[test]
fn f35_every_change_of_a_payment_is_another_payment() {
    let new = |money, payee, account, reference| Payment::new(money, payee, account, reference).unwrap();
    let token = |decimals| Currency::new("ZZZ", decimals).unwrap();
    all_differ(
        PAY,
        &[
            new(eur(10_00), "1", "23", "4"),
            new(eur(10_01), "1", "23", "4"),
            new(Money::new(10_00, Currency::USD), "1", "23", "4"),
            new(Money::new(10_00, token(2)), "1", "23", "4"),
            new(Money::new(10_00, token(3)), "1", "23", "4"),
            new(eur(10_00), "12", "3", "4"),
            new(eur(10_00), "1", "2", "34"),
            new(eur(10_00), "1 ", "23", "4"),
            new(eur(10_00), "23", "1", "4"),
        ],
    );
}

#[test]
fn f35_every_change_of_a_withdrawal_is_another_withdrawal() {
    let new = |amount, fee, payee, account| Withdrawal::new(amount, fee, payee, account).unwrap();
    let usd = |minor| Money::new(minor, Currency::USD);
    all_differ(
        WITHDRAW,
        &[
            new(eur(500), eur(10), "1", "23"),
            new(eur(501), eur(10), "1", "23"),
            new(eur(500), eur(11), "1", "23"),
            new(eur(10), eur(500), "1", "23"),
            new(usd(500), usd(10), "1", "23"),
            new(eur(500), eur(10), "12", "3"),
            new(eur(500), eur(10), "1", "24"),
        ],
    );
}

#[test]
fn f35_rts_7_every_change_of_a_batch_is_another_batch() {
    let batch = |currency, rows: &[(u64, &str, &str)]| {
        let add = |batch: PaymentBatchBuilder, (minor, payee, account): &(u64, &str, &str)| {
            batch.add(Money::new(*minor, currency), payee, account).unwrap()
        };
        rows.iter().fold(PaymentBatch::of(currency), add).build().unwrap()
    };
    let (anna, ben) = ((10, "1", "23"), (20, "4", "56"));
    all_differ(
        WAGES,
        &[
            batch(Currency::EUR, &[anna, ben]),
            batch(Currency::USD, &[anna, ben]),
            batch(Currency::new("ZZZ", 2).unwrap(), &[anna, ben]),
            batch(Currency::new("ZZZ", 0).unwrap(), &[anna, ben]),
            batch(Currency::EUR, &[ben, anna]),
            batch(Currency::EUR, &[(20, "1", "23"), (10, "4", "56")]),
            batch(Currency::EUR, &[(10, "12", "3"), ben]),
            batch(Currency::EUR, &[(10, "1", "24"), ben]),
            batch(Currency::EUR, &[anna, ben, (0, "7", "8")]),
            batch(Currency::EUR, &[(30, "1", "23")]),
        ],
    );
}

#[test]
fn f35_every_change_of_a_contact_change_is_another_change() {
    let replace = |old, new| ContactChange::replace(old, new).unwrap();
    let add = |new| ContactChange::add(new).unwrap();
    all_differ(CONTACT, &[replace("1", "23"), replace("12", "3"), replace("23", "1"), add("23"), add("123")]);
}

#[test]
fn f35_every_change_of_an_activation_is_another_activation() {
    let new = |merchant, model, serial| TerminalActivation::new(merchant, model, serial).unwrap();
    all_differ(
        TERMINAL,
        &[new("1", "23", "4"), new("12", "3", "4"), new("1", "2", "34"), new("2", "23", "4"), new("1", "23", "5")],
    );
}

#[test]
fn f35_every_change_of_a_login_is_another_login() {
    all_differ(LOGIN, &["1", "2", "12", "1 "].map(|session| Login::new(session).unwrap()));
}

/// A caller's own type: a number, and any number of byte strings.
#[derive(Clone, Debug, PartialEq)]
struct Rotation {
    vault: u64,
    keys: Vec<Vec<u8>>,
}

impl Binding for Rotation {
    const DOMAIN: &'static str = "example.com/rotation/1";

    fn encode(&self, out: &mut Encoder<'_>) {
        out.number(self.vault);
        self.keys.iter().for_each(|key| out.bytes(key));
    }
}

#[test]
fn f35_every_change_of_a_callers_own_value_is_another_value() {
    let keys = |keys: &[&[u8]]| Rotation { vault: 1, keys: keys.iter().map(|key| key.to_vec()).collect() };
    let long = [0; 600];
    all_differ(
        ROTATE,
        &[
            keys(&[b"1", b"23"]),
            keys(&[b"12", b"3"]),
            keys(&[b"123"]),
            keys(&[b"1", b"23", b""]),
            keys(&[b"1\x0223"]),
            Rotation { vault: 2, ..keys(&[b"1", b"23"]) },
            keys(&[&long[..254]]),
            keys(&[&long[..255]]),
            keys(&[&long[..256]]),
            keys(&[&long[..511]]),
            keys(&[]),
        ],
    );
}

/// The same fields as a [`Rotation`], under another name.
#[derive(Clone)]
struct Destruction(Rotation);

impl Binding for Destruction {
    const DOMAIN: &'static str = "example.com/destruction/1";

    fn encode(&self, out: &mut Encoder<'_>) {
        self.0.encode(out);
    }
}

#[test]
fn f35_two_types_with_the_same_fields_are_two_things_even_under_one_purpose_name() {
    const DESTROY: Purpose<Destruction> = Purpose::new("rotate", Policy::PAYMENT);
    let desk = Desk::new(MemoryStore::new());
    let value = Rotation { vault: 7, keys: vec![b"key".to_vec()] };
    let (handle, code) = desk.issue(ROTATE, &customer(), &value).unwrap();
    let destroyed = desk.verify(DESTROY, &customer(), handle, &code, Destruction(value));
    assert_eq!(reason(destroyed), Reason::BindingChanged);
}

fn any_rotation() -> impl Strategy<Value = Rotation> {
    let byte = || prop::sample::select(vec![0_u8, 1, 2, 254, 255]);
    let key = prop_oneof![prop::collection::vec(byte(), 0..4), prop::collection::vec(byte(), 252..259),];
    (0..2_u64, prop::collection::vec(key, 0..3)).prop_map(|(vault, keys)| Rotation { vault, keys })
}

/// Whether a code that was sent for one value confirms the other.
fn confirms<B: Binding + Clone>(purpose: Purpose<B>, sent: &B, done: &B) -> bool {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(purpose, &customer(), sent).unwrap();
    desk.verify(purpose, &customer(), handle, &code, done.clone()).is_ok()
}

/// Two payments whose texts read the same from end to end, each cut into payee, account and reference at its own
/// places, and whose amounts look alike.
fn two_payments() -> impl Strategy<Value = (Payment, Payment)> {
    let money = || {
        let currency = prop::sample::select(vec![("ZZZ", 2), ("ZZZ", 2), ("ZZZ", 2), ("ZZZ", 3), ("USD", 2)]);
        (10..12_u64, currency)
            .prop_map(|(minor, (code, decimals))| Money::new(minor, Currency::new(code, decimals).unwrap()))
    };
    prop::string::string_regex("[12]{3,6}").unwrap().prop_flat_map(move |text| {
        let payment = || {
            let cuts = prop::sample::subsequence((1..text.len()).collect::<Vec<_>>(), 2);
            let text = text.clone();
            (money(), cuts).prop_map(move |(money, cuts)| {
                let (payee, account, reference) = (&text[..cuts[0]], &text[cuts[0]..cuts[1]], &text[cuts[1]..]);
                Payment::new(money, payee, account, reference).unwrap()
            })
        };
        (payment(), payment())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn f35_a_code_confirms_a_payment_if_and_only_if_it_is_the_same((sent, done) in two_payments()) {
        prop_assert_eq!(confirms(PAY, &sent, &done), sent == done);
    }

    #[test]
    fn f35_a_code_confirms_a_callers_value_if_and_only_if_it_is_the_same(
        sent in any_rotation(),
        done in any_rotation(),
    ) {
        prop_assert_eq!(confirms(ROTATE, &sent, &done), sent == done);
    }
}

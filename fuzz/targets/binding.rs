//! What a code authorises: two values encode alike only if they are the same value of the same type.
//!
//! Both are cut from one text at other places, so that whatever loses a length makes them alike. The tag that an event
//! carries is the keyed hash of the encoding, and it is computed here once more.

use countersign::{
    Binding, BindingTag, ContactChange, Currency, Encoder, Invalid, Login, Money, Payment, PaymentBatch, Policy,
    Purpose, Subject, TerminalActivation, Withdrawal,
};

use crate::input::Input;
use crate::oracle::{derived, hmac, verifier};

/// A type's name and the fields of a value.
#[derive(PartialEq)]
struct Fields(&'static str, Vec<Vec<u8>>);

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (kinds, amounts) = ([input.below(10), input.below(10)], [input.number(), input.number()]);
    let cuts: [[usize; 3]; 2] = std::array::from_fn(|_| std::array::from_fn(|_| usize::from(input.byte())));
    let repeats = usize::from(input.byte());
    let text = input.rest_as_text().repeat(1 + repeats % 4);
    let values = [0, 1].map(|at| tagged(kinds[at], amounts[at], cut(&text, cuts[at])));
    if let [Ok((first, one)), Ok((second, other))] = values {
        assert_eq!(first == second, one == other);
    }
}

/// The text in four pieces.
fn cut(text: &str, mut at: [usize; 3]) -> [&str; 4] {
    at.sort_unstable();
    let mut pieces = [""; 4];
    let (mut rest, mut used) = (text, 0);
    for (piece, at) in pieces.iter_mut().zip(at) {
        let place = (0..=at.saturating_sub(used).min(rest.len())).rev().find(|at| rest.is_char_boundary(*at));
        (*piece, rest) = rest.split_at(place.unwrap());
        used += piece.len();
    }
    pieces[3] = rest;
    pieces
}

fn tagged(kind: usize, minor: u64, [a, b, c, d]: [&str; 4]) -> Result<(Fields, BindingTag), Invalid> {
    let currency = [Currency::EUR, Currency::JPY, Currency::new("XTS", (minor % 19) as u8)?][minor as usize % 3];
    let money = |minor| Money::new(minor, currency);
    match kind {
        0 | 1 => same(&Payment::new(money(minor), a, b, c)?, |value| {
            [amount(value.amount()), texts(&[value.payee(), value.account(), value.reference()])].concat()
        }),
        2 => same(&Withdrawal::new(money(minor), money(minor >> 32), a, b)?, |value| {
            [amount(value.amount()), amount(value.fee()), texts(&[value.payee(), value.account()])].concat()
        }),
        3 => {
            let change = if minor & 1 == 0 { ContactChange::add(a)? } else { ContactChange::replace(a, b)? };
            same(&change, |value| {
                let old = number(value.old().is_some().into());
                [vec![old], texts(&[value.old().unwrap_or(""), value.new_address()])].concat()
            })
        }
        4 => same(&Login::new(a)?, |value| texts(&[value.session()])),
        5 => same(&TerminalActivation::new(a, b, c)?, |value| {
            texts(&[value.merchant(), value.model(), value.serial()])
        }),
        6 => {
            let batch = PaymentBatch::of(currency).add(money(minor), a, b)?.add(money(1), c, d)?.build()?;
            same(&batch, |value| {
                let payees = value.payees().to_vec();
                [amount(value.total()), vec![number(value.count().into()), payees]].concat()
            })
        }
        _ => own(kind, minor, [a, b, c, d]),
    }
}

/// A caller's own type: any fields in any order.
fn own(kind: usize, minor: u64, pieces: [&str; 4]) -> Result<(Fields, BindingTag), Invalid> {
    let mut fields: Vec<Own> = pieces.iter().map(|piece| Own::Text((*piece).to_owned())).collect();
    fields.truncate(1 + minor as usize % 4);
    if minor & 0x10 != 0 {
        fields.insert(0, Own::Number(minor));
    }
    if minor & 0x20 != 0 {
        fields.push(Own::Bytes(pieces[3].as_bytes().to_vec()));
    }
    let plain = |fields: &[Own]| fields.iter().map(Own::plain).collect();
    match kind {
        7 => same(&Short(fields), |value| plain(&value.0)),
        8 => same(&Longer(fields), |value| plain(&value.0)),
        _ => same(&&Short(fields), |value| plain(&value.0)),
    }
}

enum Own {
    Number(u64),
    Text(String),
    Bytes(Vec<u8>),
}

/// Two types, of which one has the name of the other, and what may begin one of its fields.
struct Short(Vec<Own>);
struct Longer(Vec<Own>);

impl Binding for Short {
    const DOMAIN: &'static str = "d";

    fn encode(&self, out: &mut Encoder<'_>) {
        self.0.iter().for_each(|field| field.encode(out));
    }
}

impl Binding for Longer {
    const DOMAIN: &'static str = "d\u{1}x";

    fn encode(&self, out: &mut Encoder<'_>) {
        self.0.iter().for_each(|field| field.encode(out));
    }
}

impl Own {
    fn encode(&self, out: &mut Encoder<'_>) {
        match self {
            Self::Number(number) => out.number(*number),
            Self::Text(text) => out.text(text),
            Self::Bytes(bytes) => out.bytes(bytes),
        }
    }

    fn plain(&self) -> Vec<u8> {
        match self {
            Self::Number(wide) => number(*wide),
            Self::Text(text) => text.as_bytes().to_vec(),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

/// The value's fields as they are foretold, and its tag, which has to be theirs.
fn same<B: Binding>(value: &B, fields: impl Fn(&B) -> Vec<Vec<u8>>) -> Result<(Fields, BindingTag), Invalid> {
    let (purpose, who) = (Purpose::<B>::new("pay", Policy::PAYMENT), Subject::new("anna")?);
    let tag = verifier().binding_tag(purpose, &who, value)?;
    let fields = Fields(B::DOMAIN, fields(value));
    assert_eq!(*tag.as_bytes(), foretold(&fields));
    Ok((fields, tag))
}

fn foretold(Fields(domain, fields): &Fields) -> [u8; 16] {
    let mut encoded = Vec::new();
    for field in [domain.as_bytes()].into_iter().chain(fields.iter().map(Vec::as_slice)) {
        match field.len() {
            short @ ..255 => encoded.push(short as u8),
            long => encoded.extend([&[255][..], &(long as u64).to_be_bytes()].concat()),
        }
        encoded.extend(field);
    }
    let key = hmac(&derived("store-key"), b"\x03pay\x04anna\0");
    let bound = hmac(&derived("tag"), &[b"b", &key[..], &encoded].concat());
    hmac(&derived("event"), &[b"b", &bound[..]].concat())[..16].try_into().unwrap()
}

fn amount(money: Money) -> Vec<Vec<u8>> {
    let currency = money.currency();
    vec![number(money.minor()), currency.code().into(), vec![currency.decimals()]]
}

fn number(number: u64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

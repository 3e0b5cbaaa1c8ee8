//! Who takes part: accounts, addresses, payments and keyrings.

use countersign::{
    Currency, Device, Keyring, Leg, Money, Payment, Recipient, RecipientKind, RootKey, Route, Subject, UnixTime,
    Verifier,
};

use crate::rules::{MAIL, PAY, Rules, Shop, TIGHT};

pub const START: u64 = 1_800_000_000;
const LONG_AGO: u64 = START - 3 * 365 * 86_400;

/// A record's owner, purpose and lane, by number.
pub type Name = usize;

/// Every record there is: two customers, three purposes, and a second lane where there are lanes.
pub const ACCOUNTS: [(&str, u8, &Shop); 7] = [
    ("anna", 0, &PAY),
    ("anna", 0, &TIGHT),
    ("anna", 1, &TIGHT),
    ("anna", 0, &MAIL),
    ("bert", 0, &PAY),
    ("bert", 0, &TIGHT),
    ("bert", 0, &MAIL),
];

pub fn shop(name: Name) -> &'static Shop {
    ACCOUNTS[name].2
}

pub fn subject(name: Name) -> Subject {
    let (id, lane, _) = ACCOUNTS[name];
    let subject = Subject::new(id).unwrap();
    if lane == 0 { subject } else { subject.on(Device::new(lane).unwrap()) }
}

/// Where a code goes.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    to: &'static str,
    pub kind: RecipientKind,
    pub is_decoy: bool,
    pub verified: Option<u64>,
    pub changed: Option<u64>,
}

const PHONE: Address = Address {
    to: "+4915112345678",
    kind: RecipientKind::Sms,
    is_decoy: false,
    verified: Some(LONG_AGO),
    changed: None,
};

/// The first is good everywhere.
pub const ADDRESSES: [Address; 9] = [
    PHONE,
    Address { to: "+4915112345679", ..PHONE },
    Address { to: "", is_decoy: true, verified: None, ..PHONE },
    Address { to: "anna@example.com", kind: RecipientKind::Email, ..PHONE },
    Address { to: "+4915112345670", verified: None, ..PHONE },
    Address { to: "+4915112345671", verified: Some(START - 100), ..PHONE },
    Address { to: "+4915112345672", changed: Some(START + 40_000), ..PHONE },
    Address { kind: RecipientKind::Voice, ..PHONE },
    Address { to: "", kind: RecipientKind::Voice, is_decoy: true, verified: None, ..PHONE },
];

/// Along which addresses a code travels. To each address there is a route that ends there, with its number.
pub const ROUTES: [&[u8]; 15] = [
    &[0],
    &[1],
    &[2],
    &[3],
    &[4],
    &[5],
    &[6],
    &[7],
    &[8],
    &[0, 7],
    &[0, 1, 7],
    &[0, 7, 3],
    &[2, 8],
    &[0, 5],
    &[7, 0, 1],
];

/// A channel may take so long to answer.
pub const PATIENCE: u64 = 10;

/// The addresses of a route.
pub fn along(route: u8) -> impl Iterator<Item = &'static Address> {
    ROUTES[usize::from(route)].iter().map(|address| &ADDRESSES[usize::from(*address)])
}

pub fn is_decoy(route: u8) -> bool {
    along(route).all(|address| address.is_decoy)
}

/// Whether some address is on both.
pub fn meet(one: u8, two: u8) -> bool {
    let two = ROUTES[usize::from(two)];
    ROUTES[usize::from(one)].iter().any(|address| two.contains(address))
}

pub fn lifetime(route: u8, rules: &Rules) -> u64 {
    along(route).map(|address| address.lifetime(rules)).min().unwrap()
}

pub fn route(number: u8) -> Route<'static> {
    let legs = ROUTES[usize::from(number)].iter().map(|address| Leg::new(recipient(*address)));
    Route::new(&legs.collect::<Vec<_>>()).unwrap()
}

pub fn recipient(address: u8) -> Recipient<'static> {
    let Address { to, kind, is_decoy, verified, changed } = ADDRESSES[usize::from(address)];
    let mut recipient = match kind {
        _ if is_decoy => Recipient::decoy(kind),
        RecipientKind::Email => Recipient::email(to).unwrap(),
        RecipientKind::Voice => Recipient::voice(to).unwrap(),
        _ => Recipient::sms(to).unwrap(),
    };
    if let Some(at) = verified {
        recipient = recipient.verified(UnixTime::from_secs(at));
    }
    if let Some(at) = changed {
        recipient = recipient.changed(UnixTime::from_secs(at));
    }
    recipient
}

impl Address {
    pub fn lifetime(&self, rules: &Rules) -> u64 {
        if self.kind == RecipientKind::Email { rules.mail_lifetime } else { rules.lifetime }
    }
}

/// How many payments there are; each differs from the next in one field.
pub const PAYMENTS: u8 = 4;

pub fn payment(number: u8) -> Payment {
    let (minor, payee, account) = match number {
        0 => (129_90, "Anna's Bikes", "DE89370400440532013000"),
        1 => (129_91, "Anna's Bikes", "DE89370400440532013000"),
        2 => (129_90, "Anna's Bikes", "DE89370400440532013001"),
        _ => (129_90, "Anna's Bike", "sDE89370400440532013000"),
    };
    Payment::new(Money::new(minor, Currency::EUR), payee, account, "order 4711").unwrap()
}

/// Keyrings in the order in which a rotation goes through them: the code key that issues, and those accepted.
pub const RINGS: [&[u8]; 5] = [&[2], &[2, 3], &[3, 2], &[3], &[4, 3]];

pub fn verifiers() -> Vec<Verifier> {
    let root = |number: u8| RootKey::from_bytes(&[number; 32]).unwrap();
    let ring = |keys: &&[u8]| {
        let first = Keyring::new(&root(1), &root(keys[0])).unwrap();
        let all = keys[1..].iter().fold(first, |ring, key| ring.accept(&root(*key)).unwrap());
        Verifier::new(all)
    };
    RINGS.iter().map(ring).collect()
}

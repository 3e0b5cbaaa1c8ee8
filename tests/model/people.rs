//! Who takes part: accounts, addresses, payments and keyrings.

use countersign::{
    Currency, Device, Keyring, Money, Payment, Recipient, RecipientKind, RootKey, Subject, UnixTime, Verifier,
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
    pub is_mail: bool,
    pub is_decoy: bool,
    pub verified: Option<u64>,
    pub changed: Option<u64>,
}

const PHONE: Address =
    Address { to: "+4915112345678", is_mail: false, is_decoy: false, verified: Some(LONG_AGO), changed: None };

/// The first is good everywhere.
pub const ADDRESSES: [Address; 7] = [
    PHONE,
    Address { to: "+4915112345679", ..PHONE },
    Address { to: "", is_decoy: true, verified: None, ..PHONE },
    Address { to: "anna@example.com", is_mail: true, ..PHONE },
    Address { to: "+4915112345670", verified: None, ..PHONE },
    Address { to: "+4915112345671", verified: Some(START - 100), ..PHONE },
    Address { to: "+4915112345672", changed: Some(START + 40_000), ..PHONE },
];

pub fn recipient(address: u8) -> Recipient<'static> {
    let Address { to, is_mail, is_decoy, verified, changed } = ADDRESSES[usize::from(address)];
    let mut recipient = match (is_decoy, is_mail) {
        (true, _) => Recipient::decoy(RecipientKind::Sms),
        (false, true) => Recipient::email(to).unwrap(),
        (false, false) => Recipient::sms(to).unwrap(),
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
        if self.is_mail { rules.mail_lifetime } else { rules.lifetime }
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

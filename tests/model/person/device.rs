//! What people hold: apps and tokens, and the codes that they show.

use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZeroU32;

use countersign::{Algorithm, Authenticator, Digits, Hotp, Secret, Totp, UnixTime};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::people::NAMES;
use crate::people::START;

pub type Device = usize;

pub struct Make {
    pub kind: Kind,
    hash: Algorithm,
    digits: u8,
}

#[derive(Clone, Copy)]
pub enum Kind {
    Totp {
        period: u32,
        epoch: u64,
    },
    /// Its first counter.
    Hotp(u64),
}

const MINUTES: Kind = Kind::Totp { period: 60, epoch: START - 86_407 };
const USUAL: Kind = Kind::Totp { period: 30, epoch: 0 };

/// How many there are that people have.
pub const OWNED: usize = 6;
/// The key that nobody has, with which a decoy is compared.
pub const NOBODYS: Device = OWNED;

/// A token with seven codes left.
pub const FEW: Device = 4;

/// Each has a key of its own. The last is nobody's.
pub const DEVICES: [Make; OWNED + 1] = [
    Make { kind: USUAL, hash: Algorithm::Sha1, digits: 6 },
    Make { kind: Kind::Hotp(0), hash: Algorithm::Sha1, digits: 6 },
    Make { kind: MINUTES, hash: Algorithm::Sha256, digits: 8 },
    Make { kind: Kind::Hotp(1_000), hash: Algorithm::Sha512, digits: 7 },
    Make { kind: Kind::Hotp(u64::MAX - 6), hash: Algorithm::Sha1, digits: 6 },
    Make { kind: USUAL, hash: Algorithm::Sha1, digits: 6 },
    Make { kind: USUAL, hash: Algorithm::Sha1, digits: 6 },
];

impl Kind {
    pub fn is_totp(self) -> bool {
        matches!(self, Self::Totp { .. })
    }

    /// The time step; none before the epoch, and none of a counter.
    pub fn step(self, now: u64) -> Option<u64> {
        match self {
            Self::Totp { period, epoch } => Some(now.checked_sub(epoch)? / u64::from(period)),
            Self::Hotp(_) => None,
        }
    }
}

fn key(device: Device) -> [u8; 20] {
    if device == NOBODYS { [0; 20] } else { [device as u8 + 1; 20] }
}

/// What the crate is given.
pub fn authenticator(name: usize, device: Option<Device>) -> Authenticator<'static> {
    let name = NAMES[name];
    let Some(device) = device else {
        return Authenticator::decoy(name, Digits::SIX).unwrap();
    };
    let Make { kind, hash, digits } = DEVICES[device];
    let hotp = Hotp::new(&Secret::from_bytes(&key(device)).unwrap(), hash, Digits::new(digits).unwrap());
    match kind {
        Kind::Totp { period, epoch } => {
            let totp = Totp::new(hotp).period(NonZeroU32::new(period).unwrap()).epoch(UnixTime::from_secs(epoch));
            Authenticator::totp(name, totp).unwrap()
        }
        Kind::Hotp(_) => Authenticator::hotp(name, hotp).unwrap(),
    }
}

/// The codes, by another implementation than the crate's, each computed once.
#[derive(Default)]
pub struct Codes {
    known: RefCell<HashMap<(Device, u64), u32>>,
}

impl Codes {
    pub fn of(&self, device: Device, counter: u64) -> String {
        let digits = usize::from(DEVICES[device].digits);
        format!("{:0digits$}", self.number(device, counter))
    }

    pub fn is(&self, device: Device, counter: u64, typed: &str) -> bool {
        typed.len() == usize::from(DEVICES[device].digits) && typed.parse() == Ok(self.number(device, counter))
    }

    fn number(&self, device: Device, counter: u64) -> u32 {
        let compute = || truncated(device, counter) % 10_u32.pow(DEVICES[device].digits.into());
        *self.known.borrow_mut().entry((device, counter)).or_insert_with(compute)
    }
}

fn truncated(device: Device, counter: u64) -> u32 {
    let mac = match DEVICES[device].hash {
        Algorithm::Sha1 => hmac::<Hmac<Sha1>>(device, counter),
        Algorithm::Sha256 => hmac::<Hmac<Sha256>>(device, counter),
        Algorithm::Sha512 => hmac::<Hmac<Sha512>>(device, counter),
    };
    let offset = usize::from(mac.last().unwrap() & 15);
    u32::from_be_bytes(mac[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff
}

fn hmac<M: Mac + KeyInit>(device: Device, counter: u64) -> Vec<u8> {
    let mac = <M as KeyInit>::new_from_slice(&key(device)).unwrap();
    mac.chain_update(counter.to_be_bytes()).finalize().into_bytes().to_vec()
}

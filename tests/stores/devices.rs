//! A token, an app and a list of recovery codes, whose keys follow from whose they are.

use core::fmt;

use countersign::*;

use crate::support::{START, at};

pub const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);

/// With each of them one logs in this often after it was confirmed: few enough that all their codes can be typed once
/// more, in their order, before anything is locked.
pub const LOGINS: u64 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Token,
    App,
    List,
}

/// A code, and the counter or the step that it is of; of a list, its place there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub way: Way,
    pub number: u64,
    pub text: String,
}

impl Typed {
    /// When it is typed.
    pub fn time(&self) -> UnixTime {
        at(START + 30 * self.number)
    }

    /// With so many digits that none of thousands is right by chance.
    pub fn code(&self) -> Code {
        Code::parse(&self.text, Digits::EIGHT).unwrap()
    }

    pub fn recovery(&self) -> RecoveryCode {
        RecoveryCode::parse(&self.text).unwrap()
    }

    pub fn parse(words: &[String]) -> Self {
        let ways = [Way::Token, Way::App, Way::List];
        let way = ways.into_iter().find(|way| format!("{way:?}") == words[0]).unwrap();
        Self { way, number: words[1].parse().unwrap(), text: words[2].clone() }
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {}", self.way, self.number, self.text)
    }
}

pub struct Devices {
    pub who: Subject,
    key: [u8; 20],
}

impl Devices {
    pub fn of(name: &str) -> Self {
        let mut key = [0; 20];
        key.iter_mut().zip(name.bytes().cycle()).for_each(|(place, byte)| *place = byte);
        assert!(name.len() < key.len(), "or two would have one key");
        Self { who: Subject::new(name).unwrap(), key }
    }

    pub fn authenticator(&self, way: Way) -> Authenticator<'static> {
        match way {
            Way::Token => Authenticator::hotp("token", self.hotp(way)).unwrap(),
            Way::App => Authenticator::totp("app", Totp::new(self.hotp(way))).unwrap(),
            Way::List => panic!("a list is no authenticator"),
        }
    }

    /// What the token or the app shows.
    pub fn shows(&self, way: Way, number: u64) -> Typed {
        let code = match way {
            Way::App => Totp::new(self.hotp(way)).generate(at(START + 30 * number)),
            _ => self.hotp(way).generate(number),
        };
        Typed { way, number, text: code.expose().to_owned() }
    }

    /// Everything with which one logs in, in order.
    pub fn logins<'d>(&'d self, list: &'d RecoveryCodes) -> impl Iterator<Item = Typed> + 'd {
        (1..=LOGINS).zip(list).flat_map(|(number, written)| {
            let text = written.expose().concat();
            let listed = Typed { way: Way::List, number, text };
            [self.shows(Way::Token, number), self.shows(Way::App, number), listed]
        })
    }

    fn hotp(&self, way: Way) -> Hotp {
        let key = if way == Way::Token { self.key } else { self.key.map(|byte| !byte) };
        Hotp::new(&Secret::from_bytes(&key).unwrap(), Algorithm::Sha1, Digits::EIGHT)
    }
}

/// What becomes of codes that were accepted and are typed once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Codes that were accepted.
    pub codes: usize,
    /// Those that were accepted again: the watermark is below them, or their place on the list unmarked.
    pub revived: usize,
    /// Those whose authenticator or list is gone, and its watermark with it.
    pub gone: usize,
}

impl Spent {
    pub fn lost(&self) -> usize {
        self.revived + self.gone
    }

    pub fn add(&mut self, more: Self) {
        self.codes += more.codes;
        self.revived += more.revived;
        self.gone += more.gone;
    }

    /// Every code has to be judged: a lock would hide a watermark that moved back.
    pub fn count<E: fmt::Debug>(&mut self, again: &Result<Authenticated, Failure<E>>) {
        self.codes += 1;
        match again {
            Ok(_) => self.revived += 1,
            Err(Failure::Refused(refused)) => match refused.reason() {
                Reason::Replayed | Reason::WrongCode => {}
                Reason::NotEnrolled => self.gone += 1,
                other => panic!("{other:?} says nothing of the watermark"),
            },
            Err(other) => panic!("no answer after the kill: {other:?}"),
        }
    }
}

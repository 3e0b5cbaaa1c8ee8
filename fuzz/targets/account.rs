//! The bytes of a record of authenticators and recovery codes, as `record` has those of challenges.

use countersign::{
    Algorithm, Authenticator, Cause, Code, Condition, Digits, Failure, Hotp, Key, Operation as _, Record,
    RecoveryCode, Secret, Step, Subject, Totp, Unavailable, UnixTime, Verifier,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::edit::{Layout, Row, edited};
use crate::input::Input;
use crate::oracle::{MAC, authentic, verifier};
use crate::people::START;
use crate::person::people::PURPOSES;
use crate::shelf::Shelf;

const NAMES: [&str; 6] = ["phone", "token", "spare", "desk", "card", "key"];

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let verifier = verifier();
    let mut desk = Desk::new(&verifier);
    for _ in 0..input.below(16) {
        desk.act(&mut input);
    }
    let Some(bytes) = desk.shelf.bytes(&desk.key) else {
        return;
    };
    let body = edited(&bytes[..bytes.len() - MAC], &mut input);
    desk.replace(&body);
    desk.judge(&body);
    for _ in 0..input.below(16) {
        desk.act(&mut input);
    }
}

struct Desk<'v> {
    verifier: &'v Verifier,
    who: Subject,
    key: Key,
    shelf: Shelf,
    rng: ChaCha20Rng,
    now: u64,
    counter: u64,
    paper: Vec<RecoveryCode>,
    /// What is stored cannot be read.
    shut: bool,
}

/// A device of each kind: even numbers count, odd ones look at the clock.
fn hotp(device: usize) -> Hotp {
    Hotp::new(&Secret::from_bytes(&[device as u8; 20]).unwrap(), Algorithm::Sha1, Digits::SIX)
}

fn authenticator(name: usize, device: usize) -> Authenticator<'static> {
    match device % 2 {
        0 => Authenticator::hotp(NAMES[name], hotp(device)).unwrap(),
        _ => Authenticator::totp(NAMES[name], Totp::new(hotp(device))).unwrap(),
    }
}

impl<'v> Desk<'v> {
    fn new(verifier: &'v Verifier) -> Self {
        let who = Subject::new("clara").unwrap();
        let key = *verifier.authenticator_status(&who, UnixTime::from_secs(START)).unwrap().key();
        let (shelf, rng, paper) = (Shelf::default(), ChaCha20Rng::seed_from_u64(1), Vec::new());
        Self { verifier, who, key, shelf, rng, now: START, counter: 0, paper, shut: false }
    }

    fn time(&self) -> UnixTime {
        UnixTime::from_secs(self.now)
    }

    fn replace(&mut self, body: &[u8]) {
        let row = authentic(&self.key, body);
        self.shelf.damage(&self.key, |bytes| *bytes = row);
    }

    fn judge(&mut self, body: &[u8]) {
        let whole = authentic(&self.key, body);
        let mut forged = whole.clone();
        forged[body.len() / 2] ^= 1;
        assert_eq!(self.condition(&forged), Some(Condition::Corrupt));
        match self.condition(&whole) {
            None => {
                assert!(body.first() > Some(&1), "only a later version is a deployment");
                self.shut = true;
            }
            Some(Condition::Corrupt) => self.shut = true,
            Some(_) => self.same(body),
        }
    }

    fn condition(&self, bytes: &[u8]) -> Option<Condition> {
        match self.verifier.authenticator_status(&self.who, self.time()).unwrap().run(&Row(bytes)) {
            Ok(status) => Some(status.condition()),
            Err(Failure::Unavailable(Unavailable::Cause(Cause::NewerRecord))) => None,
            Err(other) => panic!("{other}"),
        }
    }

    /// What is read is written as it was.
    fn same(&self, body: &[u8]) {
        let rng = |seed| ChaCha20Rng::from_seed([seed; 32]);
        let empty = |seed, now| {
            let close = self.verifier.close_authenticators(&self.who, UnixTime::from_secs(now), &mut rng(seed));
            written(close.unwrap().step(None)).unwrap()
        };
        let layout = Layout::measure(empty);
        let (now, body) = layout.closed(body);
        let record = Record::from_bytes(&authentic(&self.key, &body));
        let now = UnixTime::from_secs(now);
        let reinstate = self.verifier.reinstate_authenticators(&self.who, now, &mut rng(3)).unwrap();
        layout.assert_same(&body, &written(reinstate.step(Some(&record))).unwrap(), |_, _| false);
    }

    fn act(&mut self, input: &mut Input<'_>) {
        self.shelf.watch(0); // nothing is forgotten
        match input.below(16) {
            0 | 1 => self.enrol(input),
            2..=4 => self.authenticate(input),
            5 => self.resynchronise(input),
            6 => self.make(),
            7 | 8 => self.recover(input),
            9 => self.keep_up(input),
            10 => self.reinstate(),
            11 => self.pass(input),
            12 => self.now = START,
            13 => self.now = input.number() >> 24,
            14 => self.counter = input.pick(&[0, 1, 5, 100, 1_000, u64::MAX - 1, u64::MAX]),
            _ => self.counter = self.counter.saturating_add(input.byte().into()),
        }
        let Some(bytes) = self.shelf.bytes(&self.key) else {
            return;
        };
        assert!(bytes.len() <= Record::LONGEST);
        assert_eq!(bytes, authentic(&self.key, &bytes[..bytes.len() - MAC]));
        let read = !matches!(self.condition(&bytes), None | Some(Condition::Corrupt));
        assert_eq!(read, !self.shut, "what can be read is written so that it can be read");
    }

    /// Up to the last second that there is.
    fn pass(&mut self, input: &mut Input<'_>) {
        let now = self.now.saturating_add_signed(input.pick(&[-90_000, -61, 1, 30, 1_800, 3_600, 3_601, 90_000]));
        self.now = now.min((1 << 40) - 1);
    }

    /// What the device shows, so many codes on, or something else.
    fn code(&self, device: usize, input: &mut Input<'_>) -> Code {
        let ahead = u64::from(input.pick(&[0_u8, 0, 1, 2, 50, 255]));
        match device % 2 {
            _ if ahead == 255 => Code::parse("000000", Digits::SIX).unwrap(),
            0 => hotp(device).generate(self.counter.saturating_add(ahead)),
            _ => Totp::new(hotp(device)).generate(UnixTime::from_secs(self.now.saturating_add(30 * ahead))),
        }
    }

    fn enrol(&mut self, input: &mut Input<'_>) {
        let (name, device) = (input.below(NAMES.len()), input.below(8));
        let (authenticator, code, confirms) = (authenticator(name, device), self.code(device, input), input.flag());
        let (who, now, rng) = (&self.who, self.time(), &mut self.rng);
        let _ = self.verifier.enrol(who, &authenticator, now, rng).unwrap().run(&self.shelf);
        if confirms {
            let _ = self.verifier.confirm(who, &authenticator, code, now, rng).unwrap().run(&self.shelf);
        }
    }

    fn authenticate(&mut self, input: &mut Input<'_>) {
        let (name, device) = (input.below(NAMES.len()), input.below(8));
        let (authenticator, code) = (authenticator(name, device), self.code(device, input));
        let (purpose, now, rng) = (input.pick(&PURPOSES).0, self.time(), &mut self.rng);
        let who = &self.who;
        let authenticate = self.verifier.authenticate(purpose, who, &authenticator, code, now, rng).unwrap();
        assert!(authenticate.run(&self.shelf).is_err() || !self.shut);
    }

    fn resynchronise(&mut self, input: &mut Input<'_>) {
        let (name, device) = (input.below(NAMES.len()), input.below(8));
        let codes = [self.code(device, input), self.code(device, input)];
        let authenticator = authenticator(name, device);
        let (purpose, now, rng, who) = (input.pick(&PURPOSES).0, self.time(), &mut self.rng, &self.who);
        let operation = self.verifier.resynchronise(purpose, who, &authenticator, codes, now, rng).unwrap();
        let _ = operation.run(&self.shelf);
    }

    fn make(&mut self) {
        let (now, rng) = (self.time(), &mut self.rng);
        if let Ok(codes) = self.verifier.make_recovery_codes(&self.who, now, rng).unwrap().run(&self.shelf) {
            self.paper = codes.iter().map(|code| RecoveryCode::parse(&code.expose().concat()).unwrap()).collect();
        }
    }

    fn recover(&mut self, input: &mut Input<'_>) {
        let known = self.paper.get(input.below(12)).map(|code| code.expose().concat());
        let code = RecoveryCode::parse(known.as_deref().unwrap_or("0000000000000000")).unwrap();
        let (now, rng) = (self.time(), &mut self.rng);
        let recover = self.verifier.recover(PURPOSES[0].0, &self.who, code, now, rng).unwrap();
        assert!(recover.run(&self.shelf).is_err() || !self.shut);
    }

    fn keep_up(&mut self, input: &mut Input<'_>) {
        let (who, now, rng) = (&self.who, self.time(), &mut self.rng);
        let upkeep = match input.below(8) {
            0 => self.verifier.close_authenticators(who, now, rng),
            1 | 2 => self.verifier.after_restore(who, now, rng),
            _ => self.verifier.revoke(who, NAMES[input.below(NAMES.len())], now, rng),
        };
        let _ = upkeep.unwrap().run(&self.shelf);
    }

    fn reinstate(&mut self) {
        let (now, rng) = (self.time(), &mut self.rng);
        let reinstate = self.verifier.reinstate_authenticators(&self.who, now, rng).unwrap();
        self.shut &= reinstate.run(&self.shelf).is_err();
    }
}

fn written<V>(step: Step<V>) -> Option<Record> {
    match step {
        Step::Write(next, _) => Some(next),
        _ => None,
    }
}

//! The bytes of a record of challenges.
//!
//! A record is made by operations, then edited, and authenticated as only the keyring's owner could: so what is parsed is
//! not only what the crate writes. It is read or corrupt; if it is read, it is written as it was; and whatever it says,
//! every operation on it answers, and writes what can be read.

use countersign::{
    Cause, Code, Condition, Failure, Handle, Issued, Key, Operation as _, Payment, Record, ReportToken, Reporter,
    Slip, Step, Subject, Unavailable, UnixTime, Verifier,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::edit::{Layout, Row, edited};
use crate::input::Input;
use crate::oracle::{MAC, authentic, verifier};
use crate::people::{ACCOUNTS, ADDRESSES, PAYMENTS, START, payment, recipient, shop, subject};
use crate::rules::Shop;
use crate::shelf::{Down, Shelf};

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let verifier = verifier();
    let mut desk = Desk::new(&verifier, input.below(ACCOUNTS.len()));
    for _ in 0..input.below(12) {
        desk.act(&mut input);
    }
    let Some(bytes) = desk.shelf.bytes(&desk.key) else {
        return;
    };
    let body = edited(&bytes[..bytes.len() - MAC], &mut input);
    desk.replace(&body);
    desk.judge(&body);
    for _ in 0..input.below(12) {
        desk.act(&mut input);
    }
}

struct Desk<'v> {
    verifier: &'v Verifier,
    shop: &'static Shop,
    who: Subject,
    key: Key,
    shelf: Shelf,
    rng: ChaCha20Rng,
    now: u64,
    sent: Vec<Sent>,
    /// What is stored cannot be read.
    shut: bool,
}

struct Sent {
    handle: Handle,
    code: String,
    token: ReportToken,
    binding: u8,
    recipient: u8,
}

impl<'v> Desk<'v> {
    fn new(verifier: &'v Verifier, name: usize) -> Self {
        let (shop, who) = (shop(name), subject(name));
        let key = *verifier.status(shop.purpose, &who, UnixTime::from_secs(START)).unwrap().key();
        let (shelf, rng) = (Shelf::default(), ChaCha20Rng::seed_from_u64(1));
        Self { verifier, shop, who, key, shelf, rng, now: START, sent: Vec::new(), shut: false }
    }

    fn time(&self) -> UnixTime {
        UnixTime::from_secs(self.now)
    }

    /// Stores these bytes with their authenticator.
    fn replace(&mut self, body: &[u8]) {
        let row = authentic(&self.key, body);
        self.shelf.damage(&self.key, |bytes| *bytes = row);
    }

    /// What an edited record is taken for.
    fn judge(&mut self, body: &[u8]) {
        let whole = authentic(&self.key, body);
        for place in [0, body.len() / 2, whole.len() - 1] {
            let mut forged = whole.clone();
            forged[place] ^= 0x10;
            assert_eq!(self.condition(&forged), Some(Condition::Corrupt), "byte {place} is not authenticated");
        }
        match self.condition(&whole) {
            None => {
                assert!(body.first() > Some(&1), "only a later version is a deployment");
                self.shut = true;
            }
            Some(Condition::Corrupt) => self.shut = true,
            Some(_) => self.same(body),
        }
    }

    /// `None`: a later version wrote it.
    fn condition(&self, bytes: &[u8]) -> Option<Condition> {
        let (verifier, who) = (self.verifier, &self.who);
        let look = verifier.status(self.shop.purpose, who, self.time()).unwrap();
        match look.run(&Row(bytes)) {
            Ok(status) => Some(status.condition()),
            Err(Failure::Unavailable(Unavailable::Cause(Cause::NewerRecord))) => None,
            Err(other) => panic!("{other}"),
        }
    }

    /// What is read is written as it was, but that challenges may have ended.
    fn same(&self, body: &[u8]) {
        let layout = Layout::measure(|seed, now| self.close(seed, now, None).unwrap());
        let (now, body) = layout.closed(body);
        let again = self.close(3, now, Some(&Record::from_bytes(&authentic(&self.key, &body)))).unwrap();
        layout.assert_same(&body, &again, |old, new| old & 0x7f == 0 && new == old | 3);
    }

    /// What closing writes, if it writes.
    fn close(&self, seed: u8, now: u64, seen: Option<&Record>) -> Option<Record> {
        let (who, now) = (&self.who, UnixTime::from_secs(now));
        let close = self.verifier.close(self.shop.purpose, who, now, &mut ChaCha20Rng::from_seed([seed; 32]));
        match close.unwrap().step(seen) {
            Step::Write(next, _) => Some(next),
            _ => None,
        }
    }

    /// One operation, or some time.
    fn act(&mut self, input: &mut Input<'_>) {
        self.shelf.watch(0); // nothing is forgotten
        match input.below(12) {
            0..=3 => self.issue(input),
            4 | 5 => self.verify(input),
            6 => self.resend(input),
            7 => self.end(input),
            8 => self.reinstate(),
            9 => self.pass(input),
            10 => self.now = START,
            _ => self.now = input.number() >> 24,
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
        let now = self.now.saturating_add_signed(input.pick(&[-90_000, -61, 1, 30, 100, 301, 1_800, 90_000]));
        self.now = now.min((1 << 40) - 1);
    }

    fn issue(&mut self, input: &mut Input<'_>) {
        let (binding, to) = (input.below(PAYMENTS.into()) as u8, input.below(ADDRESSES.len()) as u8);
        let (value, now) = (payment(binding), self.time());
        let rng = &mut self.rng;
        let issue = self.verifier.issue(self.shop.purpose, &self.who, &value, &recipient(to), now, rng).unwrap();
        let issue = if input.flag() { issue.request(b"session", &[1]).unwrap() } else { issue };
        let issued = issue.run(&self.shelf);
        self.note(issued, binding, to);
    }

    fn note(&mut self, issued: Result<Issued<'_, Payment>, Failure<Down>>, binding: u8, to: u8) {
        let Ok(issued) = issued else {
            return;
        };
        let handle = issued.ticket().handle();
        let read = issued.message(&|slip: &Slip<'_, Payment>| (slip.code().to_owned(), slip.report_token()));
        let (code, token) = read.unwrap_or((String::new(), ReportToken::from_bytes([0; 8])));
        self.sent.push(Sent { handle, code, token, binding, recipient: to });
    }

    /// A handle that was given out here, or nobody's.
    fn picked(&self, input: &mut Input<'_>) -> (Handle, ReportToken, String, u8, u8) {
        let back = input.below(6);
        match self.sent.iter().rev().nth(back) {
            Some(Sent { handle, code, token, binding, recipient }) => {
                (*handle, *token, code.clone(), *binding, *recipient)
            }
            None => (Handle::from_bytes([7; 16]), ReportToken::from_bytes([7; 8]), String::new(), 0, 0),
        }
    }

    fn verify(&mut self, input: &mut Input<'_>) {
        let (handle, _, code, binding, _) = self.picked(input);
        let format = self.shop.purpose.policy().format();
        let right = Code::parse(&code, format).ok().filter(|_| input.flag());
        let typed = right.unwrap_or_else(|| Code::parse(&"1".repeat(format.length().into()), format).unwrap());
        let value = payment(if input.below(6) == 1 { binding + 1 } else { binding });
        let (purpose, now, rng) = (self.shop.purpose, self.time(), &mut self.rng);
        let verify = self.verifier.verify(purpose, &self.who, handle, typed, value.clone(), now, rng).unwrap();
        if let Ok(approved) = verify.run(&self.shelf) {
            assert!(!self.shut && approved.take(now) == Ok(value));
        }
    }

    fn resend(&mut self, input: &mut Input<'_>) {
        let (handle, _, _, binding, to) = self.picked(input);
        let (value, now, rng) = (payment(binding), self.time(), &mut self.rng);
        let purpose = self.shop.purpose;
        let resend = self.verifier.resend(purpose, &self.who, handle, &value, &recipient(to), now, rng).unwrap();
        let issued = if input.flag() { resend.new_code() } else { resend }.run(&self.shelf);
        self.note(issued, binding, to);
    }

    fn end(&mut self, input: &mut Input<'_>) {
        let (handle, token, _, _, to) = self.picked(input);
        let to = recipient(to);
        let (purpose, now, rng, who) = (self.shop.purpose, self.time(), &mut self.rng, &self.who);
        let ending = match input.below(4) {
            0 => self.verifier.cancel(purpose, who, handle, now, rng),
            1 => self.verifier.report(purpose, who, Reporter::Token(token), now, rng),
            2 => self.verifier.report(purpose, who, Reporter::Vouched(&to), now, rng),
            _ => self.verifier.close(purpose, who, now, rng),
        };
        let _ = ending.unwrap().run(&self.shelf);
    }

    fn reinstate(&mut self) {
        let (purpose, now, rng) = (self.shop.purpose, self.time(), &mut self.rng);
        let reinstate = self.verifier.reinstate(purpose, &self.who, now, rng).unwrap();
        self.shut &= reinstate.run(&self.shelf).is_err();
    }
}

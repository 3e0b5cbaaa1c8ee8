//! Every operation, done by the crate and foretold by the model.

use countersign::*;
use rand_chacha::ChaCha20Rng;

use super::{Checked, Spot, World, told};
use crate::answer::{Answer, Id};
use crate::law::Deed;
use crate::ledger::{Order, Reporter as Teller};
use crate::people::{lifetime, payment, recipient, route, shop, subject};
use crate::phone::{Held, Message, read};
use crate::shelf::Shelf;
use crate::tally::Event;

impl World<'_> {
    pub fn issue(&mut self, spot: Spot, order: Order) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        let (now, value, to) = (UnixTime::from_secs(call.now), payment(order.binding), route(order.route));
        self.shelf.watch(self.clock);
        let twin = self.rng.clone();
        let mut issue = self.verifier(spot).issue(purpose, &who, &value, to, now, &mut self.rng).unwrap();
        if let Some(request) = order.request {
            issue = issue.request(b"session", &[request]).unwrap();
        }
        let issued = issue.run(&self.shelf);
        let foretold = self.ledger.issue(call, order);
        let answer = self.told(&issued);
        if let Ok(issued) = &issued
            && self.phone.id_of(issued.ticket().handle()) == self.phone.held.len()
        {
            let handle = issued.ticket().handle();
            let message = read(issued).or_else(|| self.overheard(spot, order.binding, handle, twin));
            let messages = message.into_iter().collect();
            let Order { binding, route, .. } = order;
            let keys = Vec::new();
            self.phone.held.push(Held { name: spot.name, handle, binding, route, messages, keys });
            self.named(self.phone.held.len() - 1, issued.key())?;
        } else if let Ok(issued) = &issued {
            let id = self.phone.id_of(issued.ticket().handle());
            if self.phone.held[id].keys.last() != Some(&issued.key()) {
                return Err("a repeat names the message that it repeats".into());
            }
        }
        let lifetime = lifetime(order.route, call.rules);
        self.check(call, Deed::Issue { route: order.route, lifetime }, answer, &foretold)
    }

    /// The code that a decoy's challenge would have had: the same draw of randomness makes the same handle and code
    /// for somebody who exists, in a store of his own.
    fn overheard(&self, spot: Spot, binding: u8, handle: Handle, mut rng: ChaCha20Rng) -> Option<Message> {
        let (purpose, who, value) = (shop(spot.name).purpose, subject(spot.name), payment(binding));
        let now = UnixTime::from_secs(self.now(spot.node));
        let issue = self.verifier(spot).issue(purpose, &who, &value, &recipient(0), now, &mut rng).unwrap();
        let issued = issue.run(&Shelf::default()).ok()?;
        (issued.ticket().handle() == handle).then(|| read(&issued)).flatten()
    }

    pub fn resend(&mut self, spot: Spot, id: Option<Id>, order: Order, new_code: bool) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        let (now, value, to) = (UnixTime::from_secs(call.now), payment(order.binding), route(order.route));
        let handle = self.handle(id);
        self.shelf.watch(self.clock);
        let mut resend = self.verifier(spot).resend(purpose, &who, handle, &value, to, now, &mut self.rng).unwrap();
        if new_code {
            resend = resend.new_code();
        }
        let issued = resend.run(&self.shelf);
        let foretold = self.ledger.resend(call, id, order.binding, order.route);
        let answer = self.told(&issued);
        if let (Ok(issued), Some(id)) = (&issued, id) {
            self.named(id, issued.key())?;
            self.received(id, read(issued), new_code)?;
        }
        self.check(call, Deed::Resend { id, route: order.route }, answer, &foretold)
    }

    /// `back`: how many messages before the last is the one that it falls back from.
    pub fn onward(&mut self, spot: Spot, id: Option<Id>, order: Order, back: Option<usize>) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        let (now, value, to) = (UnixTime::from_secs(call.now), payment(order.binding), route(order.route));
        let (handle, message) = (self.handle(id), back.map(|back| self.message(id, back)));
        self.shelf.watch(self.clock);
        let mut onward = self.verifier(spot).onward(purpose, &who, handle, &value, to, now, &mut self.rng).unwrap();
        if let Some((_, key)) = message {
            onward = onward.instead_of(&key);
        }
        let issued = onward.run(&self.shelf);
        let foretold = self.ledger.onward(call, id, order, message.map(|(number, _)| number));
        let answer = self.told(&issued);
        if let (Ok(issued), Some(id)) = (&issued, id) {
            self.named(id, issued.key())?;
            self.received(id, read(issued), false)?;
        }
        if answer.reason() == Some(Reason::Locked) {
            self.events.insert(Event::LockedFallback);
        }
        self.check(call, Deed::Onward { id, route: order.route }, answer, &foretold)
    }

    pub fn settle(&mut self, spot: Spot, id: Option<Id>, back: usize, answered: Delivery) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        let (handle, (number, key)) = (self.handle(id), self.message(id, back));
        self.shelf.watch(self.clock);
        let now = UnixTime::from_secs(call.now);
        let settle = self.verifier(spot).settle(purpose, &who, handle, &key, answered, now, &mut self.rng).unwrap();
        let answer = told(&settle.run(&self.shelf), |settled| Answer::Settled(*settled));
        let foretold = self.ledger.settle(call, id, number, answered);
        self.check(call, Deed::Settle { id, answer: answered }, answer, &foretold)
    }

    /// The number and the name of the message that is so many before the last; of none, a name that no message has.
    fn message(&self, id: Option<Id>, back: usize) -> (usize, IdempotencyKey) {
        let keys = id.map(|id| &self.phone.held[id].keys);
        let number = keys.and_then(|keys| keys.len().checked_sub(back + 1));
        let nobody = (usize::MAX - 1, IdempotencyKey::from_bytes([7; 16]));
        number.zip(keys).map_or(nobody, |(number, keys)| (number, keys[number]))
    }

    /// One send, one name: no other one ever had it.
    fn named(&mut self, id: Id, key: IdempotencyKey) -> Checked {
        self.phone.held[id].keys.push(key);
        if self.names.insert(key) { Ok(()) } else { Err("two messages have one name".into()) }
    }

    fn received(&mut self, id: Id, message: Option<Message>, new_code: bool) -> Checked {
        let messages = &mut self.phone.held[id].messages;
        match message {
            Some(message) if !new_code && messages.last() != Some(&message) => {
                return Err("a resend carries the same code and token".into());
            }
            Some(message) => {
                let same = messages.last().map(|last| &last.code) == Some(&message.code);
                messages.push(message);
                if new_code {
                    self.events.insert(Event::NewCode);
                    self.same_codes += u32::from(same);
                }
            }
            // A decoy's new code is nobody's to know.
            None if new_code => messages.clear(),
            None => {}
        }
        // One in a million new codes is the old one; two in a sequence are a fault.
        if self.same_codes > 1 { Err("a new code is another code".into()) } else { Ok(()) }
    }

    pub fn verify(&mut self, spot: Spot, id: Option<Id>, binding: u8, typed: &str) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        let now = UnixTime::from_secs(call.now);
        let right = id.and_then(|id| self.phone.code(id)) == Some(typed);
        let code = Code::parse(typed, purpose.policy().format()).unwrap();
        let handle = self.handle(id);
        self.shelf.watch(self.clock);
        let verify =
            self.verifier(spot).verify(purpose, &who, handle, code, payment(binding), now, &mut self.rng).unwrap();
        let approved = verify.run(&self.shelf);
        let foretold = self.ledger.verify(call, id, binding, right);
        let answer = told(&approved, |approved| Answer::Approved { at: approved.at().as_secs() });
        if let Ok(approved) = approved {
            self.laws.approval_id(*approved.id().as_bytes())?;
            if approved.take(now) != Ok(payment(binding)) {
                return Err("an approval carries the value that was confirmed".into());
            }
        }
        let changed = id.is_some_and(|id| self.phone.held[id].binding != binding);
        self.check(call, Deed::Verify { id, changed }, answer, &foretold)
    }

    pub fn cancel(&mut self, spot: Spot, id: Option<Id>) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        let handle = self.handle(id);
        self.shelf.watch(self.clock);
        let now = UnixTime::from_secs(call.now);
        let cancel = self.verifier(spot).cancel(purpose, &who, handle, now, &mut self.rng).unwrap();
        let answer = told(&cancel.run(&self.shelf), ended);
        let foretold = self.ledger.cancel(call, id);
        self.check(call, Deed::Cancel { id }, answer, &foretold)
    }

    /// By the token of a challenge's message, or of none.
    pub fn report(&mut self, spot: Spot, id: Option<Id>) -> Checked {
        let token = id.and_then(|id| self.phone.held[id].messages.last()).map(|message| message.token);
        let id = id.filter(|_| token.is_some());
        let token = token.unwrap_or(ReportToken::from_bytes([9; 8]));
        let to = id.map(|id| self.phone.held[id].route);
        self.tell(spot, Reporter::Token(token), Teller::Holder(id), to)
    }

    pub fn vouch(&mut self, spot: Spot, address: u8) -> Checked {
        self.tell(spot, Reporter::Vouched(&recipient(address)), Teller::Vouched(address), Some(address))
    }

    fn tell(&mut self, spot: Spot, reporter: Reporter<'_>, teller: Teller, to: Option<u8>) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        self.shelf.watch(self.clock);
        let now = UnixTime::from_secs(call.now);
        let report = self.verifier(spot).report(purpose, &who, reporter, now, &mut self.rng).unwrap();
        let answer = told(&report.run(&self.shelf), ended);
        let foretold = self.ledger.report(call, teller);
        self.check(call, Deed::Report { route: to }, answer, &foretold)
    }

    pub fn close(&mut self, spot: Spot) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        self.shelf.watch(self.clock);
        let now = UnixTime::from_secs(call.now);
        let close = self.verifier(spot).close(purpose, &who, now, &mut self.rng).unwrap();
        let answer = told(&close.run(&self.shelf), ended);
        let foretold = self.ledger.close(call);
        self.check(call, Deed::Close, answer, &foretold)
    }

    pub fn reinstate(&mut self, spot: Spot) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        self.shelf.watch(self.clock);
        let now = UnixTime::from_secs(call.now);
        let reinstate = self.verifier(spot).reinstate(purpose, &who, now, &mut self.rng).unwrap();
        let answer = told(&reinstate.run(&self.shelf), |status| self.sheet(status));
        let foretold = self.ledger.reinstate(call);
        self.check(call, Deed::Reinstate, answer, &foretold)
    }

    pub fn status(&mut self, spot: Spot, id: Option<Id>) -> Checked {
        let (call, purpose, who) = (self.call(spot), shop(spot.name).purpose, subject(spot.name));
        self.shelf.watch(self.clock);
        let look = self.verifier(spot).status(purpose, &who, UnixTime::from_secs(call.now)).unwrap();
        let status = look.challenge(self.handle(id)).run(&self.shelf);
        let answer = told(&status, |status| self.sheet(status));
        let foretold = self.ledger.status(call, id);
        self.check(call, Deed::Status, answer, &foretold)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as every other answer")]
fn ended(ended: &Ended) -> Answer {
    Answer::Ended(ended.count())
}

//! The crate and the model side by side: two nodes, one store, and the true time.

mod deeds;

use std::collections::{BTreeMap, BTreeSet};

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::answer::{Answer, Fate, Id, Sheet, Slip as Paper, Write};
use crate::law::{Deed, Laws, Sight};
use crate::ledger::{Call, Ledger, Turn};
use crate::people::{Name, RINGS, START, shop};
use crate::phone::{Phone, read};
use crate::shelf::{Down, Loss, Shelf};
use crate::tally::Event;

pub type Checked = Result<(), String>;

pub struct World<'v> {
    verifiers: &'v [Verifier],
    rng: ChaCha20Rng,
    pub shelf: Shelf,
    pub ledger: Ledger,
    pub laws: Laws,
    pub phone: Phone,
    /// The true time, which the store has.
    pub clock: u64,
    pub offsets: [i64; 2],
    pub rings: [usize; 2],
    pub keys: BTreeMap<Name, Key>,
    latest: BTreeMap<Name, u64>,
    /// How the next write gets lost.
    pub loses: Option<Loss>,
    /// What the model knew before an operation whose write may not land.
    before: Option<Ledger>,
    pub events: BTreeSet<Event>,
    pub operations: u64,
    same_codes: u32,
    /// What the last hint, ticket and gap said to wait for.
    pub edges: [u64; 3],
    pub answer: Answer,
    /// What named a message before.
    names: BTreeSet<IdempotencyKey>,
}

/// The record and the node of one operation.
#[derive(Clone, Copy)]
pub struct Spot {
    pub name: Name,
    pub node: usize,
}

impl<'v> World<'v> {
    pub fn new(verifiers: &'v [Verifier]) -> Self {
        Self {
            verifiers,
            rng: ChaCha20Rng::seed_from_u64(1),
            shelf: Shelf::default(),
            ledger: Ledger::default(),
            laws: Laws::default(),
            phone: Phone::default(),
            clock: START,
            offsets: [0, 0],
            rings: [1, 1],
            keys: BTreeMap::new(),
            latest: BTreeMap::new(),
            loses: None,
            before: None,
            events: BTreeSet::new(),
            operations: 0,
            same_codes: 0,
            edges: [START; 3],
            answer: Answer::Ended(0),
            names: BTreeSet::new(),
        }
    }

    pub fn now(&self, node: usize) -> u64 {
        self.clock.checked_add_signed(self.offsets[node]).unwrap()
    }

    /// An operation begins.
    fn call(&mut self, spot: Spot) -> Call {
        let loses = self.loses.take();
        self.shelf.loses.set(loses);
        self.before = loses.filter(|loss| *loss == Loss::Write).map(|_| self.ledger.clone());
        Call {
            name: spot.name,
            rules: &shop(spot.name).rules,
            now: self.now(spot.node),
            clock: self.clock,
            keys: RINGS[self.rings[spot.node]],
            loses,
        }
    }

    fn verifier(&self, spot: Spot) -> &'v Verifier {
        &self.verifiers[self.rings[spot.node]]
    }

    /// The answer and the write are the foretold ones, and the laws hold.
    fn check(&mut self, call: Call, deed: Deed, answer: Answer, foretold: &Turn) -> Checked {
        let got = (answer, self.shelf.written.get());
        let lost = call.loses.filter(|_| self.shelf.loses.take().is_none());
        let foretold = match lost {
            Some(Loss::Write) if foretold.1 != Write::Nothing => &(Answer::Unknown, Write::Nothing),
            _ => foretold,
        };
        if got != *foretold {
            return Err(format!(
                "at {} on record {}\n  answered {got:?}\n  foretold {foretold:?}",
                call.now, call.name
            ));
        }
        if self.shelf.loads.get() != 1 + u32::from(lost.is_some()) {
            return Err("an operation loads once, and once more if nobody knows whether its write landed".into());
        }
        self.operations += 1;
        self.keys.insert(call.name, self.shelf.asked.get().unwrap());
        let found = self.shelf.found.get();
        let answer = got.0;
        if answer == Answer::Unknown {
            return self.undo();
        }
        self.events.extend(lost.map(|_| Event::AnswerLost));
        self.laws.hold(&Sight { name: call.name, rules: call.rules, now: call.now, found, deed, answer: &answer })?;
        self.note(call, found, &answer);
        self.answer = answer;
        Ok(())
    }

    /// A write that did not land has changed nothing.
    fn undo(&mut self) -> Checked {
        self.ledger = self.before.take().ok_or("no write was lost")?;
        self.events.insert(Event::WriteLost);
        self.answer = Answer::Unknown;
        Ok(())
    }

    fn note(&mut self, call: Call, found: bool, answer: &Answer) {
        let latest = self.latest.entry(call.name).or_insert(call.now);
        if found && call.now < *latest {
            self.events.insert(Event::ClockBack);
        }
        *latest = call.now;
        self.events.append(&mut self.ledger.events);
        self.events.extend(crate::tally::event(answer));
        if let Some(Hint::Wait { until }) = answer.hint() {
            self.edges[0] = until.as_secs();
        }
        if let Answer::Issued { ticket, .. } = answer {
            self.edges[1] = ticket.expires;
            self.edges[2] = ticket.resend_at.unwrap_or(call.now + call.rules.gap);
        }
    }

    fn handle(&self, id: Option<Id>) -> Handle {
        id.map_or(Handle::from_bytes([7; 16]), |id| self.phone.held[id].handle)
    }

    fn told(&self, issued: &Result<Issued<'_, Payment>, Failure<Down>>) -> Answer {
        told(issued, |issued| Answer::Issued { ticket: self.paper(issued.ticket()), message: read(issued).is_some() })
    }

    fn paper(&self, ticket: Ticket) -> Paper {
        Paper {
            id: self.phone.id_of(ticket.handle()),
            expires: ticket.expires().as_secs(),
            resend_at: ticket.resend_at().map(UnixTime::as_secs),
            attempts_left: ticket.attempts_left().into(),
        }
    }

    fn sheet(&self, status: &Status) -> Answer {
        let fate = |challenge| match challenge {
            ChallengeStatus::Open(ticket) => Fate::Open(self.paper(ticket)),
            ChallengeStatus::Approved => Fate::Approved,
            _ => Fate::Over,
        };
        Answer::Status(Sheet {
            condition: status.condition(),
            consecutive: status.consecutive_failures().into(),
            total: status.total_failures().into(),
            day_failures: status.day_failures().into(),
            day_sends: status.day_sends().into(),
            open: status.open_challenges().into(),
            challenge: status.challenge().map(fate),
        })
    }
}

fn told<T>(result: &Result<T, Failure<Down>>, good: impl FnOnce(&T) -> Answer) -> Answer {
    match result {
        Ok(value) => good(value),
        Err(Failure::Refused(refused)) => {
            Answer::Refused { reason: refused.reason(), hint: refused.hint(), notice: refused.notice() }
        }
        Err(Failure::Unavailable(Unavailable::Cause(cause))) => Answer::Unavailable(*cause),
        Err(Failure::Unavailable(Unavailable::Store(Down))) => Answer::Unknown,
        Err(other) => panic!("neither a refusal nor unavailable: {other:?}"),
    }
}

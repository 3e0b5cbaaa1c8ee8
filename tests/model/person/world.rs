//! The crate and the model side by side: two nodes, one store, and the true time.

mod deeds;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use countersign::{Hint, Key, SubjectTag, UnixTime, Verifier};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::answer::Answer;
use super::device::Codes;
use super::hands::Hands;
use super::law::{Deed, Laws, Sight};
use super::ledger::{Call, Ledger, Turn};
use super::people::{Owner, Rules};
use super::tally::Event;
use crate::people::START;
use crate::shelf::{Loss, Shelf};

pub type Checked = Result<(), String>;

pub struct World<'a> {
    nodes: &'a [Verifier; 2],
    pub rules: &'static Rules,
    pub codes: &'a Codes,
    rng: ChaCha20Rng,
    pub shelf: Shelf,
    pub ledger: Ledger<'a>,
    pub laws: Laws<'a>,
    pub hands: Hands<'a>,
    /// The true time, which the store has.
    pub clock: u64,
    pub offsets: [i64; 2],
    pub keys: BTreeMap<Owner, Key>,
    tags: BTreeMap<Owner, SubjectTag>,
    /// How the next write gets lost.
    pub loses: Option<Loss>,
    pub events: BTreeSet<Event>,
    pub operations: u64,
    /// What the last hint or enrolment said to wait for.
    pub edge: u64,
    pub answer: Answer,
}

/// The record and the node of one operation.
#[derive(Clone, Copy)]
pub struct Spot {
    pub owner: Owner,
    pub node: usize,
}

impl<'a> World<'a> {
    pub fn new(nodes: &'a [Verifier; 2], rules: &'static Rules, codes: &'a Codes) -> Self {
        Self {
            nodes,
            rules,
            codes,
            rng: ChaCha20Rng::seed_from_u64(1),
            shelf: Shelf::default(),
            ledger: Ledger::new(codes),
            laws: Laws::new(codes),
            hands: Hands::new(codes),
            clock: START,
            offsets: [0, 0],
            keys: BTreeMap::new(),
            tags: BTreeMap::new(),
            loses: None,
            events: BTreeSet::new(),
            operations: 0,
            edge: START,
            answer: Answer::Unknown,
        }
    }

    pub fn now(&self, node: usize) -> u64 {
        self.clock.checked_add_signed(self.offsets[node]).unwrap()
    }

    /// An operation begins.
    fn call(&mut self, spot: Spot) -> Call {
        let loses = self.loses.take();
        self.shelf.watch(self.clock);
        self.shelf.loses.set(loses);
        Call { owner: spot.owner, rules: self.rules, now: self.now(spot.node), clock: self.clock, loses }
    }

    fn verifier(&self, spot: Spot) -> &'a Verifier {
        &self.nodes[spot.node]
    }

    /// The answer and the write are the foretold ones, and the laws hold.
    fn check(&mut self, call: Call, deed: Deed<'_>, answer: Answer, foretold: &Turn) -> Checked {
        let got = (answer, self.shelf.written.get());
        if got != *foretold {
            return Err(format!(
                "at {} on record {}\n  answered {got:?}\n  foretold {foretold:?}",
                call.now, call.owner
            ));
        }
        let lost = call.loses.is_some() && self.shelf.loses.take().is_none();
        if self.shelf.loads.get() != 1 + u32::from(lost) {
            return Err("an operation loads once, and once more if nobody knows whether its write landed".into());
        }
        self.operations += 1;
        self.keys.insert(call.owner, self.shelf.asked.get().unwrap());
        let answer = got.0;
        let found = self.shelf.found.get();
        let sight = Sight { owner: call.owner, rules: call.rules, now: call.now, found, deed, answer: &answer };
        self.laws.hold(&sight)?;
        self.events.append(&mut self.ledger.events);
        self.events.extend(Event::of(&answer));
        if let Some(Hint::Wait { until }) = answer.hint() {
            self.edge = until.as_secs();
        }
        if let Answer::Enrolling { until } = answer {
            self.edge = until;
        }
        self.answer = answer;
        Ok(())
    }

    /// One subject has one tag, whoever is asked.
    fn tagged(&mut self, owner: Owner, tag: SubjectTag) -> Checked {
        let same = *self.tags.entry(owner).or_insert(tag) == tag;
        let others = self.tags.iter().any(|(other, known)| *other != owner && *known == tag);
        if same && !others { Ok(()) } else { Err("whoever was authenticated is one subject and no other".into()) }
    }
}

fn at(call: Call) -> UnixTime {
    UnixTime::from_secs(call.now)
}

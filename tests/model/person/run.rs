//! Carries out a sequence, step by step.

mod chain;

use std::collections::BTreeSet;

use countersign::Verifier;

use super::device::{Codes, DEVICES, Device, Kind, NOBODYS};
use super::hands::Entry;
use super::law::Past;
use super::ledger::{Claim, Row};
use super::people::{HOUSES, Owner};
use super::step::{Case, Damage, Pair, Place, Step, Typed};
use super::tally::Event;
use super::world::{Checked, Spot, World};
use crate::phone::other;
use crate::shelf;

struct Run<'a> {
    world: World<'a>,
    backup: Option<Backup>,
}

/// What a backup holds: the store's row, and what the model and the laws knew then.
struct Backup {
    owner: Owner,
    row: Option<shelf::Row>,
    known: Option<Row>,
    past: Option<Past>,
}

/// What the sequence reached, and by how many operations; the first surprise ends it.
pub fn run(nodes: &[Verifier; 2], codes: &Codes, case: &Case) -> Result<(BTreeSet<Event>, u64), String> {
    let world = World::new(nodes, &HOUSES[case.house].rules, codes);
    let mut run = Run { world, backup: None };
    for (number, step) in case.steps.iter().enumerate() {
        run.step(*step).map_err(|error| format!("step {number}, {step:?}: {error}"))?;
    }
    if run.world.laws.were_steady() {
        run.world.events.insert(Event::SteadyClock);
    }
    Ok((run.world.events, run.world.operations))
}

impl Run<'_> {
    fn step(&mut self, step: Step) -> Checked {
        match step {
            Step::Enrol { at, name, device, late } => self.enrol(at, name, device, late),
            Step::Confirm { at, name, typed } => self.confirm(at, name, typed),
            Step::Ready { at, name, device } => self.ready(at, name, device),
            Step::Lapse { at, name, device, beside } => self.lapse(at, name, device, beside),
            Step::Return { at, name, to, lapses, typed } => self.come_back(at, name, to, lapses, typed),
            Step::Authenticate { at, name, purpose, typed, answering, times } => {
                (0..times).try_for_each(|_| self.authenticate(at, name, purpose, typed, answering))
            }
            Step::Mistake { at, name, device } => {
                let typed = self.entry(at.owner, device, Typed::Shown).text;
                self.world.authenticate(spot(at), Claim { name, device: Some(device) }, 0, &typed, false)
            }
            Step::Decoy { at, name, purpose, right, times } => self.decoy(at, name, purpose, right, times),
            Step::Resynchronise { at, name, purpose, pair } => self.resynchronise(at, name, purpose, pair),
            Step::Adrift { at, name, by } => self.adrift(at, name, by),
            Step::Make { at } => self.world.make(spot(at)),
            Step::Recover { at, purpose, list, number, times } => (0..times).try_for_each(|_| {
                let (list, typed) = self.world.hands.written(at.owner, list, number);
                self.world.recover(spot(at), purpose, list.map(|list| (list, number)), &typed, false)
            }),
            Step::Guess { at, decoy, times } => {
                (0..times).try_for_each(|_| self.world.recover(spot(at), 0, None, "0000000000000000", decoy))
            }
            Step::Siege { at, name, rounds } => self.siege(at, name, rounds),
            Step::Revoke { at, name } => self.world.revoke(spot(at), name),
            Step::Close { at } => self.world.close(spot(at)),
            Step::Reinstate { at } => self.world.reinstate(spot(at)),
            Step::Status { at, name } => self.world.status(spot(at), name),
            Step::Restore { at, name } => self.restored(at, name),
            Step::Spend { at, name } => self.spend(at, name),
            Step::Crowd { at, from } => self.crowd(at, from),
            Step::Damage { how, mended } => self.damage(how, mended),
            other => {
                self.shift(other);
                Ok(())
            }
        }
    }

    /// What changes clocks and devices and asks nothing.
    fn shift(&mut self, step: Step) {
        let world = &mut self.world;
        match step {
            Step::Wait { seconds } => world.clock += seconds,
            Step::Until { node, beside } => {
                let target = world.edge.checked_add_signed(beside).unwrap();
                world.clock += target.saturating_sub(world.now(node));
            }
            Step::Skew { node, offset } => world.offsets[node] = offset,
            Step::Press { device, times } => (0..times).for_each(|_| world.hands.press(device)),
            Step::Lose(loss) => world.loses = Some(loss),
            Step::Backup { owner } => {
                let row = world.keys.get(&owner).and_then(|key| world.shelf.row(key));
                let (known, past) = (world.ledger.row(owner), world.laws.backup(owner));
                self.backup = world.keys.contains_key(&owner).then_some(Backup { owner, row, known, past });
            }
            _ => {}
        }
    }

    fn claim(&self, at: Place, name: usize) -> (Claim, Device) {
        let device = self.world.hands.device(at.owner, name);
        (Claim { name, device: Some(device) }, device)
    }

    fn entry(&mut self, owner: Owner, device: Device, typed: Typed) -> Entry {
        let clock = self.world.clock;
        self.world.hands.typed(owner, device, typed, clock)
    }

    /// What worked may be tried again.
    fn remember(&mut self, owner: Owner, device: Device, counter: Option<u64>) {
        if let Some(counter) = counter.filter(|_| self.world.answer.accepts()) {
            self.world.hands.accepted(owner, device, counter);
        }
    }

    fn enrol(&mut self, at: Place, name: usize, device: Device, late: bool) -> Checked {
        let first = match DEVICES[device].kind {
            _ if late => self.world.hands.shown(device, self.world.clock),
            Kind::Hotp(first) => first,
            Kind::Totp { .. } => 0,
        };
        self.world.enrol(spot(at), name, device, first)
    }

    fn confirm(&mut self, at: Place, name: usize, typed: Typed) -> Checked {
        let (claim, device) = self.claim(at, name);
        let entry = self.entry(at.owner, device, typed);
        self.world.confirm(spot(at), claim, &entry.text)?;
        self.remember(at.owner, device, entry.counter);
        Ok(())
    }

    fn authenticate(&mut self, at: Place, name: usize, purpose: usize, typed: Typed, answering: bool) -> Checked {
        let (claim, device) = self.claim(at, name);
        let entry = self.entry(at.owner, device, typed);
        self.world.authenticate(spot(at), claim, purpose, &entry.text, answering)?;
        self.remember(at.owner, device, entry.counter);
        if let super::answer::Answer::Authenticated { reply: Some(_), .. } = self.world.answer {
            // Its owner presses the button, and compares.
            self.world.hands.press(device);
            self.remember(at.owner, device, entry.counter.and_then(|counter| counter.checked_add(1)));
        }
        Ok(())
    }

    fn resynchronise(&mut self, at: Place, name: usize, purpose: usize, pair: Pair) -> Checked {
        let (claim, device) = self.claim(at, name);
        let (by, [first, second]) = match pair {
            Pair::Near(by) => (Typed::Near(by), [0, 1]),
            Pair::Turned => (Typed::Near(0), [1, 0]),
            Pair::Gapped => (Typed::Near(0), [0, 2]),
            Pair::Used => (Typed::Used(0), [0, 1]),
            Pair::Wrong => (Typed::Wrong(1), [0, 0]),
        };
        let entry = self.entry(at.owner, device, by);
        let text = |more: u64| match entry.counter {
            Some(counter) => self.world.codes.of(device, counter.saturating_add(more)),
            None => entry.text.clone(),
        };
        let typed = [text(first), text(second)];
        self.world.resynchronise(spot(at), claim, purpose, &typed)?;
        if let Some(counter) = entry.counter {
            self.remember(at.owner, device, Some(counter));
            self.remember(at.owner, device, counter.checked_add(1));
            if self.world.answer.accepts() {
                (0..2).for_each(|_| self.world.hands.press(device));
            }
        }
        Ok(())
    }

    fn decoy(&mut self, at: Place, name: usize, purpose: usize, right: bool, times: u8) -> Checked {
        for time in 0..times {
            let shown = self.entry(at.owner, NOBODYS, Typed::Shown).text;
            let typed = if right { shown } else { other(&shown, u64::from(time) + 1) };
            self.world.authenticate(spot(at), Claim { name, device: None }, purpose, &typed, false)?;
        }
        Ok(())
    }
}

fn spot(at: Place) -> Spot {
    Spot { owner: at.owner, node: at.node }
}

fn damaged(before: &[u8], how: Damage, others: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = before.to_vec();
    match how {
        Damage::Flip(place) => {
            let place = place % bytes.len();
            bytes[place] ^= if place == 0 { 1 } else { 0x10 };
        }
        Damage::Cut(length) => bytes.truncate(length % before.len()),
        Damage::Swap => return others.unwrap_or(bytes),
        Damage::Version => bytes[0] = 2,
    }
    bytes
}

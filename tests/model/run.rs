//! Carries out a sequence, step by step.

use countersign::{Delivery, Reason, Verifier};

use crate::answer::{Answer, Id};
use crate::ledger::Order;
use crate::people::{ACCOUNTS, Name, PAYMENTS, shop};
use crate::phone::other;
use crate::step::{Case, Damage, Edge, Pick, Place, Step, Then, Typed};
use crate::tally::Event;
use crate::world::{Checked, Spot, World};

pub struct Run<'v> {
    pub world: World<'v>,
    home: Name,
}

impl<'v> Run<'v> {
    /// The whole sequence; the first surprise ends it.
    pub fn of(verifiers: &'v [Verifier], case: &Case) -> Result<World<'v>, String> {
        let mut run = Self { world: World::new(verifiers), home: case.home };
        for (number, step) in case.steps.iter().enumerate() {
            run.step(*step).map_err(|error| format!("step {number}, {step:?}: {error}"))?;
        }
        if run.world.laws.were_steady() {
            run.world.events.insert(Event::SteadyClock);
        }
        Ok(run.world)
    }

    fn step(&mut self, step: Step) -> Checked {
        match step {
            Step::Issue { at, binding, route, request } => {
                self.world.issue(self.spot(at), Order { binding, route, request })
            }
            Step::Resend { at, pick, changed, route, new_code } => {
                let (spot, id) = self.picked(at, pick);
                let order = self.order(id, changed, route);
                self.world.resend(spot, id, order, new_code)
            }
            Step::Settle { at, pick, back, answer } => {
                let (spot, id) = self.picked(at, pick);
                self.world.settle(spot, id, back, answer)
            }
            Step::Onward { at, pick, changed, route, back } => {
                let (spot, id) = self.picked(at, pick);
                let order = self.order(id, changed, route);
                self.world.onward(spot, id, order, back)
            }
            Step::Verify { at, pick, typed, changed, times } => self.verify(at, pick, typed, changed, times),
            Step::Cancel { at, pick } => {
                let (spot, id) = self.picked(at, pick);
                self.world.cancel(spot, id)
            }
            Step::Report { at, pick } => {
                let (spot, id) = self.picked(at, pick);
                self.world.report(spot, id)
            }
            Step::Vouch { at, address } => self.world.vouch(self.spot(at), address),
            Step::Close { at } => self.world.close(self.spot(at)),
            Step::Reinstate { at } => self.world.reinstate(self.spot(at)),
            Step::Status { at, pick } => {
                let (spot, id) = self.picked(at, pick);
                self.world.status(spot, id)
            }
            Step::Siege { at, rounds } => self.siege(self.spot(at), rounds),
            Step::Fresh { at, binding, route, then } => self.fresh(at, Order { binding, route, request: None }, then),
            Step::Damage { name, how, mended } => self.damage(name.unwrap_or(self.home), how, mended),
            other => {
                self.shift(other);
                Ok(())
            }
        }
    }

    /// What changes clocks and keys and asks nothing.
    fn shift(&mut self, step: Step) {
        let world = &mut self.world;
        match step {
            Step::Wait { seconds } => world.clock += seconds,
            Step::Until { node, edge, beside } => {
                let edge = match edge {
                    Edge::Hint => world.edges[0],
                    Edge::Expiry => world.edges[1],
                    Edge::Resend => world.edges[2],
                };
                let target = edge.checked_add_signed(beside).unwrap();
                world.clock += target.saturating_sub(world.now(node));
            }
            Step::Skew { node, offset } => world.offsets[node] = offset,
            Step::Rotate { node, ring } => world.rings[node] = ring,
            Step::Lose(loss) => world.loses = Some(loss),
            _ => {}
        }
    }

    fn verify(&mut self, at: Place, pick: Pick, typed: Typed, changed: bool, times: u8) -> Checked {
        let (spot, id) = self.picked(at, pick);
        let order = self.order(id, changed, None);
        for time in 0..u64::from(times) {
            let code = self.typed(spot.name, id, typed, time);
            self.world.verify(spot, id, order.binding, &code)?;
            if matches!(typed, Typed::Old) && self.world.answer.reason() == Some(Reason::WrongCode) {
                self.world.events.insert(Event::OldCode);
            }
        }
        Ok(())
    }

    fn typed(&self, name: Name, id: Option<Id>, typed: Typed, time: u64) -> String {
        let phone = &self.world.phone;
        let digits = usize::from(shop(name).rules.digits);
        let right = id.and_then(|id| phone.code(id)).filter(|code| code.len() == digits);
        let right = right.map_or_else(|| "0".repeat(digits), str::to_owned);
        let known = match typed {
            Typed::Right => Some(right.clone()),
            Typed::Wrong => None,
            Typed::Old => id.and_then(|id| phone.code_before(id)).map(str::to_owned),
            Typed::Another => {
                let mut others = (0..phone.held.len()).rev().filter(|other| Some(*other) != id);
                others.find_map(|other| phone.code(other).filter(|code| code.len() == digits)).map(str::to_owned)
            }
        };
        known.filter(|code| code.len() == digits).unwrap_or_else(|| other(&right, time + 1))
    }

    fn siege(&mut self, spot: Spot, rounds: u8) -> Checked {
        for round in 0..rounds {
            let Some(id) = self.world.phone.of(spot.name).next() else {
                self.world.issue(spot, Order { binding: 0, route: 0, request: None })?;
                continue;
            };
            let binding = self.world.phone.held[id].binding;
            let code = self.typed(spot.name, Some(id), Typed::Wrong, round.into());
            self.world.verify(spot, Some(id), binding, &code)?;
            self.wait_for_hint(spot);
            if !self.world.answer.is_judged() {
                self.world.issue(spot, Order { binding, route: 0, request: None })?;
                self.wait_for_hint(spot);
            }
        }
        Ok(())
    }

    fn wait_for_hint(&mut self, spot: Spot) {
        if let Some(countersign::Hint::Wait { .. }) = self.world.answer.hint() {
            self.shift(Step::Until { node: spot.node, edge: Edge::Hint, beside: 0 });
        }
    }

    fn fresh(&mut self, at: Place, order: Order, then: Then) -> Checked {
        let spot = self.spot(at);
        let request = matches!(then, Then::Repeated { .. }).then_some(2);
        let order = Order { request, ..order };
        self.world.issue(spot, order)?;
        if self.world.answer.reason() == Some(Reason::TooSoon) {
            self.wait_for_hint(spot);
            self.world.issue(spot, order)?;
        }
        if !matches!(self.world.answer, Answer::Issued { .. }) {
            return Ok(());
        }
        self.then(at, order, then)
    }

    fn then(&mut self, at: Place, order: Order, then: Then) -> Checked {
        let (node, pick) = (at.node, Pick::Own(0));
        match then {
            Then::Guessed(times) => return self.verify(at, pick, Typed::Wrong, false, times),
            Then::Changed => return self.verify(at, pick, Typed::Right, true, 1),
            Then::Repeated { changed } => {
                let binding = (order.binding + u8::from(changed)) % PAYMENTS;
                return self.world.issue(self.spot(at), Order { binding, ..order });
            }
            Then::Resent { new_code, old } => {
                self.shift(Step::Until { node, edge: Edge::Resend, beside: 0 });
                let (spot, id) = self.picked(at, pick);
                self.world.resend(spot, id, Order { request: None, ..order }, new_code)?;
                let typed = if old { Typed::Old } else { Typed::Right };
                return self.verify(at, pick, typed, false, 1);
            }
            Then::Rotated(ring) => self.shift(Step::Rotate { node, ring }),
            Then::Lapsed(beside) => self.shift(Step::Until { node, edge: Edge::Expiry, beside }),
            Then::Cancelled => {
                let (spot, id) = self.picked(at, pick);
                self.world.cancel(spot, id)?;
            }
            Then::Reported => {
                let (spot, id) = self.picked(at, pick);
                self.world.report(spot, id)?;
            }
            Then::Carried { answers, hasty, reported } => {
                self.carried(at, order, answers, hasty)?;
                let (spot, id) = self.picked(at, pick);
                if reported {
                    self.world.report(spot, id)?;
                }
            }
            Then::Unserved => return self.unserved(at, order),
            Then::LockedOut => {
                self.verify(at, pick, Typed::Wrong, false, 5)?;
                let (spot, id) = self.picked(at, pick);
                self.world.settle(spot, id, 0, Delivery::NotSent)?;
                return self.world.onward(spot, id, order, Some(0));
            }
            Then::Confirmed => {}
        }
        self.verify(at, pick, Typed::Right, false, 1)
    }

    /// One leg after the other: what its channel answers, if it does, and the fallback.
    fn carried(&mut self, at: Place, order: Order, answers: [Option<Delivery>; 3], hasty: bool) -> Checked {
        for answer in answers {
            let (spot, id) = self.picked(at, Pick::Own(0));
            if let Some(answer) = answer {
                self.world.settle(spot, id, 0, answer)?;
            }
            self.world.onward(spot, id, order, Some(0))?;
            if self.world.answer.reason() == Some(Reason::TooSoon) && !hasty {
                self.wait_for_hint(spot);
                self.world.onward(spot, id, order, None)?;
            }
        }
        Ok(())
    }

    fn unserved(&mut self, at: Place, order: Order) -> Checked {
        for _ in 0..5 {
            let (spot, id) = self.picked(at, Pick::Own(0));
            self.world.settle(spot, id, 0, Delivery::NotSent)?;
            self.world.issue(spot, order)?;
            self.wait_for_hint(spot);
            self.world.issue(spot, order)?;
        }
        Ok(())
    }

    fn damage(&mut self, name: Name, how: Damage, mended: bool) -> Checked {
        let world = &mut self.world;
        if world.ledger.is_damaged(name) {
            return Ok(());
        }
        let Some(key) = world.keys.get(&name).copied() else {
            return Ok(());
        };
        let Some(before) = world.shelf.bytes(&key) else {
            return Ok(());
        };
        let after = damaged(world, name, &before, how);
        if after == before {
            return Ok(());
        }
        world.shelf.damage(&key, |bytes| bytes.clone_from(&after));
        world.ledger.damage(name);
        self.world.status(Spot { name, node: 0 }, None)?;
        if mended {
            self.world.reinstate(Spot { name, node: 0 })?;
        }
        Ok(())
    }

    fn spot(&self, at: Place) -> Spot {
        Spot { name: at.name.unwrap_or(self.home), node: at.node }
    }

    fn picked(&self, at: Place, pick: Pick) -> (Spot, Option<Id>) {
        let spot = self.spot(at);
        let phone = &self.world.phone;
        let id = match pick {
            Pick::Own(back) => phone.of(spot.name).nth(back),
            Pick::Foreign(back) => phone.of_others(spot.name).nth(back),
            Pick::Nobody => None,
        };
        (spot, id)
    }

    /// What a challenge was issued for, or something else.
    fn order(&self, id: Option<Id>, changed: bool, route: Option<u8>) -> Order {
        let (binding, to) = id.map_or((0, 0), |id| {
            let held = &self.world.phone.held[id];
            (held.binding, held.route)
        });
        let binding = if changed { (binding + 1) % PAYMENTS } else { binding };
        Order { binding, route: route.unwrap_or(to), request: None }
    }
}

fn damaged(world: &World<'_>, name: Name, before: &[u8], how: Damage) -> Vec<u8> {
    let mut bytes = before.to_vec();
    match how {
        Damage::Flip(place) => {
            let place = place % bytes.len();
            bytes[place] ^= if place == 0 { 1 } else { 0x10 };
        }
        Damage::Cut(length) => bytes.truncate(length % before.len()),
        Damage::Swap(other) => {
            let other = if other == name { (other + 1) % ACCOUNTS.len() } else { other };
            // A damaged record may hold this one's own older bytes, and those would be a rollback, which nobody sees.
            let foreign = world.keys.get(&other).filter(|_| !world.ledger.is_damaged(other));
            let foreign = foreign.and_then(|key| world.shelf.bytes(key));
            return foreign.unwrap_or(bytes);
        }
        Damage::Version => bytes[0] = 2,
    }
    bytes
}

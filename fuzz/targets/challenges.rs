//! Sequences of operations on records of challenges, against the reference model, on two nodes whose clocks move and
//! whose store loses writes and answers.

use std::cell::LazyCell;

use countersign::{Delivery, Verifier};

use crate::input::Input;
use crate::people::{self, ACCOUNTS, ADDRESSES, PAYMENTS, RINGS, ROUTES};
use crate::run::Run;
use crate::shelf::Loss;
use crate::step::{Case, Damage, Edge, Pick, Place, Step, Then, Typed};

/// A longer sequence finds nothing that a shorter one would not.
const LONGEST: usize = 48;

thread_local! {
    static VERIFIERS: LazyCell<Vec<Verifier>> = const { LazyCell::new(people::verifiers) };
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let case = case(&mut input);
    VERIFIERS.with(|verifiers| {
        if let Err(surprise) = Run::of(verifiers, &case) {
            panic!("{surprise}\n{case:#?}");
        }
    });
}

fn case(input: &mut Input<'_>) -> Case {
    let home = input.below(ACCOUNTS.len());
    let mut steps = Vec::new();
    while !input.is_empty() && steps.len() < LONGEST {
        steps.push(step(input));
    }
    Case { home, steps }
}

fn step(input: &mut Input<'_>) -> Step {
    let kind = input.below(26);
    let at = place(input);
    match kind {
        0 | 1 => {
            let request = input.pick(&[None, None, Some(0), Some(1)]);
            Step::Issue { at, binding: binding(input), route: route(input), request }
        }
        2..=4 => Step::Fresh { at, binding: binding(input), route: route(input), then: then(input) },
        5 | 6 => {
            let (pick, changed, new_code) = (pick(input), rarely(input), input.flag());
            let route = rarely(input).then(|| route(input));
            Step::Resend { at, pick, changed, route, new_code }
        }
        7..=10 => {
            let typed = input.pick(&[Typed::Right, Typed::Wrong, Typed::Old, Typed::Another]);
            Step::Verify { at, pick: pick(input), typed, changed: rarely(input), times: input.between(1, 6) as u8 }
        }
        11 => Step::Cancel { at, pick: pick(input) },
        12 => Step::Report { at, pick: pick(input) },
        13 => Step::Vouch { at, address: address(input) },
        14 => Step::Close { at },
        15 => Step::Reinstate { at },
        16 => Step::Status { at, pick: pick(input) },
        17 => Step::Siege { at, rounds: input.between(6, 29) as u8 },
        18 => Step::Wait { seconds: wait(input) },
        19 => {
            let edge = input.pick(&[Edge::Hint, Edge::Expiry, Edge::Resend]);
            Step::Until { node: at.node, edge, beside: input.between(-1, 1) }
        }
        20 => Step::Skew { node: at.node, offset: offset(input) },
        21 => Step::Rotate { node: at.node, ring: input.below(RINGS.len()) },
        22 => Step::Damage { name: at.name, how: damage(input), mended: input.flag() },
        23 => Step::Settle { at, pick: pick(input), back: input.below(3), answer: answer(input) },
        24 => {
            let (pick, changed) = (pick(input), rarely(input));
            let route = rarely(input).then(|| route(input));
            Step::Onward { at, pick, changed, route, back: input.pick(&[None, Some(0), Some(1)]) }
        }
        _ => Step::Lose(input.pick(&[Loss::Write, Loss::Answer])),
    }
}

fn place(input: &mut Input<'_>) -> Place {
    let byte = usize::from(input.byte());
    let name = (byte >= 0xe0).then_some(byte / 2 % ACCOUNTS.len());
    Place { name, node: byte % 2 }
}

fn binding(input: &mut Input<'_>) -> u8 {
    input.below(PAYMENTS.into()) as u8
}

/// One of one leg to three.
fn route(input: &mut Input<'_>) -> u8 {
    input.below(ROUTES.len()) as u8
}

fn answer(input: &mut Input<'_>) -> Delivery {
    input.pick(&[Delivery::Sent, Delivery::NotSent, Delivery::Unknown])
}

/// Mostly one that is good everywhere.
fn address(input: &mut Input<'_>) -> u8 {
    (input.below(2 * ADDRESSES.len()) as u8).saturating_sub(ADDRESSES.len() as u8)
}

fn rarely(input: &mut Input<'_>) -> bool {
    input.byte() >= 0xd0
}

fn pick(input: &mut Input<'_>) -> Pick {
    match input.below(12) {
        0..=4 => Pick::Own(0),
        own @ 5..=8 => Pick::Own(own - 4),
        foreign @ 9..=10 => Pick::Foreign(foreign - 9),
        _ => Pick::Nobody,
    }
}

fn then(input: &mut Input<'_>) -> Then {
    match input.below(15) {
        0 | 1 => Then::Confirmed,
        2 | 3 => Then::Guessed(input.between(1, 6) as u8),
        4 => Then::Changed,
        5 => Then::Rotated(input.below(RINGS.len())),
        6 | 7 => Then::Resent { new_code: input.flag(), old: input.flag() },
        8 => Then::Lapsed(input.between(-1, 1)),
        9 => Then::Cancelled,
        10 => Then::Reported,
        11 => {
            let answers = [(); 3].map(|()| (!rarely(input)).then(|| answer(input)));
            Then::Carried { answers, hasty: input.flag(), reported: input.flag() }
        }
        12 => Then::Unserved,
        13 => Then::LockedOut,
        _ => Then::Repeated { changed: input.flag() },
    }
}

pub fn wait(input: &mut Input<'_>) -> u64 {
    const DAY: u64 = 86_400;
    match input.byte() {
        short @ ..=200 => short.into(),
        201..220 => input.short().into(),
        _ => input.pick(&[299, 300, 1_800, 3_600, DAY - 1, DAY, DAY + 1, 8 * DAY, 400 * DAY, 402 * DAY]),
    }
}

pub fn offset(input: &mut Input<'_>) -> i64 {
    const DAY: i64 = 86_400;
    let ahead = input.pick(&[0, 0, 20, 59, 60, 61, 3_600, DAY, 365 * DAY]);
    if input.flag() { ahead } else { -ahead }
}

fn damage(input: &mut Input<'_>) -> Damage {
    match input.below(8) {
        0..=3 => Damage::Flip(input.short().into()),
        4 | 5 => Damage::Cut(input.short().into()),
        6 => Damage::Swap(input.below(ACCOUNTS.len())),
        _ => Damage::Version,
    }
}

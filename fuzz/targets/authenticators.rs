//! Sequences of operations on records of authenticators and recovery codes, against the reference model, on two nodes
//! whose clocks move, with devices that drift and a store that loses writes, answers and itself.

use std::cell::LazyCell;

use super::challenges::{offset, wait};
use crate::input::Input;
use crate::person::Houses;
use crate::person::device::OWNED;
use crate::person::people::{HOUSES, NAMES, PURPOSES};
use crate::person::step::{Case, Damage, Pair, Place, Step, Typed};
use crate::shelf::Loss;

const LONGEST: usize = 48;

thread_local! {
    static SHARED: LazyCell<Houses> = LazyCell::new(Houses::default);
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let case = case(&mut input);
    SHARED.with(|houses| {
        if let Err(surprise) = houses.run(&case) {
            panic!("{surprise}\n{case:#?}");
        }
    });
}

fn case(input: &mut Input<'_>) -> Case {
    let house = input.below(HOUSES.len());
    let mut steps = Vec::new();
    while !input.is_empty() && steps.len() < LONGEST {
        steps.push(step(input));
    }
    Case { house, steps }
}

fn step(input: &mut Input<'_>) -> Step {
    let kind = input.below(48);
    let at = place(input);
    match kind {
        0..=12 => enrolling(kind, at, input),
        13..=20 => authenticating(at, input),
        21..=24 => synchronising(kind, at, input),
        25..=29 => paper(kind, at, input),
        30 | 31 => Step::Siege { at, name: name(input), rounds: input.between(4, 25) as u8 },
        32 => {
            let (name, purpose) = (name(input), purpose(input));
            Step::Decoy { at, name, purpose, right: input.flag(), times: times(input) }
        }
        33 => Step::Guess { at, decoy: true, times: times(input) },
        34 => Step::Revoke { at, name: name(input) },
        35 => Step::Close { at },
        36 | 37 => Step::Reinstate { at },
        38 => Step::Status { at, name: input.flag().then(|| name(input)) },
        39 => Step::Backup { owner: at.owner },
        40 => Step::Restore { at, name: name(input) },
        41 => Step::Press { device: device(input), times: input.between(1, 8) as u8 },
        42 | 43 => Step::Wait { seconds: wait(input) },
        44 => Step::Until { node: at.node, beside: input.between(-1, 1) },
        45 => Step::Skew { node: at.node, offset: offset(input) },
        46 => Step::Lose(input.pick(&[Loss::Write, Loss::Answer, Loss::Connection])),
        _ => Step::Damage { how: damage(input), mended: input.flag() },
    }
}

fn enrolling(kind: usize, at: Place, input: &mut Input<'_>) -> Step {
    let name = name(input);
    match kind {
        0..=4 => Step::Ready { at, name, device: device(input) },
        5 | 6 => Step::Enrol { at, name, device: device(input), late: input.flag() },
        7 | 8 => Step::Confirm { at, name, typed: typed(input) },
        9 => Step::Lapse { at, name, device: device(input), beside: input.between(-1, 1) },
        10 => Step::Spend { at, name },
        11 => Step::Crowd { at, from: device(input) },
        _ => {
            let (to, lapses) = (self::name(input), input.flag());
            Step::Return { at, name, to, lapses, typed: typed(input) }
        }
    }
}

fn authenticating(at: Place, input: &mut Input<'_>) -> Step {
    let name = name(input);
    if input.byte() >= 0xf0 {
        return Step::Mistake { at, name, device: device(input) };
    }
    let (purpose, typed) = (purpose(input), typed(input));
    Step::Authenticate { at, name, purpose, typed, answering: input.flag(), times: times(input) }
}

fn synchronising(kind: usize, at: Place, input: &mut Input<'_>) -> Step {
    let name = name(input);
    if kind == 21 {
        return Step::Adrift { at, name, by: input.between(-13, 13) };
    }
    let pair = match input.below(8) {
        0..=3 => Pair::Near(input.between(-12, 110)),
        4 => Pair::Turned,
        5 => Pair::Gapped,
        6 => Pair::Used,
        _ => Pair::Wrong,
    };
    Step::Resynchronise { at, name, purpose: purpose(input), pair }
}

fn paper(kind: usize, at: Place, input: &mut Input<'_>) -> Step {
    match kind {
        25 | 26 => Step::Make { at },
        27 | 28 => {
            let (list, number) = (input.below(6).saturating_sub(3), input.below(10));
            Step::Recover { at, purpose: purpose(input), list, number, times: times(input) }
        }
        _ => Step::Guess { at, decoy: false, times: times(input) },
    }
}

fn place(input: &mut Input<'_>) -> Place {
    let byte = input.byte();
    Place { owner: usize::from(byte >= 0xe0), node: usize::from(byte % 2) }
}

/// Mostly one of the first two.
fn name(input: &mut Input<'_>) -> usize {
    let byte = usize::from(input.byte());
    if byte < 0xc0 { byte % 2 } else { byte % NAMES.len() }
}

fn device(input: &mut Input<'_>) -> usize {
    input.below(OWNED)
}

fn purpose(input: &mut Input<'_>) -> usize {
    input.below(PURPOSES.len())
}

fn times(input: &mut Input<'_>) -> u8 {
    input.between(0, 10).saturating_sub(3).max(1) as u8
}

fn typed(input: &mut Input<'_>) -> Typed {
    match input.below(16) {
        0..=5 => Typed::Shown,
        6..=8 => Typed::Near(input.between(-3, 6)),
        9 => Typed::Near(input.between(-25, 110)),
        10 | 11 => Typed::Used(input.below(4)),
        12..=14 => Typed::Wrong(input.between(1, 8) as u64),
        _ => Typed::Another(1 + input.below(OWNED - 1)),
    }
}

fn damage(input: &mut Input<'_>) -> Damage {
    match input.below(8) {
        0..=3 => Damage::Flip(input.short().into()),
        4 | 5 => Damage::Cut(input.short().into()),
        6 => Damage::Swap,
        _ => Damage::Version,
    }
}

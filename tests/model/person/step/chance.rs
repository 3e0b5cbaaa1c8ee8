//! How often it happens: random sequences.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;

use super::{Case, Damage, Pair, Place, Step, Typed};
use crate::person::device::OWNED;
use crate::person::people::{HOUSES, NAMES, PURPOSES};
use crate::shelf::Loss;

pub fn case() -> impl Strategy<Value = Case> {
    let house = prop_oneof![2 => Just(0), 1 => Just(1), 3 => Just(2)];
    let first = (name(), prop_oneof![3 => Just(None), 2 => device().prop_map(Some)]).prop_map(|(name, device)| {
        Step::Ready { at: Place { owner: 0, node: 0 }, name, device: device.unwrap_or(name) }
    });
    (house, weighted(0.8, first), vec(step(), 1..40)).prop_map(|(house, first, mut steps)| {
        steps.splice(0..0, first);
        debug_assert!(house < HOUSES.len());
        Case { house, steps }
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => enrolling(),
        34 => authenticate(),
        10 => resynchronise(),
        10 => paper(),
        4 => (place(), name(), 4..26_u8).prop_map(|(at, name, rounds)| Step::Siege { at, name, rounds }),
        4 => decoy(),
        10 => ending(),
        9 => prop_oneof![
            Just(Step::Backup { owner: 0 }),
            (place(), name()).prop_map(|(at, name)| Step::Restore { at, name }),
        ],
        3 => (device(), 1..9_u8).prop_map(|(device, times)| Step::Press { device, times }),
        12 => wait(),
        4 => (0..2_usize, prop_oneof![4 => Just(0), 1 => -1..=1_i64]).prop_map(|(node, beside)| Step::Until { node, beside }),
        5 => skew(),
        4 => prop_oneof![Just(Loss::Write), Just(Loss::Answer), Just(Loss::Connection)].prop_map(Step::Lose),
        2 => damage(),
    ]
}

fn place() -> impl Strategy<Value = Place> {
    (prop_oneof![9 => Just(0), 1 => Just(1_usize)], 0..2_usize).prop_map(|(owner, node)| Place { owner, node })
}

fn name() -> impl Strategy<Value = usize> {
    prop_oneof![3 => Just(0), 3 => Just(1), 2 => 0..NAMES.len()]
}

fn device() -> impl Strategy<Value = usize> {
    0..OWNED
}

fn purpose() -> impl Strategy<Value = usize> {
    0..PURPOSES.len()
}

fn typed() -> impl Strategy<Value = Typed> {
    prop_oneof![
        7 => Just(Typed::Shown),
        3 => (-3..=6_i64).prop_map(Typed::Near),
        1 => (-25..=110_i64).prop_map(Typed::Near),
        3 => prop_oneof![3 => Just(0), 1 => 0..4_usize].prop_map(Typed::Used),
        4 => (1..9_u64).prop_map(Typed::Wrong),
        1 => (1..OWNED).prop_map(Typed::Another),
    ]
}

fn times() -> impl Strategy<Value = u8> {
    prop_oneof![3 => Just(1), 2 => 2..8_u8]
}

fn enrolling() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (place(), name(), device()).prop_map(|(at, name, device)| Step::Ready { at, name, device }),
        3 => (place(), name(), device(), any::<bool>())
            .prop_map(|(at, name, device, late)| Step::Enrol { at, name, device, late }),
        3 => (place(), name(), typed()).prop_map(|(at, name, typed)| Step::Confirm { at, name, typed }),
        2 => (place(), name(), device(), -1..=1_i64)
            .prop_map(|(at, name, device, beside)| Step::Lapse { at, name, device, beside }),
        1 => (place(), name()).prop_map(|(at, name)| Step::Spend { at, name }),
        1 => (place(), device()).prop_map(|(at, from)| Step::Crowd { at, from }),
        3 => (place(), name(), name(), any::<bool>(), typed())
            .prop_map(|(at, name, to, lapses, typed)| Step::Return { at, name, to, lapses, typed }),
    ]
}

fn authenticate() -> impl Strategy<Value = Step> {
    prop_oneof![
        16 => (place(), name(), purpose(), typed(), prop_oneof![3 => Just(false), 1 => Just(true)], times()).prop_map(
            |(at, name, purpose, typed, answering, times)| Step::Authenticate {
                at, name, purpose, typed, answering, times
            }
        ),
        1 => (place(), name(), device()).prop_map(|(at, name, device)| Step::Mistake { at, name, device }),
        2 => (place(), name()).prop_map(|(at, name)| Step::Authenticate {
            at, name, purpose: 1, typed: Typed::Near(-1), answering: false, times: 1
        }),
    ]
}

fn resynchronise() -> impl Strategy<Value = Step> {
    let pair = prop_oneof![
        4 => (-2..=3_i64).prop_map(Pair::Near),
        2 => (-12..=110_i64).prop_map(Pair::Near),
        1 => Just(Pair::Turned),
        1 => Just(Pair::Gapped),
        2 => Just(Pair::Used),
        1 => Just(Pair::Wrong),
    ];
    let by = prop_oneof![3 => 1..4_i64, 2 => -4..0_i64, 2 => -13..=13_i64];
    prop_oneof![
        3 => (place(), name(), purpose(), pair)
            .prop_map(|(at, name, purpose, pair)| Step::Resynchronise { at, name, purpose, pair }),
        2 => (place(), name(), by).prop_map(|(at, name, by)| Step::Adrift { at, name, by }),
    ]
}

fn paper() -> impl Strategy<Value = Step> {
    let number = prop_oneof![2 => Just(0), 1 => 0..10_usize];
    let list = prop_oneof![5 => Just(0), 1 => 1..3_usize];
    prop_oneof![
        2 => place().prop_map(|at| Step::Make { at }),
        4 => (place(), purpose(), list, number, times())
            .prop_map(|(at, purpose, list, number, times)| Step::Recover { at, purpose, list, number, times }),
        1 => (place(), times()).prop_map(|(at, times)| Step::Guess { at, decoy: false, times }),
    ]
}

/// Mostly where nobody is.
fn decoy() -> impl Strategy<Value = Step> {
    let at =
        (prop_oneof![1 => Just(0), 6 => Just(1_usize)], 0..2_usize).prop_map(|(owner, node)| Place { owner, node });
    prop_oneof![
        3 => (at.clone(), name(), purpose(), any::<bool>(), times())
            .prop_map(|(at, name, purpose, right, times)| Step::Decoy { at, name, purpose, right, times }),
        1 => (at, times()).prop_map(|(at, times)| Step::Guess { at, decoy: true, times }),
    ]
}

fn ending() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (place(), name()).prop_map(|(at, name)| Step::Revoke { at, name }),
        1 => place().prop_map(|at| Step::Close { at }),
        5 => place().prop_map(|at| Step::Reinstate { at }),
        5 => (place(), weighted(0.8, name())).prop_map(|(at, name)| Step::Status { at, name }),
    ]
}

fn wait() -> impl Strategy<Value = Step> {
    let seconds = prop_oneof![
        6 => 1..90_u64,
        4 => Just(30),
        2 => 90..4_000_u64,
        2 => 80_000..200_000_u64,
        1 => Just(401 * 86_400_u64),
        1 => Just(8 * 86_400_u64),
    ];
    seconds.prop_map(|seconds| Step::Wait { seconds })
}

fn skew() -> impl Strategy<Value = Step> {
    const YEAR: i64 = 365 * 86_400;
    let ahead = prop_oneof![Just(20), Just(60), Just(61), Just(3_600), Just(86_400), Just(YEAR), 1..4_000_i64];
    let offset = prop_oneof![3 => Just(0), 3 => ahead.clone(), 3 => ahead.prop_map(|seconds| -seconds)];
    (0..2_usize, offset).prop_map(|(node, offset)| Step::Skew { node, offset })
}

fn damage() -> impl Strategy<Value = Step> {
    let how = prop_oneof![
        (0..384_usize).prop_map(Damage::Flip),
        (0..384_usize).prop_map(Damage::Cut),
        Just(Damage::Swap),
        Just(Damage::Version),
    ];
    (how, any::<bool>()).prop_map(|(how, mended)| Step::Damage { how, mended })
}

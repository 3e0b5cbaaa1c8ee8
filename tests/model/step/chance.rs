//! How often it happens: random sequences.

use proptest::collection::vec;
use proptest::prelude::*;

use countersign::Delivery;

use super::{Case, Damage, Edge, Pick, Place, Step, Then, Typed};
use crate::people::{ACCOUNTS, ADDRESSES, PAYMENTS, RINGS, ROUTES};
use crate::shelf::Loss;

pub fn case() -> impl Strategy<Value = Case> {
    let home = prop_oneof![4 => Just(0), 5 => Just(1), 1 => Just(2), 3 => Just(3), 1 => 4..ACCOUNTS.len()];
    (home, vec(step(), 1..44)).prop_map(|(home, steps)| Case { home, steps })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        14 => issue(),
        18 => verify(),
        6 => resend(),
        5 => settle(),
        5 => onward(),
        24 => fresh(),
        4 => (place(), 6..30_u8).prop_map(|(at, rounds)| Step::Siege { at, rounds }),
        9 => wait(),
        8 => until(),
        6 => skew(),
        4 => (0..2_usize, ring()).prop_map(|(node, ring)| Step::Rotate { node, ring }),
        5 => (place(), pick()).prop_map(|(at, pick)| Step::Status { at, pick }),
        6 => ending(),
        2 => damage(),
        3 => prop_oneof![Just(Loss::Write), Just(Loss::Answer)].prop_map(Step::Lose),
    ]
}

fn place() -> impl Strategy<Value = Place> {
    let name = prop_oneof![7 => Just(None), 1 => (0..ACCOUNTS.len()).prop_map(Some)];
    (name, 0..2_usize).prop_map(|(name, node)| Place { name, node })
}

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![
        12 => Just(Pick::Own(0)),
        5 => (1..5_usize).prop_map(Pick::Own),
        1 => (0..3_usize).prop_map(Pick::Foreign),
        1 => Just(Pick::Nobody),
    ]
}

fn address() -> impl Strategy<Value = u8> {
    prop_oneof![12 => Just(0), 8 => 1..ADDRESSES.len() as u8]
}

/// To one address mostly; else along a route of several.
fn route() -> impl Strategy<Value = u8> {
    prop_oneof![12 => Just(0), 7 => 1..ADDRESSES.len() as u8, 6 => ADDRESSES.len() as u8..ROUTES.len() as u8]
}

fn several() -> impl Strategy<Value = u8> {
    prop_oneof![1 => Just(9_u8), 2 => Just(10), 1 => ADDRESSES.len() as u8..ROUTES.len() as u8]
}

fn answer() -> impl Strategy<Value = Delivery> {
    prop_oneof![2 => Just(Delivery::Sent), 5 => Just(Delivery::NotSent), 3 => Just(Delivery::Unknown)]
}

fn settle() -> impl Strategy<Value = Step> {
    let back = prop_oneof![5 => Just(0), 1 => 1..3_usize];
    (place(), pick(), back, answer()).prop_map(|(at, pick, back, answer)| Step::Settle { at, pick, back, answer })
}

fn onward() -> impl Strategy<Value = Step> {
    let route = prop_oneof![9 => Just(None), 1 => route().prop_map(Some)];
    let back = prop_oneof![3 => Just(None), 2 => Just(Some(0)), 1 => Just(Some(1))];
    (place(), pick(), rarely(10), route, back).prop_map(|(at, pick, changed, route, back)| Step::Onward {
        at,
        pick,
        changed,
        route,
        back,
    })
}

fn carried() -> impl Strategy<Value = Then> {
    let answers = [
        proptest::option::weighted(0.9, answer()),
        proptest::option::weighted(0.8, answer()),
        proptest::option::of(answer()),
    ];
    (answers, rarely(3), rarely(5)).prop_map(|(answers, hasty, reported)| Then::Carried { answers, hasty, reported })
}

fn issue() -> impl Strategy<Value = Step> {
    let request = prop_oneof![4 => Just(None), 1 => (0..2_u8).prop_map(Some)];
    (place(), 0..PAYMENTS, route(), request).prop_map(|(at, binding, route, request)| Step::Issue {
        at,
        binding,
        route,
        request,
    })
}

fn fresh() -> impl Strategy<Value = Step> {
    let then = prop_oneof![
        3 => Just(Then::Confirmed),
        3 => (1..7_u8).prop_map(Then::Guessed),
        3 => Just(Then::Changed),
        4 => ring().prop_map(Then::Rotated),
        4 => (any::<bool>(), any::<bool>()).prop_map(|(new_code, old)| Then::Resent { new_code, old }),
        2 => (-1..=1_i64).prop_map(Then::Lapsed),
        1 => Just(Then::Cancelled),
        1 => Just(Then::Reported),
        1 => any::<bool>().prop_map(|changed| Then::Repeated { changed }),
    ];
    let to_one = prop_oneof![6 => Just(0), 1 => Just(2), 1 => route()];
    let along = prop_oneof![8 => carried(), 2 => Just(Then::Unserved), 2 => Just(Then::LockedOut)];
    let both = prop_oneof![3 => (to_one, then), 1 => (several(), along)];
    (place(), 0..PAYMENTS, both).prop_map(|(at, binding, (route, then))| Step::Fresh { at, binding, route, then })
}

fn resend() -> impl Strategy<Value = Step> {
    let route = prop_oneof![9 => Just(None), 1 => route().prop_map(Some)];
    (place(), pick(), rarely(10), route, any::<bool>())
        .prop_map(|(at, pick, changed, route, new_code)| Step::Resend { at, pick, changed, route, new_code })
}

fn verify() -> impl Strategy<Value = Step> {
    let typed = prop_oneof![6 => Just(Typed::Right), 9 => Just(Typed::Wrong), 2 => Just(Typed::Old), 1 => Just(Typed::Another)];
    (place(), pick(), typed, rarely(7), prop_oneof![3 => Just(1), 2 => 2..7_u8])
        .prop_map(|(at, pick, typed, changed, times)| Step::Verify { at, pick, typed, changed, times })
}

fn ending() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (place(), pick()).prop_map(|(at, pick)| Step::Cancel { at, pick }),
        3 => (place(), pick()).prop_map(|(at, pick)| Step::Report { at, pick }),
        2 => (place(), address()).prop_map(|(at, address)| Step::Vouch { at, address }),
        1 => place().prop_map(|at| Step::Close { at }),
        4 => place().prop_map(|at| Step::Reinstate { at }),
    ]
}

fn wait() -> impl Strategy<Value = Step> {
    let seconds = prop_oneof![
        6 => 1..90_u64,
        3 => 90..700_u64,
        2 => 1_800..8_000_u64,
        2 => 80_000..200_000_u64,
        1 => Just(400 * 86_400_u64),
        1 => Just(402 * 86_400_u64),
        1 => Just(8 * 86_400_u64),
    ];
    seconds.prop_map(|seconds| Step::Wait { seconds })
}

fn until() -> impl Strategy<Value = Step> {
    let edge = prop_oneof![2 => Just(Edge::Hint), 2 => Just(Edge::Expiry), 3 => Just(Edge::Resend)];
    (0..2_usize, edge, prop_oneof![4 => Just(0), 1 => -1..=1_i64]).prop_map(|(node, edge, beside)| Step::Until {
        node,
        edge,
        beside,
    })
}

fn skew() -> impl Strategy<Value = Step> {
    const YEAR: i64 = 365 * 86_400;
    let ahead = prop_oneof![Just(20), Just(60), Just(61), Just(3_600), Just(86_400), Just(YEAR), 1..4_000_i64];
    let offset = prop_oneof![3 => Just(0), 4 => ahead.clone(), 4 => ahead.prop_map(|seconds| -seconds)];
    (0..2_usize, offset).prop_map(|(node, offset)| Step::Skew { node, offset })
}

fn ring() -> impl Strategy<Value = usize> {
    prop_oneof![6 => 0..RINGS.len(), 5 => Just(2)]
}

fn damage() -> impl Strategy<Value = Step> {
    let how = prop_oneof![
        (0..384_usize).prop_map(Damage::Flip),
        (0..384_usize).prop_map(Damage::Cut),
        (0..ACCOUNTS.len()).prop_map(Damage::Swap),
        Just(Damage::Version),
    ];
    (prop_oneof![4 => Just(None), 1 => (0..ACCOUNTS.len()).prop_map(Some)], how, any::<bool>())
        .prop_map(|(name, how, mended)| Step::Damage { name, how, mended })
}

/// True once in `times`.
fn rarely(times: u32) -> impl Strategy<Value = bool> {
    prop_oneof![times - 1 => Just(false), 1 => Just(true)]
}

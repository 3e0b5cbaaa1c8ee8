//! Every order in which the store calls of a few verifications can fall.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::*;

type Running<'a, E> = Pin<Box<dyn Future<Output = Outcome<E>> + 'a>>;

/// More polls than any of them needs.
const STEPS: u32 = 10;

/// Polls the futures in the order that the digits of `schedule` say; one poll is one call of the store.
fn play<E: std::fmt::Debug>(mut running: Vec<Running<'_, E>>, mut schedule: usize) -> Tally {
    let mut outcomes = Vec::new();
    while !running.is_empty() {
        let turn = schedule % running.len();
        schedule /= running.len();
        if let Poll::Ready(outcome) = running[turn].as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            outcomes.push(outcome);
            drop(running.remove(turn));
        }
    }
    outcomes.into_iter().collect()
}

/// The tally of each schedule of these codes, on a store that `broken` makes of an honest one.
fn schedules<S: AsyncStore<Error: Send + std::fmt::Debug>>(
    codes: fn(&Crowd) -> Vec<String>,
    broken: impl Fn(Row) -> S,
) -> impl Iterator<Item = Tally> {
    let (crowd, store) = gathered(PAY);
    let row = store.load(crowd.verify(0, &crowd.code).key()).unwrap().unwrap();
    (0..1 << STEPS).map(move |schedule| {
        let store = broken(Row::new(row.as_bytes()));
        let each = |(n, code): (usize, String)| -> Running<'_, S::Error> {
            let verify = crowd.verify(n, &code);
            Box::pin(verify.run_async(&store))
        };
        play(codes(&crowd).into_iter().enumerate().map(each).collect(), schedule)
    })
}

#[test]
fn f04_two_right_codes_are_one_approval_in_every_order() {
    let right = |crowd: &Crowd| crowd.right(2);
    for tally in schedules(right, Yielding) {
        assert_eq!(tally, Tally { approved: 1, wrong: 0, unjudged: 1 });
    }
}

#[test]
fn f04_a_wrong_code_beside_a_right_one_is_charged_or_too_late_in_every_order() {
    let both = |crowd: &Crowd| [crowd.wrong(1), crowd.right(1)].concat();
    let (mut charged, mut late) = (0, 0);
    for tally in schedules(both, Yielding) {
        assert_eq!((tally.approved, tally.wrong + tally.unjudged), (1, 1));
        charged += tally.wrong;
        late += tally.unjudged;
    }
    assert!(charged > 0 && late > 0, "the schedules reach both orders: {charged}, {late}");
}

#[test]
fn f04_the_same_orders_catch_a_store_where_the_last_writer_wins() {
    let right = |crowd: &Crowd| crowd.right(2);
    let twice = schedules(right, |store| Yielding(LastWriterWins(store))).filter(|tally| tally.approved == 2).count();
    assert!(twice > 0);
    assert!(twice < 1 << STEPS, "one after the other, even this store approves once");
}

//! Clients that are tasks of one runtime, on a store that is awaited.

use std::time::Instant;

use countersign::{AsyncStore, Key, Operation as _};

use crate::material::{Desk, Open, shares};
use crate::turns::{Effort, Turns};

/// Pairs of slices whose records are made in one go.
const ROUND: usize = 4;

/// Lets both sides verify in turns. `fill` stores the records, once for each side.
pub(crate) async fn take_turns<S, F>(
    clients: usize,
    effort: Effort,
    store: &'static S,
    mut fill: impl AsyncFnMut(&[Open]),
    by_hand: impl Fn(Vec<Key>) -> F,
) -> Turns
where
    S: AsyncStore<Error: core::fmt::Debug>,
    F: Future<Output = ()> + Send + 'static,
{
    let desk: &'static Desk = Box::leak(Box::new(Desk::new()));
    let ours = |share| serve(desk, store, share);
    let mut turns = Turns::default();
    let slice = clients * effort.calls;
    for round in 0..=effort.pairs.div_ceil(ROUND) {
        let mut open = desk.open(slice * ROUND);
        fill(&open).await;
        // The first round makes every connection prepare its statements, and does not count.
        if round == 1 {
            turns = Turns::default();
        }
        for number in 0..ROUND {
            let slice = open.split_off(open.len() - slice);
            let keys = shares(slice.iter().map(|open| open.key).collect(), clients);
            let slice = shares(slice, clients);
            // Each goes first as often as the other.
            if number % 2 == 0 {
                let ours = rate(slice, ours).await;
                turns.add(ours, rate(keys, &by_hand).await);
            } else {
                let by_hand = rate(keys, &by_hand).await;
                turns.add(rate(slice, ours).await, by_hand);
            }
        }
    }
    turns
}

async fn serve<S: AsyncStore<Error: core::fmt::Debug>>(desk: &Desk, store: &S, share: Vec<Open>) {
    for open in share {
        drop(desk.verify(open).run_async(store).await.unwrap());
    }
}

/// Calls a second of all clients, each of which has a share of them.
#[expect(clippy::cast_precision_loss, reason = "a count of calls fits a double")]
async fn rate<T, F>(shares: Vec<Vec<T>>, client: impl Fn(Vec<T>) -> F) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    let calls: usize = shares.iter().map(Vec::len).sum();
    let clients = shares.into_iter().map(client).collect::<Vec<_>>();
    let start = Instant::now();
    let tasks = clients.into_iter().map(tokio::spawn).collect::<Vec<_>>();
    for task in tasks {
        task.await.unwrap();
    }
    calls as f64 / start.elapsed().as_secs_f64()
}

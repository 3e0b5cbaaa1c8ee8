//! Verifications a second on an SQLite file, beside the same two statements by hand.
//!
//! `cargo bench --bench sqlite --features sqlite` prints the ratios. The file is made in the temporary directory, or in
//! the one that `COUNTERSIGN_BENCH_DIR` names: the disk there decides the rates, and disturbs the ratios least if it is
//! nobody else's.

#![expect(clippy::print_stdout, reason = "the ratios are for a person to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

#[path = "sqlite/hand.rs"]
mod hand;
#[path = "shared/line.rs"]
mod line;
#[path = "sqlite/material.rs"]
mod material;

use core::time::Duration;
use std::sync::Barrier;
use std::time::Instant;

use countersign::{Operation as _, SqliteStore, Store as _};
use hand::{Apart, Shared};
use material::{Desk, Directory, Open};

const TARGET: f64 = 0.90;

fn main() {
    let glance = std::env::args().any(|argument| argument == "--test");
    let effort = if glance { Effort { rounds: 1, calls: 64 } } else { Effort { rounds: 9, calls: 256 } };
    for clients in [1, 8, 64] {
        compare(clients, effort);
    }
    size();
}

/// How much to measure: calls of all clients of a round together.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    calls: usize,
}

/// Rounds of ours and of the two by hand in turns: what disturbs the machine disturbs all. Medians of the rates.
fn compare(clients: usize, Effort { rounds, calls }: Effort) {
    let (mut ours, mut shared, mut apart) = (vec![], vec![], vec![]);
    for _ in 0..rounds {
        ours.push(verify(clients, calls));
        shared.push(by_hand(clients, calls, Shared::open));
        apart.push(by_hand(clients, calls, Apart::open));
    }
    let (ours, shared, apart) = (median(ours), median(shared), median(apart));
    let best = shared.max(apart);
    let ratio = ours / best;
    let verdict = if ratio >= TARGET { "met" } else { "MISSED" };
    println!(
        "{clients:>2} clients: verify {ours:.0}/s; by hand {shared:.0}/s (one connection), {apart:.0}/s (one a client); \
         ratio to the better one {ratio:.2}, target at least {TARGET:.2}: {verdict}"
    );
    line::ratio("sqlite", clients, ratio);
}

/// Verifications a second. Each round has a file of its own.
fn verify(clients: usize, calls: usize) -> f64 {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).unwrap();
    let desk = Desk::new();
    let open = desk.fill(&directory.file(), calls);
    race(clients, open, |open, rng| drop(desk.verify(open, rng).run(&store).unwrap()))
}

/// The same two statements a second, on an equal file.
fn by_hand<H: Fn(&Open) + Send>(clients: usize, calls: usize, hand: impl Fn(&Directory, usize) -> Vec<H>) -> f64 {
    let directory = Directory::new();
    drop(SqliteStore::open(directory.file()).unwrap());
    let open = Desk::new().fill(&directory.file(), calls);
    let hands = hand(&directory, clients);
    let shares = material::shares(open, clients);
    timed(calls, hands.into_iter().zip(shares).map(|(hand, share)| move || share.iter().for_each(&hand)).collect())
}

fn race(clients: usize, open: Vec<Open>, verify: impl Fn(Open, &mut material::Rng) + Sync) -> f64 {
    let verify = &verify;
    let one = |(client, share): (usize, Vec<Open>)| {
        move || {
            let mut rng = material::rng(client);
            for open in share {
                verify(open, &mut rng);
            }
        }
    };
    timed(open.len(), material::shares(open, clients).into_iter().enumerate().map(one).collect())
}

/// Lets all clients go at once; calls a second.
#[expect(clippy::cast_precision_loss, reason = "a count of calls fits a double")]
fn timed(calls: usize, clients: Vec<impl FnOnce() + Send>) -> f64 {
    let barrier = Barrier::new(clients.len() + 1);
    let start = std::thread::scope(|scope| {
        for client in clients {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                client();
            });
        }
        barrier.wait();
        Instant::now()
    });
    calls as f64 / start.elapsed().max(Duration::from_nanos(1)).as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

/// Bytes a record on the disk, with one open challenge each.
fn size() {
    const RECORDS: u64 = 20_000;
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).unwrap();
    let open = Desk::new().fill(&directory.file(), usize::try_from(RECORDS).unwrap());
    let found = store.load(&open.first().unwrap().key).unwrap().unwrap();
    drop(store); // the last one to close writes everything into the one file
    let bytes = std::fs::metadata(directory.file()).unwrap().len();
    let record = found.as_bytes().len();
    println!("{} bytes a record in the file, of which 32 are its key and {record} the record", bytes / RECORDS);
}

//! Verifications a second on an SQLite file, beside the same two statements by hand.
//!
//! `scripts/ratios sqlite` runs it. The files are made in the temporary directory, or in the one that
//! `COUNTERSIGN_BENCH_DIR` names: it has to be on a disk, since durability is what both sides have in common.

#![expect(clippy::print_stdout, reason = "the ratios are for a person to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

#[path = "sqlite/hand.rs"]
mod hand;
#[path = "shared/line.rs"]
mod line;
#[path = "shared/material.rs"]
mod material;
#[path = "sqlite/place.rs"]
mod place;
#[path = "shared/turns.rs"]
mod turns;

use std::sync::Barrier;
use std::time::Instant;

use countersign::{Key, Operation as _, SqliteStore, Store as _};
use hand::{Apart, Shared};
use material::{Desk, Open, shares};
use place::{Directory, fill};
use turns::{Effort, Turns};

fn main() {
    // One client is measured most often: its pairs differ most, and it is nearest to the target.
    for (clients, pairs, calls) in [(1, 320, 64), (8, 80, 16), (64, 80, 4)] {
        compare(clients, Effort::of_this_run(Effort { pairs, calls }));
    }
    print_bytes();
}

/// How often the files are made anew: over runs with one set each, the same code made 0.81 to 0.93 of what the loop made, and
/// the loop beside itself 0.94 to 1.07.
const FILES: usize = 40;

/// Slices of ours and of the two by hand in turns, each on a file of its own; beside the better one by hand.
fn compare(clients: usize, Effort { pairs, calls }: Effort) {
    let (mut to_shared, mut to_apart) = (Turns::default(), Turns::default());
    for _ in 0..FILES.min(pairs) {
        take_turns(clients, Effort { pairs: pairs / FILES.min(pairs), calls }, &mut to_shared, &mut to_apart);
    }
    let better = if to_shared.ratio() <= to_apart.ratio() { to_shared } else { to_apart };
    better.report("sqlite", clients);
}

fn take_turns(clients: usize, Effort { pairs, calls }: Effort, to_shared: &mut Turns, to_apart: &mut Turns) {
    let (ours, one, many) = (Directory::new("ours"), Directory::new("shared"), Directory::new("apart"));
    let (desk, store) = (Desk::new(), SqliteStore::open(ours.file()).unwrap());
    for directory in [&one, &many] {
        drop(SqliteStore::open(directory.file()).unwrap()); // makes the table
    }
    let (shared, apart) = (Shared::open(&one, clients), Apart::open(&many, clients));
    for pair in 0..=pairs {
        let open = desk.open(clients * calls);
        let keys = shares(open.iter().map(|open| open.key).collect(), clients);
        for directory in [&ours, &one, &many] {
            fill(&directory.file(), &open);
        }
        let mut slices = Slices { open: Some(shares(open, clients)), keys, desk: &desk, store: &store };
        let (mut verified, mut by_one, mut by_many) = (0.0, 0.0, 0.0);
        // Each goes first as often as the others.
        for turn in 0..3 {
            match (turn + pair) % 3 {
                0 => verified = slices.verify(),
                1 => by_one = slices.by_hand(&shared),
                _ => by_many = slices.by_hand(&apart),
            }
        }
        // The first one prepares the statements.
        if pair > 0 {
            to_shared.add(verified, by_one);
            to_apart.add(verified, by_many);
        }
    }
}

/// What the clients of one slice do.
struct Slices<'s> {
    open: Option<Vec<Vec<Open>>>,
    keys: Vec<Vec<Key>>,
    desk: &'s Desk,
    store: &'s SqliteStore,
}

impl Slices<'_> {
    fn verify(&mut self) -> f64 {
        let (desk, store) = (self.desk, self.store);
        let client =
            |share: Vec<Open>| move || share.into_iter().for_each(|open| drop(desk.verify(open).run(store).unwrap()));
        rate(self.keys.iter().map(Vec::len).sum(), self.open.take().into_iter().flatten().map(client).collect())
    }

    fn by_hand<H: Fn(&Key) + Sync>(&self, hands: &[H]) -> f64 {
        let clients = hands.iter().zip(&self.keys).map(|(hand, share)| move || share.iter().for_each(hand));
        rate(self.keys.iter().map(Vec::len).sum(), clients.collect())
    }
}

/// Lets all clients go at once; calls a second.
#[expect(clippy::cast_precision_loss, reason = "a count of calls fits a double")]
fn rate(calls: usize, clients: Vec<impl FnOnce() + Send>) -> f64 {
    let barrier = Barrier::new(clients.len() + 1);
    let start = std::thread::scope(|scope| {
        for client in clients {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                client();
            });
        }
        let start = Instant::now();
        barrier.wait();
        start
    });
    calls as f64 / start.elapsed().as_secs_f64()
}

/// Bytes a record in the file, with one open challenge each.
fn print_bytes() {
    const RECORDS: usize = 20_000;
    let directory = Directory::new("size");
    let store = SqliteStore::open(directory.file()).unwrap();
    let open = Desk::new().open(RECORDS);
    fill(&directory.file(), &open);
    let found = store.load(&open.first().unwrap().key).unwrap().unwrap();
    drop(store); // the last one to close writes everything into the one file
    let bytes = std::fs::metadata(directory.file()).unwrap().len();
    println!("sqlite: {} bytes of a record are stored under a key of 32", found.as_bytes().len());
    line::bytes("sqlite", bytes / u64::try_from(RECORDS).unwrap());
}

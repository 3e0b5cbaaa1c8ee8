//! Verifications a second through `SqlxStore`, beside the smallest loop that reads and conditionally writes a row.
//!
//! `scripts/ratios postgres mysql` starts servers and runs it; `COUNTERSIGN_POSTGRES_URL` and `COUNTERSIGN_MYSQL_URL` name
//! other ones. Both sides have the same pool, statements, durability, rows and number of tasks. Without a server it
//! measures nothing. The tables are made anew and dropped.

#![expect(clippy::print_stdout, reason = "the ratios are for a person to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

#[path = "shared/clients.rs"]
mod clients;
#[path = "shared/line.rs"]
mod line;
#[path = "sqlx/mariadb.rs"]
mod mariadb;
#[path = "shared/material.rs"]
mod material;
#[path = "sqlx/postgresql.rs"]
mod postgresql;
#[path = "shared/turns.rs"]
mod turns;

use turns::Effort;

/// Clients, and calls of each in a slice.
const MEASURED: [(usize, usize); 3] = [(1, 32), (8, 16), (64, 8)];
const PAIRS: usize = 100;

/// Rows of which the bytes are printed.
const RECORDS: usize = 20_000;

#[tokio::main]
async fn main() {
    let wanted = |variable: &str| {
        let url = std::env::var(variable);
        url.inspect_err(|_| println!("set {variable} to measure that server")).ok()
    };
    if let Some(url) = wanted("COUNTERSIGN_POSTGRES_URL") {
        postgresql::measure(&url).await;
    }
    if let Some(url) = wanted("COUNTERSIGN_MYSQL_URL") {
        mariadb::measure(&url).await;
    }
}

fn effort(calls: usize) -> Effort {
    Effort::of_this_run(Effort { pairs: PAIRS, calls })
}

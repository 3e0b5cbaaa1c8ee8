//! A small service that takes confirmed payments over HTTP; its records are where a URL says.
//!
//! ```text
//! cargo run --package gateway                                  # records and ledger in memory
//! curl -s localhost:8080/orders/4711/pay -H 'content-type: application/json' -d '{"form":"page-1"}'
//! curl -s localhost:8080/orders/4711/confirm -H 'content-type: application/json' -d '{"handle":"...","code":"..."}'
//! curl -s localhost:8080/orders/4711?handle=...
//!
//! head -c 64 /dev/urandom >gateway.keys                        # two root keys, for every process the same
//! cargo run --package gateway -- --keys gateway.keys --store sqlite:records.db --ledger sqlite:ledger.db
//! cargo run --package gateway -- --keys gateway.keys --store postgres://... --ledger postgres://...
//! ```
//!
//! `gateway/desk.rs` is what an integration has to write; the rest is around it. It speaks to the shop's own backend,
//! which knows who is logged in, limits requests by address and speaks TLS to browsers: none of that is here.
//!
//! It is a package of its own in this workspace. An example of the crate could only have a web server as a development
//! dependency, which every stranger would build who runs any other example; and a test that starts two processes of
//! the real program wants a program that Cargo builds for it.
//!
//! Exits with 0 when it was interrupted and all that it had begun is done, with 2 if it could not start.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::{env, fs};

use countersign::{Keyring, RootKey, SystemRng};
use gateway::{Desk, Ledger, Orders, Outbox, Trouble, Work};

const USAGE: &str = "usage: gateway [--listen ADDRESS] [--store URL] [--ledger URL] [--keys FILE] [--orders FILE] \
    [--outbox FILE]";

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gateway: {error}");
            ExitCode::from(2)
        }
    }
}

async fn serve() -> Result<(), Trouble> {
    let flags = Flags::parse(env::args().skip(1))?;
    let work = Work::new();
    let routes = gateway::routes(flags.desk().await?, work.clone());
    let listener = tokio::net::TcpListener::bind(flags.or("--listen", "127.0.0.1:8080")).await?;
    eprintln!("gateway: listening on http://{}", listener.local_addr()?);
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, routes).with_graceful_shutdown(interrupted).await?;
    work.finish().await; // also what clients did not wait for
    Ok(())
}

struct Flags(BTreeMap<String, String>);

impl Flags {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Trouble> {
        let mut flags = BTreeMap::new();
        while let Some(flag) = words.next() {
            let known = ["--listen", "--store", "--ledger", "--keys", "--orders", "--outbox"].contains(&&*flag);
            let value = words.next().filter(|_| known).ok_or(USAGE)?;
            flags.insert(flag, value);
        }
        Ok(Self(flags))
    }

    fn get(&self, flag: &str) -> Option<&str> {
        self.0.get(flag).map(String::as_str)
    }

    fn or<'a>(&'a self, flag: &str, default: &'a str) -> &'a str {
        self.get(flag).unwrap_or(default)
    }

    async fn desk(&self) -> Result<Desk, Trouble> {
        let keys = self.keys()?;
        let orders = match self.get("--orders") {
            Some(file) => Orders::parse(&fs::read_to_string(file)?)?,
            None => Orders::parse(include_str!("gateway/orders.json"))?,
        };
        let outbox = self.get("--outbox").map_or_else(|| Ok(Outbox::stdout()), |file| Outbox::file(file.as_ref()))?;
        let store = gateway::open(self.or("--store", "memory:")).await?;
        let ledger = Ledger::open(self.or("--ledger", "memory:")).await?;
        Ok(Desk::new(keys, store, orders, ledger, outbox))
    }

    /// Index key and code key, 32 bytes each. Without a file new ones, which end with the process as its memory does.
    fn keys(&self) -> Result<Keyring, Trouble> {
        let Some(file) = self.get("--keys") else {
            if self.or("--store", "memory:") != "memory:" {
                return Err("a store that outlives the process needs --keys".into());
            }
            return Ok(Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?);
        };
        let bytes = fs::read(file)?;
        match bytes.split_at_checked(RootKey::SHORTEST) {
            Some((index, code)) if bytes.len() == 2 * RootKey::SHORTEST => {
                Ok(Keyring::new(&RootKey::from_bytes(index)?, &RootKey::from_bytes(code)?)?)
            }
            _ => Err("--keys wants a file of 64 random bytes".into()),
        }
    }
}

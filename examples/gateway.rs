//! A small service that takes confirmed payments over HTTP, with a checkout page to try it on; its records are where a
//! URL says.
//!
//! ```text
//! cargo run --package gateway                                  # then open the page that it names
//!
//! cargo run --package gateway -- --data /var/lib/gateway       # keys, records and tables in another folder
//! cargo run --package gateway -- --store redis://... --tables postgres://...   # or in databases
//!
//! curl -s localhost:8080/orders/4711/pay -H 'content-type: application/json' -d '{"form":"page-1"}'
//! curl -s localhost:8080/orders/4711/confirm -H 'content-type: application/json' -d '{"handle":"...","code":"..."}'
//! curl -s localhost:8080/orders/4711?handle=...
//! ```
//!
//! The phone beside the page shows what a provider would send. It is there only on a loopback address, and not if
//! `--outbox` names another place for messages.
//!
//! `gateway/desk.rs` is what an integration has to write, with `prepaid.rs` and `budget.rs` beside it; the rest is around it. It speaks to the shop's own backend,
//! which knows who is logged in, limits requests by address and speaks TLS to browsers: none of that is here.
//!
//! It is a package of its own in this workspace. An example of the crate could only have a web server as a development
//! dependency, which every stranger would build who runs any other example; and a test that starts two processes of
//! the real program wants a program that Cargo builds for it.
//!
//! Exits with 0 when it was interrupted and all that it had begun is done, with 2 if it could not start.

use core::net::SocketAddr;
use std::collections::BTreeMap;
use std::env;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use countersign::{Keyring, RootKey, SystemClock, SystemRng};
use gateway::{Desk, Ledger, Orders, Outbox, Trouble, Work};

const USAGE: &str = "usage: gateway [--listen ADDRESS] [--operator ADDRESS] [--data FOLDER] [--store URL] [--tables URL] \
    [--keys FILE] [--orders FILE] [--outbox FILE]";

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
    let listener = tokio::net::TcpListener::bind(flags.or("--listen", "127.0.0.1:8080")).await?;
    let address = listener.local_addr()?;
    let (desk, work) = (Arc::new(flags.desk(address).await?), Work::new());
    let routes = gateway::routes(Arc::clone(&desk), work.clone());
    if let Some(operator) = flags.operator() {
        let listener = tokio::net::TcpListener::bind(operator).await?;
        eprintln!("gateway: the operator's view is on http://{}", listener.local_addr()?);
        tokio::spawn(async { axum::serve(listener, gateway::operator(desk)).await });
    }
    eprintln!("gateway: listening on http://{address}");
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
            let known = ["--listen", "--operator", "--data", "--store", "--tables", "--keys", "--orders", "--outbox"];
            let value = words.next().filter(|_| known.contains(&&*flag)).ok_or(USAGE)?;
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

    /// Where operators, and nobody else, may look: by default beside the page, as long as that is this machine's alone.
    fn operator(&self) -> Option<&str> {
        let beside = self.get("--listen").is_none().then_some("127.0.0.1:8081");
        self.get("--operator").or(beside)
    }

    async fn desk(&self, address: SocketAddr) -> Result<Desk, Trouble> {
        let keys = self.keys()?;
        let store = gateway::open(&self.url("--store", "records.db")?).await?;
        let tables = self.url("--tables", "tables.db")?;
        let orders = match self.get("--orders") {
            Some(file) => Orders::open(&fs::read_to_string(file)?, &tables).await?,
            None => Orders::open(include_str!("gateway/orders.json"), &tables).await?,
        };
        let outbox = match self.get("--outbox") {
            Some(file) => Outbox::file(file.as_ref())?,
            None if address.ip().is_loopback() => Outbox::phone(),
            None => return Err("without --outbox a phone shows every code: only on a loopback address".into()),
        };
        Desk::new(keys, Arc::new(SystemClock), store, orders, Ledger::open(&tables).await?, outbox)
    }

    /// The URL that a flag names, or that of a file in the folder.
    fn url(&self, flag: &str, file: &str) -> Result<String, Trouble> {
        match self.get(flag) {
            Some(url) => Ok(url.to_owned()),
            None => Ok(format!("sqlite:{}", self.data()?.join(file).display())),
        }
    }

    /// The folder of whatever no flag puts elsewhere, for this user alone.
    fn data(&self) -> Result<&Path, Trouble> {
        let folder = Path::new(self.or("--data", "gateway-data"));
        if !folder.exists() {
            let mut builder = DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(folder)?;
        }
        Ok(folder)
    }

    /// Index key and code key, 32 bytes each, the same for every process. A folder that has none gets new ones.
    fn keys(&self) -> Result<Keyring, Trouble> {
        let file = match self.get("--keys") {
            Some(file) => PathBuf::from(file),
            None => self.new_keys()?,
        };
        let bytes = fs::read(file)?;
        match bytes.split_at_checked(RootKey::SHORTEST) {
            Some((index, code)) if bytes.len() == 2 * RootKey::SHORTEST => {
                Ok(Keyring::new(&RootKey::from_bytes(index)?, &RootKey::from_bytes(code)?)?)
            }
            _ => Err("a file of keys has 64 random bytes".into()),
        }
    }

    fn new_keys(&self) -> Result<PathBuf, Trouble> {
        let file = self.data()?.join("keys");
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&file) {
            Ok(mut new) => {
                let root = || RootKey::generate(&mut SystemRng);
                new.write_all(&[root()?.expose(), root()?.expose()].concat())?;
                new.sync_all()?;
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        Ok(file)
    }
}

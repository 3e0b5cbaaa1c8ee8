//! Challenges that wait for their codes, in a file of their own.

use std::path::{Path, PathBuf};

use countersign::{
    Code, Currency, Digits, Handle, Key, Keyring, MemoryStore, Money, Operation as _, Payment, Policy, Purpose,
    Recipient, RootKey, Slip, Store as _, Subject, UnixTime, Verifier, Verify,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rusqlite::{Connection, params};

pub(crate) type Rng = ChaCha20Rng;

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

pub(crate) fn rng(client: usize) -> Rng {
    Rng::seed_from_u64(100 + client as u64)
}

/// A directory that goes away with the bench.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        let parent = std::env::var_os("COUNTERSIGN_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let path = parent.join(format!("countersign-bench-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("records.db")
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A challenge that waits for its code.
pub(crate) struct Open {
    pub(crate) key: Key,
    subject: Subject,
    handle: Handle,
    code: Code,
    payment: Payment,
}

pub(crate) struct Desk(Verifier);

impl Desk {
    pub(crate) fn new() -> Self {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        Self(Verifier::new(Keyring::new(&root(1), &root(2)).unwrap()))
    }

    /// Issues in memory, and puts all records into the file in one transaction.
    pub(crate) fn fill(&self, file: &Path, count: usize) -> Vec<Open> {
        let (memory, mut rng) = (MemoryStore::new(), rng(0));
        let open: Vec<_> = (0..count).map(|number| self.issue(number, &memory, &mut rng)).collect();
        let mut connection = Connection::open(file).unwrap();
        let change = connection.transaction().unwrap();
        for each in &open {
            let record = memory.load(&each.key).unwrap().unwrap();
            let values = params![each.key.as_bytes(), record.as_bytes()];
            change.execute("INSERT INTO countersign_records VALUES (?1, ?2, unixepoch() + 172800)", values).unwrap();
        }
        change.commit().unwrap();
        open
    }

    pub(crate) fn verify(&self, open: Open, rng: &mut Rng) -> Verify<'_, Payment> {
        self.0.verify(PAY, &open.subject, open.handle, open.code, open.payment, NOW, rng).unwrap()
    }

    /// A 16-byte subject, a 30-byte payee, a 34-byte account and a 35-byte reference.
    fn issue(&self, number: usize, memory: &MemoryStore, rng: &mut Rng) -> Open {
        let subject = Subject::from_bytes(&(number as u128 + 1).to_be_bytes()).unwrap();
        let (payee, account) = ("The Bicycle Shop of Anna & Co.", "GB29NWBK60161331926819000000000000");
        let amount = Money::new(129_90, Currency::EUR);
        let payment = Payment::new(amount, payee, account, "order 4711 of 22 November 2026, 10x").unwrap();
        let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1));
        let issue = self.0.issue(PAY, &subject, &payment, &phone, NOW, rng).unwrap();
        let key = *issue.key();
        let issued = issue.run(memory).unwrap();
        let parse = |slip: &Slip<'_, Payment>| Code::parse(slip.code(), Digits::SIX).unwrap();
        let (code, handle) = (issued.message(&parse).unwrap(), issued.ticket().handle());
        Open { key, subject, handle, code, payment }
    }
}

/// Deals the challenges out to the clients.
pub(crate) fn shares(open: Vec<Open>, clients: usize) -> Vec<Vec<Open>> {
    let mut shares: Vec<_> = (0..clients).map(|_| Vec::new()).collect();
    for (number, open) in open.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(number % clients) {
            share.push(open);
        }
    }
    shares
}

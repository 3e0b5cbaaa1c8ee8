//! Challenges that wait for their codes, and the records that stand for them.

use core::sync::atomic::{AtomicU64, Ordering};

use countersign::{
    Code, Currency, Digits, Handle, Key, Keyring, MemoryStore, Money, Operation as _, Payment, Policy, Purpose,
    Recipient, Record, RootKey, Slip, Store as _, Subject, SystemRng, UnixTime, Verifier, Verify,
};

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
/// For how many seconds a record with an approval is kept, and so that by hand.
pub(crate) const KEEP: u32 = 172_800;

/// A challenge that waits for its code, and its record.
pub(crate) struct Open {
    pub(crate) key: Key,
    pub(crate) record: Record,
    subject: Subject,
    handle: Handle,
    code: Code,
    payment: Payment,
}

pub(crate) struct Desk {
    verifier: Verifier,
    customers: AtomicU64,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        let verifier = Verifier::new(Keyring::new(&root(1), &root(2)).unwrap());
        Self { verifier, customers: AtomicU64::new(1) }
    }

    /// One challenge each of so many customers; no store has their records yet.
    pub(crate) fn open(&self, count: usize) -> Vec<Open> {
        let memory = MemoryStore::new();
        (0..count).map(|_| self.issue(&memory)).collect()
    }

    pub(crate) fn verify(&self, open: Open) -> Verify<'_, Payment> {
        let Open { subject, handle, code, payment, .. } = open;
        self.verifier.verify(PAY, &subject, handle, code, payment, NOW, &mut SystemRng).unwrap()
    }

    /// A 16-byte subject, a 30-byte payee, a 34-byte account and a 35-byte reference.
    fn issue(&self, memory: &MemoryStore) -> Open {
        let number = u128::from(self.customers.fetch_add(1, Ordering::Relaxed));
        let subject = Subject::from_bytes(&number.to_be_bytes()).unwrap();
        let (payee, account) = ("The Bicycle Shop of Anna & Co.", "GB29NWBK60161331926819000000000000");
        let amount = Money::new(129_90, Currency::EUR);
        let payment = Payment::new(amount, payee, account, "order 4711 of 22 November 2026, 10x").unwrap();
        let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1));
        let issue = self.verifier.issue(PAY, &subject, &payment, &phone, NOW, &mut SystemRng).unwrap();
        let key = *issue.key();
        let issued = issue.run(memory).unwrap();
        let parse = |slip: &Slip<'_, Payment>| Code::parse(slip.code(), Digits::SIX).unwrap();
        let (code, handle) = (issued.message(&parse).unwrap(), issued.ticket().handle());
        let record = memory.load(&key).unwrap().unwrap();
        Open { key, record, subject, handle, code, payment }
    }
}

/// Deals out to the clients.
pub(crate) fn shares<T>(all: Vec<T>, clients: usize) -> Vec<Vec<T>> {
    let mut shares: Vec<_> = (0..clients).map(|_| Vec::new()).collect();
    for (number, one) in all.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(number % clients) {
            share.push(one);
        }
    }
    shares
}

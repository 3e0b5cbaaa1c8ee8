//! Rows that are no records: damaged, cut short, too long, another's, or from a later version.

use super::*;

/// What an operation on a bad row came to, and whether it wrote.
type Came = (Result<(), Failure<Down>>, usize);

struct Victim {
    desk: Desk<Counted<MemoryStore>>,
    sent: Sent,
}

impl Victim {
    /// A customer with one open challenge and one wrong code, or with four challenges.
    fn with(challenges: usize) -> Self {
        let desk = Desk::new(Counted::new(MemoryStore::new()));
        let mut sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        for _ in 1..challenges {
            desk.wait(30);
            sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        }
        desk.miss(PAY, &customer(), &sent);
        Self { desk, sent }
    }

    fn row(&self) -> Vec<u8> {
        self.desk.store.written().as_bytes().to_vec()
    }

    /// One operation while `bytes` are what the store answers.
    fn run<'v, O: Operation>(
        &'v self,
        bytes: &[u8],
        make: impl FnOnce(&'v Verifier, UnixTime, &mut ChaCha20Rng) -> Result<O, Invalid>,
    ) -> Came {
        let store = Counted::new(Row::new(bytes));
        let operation = make(&self.desk.verifier, self.desk.time(), &mut self.desk.rng.borrow_mut()).unwrap();
        let outcome = operation.run(&store).map(drop);
        (outcome, store.calls().1)
    }

    fn verify(&self, bytes: &[u8]) -> Came {
        self.run(bytes, |v, now, rng| {
            v.verify(PAY, &customer(), self.sent.0, six(&self.sent.1), payment(1), now, rng)
        })
    }

    /// Every operation that would spend or grant something.
    fn all(&self, bytes: &[u8]) -> [Came; 7] {
        let (who, value, phone, handle) = (customer(), payment(1), phone(), self.sent.0);
        [
            self.verify(bytes),
            self.run(bytes, |v, now, rng| v.issue(PAY, &who, &value, &phone, now, rng)),
            self.run(bytes, |v, now, rng| v.resend(PAY, &who, handle, &value, &phone, now, rng)),
            self.run(bytes, |v, now, rng| v.cancel(PAY, &who, handle, now, rng)),
            self.run(bytes, |v, now, rng| v.report(PAY, &who, Reporter::Vouched(&phone), now, rng)),
            self.run(bytes, |v, now, rng| {
                v.report(PAY, &who, Reporter::Token(ReportToken::from_bytes([0; 8])), now, rng)
            }),
            self.run(bytes, |v, now, rng| v.close(PAY, &who, now, rng)),
        ]
    }
}

fn is_corrupt((outcome, swaps): Came) -> bool {
    let refused = match outcome {
        Err(Failure::Refused(refused)) => refused,
        other => panic!("{other:?}"),
    };
    refused.reason() == Reason::CorruptRecord && refused.hint() == Hint::Contact && swaps == 0
}

fn is_newer((outcome, swaps): Came) -> bool {
    outcome == Err(Failure::Unavailable(Unavailable::Cause(Cause::NewerRecord))) && swaps == 0
}

#[test]
fn every_flipped_bit_of_a_record_is_corrupt_or_a_later_version_and_never_a_fresh_budget() {
    for challenges in [1, 4] {
        let victim = Victim::with(challenges);
        let row = victim.row();
        assert!(row.len() <= Record::LONGEST);
        for bit in 0..row.len() * 8 {
            let mut flipped = row.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let came = victim.verify(&flipped);
            let newer = flipped[0] > 1;
            assert!(if newer { is_newer(came) } else { is_corrupt(came) }, "bit {bit} of {challenges}");
        }
        assert_eq!(victim.verify(&row), (Ok(()), 1), "the row itself is sound");
    }
}

#[test]
fn a_damaged_row_is_refused_by_every_operation() {
    let victim = Victim::with(1);
    let mut row = victim.row();
    row[20] ^= 1;
    for (n, came) in victim.all(&row).into_iter().enumerate() {
        assert!(is_corrupt(came), "operation {n}");
    }
    row[0] = 2;
    for (n, came) in victim.all(&row).into_iter().enumerate() {
        assert!(is_newer(came), "operation {n}");
    }
}

#[test]
fn every_length_but_its_own_is_corrupt() {
    let victim = Victim::with(1);
    let row = victim.row();
    for length in 0..row.len() {
        assert!(is_corrupt(victim.verify(&row[..length])), "{length} bytes");
    }
    for length in [row.len() + 1, 384, 385, 386, 65_535, 65_536, 65_536 + row.len(), 1 << 20] {
        let mut longer = row.clone();
        longer.resize(length, 0);
        assert!(is_corrupt(victim.verify(&longer)), "{length} bytes");
    }
}

#[test]
fn an_empty_row_is_corrupt_and_not_nothing_stored() {
    let victim = Victim::with(1);
    for (n, came) in victim.all(&[]).into_iter().enumerate() {
        assert!(is_corrupt(came), "operation {n}");
    }
    let status = victim.desk.verifier.status(PAY, &customer(), victim.desk.time()).unwrap().run(&Row::new(&[]));
    assert_eq!(status.unwrap().condition(), Condition::Corrupt);
}

#[test]
fn another_keys_row_is_corrupt() {
    let victim = Victim::with(1);
    let lanes = Policy::PAYMENT.draft().lanes(2).ceilings(Ceilings::per_million(10, 40, 100)).build().unwrap();
    let (elsewhere, two) = (Purpose::<Payment>::new("elsewhere", Policy::PAYMENT), Purpose::new("pay", lanes));
    let (stranger, device) = (Subject::new("customer-4712").unwrap(), customer().on(Device::ONE));
    for (purpose, who) in [(PAY, stranger), (elsewhere, customer()), (two, device)] {
        let other = Desk::new(Counted::new(MemoryStore::new()));
        other.issue(purpose, &who, &payment(1)).unwrap();
        assert!(is_corrupt(victim.verify(other.store.written().as_bytes())));
    }
}

#[test]
fn a_row_under_another_index_key_is_corrupt() {
    let victim = Victim::with(1);
    let keys = Keyring::new(&root(9), &root(2)).unwrap();
    let other = Desk::with_keys(Counted::new(MemoryStore::new()), keys);
    other.issue(PAY, &customer(), &payment(1)).unwrap();
    assert!(is_corrupt(victim.verify(other.store.written().as_bytes())));
}

#[test]
fn every_version_byte_but_this_one_is_corrupt_or_newer() {
    let victim = Victim::with(1);
    let mut row = victim.row();
    for version in [0].into_iter().chain(2..=u8::MAX) {
        row[0] = version;
        assert!(if version == 0 { is_corrupt(victim.verify(&row)) } else { is_newer(victim.verify(&row)) });
        let reinstated = victim.run(&row, |v, now, rng| v.reinstate(PAY, &customer(), now, rng));
        assert_eq!(reinstated.1, usize::from(version == 0), "what a later version wrote is not overwritten");
    }
}

#[test]
fn a_corrupt_record_is_reinstated_with_its_day_at_the_limit() {
    let victim = Victim::with(1);
    let mut row = victim.row();
    row[20] ^= 1;
    let desk = Desk::node(Row::new(&row), 3);
    let status = desk.act(|verifier, now, rng| verifier.reinstate(PAY, &customer(), now, rng)).unwrap();
    assert_eq!((status.day_failures(), status.day_sends(), status.total_failures()), (20, 30, 0));
    assert_eq!(status.condition(), Condition::Locked { until: at(START + DAY) });
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Locked);
    assert_eq!(desk.hit(PAY, &customer(), &victim.sent), Err(Reason::UnknownHandle), "its challenges are gone");
    desk.wait(DAY);
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
}

/// More than 384 bytes cannot be held, so no swap can name them: a column that takes no more keeps such a row out.
#[test]
fn an_over_long_row_cannot_be_reinstated() {
    let victim = Victim::with(1);
    let came = victim.run(&[1; 385], |v, now, rng| v.reinstate(PAY, &customer(), now, rng));
    assert_eq!(came, (Err(Failure::Unavailable(Unavailable::Cause(Cause::Contention))), 16));
}

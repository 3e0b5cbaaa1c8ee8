//! Any sequence of messages, settlements and times, held against a ledger that remembers all of them.

use proptest::prelude::*;

use super::*;

/// A message that was paid for, with all that limits look at.
#[derive(Clone, Debug)]
struct Entry {
    at: u64,
    subject: u32,
    number: String,
    cost: u64,
}

const LIMIT: Limit = Limit::NONE.rate(Rate::new(7, 500).burst(5)).hour(40_000).day(100_000);
const TOTAL: Limit = Limit::NONE.rate(Rate::new(20, 900).burst(8)).hour(60_000).day(150_000);
const ALL: Budget<'_> = sound(PRICED.each_subject(LIMIT).each_destination(LIMIT).each_country(LIMIT).total(TOTAL));

type Of = fn(&Entry) -> String;

/// Everything that has a limit, and whose a message is.
fn places() -> [(&'static str, Of, u64, u64, (u64, u64, u64)); 5] {
    let limit = (7, 500, 5);
    [
        ("subject", |it| it.subject.to_string(), 40_000, 100_000, limit),
        ("destination", |it| it.number.clone(), 40_000, 100_000, limit),
        ("country", |it| it.number[..3].to_owned(), 40_000, 100_000, limit),
        (
            "prefix",
            |it| if it.number.starts_with("+447") { "+447" } else { "" }.to_owned(),
            u64::MAX,
            42_000,
            (1, 1, 1_000),
        ),
        ("total", |_| String::new(), 60_000, 150_000, (20, 900, 8)),
    ]
}

/// No window and no stretch of time holds more than it may.
fn holds(ledger: &[Entry], now: u64) -> Result<(), TestCaseError> {
    for (name, of, hour, day, (count, per, burst)) in places() {
        let names: BTreeSet<String> = ledger.iter().map(of).filter(|it| name != "prefix" || !it.is_empty()).collect();
        for whose in names {
            let mine: Vec<&Entry> = ledger.iter().filter(|it| of(it) == whose).collect();
            for (window, ceiling) in [(HOUR, hour), (DAY, day)] {
                let cost: u64 = mine.iter().filter(|it| it.at / window == now / window).map(|it| it.cost).sum();
                prop_assert!(cost <= ceiling, "{name} {whose}: {cost} in {window} s");
            }
            for from in &mine {
                let since = mine.iter().filter(|it| it.at >= from.at).count() as u64;
                let most = burst * per + (now - from.at) * count;
                prop_assert!(since * per <= most, "{name} {whose}: {since} in {} s", now - from.at);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn f70_no_sequence_of_messages_settlements_and_times_exceeds_any_limit(
        steps in prop::collection::vec((0..5_u8, 0..3_u32, 0..4_usize, 0..500_u64, 0..4_usize), 1..140),
        by_conditional_writes: bool,
    ) {
        if by_conditional_writes {
            goes(&at_midnight(StoreTally::new(MemoryStore::new())), steps)?;
        } else {
            goes(&till(), steps)?;
        }
    }
}

fn goes<S>(desk: &Desk<S>, steps: Vec<(u8, u32, usize, u64, usize)>) -> Result<(), TestCaseError>
where
    S: Tally<Error: std::fmt::Debug>,
{
    let numbers = ["+4915100000001", "+4915100000002", "+447700900123", "+442079460123"].map(str::to_owned);
    let mut ledger: Vec<Entry> = Vec::new();
    let mut pending = Vec::new();
    for (what, subject, number, wait, which) in steps {
        desk.wait(wait);
        let number = &numbers[number];
        match what {
            0 if which < pending.len() => {
                let (reservation, entry): (Reservation<'_>, Entry) = pending.remove(which);
                reservation.give_back(&desk.store).unwrap();
                let place = ledger
                    .iter()
                    .position(|it| it.at == entry.at && it.number == entry.number && it.subject == entry.subject);
                ledger.remove(place.unwrap());
            }
            1 if which < pending.len() => {
                let _ = pending.remove(which).0.keep();
            }
            _ => {
                if let Ok(reservation) = desk.pay(desk.spend(&ALL, &who(subject), &sms(number))) {
                    let entry =
                        Entry { at: desk.now.get(), subject, number: number.clone(), cost: reservation.cost() };
                    ledger.push(entry.clone());
                    pending.push((reservation, entry));
                }
            }
        }
        holds(&ledger, desk.now.get())?;
    }
    Ok(())
}

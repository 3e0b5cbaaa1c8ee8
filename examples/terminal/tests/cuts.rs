//! The power is cut in every write, in each way that a cut may go, and again while the store recovers.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may stop at the first surprise")]

use core::cell::RefCell;
use std::collections::BTreeMap;

use countersign::{Key, Record, Store, Swap};
use rand_core::TryRng as _;
use terminal::{Desk, Dice, Flash, FlashProblem, FlashStore, FlashStoreError, Nor, Page, PowerCut, Tear, cycle};

/// 1.5 KiB a page: room for three keys.
const WORDS: usize = 384;

type Chip = RefCell<Nor<WORDS>>;
type OnChip<'a> = FlashStore<&'a Chip>;

/// What was answered.
type Known = BTreeMap<Key, Vec<u8>>;

fn key(number: u8) -> Key {
    Key::from_bytes([number; 32])
}

/// So many writes of three keys, of any length.
fn records(count: usize) -> Vec<(Key, Vec<u8>)> {
    let mut dice = Dice::new(4711);
    let mut throw = move || dice.try_next_u32().unwrap() as usize;
    (0..count)
        .map(|_| {
            let key = key(u8::try_from(throw() % 3).unwrap());
            let bytes = (0..throw() % (Record::LONGEST + 1)).map(|_| throw().to_le_bytes()[0]).collect();
            (key, bytes)
        })
        .collect()
}

fn formatted(dice: u32) -> Chip {
    let chip = RefCell::new(Nor::new(dice));
    FlashStore::format(&chip).unwrap();
    chip
}

fn read(store: &OnChip<'_>) -> Known {
    let read = |number| store.load(&key(number)).unwrap().map(|record| (key(number), record.as_bytes().to_vec()));
    (0..3).filter_map(read).collect()
}

/// Writes until the power goes; answers what was answered, and how many were.
fn write(store: &OnChip<'_>, known: &mut Known, records: &[(Key, Vec<u8>)]) -> usize {
    for (done, (key, next)) in records.iter().enumerate() {
        let seen = known.get(key).map(|bytes| Record::from_bytes(bytes));
        match store.swap(key, seen.as_ref(), &Record::from_bytes(next)) {
            Ok(answer) => assert_eq!(answer, Swap::Done),
            Err(FlashStoreError::Flash(PowerCut)) => return done,
            Err(problem) => panic!("{problem}"),
        }
        known.insert(*key, next.clone());
    }
    records.len()
}

/// Turns the power on and opens the store.
fn reopened(chip: &Chip) -> OnChip<'_> {
    chip.borrow_mut().power_on();
    FlashStore::open(chip).unwrap()
}

/// What was answered, or that and the write in which the power went.
fn assert_old_or_new(found: &Known, known: &Known, cut: Option<&(Key, Vec<u8>)>, place: &str) {
    let mut new = known.clone();
    new.extend(cut.cloned());
    assert!(found == known || *found == new, "{place}");
}

#[test]
fn after_a_cut_in_any_write_a_record_is_the_old_or_the_new_one() {
    let records = records(24);
    let mut cuts = 0;
    loop {
        for tear in Tear::ALL {
            let place = format!("write {cuts}, {tear:?}");
            let chip = formatted(cuts);
            chip.borrow_mut().cut_after(cuts, tear);
            let mut known = Known::new();
            // (That store is gone with the power.)
            let done = write(&FlashStore::open(&chip).unwrap_or_else(|_| reopened(&chip)), &mut known, &records);
            if !chip.borrow().was_cut() {
                let chip = chip.borrow();
                let [one, two] = chip.erasures();
                println!("{cuts} writes cut in {} ways, pages erased {one} and {two} times", Tear::ALL.len());
                assert!(cuts > 1_500 && one > 2 && two > 2);
                return;
            }
            let mut found = read(&reopened(&chip));
            assert_old_or_new(&found, &known, records.get(done), &place);
            // It stays what it is, whatever a torn bit reads like, and takes what comes.
            assert_eq!(read(&reopened(&chip)), found, "{place}");
            let store = reopened(&chip);
            assert_eq!(write(&store, &mut found, &records[..6]), 6);
            assert_eq!(read(&store), found, "{place}");
            assert!(!chip.borrow().was_programmed_twice(), "{place}");
        }
        cuts += 1;
    }
}

#[test]
fn after_a_second_cut_while_it_recovers_it_is_still_the_old_or_the_new_one() {
    let records = records(9);
    let mut tried = 0;
    for cut in 0.. {
        for tear in [Tear::Part, Tear::Loose] {
            let chip = formatted(cut);
            let mut known = Known::new();
            let store = FlashStore::open(&chip).unwrap();
            chip.borrow_mut().cut_after(cut, tear);
            let done = write(&store, &mut known, &records);
            if !chip.borrow().was_cut() {
                println!("{tried} pairs of cuts");
                assert!(tried > 50_000);
                return;
            }
            let torn = chip.borrow().clone();
            for (second, tear) in (0..).zip([Tear::Part, Tear::Loose].into_iter().cycle()) {
                let chip = RefCell::new(torn.clone());
                chip.borrow_mut().power_on();
                chip.borrow_mut().cut_after(second, tear);
                if FlashStore::open(&chip).is_ok() {
                    break;
                }
                let found = read(&reopened(&chip));
                assert_old_or_new(&found, &known, records.get(done), &format!("writes {cut} and {second}"));
                assert_eq!(read(&reopened(&chip)), found, "writes {cut} and {second}");
                tried += 1;
            }
        }
    }
}

#[test]
fn a_cut_in_any_write_of_a_payment_makes_no_second_approval_and_refunds_no_guess() {
    let desk = Desk::new().unwrap();
    for cut in 0.. {
        for tear in Tear::ALL {
            let chip = formatted(cut);
            chip.borrow_mut().cut_after(cut, tear);
            cycle(&desk, &chip).unwrap_or_else(|surprise| panic!("write {cut}, {tear:?}: {surprise}"));
            if !chip.borrow().was_cut() {
                assert!(cut > 400, "{cut}");
                return;
            }
        }
    }
}

#[test]
fn a_store_that_is_not_there_or_has_rotted_is_not_a_fresh_one() {
    let open = |chip: &Chip| FlashStore::open(chip).map(|_| ()).unwrap_err();
    assert_eq!(open(&RefCell::new(Nor::new(1))), FlashStoreError::Problem(FlashProblem::None));

    let chip = formatted(1);
    let mut known = Known::new();
    write(&FlashStore::open(&chip).unwrap(), &mut known, &records(8)[..3]);
    let page = if chip.borrow().read(Page::One, 8).unwrap() == u32::MAX { Page::Two } else { Page::One };
    let used = (8..WORDS).take_while(|at| (*at..WORDS).any(|at| chip.borrow().read(page, at).unwrap() != u32::MAX));
    for at in used.collect::<Vec<_>>() {
        for bit in 0..32 {
            let rotten = RefCell::new(chip.borrow().clone());
            rotten.borrow_mut().rot(page, at, 1 << bit);
            match FlashStore::open(&rotten) {
                Err(FlashStoreError::Problem(FlashProblem::Damaged)) => {}
                Err(other) => panic!("{other}"),
                // The last word's ones of the checksum look as if it had been torn.
                Ok(store) => assert!(read(&store).len() <= known.len() && at > 8, "word {at}, bit {bit}"),
            }
        }
    }
}

#[test]
fn rot_while_the_store_is_open_is_an_error_and_not_another_record() {
    let chip = formatted(1);
    let store = FlashStore::open(&chip).unwrap();
    let next = Record::from_bytes(&[7; 100]);
    assert_eq!(store.swap(&key(1), None, &next), Ok(Swap::Done));
    for at in 8..8 + 10 + 25 {
        for bit in 0..32 {
            let turn = || [Page::One, Page::Two].map(|page| chip.borrow_mut().rot(page, at, 1 << bit));
            turn();
            assert!(store.load(&key(1)).is_err(), "word {at}, bit {bit}");
            assert!(store.swap(&key(1), None, &next).is_err(), "word {at}, bit {bit}");
            turn();
        }
    }
    assert_eq!(store.load(&key(1)), Ok(Some(next)));
}

#[test]
fn a_key_too_many_is_refused_and_those_that_are_there_can_always_be_written() {
    let chip = formatted(1);
    let store = FlashStore::open(&chip).unwrap();
    let keys: Vec<Key> = (0..=255).map(key).take(OnChip::KEYS + 1).collect();
    let (extra, keys) = keys.split_last().unwrap();
    for key in keys {
        assert_eq!(store.swap(key, None, &Record::from_bytes(b"short")), Ok(Swap::Done));
    }
    let full = Err(FlashStoreError::Problem(FlashProblem::Full));
    assert_eq!(store.swap(extra, None, &Record::from_bytes(b"short")), full);
    let mut seen = Record::from_bytes(b"short");
    for round in 0..50 {
        let longest = Record::from_bytes(&[round; Record::LONGEST]);
        for key in keys {
            assert_eq!(store.swap(key, Some(&seen), &longest), Ok(Swap::Done));
        }
        assert_eq!(store.swap(extra, None, &longest), full);
        seen = longest;
    }
}

#[test]
fn a_page_of_4_kib_takes_twelve_of_the_longest_payment_records_an_erasure() {
    let chip = RefCell::new(Nor::<1024>::new(1));
    let store = FlashStore::format(&chip).unwrap();
    let erased = |chip: &RefCell<Nor<1024>>| chip.borrow().erasures().iter().sum::<u32>();
    let mut seen = None;
    let mut before = erased(&chip);
    for round in 0..=240u32 {
        let next = Record::from_bytes(&[round.to_le_bytes()[0]; 295]);
        assert_eq!(store.swap(&key(1), seen.as_ref(), &next), Ok(Swap::Done));
        seen = Some(next);
        if round == 12 {
            before = erased(&chip);
        }
    }
    assert_eq!(erased(&chip) - before, (240 - 12) / 12);
}

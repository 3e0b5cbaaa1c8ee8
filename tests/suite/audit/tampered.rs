//! What is done to a log, and what is found.

use proptest::prelude::*;

use super::*;

/// What somebody without the key does to lines.
#[derive(Clone, Debug)]
enum Deed {
    Remove(usize),
    Double(usize),
    Swap(usize, usize),
    Move(usize, usize),
    Flip(usize, usize, u8),
    CutEnd(usize),
    CutBegin(usize),
    /// A line of another chain under the same key.
    Insert(usize, usize),
    /// A line of another chain, in the place of one.
    Exchange(usize),
}

fn do_to(lines: &mut Vec<Vec<u8>>, others: &[Vec<u8>], deed: &Deed) {
    let count = lines.len();
    match *deed {
        Deed::Remove(at) => drop(lines.remove(at % count)),
        Deed::Double(at) => lines.insert(at % count, lines[at % count].clone()),
        Deed::Swap(one, two) => lines.swap(one % count, two % count),
        Deed::Move(from, to) => {
            let line = lines.remove(from % count);
            lines.insert(to % count, line);
        }
        Deed::Flip(line, byte, bit) => {
            let line = &mut lines[line % count];
            let byte = byte % line.len();
            line[byte] ^= 1 << (bit % 8);
        }
        Deed::CutEnd(left) => lines.truncate(left % count),
        Deed::CutBegin(gone) => drop(lines.drain(..=gone % count)),
        Deed::Insert(at, which) => lines.insert(at % (count + 1), others[which % others.len()].clone()),
        Deed::Exchange(at) => lines[at % count].clone_from(&others[at % others.len()]),
    }
}

fn deed() -> impl Strategy<Value = Deed> {
    let any = 0..64_usize;
    prop_oneof![
        any.clone().prop_map(Deed::Remove),
        any.clone().prop_map(Deed::Double),
        (any.clone(), any.clone()).prop_map(|(one, two)| Deed::Swap(one, two)),
        (any.clone(), any.clone()).prop_map(|(from, to)| Deed::Move(from, to)),
        (any.clone(), 0..1_000_usize, 0..8_u8).prop_map(|(line, byte, bit)| Deed::Flip(line, byte, bit)),
        any.clone().prop_map(Deed::CutEnd),
        any.clone().prop_map(Deed::CutBegin),
        (any.clone(), any.clone()).prop_map(|(at, which)| Deed::Insert(at, which)),
        any.prop_map(Deed::Exchange),
    ]
}

fn bytes(lines: &[String]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| line.clone().into_bytes()).collect()
}

/// Whether the log is taken for whole.
fn passes(lines: &[Vec<u8>], head: AuditHead) -> bool {
    let text: Result<Vec<_>, _> = lines.iter().map(|line| std::str::from_utf8(line)).collect();
    text.is_ok_and(|lines| verify(check().reaching(head), &lines) == Ok(Some(head)))
}

thread_local! {
    static EVENTS: Vec<Event> = some(16);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_is_done_to_the_lines_is_found(
        length in 1..16_usize,
        deeds in proptest::collection::vec(deed(), 1..4),
    ) {
        let (lines, head) = EVENTS.with(|events| chain(1, &events[..length]));
        let others = EVENTS.with(|events| bytes(&chain(2, events).0));
        let before = bytes(&lines);
        let mut after = before.clone();
        for deed in &deeds {
            if !after.is_empty() {
                do_to(&mut after, &others, deed);
            }
        }
        prop_assert_eq!(passes(&after, head), after == before, "{:?}", deeds);
    }
}

#[test]
fn every_bit_of_every_line_counts() {
    let (lines, head) = chain(1, &some(4));
    let whole = bytes(&lines);
    assert!(passes(&whole, head));
    for line in 0..whole.len() {
        for bit in 0..8 * whole[line].len() {
            let mut altered = whole.clone();
            altered[line][bit / 8] ^= 1 << (bit % 8);
            assert!(!passes(&altered, head), "line {line}, bit {bit}");
        }
    }
}

#[test]
fn every_other_choice_and_order_of_the_lines_is_found() {
    let (lines, head) = chain(1, &some(4));
    let whole = bytes(&lines);
    let mut count = 0;
    // Every sequence of up to five of the four lines: 4^0 + ... + 4^5.
    for length in 0..=5_u32 {
        for number in 0..4_usize.pow(length) {
            let pick = |place: u32| whole[number / 4_usize.pow(place) % 4].clone();
            let picked: Vec<_> = (0..length).map(pick).collect();
            let whole_again = picked == whole;
            assert_eq!(passes(&picked, head), whole_again, "{number} of length {length}");
            count += usize::from(whole_again);
        }
    }
    assert_eq!(count, 1);
}

#[test]
fn what_is_found_has_its_name_and_number() {
    let (lines, head) = chain(1, &some(5));
    let without = |gone: usize| lines.iter().enumerate().filter(move |(n, _)| *n != gone).map(|(_, line)| line);
    let verify = |lines: &[&String]| verify(check().reaching(head), lines);
    let number = |expected, found| Err(AuditError::Number { expected, found });
    for gone in 0..4_u64 {
        let removed: Vec<_> = without(usize::try_from(gone).unwrap()).collect();
        assert_eq!(verify(&removed), number(gone + 1, gone + 2));
    }
    let cut = AuditError::CutOff { chain: head.chain(), expected: 5, found: 4 };
    assert_eq!(verify(&without(4).collect::<Vec<_>>()), Err(cut));
    assert_eq!(verify(&[&lines[0], &lines[0]]), number(2, 1));
    assert_eq!(verify(&[&lines[0], &lines[2], &lines[1]]), number(2, 3));
    let (other, other_head) = chain(2, &some(5));
    assert_eq!(verify(&[&lines[0], &other[1]]), Err(AuditError::OtherChain));
    assert_eq!(verify(&[&other[0]]), Err(AuditError::OtherChain), "not the chain whose head was kept");
    assert_ne!(head.chain(), other_head.chain());
    let altered = lines[1].replacen("\"lane\":0", "\"lane\":1", 1);
    assert_eq!(verify(&[&lines[0], &altered]), Err(AuditError::Altered { number: 2 }));
    assert_eq!(verify(&[&lines[0], &format!("{} ", lines[1])]), Err(AuditError::Malformed));
}

#[test]
fn without_a_kept_head_a_cut_at_the_end_is_not_found_as_the_page_says() {
    let (lines, _) = chain(1, &some(5));
    assert!(verify(check(), &lines[..4]).is_ok());
}

#[test]
fn another_key_writes_no_entry_that_passes() {
    let events = some(5);
    let (lines, head) = chain(1, &events);
    let before = AuditEntry::parse(&lines[3]).unwrap().head();
    let forged = AuditChain::after(&root(8), before).append(&events[4]).unwrap().to_string();
    assert_eq!(verify(AuditCheck::after(&root(9), before), &[&forged]), Err(AuditError::Altered { number: 5 }));
    assert_eq!(verify(AuditCheck::new(&root(8)).reaching(head), &lines), Err(AuditError::Altered { number: 1 }));
}

/// The number alone would not tell: it is right, and so is the key.
#[test]
fn an_entry_of_a_fork_does_not_follow_another_past() {
    let events = some(6);
    let (lines, head) = chain(1, &events);
    let kept = AuditEntry::parse(&lines[1]).unwrap().head();
    let mut fork = AuditChain::after(&root(9), kept);
    let forked: Vec<_> = events[..4].iter().map(|event| fork.append(event).unwrap().to_string()).collect();
    assert_eq!(verify(check(), &[&lines[..2], &forked[..]].concat()), Ok(Some(fork.head())), "whole by itself");
    for from in 3..6 {
        let spliced = [&lines[..from], &forked[from - 2..]].concat();
        let number = u64::try_from(from).unwrap() + 1;
        assert_eq!(verify(check(), &spliced), Err(AuditError::Altered { number }));
    }
    assert_eq!(fork.head().number(), head.number());
    let rewritten = [&lines[..2], &forked[..]].concat();
    assert_eq!(verify(check().reaching(head), &rewritten), Err(AuditError::Rewritten { number: 6 }));
}

#[test]
fn whoever_has_the_key_cannot_write_the_past_anew_before_a_kept_head() {
    let mut events = some(5);
    let (_, head) = chain(1, &events);
    events.swap(0, 1);
    let (rewritten, other) = chain(1, &events);
    assert_eq!(head.chain(), other.chain());
    assert!(verify(check(), &rewritten).is_ok(), "without a head it looks right");
    assert_eq!(verify(check().reaching(head), &rewritten), Err(AuditError::Rewritten { number: 5 }));
}

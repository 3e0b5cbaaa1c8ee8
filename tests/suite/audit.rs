//! The audit chain: what was removed, altered, doubled, put elsewhere or cut off is found.

mod lines;
mod tampered;

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::events::everything;
use crate::support::*;

/// A chain of these events, as lines; and its head.
fn chain(number: u64, events: &[Event]) -> (Vec<String>, AuditHead) {
    let mut chain = AuditChain::new(&root(9), &mut ChaCha20Rng::seed_from_u64(number)).unwrap();
    let lines = events.iter().map(|event| chain.append(event).unwrap().to_string()).collect();
    (lines, chain.head())
}

/// So many events of all kinds.
fn some(count: usize) -> Vec<Event> {
    everything().into_iter().step_by(7).cycle().take(count).collect()
}

fn verify<L: AsRef<str>>(mut check: AuditCheck, lines: &[L]) -> Result<Option<AuditHead>, AuditError> {
    lines.iter().try_for_each(|line| check.line(line.as_ref()).map(drop))?;
    check.finish()
}

fn check() -> AuditCheck {
    AuditCheck::new(&root(9))
}

#[test]
fn a_chain_is_verified_from_its_first_entry_or_from_a_kept_head() {
    let (lines, head) = chain(1, &some(20));
    assert_eq!(verify(check(), &lines), Ok(Some(head)));
    for (kept, line) in lines.iter().enumerate() {
        let kept_head = AuditEntry::parse(line).unwrap().head();
        assert_eq!(verify(check().reaching(kept_head), &lines), Ok(Some(head)));
        assert_eq!(verify(AuditCheck::after(&root(9), kept_head).reaching(head), &lines[kept + 1..]), Ok(Some(head)));
    }
    assert_eq!(verify::<String>(check(), &[]), Ok(None));
}

#[test]
fn a_chain_goes_on_after_a_restart() {
    let events = some(6);
    let (whole, head) = chain(1, &events);
    let (mut lines, kept) = chain(1, &events[..4]);
    // The log has one line more than the head that was kept, and half of another.
    let found = verify(AuditCheck::after(&root(9), kept), &[&whole[4]]).unwrap().unwrap();
    lines.push(whole[4].clone());
    let mut resumed = AuditChain::after(&root(9), found);
    lines.push(resumed.append(&events[5]).unwrap().to_string());
    assert_eq!((&lines, resumed.head()), (&whole, head));
    assert_eq!(verify(check().reaching(head), &lines), Ok(Some(head)));
}

#[test]
fn the_last_number_ends_a_chain_and_does_not_wrap() {
    let (_, head) = chain(1, &some(1));
    let text = head.to_string().replacen(".1.", &format!(".{}.", u64::MAX - 1), 1);
    let mut chain = AuditChain::after(&root(9), text.parse().unwrap());
    assert_eq!(chain.append(&some(1)[0]).unwrap().number(), u64::MAX);
    assert_eq!(chain.append(&some(1)[0]), Err(Invalid::CounterExhausted));
}

#[test]
fn f60_a_failing_generator_begins_no_chain() {
    struct Broken;
    impl rand_core_of_the_crate::TryRng for Broken {
        type Error = std::io::Error;
        fn try_next_u32(&mut self) -> Result<u32, std::io::Error> {
            Err(std::io::Error::other("broken"))
        }
        fn try_next_u64(&mut self) -> Result<u64, std::io::Error> {
            Err(std::io::Error::other("broken"))
        }
        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), std::io::Error> {
            Err(std::io::Error::other("broken"))
        }
    }
    impl rand_core_of_the_crate::TryCryptoRng for Broken {}
    use rand_chacha::rand_core as rand_core_of_the_crate;
    assert_eq!(AuditChain::new(&root(9), &mut Broken).unwrap_err(), Invalid::RandomSource);
}

#[test]
fn the_chains_of_several_processes_are_verified_together() {
    let events = some(9);
    let chains = [1, 2, 3].map(|number| chain(number, &events[..usize::try_from(2 + number).unwrap()]));
    let verify = |lines: &[&String]| {
        let mut set = chains.iter().fold(AuditSet::new(&root(9)), |set, (_, head)| set.reaching(*head));
        lines.iter().try_for_each(|line| set.line(line).map(drop))?;
        set.finish()
    };
    let all: Vec<&String> = chains.iter().flat_map(|(lines, _)| lines).collect();
    let mut mixed = all.clone();
    // By place in its chain: one line of each in turn.
    mixed.sort_by_key(|line| AuditEntry::parse(line).unwrap().number());
    for lines in [&all, &mixed] {
        let mut heads: Vec<_> = chains.iter().map(|(_, head)| *head).collect();
        heads.sort_by_key(AuditHead::chain);
        assert_eq!(verify(lines), Ok(heads));
        for gone in 0..lines.len() {
            let mut without = lines.clone();
            let last = AuditEntry::parse(without.remove(gone)).unwrap().number();
            let found = verify(&without).unwrap_err();
            assert!(
                matches!(found, AuditError::Number { expected, .. } | AuditError::CutOff { expected, .. } if expected == last)
            );
            let mut doubled = lines.clone();
            doubled.insert(gone, lines[gone]);
            assert!(matches!(verify(&doubled), Err(AuditError::Number { .. })));
        }
    }
    let (first, rest) = (chains[0].0.len(), chains[0].1);
    let gone = AuditError::CutOff { chain: rest.chain(), expected: rest.number(), found: 0 };
    assert_eq!(verify(&all[first..]), Err(gone), "a whole chain was taken away");
    let mut set = AuditSet::new(&root(9));
    let stray = chain(4, &events).0;
    assert!(stray.iter().all(|line| set.line(line).is_ok()), "it began after the heads were kept");
}

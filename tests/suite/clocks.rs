//! Nodes whose clocks differ, and one whose clock is wrong.

use countersign::*;

use crate::budget::{CHATTY, DAY};
use crate::support::*;

/// How wrong a clock is, in seconds: a little, an hour, a day, a year.
const WRONG: [u64; 4] = [20, 3_600, DAY, 365 * DAY];

type Node<'a> = Desk<&'a MemoryStore>;

/// Two nodes on one store, one clock right and one wrong: ahead, then behind, by each of `WRONG`.
fn each_wrong_clock(mut test: impl FnMut(&Node<'_>, &Node<'_>)) {
    for seconds in WRONG {
        for ahead in [true, false] {
            let store = MemoryStore::new();
            let (right, wrong) = (Desk::node(&store, 1), Desk::node(&store, 2));
            wrong.now.set(if ahead { START + seconds } else { START - seconds });
            test(&right, &wrong);
        }
    }
}

fn issue(node: &Node<'_>) -> Sent {
    node.issue(CHATTY, &customer(), &payment(1)).unwrap()
}

fn hit(node: &Node<'_>, sent: &Sent) -> Result<(), Reason> {
    node.hit(CHATTY, &customer(), sent)
}

fn locked_until(node: &Node<'_>) -> Option<u64> {
    match node.status(CHATTY, &customer()).condition() {
        Condition::Locked { until } => Some(until.as_secs()),
        Condition::Clear => None,
        other => panic!("{other:?}"),
    }
}

/// Everything that the node can do with the record, short of reinstating it.
fn meddle(node: &Node<'_>, dead: &Sent) {
    let phone = phone();
    let fresh = node.issue(CHATTY, &customer(), &payment(1));
    let _ = node.resend(CHATTY, &customer(), dead.0, &payment(1));
    node.miss(CHATTY, &customer(), dead);
    if let Ok(fresh) = fresh {
        let _ = node.act(|verifier, now, rng| verifier.cancel(CHATTY, &customer(), fresh.0, now, rng));
    }
    let _ = node.act(|verifier, now, rng| verifier.report(CHATTY, &customer(), Reporter::Vouched(&phone), now, rng));
}

/// The ways in which a challenge dies.
fn deaths() -> [fn(&Node<'_>) -> Sent; 5] {
    [
        |node| {
            let sent = issue(node);
            hit(node, &sent).unwrap();
            sent
        },
        |node| {
            let sent = issue(node);
            node.now.set(START + 300);
            assert_eq!(hit(node, &sent), Err(Reason::Expired));
            node.now.set(START);
            sent
        },
        |node| {
            let sent = issue(node);
            node.act(|verifier, now, rng| verifier.cancel(CHATTY, &customer(), sent.0, now, rng)).unwrap();
            sent
        },
        |node| {
            let sent = issue(node);
            let other = node.verify(CHATTY, &customer(), sent.0, &sent.1, payment(2));
            assert_eq!(reason(other), Reason::BindingChanged);
            sent
        },
        |node| {
            let sent = issue(node);
            drop((issue(node), issue(node)));
            sent
        },
    ]
}

#[test]
fn f51_no_wrong_clock_revives_what_is_over() {
    for dead in deaths() {
        each_wrong_clock(|right, wrong| {
            let sent = dead(right);
            assert!(hit(wrong, &sent).is_err());
            assert!(hit(right, &sent).is_err());
            meddle(wrong, &sent);
            assert!(hit(wrong, &sent).is_err());
            assert!(hit(right, &sent).is_err());
        });
    }
}

#[test]
fn f51_accept_roll_back_sixty_seconds_replay_is_refused() {
    let store = MemoryStore::new();
    let node = Desk::node(&store, 1);
    node.wait(60);
    let sent = issue(&node);
    hit(&node, &sent).unwrap();
    node.now.set(START);
    assert_eq!(hit(&node, &sent), Err(Reason::AlreadyApproved));
}

#[test]
fn f51_an_expired_code_stays_dead_however_far_the_clock_rolls_back() {
    for back in [1, 20, 60, 299, 300, 360, 3_600, DAY, 365 * DAY] {
        let store = MemoryStore::new();
        let node = Desk::node(&store, 1);
        let sent = issue(&node);
        node.wait(300);
        assert_eq!(hit(&node, &sent), Err(Reason::Expired));
        node.now.set(START + 300 - back);
        assert_eq!(hit(&node, &sent), Err(Reason::Expired), "{back} seconds back");
    }
}

#[test]
fn f53_the_expiry_boundary_is_exact() {
    for (second, outcome) in [(0, Ok(())), (299, Ok(())), (300, Err(Reason::Expired)), (301, Err(Reason::Expired))] {
        let store = MemoryStore::new();
        let node = Desk::node(&store, 1);
        let sent = issue(&node);
        node.wait(second);
        assert_eq!(hit(&node, &sent), outcome, "after {second} seconds");
    }
}

#[test]
fn f53_a_clock_may_be_a_minute_behind_the_one_that_issued_and_no_more() {
    for (behind, outcome) in [(20, Ok(())), (60, Ok(())), (61, Err(Reason::Expired)), (3_600, Err(Reason::Expired))] {
        let store = MemoryStore::new();
        let (right, wrong) = (Desk::node(&store, 1), Desk::node(&store, 2));
        let sent = issue(&right);
        wrong.now.set(START - behind);
        assert_eq!(hit(&wrong, &sent), outcome, "{behind} seconds behind");
    }
}

#[test]
fn f53_twenty_seconds_either_way_take_nothing_from_a_code_but_those_at_its_end() {
    for (clock, outcome) in [(START + 279 + 20, Ok(())), (START + 280 + 20, Err(Reason::Expired))] {
        let store = MemoryStore::new();
        let (right, ahead) = (Desk::node(&store, 1), Desk::node(&store, 2));
        let sent = issue(&right);
        ahead.now.set(clock);
        assert_eq!(hit(&ahead, &sent), outcome);
    }
    let store = MemoryStore::new();
    let (right, behind) = (Desk::node(&store, 1), Desk::node(&store, 2));
    let sent = issue(&right);
    behind.now.set(START + 319 - 20);
    assert_eq!(hit(&behind, &sent), Ok(()), "it ends by the clock of the node that judges");
}

#[test]
fn f53_one_wrong_clock_locks_nobody_out_for_longer_than_a_day() {
    each_wrong_clock(|right, wrong| {
        assert_eq!(wrong.fail(CHATTY, &customer(), 5).locks, 1);
        let _ = right.issue(CHATTY, &customer(), &payment(1)); // the first sight of it is written
        let until = locked_until(right).unwrap_or(START);
        assert!(until <= START + DAY, "{} s", until - START);
        right.now.set(until);
        assert_eq!(hit(right, &issue(right)), Ok(()));
    });
}

#[test]
fn f53_a_day_window_that_a_wrong_clock_filled_ends_a_day_after_it_is_seen() {
    each_wrong_clock(|right, wrong| {
        for _ in 0..4 {
            wrong.fail(CHATTY, &customer(), 4);
            hit(wrong, &issue(wrong)).unwrap();
        }
        assert_eq!(wrong.fail(CHATTY, &customer(), 4).locks, 1);
        let _ = right.issue(CHATTY, &customer(), &payment(1));
        let until = locked_until(right).unwrap_or(START);
        assert!(until <= START + DAY + 20, "{} s", until - START);
        right.now.set(until);
        assert_eq!(hit(right, &issue(right)), Ok(()));
    });
}

/// What lies ahead is pulled back by the first who sees it, and written: looking on does not push it along.
#[test]
fn f53_a_lock_that_was_pulled_back_ends() {
    each_wrong_clock(|right, wrong| {
        wrong.fail(CHATTY, &customer(), 5);
        for _ in 0..30 {
            let _ = right.issue(CHATTY, &customer(), &payment(1));
            right.wait(3_600);
        }
        assert_eq!(locked_until(right), None);
    });
}

#[test]
fn f53_a_lock_keeps_its_end_unless_the_clock_is_a_day_off() {
    for (seconds, end) in [(20, START + 1_800), (3_600, START + 1_800), (DAY, START), (365 * DAY, START - 364 * DAY)]
    {
        let store = MemoryStore::new();
        let (right, behind) = (Desk::node(&store, 1), Desk::node(&store, 2));
        right.fail(CHATTY, &customer(), 5);
        behind.now.set(START - seconds);
        let seen = refused(behind.issue(CHATTY, &customer(), &payment(1)));
        assert_eq!((seen.reason(), seen.hint()), (Reason::Locked, Hint::Wait { until: at(end) }), "{seconds} s");
        assert_eq!(locked_until(&right), (end > START).then_some(end));
    }
}

#[test]
fn f53_wrong_clocks_shorten_locks_but_the_total_bounds_the_guesses() {
    let (store, mut judged) = (MemoryStore::new(), 0);
    let node = Desk::node(&store, 1);
    let clocks: Vec<u64> = WRONG.iter().flat_map(|seconds| [START, START + seconds, START - seconds]).collect();
    for round in 0..5_000 {
        node.now.set(clocks[((round * 0x9e37_79b9) >> 8) % clocks.len()]);
        let Ok(sent) = node.issue(CHATTY, &customer(), &payment(1)) else {
            continue;
        };
        judged += usize::from(node.miss(CHATTY, &customer(), &sent).reason() == Reason::WrongCode);
    }
    assert_eq!((judged, node.status(CHATTY, &customer()).condition()), (100, Condition::Disabled));
}

#[test]
fn f53_no_wrong_clock_lowers_the_total_or_lifts_a_disablement() {
    each_wrong_clock(|right, wrong| {
        right.fail(CHATTY, &customer(), 3);
        meddle(wrong, &issue(right));
        let _ = right.issue(CHATTY, &customer(), &payment(1));
        assert!(right.status(CHATTY, &customer()).total_failures() >= 3);
        right.fail(CHATTY, &customer(), 100);
        assert_eq!(reason(wrong.issue(CHATTY, &customer(), &payment(1))), Reason::Disabled);
        assert_eq!(wrong.status(CHATTY, &customer()).condition(), Condition::Disabled);
    });
}

#[test]
fn a_time_that_no_record_can_hold_is_an_error_before_the_store_is_touched() {
    let store = MemoryStore::new();
    let node = &Desk::node(&store, 1);
    for time in [1 << 40, u64::MAX] {
        node.now.set(time);
        assert_eq!(node.issue(CHATTY, &customer(), &payment(1)).unwrap_err(), Failure::Invalid(Invalid::Time));
    }
    assert!(store.is_empty());
    node.now.set((1 << 40) - 1);
    assert_eq!(hit(node, &issue(node)), Ok(()));
    node.now.set(0);
    assert!(node.issue(CHATTY, &customer(), &payment(1)).is_ok());
    assert_eq!((store.is_empty(), store.len()), (false, 1));
}

//! What must hold on every store (docs/failures.md), whatever it is made of.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign::conformance::Suite;
use countersign::conformance::faults::{Call, Fault, Faulty, Meeting, Method};
use countersign::*;
use getrandom::SysRng;

use crate::desk::{Desk, Place, Shared, Tally, at_once};
use crate::support::{PAY, code_in, customer, not, payment, phone, reason, six};
use crate::toll;

/// A lock after three failures.
const THREE: Policy = match Policy::PAYMENT.draft().attempts(3).lock_after(3).build() {
    Ok(policy) => policy,
    Err(_) => panic!(),
};

/// 401 days and some.
pub const LONGER_THAN_KEPT: u64 = 402 * 86_400;

/// Stamps sets of cases on a store: each has a place of its own.
macro_rules! stamp {
    ($place:ty, $why:literal: $($set:ident)*) => {$(
        $crate::cases::stamp! { @$set $place, $why }
    )*};
    (@the_store $place:ty, $why:literal) => {
        $crate::cases::stamp! { @on_a_place cases $place, $why:
            the_suite_of_any_store_passes
            the_suite_of_any_tally_passes
            f70_a_hundred_thousand_issues_at_one_prefix_from_64_tasks_stop_at_the_ceiling_exactly
            f70_a_crowd_for_one_subject_gets_its_burst_exactly
            f01_one_code_in_64_tasks_is_approved_once
            f02_of_64_wrong_codes_at_once_five_are_judged
            f03_of_100_guesses_at_once_three_are_paid_for
            f04_a_yield_between_read_and_write_changes_nothing
            f05_one_code_through_many_stores_is_approved_once
            f06_every_approval_is_consumed_in_the_store
            f07_stale_loads_approve_nothing_twice
            f16_a_record_that_landed_elsewhere_approves_nothing
            f24_two_verifiers_share_one_budget
            f25_the_stored_record_counts_the_failures
            f55_a_fault_at_any_call_approves_nothing
            f56_an_expired_code_is_refused_by_the_time_given
            f63_a_dump_holds_no_code_and_names_nobody
            a_create_replaces_what_is_forgotten_and_nothing_else
            a_swap_writes_over_equal_bytes_alone
            a_key_is_binary
        }
    };
    (@the_table $place:ty, $why:literal) => {
        $crate::cases::stamp! { @on_a_place table $place, $why:
            f54_without_its_table_nothing_is_approved
            f55_a_pool_or_a_server_that_is_gone_is_unavailable
            f55_a_silent_connection_is_replaced
            a_dropped_future_leaves_what_the_next_call_reads
            a_sweep_deletes_what_may_go_in_batches
            f54_without_its_table_nothing_is_counted
            a_sweep_deletes_counters_whose_time_is_over
            whatever_the_sessions_settings_answers_are_right
        }
    };
    (@the_server $place:ty, $why:literal) => {
        $crate::cases::stamp! { @on_a_server kill $place, $why:
            f55_a_killed_server_keeps_every_approval_and_every_failure
            a_killed_server_without_durability_is_seen_to_lose
        }
    };
    (@on_a_place $cases:ident $place:ty, $why:literal: $($case:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        #[ignore = $why]
        async fn $case() {
            let place = <$place>::new().await;
            $crate::$cases::$case(&place).await;
            place.clear().await;
        }
    )*};
    (@on_a_server $cases:ident $place:ty, $why:literal: $($case:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        #[ignore = $why]
        async fn $case() {
            $crate::$cases::$case::<$place>().await;
        }
    )*};
}
pub(crate) use stamp;

pub async fn the_suite_of_any_store_passes(place: &impl Place) {
    let stores = Mutex::new(vec![place.open().await, place.open().await]);
    let suite = Suite::new().clock_async(|seconds| place.advance(seconds));
    let open = || stores.lock().unwrap().pop().unwrap();
    let report = suite.check_spawned(open, |task| drop(tokio::spawn(task))).await.unwrap();
    assert!(report.unchecked.is_empty(), "{report:?}");
}

pub async fn the_suite_of_any_tally_passes(place: &impl Place) {
    let stores = Mutex::new(vec![place.open().await, place.open().await]);
    let suite = Suite::new().clock_async(|seconds| place.advance(seconds));
    let open = || stores.lock().unwrap().pop().unwrap();
    let report = suite.check_tally_spawned(open, |task| drop(tokio::spawn(task))).await.unwrap();
    assert!(report.unchecked.is_empty(), "{report:?}");
}

pub async fn f70_a_hundred_thousand_issues_at_one_prefix_from_64_tasks_stop_at_the_ceiling_exactly(
    place: &impl Place,
) {
    let mut stores = Vec::new();
    for _ in 0..4 {
        stores.push(place.open().await);
    }
    assert_eq!(toll::stampede(stores, 100_000).await, (toll::CEILING, 1_000));
}

pub async fn f70_a_crowd_for_one_subject_gets_its_burst_exactly(place: &impl Place) {
    let stores = vec![place.open().await, place.open().await];
    assert_eq!(toll::crowd(stores).await, 5);
}

pub async fn f01_one_code_in_64_tasks_is_approved_once(place: &impl Place) {
    let desk = Arc::new(Desk::new(place.open().await));
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let guesses = vec![code; 64];
    let tally = at_once(&[desk], handle, guesses).await;
    assert_eq!(tally, Tally { approved: 1, refused: 63, ..Tally::default() });
}

pub async fn f02_of_64_wrong_codes_at_once_five_are_judged(place: &impl Place) {
    let desk = Arc::new(Desk::new(place.open().await));
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let tally = at_once(&[Arc::clone(&desk)], handle, vec![not(&code); 64]).await;
    assert_eq!(tally, Tally { wrong: 5, refused: 59, ..Tally::default() });
    assert_eq!(desk.status(&customer(), handle).await.unwrap().total_failures(), 5);
}

pub async fn f03_of_100_guesses_at_once_three_are_paid_for(place: &impl Place) {
    let desk = Arc::new(Desk::with_purpose(place.open().await, Purpose::new("pay", THREE)));
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let mut guesses = vec![not(&code); 99];
    guesses.push(code);
    let tally = at_once(&[desk], handle, guesses).await;
    assert_eq!(tally.unavailable, 0);
    match tally.approved {
        0 => assert_eq!(tally.wrong, 3),
        1 => assert!(tally.wrong < 3, "{tally:?}"),
        _ => panic!("{tally:?}"),
    }
}

pub async fn f04_a_yield_between_read_and_write_changes_nothing(place: &impl Place) {
    let desk = Arc::new(Desk::new(Faulty::new(place.open().await, |_| Fault::Yield(50))));
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let mut guesses = vec![not(&code); 32];
    guesses.extend(vec![code; 32]);
    let tally = at_once(&[desk], handle, guesses).await;
    assert!(tally.approved <= 1 && tally.wrong <= 5, "{tally:?}");
    assert!(tally.approved == 1 || tally.wrong == 5, "{tally:?}");
    assert_eq!(tally.unavailable, 0);
}

pub async fn f05_one_code_through_many_stores_is_approved_once(place: &impl Place) {
    let mut desks = Vec::new();
    for _ in 0..4 {
        desks.push(Arc::new(Desk::new(place.open().await)));
    }
    let (handle, code) = desks[0].issue(&customer(), &payment(1)).await.unwrap();
    let tally = at_once(&desks, handle, vec![code; 64]).await;
    assert_eq!(tally, Tally { approved: 1, refused: 63, ..Tally::default() });
}

pub async fn f06_every_approval_is_consumed_in_the_store(place: &impl Place) {
    let desk = Desk::new(place.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let before = place.dump().await;
    assert!(desk.verify(&customer(), handle, &code, payment(1)).await.is_ok());
    assert_ne!(place.dump().await, before, "an approval is a landed write");
    let other = Desk::new(place.open().await);
    let status = other.status(&customer(), handle).await.unwrap();
    assert_eq!(status.challenge(), Some(ChallengeStatus::Approved));
    let replayed = other.verify(&customer(), handle, &code, payment(1)).await;
    assert_eq!(reason(replayed), Reason::AlreadyApproved);
}

pub async fn f07_stale_loads_approve_nothing_twice(place: &impl Place) {
    // A replica lags as soon as the code is approved.
    let lags = |call: Call| if call.number < 2 { Fault::None } else { Fault::StaleLoad };
    let lagging = Desk::new(Faulty::new(place.open().await, lags));
    let (handle, code) = lagging.issue(&customer(), &payment(1)).await.unwrap();
    assert!(lagging.verify(&customer(), handle, &code, payment(1)).await.is_ok());
    let stale = lagging.status(&customer(), handle).await.unwrap();
    assert!(matches!(stale.challenge(), Some(ChallengeStatus::Open(_))), "the load is stale");
    let again = lagging.verify(&customer(), handle, &code, payment(1)).await;
    assert_eq!(reason(again), Reason::AlreadyApproved);
    let status = Desk::new(place.open().await).status(&customer(), handle).await.unwrap();
    assert_eq!(status.challenge(), Some(ChallengeStatus::Approved), "and nothing moved back");
}

pub async fn f16_a_record_that_landed_elsewhere_approves_nothing(place: &impl Place) {
    let desk = Desk::new(place.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    desk.issue(&Subject::new("another").unwrap(), &payment(1)).await.unwrap();
    place.mix_up().await;
    let elsewhere = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert_eq!(reason(elsewhere), Reason::CorruptRecord);
}

pub async fn f24_two_verifiers_share_one_budget(place: &impl Place) {
    let (one, two) = (Desk::new(place.open().await), Desk::new(place.open().await));
    let (handle, code) = one.issue(&customer(), &payment(1)).await.unwrap();
    let mut tally = Tally::default();
    for desk in [&one, &two, &one, &two, &one, &two, &one] {
        tally.count(&desk.verify(&customer(), handle, &not(&code), payment(1)).await);
    }
    assert_eq!(tally, Tally { wrong: 5, refused: 2, ..Tally::default() });
}

pub async fn f25_the_stored_record_counts_the_failures(place: &impl Place) {
    let desk = Desk::new(place.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    for failures in 1..=4 {
        assert!(desk.verify(&customer(), handle, &not(&code), payment(1)).await.is_err());
        let other = Desk::new(place.open().await);
        assert_eq!(other.status(&customer(), handle).await.unwrap().total_failures(), failures);
    }
}

pub async fn f55_a_fault_at_any_call_approves_nothing(place: &impl Place) {
    let desk = Desk::new(place.open().await);
    let never = Fault::Meet(Meeting::of(usize::MAX)); // it does what it should, and does not answer
    let mut number = 0;
    for fault in [Fault::ErrorBefore, Fault::ErrorAfter, never] {
        for (at, right) in [Method::Load, Method::Swap].into_iter().flat_map(|at| [(at, true), (at, false)]) {
            number += 1;
            let who = Subject::new(&format!("customer-{number}")).unwrap();
            suffer(&desk, &who, at, &fault, right).await;
        }
    }
}

/// Types a code while the first call of a method suffers a fault, and looks at what came of it.
async fn suffer<S: Shared>(desk: &Desk<S>, who: &Subject, at: Method, fault: &Fault, right: bool) {
    let (handle, code) = desk.issue(who, &payment(1)).await.unwrap();
    let typed = six(&if right { code.clone() } else { not(&code) });
    let planned = fault.clone();
    let plan = move |call: Call| if (call.method, call.number) == (at, 0) { planned.clone() } else { Fault::None };
    let store = Faulty::new(&desk.store, plan);
    let verify = desk.verifier.verify(PAY, who, handle, typed, payment(1), desk.time(), &mut SysRng).unwrap();
    let outcome = tokio::time::timeout(Duration::from_secs(1), verify.run_async(&store)).await;
    let landed = at == Method::Swap && !matches!(fault, Fault::ErrorBefore);
    match (&outcome, fault) {
        // The load after a lost answer shows that the write landed.
        (Ok(answer), Fault::ErrorAfter) if landed => assert_eq!(answer.is_ok(), right),
        (Err(_), Fault::Meet(_)) => {}
        (Ok(Err(Failure::Unavailable(_))), Fault::ErrorBefore | Fault::ErrorAfter) => {}
        _ => panic!("{fault:?} at {at:?}: {outcome:?}"),
    }
    let status = desk.status(who, handle).await.unwrap();
    assert_eq!(status.total_failures(), u8::from(landed && !right), "{fault:?} at {at:?}");
    assert_eq!(status.challenge() == Some(ChallengeStatus::Approved), landed && right);
    let later = desk.verify(who, handle, &code, payment(1)).await;
    assert_eq!(later.is_ok(), !(landed && right), "{fault:?} at {at:?}: at most one approval");
}

pub async fn f56_an_expired_code_is_refused_by_the_time_given(place: &impl Place) {
    let desk = Desk::new(place.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    desk.wait(300);
    let late = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert_eq!(reason(late), Reason::Expired);
    assert!(!place.dump().await.is_empty(), "though the store still holds it");
}

pub async fn f63_a_dump_holds_no_code_and_names_nobody(place: &impl Place) {
    let desk = Desk::new(place.open().await);
    let mut secrets = vec![b"4915112345678".to_vec(), b"DE89370400440532013000".to_vec(), b"Anna".to_vec()];
    secrets.extend((1..=2).map(|n| vec![n; 32])); // the root keys
    let payment = payment(1);
    for number in 0..8 {
        let who = Subject::new(&format!("canary-customer-{number}")).unwrap();
        let issue = desk.verifier.issue(PAY, &who, &payment, &phone(), desk.time(), &mut SysRng).unwrap();
        let issued = issue.run_async(&desk.store).await.unwrap();
        let (handle, code) = (issued.ticket().handle(), code_in(&issued).unwrap());
        secrets.extend([code.clone().into_bytes(), handle.as_bytes().to_vec()]);
        if number % 2 == 0 {
            assert!(desk.verify(&who, handle, &code, payment.clone()).await.is_ok());
        }
    }
    secrets.push(b"canary-customer".to_vec());
    let dump = place.dump().await;
    assert!(dump.len() > 8 * 100, "the dump has all the records in it: {} bytes", dump.len());
    for secret in secrets {
        let found = dump.windows(secret.len()).any(|window| window == secret);
        assert!(!found, "found in the dump: {}", String::from_utf8_lossy(&secret));
    }
}

pub async fn a_create_replaces_what_is_forgotten_and_nothing_else(place: &impl Place) {
    let desk = Desk::new(place.open().await);
    let records = records(&desk);
    let store = place.open().await;
    let key = Key::from_bytes([7; 32]);
    let load = async || store.load_async(&key).await.unwrap();
    assert_eq!(load().await, None);
    assert_eq!(store.swap_async(&key, None, &records[0]).await.unwrap(), Swap::Done);
    assert_eq!(store.swap_async(&key, None, &records[1]).await.unwrap(), Swap::Stale);
    assert_eq!(store.swap_async(&key, None, &records[0]).await.unwrap(), Swap::Stale, "even for equal bytes");
    assert_eq!(load().await.as_ref(), Some(&records[0]));
    place.advance(LONGER_THAN_KEPT).await;
    assert_eq!(load().await, None, "a forgotten record is absent");
    assert_eq!(store.swap_async(&key, Some(&records[0]), &records[1]).await.unwrap(), Swap::Stale);
    assert_eq!(store.swap_async(&key, None, &records[1]).await.unwrap(), Swap::Done);
    assert_eq!(load().await.as_ref(), Some(&records[1]), "and its place is free");
    let for_ever = Record::from_bytes(&[1]); // it says nothing of how long to keep it
    assert_eq!(store.swap_async(&key, Some(&records[1]), &for_ever).await.unwrap(), Swap::Done);
    place.advance(LONGER_THAN_KEPT).await;
    assert_eq!(load().await, Some(for_ever));
}

pub async fn a_swap_writes_over_equal_bytes_alone(place: &impl Place) {
    let store = place.open().await;
    let key = Key::from_bytes([0; 32]);
    let mut bytes = (0..=255).cycle().take(Record::LONGEST).collect::<Vec<u8>>();
    let mut stored: Option<Record> = None;
    for length in [0, 1, 2, 3, 127, 128, 255, 256, 383, 384] {
        for end in [0, b' ', b'a', b'A', b'\n', 0x80, 0xff] {
            let length = length.min(Record::LONGEST);
            if let Some(last) = bytes[..length].last_mut() {
                *last = end;
            }
            let next = Record::from_bytes(&bytes[..length]);
            let mut near = next.as_bytes().to_vec();
            near.push(end); // one more of the same at the end
            let near = Record::from_bytes(&near[..near.len().min(Record::LONGEST)]);
            assert_eq!(store.swap_async(&key, stored.as_ref(), &next).await.unwrap(), Swap::Done);
            assert_eq!(store.load_async(&key).await.unwrap().as_ref(), Some(&next), "{length} bytes, the last {end}");
            if near != next {
                assert_eq!(store.swap_async(&key, Some(&near), &next).await.unwrap(), Swap::Stale);
            }
            stored = Some(next);
        }
    }
}

pub async fn a_key_is_binary(place: &impl Place) {
    let store = place.open().await;
    let mut keys = (0..256).map(|bit| bit_of(&[0x41; 32], bit)).collect::<Vec<_>>();
    keys.extend([[0; 32], [b' '; 32], [b'a'; 32], [b'A'; 32], [0xff; 32]].map(Key::from_bytes));
    for (number, key) in (0_u32..).zip(&keys) {
        let record = Record::from_bytes(&number.to_be_bytes());
        assert_eq!(store.swap_async(key, None, &record).await.unwrap(), Swap::Done, "{key:?} is new");
    }
    for (number, key) in (0_u32..).zip(&keys) {
        assert_eq!(store.load_async(key).await.unwrap(), Some(Record::from_bytes(&number.to_be_bytes())));
    }
}

fn bit_of(bytes: &[u8; 32], bit: usize) -> Key {
    let mut bytes = *bytes;
    bytes[bit / 8] ^= 1 << (bit % 8);
    Key::from_bytes(bytes)
}

/// Two records that say how long to keep them, as a decision makes them.
fn records<S: Shared>(desk: &Desk<S>) -> [Record; 2] {
    [1, 2].map(|amount| {
        let payment = payment(amount);
        let issue = desk.verifier.issue(PAY, &customer(), &payment, &phone(), desk.time(), &mut SysRng).unwrap();
        match issue.step(None) {
            Step::Write(record, _) => record,
            other => panic!("{other:?}"),
        }
    })
}

//! Everybody falls back at once.

use std::sync::{Arc, Barrier, Mutex};

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::stage::*;

/// Sixty-four tasks that all believe a message did not leave, settle it and fall back, over and over.
fn fall_back_64(deliver: Delivery, named: bool) -> (usize, u8, Vec<Reason>) {
    let (verifier, store) = (Arc::new(verifier()), Arc::new(MemoryStore::new()));
    let (who, value, now) = (customer(), payment(), UnixTime::from_secs(START));
    let legs = route(&[text(), other_text(), call()]);
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let issued = verifier.issue(MAILED, &who, &value, legs, now, rng).unwrap().run(&*store).unwrap();
    let (handle, first) = (issued.ticket().handle(), issued.key());
    let settle = |key: &IdempotencyKey, rng: &mut ChaCha20Rng| {
        let settle = verifier.settle(MAILED, &customer(), handle, key, deliver, now, rng).unwrap();
        settle.run(&*store).unwrap();
    };
    settle(&first, rng);
    let (barrier, told) = (Barrier::new(64), Mutex::new(Vec::new()));
    let sent: usize = std::thread::scope(|scope| {
        let one = |n: u64| {
            let (barrier, told, settle) = (&barrier, &told, &settle);
            let (verifier, store, value, legs) = (&verifier, &store, &value, &legs);
            scope.spawn(move || {
                let rng = &mut ChaCha20Rng::seed_from_u64(100 + n);
                barrier.wait();
                let mut sent = 0;
                for _ in 0..4 {
                    let onward = verifier.onward(MAILED, &customer(), handle, value, *legs, now, rng).unwrap();
                    let onward = if named { onward.instead_of(&first) } else { onward };
                    match onward.run(&**store) {
                        Ok(issued) => {
                            sent += 1;
                            settle(&issued.key(), rng);
                        }
                        Err(failure) => told.lock().unwrap().extend(failure.refusal().map(Refused::reason)),
                    }
                }
                sent
            })
        };
        let tasks: Vec<_> = (0..64).map(one).collect();
        tasks.into_iter().map(|task| task.join().unwrap()).sum()
    });
    let look = verifier.status(MAILED, &who, now).unwrap().run(&*store).unwrap();
    (sent, look.day_sends(), told.into_inner().unwrap())
}

#[test]
fn sixty_four_tasks_that_fall_back_at_once_cost_exactly_the_challenges_messages() {
    let (sent, day, told) = fall_back_64(Delivery::NotSent, false);
    assert_eq!((sent, day), (2, 0), "three a challenge with the first, each given back");
    assert!(
        told.iter().all(|reason| { matches!(reason, Reason::RouteEnded | Reason::TooSoon | Reason::ChallengeSends) }),
        "{told:?}"
    );
}

#[test]
fn sixty_four_tasks_that_saw_one_failure_fall_back_once() {
    for (delivery, day) in [(Delivery::NotSent, 0), (Delivery::Unknown, 2)] {
        let (sent, paid, told) = fall_back_64(delivery, true);
        assert_eq!((sent, paid), (1, day), "{delivery:?}");
        assert!(told.iter().all(|reason| *reason == Reason::Overtaken), "{told:?}");
        assert_eq!(told.len(), 64 * 4 - 1);
    }
}

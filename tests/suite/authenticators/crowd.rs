//! Many at the same moment: one is accepted, and no more are judged than the budget has.

use std::sync::Barrier;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::*;

/// What a crowd's codes came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    accepted: usize,
    wrong: usize,
    replayed: usize,
    unjudged: usize,
}

/// So many threads, all let go at once; each makes its own operation.
fn crowd<O, E>(
    count: usize,
    each: impl Fn(usize, &mut ChaCha20Rng, &Barrier) -> Result<O, Failure<E>> + Sync,
) -> Tally
where
    E: std::fmt::Debug + Send,
    O: Send,
{
    let ready = &Barrier::new(count);
    let each = &each;
    let results: Vec<_> = std::thread::scope(|scope| {
        let one = |n| scope.spawn(move || each(n, &mut ChaCha20Rng::seed_from_u64(n as u64), ready));
        let all: Vec<_> = (0..count).map(one).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut tally = Tally::default();
    for result in results {
        match outcome(result) {
            Ok(()) => tally.accepted += 1,
            Err(Reason::WrongCode) => tally.wrong += 1,
            Err(Reason::Replayed) => tally.replayed += 1,
            Err(Reason::Locked) => tally.unjudged += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    tally
}

fn authenticate<S: Store<Error: std::fmt::Debug + Send> + Sync>(
    verifier: &Verifier,
    store: &S,
    gadget: Gadget,
    codes: &[String],
) -> Tally {
    crowd(codes.len(), |n, rng, ready| {
        let (authenticator, code) = (gadget.authenticator(), six(&codes[n]));
        let purpose = Purpose::<Payment>::new(["pay", "login", "vote"][n % 3], Policy::LOGIN);
        let time = at(START + 30);
        let operation = verifier.authenticate(purpose, &customer(), &authenticator, code, time, rng).unwrap();
        ready.wait();
        operation.run(store)
    })
}

/// The right codes of the app and the token of [`owner`], and the next ones.
const RIGHT: [(Gadget, u64); 2] = [(PHONE, STEP + 1), (TOKEN, 1)];

#[test]
fn f01_f05_f74_64_threads_with_one_code_for_three_purposes_are_one_success() {
    for (gadget, counter) in RIGHT {
        let codes = vec![gadget.code(counter); 64];
        let one = |tally: Tally| {
            assert_eq!(tally.accepted, 1, "{tally:?}");
            assert_eq!(tally.replayed, 3, "{tally:?}");
            assert_eq!(tally.wrong + tally.unjudged, 60, "{tally:?}");
            assert_eq!(tally.wrong, 5, "{tally:?}");
        };
        let desk = owner();
        one(authenticate(&desk.verifier, &desk.store, gadget, &codes));
        let desk = owner();
        one(authenticate(&desk.verifier, &Yielding(desk.store), gadget, &codes));
        let desk = owner();
        one(authenticate(&desk.verifier, &Meeting::of(64, desk.store), gadget, &codes));
    }
}

#[test]
fn f02_r4226_9_of_64_wrong_codes_at_once_five_are_judged() {
    for (gadget, counter) in RIGHT {
        let codes: Vec<String> = gadget.wrong(counter).take(64).collect();
        let five = Tally { wrong: 5, unjudged: 59, ..Tally::default() };
        let desk = owner();
        assert_eq!(authenticate(&desk.verifier, &desk.store, gadget, &codes), five);
        let desk = owner();
        let store = Meeting::of(64, desk.store);
        assert_eq!(authenticate(&desk.verifier, &store, gadget, &codes), five);
        assert_eq!(Desk::new(store.inner).account(&gadget).total_failures(), 5);
    }
}

#[test]
fn f03_of_100_guesses_at_once_the_right_one_counts_only_among_the_first_three_paid() {
    let three = AuthenticatorPolicy::RFC.draft().lock_after(3).build().unwrap();
    for (gadget, counter) in RIGHT.repeat(5) {
        let desk = under(three);
        desk.own(&gadget);
        let mut codes: Vec<String> = gadget.wrong(counter).take(99).collect();
        codes.push(gadget.code(counter));
        let tally = authenticate(&desk.verifier, &Meeting::of(100, desk.store), gadget, &codes);
        match tally.accepted {
            0 => assert_eq!(tally.wrong, 3, "{tally:?}"),
            // A success clears its own: at most two before it, and three after it.
            1 => assert!(tally.wrong <= 5, "{tally:?}"),
            _ => panic!("{tally:?}"),
        }
    }
}

#[test]
fn f18_f01_64_threads_with_one_recovery_code_are_one_success() {
    for met in [false, true] {
        let desk = owner();
        let code = desk.make_codes().unwrap().remove(7);
        let (verifier, store) = (&desk.verifier, Meeting::of(if met { 64 } else { 1 }, desk.store));
        let tally = crowd(64, |_, rng, ready| {
            let typed = RecoveryCode::parse(&code).unwrap();
            let operation = verifier.recover(LOGIN, &customer(), typed, at(START), rng).unwrap();
            ready.wait();
            operation.run(&store)
        });
        assert_eq!(tally, Tally { accepted: 1, wrong: 5, replayed: 3, unjudged: 55 });
        assert_eq!(Desk::new(&store.inner).account(&PHONE).recovery_codes_left(), 9);
    }
}

#[test]
fn f74_f18_64_threads_with_one_recovery_code_for_three_logins_are_one_success() {
    for met in [false, true] {
        let desk = owner();
        let code = desk.make_codes().unwrap().remove(7);
        let (verifier, store) = (&desk.verifier, Meeting::of(if met { 64 } else { 1 }, desk.store));
        let tally = crowd(64, |n, rng, ready| {
            let typed = RecoveryCode::parse(&code).unwrap();
            let purpose = Purpose::<Login>::new(["login", "elsewhere", "recover"][n % 3], Policy::LOGIN);
            let operation = verifier.recover(purpose, &customer(), typed, at(START), rng).unwrap();
            ready.wait();
            operation.run(&store)
        });
        assert_eq!(tally, Tally { accepted: 1, wrong: 5, replayed: 3, unjudged: 55 });
    }
}

#[test]
fn f02_of_64_wrong_recovery_codes_at_once_five_are_judged() {
    let desk = owner();
    desk.make_codes().unwrap();
    let (verifier, store) = (&desk.verifier, Meeting::of(64, desk.store));
    let tally = crowd(64, |n, rng, ready| {
        let typed = RecoveryCode::parse(&format!("{n:016}")).unwrap();
        let operation = verifier.recover(LOGIN, &customer(), typed, at(START), rng).unwrap();
        ready.wait();
        operation.run(&store)
    });
    assert_eq!(tally, Tally { wrong: 5, unjudged: 59, ..Tally::default() });
}

#[test]
fn f74_a_code_in_a_resynchronisation_and_a_login_at_once_is_accepted_once() {
    for round in 0..20 {
        let desk = owner();
        let (verifier, store) = (&desk.verifier, Meeting::of(2, desk.store));
        let tally = crowd(2, |n, rng, ready| {
            let authenticator = TOKEN.authenticator();
            let codes = [1, 2].map(|counter| six(&TOKEN.code(counter)));
            let [_, second] = [1, 2].map(|counter| six(&TOKEN.code(counter)));
            if n == 0 {
                let pair = verifier.resynchronise(LOGIN, &customer(), &authenticator, codes, at(START), rng).unwrap();
                ready.wait();
                pair.run(&store)
            } else {
                let login =
                    verifier.authenticate(LOGIN, &customer(), &authenticator, second, at(START), rng).unwrap();
                ready.wait();
                login.run(&store)
            }
        });
        assert_eq!(tally.accepted, 1, "{round}: {tally:?}");
    }
}

/// The tests above can fail: this store lets everybody through.
#[test]
fn a_store_where_the_last_writer_wins_is_caught_by_the_same_threads() {
    for (gadget, counter) in RIGHT {
        let desk = owner();
        let store = Meeting::of(64, LastWriterWins(desk.store));
        let codes = vec![gadget.code(counter); 64];
        assert_eq!(authenticate(&desk.verifier, &store, gadget, &codes).accepted, 64);
    }
}

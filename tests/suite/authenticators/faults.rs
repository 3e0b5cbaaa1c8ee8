//! F55, F75: an error, or a lost answer, at every store call of every operation.

use rand_chacha::ChaCha20Rng;

use super::*;

struct Scene {
    desk: Desk<Failing<Stale<MemoryStore>>>,
    codes: Vec<String>,
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Done,
    Refused(Reason),
    Unavailable,
}

impl Scene {
    fn set(way: Way) -> Self {
        let desk = Desk::new(Failing::new(Stale::new(MemoryStore::new())));
        desk.own(&PHONE);
        desk.own(&TOKEN);
        let _ = desk.enrol(&Gadget::app(0)).unwrap();
        let codes = desk.make_codes().unwrap();
        desk.wait(30);
        Self { desk, codes, way }
    }

    fn run<'v, O: Operation + Send>(
        &'v self,
        make: impl FnOnce(&'v Verifier, UnixTime, &mut ChaCha20Rng) -> Result<O, Invalid>,
    ) -> Came {
        let operation = make(&self.desk.verifier, self.desk.time(), &mut self.desk.rng.borrow_mut()).unwrap();
        came(&self.way.run(operation, &self.desk.store))
    }

    fn row(&self) -> Vec<u8> {
        let key = *self.desk.verifier.authenticator_status(&customer(), self.desk.time()).unwrap().key();
        self.desk.store.inner.inner.load(&key).unwrap().unwrap().as_bytes().to_vec()
    }

    fn authenticate(&self, gadget: &Gadget, code: &str) -> Came {
        let (authenticator, rng) = (gadget.authenticator(), &mut *self.desk.rng.borrow_mut());
        let (verifier, now) = (&self.desk.verifier, self.desk.time());
        let operation = verifier.authenticate(LOGIN, &customer(), &authenticator, six(code), now, rng).unwrap();
        came(&self.way.run(operation, &self.desk.store))
    }

    fn resynchronise(&self) -> Came {
        let (authenticator, rng) = (TOKEN.authenticator(), &mut *self.desk.rng.borrow_mut());
        let (verifier, now) = (&self.desk.verifier, self.desk.time());
        let codes = [1, 2].map(|counter| six(&TOKEN.code(counter)));
        let operation = verifier.resynchronise(LOGIN, &customer(), &authenticator, codes, now, rng).unwrap();
        came(&self.way.run(operation, &self.desk.store))
    }

    fn confirm(&self) -> Came {
        let gadget = Gadget::app(0);
        let (authenticator, rng) = (gadget.authenticator(), &mut *self.desk.rng.borrow_mut());
        let (verifier, now) = (&self.desk.verifier, self.desk.time());
        let operation = verifier.confirm(&customer(), &authenticator, six(&gadget.code(STEP)), now, rng).unwrap();
        came(&self.way.run(operation, &self.desk.store))
    }

    fn recover(&self, code: &str) -> Came {
        self.run(|v, now, rng| v.recover(LOGIN, &customer(), RecoveryCode::parse(code)?, now, rng))
    }
}

fn came<T>(result: &Result<T, Failure<Down>>) -> Came {
    match result {
        Ok(_) => Came::Done,
        Err(Failure::Refused(refused)) => Came::Refused(refused.reason()),
        Err(Failure::Unavailable(Unavailable::Store(Down))) => Came::Unavailable,
        Err(other) => panic!("{other:?}"),
    }
}

type Act = (&'static str, Came, fn(&Scene) -> Came);

const WRONG: Came = Came::Refused(Reason::WrongCode);

const ACTS: [Act; 16] = [
    ("totp", Came::Done, |s| s.authenticate(&PHONE, &PHONE.code(STEP + 1))),
    ("hotp", Came::Done, |s| s.authenticate(&TOKEN, &TOKEN.code(1))),
    ("wrong", WRONG, |s| s.authenticate(&TOKEN, &TOKEN.wrong(1).next().unwrap())),
    ("replay", Came::Refused(Reason::Replayed), |s| s.authenticate(&TOKEN, &TOKEN.code(0))),
    ("resynchronise", Came::Done, Scene::resynchronise),
    ("confirm", Came::Done, Scene::confirm),
    ("enrol", Came::Done, |s| s.run(|v, now, rng| v.enrol(&customer(), &Gadget::app(1).authenticator(), now, rng))),
    ("recover", Came::Done, |s| s.recover(&s.codes[0])),
    ("recover wrong", WRONG, |s| s.recover("0000000000000000")),
    ("make", Came::Done, |s| s.run(|v, now, rng| v.make_recovery_codes(&customer(), now, rng))),
    ("revoke", Came::Done, |s| s.run(|v, now, rng| v.revoke(&customer(), "phone", now, rng))),
    ("restore", Came::Done, |s| s.run(|v, now, rng| v.after_restore(&customer(), now, rng))),
    ("close", Came::Done, |s| s.run(|v, now, rng| v.close_authenticators(&customer(), now, rng))),
    ("reinstate", Came::Done, |s| s.run(|v, now, rng| v.reinstate_authenticators(&customer(), now, rng))),
    ("status", Came::Done, |s| s.run(|v, now, _| v.authenticator_status(&customer(), now))),
    ("unknown", Came::Refused(Reason::NotEnrolled), |s| s.authenticate(&Gadget::app(5), "123456")),
];

/// Plays one act with one plan; what came of it, and whether something was written.
fn play(way: Way, act: &Act, stale: usize, calls: std::ops::Range<usize>, fault: Fault) -> (Came, bool, usize) {
    let scene = Scene::set(way);
    let before = scene.row();
    scene.desk.store.inner.next(stale);
    scene.desk.store.plan(calls, fault);
    let came = (act.2)(&scene);
    (came, scene.row() != before, scene.desk.store.calls())
}

fn each(mut test: impl FnMut(Way, &Act, usize, usize, bool)) {
    for (way, act) in Way::BOTH.iter().flat_map(|way| ACTS.iter().map(move |act| (*way, act))) {
        for stale in [0, 1] {
            let (came, wrote, calls) = play(way, act, stale, 0..0, Fault::Error);
            assert_eq!(came, act.1, "{}", act.0);
            assert_eq!(calls, if wrote { 2 + 2 * stale } else { 1 }, "{}", act.0);
            test(way, act, stale, calls, wrote);
        }
    }
}

#[test]
fn f55_an_error_at_any_store_call_is_unavailable_never_accepted_never_wrong_and_writes_nothing() {
    each(|way, act, stale, calls, _| {
        for n in 0..calls {
            for down in [n..n + 1, n..usize::MAX] {
                let (came, wrote, _) = play(way, act, stale, down, Fault::Error);
                assert_eq!((came, wrote), (Came::Unavailable, false), "{} at call {n}, {way:?}", act.0);
            }
        }
    });
}

#[test]
fn f55_a_lost_answer_at_any_store_call_is_unavailable_unless_a_load_proves_the_write() {
    each(|way, act, stale, calls, writes| {
        for n in 0..calls {
            let last = writes && n == calls - 1;
            let (came, wrote, _) = play(way, act, stale, n..n + 1, Fault::LostAnswer);
            let expected = if last { act.1 } else { Came::Unavailable };
            assert_eq!((came, wrote), (expected, last), "{} at call {n}, {way:?}", act.0);
            let (came, wrote, _) = play(way, act, stale, n..usize::MAX, Fault::LostAnswer);
            assert_eq!((came, wrote), (Came::Unavailable, last), "{} from call {n}, {way:?}", act.0);
        }
    });
}

#[test]
fn f55_a_code_whose_answer_was_lost_is_spent() {
    for way in Way::BOTH {
        let scene = Scene::set(way);
        scene.desk.store.plan(1..usize::MAX, Fault::LostAnswer);
        assert_eq!(scene.authenticate(&TOKEN, &TOKEN.code(1)), Came::Unavailable);
        scene.desk.store.plan(0..0, Fault::Error);
        assert_eq!(scene.authenticate(&TOKEN, &TOKEN.code(1)), Came::Refused(Reason::Replayed));
        scene.desk.store.plan(1..usize::MAX, Fault::LostAnswer);
        assert_eq!(scene.recover(&scene.codes[0]), Came::Unavailable);
        scene.desk.store.plan(0..0, Fault::Error);
        assert_eq!(scene.recover(&scene.codes[0]), Came::Refused(Reason::Replayed));
    }
}

#[test]
fn f75_a_driver_that_repeats_a_swap_accepts_once_and_charges_once() {
    fn through<S: Store<Error: std::fmt::Debug>>(store: S) {
        let desk = Desk::new(store);
        desk.own(&TOKEN);
        assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))), Ok(()));
        assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))), Err(Reason::Replayed));
        desk.guess(&TOKEN, 3);
        assert_eq!(desk.account(&TOKEN).total_failures(), 3);
    }
    through(Repeating(MemoryStore::new()));
    through(DoneWhenEqual(MemoryStore::new()));
}

#[test]
fn f54_a_store_that_refuses_everything_authenticates_nobody() {
    let desk = Desk::new(RefusingStore);
    let refuses = |failure: Failure<Refusal>| matches!(failure, Failure::Unavailable(Unavailable::Store(_)));
    assert!(refuses(desk.authenticate(&PHONE, "123456").unwrap_err()));
    assert!(refuses(desk.enrol(&PHONE).unwrap_err()));
    assert!(refuses(desk.recover("0000000000000000").unwrap_err()));
    assert!(refuses(desk.make_codes().unwrap_err()));
    assert!(refuses(desk.close_account().unwrap_err()));
}

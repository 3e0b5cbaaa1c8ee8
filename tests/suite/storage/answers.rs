//! An error, or a lost answer, at every store call of every operation (F55).

use super::*;

type Fragile = Failing<Stale<MemoryStore>>;

/// A customer with one open challenge, whose store can be made to fail.
struct Scene {
    desk: Desk<Fragile>,
    sent: Sent,
    token: ReportToken,
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    Refused(Reason),
    Unavailable,
}

impl Scene {
    fn set(way: Way) -> Self {
        let desk = Desk::new(Failing::new(Stale::new(MemoryStore::new())));
        let value = payment(1);
        let issued = desk.act(|verifier, now, rng| {
            verifier.issue(PAY, &customer(), &value, &phone(), now, rng)?.request(b"session", b"form")
        });
        let issued = issued.unwrap();
        let token = issued.message(&|slip: &Slip<'_, Payment>| slip.report_token()).unwrap();
        let sent = (issued.ticket().handle(), code_in(&issued).unwrap());
        desk.wait(30);
        Self { desk, sent, token, way }
    }

    fn run<'v, O: Operation + Send>(
        &'v self,
        make: impl FnOnce(&'v Verifier, UnixTime, &mut ChaCha20Rng) -> Result<O, Invalid>,
    ) -> Outcome {
        let operation = make(&self.desk.verifier, self.desk.time(), &mut self.desk.rng.borrow_mut()).unwrap();
        match self.way.run(operation, &self.desk.store) {
            Ok(_) => Outcome::Done,
            Err(Failure::Refused(refused)) => Outcome::Refused(refused.reason()),
            Err(Failure::Unavailable(Unavailable::Store(Down))) => Outcome::Unavailable,
            Err(other) => panic!("{other:?}"),
        }
    }

    /// What is stored.
    fn row(&self) -> Vec<u8> {
        let key = *self.desk.verifier.status(PAY, &customer(), self.desk.time()).unwrap().key();
        self.desk.store.inner.inner.load(&key).unwrap().unwrap().as_bytes().to_vec()
    }

    fn verify(&self, code: &str, value: Payment) -> Outcome {
        self.run(|v, now, rng| v.verify(PAY, &customer(), self.sent.0, six(code), value, now, rng))
    }

    fn verify_late(&self) -> Outcome {
        self.desk.wait(300);
        self.verify(&self.sent.1, payment(1))
    }

    fn issue(&self, value: &Payment, form: &[u8]) -> Outcome {
        self.run(|v, now, rng| v.issue(PAY, &customer(), value, &phone(), now, rng)?.request(b"session", form))
    }

    fn resend(&self, value: &Payment) -> Outcome {
        self.run(|v, now, rng| v.resend(PAY, &customer(), self.sent.0, value, &phone(), now, rng))
    }

    fn report(&self, reporter: Reporter<'_>) -> Outcome {
        self.run(|v, now, rng| v.report(PAY, &customer(), reporter, now, rng))
    }
}

type Act = (&'static str, Outcome, fn(&Scene) -> Outcome);

/// Every operation, in every state that makes it write something else, and what it comes to on a good day.
const ACTS: [Act; 15] = [
    ("issue", Outcome::Done, |scene| scene.issue(&payment(1), b"another form")),
    ("issue repeated", Outcome::Done, |scene| scene.issue(&payment(1), b"form")),
    ("issue reused", Outcome::Refused(Reason::RequestReused), |scene| scene.issue(&payment(2), b"form")),
    ("resend", Outcome::Done, |scene| scene.resend(&payment(1))),
    ("resend changed", Outcome::Refused(Reason::BindingChanged), |scene| scene.resend(&payment(2))),
    ("right", Outcome::Done, |scene| scene.verify(&scene.sent.1, payment(1))),
    ("wrong", Outcome::Refused(Reason::WrongCode), |scene| scene.verify(&not(&scene.sent.1), payment(1))),
    ("changed", Outcome::Refused(Reason::BindingChanged), |scene| scene.verify(&scene.sent.1, payment(2))),
    ("late", Outcome::Refused(Reason::Expired), Scene::verify_late),
    ("cancel", Outcome::Done, |s| s.run(|v, now, rng| v.cancel(PAY, &customer(), s.sent.0, now, rng))),
    ("report", Outcome::Done, |scene| scene.report(Reporter::Token(scene.token))),
    ("report vouched", Outcome::Done, |scene| scene.report(Reporter::Vouched(&phone()))),
    ("close", Outcome::Done, |scene| scene.run(|v, now, rng| v.close(PAY, &customer(), now, rng))),
    ("reinstate", Outcome::Done, |scene| scene.run(|v, now, rng| v.reinstate(PAY, &customer(), now, rng))),
    ("status", Outcome::Done, |scene| scene.run(|v, now, _| v.status(PAY, &customer(), now))),
];

/// Plays one act with one plan; what came of it, and whether something was written.
fn play(way: Way, act: &Act, stale: usize, calls: std::ops::Range<usize>, fault: Fault) -> (Outcome, bool, Scene) {
    let scene = Scene::set(way);
    let before = scene.row();
    scene.desk.store.inner.next(stale);
    scene.desk.store.plan(calls, fault);
    let outcome = (act.2)(&scene);
    let wrote = scene.row() != before;
    (outcome, wrote, scene)
}

/// Every act in both loops, first overtaken so many times, and how many calls it makes on a good day.
fn each(mut test: impl FnMut(Way, &Act, usize, usize, bool)) {
    for (way, act) in Way::BOTH.iter().flat_map(|way| ACTS.iter().map(move |act| (*way, act))) {
        for stale in [0, 1, 2] {
            let (outcome, wrote, scene) = play(way, act, stale, 0..0, Fault::Error);
            assert_eq!(outcome, act.1, "{}", act.0);
            let calls = scene.desk.store.calls();
            assert_eq!(calls, if wrote { 2 + 2 * stale } else { 1 }, "{}", act.0);
            test(way, act, stale, calls, wrote);
        }
    }
}

#[test]
fn f55_an_error_at_any_store_call_of_any_operation_is_unavailable_and_writes_nothing() {
    each(|way, act, stale, calls, _| {
        for n in 0..calls {
            for down in [n..n + 1, n..usize::MAX] {
                let (outcome, wrote, _) = play(way, act, stale, down, Fault::Error);
                assert_eq!((outcome, wrote), (Outcome::Unavailable, false), "{} at call {n}, {way:?}", act.0);
            }
        }
    });
}

#[test]
fn f55_a_lost_answer_at_any_store_call_is_unavailable_unless_a_load_proves_the_write() {
    each(|way, act, stale, calls, writes| {
        for n in 0..calls {
            let last = writes && n == calls - 1;
            let (outcome, wrote, _) = play(way, act, stale, n..n + 1, Fault::LostAnswer);
            let expected = if last { act.1 } else { Outcome::Unavailable };
            assert_eq!((outcome, wrote), (expected, last), "{} at call {n}, {way:?}", act.0);
            let (outcome, wrote, _) = play(way, act, stale, n..usize::MAX, Fault::LostAnswer);
            assert_eq!((outcome, wrote), (Outcome::Unavailable, last), "{} from call {n}, {way:?}", act.0);
        }
    });
}

#[test]
fn f55_an_attempt_whose_answer_was_lost_is_spent() {
    let [right, wrong] = ["right", "wrong"].map(|name| ACTS.iter().find(|act| act.0 == name).unwrap());
    for way in Way::BOTH {
        let (outcome, _, scene) = play(way, right, 0, 1..usize::MAX, Fault::LostAnswer);
        assert_eq!(outcome, Outcome::Unavailable);
        scene.desk.store.plan(0..0, Fault::Error);
        assert_eq!(scene.verify(&scene.sent.1, payment(1)), Outcome::Refused(Reason::AlreadyApproved));
        let (outcome, _, scene) = play(way, wrong, 0, 1..usize::MAX, Fault::LostAnswer);
        assert_eq!(outcome, Outcome::Unavailable);
        scene.desk.store.plan(0..0, Fault::Error);
        assert_eq!(scene.desk.status(PAY, &customer()).total_failures(), 1);
    }
}

/// A future that is dropped between its calls, as when a client goes away.
#[test]
fn f55_a_dropped_future_approves_nothing_and_spends_at_most_its_attempt() {
    use std::task::{Context, Waker};
    for polls in 0..3 {
        let desk = Desk::new(Yielding(MemoryStore::new()));
        let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        let rng = &mut ChaCha20Rng::seed_from_u64(9);
        let verify = desk.verifier.verify(PAY, &customer(), handle, six(&code), payment(1), at(START), rng).unwrap();
        {
            let mut future = std::pin::pin!(verify.run_async(&desk.store));
            let mut poll = || future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
            assert!((0..polls).all(|n| poll() == (n == 2)));
        }
        let again = desk.verify(PAY, &customer(), handle, &code, payment(1));
        assert_eq!(again.is_ok(), polls < 3, "after {polls} polls");
    }
}

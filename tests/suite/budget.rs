//! One budget of guesses for one account and purpose, whatever a guesser varies.

mod care;
mod decoys;
mod keeping;
mod lanes;
mod locks;
mod sends;
mod slots;
mod zero;

use countersign::*;

use crate::faults::*;
use crate::support::*;

pub const DAY: u64 = 86_400;

/// Messages cost nothing, so that guesses are all that counts.
pub const CHATTY: Purpose<Payment> = Purpose::new(
    "pay-chatty",
    match chatty() {
        Ok(policy) => policy,
        Err(_) => panic!("no send budget is too large"),
    },
);

const fn chatty() -> Result<Policy, Invalid> {
    Policy::PAYMENT.draft().gap(0).challenge_sends(255).unapproved_sends(255).day_sends(255).build()
}

/// What an attacker got for his trouble.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Spoils {
    pub judged: usize,
    pub locks: usize,
    pub alerts: usize,
    pub disabled: usize,
}

impl Spoils {
    /// Counts what an answer to a guess gave away.
    fn take(&mut self, refused: Refused) {
        self.judged += usize::from(refused.reason() == Reason::WrongCode);
        match refused.notice() {
            Some(Notice::Locked { .. }) => self.locks += 1,
            Some(Notice::NextDisables) => self.alerts += 1,
            Some(Notice::Disabled) => self.disabled += 1,
            _ => {}
        }
    }
}

impl<S: Store<Error: std::fmt::Debug>> Desk<S> {
    /// One wrong code for the challenge of 1 cent, whose code is known here.
    pub fn miss(&self, purpose: Purpose<Payment>, who: &Subject, sent: &Sent) -> Refused {
        refused(self.verify(purpose, who, sent.0, &not(&sent.1), payment(1)))
    }

    /// So many wrong codes, whatever is answered.
    pub fn misses(&self, purpose: Purpose<Payment>, who: &Subject, sent: &Sent, times: usize) {
        for _ in 0..times {
            self.miss(purpose, who, sent);
        }
    }

    /// The right code for the challenge of 1 cent.
    pub fn hit(&self, purpose: Purpose<Payment>, who: &Subject, sent: &Sent) -> Result<(), Reason> {
        match self.verify(purpose, who, sent.0, &sent.1, payment(1)) {
            Ok(_) => Ok(()),
            refusal => Err(reason(refusal)),
        }
    }

    /// Issues for 1 cent, waiting for as long as the refusals say; `None` if waiting does not help.
    pub fn issue_in_time(&self, purpose: Purpose<Payment>, who: &Subject) -> Option<Sent> {
        loop {
            let refused = match self.issue(purpose, who, &payment(1)) {
                Ok(sent) => return Some(sent),
                other => refused(other),
            };
            match refused.hint() {
                Hint::Wait { until } if until > self.time() => self.now.set(until.as_secs()),
                Hint::Wait { .. } => panic!("refused at the second at which it may be"),
                _ => return None,
            }
        }
    }

    /// Fails so often, in as many challenges as that takes, waiting where it must.
    pub fn fail(&self, purpose: Purpose<Payment>, who: &Subject, times: usize) -> Spoils {
        let mut spoils = Spoils::default();
        while spoils.judged < times {
            let Some(sent) = self.issue_in_time(purpose, who) else {
                return spoils;
            };
            loop {
                let refused = self.miss(purpose, who, &sent);
                assert_eq!(refused.reason(), Reason::WrongCode, "it was issued only now");
                spoils.take(refused);
                if spoils.judged == times || !matches!(refused.hint(), Hint::TryAgain { .. }) {
                    break;
                }
            }
        }
        spoils
    }
}

#[test]
fn f20_a_thousand_challenges_of_a_thousand_sessions_share_one_budget() {
    let desk = Desk::new(MemoryStore::new());
    let (mut spoils, mut refusals) = (Spoils::default(), 0);
    for session in 0..1_000_u32 {
        let (value, phone, who) = (payment(1), phone(), customer());
        let issued = desk.act(|verifier, now, rng| {
            verifier.issue(CHATTY, &who, &value, &phone, now, rng)?.request(&session.to_be_bytes(), b"form")
        });
        match issued {
            Ok(issued) => {
                let sent = (issued.ticket().handle(), code_in(&issued).unwrap());
                spoils.take(desk.miss(CHATTY, &who, &sent));
            }
            refusal => {
                assert_eq!(reason(refusal), Reason::Locked);
                refusals += 1;
            }
        }
    }
    assert_eq!(spoils, Spoils { judged: 5, locks: 1, ..Spoils::default() });
    assert_eq!(refusals, 995);
}

#[test]
fn f21_f22_nothing_about_the_network_the_session_or_the_value_is_part_of_the_key() {
    let desk = Desk::new(MemoryStore::new());
    let (value, other, phone) = (payment(1), payment(2), Recipient::voice("+4915199999999").unwrap());
    let rng = &mut *desk.rng.borrow_mut();
    let (verifier, who, handle) = (&desk.verifier, customer(), Handle::from_bytes([0; 16]));
    let key = *verifier.status(PAY, &who, at(START)).unwrap().key();
    let issue = verifier.issue(PAY, &who, &value, &phone, at(START + 9), rng).unwrap();
    assert_eq!(*issue.request(b"another session", b"another form").unwrap().key(), key);
    assert_eq!(*verifier.verify(PAY, &who, handle, six("123456"), other.clone(), at(0), rng).unwrap().key(), key);
    assert_eq!(*verifier.resend(PAY, &who, handle, &other, &phone, at(0), rng).unwrap().key(), key);
    assert_eq!(*verifier.cancel(PAY, &who, handle, at(0), rng).unwrap().key(), key);
    assert_eq!(*Verifier::new(keyring()).status(PAY, &who, at(0)).unwrap().key(), key, "nor which node it is");
    let elsewhere = Purpose::<Payment>::new("other", Policy::PAYMENT);
    assert_ne!(*verifier.status(elsewhere, &who, at(START)).unwrap().key(), key);
    let stranger = Subject::new("customer-4712").unwrap();
    assert_ne!(*verifier.status(PAY, &stranger, at(START)).unwrap().key(), key);
}

#[test]
fn f24_two_verifiers_on_one_store_have_one_budget() {
    let store = MemoryStore::new();
    let (here, there) = (Desk::node(&store, 1), Desk::node(&store, 2));
    let sent = here.issue(PAY, &customer(), &payment(1)).unwrap();
    for left in [4, 3, 2, 1] {
        let desk = if left % 2 == 0 { &here } else { &there };
        assert_eq!(desk.miss(PAY, &customer(), &sent).hint(), Hint::TryAgain { attempts_left: left });
    }
    assert!(there.miss(PAY, &customer(), &sent).notice().is_some());
    assert_eq!(here.hit(PAY, &customer(), &sent), Err(Reason::Locked));
}

#[test]
fn f25_after_n_failures_the_stored_record_says_n() {
    let store = MemoryStore::new();
    let desk = Desk::node(&store, 1);
    for n in 1..=40_u8 {
        assert_eq!(desk.fail(CHATTY, &customer(), 1).judged, 1);
        let fresh = Desk::node(&store, 2);
        fresh.now.set(desk.now.get());
        let status = fresh.status(CHATTY, &customer());
        assert_eq!((status.consecutive_failures(), status.total_failures()), (n, n));
    }
}

#[test]
fn f26_a_million_guesses_at_one_moment_are_five() {
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let mut spoils = Spoils::default();
    (0..5).for_each(|_| spoils.take(desk.miss(PAY, &customer(), &sent)));
    desk.store.calls();
    (0..1_000_000).for_each(|_| spoils.take(desk.miss(PAY, &customer(), &sent)));
    assert_eq!(spoils, Spoils { judged: 5, locks: 1, ..Spoils::default() });
    assert_eq!(desk.store.calls(), (1_000_000, 0), "after the fifth, nothing is written any more");
}

#[test]
fn f26_guesses_that_wait_out_every_lock_are_a_hundred() {
    let desk = Desk::new(MemoryStore::new());
    let spoils = desk.fail(PAY, &customer(), 1_000);
    assert_eq!(spoils, Spoils { judged: 100, locks: 19, alerts: 1, disabled: 1 });
    desk.wait(10 * 365 * DAY);
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Disabled, "for ever");
}

#[test]
fn f27_one_fixed_guess_at_ten_thousand_fresh_codes_is_refused_by_the_rolling_budget() {
    let desk = Desk::new(MemoryStore::new());
    let (mut judged, mut approved) = (0, 0);
    for _ in 0..10_000 {
        desk.wait(30);
        let Ok((handle, code)) = desk.issue(CHATTY, &customer(), &payment(1)) else {
            continue;
        };
        let guess = if code == "123456" { "654321" } else { "123456" };
        match desk.verify(CHATTY, &customer(), handle, guess, payment(1)) {
            Ok(_) => approved += 1,
            refusal => judged += usize::from(reason(refusal) == Reason::WrongCode),
        }
    }
    let days = 10_000 * 30 / DAY + 1;
    assert_eq!(approved, 0);
    assert!(judged <= 20 * usize::try_from(days).unwrap(), "{judged} in {days} days");
    assert!(judged >= 20, "the attacker does get to guess: {judged}");
}

#[test]
fn f28_a_resend_refills_nothing() {
    let desk = Desk::new(MemoryStore::new());
    let (value, phone) = (payment(1), phone());
    let sent = desk.issue(PAY, &customer(), &value).unwrap();
    desk.misses(PAY, &customer(), &sent, 4);
    desk.wait(30);
    let again = desk.act(|v, now, rng| v.resend(PAY, &customer(), sent.0, &value, &phone, now, rng)).unwrap();
    assert_eq!((again.ticket().attempts_left(), code_in(&again)), (1, Some(sent.1.clone())));
    let last = desk.miss(PAY, &customer(), &sent);
    assert!(matches!(last.notice(), Some(Notice::Locked { .. })), "one was left: {last:?}");
    assert_eq!(desk.hit(PAY, &customer(), &sent), Err(Reason::Locked));
}

#[test]
fn f28_a_challenge_with_fewer_attempts_than_a_lock_is_exhausted_whatever_is_resent() {
    let two = Purpose::<Payment>::new("pay", Policy::PAYMENT.draft().attempts(2).build().unwrap());
    let desk = Desk::new(MemoryStore::new());
    let sent = desk.issue(two, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.miss(two, &customer(), &sent).hint(), Hint::TryAgain { attempts_left: 1 });
    desk.wait(30);
    desk.resend(two, &customer(), sent.0, &payment(1)).unwrap();
    assert_eq!(desk.miss(two, &customer(), &sent).hint(), Hint::StartAgain);
    assert_eq!(desk.hit(two, &customer(), &sent), Err(Reason::Exhausted));
}

#[test]
fn f29_a_success_of_another_purpose_clears_nothing() {
    const LOGIN: Purpose<Payment> = Purpose::new("login", Policy::LOGIN);
    let desk = Desk::new(MemoryStore::new());
    assert_eq!(desk.fail(PAY, &customer(), 4).judged, 4);
    let login = desk.issue(LOGIN, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.hit(LOGIN, &customer(), &login), Ok(()));
    assert_eq!(desk.status(PAY, &customer()).consecutive_failures(), 4);
    desk.wait(30);
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.status(PAY, &customer()).consecutive_failures(), 4, "nor does a new challenge");
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
    assert_eq!(desk.status(PAY, &customer()).consecutive_failures(), 0);
}

#[test]
fn f30_while_locked_every_channel_refuses_also_the_right_code() {
    let desk = Desk::new(MemoryStore::new());
    let first = desk.issue(CHATTY, &customer(), &payment(1)).unwrap();
    let second = desk.issue(CHATTY, &customer(), &payment(1)).unwrap();
    desk.misses(CHATTY, &customer(), &first, 5);
    for sent in [&first, &second] {
        assert_eq!(desk.hit(CHATTY, &customer(), sent), Err(Reason::Locked));
        assert_eq!(desk.miss(CHATTY, &customer(), sent).reason(), Reason::Locked);
        assert_eq!(reason(desk.resend(CHATTY, &customer(), sent.0, &payment(1))), Reason::Locked);
    }
    assert_eq!(reason(desk.issue(CHATTY, &customer(), &payment(1))), Reason::Locked);
    assert_eq!(desk.status(CHATTY, &customer()).total_failures(), 5, "and none of that was charged");
}

#[test]
fn f31_a_batch_of_guesses_in_one_request_is_counted_guess_by_guess() {
    let desk = Desk::new(MemoryStore::new());
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let batch: Vec<Refused> = (0..100).map(|_| desk.miss(PAY, &customer(), &sent)).collect();
    let judged = batch.iter().filter(|refused| refused.reason() == Reason::WrongCode).count();
    assert_eq!((judged, desk.status(PAY, &customer()).total_failures()), (5, 5));
}

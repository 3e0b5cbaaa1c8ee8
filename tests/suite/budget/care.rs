//! What the desk and the owner can do: reinstate, close, report, cancel, look.

use super::*;

type Shop = Desk<MemoryStore>;

fn reinstate(desk: &Shop) -> Result<Status, Failure<MemoryStoreError>> {
    desk.act(|verifier, now, rng| verifier.reinstate(PAY, &customer(), now, rng))
}

fn close(desk: &Shop) -> u8 {
    desk.act(|verifier, now, rng| verifier.close(PAY, &customer(), now, rng)).unwrap().count()
}

fn cancel(desk: &Shop, handle: Handle) -> Result<Ended, Failure<MemoryStoreError>> {
    desk.act(|verifier, now, rng| verifier.cancel(PAY, &customer(), handle, now, rng))
}

fn report(desk: &Shop, purpose: Purpose<Payment>, reporter: Reporter<'_>) -> Result<u8, Reason> {
    match desk.act(|verifier, now, rng| verifier.report(purpose, &customer(), reporter, now, rng)) {
        Ok(ended) => Ok(ended.count()),
        refusal => Err(reason(refusal)),
    }
}

fn challenge(desk: &Shop, handle: Handle) -> Option<ChallengeStatus> {
    let look = desk.verifier.status(PAY, &customer(), desk.time()).unwrap();
    look.challenge(handle).run(&desk.store).unwrap().challenge()
}

#[test]
fn a_reinstatement_clears_all_but_the_day_window() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &customer(), 98);
    desk.issue_in_time(PAY, &customer()).unwrap();
    let spoils = desk.fail(PAY, &customer(), 2);
    assert_eq!(spoils.disabled, 1);
    let before = desk.status(PAY, &customer());
    assert_eq!((before.condition(), before.total_failures()), (Condition::Disabled, 100));
    let after = reinstate(&desk).unwrap();
    assert_eq!((after.consecutive_failures(), after.total_failures(), after.open_challenges()), (0, 0, 0));
    assert_eq!((after.day_failures(), after.day_sends()), (before.day_failures(), before.day_sends()));
    desk.wait(30);
    desk.fail(PAY, &customer(), 5);
    let Condition::Locked { until } = desk.status(PAY, &customer()).condition() else { panic!("locked") };
    assert_eq!(until.as_secs() - desk.now.get(), 1_800, "the level began anew");
}

#[test]
fn n63b_3_reinstatements_buy_no_more_than_a_days_guesses_a_day() {
    let desk = Desk::new(MemoryStore::new());
    let mut judged = 0;
    for _ in 0..100 {
        let Ok(sent) = desk.issue(CHATTY, &customer(), &payment(1)) else {
            break;
        };
        (0..5)
            .for_each(|_| judged += usize::from(desk.miss(CHATTY, &customer(), &sent).reason() == Reason::WrongCode));
        desk.act(|verifier, now, rng| verifier.reinstate(CHATTY, &customer(), now, rng)).unwrap();
    }
    assert_eq!(judged, 20);
    assert_eq!(desk.status(CHATTY, &customer()).condition(), Condition::Locked { until: at(START + DAY) });
}

#[test]
fn a_reinstatement_of_nothing_writes_nothing() {
    let desk = Desk::new(MemoryStore::new());
    assert_eq!(reinstate(&desk).unwrap().condition(), Condition::Clear);
    assert!(desk.store.is_empty());
}

#[test]
fn a_closed_account_stays_closed_and_keeps_every_counter() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &customer(), 3);
    desk.wait(30);
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(close(&desk), 2);
    assert_eq!(close(&desk), 0, "once is enough");
    assert_eq!(desk.hit(PAY, &customer(), &sent), Err(Reason::Closed));
    assert_eq!(reason(desk.resend(PAY, &customer(), sent.0, &payment(1))), Reason::Closed);
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Closed);
    assert_eq!(reason(reinstate(&desk)), Reason::Closed);
    let status = desk.status(PAY, &customer());
    assert_eq!((status.condition(), status.total_failures()), (Condition::Closed, 3));
    desk.wait(399 * DAY);
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Closed);
}

#[test]
fn a_report_by_token_ends_the_open_challenges_with_that_recipient() {
    let (desk, value, other) =
        (Desk::new(MemoryStore::new()), payment(1), Recipient::voice("+4915188888888").unwrap());
    let issued = desk.act(|v, now, rng| v.issue(CHATTY, &customer(), &value, &phone(), now, rng)).unwrap();
    let token = issued.message(&|slip: &Slip<'_, Payment>| slip.report_token()).unwrap();
    let mine = (issued.ticket().handle(), code_in(&issued).unwrap());
    let other = other.verified(VERIFIED);
    let issued = desk.act(|v, now, rng| v.issue(CHATTY, &customer(), &value, &other, now, rng)).unwrap();
    let theirs = (issued.ticket().handle(), code_in(&issued).unwrap());
    assert_eq!(report(&desk, CHATTY, Reporter::Token(ReportToken::from_bytes([7; 8]))), Err(Reason::UnknownHandle));
    assert_eq!(report(&desk, CHATTY, Reporter::Token(token)), Ok(1));
    assert_eq!(report(&desk, CHATTY, Reporter::Token(token)), Ok(0), "nothing is left to end");
    assert_eq!(desk.hit(CHATTY, &customer(), &mine), Err(Reason::Reported));
    assert_eq!(desk.hit(CHATTY, &customer(), &theirs), Ok(()), "another recipient's challenge goes on");
}

#[test]
fn a_report_on_the_callers_word_ends_every_open_challenge_with_that_recipient() {
    let desk = Desk::new(MemoryStore::new());
    let phone = phone();
    assert_eq!(report(&desk, CHATTY, Reporter::Vouched(&phone)), Ok(0));
    let [first, second] = [1, 1].map(|cents| desk.issue(CHATTY, &customer(), &payment(cents)).unwrap());
    let stranger = Recipient::sms("+4915199999999").unwrap();
    assert_eq!(report(&desk, CHATTY, Reporter::Vouched(&stranger)), Ok(0));
    assert_eq!(report(&desk, CHATTY, Reporter::Vouched(&phone)), Ok(2));
    for sent in [first, second] {
        assert_eq!(desk.hit(CHATTY, &customer(), &sent), Err(Reason::Reported));
    }
}

#[test]
fn a_cancelled_challenge_is_over_uncharged_and_alone() {
    let desk = Desk::new(MemoryStore::new());
    let [first, second] = [1, 1].map(|cents| desk.issue(CHATTY, &customer(), &payment(cents)).unwrap());
    let cancel = |handle| desk.act(|verifier, now, rng| verifier.cancel(CHATTY, &customer(), handle, now, rng));
    assert_eq!(cancel(first.0).unwrap().count(), 1);
    assert_eq!(cancel(first.0).unwrap().count(), 0);
    assert_eq!(reason(cancel(Handle::from_bytes([7; 16]))), Reason::UnknownHandle);
    assert_eq!(desk.hit(CHATTY, &customer(), &first), Err(Reason::Cancelled));
    assert_eq!(desk.status(CHATTY, &customer()).total_failures(), 0);
    assert_eq!(desk.hit(CHATTY, &customer(), &second), Ok(()));
}

#[test]
fn a_challenge_whose_time_is_over_is_not_counted_as_ended() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.wait(300);
    assert_eq!(cancel(&desk, handle).unwrap().count(), 0);
    desk.now.set(START + 10);
    assert_eq!(desk.hit(PAY, &customer(), &(handle, code)), Err(Reason::Expired), "its end was seen and written");
}

#[test]
fn a_status_says_what_has_become_of_a_challenge() {
    let desk = Desk::new(MemoryStore::new());
    assert_eq!(desk.status(PAY, &customer()).condition(), Condition::Clear);
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.status(PAY, &customer()).challenge(), None, "nobody asked");
    assert_eq!(challenge(&desk, Handle::from_bytes([7; 16])), None);
    desk.miss(PAY, &customer(), &sent);
    let Some(ChallengeStatus::Open(ticket)) = challenge(&desk, sent.0) else { panic!("open") };
    assert_eq!((ticket.handle(), ticket.attempts_left(), ticket.expires()), (sent.0, 4, at(START + 300)));
    assert_eq!(ticket.resend_at(), Some(at(START + 30)));
    let status = desk.status(PAY, &customer());
    assert_eq!((status.open_challenges(), status.day_failures(), status.day_sends()), (1, 1, 1));
    desk.hit(PAY, &customer(), &sent).unwrap();
    assert_eq!(challenge(&desk, sent.0), Some(ChallengeStatus::Approved));
    desk.wait(30);
    let late = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.wait(300);
    assert_eq!(challenge(&desk, late.0), Some(ChallengeStatus::Over));
    assert_eq!(desk.status(PAY, &customer()).open_challenges(), 0);
}

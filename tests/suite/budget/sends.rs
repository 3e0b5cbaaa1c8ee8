//! How many messages leave.

use super::*;

fn issue(desk: &Desk<MemoryStore>) -> Result<Sent, Failure<MemoryStoreError>> {
    desk.issue(PAY, &customer(), &payment(1))
}

fn resend(desk: &Desk<MemoryStore>, sent: &Sent) -> Result<Sent, Failure<MemoryStoreError>> {
    desk.resend(PAY, &customer(), sent.0, &payment(1))
}

/// Issues at the first moment at which it may, `count` times.
fn issue_often(desk: &Desk<MemoryStore>, count: usize) -> Vec<Sent> {
    let one = |_| {
        desk.wait(30);
        issue(desk).unwrap()
    };
    (0..count).map(one).collect()
}

#[test]
fn thirty_seconds_lie_between_any_two_messages_of_a_record() {
    let desk = Desk::new(MemoryStore::new());
    let first = issue(&desk).unwrap();
    desk.wait(29);
    let hasty = refused(issue(&desk));
    assert_eq!((hasty.reason(), hasty.hint()), (Reason::TooSoon, Hint::Wait { until: at(START + 30) }));
    assert_eq!(reason(resend(&desk, &first)), Reason::TooSoon);
    desk.wait(1);
    issue(&desk).unwrap();
    assert_eq!(reason(resend(&desk, &first)), Reason::TooSoon, "the other challenge's message was the last");
    desk.wait(30);
    resend(&desk, &first).unwrap();
    assert_eq!(reason(issue(&desk)), Reason::TooSoon);
}

#[test]
fn neither_an_approval_nor_an_end_is_a_way_around_the_gap() {
    let desk = Desk::new(MemoryStore::new());
    let sent = issue(&desk).unwrap();
    desk.hit(PAY, &customer(), &sent).unwrap();
    assert_eq!(reason(issue(&desk)), Reason::TooSoon);
    desk.wait(30);
    let (handle, _) = issue(&desk).unwrap();
    desk.act(|verifier, now, rng| verifier.cancel(PAY, &customer(), handle, now, rng)).unwrap();
    assert_eq!(reason(issue(&desk)), Reason::TooSoon);
}

#[test]
fn a_challenge_has_three_messages() {
    let desk = Desk::new(MemoryStore::new());
    let sent = issue(&desk).unwrap();
    for _ in 0..2 {
        desk.wait(30);
        assert_eq!(resend(&desk, &sent).unwrap(), sent, "the same code");
    }
    desk.wait(30);
    let refused = refused(resend(&desk, &sent));
    assert_eq!((refused.reason(), refused.hint()), (Reason::ChallengeSends, Hint::StartAgain));
    let look = desk.verifier.status(PAY, &customer(), desk.time()).unwrap().challenge(sent.0).run(&desk.store);
    let Some(ChallengeStatus::Open(ticket)) = look.unwrap().challenge() else { panic!("still open") };
    assert_eq!((ticket.resend_at(), ticket.expires()), (None, at(START + 300)));
}

#[test]
fn f70_ten_messages_a_day_that_nobody_approved() {
    let desk = Desk::new(MemoryStore::new());
    issue(&desk).unwrap();
    issue_often(&desk, 9);
    desk.wait(30);
    let spent = refused(issue(&desk));
    assert_eq!((spent.reason(), spent.hint()), (Reason::DaySends, Hint::Wait { until: at(START + DAY) }));
    desk.now.set(START + DAY - 1);
    assert_eq!(reason(issue(&desk)), Reason::DaySends);
    desk.wait(1);
    issue(&desk).unwrap();
    assert_eq!(desk.status(PAY, &customer()).day_sends(), 1);
}

#[test]
fn f70_a_resend_counts_as_any_other_message() {
    let desk = Desk::new(MemoryStore::new());
    issue_often(&desk, 8);
    let last = issue_often(&desk, 1).remove(0);
    desk.wait(30);
    resend(&desk, &last).unwrap();
    desk.wait(30);
    assert_eq!(reason(resend(&desk, &last)), Reason::DaySends);
    assert_eq!(reason(issue(&desk)), Reason::DaySends);
}

#[test]
fn an_approval_refunds_its_own_challenges_messages_and_no_others() {
    let desk = Desk::new(MemoryStore::new());
    issue_often(&desk, 7);
    let sent = issue_often(&desk, 1).remove(0);
    for _ in 0..2 {
        desk.wait(30);
        resend(&desk, &sent).unwrap();
    }
    assert_eq!(reason(issue(&desk)), Reason::TooSoon);
    desk.hit(PAY, &customer(), &sent).unwrap();
    issue_often(&desk, 3);
    desk.wait(30);
    assert_eq!(reason(issue(&desk)), Reason::DaySends, "the seven before are not refunded");
}

#[test]
fn an_approval_refunds_nothing_that_another_day_window_counted() {
    let desk = Desk::new(MemoryStore::new());
    issue(&desk).unwrap();
    desk.now.set(START + DAY - 60);
    let sent = issue(&desk).unwrap();
    desk.wait(30);
    resend(&desk, &sent).unwrap();
    desk.wait(30);
    issue(&desk).unwrap(); // the first of the new window
    desk.hit(PAY, &customer(), &sent).unwrap();
    issue_often(&desk, 9);
    desk.wait(30);
    assert_eq!(reason(issue(&desk)), Reason::DaySends);
}

#[test]
fn thirty_messages_a_day_in_all_however_many_are_approved() {
    let desk = Desk::new(MemoryStore::new());
    for _ in 0..30 {
        let sent = issue_often(&desk, 1).remove(0);
        desk.hit(PAY, &customer(), &sent).unwrap();
    }
    desk.wait(30);
    let spent = refused(issue(&desk));
    assert_eq!((spent.reason(), spent.hint()), (Reason::DaySends, Hint::Wait { until: at(START + 30 + DAY) }));
}

//! Which challenge makes room for a new one, and what a repeated request gets.

use super::*;

/// So many may be open, and messages cost nothing.
fn open(count: u8) -> Purpose<Payment> {
    let draft = Policy::PAYMENT.draft().gap(0).challenge_sends(255).unapproved_sends(255).day_sends(255);
    Purpose::new("pay-open", draft.open(count).build().unwrap())
}

struct Tabs {
    desk: Desk<MemoryStore>,
    purpose: Purpose<Payment>,
}

impl Tabs {
    fn of(count: u8) -> Self {
        Self { desk: Desk::new(MemoryStore::new()), purpose: open(count) }
    }

    /// A new challenge, a second after the one before it.
    fn issue(&self) -> Sent {
        self.desk.wait(1);
        self.desk.issue(self.purpose, &customer(), &payment(1)).unwrap()
    }

    fn cancel(&self, sent: &Sent) -> Result<u8, Reason> {
        let ended = self.desk.act(|verifier, now, rng| verifier.cancel(self.purpose, &customer(), sent.0, now, rng));
        match ended {
            Ok(ended) => Ok(ended.count()),
            refusal => Err(reason(refusal)),
        }
    }

    fn hit(&self, sent: &Sent) -> Result<(), Reason> {
        self.desk.hit(self.purpose, &customer(), sent)
    }
}

#[test]
fn at_the_open_limit_the_oldest_open_one_ends() {
    let tabs = Tabs::of(2);
    let [first, second, third] = [tabs.issue(), tabs.issue(), tabs.issue()];
    assert_eq!(tabs.desk.status(tabs.purpose, &customer()).open_challenges(), 2);
    assert_eq!(tabs.hit(&first), Err(Reason::Superseded));
    assert_eq!((tabs.hit(&second), tabs.hit(&third)), (Ok(()), Ok(())));
}

#[test]
fn a_strict_or_withdrawal_policy_has_one_open_challenge() {
    let tabs = Tabs::of(1);
    let [first, second] = [tabs.issue(), tabs.issue()];
    assert_eq!((tabs.hit(&first), tabs.hit(&second)), (Err(Reason::Superseded), Ok(())));
}

#[test]
fn an_empty_place_is_taken_before_a_spent_one() {
    let tabs = Tabs::of(4);
    let spent = tabs.issue();
    tabs.hit(&spent).unwrap();
    (0..3).for_each(|_| drop(tabs.issue()));
    assert_eq!(tabs.hit(&spent), Err(Reason::AlreadyApproved), "three places were empty");
    tabs.issue();
    assert_eq!(tabs.hit(&spent), Err(Reason::UnknownHandle), "now its own was needed");
}

#[test]
fn an_expired_place_is_taken_before_a_spent_one_that_is_older() {
    let tabs = Tabs::of(4);
    let [spent, expired] = [tabs.issue(), tabs.issue()];
    tabs.hit(&spent).unwrap();
    tabs.desk.wait(300);
    let [third, fourth] = [tabs.issue(), tabs.issue()];
    let fifth = tabs.issue();
    assert_eq!(tabs.hit(&expired), Err(Reason::UnknownHandle));
    assert_eq!(tabs.hit(&spent), Err(Reason::AlreadyApproved));
    assert_eq!([tabs.hit(&third), tabs.hit(&fourth), tabs.hit(&fifth)], [Ok(()); 3]);
}

#[test]
fn of_the_spent_places_the_oldest_is_taken() {
    let tabs = Tabs::of(4);
    let all: Vec<Sent> = (0..4).map(|_| tabs.issue()).collect();
    all.iter().rev().for_each(|sent| tabs.hit(sent).unwrap());
    tabs.issue();
    assert_eq!(tabs.hit(&all[0]), Err(Reason::UnknownHandle));
    assert_eq!(tabs.hit(&all[1]), Err(Reason::AlreadyApproved));
}

#[test]
fn with_four_open_places_the_oldest_open_one_is_taken_last() {
    let tabs = Tabs::of(4);
    let all: Vec<Sent> = (0..4).map(|_| tabs.issue()).collect();
    assert_eq!(tabs.cancel(&all[2]), Ok(1));
    let fifth = tabs.issue();
    assert_eq!(tabs.cancel(&all[2]), Err(Reason::UnknownHandle), "the cancelled one went first");
    let sixth = tabs.issue();
    assert_eq!(tabs.hit(&all[0]), Err(Reason::UnknownHandle), "then the oldest open one");
    assert_eq!([tabs.hit(&all[1]), tabs.hit(&all[3]), tabs.hit(&fifth), tabs.hit(&sixth)], [Ok(()); 4]);
}

type Clicked = Result<(Handle, Option<String>), Reason>;

fn click(desk: &Desk<MemoryStore>, cents: u64, recipient: &Recipient<'_>, session: &[u8], form: &[u8]) -> Clicked {
    let value = payment(cents);
    let issued = desk.act(|verifier, now, rng| {
        verifier.issue(CHATTY, &customer(), &value, recipient, now, rng)?.request(session, form)
    });
    match issued {
        Ok(issued) => Ok((issued.ticket().handle(), code_in(&issued))),
        refusal => Err(reason(refusal)),
    }
}

#[test]
fn a_repeated_request_gets_the_same_ticket_and_sends_nothing() {
    let desk = Desk::new(MemoryStore::new());
    let (first, code) = click(&desk, 1, &phone(), b"session", b"form").unwrap();
    assert!(code.is_some());
    assert_eq!(click(&desk, 1, &phone(), b"session", b"form"), Ok((first, None)));
    assert_eq!(desk.status(CHATTY, &customer()).day_sends(), 1);
    let (other, _) = click(&desk, 1, &phone(), b"another session", b"form").unwrap();
    let (shifted, _) = click(&desk, 1, &phone(), b"sessionf", b"orm").unwrap();
    assert!(first != other && other != shifted && first != shifted);
}

#[test]
fn a_repeated_request_for_something_else_is_refused_and_changes_nothing() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = click(&desk, 1, &phone(), b"session", b"form").unwrap();
    let thief = Recipient::sms("+4915199999999").unwrap().verified(VERIFIED);
    assert_eq!(click(&desk, 2, &phone(), b"session", b"form"), Err(Reason::RequestReused));
    assert_eq!(click(&desk, 1, &thief, b"session", b"form"), Err(Reason::RequestReused));
    assert_eq!(desk.hit(CHATTY, &customer(), &(handle, code.unwrap())), Ok(()));
}

#[test]
fn a_request_that_is_over_is_a_fresh_challenge() {
    let desk = Desk::new(MemoryStore::new());
    let (first, code) = click(&desk, 1, &phone(), b"session", b"form").unwrap();
    desk.hit(CHATTY, &customer(), &(first, code.unwrap())).unwrap();
    let (second, code) = click(&desk, 2, &phone(), b"session", b"form").unwrap();
    assert!(second != first && code.is_some());
    desk.wait(300);
    let (third, code) = click(&desk, 3, &phone(), b"session", b"form").unwrap();
    assert!(third != second && code.is_some());
}

#[test]
fn a_request_id_of_nothing_or_too_much_is_an_error() {
    let (desk, value) = (Desk::new(MemoryStore::new()), payment(1));
    for (session, form) in
        [(&b""[..], &b"form"[..]), (b"session", b""), (&[0; 256], b"form"), (b"session", &[0; 256])]
    {
        let issue = desk.act(|verifier, now, rng| {
            verifier.issue(PAY, &customer(), &value, &phone(), now, rng)?.request(session, form)
        });
        assert_eq!(issue.unwrap_err(), Failure::Invalid(Invalid::RequestId));
    }
    assert!(desk.store.is_empty());
}

//! F68: the whole life of an account that does not exist looks like that of one that does.

use std::collections::BTreeMap;

use crate::support::*;
use crate::tape::{Call, Tape};
use countersign::*;

/// What somebody sees who drives a checkout and can watch the store.
#[derive(Debug, PartialEq)]
struct Event {
    what: &'static str,
    answer: Result<(u64, Option<u64>, u8), Hint>,
    notice: Option<Notice>,
    calls: Vec<Call>,
}

/// A life, with a phone or a decoy of it. With a phone every typed code is wrong; with the decoy it is the code that
/// would have been right: its twin's, which drew the same nonces.
struct Life {
    desk: Desk<Tape>,
    to: Recipient<'static>,
    /// The newest code of each challenge that a phone got.
    phone: BTreeMap<[u8; 16], String>,
    /// At each verification, the code that was right.
    right: Vec<String>,
    twin: Option<std::vec::IntoIter<String>>,
    events: Vec<Event>,
}

impl Life {
    fn new(to: Recipient<'static>, twin: Option<Vec<String>>) -> Self {
        let (phone, twin) = (BTreeMap::new(), twin.map(Vec::into_iter));
        Self { desk: Desk::new(Tape::default()), to, phone, right: vec![], twin, events: vec![] }
    }

    fn note<T>(
        &mut self,
        what: &'static str,
        result: Result<T, Failure<core::convert::Infallible>>,
        ticket: impl Fn(&T) -> Ticket,
    ) -> Option<T> {
        let calls = self.desk.store.calls();
        let (answer, notice, value) = match result {
            Ok(value) => {
                let ticket = ticket(&value);
                let resend_at = ticket.resend_at().map(UnixTime::as_secs);
                (Ok((ticket.expires().as_secs(), resend_at, ticket.attempts_left())), None, Some(value))
            }
            Err(Failure::Refused(refused)) => (Err(refused.hint()), refused.notice(), None),
            Err(other) => panic!("{other:?}"),
        };
        self.events.push(Event { what, answer, notice, calls });
        value
    }

    fn issue(&mut self, request: &[u8]) -> Handle {
        let value = payment(1);
        let mut rng = self.desk.rng.borrow_mut();
        let now = self.desk.time();
        let issue = self.desk.verifier.issue(PAY, &customer(), &value, &self.to, now, &mut *rng).unwrap();
        let issued = issue.request(b"session", request).unwrap().run(&self.desk.store);
        let result = issued.map(|issued| (issued.ticket(), code_in(&issued)));
        drop(rng);
        self.sent("issue", result)
    }

    fn resend(&mut self, handle: Handle, new_code: bool) {
        let value = payment(1);
        let mut rng = self.desk.rng.borrow_mut();
        let now = self.desk.time();
        let resend = self.desk.verifier.resend(PAY, &customer(), handle, &value, &self.to, now, &mut *rng).unwrap();
        let resend = if new_code { resend.new_code() } else { resend };
        let result = resend.run(&self.desk.store).map(|issued| (issued.ticket(), code_in(&issued)));
        drop(rng);
        self.sent("resend", result);
    }

    fn sent(
        &mut self,
        what: &'static str,
        result: Result<(Ticket, Option<String>), Failure<core::convert::Infallible>>,
    ) -> Handle {
        let Some((ticket, code)) = self.note(what, result, |(ticket, _)| *ticket) else {
            return Handle::from_bytes([0; 16]);
        };
        assert!(self.twin.is_none() || code.is_none(), "a decoy has no message");
        let handle = *ticket.handle().as_bytes();
        code.map(|code| self.phone.insert(handle, code));
        ticket.handle()
    }

    /// Types a wrong code with a phone, and with a decoy the right one.
    fn verify(&mut self, handle: Handle) {
        let typed = if let Some(codes) = &mut self.twin {
            codes.next().unwrap()
        } else {
            let right = self.phone.get(handle.as_bytes()).cloned().unwrap_or("493018".to_owned());
            self.right.push(right.clone());
            not(&right)
        };
        let result = self.desk.verify(PAY, &customer(), handle, &typed, payment(1));
        assert!(result.is_err());
        self.note("verify", result, |_| unreachable!());
    }

    fn cancel(&mut self, handle: Handle) {
        let rng = &mut *self.desk.rng.borrow_mut();
        let cancel = self.desk.verifier.cancel(PAY, &customer(), handle, self.desk.time(), rng).unwrap();
        assert_eq!(cancel.run(&self.desk.store).unwrap().count(), 1);
        let calls = self.desk.store.calls();
        self.events.push(Event { what: "cancel", answer: Err(Hint::StartAgain), notice: None, calls });
    }

    fn live(mut self) -> (Vec<Event>, Vec<String>) {
        let first = self.issue(b"form-1");
        self.verify(first);
        self.issue(b"form-1"); // a double click
        self.issue(b"form-2"); // too soon
        self.resend(first, false);
        self.desk.wait(30);
        self.resend(first, false);
        self.verify(first);
        self.desk.wait(30);
        self.resend(first, true);
        self.verify(first);
        self.desk.wait(30);
        self.resend(first, false); // one too many
        let second = self.issue(b"form-3");
        self.cancel(second);
        self.verify(second);
        self.verify(first);
        self.verify(first); // the fifth locks
        self.verify(first);
        self.issue(b"form-4");
        self.resend(first, false);
        self.desk.wait(1_800);
        let third = self.issue(b"form-5");
        self.desk.wait(300);
        self.verify(third);
        self.verify(third);
        for n in 0..16 {
            let handle = self.issue(&[n]);
            self.verify(handle);
            self.desk.wait(7_200);
        }
        (self.events, self.right)
    }
}

#[test]
fn f68_asvs_6_3_8_a_decoy_lives_like_a_known_subject_and_never_approves() {
    let (known, right) = Life::new(phone(), None).live();
    let (unknown, _) = Life::new(Recipient::decoy(RecipientKind::Sms), Some(right)).live();
    for (step, (known, unknown)) in known.iter().zip(&unknown).enumerate() {
        assert_eq!(known, unknown, "step {step}");
    }
    assert_eq!(known.len(), unknown.len());
    let hints = |wanted: fn(&Hint) -> bool| known.iter().filter_map(|e| e.answer.as_ref().err()).any(wanted);
    assert!(hints(|hint| matches!(hint, Hint::TryAgain { .. })));
    assert!(hints(|hint| matches!(hint, Hint::Wait { .. })));
    assert!(known.iter().any(|event| matches!(event.notice, Some(Notice::Locked { .. }))));
}

#[test]
fn f68_the_code_that_a_decoy_is_asked_for_is_the_one_that_its_twin_would_accept() {
    let twin = Desk::new(Tape::default());
    let (handle, code) = twin.issue(PAY, &customer(), &payment(1)).unwrap();
    assert!(twin.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
    let desk = Desk::new(Tape::default());
    let rng = &mut *desk.rng.borrow_mut();
    let (value, decoy) = (payment(1), Recipient::decoy(RecipientKind::Sms));
    let issued = desk.verifier.issue(PAY, &customer(), &value, &decoy, desk.time(), rng).unwrap().run(&desk.store);
    assert_eq!(issued.unwrap().ticket().handle(), handle);
    let verify = desk.verifier.verify(PAY, &customer(), handle, six(&code), payment(1), desk.time(), rng).unwrap();
    assert_eq!(reason(verify.run(&desk.store)), Reason::WrongCode);
}

//! Every kind, every action, every reason and every output, each with its event.

use super::*;
use crate::tape::Tape;

/// What happened in all the scenes, and what must not be in it.
#[derive(Default)]
pub struct Everything {
    pub told: Vec<Event>,
    pub secrets: Vec<String>,
}

impl Everything {
    fn take<S>(&mut self, desk: &Desk<S>, secrets: impl IntoIterator<Item = String>) {
        self.told.append(&mut desk.events.borrow_mut());
        self.secrets.extend(secrets);
    }
}

const OTHER: &str = "+4915199999999";
const WITHDRAW: Purpose<Withdrawal> = Purpose::new("withdraw", Policy::WITHDRAWAL);

fn hex(handle: Handle) -> String {
    crate::support::hex(handle.as_bytes())
}

pub fn everything() -> Everything {
    let mut all = Everything::default();
    challenges(&mut all);
    sends(&mut all);
    recipients(&mut all);
    ends(&mut all);
    journeys(&mut all);
    enrolments(&mut all);
    devices(&mut all);
    recovery(&mut all);
    stores(&mut all);
    all
}

fn issue(desk: &Desk<MemoryStore>, minor: u64, to: &Recipient<'_>, request: &[u8]) -> bool {
    let value = payment(minor);
    let issue = |verifier: &Verifier, now, rng: &mut _| {
        let issue = verifier.issue(PAY, &customer(), &value, to, now, rng)?.request(b"session", request)?;
        Ok(desk.run(issue).is_ok())
    };
    issue(&desk.verifier, desk.time(), &mut *desk.rng.borrow_mut()).unwrap_or_else(|fault: Invalid| panic!("{fault}"))
}

/// What becomes of a challenge and of its code.
fn challenges(all: &mut Everything) {
    let desk = Desk::new(MemoryStore::new());
    let who = customer();
    let first = desk.issue(PAY, &who, &payment(129_90)).unwrap();
    for (handle, minor) in [(Handle::from_bytes([7; 16]), 129_90), (first.0, 129_90), (first.0, 129_90)] {
        let _ = desk.verify(PAY, &who, handle, &first.1, payment(minor));
    }
    desk.wait(30);
    let changed = desk.issue(PAY, &who, &payment(129_90)).unwrap();
    let _ = desk.verify(PAY, &who, changed.0, &changed.1, payment(2));
    desk.wait(30);
    let late = desk.issue(PAY, &who, &payment(129_90)).unwrap();
    desk.wait(300);
    let _ = desk.verify(PAY, &who, late.0, &late.1, payment(129_90));
    let [oldest, ..] = [0, 1, 2].map(|_| {
        desk.wait(30);
        desk.issue(PAY, &who, &payment(129_90)).unwrap()
    });
    let _ = desk.verify(PAY, &who, oldest.0, &oldest.1, payment(129_90));
    desk.wait(30);
    let guessed = desk.issue(PAY, &who, &payment(129_90)).unwrap();
    let wrong = not(&guessed.1);
    for _ in 0..5 {
        let _ = desk.verify(PAY, &who, guessed.0, &wrong, payment(129_90));
    }
    let _ = desk.issue(PAY, &who, &payment(129_90));
    desk.wait(1_800);
    let _ = desk.verify(PAY, &who, guessed.0, &wrong, payment(129_90));
    desk.status(PAY, &who);
    let look = desk.verifier.status(PAY, &who, desk.time()).unwrap().challenge(guessed.0);
    desk.run(look).unwrap();
    let sent = [first, changed, late, oldest, guessed];
    all.take(&desk, sent.into_iter().flat_map(|(handle, code)| [code, handle.to_text(), hex(handle)]).chain([wrong]));

    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &who, 100);
    let _ = desk.issue(PAY, &who, &payment(1));
    let _ = desk.act(|verifier, now, rng| verifier.reinstate(PAY, &who, now, rng));
    all.take(&desk, []);
}

/// Messages, and what limits them.
fn sends(all: &mut Everything) {
    let desk = Desk::new(MemoryStore::new());
    let (who, value) = (customer(), payment(129_90));
    assert!(issue(&desk, 129_90, &phone(), b"form"));
    assert!(issue(&desk, 129_90, &phone(), b"form"), "a repeat");
    assert!(!issue(&desk, 1, &phone(), b"form"), "another value");
    assert!(!issue(&desk, 129_90, &phone(), b"another form"), "too soon");
    desk.wait(30);
    let sent = desk.issue(PAY, &who, &value).unwrap();
    for _ in 0..3 {
        desk.wait(30);
        let _ = desk.resend(PAY, &who, sent.0, &value);
    }
    let other = Recipient::sms(OTHER).unwrap().verified(VERIFIED);
    let _ = desk.act(|verifier, now, rng| verifier.resend(PAY, &who, sent.0, &value, &other, now, rng));
    for _ in 0..8 {
        desk.wait(30);
        let _ = desk.issue(PAY, &who, &value);
    }
    all.take(&desk, [sent.1, sent.0.to_text(), hex(sent.0)]);
}

/// Who may get a message at all.
fn recipients(all: &mut Everything) {
    let desk = Desk::new(MemoryStore::new());
    let email = Recipient::email("anna@example.com").unwrap().verified(VERIFIED);
    for to in [Recipient::sms(OTHER).unwrap(), email] {
        assert!(!issue(&desk, 1, &to, b"form"));
    }
    let (eur, new) = (eur(129_90), phone().changed(desk.time()));
    let value = Withdrawal::new(eur, eur, "Anna", "DE89370400440532013000").unwrap();
    let _ = desk.act(|verifier, now, rng| verifier.issue(WITHDRAW, &customer(), &value, &new, now, rng));
    let nobody = Subject::new("decoy:4711").unwrap();
    let (value, decoy) = (payment(1), Recipient::decoy(RecipientKind::Sms));
    let _ = desk.act(|verifier, now, rng| verifier.issue(PAY, &nobody, &value, &decoy, now, rng));
    all.take(&desk, []);
}

/// Ends that somebody asks for.
fn ends(all: &mut Everything) {
    let desk = Desk::new(MemoryStore::new());
    let (who, phone) = (customer(), phone());
    let mut codes = Vec::new();
    for end in 0..3 {
        let sent = desk.issue(PAY, &who, &payment(1)).unwrap();
        let reporter = Reporter::Vouched(&phone);
        match end {
            0 => desk.act(|verifier, now, rng| verifier.cancel(PAY, &who, sent.0, now, rng)),
            1 => desk.act(|verifier, now, rng| verifier.report(PAY, &who, reporter, now, rng)),
            _ => desk.act(|verifier, now, rng| verifier.close(PAY, &who, now, rng)),
        }
        .unwrap();
        assert_eq!(desk.event().count(), Some(1));
        let _ = desk.verify(PAY, &who, sent.0, &sent.1, payment(1));
        codes.push(sent.1);
        desk.wait(30);
    }
    all.take(&desk, codes);
}

/// What channels answer, and the next leg.
fn journeys(all: &mut Everything) {
    let desk = Desk::new(MemoryStore::new());
    let (who, value) = (customer(), payment(1));
    let call = Recipient::voice("+4915112345678").unwrap().verified(VERIFIED);
    let route = Route::new(&[Leg::new(phone()), Leg::new(call)]).unwrap();
    let settle = |who: &Subject, handle, key: &IdempotencyKey, delivery| {
        desk.act(|verifier, now, rng| verifier.settle(PAY, who, handle, key, delivery, now, rng)).unwrap()
    };
    let onward = |handle, key: &IdempotencyKey| {
        desk.act(|verifier, now, rng| {
            Ok(verifier.onward(PAY, &who, handle, &value, route, now, rng)?.instead_of(key))
        })
    };
    let issued = desk.act(|verifier, now, rng| verifier.issue(PAY, &who, &value, route, now, rng)).unwrap();
    let (handle, first) = (issued.ticket().handle(), issued.key());
    settle(&who, handle, &first, Delivery::NotSent);
    assert_eq!((desk.event().kind(), desk.event().detail()), (EventKind::NotSent, Some("refunded")));
    let second = onward(handle, &first).unwrap().key();
    assert_eq!((desk.event().kind(), desk.event().channel()), (EventKind::Onward, Some(RecipientKind::Voice)));
    settle(&who, handle, &second, Delivery::Unknown);
    settle(&who, handle, &second, Delivery::Sent);
    assert_eq!((desk.event().kind(), desk.event().detail()), (EventKind::Sent, Some("settled_before")));
    assert_eq!(reason(onward(handle, &first)), Reason::Overtaken);
    assert_eq!(reason(onward(handle, &second)), Reason::RouteEnded);
    let (nobody, decoy) = (Subject::new("decoy:4711").unwrap(), Recipient::decoy(RecipientKind::Sms));
    let silent = desk.act(|verifier, now, rng| verifier.issue(PAY, &nobody, &value, &decoy, now, rng)).unwrap();
    settle(&nobody, silent.ticket().handle(), &silent.key(), Delivery::Sent);
    all.take(&desk, [code_in(&issued).unwrap(), handle.to_text(), hex(handle)]);
}

fn enrolments(all: &mut Everything) {
    let desk = Desk::new(MemoryStore::new());
    let _ = desk.authenticate(&PHONE, "123456");
    for n in 0..4 {
        desk.own(&Gadget::app(n));
        assert_eq!(desk.event().count(), Some(n + 1));
    }
    let _ = desk.enrol(&Gadget::app(0));
    let _ = desk.enrol(&Gadget::app(4));
    let _ = desk.authenticate(&Gadget { key: [9; 20], ..Gadget::app(0) }, "123456");
    let _ = desk.revoke(&Gadget::app(3));
    let _ = desk.reinstate_account();
    desk.account(&PHONE);
    let look = desk.verifier.authenticator_status(&customer(), desk.time()).unwrap();
    desk.run(look).unwrap();
    let _ = desk.close_account();
    all.take(&desk, (0..4).map(|n| Gadget::app(n).shown(START)));
}

fn devices(all: &mut Everything) {
    let desk = Desk::new(MemoryStore::new());
    desk.own(&TOKEN);
    let code = TOKEN.code(1);
    let _ = desk.authenticate(&TOKEN, &code);
    let _ = desk.authenticate(&TOKEN, &code);
    desk.guess(&TOKEN, 1);
    let _ = desk.restore();
    let _ = desk.authenticate(&TOKEN, &TOKEN.code(2));
    let _ = desk.resynchronise(&TOKEN, [&TOKEN.code(3), &TOKEN.code(4)]);

    let last = Gadget { name: "last", key: [3; 20], counts: true };
    let authenticator = last.authenticator();
    let enrol = |verifier: &Verifier, now, rng: &mut _| {
        let enrol = verifier.enrol(&customer(), &authenticator, now, rng)?.from_counter(u64::MAX);
        Ok::<_, Invalid>(desk.run(enrol).is_ok())
    };
    assert!(enrol(&desk.verifier, desk.time(), &mut *desk.rng.borrow_mut()).unwrap());
    let _ = desk.confirm(&last, &last.code(u64::MAX)).unwrap();
    let _ = desk.authenticate(&last, "123456");
    all.take(&desk, (1..5).map(|counter| TOKEN.code(counter)).chain([last.code(u64::MAX)]));
}

fn recovery(all: &mut Everything) {
    let desk = Desk::new(MemoryStore::new());
    let codes = desk.make_codes().unwrap();
    let _ = desk.recover(&codes[0]);
    let _ = desk.recover(&codes[0]);
    all.take(&desk, codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]));
}

/// What no code holder can do anything about.
fn stores(all: &mut Everything) {
    let value = payment(129_90);
    let desk = Desk::new(Row::new(&[1; 60]));
    let _ = desk.issue(PAY, &customer(), &value);
    assert_eq!((desk.event().kind(), desk.event().reason()), (EventKind::CorruptRecord, Some(Reason::CorruptRecord)));
    desk.status(PAY, &customer());
    assert_eq!((desk.event().kind(), desk.event().reason()), (EventKind::CorruptRecord, None));
    desk.account(&PHONE);
    assert_eq!(
        (desk.event().kind(), desk.event().action()),
        (EventKind::CorruptRecord, Action::LookAtAuthenticators)
    );
    all.take(&desk, []);

    let desk = Desk::new(Stale::new(MemoryStore::new()));
    desk.store.next(usize::MAX);
    let _ = desk.issue(PAY, &customer(), &value);
    all.take(&desk, []);

    let desk = Desk::new(Failing::new(MemoryStore::new()));
    desk.store.plan(0..1, Fault::Error);
    let _ = desk.issue(PAY, &customer(), &value);
    all.take(&desk, []);

    let store = Tape::default();
    let sent = Desk::new(&store).issue(PAY, &customer(), &value).unwrap();
    let lacks = Desk::with_keys(&store, Keyring::new(&root(1), &root(3)).unwrap());
    let _ = lacks.verify(PAY, &customer(), sent.0, &sent.1, value);
    all.take(&lacks, [sent.1]);
}

#[test]
fn every_reason_action_and_kind_has_its_event() {
    let told = everything().told;
    let reasons: BTreeSet<_> = told.iter().filter_map(Event::reason).map(Reason::name).collect();
    let of_others = [Reason::OverBudget, Reason::RecipientBarred]; // of budgets, in `toll`
    let operations = Reason::ALL.iter().filter(|reason| !of_others.contains(reason));
    assert_eq!(reasons, operations.map(|reason| reason.name()).collect());

    let actions: BTreeSet<_> = told.iter().map(Event::action).collect();
    let of_others = [Action::Spend];
    assert_eq!(actions, Action::ALL.iter().filter(|action| !of_others.contains(action)).copied().collect());

    let kinds: BTreeSet<_> = told.iter().map(Event::kind).collect();
    let of_others = [
        EventKind::NewerRecord, // as `src/event.rs` shows: nobody else can write one
        EventKind::BudgetSpent,
        EventKind::BudgetRefused,
        EventKind::BudgetWouldRefuse,
    ];
    assert_eq!(kinds, EventKind::ALL.iter().filter(|kind| !of_others.contains(kind)).copied().collect());
}

#[test]
fn every_action_that_is_done_is_told_by_its_own_kind() {
    let refusals = |event: &&Event| event.reason().is_none() && event.kind() != EventKind::CorruptRecord;
    let told = everything().told;
    let done: BTreeSet<_> = told.iter().filter(refusals).map(|event| (event.action(), event.kind())).collect();
    let without_answer = [EventKind::StoreUnavailable, EventKind::Contention, EventKind::UnknownCodeKey];
    let done: Vec<_> = done.into_iter().filter(|(_, kind)| !without_answer.contains(kind)).collect();
    let expected = [
        (Action::Issue, EventKind::Issued),
        (Action::Issue, EventKind::Silent),
        (Action::Resend, EventKind::Resent),
        (Action::Verify, EventKind::Approved),
        (Action::Cancel, EventKind::Cancelled),
        (Action::Report, EventKind::Reported),
        (Action::Close, EventKind::Closed),
        (Action::Reinstate, EventKind::Reinstated),
        (Action::Look, EventKind::Looked),
        (Action::Enrol, EventKind::Enrolling),
        (Action::Confirm, EventKind::Enrolled),
        (Action::Authenticate, EventKind::Authenticated),
        (Action::Resynchronise, EventKind::Resynchronised),
        (Action::Revoke, EventKind::Revoked),
        (Action::AfterRestore, EventKind::Restored),
        (Action::CloseAuthenticators, EventKind::Closed),
        (Action::ReinstateAuthenticators, EventKind::Reinstated),
        (Action::LookAtAuthenticators, EventKind::Looked),
        (Action::MakeRecoveryCodes, EventKind::RecoveryCodesMade),
        (Action::Recover, EventKind::Recovered),
        (Action::Onward, EventKind::Onward),
        (Action::Send, EventKind::Silent),
        (Action::Send, EventKind::Sent),
        (Action::Send, EventKind::NotSent),
        (Action::Send, EventKind::SendUnknown),
    ];
    assert_eq!(done, expected);
}

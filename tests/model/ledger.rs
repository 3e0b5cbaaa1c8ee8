//! The model: what every operation must answer, and what it must write.

use std::collections::{BTreeMap, BTreeSet};

use countersign::{Cause, Condition, Hint, Reason};

use crate::account::Account;
use crate::answer::{Answer, Id, Sheet};
use crate::challenge::{Challenge, over};
use crate::people::{ADDRESSES, Address, Name};
use crate::rules::Rules;
use crate::tally::Event;

/// An operation's surroundings.
#[derive(Clone, Copy)]
pub struct Call {
    pub name: Name,
    pub rules: &'static Rules,
    /// The time on the node that runs it.
    pub now: u64,
    /// The time on the store.
    pub clock: u64,
    /// The node's code keys; the first issues.
    pub keys: &'static [u8],
}

#[derive(Clone, Copy)]
pub struct Order {
    pub binding: u8,
    pub recipient: u8,
    pub request: Option<u8>,
}

#[derive(Clone, Copy)]
pub enum Reporter {
    Holder(Option<Id>),
    Vouched(u8),
}

#[derive(Default)]
pub struct Ledger {
    rows: BTreeMap<Name, Row>,
    issued: Id,
    /// What was reached since it was last taken.
    pub events: BTreeSet<Event>,
}

struct Row {
    state: State,
    forget_at: Option<u64>,
}

enum State {
    Whole(Account),
    Corrupt,
    Newer,
}

/// An answer, and what was written for it: for how long it must be kept.
pub type Turn = (Answer, Option<Option<u32>>);

/// What an operation does with the record that it was given.
enum Keep {
    /// It changed it.
    Changed,
    /// It only looked: it is written if another clock had put something ahead, so that it stays put.
    Looked,
    /// Nothing is written, whatever it looked like.
    Nothing,
}

impl Ledger {
    pub fn issue(&mut self, call: Call, order: Order) -> Turn {
        let decoy = ADDRESSES[usize::from(order.recipient)].is_decoy;
        let fresh = Account { only_decoys: decoy, ..Account::new(call.now) };
        self.turn(call, Some(fresh), |account, ledger| {
            account.barrier(call.rules, call.now)?;
            if let Some(answer) = repeated(account, call, order) {
                ledger.events.insert(Event::Repeat);
                return Ok((answer, Keep::Looked));
            }
            objection(call, &ADDRESSES[usize::from(order.recipient)])?;
            account.silence(call.rules, call.now)?;
            let challenge = ledger.challenge(call, order);
            let answer = Answer::Issued { ticket: challenge.slip(call.rules), message: !decoy };
            account.count_message();
            account.only_decoys &= decoy;
            if account.open(challenge, call.rules, call.now) {
                ledger.events.insert(Event::Eviction);
            }
            Ok((answer, Keep::Changed))
        })
    }

    pub fn resend(&mut self, call: Call, id: Option<Id>, binding: u8, recipient: u8) -> Turn {
        self.turn(call, None, |account, _| {
            let (found, first) = match live(account, call, id, binding)? {
                Live::Yes(challenge) => (challenge.id, challenge.clone()),
                Live::Ends(answer) => return Ok((answer, Keep::Changed)),
                Live::Unknown(answer) => return Ok((answer, Keep::Nothing)),
            };
            if first.recipient != recipient {
                return Err(over(Reason::RecipientChanged));
            }
            if first.sent.len() as u32 >= call.rules.challenge_sends {
                return Err(over(Reason::ChallengeSends));
            }
            account.silence(call.rules, call.now)?;
            account.count_message();
            let challenge = account.challenge(found).unwrap();
            challenge.sent.push(call.now);
            let answer = Answer::Issued { ticket: challenge.slip(call.rules), message: !challenge.decoy };
            Ok((answer, Keep::Changed))
        })
    }

    /// `right`: the code is the one that the challenge's last message carried.
    pub fn verify(&mut self, call: Call, id: Option<Id>, binding: u8, right: bool) -> Turn {
        self.turn(call, None, |account, ledger| {
            let challenge = match live(account, call, id, binding)? {
                Live::Yes(challenge) => challenge,
                Live::Ends(answer) => return Ok((answer, Keep::Changed)),
                Live::Unknown(answer) => return Ok((answer, Keep::Nothing)),
            };
            if challenge.code_key != call.keys[0] {
                ledger.events.insert(Event::KeyRotated);
            }
            if right && challenge.decoy {
                ledger.events.insert(Event::RightCodeAtDecoy);
            }
            if right && !challenge.decoy {
                challenge.over = Some(Reason::AlreadyApproved);
                let spent = challenge.clone();
                let sent = spent.sent_since(account.day.from);
                ledger.events.insert(if sent > 1 { Event::Refund } else { Event::Approval });
                account.succeed(sent);
                return Ok((Answer::Approved { at: call.now }, Keep::Changed));
            }
            challenge.attempts_left -= 1;
            let left = challenge.attempts_left;
            if left == 0 {
                challenge.over = Some(Reason::Exhausted);
            }
            let notice = account.fail(call.rules, call.now);
            if account.day.failures == call.rules.day_failures {
                ledger.events.insert(Event::DayLock);
            }
            let hint = match account.condition(call.rules, call.now) {
                Condition::Clear if left == 0 => Hint::StartAgain,
                Condition::Clear => Hint::TryAgain { attempts_left: left as u8 },
                Condition::Locked { until } => Hint::Wait { until },
                _ => Hint::Contact,
            };
            Ok((Answer::Refused { reason: Reason::WrongCode, hint, notice }, Keep::Changed))
        })
    }

    pub fn cancel(&mut self, call: Call, id: Option<Id>) -> Turn {
        self.turn(call, None, |account, _| {
            known(account, id)?;
            Ok(ended(account.end(Reason::Cancelled, |challenge| Some(challenge.id) == id)))
        })
    }

    pub fn report(&mut self, call: Call, reporter: Reporter) -> Turn {
        if let Reporter::Vouched(_) = reporter
            && self.is_empty(call)
        {
            return (Answer::Ended(0), None);
        }
        self.turn(call, None, |account, _| {
            let recipient = match reporter {
                Reporter::Vouched(recipient) => recipient,
                Reporter::Holder(id) => known(account, id)?.recipient,
            };
            Ok(ended(account.end(Reason::Reported, |challenge| challenge.recipient == recipient)))
        })
    }

    pub fn close(&mut self, call: Call) -> Turn {
        self.turn(call, Some(Account::new(call.now)), |account, _| {
            if account.closed {
                return Ok(ended(0));
            }
            account.closed = true;
            let count = account.end(Reason::Closed, |_| true);
            Ok((Answer::Ended(count), Keep::Changed))
        })
    }

    pub fn reinstate(&mut self, call: Call) -> Turn {
        let fresh = Account::new(call.now);
        if self.is_empty(call) {
            return (Answer::Status(fresh.sheet(call.rules, call.now, None)), None);
        }
        if let Some(Row { state: state @ State::Corrupt, .. }) = self.rows.get_mut(&call.name) {
            let mut account = fresh;
            account.day.failures = call.rules.day_failures;
            account.day.unapproved = call.rules.unapproved_sends;
            account.day.sends = call.rules.day_sends;
            *state = State::Whole(account);
            self.events.insert(Event::CorruptReinstated);
        }
        self.turn(call, None, |account, _| {
            if account.closed {
                return Ok((Answer::no(Reason::Closed, Hint::Contact), Keep::Nothing));
            }
            *account = Account { day: account.day, only_decoys: account.only_decoys, ..Account::new(call.now) };
            Ok((Answer::Status(account.sheet(call.rules, call.now, None)), Keep::Changed))
        })
    }

    pub fn status(&mut self, call: Call, id: Option<Id>) -> Turn {
        let nothing = Account::new(call.now).sheet(call.rules, call.now, None);
        if self.is_empty(call) {
            return (Answer::Status(nothing), None);
        }
        if let State::Corrupt = self.rows[&call.name].state {
            return (Answer::Status(Sheet { condition: Condition::Corrupt, ..nothing }), None);
        }
        self.turn(call, None, |account, _| {
            Ok((Answer::Status(account.sheet(call.rules, call.now, id)), Keep::Nothing))
        })
    }

    /// Somebody damaged the record in the database.
    pub fn damage(&mut self, name: Name, newer: bool) {
        if let Some(row) = self.rows.get_mut(&name) {
            row.state = if newer { State::Newer } else { State::Corrupt };
        }
    }

    pub fn is_damaged(&self, name: Name) -> bool {
        self.rows.get(&name).is_some_and(|row| !matches!(row.state, State::Whole(_)))
    }

    /// Nothing is stored, or no more.
    pub fn is_empty(&mut self, call: Call) -> bool {
        let forgotten = |row: &Row| row.forget_at.is_some_and(|at| call.clock >= at);
        if self.rows.get(&call.name).is_some_and(forgotten) {
            self.rows.remove(&call.name);
            self.events.insert(Event::Forgotten);
        }
        !self.rows.contains_key(&call.name)
    }

    /// One operation on one record. `fresh` is what it starts from where nothing is stored; without it there is
    /// nothing to find.
    fn turn(
        &mut self,
        call: Call,
        fresh: Option<Account>,
        decide: impl FnOnce(&mut Account, &mut Self) -> Result<(Answer, Keep), Answer>,
    ) -> Turn {
        self.is_empty(call);
        let mut account = match (self.rows.get(&call.name), fresh) {
            (Some(Row { state: State::Whole(account), .. }), _) => account.clone(),
            (Some(Row { state: State::Corrupt, .. }), _) => {
                return (Answer::no(Reason::CorruptRecord, Hint::Contact), None);
            }
            (Some(Row { state: State::Newer, .. }), _) => return (Answer::Unavailable(Cause::NewerRecord), None),
            (None, Some(fresh)) => fresh,
            (None, None) => return (over(Reason::UnknownHandle), None),
        };
        let pulled = account.settle(call.now);
        if pulled {
            self.events.insert(Event::PulledBack);
        }
        let (answer, keep) = decide(&mut account, self).unwrap_or_else(refused);
        let writes = match keep {
            Keep::Changed => true,
            Keep::Looked => pulled,
            Keep::Nothing => false,
        };
        (answer, writes.then(|| self.write(call, account)))
    }

    fn write(&mut self, call: Call, account: Account) -> Option<u32> {
        let keep_for = account.keep_for(call.now);
        let forget_at = keep_for.map(|seconds| call.clock + u64::from(seconds));
        self.rows.insert(call.name, Row { state: State::Whole(account), forget_at });
        keep_for
    }

    fn challenge(&mut self, call: Call, order: Order) -> Challenge {
        let Order { binding, recipient, request } = order;
        let address = &ADDRESSES[usize::from(recipient)];
        let id = self.issued;
        self.issued += 1;
        Challenge {
            id,
            issued: call.now,
            lifetime: address.lifetime(call.rules),
            attempts_left: call.rules.attempts,
            sent: vec![call.now],
            binding,
            recipient,
            request,
            code_key: call.keys[0],
            decoy: address.is_decoy,
            over: None,
        }
    }
}

fn ended(count: u8) -> (Answer, Keep) {
    (Answer::Ended(count), if count == 0 { Keep::Looked } else { Keep::Changed })
}

/// Whoever has no handle gets no write. Everybody else's look makes a correction stay put, or a lock would be pulled
/// along by every look and never end.
fn refused(refusal: Answer) -> (Answer, Keep) {
    let keep = if refusal.reason() == Some(Reason::UnknownHandle) { Keep::Nothing } else { Keep::Looked };
    (refusal, keep)
}

fn known(account: &mut Account, id: Option<Id>) -> Result<&mut Challenge, Answer> {
    id.and_then(|id| account.challenge(id)).ok_or(over(Reason::UnknownHandle))
}

/// The same session asks for the same once more while its challenge is open: the same ticket and no message; for
/// something else it is refused.
fn repeated(account: &Account, call: Call, order: Order) -> Option<Answer> {
    let request = order.request?;
    let mut live = account.challenges.iter().filter(|challenge| challenge.is_live(call.now));
    let first = live.find(|challenge| challenge.request == Some(request))?;
    let same = first.binding == order.binding && first.recipient == order.recipient;
    Some(match same {
        true => Answer::Issued { ticket: first.slip(call.rules), message: false },
        false => over(Reason::RequestReused),
    })
}

fn objection(call: Call, address: &Address) -> Result<(), Answer> {
    let no = |reason| Err(Answer::no(reason, Hint::OtherRecipient));
    if address.is_mail && !call.rules.mail {
        return no(Reason::RecipientKind);
    }
    if address.is_decoy {
        return Ok(());
    }
    if call.rules.verified_only && address.verified.is_none() {
        return no(Reason::RecipientUnverified);
    }
    let settled = address.verified.max(address.changed).map(|at| at + call.rules.cooling_off);
    if call.rules.cooling_off > 0 && settled.is_none_or(|at| call.now < at) {
        return no(Reason::RecipientTooNew);
    }
    Ok(())
}

enum Live<'a> {
    Yes(&'a mut Challenge),
    /// It is over from now on, and this is said of it.
    Ends(Answer),
    /// Its code key is not known here: a deployment, uncharged and unwritten.
    Unknown(Answer),
}

/// The challenge, if its code may be compared or sent again.
fn live(account: &mut Account, call: Call, id: Option<Id>, binding: u8) -> Result<Live<'_>, Answer> {
    known(account, id)?;
    account.barrier(call.rules, call.now)?;
    let challenge = known(account, id)?;
    if let Some(reason) = challenge.over {
        return Err(over(reason));
    }
    let ends = match () {
        () if !challenge.is_live(call.now) => Some(Reason::Expired),
        () if challenge.binding != binding => Some(Reason::BindingChanged),
        () => None,
    };
    if let Some(reason) = ends {
        challenge.over = Some(reason);
        return Ok(Live::Ends(over(reason)));
    }
    if !call.keys.contains(&challenge.code_key) {
        return Ok(Live::Unknown(Answer::Unavailable(Cause::UnknownCodeKey)));
    }
    Ok(Live::Yes(challenge))
}

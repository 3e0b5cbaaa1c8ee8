//! What must hold of every sequence whatever the model foretells: kept from the answers alone.

use std::collections::{BTreeMap, BTreeSet};

use countersign::{Hint, Reason};

use crate::account::DAY;
use crate::answer::{Answer, Id};
use crate::challenge::MINUTE;
use crate::people::Name;
use crate::rules::Rules;

/// One operation, as somebody sees it who knows the clocks and the answers, and nothing of records.
pub struct Sight<'a> {
    pub name: Name,
    pub rules: &'static Rules,
    pub now: u64,
    /// Whether the store had anything under this key.
    pub found: bool,
    pub deed: Deed,
    pub answer: &'a Answer,
}

#[derive(Clone, Copy)]
pub enum Deed {
    Issue { recipient: u8, lifetime: u64 },
    Resend { id: Option<Id> },
    Verify { id: Option<Id>, changed: bool },
    Cancel { id: Option<Id> },
    Report { recipient: Option<u8> },
    Close,
    Reinstate,
    Status,
}

#[derive(Default)]
pub struct Laws {
    challenges: BTreeMap<Id, Facts>,
    records: BTreeMap<Name, Past>,
    approvals: BTreeSet<[u8; 16]>,
}

struct Facts {
    name: Name,
    recipient: u8,
    issued: u64,
    expires: u64,
    sends: u32,
    failures: u32,
    over: bool,
}

/// What is remembered of one record.
struct Past {
    /// The second until which nothing may be judged or sent.
    barred_until: u64,
    /// Until somebody reinstates.
    stopped: bool,
    consecutive: u32,
    total: u32,
    last_sent: Option<u64>,
    last_now: u64,
    /// No clock went back so far.
    steady: bool,
    failed_at: Vec<u64>,
    sent_at: Vec<u64>,
}

type Verdict = Result<(), String>;

fn law(holds: bool, law: &str) -> Verdict {
    if holds { Ok(()) } else { Err(format!("broken: {law}")) }
}

impl Laws {
    /// Whether every record's clock only ever went forward.
    pub fn were_steady(&self) -> bool {
        self.records.values().all(|past| past.steady)
    }

    /// An approval's id is its challenge's alone.
    pub fn approval_id(&mut self, id: [u8; 16]) -> Verdict {
        law(self.approvals.insert(id), "no two approvals have one id")
    }

    pub fn hold(&mut self, sight: &Sight<'_>) -> Verdict {
        let past = self.records.entry(sight.name).or_insert_with(|| Past::new(sight.now));
        if !sight.found {
            let steady = past.steady && sight.now >= past.last_now;
            *past = Past { steady, ..Past::new(sight.now) };
        }
        past.look(sight.now);
        let sent = match (sight.deed, sight.answer) {
            (Deed::Issue { .. }, Answer::Issued { ticket, .. }) => !self.challenges.contains_key(&ticket.id),
            (_, answer) => matches!(answer, Answer::Issued { .. }),
        };
        past.bar(sight, sent)?;
        past.count(sight)?;
        if sent {
            past.send(sight)?;
        }
        self.of_challenge(sight)?;
        self.end(sight);
        Ok(())
    }

    fn of_challenge(&mut self, sight: &Sight<'_>) -> Verdict {
        let rules = sight.rules;
        match (sight.deed, sight.answer) {
            (Deed::Issue { recipient, lifetime }, Answer::Issued { ticket, .. }) => {
                let (name, issued) = (sight.name, sight.now);
                let first =
                    Facts { name, recipient, issued, expires: issued + lifetime, sends: 1, failures: 0, over: false };
                let facts = self.challenges.entry(ticket.id).or_insert(first);
                law(ticket.expires == facts.expires, "a repeat extends nothing")
            }
            (Deed::Resend { id: Some(id) }, Answer::Issued { ticket, .. }) => {
                let facts = self.challenges.get_mut(&id).unwrap();
                facts.sends += 1;
                law(facts.sends <= rules.challenge_sends, "a challenge has its number of messages and no more")?;
                law(ticket.expires == facts.expires, "a resend extends nothing")?;
                law(ticket.attempts_left == rules.attempts - facts.failures, "no budget grows by resending")?;
                law(!facts.over, "what is over is not sent again")
            }
            (Deed::Verify { id: Some(id), changed }, answer) if answer.is_judged() => {
                let facts = self.challenges.get_mut(&id).unwrap();
                law(!facts.over, "nothing is judged after approval, expiry, cancel, report, close or exhaustion")?;
                law(!changed, "nothing is judged for a changed binding")?;
                law(sight.now < facts.expires, "nothing is judged after its expiry")?;
                law(facts.issued <= sight.now + MINUTE, "nothing is judged before its time")?;
                law(facts.name == sight.name, "nothing is judged against another record")?;
                facts.failures += u32::from(!matches!(answer, Answer::Approved { .. }));
                facts.over = matches!(answer, Answer::Approved { .. });
                law(facts.failures <= rules.attempts, "a challenge has its number of attempts and no more")
            }
            (Deed::Verify { id: None, .. }, answer) => law(!answer.is_judged(), "a guess needs a handle"),
            _ => Ok(()),
        }
    }

    /// What is over from now on, for good.
    fn end(&mut self, sight: &Sight<'_>) {
        let named = match sight.deed {
            Deed::Verify { id, .. } | Deed::Resend { id } if is_over(sight.answer) => id,
            Deed::Cancel { id } if matches!(sight.answer, Answer::Ended(_)) => id,
            _ => None,
        };
        let all = matches!(
            (sight.deed, sight.answer),
            (Deed::Close, Answer::Ended(_)) | (Deed::Reinstate, Answer::Status(_))
        );
        let reported = match (sight.deed, sight.answer) {
            (Deed::Report { recipient }, Answer::Ended(_)) => recipient,
            _ => None,
        };
        for (id, facts) in &mut self.challenges {
            let here = facts.name == sight.name && (all || reported == Some(facts.recipient));
            facts.over |= here || named == Some(*id);
        }
    }
}

fn is_over(answer: &Answer) -> bool {
    let over = [
        Reason::Expired,
        Reason::AlreadyApproved,
        Reason::Exhausted,
        Reason::Cancelled,
        Reason::Reported,
        Reason::Superseded,
        Reason::BindingChanged,
        Reason::Closed,
    ];
    answer.reason().is_some_and(|reason| over.contains(&reason))
}

impl Past {
    fn new(now: u64) -> Self {
        Self {
            barred_until: 0,
            stopped: false,
            consecutive: 0,
            total: 0,
            last_sent: None,
            last_now: now,
            steady: true,
            failed_at: Vec::new(),
            sent_at: Vec::new(),
        }
    }

    /// A clock looked. One that is behind may shorten a bar to a day; one that is beyond it has seen its end.
    fn look(&mut self, now: u64) {
        self.steady &= now >= self.last_now;
        self.last_now = now;
        self.barred_until = self.barred_until.min(now + DAY);
        if now >= self.barred_until {
            self.barred_until = 0;
        }
    }

    /// Nothing is judged or sent while it is locked or disabled.
    fn bar(&mut self, sight: &Sight<'_>, sent: bool) -> Verdict {
        let acts = sight.answer.is_judged() || sent;
        law(!acts || sight.now >= self.barred_until, "locked is locked for everybody, in every way")?;
        law(!acts || !self.stopped, "disabled, closed and corrupt stay so until somebody reinstates")?;
        match (sight.deed, sight.answer) {
            (Deed::Reinstate, Answer::Status(status)) => {
                self.stopped = false;
                self.barred_until = match status.condition {
                    countersign::Condition::Locked { until } => until.as_secs(),
                    _ => 0,
                };
            }
            (_, Answer::Refused { reason: Reason::WrongCode, hint: Hint::Wait { until }, .. }) => {
                self.barred_until = until.as_secs();
            }
            (_, Answer::Refused { hint: Hint::Contact, .. }) => self.stopped = true,
            _ => {}
        }
        Ok(())
    }

    fn count(&mut self, sight: &Sight<'_>) -> Verdict {
        match (sight.deed, sight.answer) {
            (Deed::Reinstate, Answer::Status(_)) => (self.consecutive, self.total, self.last_sent) = (0, 0, None),
            (_, Answer::Approved { .. }) => (self.consecutive, self.total) = (0, 0),
            (_, Answer::Refused { reason: Reason::WrongCode, hint, .. }) => self.fail(sight, *hint)?,
            _ => {}
        }
        Ok(())
    }

    fn fail(&mut self, sight: &Sight<'_>, hint: Hint) -> Verdict {
        let rules = sight.rules;
        self.consecutive += 1;
        self.total += 1;
        self.failed_at.push(sight.now);
        let free = matches!(hint, Hint::TryAgain { .. } | Hint::StartAgain);
        law(!free || !self.consecutive.is_multiple_of(rules.lock_after), "every Nth failure in a row locks")?;
        law(!free || self.total < rules.total_failures, "the total disables")?;
        law(self.total <= rules.total_failures, "no more are judged than the total, whatever the clocks say")?;
        law(!self.steady || most_in_a_day(&self.failed_at) <= 2 * rules.day_failures, "a day has its failures")
    }

    /// A message left, or would have if its decoy were anybody.
    fn send(&mut self, sight: &Sight<'_>) -> Verdict {
        let (now, rules) = (sight.now, sight.rules);
        let too_soon = |last: u64| last <= now + MINUTE && now < last + rules.gap;
        law(!self.last_sent.is_some_and(too_soon), "two messages have a gap between them")?;
        self.last_sent = Some(now);
        self.sent_at.push(now);
        law(!self.steady || most_in_a_day(&self.sent_at) <= 2 * rules.day_sends, "a day has its messages")
    }
}

/// The most of these moments, in order, that any 24 hours hold; two windows may touch them.
fn most_in_a_day(moments: &[u64]) -> u32 {
    let within = |first: &u64| moments.iter().filter(|at| *at >= first && **at < first + DAY).count();
    moments.iter().map(within).max().unwrap_or(0) as u32
}

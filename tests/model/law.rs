//! What must hold of every sequence whatever the model foretells: kept from the answers alone.

mod past;

use std::collections::{BTreeMap, BTreeSet};

use countersign::{Delivery, Reason, Settled};

use crate::answer::{Answer, Id};
use crate::challenge::MINUTE;
use crate::people::{Name, is_decoy, meet};
use crate::rules::Rules;

use past::Past;

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
    Issue {
        route: u8,
        lifetime: u64,
    },
    Resend {
        id: Option<Id>,
        route: u8,
    },
    Onward {
        id: Option<Id>,
        route: u8,
    },
    Settle {
        id: Option<Id>,
        answer: Delivery,
    },
    Verify {
        id: Option<Id>,
        changed: bool,
    },
    Cancel {
        id: Option<Id>,
    },
    /// Who is reached along this route.
    Report {
        route: Option<u8>,
    },
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
    route: u8,
    /// What was said of its last message.
    answer: Option<Delivery>,
    issued: u64,
    expires: u64,
    sends: u32,
    failures: u32,
    over: bool,
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
            past.begin_again(sight.now);
        }
        past.look(sight.now);
        let sent = match (sight.deed, sight.answer) {
            (Deed::Issue { .. }, Answer::Issued { ticket, .. }) if self.challenges.contains_key(&ticket.id) => None,
            (_, Answer::Issued { ticket, .. }) => Some(ticket.id),
            _ => None,
        };
        past.bar(sight, sent.is_some())?;
        past.count(sight)?;
        if let Some(id) = sent {
            let nothing_left = matches!(sight.deed, Deed::Onward { .. })
                && self.challenges.get(&id).is_some_and(|facts| facts.answer == Some(Delivery::NotSent));
            past.send(sight, id, nothing_left)?;
        }
        self.of_challenge(sight)?;
        self.end(sight);
        Ok(())
    }

    fn of_challenge(&mut self, sight: &Sight<'_>) -> Verdict {
        let rules = sight.rules;
        match (sight.deed, sight.answer) {
            (Deed::Issue { .. }, Answer::Issued { ticket, message: true })
                if self.challenges.contains_key(&ticket.id) =>
            {
                law(false, "a repeat sends nothing")
            }
            (Deed::Issue { route, lifetime }, Answer::Issued { ticket, .. }) => {
                let (name, issued, expires) = (sight.name, sight.now, sight.now + lifetime);
                let first = Facts { name, route, answer: None, issued, expires, sends: 1, failures: 0, over: false };
                let facts = self.challenges.entry(ticket.id).or_insert(first);
                law(ticket.expires == facts.expires, "a repeat extends nothing")
            }
            (Deed::Settle { id: Some(id), answer }, Answer::Settled(settled)) => {
                let facts = self.challenges.get_mut(&id).unwrap();
                let now = matches!(settled, Settled::Now { .. });
                law(!now || facts.answer.is_none(), "a message is settled once")?;
                facts.answer = facts.answer.or(now.then_some(answer));
                Ok(())
            }
            (
                Deed::Resend { id: Some(id), route } | Deed::Onward { id: Some(id), route },
                Answer::Issued { ticket, .. },
            ) => {
                let facts = self.challenges.get_mut(&id).unwrap();
                facts.sends += 1;
                facts.answer = None;
                law(facts.sends <= rules.challenge_sends, "a challenge has its number of messages and no more")?;
                law(ticket.expires == facts.expires, "a resend or a fallback extends nothing")?;
                law(ticket.attempts_left == rules.attempts - facts.failures, "no budget grows by resending")?;
                law(route == facts.route, "a challenge has one route")?;
                law(!facts.over, "what is over is not sent again")
            }
            (Deed::Verify { id: Some(id), changed }, answer) if answer.is_judged() => {
                let facts = self.challenges.get_mut(&id).unwrap();
                law(!facts.over, "nothing is judged after approval, expiry, cancel, report, close or exhaustion")?;
                law(!changed, "nothing is judged for a changed binding")?;
                law(sight.now < facts.expires, "nothing is judged after its expiry")?;
                law(facts.issued <= sight.now + MINUTE, "nothing is judged before its time")?;
                law(facts.name == sight.name, "nothing is judged against another record")?;
                let approved = matches!(answer, Answer::Approved { .. });
                law(!approved || !is_decoy(facts.route), "a decoy never approves")?;
                facts.failures += u32::from(!approved);
                facts.over = approved;
                law(facts.failures <= rules.attempts, "a challenge has its number of attempts and no more")
            }
            (Deed::Verify { id: None, .. }, answer) => law(!answer.is_judged(), "a guess needs a handle"),
            _ => Ok(()),
        }
    }

    /// What is over from now on, for good.
    fn end(&mut self, sight: &Sight<'_>) {
        let named = match sight.deed {
            Deed::Verify { id, .. } | Deed::Resend { id, .. } | Deed::Onward { id, .. } if is_over(sight.answer) => {
                id
            }
            Deed::Cancel { id } if matches!(sight.answer, Answer::Ended(_)) => id,
            _ => None,
        };
        let all = matches!(
            (sight.deed, sight.answer),
            (Deed::Close, Answer::Ended(_)) | (Deed::Reinstate, Answer::Status(_))
        );
        let reported = match (sight.deed, sight.answer) {
            (Deed::Report { route }, Answer::Ended(_)) => route,
            _ => None,
        };
        for (id, facts) in &mut self.challenges {
            let here = facts.name == sight.name && (all || reported.is_some_and(|route| meet(route, facts.route)));
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

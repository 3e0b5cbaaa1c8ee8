//! What must hold of every sequence whatever the model foretells: kept from the answers and the clocks alone.

mod past;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use countersign::{Condition, Reason};

use super::answer::Answer;
use super::device::{Codes, DEVICES, Device, Kind};
use super::people::{Owner, Rules};
pub use past::Past;

/// One operation, as somebody sees it who knows the clocks and the answers, and nothing of records.
pub struct Sight<'a> {
    pub owner: Owner,
    pub rules: &'static Rules,
    pub now: u64,
    /// Whether the store had anything under this key.
    pub found: bool,
    pub deed: Deed<'a>,
    pub answer: &'a Answer,
}

#[derive(Clone, Copy)]
pub enum Deed<'a> {
    Enrol {
        name: usize,
        device: Device,
        /// The first counter that may be accepted.
        first: u64,
    },
    /// A code was typed for the authenticator of this name; `one_more` if the server answers with the next.
    Code {
        name: usize,
        device: Option<Device>,
        typed: &'a str,
        one_more: bool,
    },
    Pair {
        name: usize,
        device: Option<Device>,
        typed: &'a [String; 2],
    },
    /// A list, and the number of the code in it.
    Recover {
        code: Option<(usize, usize)>,
        decoy: bool,
    },
    Make {
        list: usize,
    },
    Revoke {
        name: usize,
    },
    AfterRestore,
    Close,
    Reinstate,
    Status,
}

pub struct Laws<'c> {
    codes: &'c Codes,
    /// The newest counter that each device is known to have spent, and when.
    spent: BTreeMap<(Owner, Device), Spent>,
    /// Which keys ever were enrolled where: a record remembers four.
    begun: BTreeMap<Owner, BTreeSet<Device>>,
    pasts: BTreeMap<Owner, Past>,
    recovered: BTreeSet<(usize, usize)>,
    /// Whose tokens may have gone further than anybody knows.
    blurred: BTreeSet<Owner>,
    /// The list that is good.
    lists: BTreeMap<Owner, usize>,
}

struct Spent {
    counter: u64,
    at: u64,
    /// Its drift was remembered, which a restore may forget.
    drifted: bool,
    /// A restore came in between, and the record knows no better than its backup if the key is enrolled anew.
    restored: bool,
    /// Nothing was accepted: its enrolment begins behind it, and the next one may begin elsewhere.
    begun: bool,
}

type Verdict = Result<(), String>;

fn law(holds: bool, law: &str) -> Verdict {
    if holds { Ok(()) } else { Err(format!("broken: {law}")) }
}

impl<'c> Laws<'c> {
    pub fn new(codes: &'c Codes) -> Self {
        let (spent, begun, pasts) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self {
            codes,
            spent,
            begun,
            pasts,
            recovered: BTreeSet::new(),
            blurred: BTreeSet::new(),
            lists: BTreeMap::new(),
        }
    }

    /// Whether every record's clock only ever went forward.
    pub fn were_steady(&self) -> bool {
        self.pasts.values().all(|past| past.steady)
    }

    /// What a backup takes back: every count, and nothing that was shown.
    pub fn backup(&self, owner: Owner) -> Option<Past> {
        self.pasts.get(&owner).cloned()
    }

    pub fn restore(&mut self, owner: Owner, past: Option<Past>) {
        match past {
            Some(past) => self.pasts.insert(owner, past),
            None => self.pasts.remove(&owner),
        };
    }

    pub fn hold(&mut self, sight: &Sight<'_>) -> Verdict {
        let past = self.pasts.entry(sight.owner).or_insert_with(|| Past::new(sight.now));
        if !sight.found {
            past.begin_again(sight.now);
            self.forget(sight.owner);
        }
        let past = self.pasts.get_mut(&sight.owner).unwrap();
        past.look(sight.now);
        past.bar(sight)?;
        past.count(sight)?;
        self.accept(sight)?;
        self.recover(sight)?;
        self.begin(sight);
        self.end(sight);
        Ok(())
    }

    /// Nothing is remembered of this record any more.
    fn forget(&mut self, owner: Owner) {
        self.spent.retain(|(whose, _), _| *whose != owner);
        self.begun.remove(&owner);
        self.lists.remove(&owner);
    }

    /// What is accepted is a code of this authenticator that is newer than all that were, whatever they were for.
    fn accept(&mut self, sight: &Sight<'_>) -> Verdict {
        let (device, drifted) = match sight.deed {
            _ if !sight.answer.accepts() => return Ok(()),
            Deed::Code { device, .. } => (device, false),
            Deed::Pair { device, .. } => (device, true),
            _ => return Ok(()),
        };
        let Some(device) = device else {
            return law(false, "a decoy never authenticates");
        };
        let key = (sight.owner, device);
        let before = self.spent.get(&key);
        let fits = |counter: &u64| match sight.deed {
            Deed::Code { typed, .. } => self.codes.is(device, *counter, typed),
            Deed::Pair { typed, .. } => counter.checked_add(1).is_some_and(|second| {
                self.codes.is(device, *counter, &typed[0]) && self.codes.is(device, second, &typed[1])
            }),
            _ => false,
        };
        let (first, last) = reach(sight, device, before.map(|spent| spent.counter));
        // A token after a restore: nobody knows what it may be at.
        let Some(found) = (first..=last).find(fits) else {
            return law(before.is_none() && first == 0, "what is accepted is fresh, near, and this authenticator's");
        };
        let more = match sight.deed {
            Deed::Code { one_more, .. } => u64::from(one_more && !DEVICES[device].kind.is_totp()),
            _ => 1,
        };
        let counter = found.saturating_add(more);
        let drifted = drifted || before.is_some_and(|spent| spent.drifted);
        self.spent.insert(key, Spent { counter, at: sight.now, drifted, restored: false, begun: false });
        Ok(())
    }

    fn recover(&mut self, sight: &Sight<'_>) -> Verdict {
        let Deed::Recover { code, decoy } = sight.deed else {
            return Ok(());
        };
        if !sight.answer.accepts() {
            return Ok(());
        }
        law(!decoy, "a decoy never recovers")?;
        let code = code.ok_or("broken: what recovers is a code from a list")?;
        law(
            self.lists.get(&sight.owner) == Some(&code.0),
            "what recovers is of the newest list, made since a restore",
        )?;
        law(self.recovered.insert(code), "no recovery code is accepted twice")
    }

    /// Where a key begins; and a fifth may have taken the place of one that was revoked.
    fn begin(&mut self, sight: &Sight<'_>) {
        let owner = sight.owner;
        let unknown = *sight.answer == Answer::Unknown;
        if unknown {
            self.blurred.insert(owner);
        }
        let (device, first) = match sight.deed {
            Deed::Enrol { device, first, .. } if unknown || matches!(sight.answer, Answer::Enrolling { .. }) => {
                (device, first)
            }
            Deed::Code { device: Some(device), .. } | Deed::Pair { device: Some(device), .. } if unknown => {
                // It may have gone further than anybody knows.
                return self.spent.retain(|key, _| *key != (owner, device) || DEVICES[device].kind.is_totp());
            }
            _ => return,
        };
        let begun = self.begun.entry(owner).or_default();
        begun.insert(device);
        let crowded = begun.len() > 4;
        let blurred = |spent: &Spent| spent.restored || unknown && !DEVICES[device].kind.is_totp();
        let ends = |spent: &Spent| spent.begun || blurred(spent);
        self.spent.retain(|key, spent| key.0 != owner || !(crowded || key.1 == device && ends(spent)));
        let Some(before) = first.checked_sub(1).filter(|_| !unknown && !crowded) else {
            return;
        };
        match self.spent.entry((owner, device)) {
            // What is known of it is certain, or it would have been forgotten: the key goes on from here.
            Entry::Occupied(mut known) => {
                let spent = known.get_mut();
                spent.counter = spent.counter.max(before);
            }
            Entry::Vacant(place) if !self.blurred.contains(&owner) => {
                place.insert(Spent { counter: before, at: sight.now, drifted: false, restored: false, begun: true });
            }
            Entry::Vacant(_) => {}
        }
    }

    fn end(&mut self, sight: &Sight<'_>) {
        let owner = sight.owner;
        match (sight.deed, sight.answer) {
            (Deed::Make { list }, Answer::Made) => {
                self.lists.insert(owner, list);
            }
            (Deed::Close, Answer::Done(_)) => {
                self.lists.remove(&owner);
            }
            (Deed::AfterRestore, Answer::Done(_)) => {
                self.blurred.insert(owner);
                self.lists.remove(&owner);
                let known: BTreeSet<Device> = self.pasts[&owner].enrolled.values().copied().collect();
                self.spent.retain(|(whose, device), spent| {
                    let kept = DEVICES[*device].kind.is_totp() && !spent.drifted && sight.now >= spent.at;
                    *whose != owner || kept && known.contains(device)
                });
                for (_, spent) in self.spent.iter_mut().filter(|(key, _)| key.0 == owner) {
                    spent.restored = true;
                }
            }
            (_, Answer::Status(sheet)) if sheet.condition == Condition::Corrupt => self.forget(owner),
            (_, Answer::Refused { reason: Reason::CorruptRecord, .. }) => self.forget(owner),
            _ => {}
        }
    }
}

/// The counters that may be accepted at all.
fn reach(sight: &Sight<'_>, device: Device, spent: Option<u64>) -> (u64, u64) {
    let pair = matches!(sight.deed, Deed::Pair { .. });
    let next = spent.map_or(0, |spent| spent.saturating_add(1));
    match DEVICES[device].kind {
        Kind::Hotp(_) => {
            let ahead = if pair { sight.rules.pair_ahead } else { sight.rules.look_ahead };
            (next, next.saturating_add(ahead - 1))
        }
        // No drift is over ten steps, whatever came before it.
        kind @ Kind::Totp { .. } => {
            let step = kind.step(sight.now).unwrap_or(0);
            let ahead = if pair { 10 } else { 10 + sight.rules.future };
            (next.max(step.saturating_sub(10 + sight.rules.past)), step + ahead)
        }
    }
}

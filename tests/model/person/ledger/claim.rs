//! Enrol, confirm, authenticate and resynchronise.

use countersign::{Hint, Method, Reason};

use super::span::{Span, ahead, around, span};
use super::{Call, Decided, Keep, Ledger, Turn, barrier, nobody, wrong};
use crate::person::answer::Answer;
use crate::person::device::{Device, Kind, NOBODYS};
use crate::person::people::PURPOSES;
use crate::person::record::{ENROLMENT, Person, Seat, Stage, is_free};
use crate::person::tally::Event;

/// Somebody says to have the authenticator with this name; the caller has that key for it, or none, of nobody.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub name: usize,
    pub device: Option<Device>,
}

/// How far a clock may be off: the steps that a pair is looked for in, either way.
const WIDEST: u64 = 10;

impl Ledger<'_> {
    pub fn enrol(&mut self, call: Call, name: usize, device: Device, first: u64) -> Turn {
        self.turn(call, Some(Person::new(call.now)), |person, ledger| {
            barrier(person, call)?;
            person.exists(call.now);
            let expired = person.give_up(call.now, |seat| !seat.is_in_time(call.now));
            let keep = if expired { Keep::Changed } else { Keep::Looked };
            let again = |seat: &Seat| seat.stage == Stage::Pending && seat.name == name;
            let taken = |seat: &Seat| !again(seat) && (seat.name == name || seat.device == Some(device));
            if person.present().any(|seat| taken(seat)) {
                return Ok((Answer::no(Reason::AlreadyEnrolled, Hint::OtherMethod), keep));
            }
            person.give_up(call.now, again);
            let of_key = person.seats.iter().flatten().filter(|seat| seat.device == Some(device));
            let known = of_key.filter_map(|seat| seat.spent).max();
            let Some(place) = person.place(Some(device)) else {
                return Ok((Answer::no(Reason::TooManyAuthenticators, Hint::OtherMethod), keep));
            };
            if known.is_some() {
                ledger.events.insert(Event::CameBack);
            }
            let seat = Seat::new(name, Some(device), Stage::Pending, call.now);
            let spent = known.max(first.checked_sub(1));
            *place = Some(Seat { spent, came_back: known.is_some(), ..seat });
            Ok((Answer::Enrolling { until: call.now + ENROLMENT }, Keep::Changed))
        })
    }

    pub fn confirm(&mut self, call: Call, claim: Claim, typed: &str) -> Turn {
        self.claimed(call, claim, |person, ledger| {
            let seat = person.seat(claim)?;
            if seat.stage != Stage::Pending {
                return Err(Answer::no(Reason::AlreadyEnrolled, Hint::AlreadyUsed));
            }
            if !seat.is_in_time(call.now) {
                person.give_up(call.now, |seat| !seat.is_in_time(call.now));
                ledger.events.insert(Event::EnrolmentExpired);
                return Ok((Answer::no(Reason::Expired, Hint::StartAgain), Keep::Changed));
            }
            let span = span(call, seat, call.rules.past, call.rules.future)?;
            let found = ledger.newest(claim, seat, call, span, typed);
            let good = |person: &Person, _| Answer::Enrolled { at: call.now, count: person.enrolled() };
            Ok(ledger.judged(call, claim, person, found, Some(typed), good))
        })
    }

    pub fn authenticate(&mut self, call: Call, claim: Claim, purpose: usize, typed: &str, answering: bool) -> Turn {
        self.claimed(call, claim, |person, ledger| {
            let seat = person.confirmed(claim)?;
            let counts = !seat.kind().is_totp();
            if seat.stage == Stage::Restored && counts {
                return Err(Answer::no(Reason::ResynchroniseFirst, Hint::Resynchronise));
            }
            let (_, past, future) = PURPOSES[purpose];
            let span = span(call, seat, past.min(call.rules.past), future.min(call.rules.future))?;
            let found = ledger.newest(claim, seat, call, span, typed);
            let seat = seat.clone();
            ledger.note(call, claim, &seat, found, typed);
            let reply = found.filter(|_| answering && counts);
            let next = reply.and_then(|counter| counter.checked_add(1));
            let told = next.zip(claim.device).map(|(next, device)| ledger.codes.of(device, next));
            let good = |_: &Person, method| authenticated(call, method, purpose, told);
            let judged = ledger.judged(call, claim, person, found, Some(typed), good);
            if let (Some(next), Some(seat)) = (next, person.named(claim.name)) {
                seat.spent = Some(next);
            }
            Ok(judged)
        })
    }

    pub fn resynchronise(&mut self, call: Call, claim: Claim, purpose: usize, pair: &[String; 2]) -> Turn {
        self.claimed(call, claim, |person, ledger| {
            let seat = person.confirmed(claim)?;
            let (kind, spent) = (seat.kind(), seat.shown(call));
            let span = match kind {
                Kind::Totp { .. } => kind.step(call.now).map(|step| around(step, WIDEST, WIDEST)),
                Kind::Hotp(_) => Some(ahead(seat, call.rules.pair_ahead)?),
            };
            let codes = ledger.codes;
            let found = claim.device.zip(span).and_then(|(device, (first, last))| {
                let first = spent.map_or(first, |spent| first.max(spent.saturating_add(1)));
                let is = |second: &u64| codes.is(device, second - 1, &pair[0]) && codes.is(device, *second, &pair[1]);
                (first.checked_add(1)?..=last).rev().find(is)
            });
            let good = |_: &Person, method| authenticated(call, method, purpose, None);
            let judged = ledger.judged(call, claim, person, found, None, good);
            if let (Some(counter), Some(seat)) = (found, person.named(claim.name)) {
                seat.drift = kind.step(call.now).map_or(0, |step| counter.wrapping_sub(step).cast_signed());
                ledger.events.insert(if kind.is_totp() { Event::TotpSynchronised } else { Event::HotpSynchronised });
            }
            Ok(judged)
        })
    }

    /// A claim on a record; at a decoy's every name is enrolled as soon as it is asked for, as far as there is room.
    fn claimed(&mut self, call: Call, claim: Claim, decide: impl FnOnce(&mut Person, &mut Self) -> Decided) -> Turn {
        let decoy = claim.device.is_none();
        let fresh = decoy.then(|| Person { only_decoys: true, ..Person::new(call.now) });
        self.turn(call, fresh, |person, ledger| {
            if decoy
                && person.only_decoys
                && person.named(claim.name).is_none()
                && let Some(place) = person.place(None)
            {
                *place = Some(Seat::new(claim.name, None, Stage::Enrolled, call.now));
            }
            barrier(person, call)?;
            decide(person, ledger)
        })
    }

    /// The newest counter of the span that is unspent and has this code. Nobody's has none.
    fn newest(&self, claim: Claim, seat: &Seat, call: Call, span: Option<Span>, typed: &str) -> Option<u64> {
        self.newest_of(claim.device?, seat, call, span, typed)
    }

    fn newest_of(&self, device: Device, seat: &Seat, call: Call, span: Option<Span>, typed: &str) -> Option<u64> {
        let (first, last) = span?;
        let fresh = |counter: &u64| seat.shown(call).is_none_or(|spent| *counter > spent);
        (first..=last).rev().filter(fresh).find(|counter| self.codes.is(device, *counter, typed))
    }

    /// What this attempt reached.
    fn note(&mut self, call: Call, claim: Claim, seat: &Seat, found: Option<u64>, typed: &str) {
        let widest = span(call, seat, call.rules.past, call.rules.future).ok().flatten();
        let reached = match found {
            Some(_) if seat.drift != 0 => Event::Drift,
            None if self.newest(claim, seat, call, widest, typed).is_some() => Event::Narrowed,
            None if claim.device.is_none() && self.newest_of(NOBODYS, seat, call, widest, typed).is_some() => {
                Event::Decoy
            }
            _ => return,
        };
        self.events.insert(reached);
    }

    /// What follows from the counter that was found, if one was. `once`: a code that may be a replay.
    fn judged(
        &mut self,
        call: Call,
        claim: Claim,
        person: &mut Person,
        found: Option<u64>,
        once: Option<&str>,
        good: impl FnOnce(&Person, Method) -> Answer,
    ) -> (Answer, Keep) {
        let mut seat = person.named(claim.name).unwrap().clone();
        let method = if seat.kind().is_totp() { Method::Totp } else { Method::Hotp };
        if let Some(counter) = found {
            person.budget.total -= seat.failures;
            seat.accept(counter);
            *person.named(claim.name).unwrap() = seat;
            self.events.insert(Event::accepted(method));
            return (good(person, method), Keep::Changed);
        }
        let last = claim.device.zip(seat.spent).zip(once);
        let replayed = last.is_some_and(|((device, counter), typed)| self.codes.is(device, counter, typed));
        let answer = if replayed && is_free(&mut seat.replays) {
            self.events.insert(Event::ReplayFree);
            Answer::no(Reason::Replayed, Hint::AlreadyUsed)
        } else {
            if replayed {
                self.events.insert(Event::ReplayCharged);
            }
            wrong(person, &mut seat.failures, call, &mut self.events)
        };
        *person.named(claim.name).unwrap() = seat;
        (answer, Keep::Changed)
    }
}

fn authenticated(call: Call, method: Method, purpose: usize, reply: Option<String>) -> Answer {
    Answer::Authenticated { method, purpose: PURPOSES[purpose].0.name(), at: call.now, reply }
}

impl Person {
    fn seat(&mut self, claim: Claim) -> Result<&mut Seat, Answer> {
        let seat = self.named(claim.name).ok_or(nobody())?;
        if seat.device == claim.device { Ok(seat) } else { Err(Answer::no(Reason::SecretChanged, Hint::OtherMethod)) }
    }

    fn confirmed(&mut self, claim: Claim) -> Result<&mut Seat, Answer> {
        let seat = self.seat(claim)?;
        if seat.is_confirmed() { Ok(seat) } else { Err(nobody()) }
    }
}

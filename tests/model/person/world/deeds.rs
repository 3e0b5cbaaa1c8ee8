//! Every operation, done by the crate and foretold by the model.

use countersign::{Code, Digits, Operation, RecoveryCode};

use super::told::{authenticated, done, enrolled, enrolling, sheet, told};
use super::{Checked, Spot, World, at};
use crate::person::answer::Answer;
use crate::person::device::{Device, authenticator};
use crate::person::law::Deed;
use crate::person::ledger::{Call, Claim, Turn};
use crate::person::people::{NAMES, PURPOSES, subject};

type Upkeep = Result<countersign::UpkeepDone, countersign::Failure<crate::shelf::Down>>;

impl World<'_> {
    /// `first`: the first counter that may be accepted.
    pub fn enrol(&mut self, spot: Spot, name: usize, device: Device, first: u64) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let key = authenticator(name, Some(device));
        let enrol = self.verifier(spot).enrol(&who, &key, at(call), &mut self.rng).unwrap();
        let answer = told(&enrol.from_counter(first).run(&self.shelf), enrolling);
        let foretold = self.ledger.enrol(call, name, device, first);
        if matches!(answer, Answer::Enrolling { .. } | Answer::Unknown) {
            self.hands.keep(spot.owner, name, device);
        }
        self.check(call, Deed::Enrol { name, device, first }, answer, &foretold)
    }

    pub fn confirm(&mut self, spot: Spot, claim: Claim, typed: &str) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let key = authenticator(claim.name, claim.device);
        let confirm = self.verifier(spot).confirm(&who, &key, code(typed), at(call), &mut self.rng).unwrap();
        let answer = told(&confirm.run(&self.shelf), enrolled);
        let foretold = self.ledger.confirm(call, claim, typed);
        let deed = Deed::Code { name: claim.name, device: claim.device, typed, one_more: false };
        self.check(call, deed, answer, &foretold)
    }

    pub fn authenticate(
        &mut self,
        spot: Spot,
        claim: Claim,
        purpose: usize,
        typed: &str,
        answering: bool,
    ) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let (verifier, key) = (self.verifier(spot), authenticator(claim.name, claim.device));
        let wanted = PURPOSES[purpose].0;
        let mut claimed = verifier.authenticate(wanted, &who, &key, code(typed), at(call), &mut self.rng).unwrap();
        if answering {
            claimed = claimed.answering();
        }
        let person = claimed.run(&self.shelf);
        if let Ok(person) = &person {
            self.tagged(spot.owner, person.subject())?;
        }
        let foretold = self.ledger.authenticate(call, claim, purpose, typed, answering);
        let deed = Deed::Code { name: claim.name, device: claim.device, typed, one_more: answering };
        self.check(call, deed, told(&person, authenticated), &foretold)
    }

    pub fn resynchronise(&mut self, spot: Spot, claim: Claim, purpose: usize, typed: &[String; 2]) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let (verifier, key) = (self.verifier(spot), authenticator(claim.name, claim.device));
        let (wanted, pair) = (PURPOSES[purpose].0, typed.each_ref().map(|text| code(text)));
        let person = verifier.resynchronise(wanted, &who, &key, pair, at(call), &mut self.rng).unwrap();
        let person = person.run(&self.shelf);
        if let Ok(person) = &person {
            self.tagged(spot.owner, person.subject())?;
        }
        let foretold = self.ledger.resynchronise(call, claim, purpose, typed);
        let deed = Deed::Pair { name: claim.name, device: claim.device, typed };
        self.check(call, deed, told(&person, authenticated), &foretold)
    }

    pub fn make(&mut self, spot: Spot) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let operation = self.verifier(spot).make_recovery_codes(&who, at(call), &mut self.rng).unwrap();
        let made = operation.run(&self.shelf);
        let texts = made.iter().flatten().map(|code| code.expose().concat()).collect::<Vec<_>>();
        let foretold = self.ledger.make(call, texts.clone());
        let list = self.hands.papers.len();
        if made.is_ok() {
            self.hands.papers.push((spot.owner, texts));
        }
        self.check(call, Deed::Make { list }, told(&made, |_| Answer::Made), &foretold)
    }

    /// A code of a list, by its number there.
    pub fn recover(
        &mut self,
        spot: Spot,
        purpose: usize,
        code: Option<(usize, usize)>,
        typed: &str,
        decoy: bool,
    ) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let read = RecoveryCode::parse(typed).unwrap();
        let recover = self.verifier(spot).recover(PURPOSES[purpose].0, &who, read, at(call), &mut self.rng).unwrap();
        let person = if decoy { recover.decoy() } else { recover }.run(&self.shelf);
        if let Ok(person) = &person {
            self.tagged(spot.owner, person.subject())?;
        }
        let foretold = self.ledger.recover(call, purpose, typed, decoy);
        self.check(call, Deed::Recover { code, decoy }, told(&person, authenticated), &foretold)
    }

    pub fn revoke(&mut self, spot: Spot, name: usize) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let revoke = self.verifier(spot).revoke(&who, NAMES[name], at(call), &mut self.rng).unwrap();
        let ended = revoke.run(&self.shelf);
        let foretold = self.ledger.revoke(call, name);
        self.kept_up(call, Deed::Revoke { name }, &ended, &foretold)
    }

    pub fn after_restore(&mut self, spot: Spot) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let restored = self.verifier(spot).after_restore(&who, at(call), &mut self.rng).unwrap();
        let restored = restored.run(&self.shelf);
        let foretold = self.ledger.after_restore(call);
        self.kept_up(call, Deed::AfterRestore, &restored, &foretold)
    }

    pub fn close(&mut self, spot: Spot) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let close = self.verifier(spot).close_authenticators(&who, at(call), &mut self.rng).unwrap();
        let closed = close.run(&self.shelf);
        let foretold = self.ledger.close(call);
        self.kept_up(call, Deed::Close, &closed, &foretold)
    }

    pub fn reinstate(&mut self, spot: Spot) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let reinstate = self.verifier(spot).reinstate_authenticators(&who, at(call), &mut self.rng).unwrap();
        let reinstated = reinstate.run(&self.shelf);
        let foretold = self.ledger.reinstate(call);
        self.kept_up(call, Deed::Reinstate, &reinstated, &foretold)
    }

    pub fn status(&mut self, spot: Spot, name: Option<usize>) -> Checked {
        let (call, who) = (self.call(spot), subject(spot.owner));
        let mut look = self.verifier(spot).authenticator_status(&who, at(call)).unwrap();
        if let Some(name) = name {
            look = look.authenticator(NAMES[name]).unwrap();
        }
        let answer = told(&look.run(&self.shelf), sheet);
        let foretold = self.ledger.status(call, name);
        self.check(call, Deed::Status, answer, &foretold)
    }

    fn kept_up(&mut self, call: Call, deed: Deed<'_>, result: &Upkeep, foretold: &Turn) -> Checked {
        self.check(call, deed, told(result, done), foretold)
    }
}

/// What was typed, in whatever format it is.
fn code(typed: &str) -> Code {
    Code::parse(typed, Digits::new(typed.len() as u8).unwrap()).unwrap()
}

//! What takes several operations in a row.

use countersign::Hint;

use super::{Backup, Run, damaged, spot};
use crate::person::answer::Answer;
use crate::person::device::{DEVICES, Device, FEW, OWNED};
use crate::person::people::NAMES;
use crate::person::step::{Damage, Pair, Place, Step, Typed};
use crate::person::world::{Checked, Spot};

impl Run<'_> {
    pub(super) fn ready(&mut self, at: Place, name: usize, device: Device) -> Checked {
        self.enrol(at, name, device, false)?;
        self.confirm(at, name, Typed::Shown)
    }

    pub(super) fn lapse(&mut self, at: Place, name: usize, device: Device, beside: i64) -> Checked {
        self.enrol(at, name, device, false)?;
        if !matches!(self.world.answer, Answer::Enrolling { .. }) {
            return Ok(());
        }
        self.shift(Step::Until { node: at.node, beside });
        self.confirm(at, name, Typed::Shown)
    }

    pub(super) fn come_back(&mut self, at: Place, name: usize, to: usize, lapses: bool, typed: Typed) -> Checked {
        let (_, device) = self.claim(at, name);
        self.world.revoke(spot(at), name)?;
        if lapses {
            self.lapse(at, to, device, 0)?;
        }
        self.enrol(at, to, device, false)?;
        self.confirm(at, to, typed)
    }

    pub(super) fn adrift(&mut self, at: Place, name: usize, by: i64) -> Checked {
        let (_, device) = self.claim(at, name);
        match self.world.hands.ahead.get_mut(device) {
            Some(ahead) if DEVICES[device].kind.is_totp() => *ahead = by,
            _ => (0..by).for_each(|_| self.world.hands.press(device)),
        }
        self.resynchronise(at, name, 0, Pair::Near(0))?;
        self.shift(Step::Wait { seconds: 60 });
        self.authenticate(at, name, 0, Typed::Shown, false)
    }

    pub(super) fn siege(&mut self, at: Place, name: usize, rounds: u8) -> Checked {
        for round in 0..rounds {
            self.authenticate(at, name, 0, Typed::Wrong(u64::from(round) + 1), false)?;
            if let Some(Hint::Wait { .. }) = self.world.answer.hint() {
                self.shift(Step::Until { node: at.node, beside: 0 });
            }
        }
        Ok(())
    }

    pub(super) fn spend(&mut self, at: Place, name: usize) -> Checked {
        self.ready(at, name, FEW)?;
        (0..8).try_for_each(|_| self.authenticate(at, name, 0, Typed::Shown, false))
    }

    pub(super) fn crowd(&mut self, at: Place, from: usize) -> Checked {
        (0..NAMES.len()).try_for_each(|name| self.ready(at, name, (name + from) % OWNED))
    }

    pub(super) fn restored(&mut self, at: Place, name: usize) -> Checked {
        let Some(backup) = self.backup.take() else {
            return Ok(());
        };
        self.restore(backup, at.node)?;
        self.authenticate(at, name, 0, Typed::Used(0), false)?;
        self.authenticate(at, name, 0, Typed::Shown, false)
    }

    /// The last backup comes back over whatever there is, with the time at which the store may forget it.
    fn restore(&mut self, backup: Backup, node: usize) -> Checked {
        let owner = backup.owner;
        let world = &mut self.world;
        world.shelf.restore(&world.keys[&owner], backup.row);
        world.ledger.restore(owner, backup.known);
        world.laws.restore(owner, backup.past);
        world.loses = None;
        world.after_restore(Spot { owner, node })
    }

    pub(super) fn damage(&mut self, how: Damage, mended: bool) -> Checked {
        let world = &mut self.world;
        if world.ledger.is_damaged(0) {
            return Ok(());
        }
        let bytes = |owner| world.keys.get(&owner).and_then(|key| world.shelf.bytes(key));
        let (Some(before), others) = (bytes(0), bytes(1)) else {
            return Ok(());
        };
        let after = damaged(&before, how, others);
        if after == before {
            return Ok(());
        }
        world.shelf.damage(&world.keys[&0], |bytes| bytes.clone_from(&after));
        world.ledger.damage(0);
        world.status(Spot { owner: 0, node: 0 }, None)?;
        if mended {
            world.reinstate(Spot { owner: 0, node: 0 })?;
        }
        Ok(())
    }
}

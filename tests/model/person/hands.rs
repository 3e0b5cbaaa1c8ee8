//! What people and callers have: buttons and clocks, the caller's table of keys, the codes that worked, and lists of
//! recovery codes.

use std::collections::BTreeMap;

use super::device::{Codes, DEVICES, Device, Kind, OWNED};
use super::people::Owner;
use super::step::Typed;
use crate::phone::other;

pub struct Hands<'c> {
    codes: &'c Codes,
    /// The next counter of each token.
    next: [u64; OWNED],
    /// By how many steps each app's clock is ahead.
    pub ahead: [i64; OWNED],
    /// Which key the caller keeps for a name.
    table: BTreeMap<(Owner, usize), Device>,
    accepted: Vec<(Owner, Device, u64)>,
    /// Lists of recovery codes, the newest last.
    pub papers: Vec<(Owner, Vec<String>)>,
}

/// What somebody types, and the counter that it was made with, if it was made with one.
pub struct Entry {
    pub text: String,
    pub counter: Option<u64>,
}

impl<'c> Hands<'c> {
    pub fn new(codes: &'c Codes) -> Self {
        let next = std::array::from_fn(|device| match DEVICES[device].kind {
            Kind::Hotp(first) => first,
            Kind::Totp { .. } => 0,
        });
        let (table, accepted, papers) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { codes, next, ahead: [0; OWNED], table, accepted, papers }
    }

    pub fn keep(&mut self, owner: Owner, name: usize, device: Device) {
        self.table.insert((owner, name), device);
    }

    pub fn device(&self, owner: Owner, name: usize) -> Device {
        self.table.get(&(owner, name)).copied().unwrap_or(name)
    }

    pub fn accepted(&mut self, owner: Owner, device: Device, counter: u64) {
        self.accepted.push((owner, device, counter));
    }

    /// The counter that a device shows at the true time: an app its step, a token the next press of its button.
    pub fn shown(&self, device: Device, clock: u64) -> u64 {
        match DEVICES[device].kind {
            Kind::Hotp(_) => self.next[device],
            kind @ Kind::Totp { .. } => {
                let ahead = self.ahead.get(device).copied().unwrap_or(0);
                kind.step(clock).unwrap_or(0).saturating_add_signed(ahead)
            }
        }
    }

    pub fn press(&mut self, device: Device) {
        if let Some(next) = self.next.get_mut(device) {
            *next = next.saturating_add(1);
        }
    }

    /// A code that somebody types as this device's.
    pub fn typed(&mut self, owner: Owner, device: Device, typed: Typed, clock: u64) -> Entry {
        let shown = self.shown(device, clock);
        let counter = match typed {
            Typed::Shown => {
                self.press(device);
                shown
            }
            Typed::Near(by) => shown.saturating_add_signed(by),
            Typed::Used(back) => {
                let used = self.accepted.iter().rev().filter(|(whose, what, _)| (*whose, *what) == (owner, device));
                used.map(|(_, _, counter)| *counter).nth(back).unwrap_or(shown.saturating_sub(1))
            }
            Typed::Wrong(by) => {
                return Entry { text: other(&self.codes.of(device, shown), by), counter: None };
            }
            Typed::Another(by) => {
                let another = (device + by) % OWNED;
                return Entry { text: self.codes.of(another, self.shown(another, clock)), counter: None };
            }
        };
        Entry { text: self.codes.of(device, counter), counter: Some(counter) }
    }

    /// A recovery code: of the newest list of its owner or one before, or of nobody's.
    pub fn written(&self, owner: Owner, list: usize, number: usize) -> (Option<usize>, String) {
        let mut lists = self.papers.iter().enumerate().rev().filter(|(_, (whose, _))| *whose == owner);
        match lists.nth(list) {
            Some((list, (_, codes))) => (Some(list), codes[number].clone()),
            None => (None, "0".repeat(16)),
        }
    }
}

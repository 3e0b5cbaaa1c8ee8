//! What one subject or one destination has spent: a small record of its own kind, decided with one conditional write.
//!
//! ```text
//! version 1, kind 1, stamp 8, at 5, per 4, used 8, hour 8, day 8, MAC 16
//! ```
//! Numbers are big-endian; the MAC is that of every record, over its key and all before it.

use subtle::ConstantTimeEq as _;

use super::name::Measure;
use super::{HOUR, Limit};
use crate::expiry::DAY;
use crate::keyring::Keyring;
use crate::record::{Fault, Record};
use crate::released::released;
use crate::store::Key;

const VERSION: u8 = 1;
/// Records of challenges are of kind 1, those of authenticators of kind 2.
const KIND: u8 = 3;
const BODY: usize = 43;
const MAC: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Spent {
    /// The time up to which this is brought. It does not go back with a clock.
    at: u64,
    /// The unit of `used`: what a message takes.
    per: u32,
    /// What is in the bucket.
    used: u64,
    /// Money in the hour of the clock that `at` is in.
    hour: u64,
    /// Money in the day that `at` is in.
    day: u64,
}

/// Why a message is not paid for, and the earliest time at which one could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Short {
    pub(super) measure: Measure,
    pub(super) until: u64,
}

impl Spent {
    pub(super) fn new(now: u64) -> Self {
        Self { at: now, ..Self::default() }
    }

    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    /// Brings it to `now`: what drained away, and windows that are over.
    ///
    /// A clock that goes back gives nothing back: time stands still until it is reached again. One that is over a day
    /// off is wrong beyond waiting for, and what it wrote is moved to now with all that was spent.
    pub(super) fn settled(self, limit: &Limit, now: u64) -> Self {
        if self.at > now.saturating_add(DAY) {
            return Self { at: now, ..self };
        }
        let at = self.at.max(now);
        let passed = at.saturating_sub(self.at);
        let (per, used) = match limit.rate {
            Some(rate) => (rate.per(), self.in_units_of(rate.per()).saturating_sub(rate.drained(passed))),
            None => (0, 0),
        };
        let same = |window| self.at / window == at / window;
        Self {
            at,
            per,
            used,
            hour: if same(HOUR) { self.hour } else { 0 },
            day: if same(DAY) { self.day } else { 0 },
        }
    }

    /// Counts a message that costs `price`, if every limit has room for it.
    pub(super) fn charge(&mut self, limit: &Limit, price: u64) -> Result<(), Short> {
        let mut next = *self;
        if let Some(rate) = limit.rate {
            next.used = next.used.saturating_add(rate.unit());
            let over = next.used.saturating_sub(rate.capacity());
            if over > 0 {
                return Err(Short { measure: Measure::Rate, until: self.at.saturating_add(rate.seconds(over)) });
            }
        }
        next.hour = next.hour.saturating_add(price);
        next.day = next.day.saturating_add(price);
        if limit.hour.is_some_and(|ceiling| next.hour > ceiling) {
            return Err(Short { measure: Measure::Hour, until: end_of(HOUR, self.at) });
        }
        if limit.day.is_some_and(|ceiling| next.day > ceiling) {
            return Err(Short { measure: Measure::Day, until: end_of(DAY, self.at) });
        }
        *self = next;
        Ok(())
    }

    /// Takes off a message that was counted at `since` and never left.
    ///
    /// What has drained since then is not given back as well: without that message the bucket might have run empty,
    /// and then nothing would have drained.
    pub(super) fn refund(&mut self, limit: &Limit, price: u64, since: u64) {
        let Some(passed) = self.at.checked_sub(since) else { return };
        if let Some(rate) = limit.rate {
            self.used = self.used.saturating_sub(rate.unit().saturating_sub(rate.drained(passed)));
        }
        if self.at / HOUR == since / HOUR {
            self.hour = self.hour.saturating_sub(price);
        }
        if self.at / DAY == since / DAY {
            self.day = self.day.saturating_sub(price);
        }
    }

    /// The same in another unit, rounded up: a rate that was changed forgives nothing.
    fn in_units_of(&self, per: u32) -> u64 {
        if self.per == 0 || self.per == per {
            return self.used;
        }
        let converted = (u128::from(self.used) * u128::from(per)).div_ceil(u128::from(self.per));
        u64::try_from(converted).unwrap_or(u64::MAX)
    }

    /// Seconds from `now` in which this may not be forgotten: until the bucket is empty and the day over, with a day's
    /// margin.
    fn keep_for(&self, limit: &Limit, now: u64) -> u32 {
        let draining = limit.rate.map_or(0, |rate| rate.seconds(self.used));
        let ahead = self.at.saturating_sub(now);
        let seconds = ahead.saturating_add(draining.max(DAY)).saturating_add(DAY);
        u32::try_from(seconds).unwrap_or(u32::MAX)
    }

    /// The record that says so.
    pub(super) fn seal(&self, keyring: &Keyring, key: &Key, stamp: [u8; 8], limit: &Limit, now: u64) -> Record {
        let at = self.at.to_be_bytes();
        let fields = [VERSION, KIND]
            .into_iter()
            .chain(stamp)
            .chain(at.into_iter().skip(3))
            .chain(self.per.to_be_bytes())
            .chain(self.used.to_be_bytes())
            .chain(self.hour.to_be_bytes())
            .chain(self.day.to_be_bytes());
        let mut bytes = [0; BODY + MAC];
        let (body, mac) = bytes.split_at_mut(BODY);
        body.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
        mac.copy_from_slice(&keyring.record_mac(key, body));
        Record::from_bytes(&bytes).keeping(Some(self.keep_for(limit, now)))
    }

    /// What a record says, if it is one of these.
    pub(super) fn open(keyring: &Keyring, key: &Key, record: &Record) -> Result<Self, Fault> {
        if record.is_over_long() {
            return Err(Fault::Corrupt);
        }
        let (body, mac) = record.as_bytes().split_last_chunk::<MAC>().ok_or(Fault::Corrupt)?;
        if !released(keyring.record_mac(key, body).ct_eq(mac)) {
            return Err(Fault::Corrupt);
        }
        match body.first() {
            Some(&version) if version > VERSION => Err(Fault::Newer),
            _ => Self::read(body).ok_or(Fault::Corrupt),
        }
    }

    fn read(body: &[u8]) -> Option<Self> {
        let body: &[u8; BODY] = body.try_into().ok()?;
        let (head, rest) = body.split_first_chunk::<10>()?;
        if !head.starts_with(&[VERSION, KIND]) {
            return None;
        }
        let (at, rest) = rest.split_first_chunk::<5>()?;
        let (per, rest) = rest.split_first_chunk::<4>()?;
        let ([used, hour, day], []) = rest.as_chunks::<8>() else { return None };
        let at = at.iter().fold(0, |at, byte| (at << 8) | u64::from(*byte));
        let [used, hour, day] = [used, hour, day].map(|bytes| u64::from_be_bytes(*bytes));
        Some(Self { at, per: u32::from_be_bytes(*per), used, hour, day })
    }
}

/// When the window that `at` is in ends.
pub(super) fn end_of(window: u64, at: u64) -> u64 {
    at.saturating_sub(at % window).saturating_add(window)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Rate;
    use crate::keyring::RootKey;
    use proptest::prelude::*;

    /// The beginning of an hour and a day.
    const NOW: u64 = 1_800_057_600;

    fn keyring() -> Keyring {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        Keyring::new(&root(1), &root(2)).unwrap()
    }

    fn limit(rate: Rate) -> Limit {
        Limit::NONE.rate(rate)
    }

    #[test]
    fn a_record_comes_back_and_none_that_was_altered_or_is_of_another_key() {
        let (keyring, key) = (keyring(), Key::from_bytes([7; 32]));
        let limit = limit(Rate::new(3, 60)).day(1_000);
        let mut spent = Spent::new(NOW).settled(&limit, NOW);
        spent.charge(&limit, 900).unwrap();
        let record = spent.seal(&keyring, &key, [9; 8], &limit, NOW);
        assert_eq!(Spent::open(&keyring, &key, &record), Ok(spent));
        assert_eq!(record.keep_for(), Some(172_800));
        assert_eq!(Spent::open(&keyring, &Key::from_bytes([8; 32]), &record), Err(Fault::Corrupt));
        for at in 0..record.as_bytes().len() {
            let mut bytes = record.as_bytes().to_vec();
            bytes[at] ^= 1;
            assert_eq!(Spent::open(&keyring, &key, &Record::from_bytes(&bytes)), Err(Fault::Corrupt), "{at}");
            let cut = Record::from_bytes(&record.as_bytes()[..at]);
            assert_eq!(Spent::open(&keyring, &key, &cut), Err(Fault::Corrupt));
        }
        let authentic = |body: &[u8]| {
            let bytes = [body, &keyring.record_mac(&key, body)].concat();
            Spent::open(&keyring, &key, &Record::from_bytes(&bytes))
        };
        let body = &record.as_bytes()[..BODY];
        assert_eq!(authentic(body), Ok(spent));
        let mut newer = body.to_vec();
        newer[0] = 2;
        assert_eq!(authentic(&newer), Err(Fault::Newer));
        for (at, byte) in [(0, 0), (1, 1), (1, 2)] {
            let mut other = body.to_vec();
            other[at] = byte;
            assert_eq!(authentic(&other), Err(Fault::Corrupt));
        }
        assert_eq!(authentic(&[body, &[0]].concat()), Err(Fault::Corrupt));
    }

    #[test]
    fn a_rate_that_was_changed_forgives_nothing() {
        let (slow, fast) = (limit(Rate::new(5, 3_600)), limit(Rate::new(5, 60)));
        let mut spent = Spent::new(NOW).settled(&slow, NOW);
        (0..5).for_each(|_| spent.charge(&slow, 0).unwrap());
        let mut faster = spent.settled(&fast, NOW);
        assert_eq!(faster.charge(&fast, 0), Err(Short { measure: Measure::Rate, until: NOW + 12 }));
        assert_eq!(faster.settled(&fast, NOW + 12).charge(&fast, 0), Ok(()));
        let odd = limit(Rate::new(1, 7).burst(100));
        assert_eq!(spent.settled(&odd, NOW).used, 35, "five messages are five messages");
    }

    #[test]
    fn a_clock_that_is_over_a_day_off_stops_nobody_for_good_and_gives_nothing_back() {
        let limit = limit(Rate::new(2, 600)).hour(10);
        let mut spent = Spent::new(NOW + 400 * DAY).settled(&limit, NOW + 400 * DAY);
        spent.charge(&limit, 4).unwrap();
        let mut healed = spent.settled(&limit, NOW);
        assert_eq!(healed, Spent { at: NOW, ..spent });
        assert_eq!(healed.charge(&limit, 4), Ok(()));
        assert_eq!(healed.charge(&limit, 0).unwrap_err().until, NOW + 300);
        let near = Spent::new(NOW + DAY).settled(&limit, NOW);
        assert_eq!(near.at, NOW + DAY, "within a day it stands still");
    }

    proptest! {
        /// Whatever is charged and given back, by clocks within a day of each other: from any moment to any later one, no
        /// more leaves than a burst and what came back in that time.
        #[test]
        fn no_sequence_exceeds_burst_and_rate_times_time(
            (count, per, burst) in (1..20_u32, 1..500_u32, 1..12_u32),
            steps in prop::collection::vec((0..4_u8, -600..900_i64, 0..8_usize), 1..120),
        ) {
            let limit = limit(Rate::new(count, per).burst(burst));
            let (mut now, mut latest) = (NOW, NOW);
            let mut spent = Spent::new(now);
            let mut left: std::vec::Vec<(u64, bool)> = std::vec![];
            for (what, by, which) in steps {
                now = now.saturating_add_signed(by).max(latest.saturating_sub(DAY));
                latest = latest.max(now);
                spent = spent.settled(&limit, now);
                let pending = left.iter().enumerate().filter(|(_, it)| it.1).map(|(at, _)| at).nth(which);
                match (what, pending) {
                    (0, Some(at)) => {
                        spent.refund(&limit, 0, left[at].0);
                        left.remove(at);
                    }
                    (1, Some(at)) => left[at].1 = false, // it left, and cannot be given back any more
                    _ => if spent.charge(&limit, 0).is_ok() {
                        left.push((spent.at(), true));
                    },
                }
                let settled = |from: u64| left.iter().filter(|it| it.0 >= from && it.0 <= spent.at()).count() as u64;
                for (from, _) in &left {
                    let most = u64::from(burst) * u64::from(per) + (spent.at() - from) * u64::from(count);
                    prop_assert!(settled(*from) * u64::from(per) <= most, "{} since {from}", settled(*from));
                }
            }
        }

        /// Money of an hour and of a day is never over its ceiling, whatever is given back when.
        #[test]
        fn no_hour_and_no_day_costs_more_than_its_ceiling(
            (hour, day) in (0..100_u64, 0..200_u64),
            steps in prop::collection::vec((0..3_u8, 0..4_000_u64, 0..30_u64, 0..8_usize), 1..120),
        ) {
            let limit = Limit::NONE.hour(hour).day(day);
            let (mut now, mut spent) = (NOW, Spent::new(NOW));
            let mut left: std::vec::Vec<(u64, u64)> = std::vec![];
            for (what, by, price, which) in steps {
                now += by;
                spent = spent.settled(&limit, now);
                if what == 0 && which < left.len() {
                    let (since, price) = left.remove(which);
                    spent.refund(&limit, price, since);
                } else if spent.charge(&limit, price).is_ok() {
                    left.push((now, price));
                }
                for (window, ceiling) in [(HOUR, hour), (DAY, day)] {
                    let cost: u64 = left.iter().filter(|it| it.0 / window == now / window).map(|it| it.1).sum();
                    prop_assert!(cost <= ceiling);
                }
            }
        }

        /// Any authentic numbers: nothing wraps and nothing panics.
        #[test]
        fn whatever_a_record_says_is_judged(
            (at, per, used, hour, day) in (0..1_u64 << 40, any::<u32>(), any::<u64>(), any::<u64>(), any::<u64>()),
            (now, since, price) in (0..1_u64 << 40, any::<u64>(), any::<u64>()),
            (count, length, burst) in (1..u32::MAX, 1..u32::MAX, 1..u32::MAX),
        ) {
            let limit = limit(Rate::new(count, length).burst(burst)).hour(1 << 52).day(u64::MAX);
            let mut spent = Spent { at, per, used, hour, day }.settled(&limit, now);
            let _ = spent.charge(&limit, price);
            spent.refund(&limit, price, since);
            let record = spent.seal(&keyring(), &Key::from_bytes([7; 32]), [9; 8], &limit, now);
            prop_assert!(record.keep_for().is_some());
        }
    }
}

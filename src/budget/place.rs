//! Whom and what a message is charged to, and under which keys that is counted.

use super::name::Scope;
use super::numbering::{costly, country};
use super::zone::{DEPTH, Rule, Zone};
use super::{Budget, Limit};
use crate::expiry::DAY;
use crate::keyring::Keyring;
use crate::recipient::{Recipient, RecipientKind};
use crate::store::{Addition, Key};

/// Places that share their counters: a country, zones, a merchant, and all.
pub(super) const PLACES: usize = DEPTH + 3;

/// Somewhere with a limit.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) scope: Scope,
    pub(super) id: &'a [u8],
    pub(super) limit: Limit,
}

/// What a counter counts: messages of a rate, money, messages sent, approvals.
#[derive(Clone, Copy)]
pub(super) enum Count {
    Rate,
    Money,
    Sent,
    Approved,
}

/// One window of one counter.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) count: Count,
    pub(super) seconds: u64,
    pub(super) index: u64,
}

/// Why a number gets no message, whatever there is to spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unserved {
    Barred,
    Unpriced,
}

impl Place<'_> {
    /// Where conversion is looked at.
    pub(super) fn has_numbers(&self) -> bool {
        matches!(self.scope, Scope::Country | Scope::Prefix)
    }

    /// The key of what is counted here, or of the record of what was spent.
    pub(super) fn key(&self, keyring: &Keyring, budget: &Budget<'_>, window: Option<Window>) -> Key {
        let mut of = [0; 17];
        if let Some(Window { count, seconds, index }) = window {
            let fields = [count.byte()].into_iter().chain(seconds.to_be_bytes()).chain(index.to_be_bytes());
            of.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
        }
        // No spelling of an e-mail address is another mailbox: most servers ignore case.
        let folded = self.scope == Scope::Destination;
        keyring.budget_key(budget.name, self.scope.byte(), &of, (self.id, folded))
    }
}

impl Count {
    const fn byte(self) -> u8 {
        match self {
            Self::Rate => b'r',
            Self::Money => b'm',
            Self::Sent => b's',
            Self::Approved => b'a',
        }
    }
}

impl Window {
    pub(super) fn at(count: Count, seconds: u64, now: u64) -> Self {
        let seconds = seconds.max(1);
        Self { count, seconds, index: now / seconds }
    }

    pub(super) fn before(self) -> Option<Self> {
        Some(Self { index: self.index.checked_sub(1)?, ..self })
    }

    pub(super) const fn start(&self) -> u64 {
        self.index.saturating_mul(self.seconds)
    }

    /// Something to be counted in it: to be kept until the window after it is over too, with a day's margin.
    pub(super) fn addition(&self, key: Key, amount: u64) -> Addition {
        let seconds = self.seconds.saturating_mul(2).saturating_add(DAY);
        Addition::new(key, amount).keeping(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

impl<'a> Budget<'a> {
    /// What a message, or a part of one, to this recipient costs, if it gets one.
    pub(super) fn price(&self, recipient: &Recipient<'_>) -> Result<u64, Unserved> {
        let Some(number) = number(recipient) else { return Ok(0) };
        let covering = || self.zones.iter().filter(|zone| zone.covers(number));
        let rule = covering().filter(|zone| zone.rule().is_some()).max_by_key(|zone| zone.prefix().len());
        let costly = costly(number);
        let (length, rule) = rule.map_or((0, None), |zone| (zone.prefix().len(), zone.rule()));
        if costly > length || rule == Some(Rule::Bar) {
            return Err(Unserved::Barred);
        }
        let voice = recipient.kind() == RecipientKind::Voice;
        let zone = covering().max_by_key(|zone| zone.prefix().len());
        let price = zone.map(|zone| zone.price(voice)).or(self.elsewhere.map(u64::from));
        price.ok_or(Unserved::Unpriced)
    }

    /// The country and the zones of a recipient, as far as they have limits.
    pub(super) fn numbers<'r>(&self, recipient: &Recipient<'r>) -> [Option<Place<'r>>; DEPTH + 1] {
        let mut places = [None; DEPTH + 1];
        let Some(number) = number(recipient) else { return places };
        let of_country = Place { scope: Scope::Country, id: country(number).as_bytes(), limit: self.country };
        let in_zone = |zone: &Zone<'a>| {
            let id = number.get(..zone.prefix().len()).unwrap_or(number).as_bytes();
            Place { scope: Scope::Prefix, id, limit: *zone.limits() }
        };
        let zones = self.zones.iter().filter(|zone| zone.covers(number)).map(in_zone);
        let limited = [of_country].into_iter().chain(zones).filter(|place| !place.limit.is_none());
        places.iter_mut().zip(limited).for_each(|(place, limited)| *place = Some(limited));
        places
    }
}

/// The number, of what has one.
fn number<'r>(recipient: &Recipient<'r>) -> Option<&'r str> {
    match recipient.kind() {
        RecipientKind::Sms | RecipientKind::Voice => Some(recipient.address()),
        RecipientKind::Email | RecipientKind::App => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONES: &[Zone<'_>] = &[
        Zone::new("+1", 10),
        Zone::new("+1876", 400).limit(Limit::NONE.day(9)),
        Zone::new("+44", 40).voice(20).limit(Limit::NONE.day(1)),
        Zone::new("+447", 50).limit(Limit::NONE.day(2)),
        Zone::new("+4473", 50).bar(),
        Zone::new("+88", 900),
        Zone::new("+88162", 1_200).allow(),
        Zone::new("+881622", 1_200).bar(),
    ];

    fn budget() -> Budget<'static> {
        Budget::draft("sms").zones(ZONES).each_country(Limit::NONE.day(3)).build().unwrap()
    }

    fn price(number: &str) -> Result<u64, Unserved> {
        budget().price(&Recipient::sms(number).unwrap())
    }

    #[test]
    fn f70_the_longest_prefix_gives_the_price_and_the_rule() {
        assert_eq!((price("+12125550123"), price("+18765550123")), (Ok(10), Ok(400)));
        assert_eq!((price("+442079460123"), price("+447700900123")), (Ok(40), Ok(50)));
        assert_eq!(price("+447300900123"), Err(Unserved::Barred));
        assert_eq!(price("+4915112345678"), Err(Unserved::Unpriced));
        assert_eq!(budget().price(&Recipient::voice("+442079460123").unwrap()), Ok(20));
        assert_eq!(budget().price(&Recipient::email("a@b.c").unwrap()), Ok(0));
        let elsewhere = Budget::draft("sms").price_elsewhere(7).build().unwrap();
        assert_eq!(elsewhere.price(&Recipient::sms("+4915112345678").unwrap()), Ok(7));
    }

    #[test]
    fn f70_a_price_alone_allows_no_premium_rate_and_no_satellite() {
        assert_eq!(price("+19005550123"), Err(Unserved::Barred), "+1 has a price");
        assert_eq!(price("+88112345678"), Err(Unserved::Barred), "and so has +88");
        assert_eq!(price("+88162345678"), Ok(1_200), "this one is allowed by name");
        assert_eq!(price("+88162234567"), Err(Unserved::Barred), "and a part of it is not");
    }

    #[test]
    fn a_number_is_charged_to_its_country_and_to_each_zone_that_it_is_in() {
        let budget = budget();
        let of = |number: &str| {
            let recipient = Recipient::sms(number).unwrap();
            let places = budget.numbers(&recipient);
            places
                .into_iter()
                .flatten()
                .map(|it| (it.scope, str::from_utf8(it.id).unwrap().to_owned()))
                .collect::<Vec<_>>()
        };
        let places = |places: &[(Scope, &str)]| places.iter().map(|it| (it.0, it.1.to_owned())).collect::<Vec<_>>();
        assert_eq!(of("+12125550123"), places(&[(Scope::Country, "+1")]));
        assert_eq!(of("+18765550123"), places(&[(Scope::Country, "+1876"), (Scope::Prefix, "+1876")]));
        let all = [(Scope::Country, "+44"), (Scope::Prefix, "+44"), (Scope::Prefix, "+447")];
        assert_eq!(of("+447700900123"), places(&all));
        assert!(budget.numbers(&Recipient::email("a@b.c").unwrap()).iter().all(Option::is_none));
    }

    use std::borrow::ToOwned as _;
    use std::vec::Vec;
}

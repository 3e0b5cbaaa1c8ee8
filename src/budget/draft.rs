use super::zone::are_sound;
use super::{Budget, Limit, Zone};
use crate::error::Invalid;

/// When the approvals fall behind the messages: what is spent on numbers that nobody confirms is what a toll fraud
/// earns.
///
/// Where at least `sent` messages left for a prefix in this window and the last, and fewer than `percent` in a hundred
/// of them were approved ([`Verifier::converted`](crate::Verifier::converted) tells), that prefix's limits are divided by
/// `divisor` until it is better or the windows are over.
///
/// ```
/// use countersign::Conversion;
///
/// // Of fifty messages in an hour or two, at least 20 in a hundred; or a tenth of the budget must do.
/// let conversion = Conversion::new(50, 20, 10);
/// let slower = Conversion::new(50, 20, 10).window(6 * 3_600);
/// # let _ = (conversion, slower);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    pub(super) sent: u32,
    pub(super) percent: u8,
    pub(super) divisor: u32,
    pub(super) window: u32,
}

impl Conversion {
    /// Windows of an hour.
    #[must_use]
    pub const fn new(sent: u32, percent: u8, divisor: u32) -> Self {
        Self { sent, percent, divisor, window: 3_600 }
    }

    /// Windows of so many seconds: a minute to a week.
    #[must_use]
    pub const fn window(mut self, seconds: u32) -> Self {
        self.window = seconds;
        self
    }

    const fn is_sound(self) -> bool {
        self.sent > 0 && self.percent > 0 && self.percent <= 100 && self.divisor > 1 && self.has_a_window()
    }

    const fn has_a_window(self) -> bool {
        self.window >= 60 && self.window <= 604_800
    }

    /// Whether so few approvals are too few.
    pub(super) fn is_low(self, sent: u64, approved: u64) -> bool {
        let (sent, approved) = (u128::from(sent), u128::from(approved));
        sent >= u128::from(self.sent) && approved * 100 < sent * u128::from(self.percent)
    }
}

/// A [`Budget`] in the making: plain setters, and one [`build`](BudgetDraft::build) that checks everything.
#[derive(Clone, Copy, Debug)]
#[must_use = "a draft does nothing until it is built"]
pub struct BudgetDraft<'a>(pub(super) Budget<'a>);

impl<'a> BudgetDraft<'a> {
    /// Prices and limits by prefix, ascending as text sorts.
    pub const fn zones(mut self, zones: &'a [Zone<'a>]) -> Self {
        self.0.zones = zones;
        self
    }

    /// What a message to a number costs that is in no zone. Without it such a number has no price, and gets no message:
    /// whoever names only zones serves only those.
    pub const fn price_elsewhere(mut self, price: u32) -> Self {
        self.0.elsewhere = Some(price);
        self
    }

    /// Of each subject, on whatever lane.
    pub const fn each_subject(mut self, limit: Limit) -> Self {
        self.0.subject = limit;
        self
    }

    /// Of each number or address, whoever it belongs to.
    pub const fn each_destination(mut self, limit: Limit) -> Self {
        self.0.destination = limit;
        self
    }

    /// Of each country by itself: its country code, and in North America the area code of a country of its own.
    pub const fn each_country(mut self, limit: Limit) -> Self {
        self.0.country = limit;
        self
    }

    /// Of each merchant that a [`Spend`](crate::Spend) names. Whoever names none shares one.
    pub const fn each_merchant(mut self, limit: Limit) -> Self {
        self.0.merchant = limit;
        self
    }

    /// Of everything together.
    pub const fn total(mut self, limit: Limit) -> Self {
        self.0.total = limit;
        self
    }

    /// Lowers what a country and a zone may spend when too few of its messages are approved.
    pub const fn conversion(mut self, conversion: Conversion) -> Self {
        self.0.conversion = Some(conversion);
        self
    }

    /// Refuses nothing, and says what would have been refused: to try limits on real traffic first.
    ///
    /// It counts as a budget that refuses would: what would have been refused is not charged.
    pub const fn record_only(mut self) -> Self {
        self.0.recording = true;
        self
    }

    /// Checks everything at once.
    ///
    /// # Errors
    /// The [`Invalid`] that names the first fault: [`Invalid::BudgetName`], [`Invalid::Zones`], [`Invalid::Rate`],
    /// [`Invalid::Ceiling`] or [`Invalid::Conversion`].
    pub const fn build(self) -> Result<Budget<'a>, Invalid> {
        let budget = self.0;
        if !is_name(budget.name.as_bytes()) {
            return Err(Invalid::BudgetName);
        }
        if !are_sound(budget.zones) {
            return Err(Invalid::Zones);
        }
        let everywhere = [&budget.subject, &budget.destination, &budget.country, &budget.merchant, &budget.total];
        let mut rest: &[&Limit] = &everywhere;
        while let [limit, later @ ..] = rest {
            if !limit.rate_is_sound() {
                return Err(Invalid::Rate);
            }
            if !limit.ceilings_are_sound() {
                return Err(Invalid::Ceiling);
            }
            rest = later;
        }
        match budget.conversion {
            Some(conversion) if !conversion.is_sound() => Err(Invalid::Conversion),
            _ => Ok(budget),
        }
    }
}

const fn is_name(name: &[u8]) -> bool {
    let mut rest = name;
    while let [byte, later @ ..] = rest {
        if !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        rest = later;
    }
    !name.is_empty() && name.len() <= 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Rate;

    #[test]
    fn build_names_the_first_fault() {
        let draft = Budget::draft("sms");
        assert!(draft.build().is_ok());
        for name in ["", "SMS", "s m s", "a-name-of-more-than-thirty-two-let"] {
            assert_eq!(Budget::draft(name).build().err(), Some(Invalid::BudgetName), "{name}");
        }
        let none = Limit::NONE;
        assert_eq!(draft.zones(&[Zone::new("49", 1)]).build().err(), Some(Invalid::Zones));
        assert_eq!(draft.total(none.rate(Rate::new(0, 1))).build().err(), Some(Invalid::Rate));
        assert_eq!(draft.each_merchant(none.day(1 << 53)).build().err(), Some(Invalid::Ceiling));
        assert!(draft.each_merchant(none.day((1 << 53) - 1).hour(0)).build().is_ok());
        for wrong in [Conversion::new(0, 1, 2), Conversion::new(1, 0, 2), Conversion::new(1, 101, 2)] {
            assert_eq!(draft.conversion(wrong).build().err(), Some(Invalid::Conversion));
        }
        for wrong in [Conversion::new(1, 1, 1), Conversion::new(1, 1, 2).window(59)] {
            assert_eq!(draft.conversion(wrong).build().err(), Some(Invalid::Conversion));
        }
    }

    #[test]
    fn conversion_is_compared_in_integers_at_the_very_border() {
        let fifth = Conversion::new(50, 20, 10);
        assert!(!fifth.is_low(49, 0) && fifth.is_low(50, 0));
        assert!(fifth.is_low(50, 9) && !fifth.is_low(50, 10));
        assert!(!fifth.is_low(u64::MAX, u64::MAX) && fifth.is_low(u64::MAX, 1));
    }
}

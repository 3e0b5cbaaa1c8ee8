use super::Limit;

/// Prefixes with limits that may be inside each other.
pub(super) const DEPTH: usize = 3;

/// What a message to the numbers that begin so costs, and what may be spent there.
///
/// The longest prefix that a number begins with gives the price. Every prefix with a [`Limit`] that it begins with
/// counts: a message to `+44 7700 900123` is paid for by `+44` and by `+447`.
///
/// ```
/// use countersign::{Limit, Rate, Zone};
///
/// // Ascending, as text sorts. Jamaica shares +1 with the United States, and costs forty times as much.
/// const ZONES: &[Zone<'_>] = &[
///     Zone::new("+1", 790),
///     Zone::new("+1876", 31_000).limit(Limit::NONE.rate(Rate::new(20, 3_600))),
///     Zone::new("+49", 9_100).voice(4_200),
///     Zone::new("+88162", 120_000).allow(), // satellite phones of a ship's crew
/// ];
/// # let _ = ZONES;
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Zone<'a> {
    prefix: &'a str,
    price: u64,
    voice: u64,
    limit: Limit,
    rule: Option<Rule>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    Allow,
    Bar,
}

impl<'a> Zone<'a> {
    /// The numbers that begin with `prefix`, in E.164 (`+` and digits), and what a text message to them, or a part of a
    /// long one, costs. [`BudgetDraft::build`](crate::BudgetDraft::build) looks at the prefix.
    #[must_use]
    pub const fn new(prefix: &'a str, price: u32) -> Self {
        let price = price as u64;
        Self { prefix, price, voice: price, limit: Limit::NONE, rule: None }
    }

    /// What a call costs, if it is not the same.
    #[must_use]
    pub const fn voice(mut self, price: u32) -> Self {
        self.voice = price as u64;
        self
    }

    /// What may be spent there in all.
    #[must_use]
    pub const fn limit(mut self, limit: Limit) -> Self {
        self.limit = limit;
        self
    }

    /// Sends there even though such numbers cost whatever their owner likes: premium rate, satellite and the like.
    #[must_use]
    pub const fn allow(mut self) -> Self {
        self.rule = Some(Rule::Allow);
        self
    }

    /// Sends nothing there, but to a longer prefix that is allowed.
    #[must_use]
    pub const fn bar(mut self) -> Self {
        self.rule = Some(Rule::Bar);
        self
    }

    pub(super) const fn price(&self, voice: bool) -> u64 {
        if voice { self.voice } else { self.price }
    }

    pub(super) const fn prefix(&self) -> &'a str {
        self.prefix
    }

    pub(super) const fn limits(&self) -> &Limit {
        &self.limit
    }

    pub(super) const fn rule(&self) -> Option<Rule> {
        self.rule
    }

    pub(super) fn covers(&self, number: &str) -> bool {
        number.starts_with(self.prefix)
    }
}

/// Which numbers somebody serves is not for a log of its own.
impl core::fmt::Debug for Zone<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Zone").field("price", &self.price).field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// Whether these are prefixes of E.164, strictly ascending, and no more than [`DEPTH`] with limits inside each other.
///
/// In this order a prefix comes before those that it covers, and nothing else comes between them.
#[expect(clippy::indexing_slicing, reason = "the depth is at most DEPTH, and over 0 where it is lowered")]
pub(super) const fn are_sound(zones: &[Zone<'_>]) -> bool {
    let mut around = [""; DEPTH];
    let mut depth = 0;
    let mut rest = zones;
    let mut last: &[u8] = &[];
    while let [zone, later @ ..] = rest {
        let prefix = zone.prefix.as_bytes();
        if !is_prefix(prefix)
            || !is_before(last, prefix)
            || !zone.limit.rate_is_sound()
            || !zone.limit.ceilings_are_sound()
        {
            return false;
        }
        while depth > 0 && !begins(prefix, around[depth - 1].as_bytes()) {
            depth -= 1;
        }
        if !zone.limit.is_none() {
            if depth == DEPTH {
                return false;
            }
            around[depth] = zone.prefix;
            depth += 1;
        }
        last = prefix;
        rest = later;
    }
    true
}

/// `+`, a digit that is not 0, and at most 14 digits.
const fn is_prefix(text: &[u8]) -> bool {
    let [b'+', b'1'..=b'9', rest @ ..] = text else { return false };
    let mut rest = rest;
    let fits = rest.len() <= 14;
    while let [digit, later @ ..] = rest {
        if !digit.is_ascii_digit() {
            return false;
        }
        rest = later;
    }
    fits
}

const fn begins(text: &[u8], with: &[u8]) -> bool {
    let (mut text, mut with) = (text, with);
    while let ([a, later @ ..], [b, rest @ ..]) = (text, with) {
        if *a != *b {
            return false;
        }
        (text, with) = (later, rest);
    }
    with.is_empty()
}

const fn is_before(one: &[u8], two: &[u8]) -> bool {
    let (mut one, mut two) = (one, two);
    while let ([a, later @ ..], [b, rest @ ..]) = (one, two) {
        if *a != *b {
            return *a < *b;
        }
        (one, two) = (later, rest);
    }
    one.is_empty() && !two.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: Limit = Limit::NONE.day(1);

    #[test]
    fn prefixes_are_of_e164_and_strictly_ascending() {
        for prefix in ["", "+", "49", "+049", "+4 9", "+49a", "+1234567890123456", "+４９", "++49"] {
            assert!(!are_sound(&[Zone::new(prefix, 1)]), "{prefix:?}");
        }
        let zones =
            |prefixes: &[&'static str]| prefixes.iter().map(|it| Zone::new(it, 1)).collect::<std::vec::Vec<_>>();
        assert!(are_sound(&zones(&["+1", "+123456789012345", "+1876", "+44", "+447", "+45"])));
        assert!(are_sound(&[]));
        for wrong in [&["+44", "+44"][..], &["+45", "+44"], &["+447", "+44"], &["+9", "+10"]] {
            assert!(!are_sound(&zones(wrong)), "{wrong:?}");
        }
    }

    #[test]
    fn only_three_limits_may_be_inside_each_other() {
        let chain = ["+4", "+44", "+447", "+4477"].map(|prefix| Zone::new(prefix, 1).limit(ANY));
        assert!(are_sound(&chain[..3]) && !are_sound(&chain));
        let [a, b, _, d] = chain;
        assert!(are_sound(&[a, b, Zone::new("+447", 1), d]), "one of them only has a price");
        let apart = ["+44", "+441", "+4411", "+442", "+4421", "+45", "+451", "+4511"];
        assert!(are_sound(&apart.map(|prefix| Zone::new(prefix, 1).limit(ANY))));
    }
}

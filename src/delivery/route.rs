use core::fmt;

use crate::error::Invalid;
use crate::recipient::{Recipient, RecipientKind};
use crate::record::LEGS;

/// One way to reach the person: a recipient, and for how long its channel may take to answer.
///
/// ```
/// use countersign::{Leg, Recipient, RecipientKind, UnixTime};
///
/// let phone = Recipient::sms("+4915112345678")?.verified(UnixTime::from_secs(1_750_000_000));
/// let leg = Leg::new(phone).timeout(5);
/// assert_eq!((leg.recipient().kind(), leg.seconds()), (RecipientKind::Sms, 5));
/// # Ok::<(), countersign::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Leg<'a> {
    recipient: Recipient<'a>,
    seconds: u16,
}

impl<'a> Leg<'a> {
    /// For how many seconds a channel may take to answer, unless said otherwise: a gateway that is well answers in one or
    /// two, and nobody looks at a screen for long without asking again.
    pub const SECONDS: u16 = 10;

    /// A leg to this recipient, whose channel may take [`SECONDS`](Self::SECONDS).
    #[must_use]
    pub const fn new(recipient: Recipient<'a>) -> Self {
        Self { recipient, seconds: Self::SECONDS }
    }

    /// Its channel may take so many seconds: 1 to 600. What has not answered by then is
    /// [`Unknown`](crate::Delivery::Unknown).
    #[must_use]
    pub const fn timeout(self, seconds: u16) -> Self {
        Self { seconds, ..self }
    }

    /// Where it goes.
    #[must_use]
    pub const fn recipient(&self) -> &Recipient<'a> {
        &self.recipient
    }

    /// How long its channel may take, in seconds.
    #[must_use]
    pub const fn seconds(&self) -> u16 {
        self.seconds
    }

    fn is(&self, other: &Self) -> bool {
        let (one, two) = (&self.recipient, &other.recipient);
        (one.kind(), one.address()) == (two.kind(), two.address())
    }
}

/// The legs along which a code may travel, in the order in which they are tried. Every recipient is a route of one leg.
///
/// It is whole and fixed when the code is issued: the record keeps a keyed tag of each leg, and every later step names the
/// route again and is refused if a recipient, its kind or the order differs (F39). The time-outs are no part of that: they
/// say how long this server waits, not where a code goes, and a new configuration strands no open challenge.
///
/// Each leg has to be allowed by the purpose's policy, verified and settled, at the issue and again when its turn comes. A
/// code lives as long as the leg with the shortest lifetime allows, so an e-mail at the end lengthens nothing.
///
/// ```
/// use countersign::{Invalid, Leg, Recipient, Route, UnixTime};
///
/// let verified = UnixTime::from_secs(1_750_000_000);
/// let text = Recipient::sms("+4915112345678")?.verified(verified);
/// let call = Recipient::voice("+4915112345678")?.verified(verified);
/// let route = Route::new(&[Leg::new(text).timeout(5), Leg::new(call)])?;
/// assert_eq!(route.legs().count(), 2);
/// assert_eq!(Route::new(&[Leg::new(text), Leg::new(text)]).unwrap_err(), Invalid::Route);
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy)]
pub struct Route<'a> {
    first: Leg<'a>,
    others: [Option<Leg<'a>>; LEGS - 1],
}

impl<'a> Route<'a> {
    /// A route of 1 to 3 legs, each to another recipient, those of one kind next to each other: so whatever comes after a
    /// leg of another kind is none of the kinds before it, by which a message may have left.
    ///
    /// # Errors
    /// [`Invalid::Route`] for another number or order, for a leg that is there twice, and if decoys are mixed with
    /// recipients who exist; [`Invalid::Timeout`] for a time-out that is not 1 to 600 seconds.
    pub fn new(legs: &[Leg<'a>]) -> Result<Self, Invalid> {
        let (first, others) = legs.split_first().ok_or(Invalid::Route)?;
        let mut route = Self { first: *first, others: [None; LEGS - 1] };
        if others.len() > route.others.len() {
            return Err(Invalid::Route);
        }
        route.others.iter_mut().zip(others).for_each(|(place, leg)| *place = Some(*leg));
        let twice = legs.iter().enumerate().any(|(at, leg)| legs.iter().take(at).any(|before| before.is(leg)));
        let kind = |leg: &Leg<'_>| leg.recipient.kind();
        let again = |(at, pair): (usize, &[Leg<'_>])| match pair {
            [one, two] if kind(one) != kind(two) => legs.iter().take(at).any(|before| kind(before) == kind(two)),
            _ => false,
        };
        let apart = legs.windows(2).enumerate().any(again);
        let mixed = others.iter().any(|leg| leg.recipient.is_decoy() != first.recipient.is_decoy());
        if twice || apart || mixed {
            return Err(Invalid::Route);
        }
        if !legs.iter().all(|leg| (1..=600).contains(&leg.seconds)) {
            return Err(Invalid::Timeout);
        }
        Ok(route)
    }

    /// Its legs in order.
    pub fn legs(&self) -> impl Iterator<Item = Leg<'a>> {
        core::iter::once(self.first).chain(self.others.into_iter().flatten())
    }

    /// The leg with this number, the first being 0.
    #[must_use]
    pub fn leg(&self, number: u8) -> Option<Leg<'a>> {
        self.legs().nth(usize::from(number))
    }

    pub(crate) const fn first(&self) -> &Leg<'a> {
        &self.first
    }

    pub(crate) const fn is_decoy(&self) -> bool {
        self.first.recipient.is_decoy()
    }

    /// The next leg after this one that may be tried: any, if nothing left by it; else only one of another kind, because
    /// the message may well be there.
    pub(crate) fn after(&self, number: u8, kind: RecipientKind, nothing_left: bool) -> Option<(u8, Leg<'a>)> {
        let mut later = (0..).zip(self.legs()).skip(usize::from(number) + 1);
        later.find(|(_, leg)| nothing_left || leg.recipient.kind() != kind)
    }
}

impl<'a> From<&Recipient<'a>> for Route<'a> {
    fn from(recipient: &Recipient<'a>) -> Self {
        Self { first: Leg::new(*recipient), others: [None; LEGS - 1] }
    }
}

impl fmt::Debug for Route<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.legs()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_has_one_to_three_legs_none_of_them_twice() {
        let text = |number| Leg::new(Recipient::sms(number).unwrap());
        let four = ["+491", "+492", "+493", "+494"].map(text);
        assert_eq!(Route::new(&[]).unwrap_err(), Invalid::Route);
        assert_eq!(Route::new(&four).unwrap_err(), Invalid::Route);
        assert_eq!(Route::new(&[four[0], four[1], four[0].timeout(3)]).unwrap_err(), Invalid::Route);
        assert_eq!(Route::new(&four[..3]).unwrap().legs().count(), 3);
        let call = Leg::new(Recipient::voice("+491").unwrap());
        assert!(Route::new(&[four[0], call]).is_ok(), "the same number, but a call");
        assert!(Route::new(&[call, four[0], four[1]]).is_ok());
        assert_eq!(Route::new(&[four[0], call, four[1]]).unwrap_err(), Invalid::Route, "back to what may have left");
    }

    #[test]
    fn f32_a_time_out_of_zero_is_an_error_and_none_is_longer_than_a_code_lives() {
        let leg = Leg::new(Recipient::sms("+491").unwrap());
        for (seconds, fits) in [(0, false), (1, true), (600, true), (601, false)] {
            let route = Route::new(&[leg.timeout(seconds)]);
            assert_eq!(route.err(), (!fits).then_some(Invalid::Timeout), "{seconds}");
        }
    }

    #[test]
    fn nobody_is_mixed_with_somebody() {
        let leg = Leg::new(Recipient::sms("+491").unwrap());
        let nobody = |kind| Leg::new(Recipient::decoy(kind));
        assert_eq!(Route::new(&[leg, nobody(RecipientKind::Voice)]).unwrap_err(), Invalid::Route);
        assert!(Route::new(&[nobody(RecipientKind::Sms), nobody(RecipientKind::Voice)]).is_ok());
    }
}

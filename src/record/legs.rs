use subtle::ConstantTimeEq as _;

use crate::keyring::Tag;
use crate::released::released;

/// Legs that a route has at most: a text message, a call, an e-mail.
pub(crate) const LEGS: usize = 3;

/// A challenge's route, fixed when it is issued, as keyed tags of its recipients in order.
///
/// All of them are kept and not one tag of the whole, so that "this was not me" ends a challenge whichever leg reached the
/// one who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Legs {
    /// Zeros behind the last.
    tags: [Tag; LEGS],
    count: u8,
}

impl Legs {
    /// At least one, and the first three.
    pub(crate) fn new(legs: impl IntoIterator<Item = Tag>) -> Self {
        let mut tags = [Tag::default(); LEGS];
        let filled = tags.iter_mut().zip(legs).map(|(place, tag)| *place = tag);
        let count = u8::try_from(filled.count()).unwrap_or(u8::MAX);
        Self { tags, count }
    }

    pub(crate) fn tags(&self) -> &[Tag] {
        self.tags.get(..usize::from(self.count)).unwrap_or_default()
    }

    pub(crate) const fn count(&self) -> u8 {
        self.count
    }

    /// Whether it is this very route.
    pub(crate) fn are(&self, route: &Self) -> bool {
        self.count == route.count && released(self.tags.as_flattened().ct_eq(route.tags.as_flattened()))
    }

    /// Whether some leg goes to that recipient.
    pub(crate) fn reach(&self, recipient: Tag) -> bool {
        self.tags().contains(&recipient)
    }
}

use core::fmt;

use super::{Action, EventKind};
use crate::challenge::Handle;
use crate::keyring::Bound;
use crate::operation::Sheet;
use crate::recipient::RecipientKind;

/// Who wants what done to which challenge, before anything is decided.
///
/// It is public because a seal has to be; nobody can make or read one.
#[derive(Clone, Copy)]
#[expect(unnameable_types, reason = "part of a seal")]
pub struct Facts<'a> {
    pub(super) sheet: &'a Sheet<'a>,
    pub(super) action: Action,
    pub(super) purpose: Option<&'static str>,
    pub(super) handle: Option<&'a Handle>,
    pub(super) bound: Option<&'a Bound>,
    pub(super) channel: Option<RecipientKind>,
}

impl<'a> Facts<'a> {
    pub(crate) const fn new(sheet: &'a Sheet<'a>, action: Action) -> Self {
        Self { sheet, action, purpose: None, handle: None, bound: None, channel: None }
    }

    pub(crate) const fn for_purpose(self, purpose: &'static str) -> Self {
        Self { purpose: Some(purpose), ..self }
    }

    pub(crate) const fn on(self, handle: &'a Handle) -> Self {
        Self { handle: Some(handle), ..self }
    }

    pub(crate) const fn binding(self, bound: &'a Bound) -> Self {
        Self { bound: Some(bound), ..self }
    }

    pub(crate) const fn through(self, channel: RecipientKind) -> Self {
        Self { channel: Some(channel), ..self }
    }
}

impl fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").field("action", &self.action).finish_non_exhaustive()
    }
}

/// What a verdict adds, if it is not a refusal.
#[derive(Clone, Copy, Debug)]
#[expect(unnameable_types, reason = "part of a seal")]
pub struct Done {
    /// The challenge that there is now.
    pub(super) handle: Option<Handle>,
    pub(super) silent: bool,
    pub(super) count: Option<u8>,
    pub(super) corrupt: bool,
    /// Where what was done is of another kind than the action alone would be.
    pub(super) kind: Option<EventKind>,
    /// Which way a message is to go, where the record alone knows.
    pub(super) channel: Option<RecipientKind>,
    pub(super) detail: Option<&'static str>,
}

impl Done {
    pub(crate) const NOTHING: Self =
        Self { handle: None, silent: false, count: None, corrupt: false, kind: None, channel: None, detail: None };
    pub(crate) const CORRUPT: Self = Self { corrupt: true, ..Self::NOTHING };

    pub(crate) const fn delivered(handle: Handle, silent: bool) -> Self {
        Self { handle: Some(handle), silent, ..Self::NOTHING }
    }

    pub(crate) const fn of_kind(kind: EventKind) -> Self {
        Self { kind: Some(kind), ..Self::NOTHING }
    }

    pub(crate) const fn through(self, channel: RecipientKind) -> Self {
        Self { channel: Some(channel), ..self }
    }

    pub(crate) const fn detailed(self, detail: &'static str) -> Self {
        Self { detail: Some(detail), ..self }
    }

    pub(crate) const fn counted(count: u8) -> Self {
        Self { count: Some(count), ..Self::NOTHING }
    }
}

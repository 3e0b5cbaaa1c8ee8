//! What can happen to a person's record.

mod chance;

pub use chance::case;

use super::device::Device;
use crate::shelf::Loss;

/// A sequence in one house.
#[derive(Clone, Debug)]
pub struct Case {
    pub house: usize,
    pub steps: Vec<Step>,
}

/// Whose record, and on which of the two nodes.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub owner: usize,
    pub node: usize,
}

#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// `late`: from the counter that the device shows next, not from its first.
    Enrol {
        at: Place,
        name: usize,
        device: Device,
        late: bool,
    },
    Confirm {
        at: Place,
        name: usize,
        typed: Typed,
    },
    /// Enrols, and confirms with what the device shows.
    Ready {
        at: Place,
        name: usize,
        device: Device,
    },
    /// Enrols, waits until the enrolment ends, to the second or one beside it, and confirms.
    Lapse {
        at: Place,
        name: usize,
        device: Device,
        beside: i64,
    },
    /// Revokes, and enrols the same key again; perhaps it lapses, and is enrolled once more.
    Return {
        at: Place,
        name: usize,
        to: usize,
        lapses: bool,
        typed: Typed,
    },
    Authenticate {
        at: Place,
        name: usize,
        purpose: usize,
        typed: Typed,
        answering: bool,
        times: u8,
    },
    /// With another key than the caller keeps for that name.
    Mistake {
        at: Place,
        name: usize,
        device: Device,
    },
    /// The caller knows of nobody there. `right`: the code of nobody's key.
    Decoy {
        at: Place,
        name: usize,
        purpose: usize,
        right: bool,
        times: u8,
    },
    Resynchronise {
        at: Place,
        name: usize,
        purpose: usize,
        pair: Pair,
    },
    /// The device's clock or counter goes on by so much; it is resynchronised, and used.
    Adrift {
        at: Place,
        name: usize,
        by: i64,
    },
    Make {
        at: Place,
    },
    /// A code of the newest list, or of one before.
    Recover {
        at: Place,
        purpose: usize,
        list: usize,
        number: usize,
        times: u8,
    },
    /// A token with few codes left is enrolled, and used until there is none.
    Spend {
        at: Place,
        name: usize,
    },
    /// Five keys are enrolled, of which the last has no place.
    Crowd {
        at: Place,
        from: usize,
    },
    /// A code that is on no list.
    Guess {
        at: Place,
        decoy: bool,
        times: u8,
    },
    /// A thief who guesses, waits out every lock, and guesses on.
    Siege {
        at: Place,
        name: usize,
        rounds: u8,
    },
    Revoke {
        at: Place,
        name: usize,
    },
    Close {
        at: Place,
    },
    Reinstate {
        at: Place,
    },
    Status {
        at: Place,
        name: Option<usize>,
    },
    Backup {
        owner: usize,
    },
    /// The last backup comes back, somebody runs what has to be run then, and the owner comes along.
    Restore {
        at: Place,
        name: usize,
    },
    /// A button is pressed in a pocket.
    Press {
        device: Device,
        times: u8,
    },
    Wait {
        seconds: u64,
    },
    /// Waits until what the last hint or enrolment named, or a second beside it.
    Until {
        node: usize,
        beside: i64,
    },
    /// Sets a node's clock so far from the true time.
    Skew {
        node: usize,
        offset: i64,
    },
    /// The next write gets lost.
    Lose(Loss),
    /// And perhaps somebody looks into it.
    Damage {
        how: Damage,
        mended: bool,
    },
}

#[derive(Clone, Copy, Debug)]
pub enum Typed {
    /// What the device shows now; a token counts on.
    Shown,
    /// What it showed or will show so many codes from now.
    Near(i64),
    /// What was accepted, counted back from the last.
    Used(usize),
    Wrong(u64),
    /// What another device shows.
    Another(usize),
}

#[derive(Clone, Copy, Debug)]
pub enum Pair {
    /// The code that the device shows and the one after it, so many codes from now.
    Near(i64),
    /// The right codes in the wrong order.
    Turned,
    /// One is left out.
    Gapped,
    /// The last that was accepted, and the one after it.
    Used,
    Wrong,
}

#[derive(Clone, Copy, Debug)]
pub enum Damage {
    Flip(usize),
    Cut(usize),
    /// The other owner's bytes.
    Swap,
    /// The version byte is raised.
    Version,
}

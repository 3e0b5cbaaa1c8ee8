//! What can happen.

mod chance;

pub use chance::case;

use countersign::Delivery;

use crate::people::Name;
use crate::shelf::Loss;

/// A sequence that happens mostly to one record.
#[derive(Clone, Debug)]
pub struct Case {
    pub home: Name,
    pub steps: Vec<Step>,
}

/// Which record, and on which of the two nodes.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The home record unless named.
    pub name: Option<Name>,
    pub node: usize,
}

#[derive(Clone, Copy, Debug)]
pub enum Step {
    Issue {
        at: Place,
        binding: u8,
        route: u8,
        request: Option<u8>,
    },
    /// Waits for the gap if it must, issues, and goes on at once.
    Fresh {
        at: Place,
        binding: u8,
        route: u8,
        then: Then,
    },
    Resend {
        at: Place,
        pick: Pick,
        changed: bool,
        route: Option<u8>,
        new_code: bool,
    },
    /// A channel answered, about the message that is so many before the last.
    Settle {
        at: Place,
        pick: Pick,
        back: usize,
        answer: Delivery,
    },
    /// The server falls back, from any message, from the last or from the one before.
    Onward {
        at: Place,
        pick: Pick,
        changed: bool,
        route: Option<u8>,
        back: Option<usize>,
    },
    Verify {
        at: Place,
        pick: Pick,
        typed: Typed,
        changed: bool,
        times: u8,
    },
    Cancel {
        at: Place,
        pick: Pick,
    },
    Report {
        at: Place,
        pick: Pick,
    },
    Vouch {
        at: Place,
        address: u8,
    },
    Close {
        at: Place,
    },
    Reinstate {
        at: Place,
    },
    Status {
        at: Place,
        pick: Pick,
    },
    /// A thief who guesses, waits out every lock, asks for new codes, and guesses on.
    Siege {
        at: Place,
        rounds: u8,
    },
    Wait {
        seconds: u64,
    },
    /// Waits until something begins or ends, to the second, or one beside it.
    Until {
        node: usize,
        edge: Edge,
        beside: i64,
    },
    /// Sets a node's clock so far from the true time.
    Skew {
        node: usize,
        offset: i64,
    },
    Rotate {
        node: usize,
        ring: usize,
    },
    /// The next write gets lost, or its answer.
    Lose(Loss),
    /// And perhaps somebody looks into it.
    Damage {
        name: Option<Name>,
        how: Damage,
        mended: bool,
    },
}

/// What becomes of a fresh challenge.
#[derive(Clone, Copy, Debug)]
pub enum Then {
    Confirmed,
    Guessed(u8),
    Changed,
    /// The node's keys are rotated, and the code is typed.
    Rotated(usize),
    /// It is sent again, and the last code is typed, or the one before.
    Resent {
        new_code: bool,
        old: bool,
    },
    /// Channels answer one after the other, and the server falls back as soon as it may, or tries too soon; then the code
    /// is typed, or it is the owner who says "this was not me".
    Carried {
        answers: [Option<Delivery>; 3],
        hasty: bool,
        reported: bool,
    },
    /// Five messages in a row do not leave.
    Unserved,
    /// Its owner's guesses lock it, and the server falls back.
    LockedOut,
    /// Its time is over, to the second or one beside it, and the code is typed.
    Lapsed(i64),
    /// Its owner gives it up, or says "this was not me", and the code is typed all the same.
    Cancelled,
    Reported,
    /// The same request comes once more, for the same payment or another.
    Repeated {
        changed: bool,
    },
}

/// Which challenge.
#[derive(Clone, Copy, Debug)]
pub enum Pick {
    /// Of this record, counted back from the newest.
    Own(usize),
    /// Of other records, counted back from the newest.
    Foreign(usize),
    Nobody,
}

#[derive(Clone, Copy, Debug)]
pub enum Typed {
    Right,
    Wrong,
    /// The code of the message before the last one.
    Old,
    /// The newest code of another challenge.
    Another,
}

#[derive(Clone, Copy, Debug)]
pub enum Edge {
    Hint,
    Expiry,
    Resend,
}

#[derive(Clone, Copy, Debug)]
pub enum Damage {
    Flip(usize),
    Cut(usize),
    /// Another record's bytes.
    Swap(Name),
    /// The version byte is raised, as if a later version of the crate had written it; but nobody authenticated that.
    Version,
}

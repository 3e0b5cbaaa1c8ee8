//! What a store is found to break, and what a run has shown.

use core::fmt;
use std::string::String;
use std::vec::Vec;

/// A clause of the contract of [`Store`](crate::Store), or what follows from it. Its `Display` is the clause itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Clause {
    /// A store that is well answers without an error.
    Answers,
    /// Where nothing was written, nothing is loaded.
    NothingFromNothing,
    /// A swap that saw nothing writes only where nothing is stored.
    CreatesOnlyWhenAbsent,
    /// A swap writes only over what is byte for byte what it saw.
    WritesOnlyOverSeen,
    /// A swap that saw a record writes nothing where nothing is stored, and says Stale.
    NothingOverNothing,
    /// A swap that saw what is stored is done.
    SeenIsEnough,
    /// After Done, the record is stored.
    DoneIsWritten,
    /// A swap says Done only if it wrote: that its record is stored already is no reason.
    DoneOnlyByWriting,
    /// After Stale, nothing was written.
    StaleIsUnwritten,
    /// After Stale, a load answers what is stored.
    FreshAfterStale,
    /// A record comes back byte for byte, whatever its bytes, and whatever its length up to 384.
    EveryByte,
    /// Keys that differ in one bit are two keys.
    KeysDiffer,
    /// A swap writes its own key and no other.
    OwnKeyOnly,
    /// Comparing and writing are one step: of many swaps over the same record, one is done.
    OneStep,
    /// A record is kept for as long as it asks to be.
    KeptLongEnough,
    /// A record that is forgotten counts as absent for a swap too.
    ForgottenIsAbsent,
    /// A record that is answered late is judged by its own times.
    LateIsHarmless,
    /// Of any number of verifies with one right code, on any number of verifiers, one is approved.
    OneApproval,
    /// No more guesses are judged than the policy allows.
    JudgedWithinLimit,
    /// What a record has counted stays counted.
    CountsStay,
    /// Nothing is approved unless the write that pays for it landed.
    PaidBeforeRevealed,
    /// An addition that says Added was counted, and names the total that it led to.
    AddedIsCounted,
    /// An addition is counted only if the counter is at most its ceiling afterwards.
    StopsAtTheCeiling,
    /// An addition that fits is counted.
    RoomIsEnough,
    /// After Over, nothing was counted.
    OverIsUncounted,
    /// Comparing and adding are one step: of many additions at once each counts, and names a total of its own.
    AddsInOneStep,
    /// What is given back is taken off, down to 0.
    GivenBackIsTakenOff,
    /// A counter is exact up to 2^53 - 1, and never wraps.
    NothingWraps,
    /// Keys that differ in one bit are two counters.
    CountersApart,
    /// A counter and a record under one key do not meet.
    CountersAreNoRecords,
    /// A counter is kept for as long as its last addition asked.
    CounterIsKept,
    /// The suite itself can run: not the store's clause, but its surroundings'.
    Runs,
}

impl Clause {
    /// Those of a tally.
    pub(super) const OF_A_TALLY: [Self; 11] = [
        Self::Answers,
        Self::AddedIsCounted,
        Self::StopsAtTheCeiling,
        Self::RoomIsEnough,
        Self::OverIsUncounted,
        Self::AddsInOneStep,
        Self::GivenBackIsTakenOff,
        Self::NothingWraps,
        Self::CountersApart,
        Self::CountersAreNoRecords,
        Self::CounterIsKept,
    ];

    /// Those of a store, all but `Runs`.
    const ALL: [Self; 21] = [
        Self::Answers,
        Self::NothingFromNothing,
        Self::CreatesOnlyWhenAbsent,
        Self::WritesOnlyOverSeen,
        Self::NothingOverNothing,
        Self::SeenIsEnough,
        Self::DoneIsWritten,
        Self::DoneOnlyByWriting,
        Self::StaleIsUnwritten,
        Self::FreshAfterStale,
        Self::EveryByte,
        Self::KeysDiffer,
        Self::OwnKeyOnly,
        Self::OneStep,
        Self::KeptLongEnough,
        Self::ForgottenIsAbsent,
        Self::LateIsHarmless,
        Self::OneApproval,
        Self::JudgedWithinLimit,
        Self::CountsStay,
        Self::PaidBeforeRevealed,
    ];
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answers => "a store that is well answers without an error",
            Self::NothingFromNothing => "where nothing was written, nothing is loaded",
            Self::CreatesOnlyWhenAbsent => "a swap that saw nothing writes only where nothing is stored",
            Self::WritesOnlyOverSeen => "a swap writes only over what is byte for byte what it saw",
            Self::NothingOverNothing => {
                "a swap that saw a record writes nothing where nothing is stored, and says Stale"
            }
            Self::SeenIsEnough => "a swap that saw what is stored is done",
            Self::DoneIsWritten => "after Done, the record is stored",
            Self::DoneOnlyByWriting => {
                "a swap says Done only if it wrote: that its record is stored already is no reason"
            }
            Self::StaleIsUnwritten => "after Stale, nothing was written",
            Self::FreshAfterStale => "after Stale, a load answers what is stored",
            Self::EveryByte => {
                "a record comes back byte for byte, whatever its bytes, and whatever its length up to 384"
            }
            Self::KeysDiffer => "keys that differ in one bit are two keys",
            Self::OwnKeyOnly => "a swap writes its own key and no other",
            Self::OneStep => "comparing and writing are one step: of many swaps over the same record, one is done",
            Self::KeptLongEnough => "a record is kept for as long as it asks to be",
            Self::ForgottenIsAbsent => "a record that is forgotten counts as absent for a swap too",
            Self::LateIsHarmless => "a record that is answered late is judged by its own times",
            Self::OneApproval => {
                "of any number of verifies with one right code, on any number of verifiers, one is approved"
            }
            Self::JudgedWithinLimit => "no more guesses are judged than the policy allows",
            Self::CountsStay => "what a record has counted stays counted",
            Self::PaidBeforeRevealed => "nothing is approved unless the write that pays for it landed",
            Self::AddedIsCounted => "an addition that says Added was counted, and names the total that it led to",
            Self::StopsAtTheCeiling => "an addition is counted only if the counter is at most its ceiling afterwards",
            Self::RoomIsEnough => "an addition that fits is counted",
            Self::OverIsUncounted => "after Over, nothing was counted",
            Self::AddsInOneStep => {
                "comparing and adding are one step: of many additions at once each counts, and names a total of its own"
            }
            Self::GivenBackIsTakenOff => "what is given back is taken off, down to 0",
            Self::NothingWraps => "a counter is exact up to 2^53 - 1, and never wraps",
            Self::CountersApart => "keys that differ in one bit are two counters",
            Self::CountersAreNoRecords => "a counter and a record under one key do not meet",
            Self::CounterIsKept => "a counter is kept for as long as its last addition asked",
            Self::Runs => "the suite can run (this is not the store's fault, but its surroundings')",
        })
    }
}

/// A clause that the store breaks, and what was seen. It holds no bytes of a key or a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken {
    /// Which clause.
    pub clause: Clause,
    /// What the suite did, and what the store answered.
    pub seen: String,
}

impl Broken {
    pub(super) fn new(clause: Clause, seen: impl Into<String>) -> Self {
        Self { clause, seen: seen.into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { clause, seen } = self;
        write!(f, "the store breaks its contract, by which {clause}. Seen: {seen}")
    }
}

impl core::error::Error for Broken {}

/// What a run has shown of a store that broke nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The clauses that were put to the test.
    pub checked: Vec<Clause>,
    /// Those that were not, because the suite was not told how to move the store's clock.
    pub unchecked: Vec<Clause>,
}

impl Report {
    pub(super) fn new(clock: bool) -> Self {
        Self::of(&Clause::ALL, &[Clause::KeptLongEnough, Clause::ForgottenIsAbsent], clock)
    }

    /// Of these clauses, of which some need a clock.
    pub(super) fn of(all: &[Clause], timed: &[Clause], clock: bool) -> Self {
        if clock {
            return Self { checked: all.to_vec(), unchecked: Vec::new() };
        }
        let (unchecked, checked) = all.iter().partition(|clause| timed.contains(clause));
        Self { checked, unchecked }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.checked.iter().try_for_each(|clause| writeln!(f, "holds: {clause}"))?;
        self.unchecked.iter().try_for_each(|clause| writeln!(f, "not checked: {clause}"))
    }
}

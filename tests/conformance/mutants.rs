//! Broken stores. Each is caught, blocking and awaited, by the clause that it breaks, whenever it is tried.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use countersign::conformance::{Broken, Clause, Suite};

use crate::model::{Model, Mutant};
use crate::support::block_on;

/// What the suite says of a broken store that blocks, and that is awaited.
fn found(mutant: Mutant) -> [Broken; 2] {
    let model = Model::new(mutant);
    let advance = |seconds| {
        model.now.fetch_add(seconds, Ordering::SeqCst);
    };
    let blocking = Suite::new().clock(advance).check(|| model.open());
    let awaited = block_on(Suite::new().clock(advance).check_async(|| Arc::new(model.open())));
    [blocking, awaited].map(|result| result.expect_err("a broken store passed"))
}

macro_rules! broken_stores {
    ($($name:ident: $mutant:ident breaks $clause:ident;)*) => { $(
        #[test]
        fn $name() {
            for broken in found(Mutant::$mutant) {
                assert_eq!(broken.clause, Clause::$clause, "{broken}");
                assert!(broken.to_string().contains(&Clause::$clause.to_string()), "{broken}");
                assert!(!broken.seen.is_empty());
            }
        }
    )* };
}

broken_stores! {
    ignores_seen: IgnoresSeen breaks WritesOnlyOverSeen;
    upserts_on_create: UpsertsOnCreate breaks CreatesOnlyWhenAbsent;
    upserts_on_swap: UpsertsOnSwap breaks NothingOverNothing;
    last_writer_wins: LastWriterWins breaks WritesOnlyOverSeen;
    reads_then_writes_without_a_lock: ReadsThenWrites breaks OneStep;
    reads_then_writes_failures_without_a_lock: ReadsThenWritesFailures breaks JudgedWithinLimit;
    says_done_on_zero_rows: DoneOnZeroRows breaks DoneOnlyByWriting;
    drops_the_write: DropsTheWrite breaks DoneIsWritten;
    drops_decisions_only: DropsDecisions breaks OneApproval;
    truncates: Truncates breaks EveryByte;
    trims_trailing_zeros: TrimsZeros breaks EveryByte;
    compares_without_trailing_zeros: ComparesTrimmed breaks WritesOnlyOverSeen;
    folds_the_case_of_keys: FoldsCase breaks KeysDiffer;
    shortens_the_keeping: ShortensKeeping breaks KeptLongEnough;
    keeps_by_the_first_write: KeepsTheFirstTime breaks KeptLongEnough;
    forgets_what_is_for_ever: ForgetsForEver breaks KeptLongEnough;
    hides_the_forgotten_from_loads_only: HidesForgotten breaks ForgottenIsAbsent;
    caches_loads: CachesLoads breaks FreshAfterStale;
    writes_the_neighbours_key: WritesTheNeighbour breaks OwnKeyOnly;
    writes_the_neighbours_key_too: SpillsOver breaks OwnKeyOnly;
    says_done_when_stored_equals_next: DoneWhenEqual breaks DoneOnlyByWriting;
    a_driver_that_repeats_the_swap: RepeatsTheSwap breaks StaleIsUnwritten;
    takes_an_empty_record_for_none: EmptyIsAbsent breaks EveryByte;
    takes_none_for_an_empty_record: AbsentIsEmpty breaks NothingFromNothing;
    never_writes_and_says_so: NeverDone breaks SeenIsEnough;
    fails_on_long_records: FailsWhenLong breaks Answers;
}

//! Two handles on one store.

use super::broken::{Broken, Clause};
use super::row::{Row, record};
use super::target::Target;

/// What one handle writes, the other one sees: at once in a swap, and in a load after a Stale.
pub(super) async fn check<T: Target>(one: &T, two: &T) -> Result<(), Broken> {
    let mut here = Row::fresh(one)?;
    let there = here.through(two);
    there.holds(Clause::NothingFromNothing, "before any write").await?;
    for length in 60..64 {
        here.write(&record(length)?).await?;
        let mut there = here.through(two);
        there.refuse(None, &record(8)?, Clause::CreatesOnlyWhenAbsent).await?;
        there.holds(Clause::DoneIsWritten, "a swap through another handle said Done").await?;
        there.write(&record(length)?).await?;
        here.refuse_late(there.stored(), &record(9)?).await?;
        here = there.through(one);
    }
    Ok(())
}

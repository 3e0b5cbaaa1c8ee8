use core::fmt;

/// Why a flash store has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a terminal tells its chip's failures from the store's")]
pub enum FlashStoreError<E> {
    /// The chip failed.
    Flash(E),
    /// The store did.
    Problem(FlashProblem),
}

/// What is wrong with a flash store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlashProblem {
    /// There is no store.
    None,
    /// There is one, and something else than a cut of the power has changed it.
    Damaged,
    /// It holds as many keys as it can.
    Full,
    /// A word does not read as it was programmed: the page is worn out.
    Worn,
}

impl<E> From<FlashProblem> for FlashStoreError<E> {
    fn from(problem: FlashProblem) -> Self {
        Self::Problem(problem)
    }
}

impl fmt::Display for FlashProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "there is no store in the flash",
            Self::Damaged => "the store in the flash is damaged",
            Self::Full => "the store in the flash is full",
            Self::Worn => "the flash is worn out",
        })
    }
}

impl core::error::Error for FlashProblem {}

impl<E: fmt::Display> fmt::Display for FlashStoreError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flash(cause) => write!(f, "the flash failed: {cause}"),
            Self::Problem(problem) => problem.fmt(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for FlashStoreError<E> {}

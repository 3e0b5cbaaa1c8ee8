/// One of the two pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are two")]
pub enum Page {
    /// The first.
    One,
    /// The second.
    Two,
}

impl Page {
    /// The page that this one is not.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::One => Self::Two,
            Self::Two => Self::One,
        }
    }
}

/// Two pages of NOR flash, for the store alone. A page is as many of the chip's blocks as are erased together here.
///
/// Words have 32 bits. Erased, all of them are ones; programming a word makes ones into zeros, and nothing but erasing its
/// page brings them back. The store programs no word twice between two erasures, so chips whose words carry check bits
/// will do as well.
///
/// # A cut of the power
/// The store expects no more of the chip than this: what returned `Ok` is done, and stays done. A word in which the power
/// was cut may read as anything between what it was and what it was to be, *and differently each time*; a page that was
/// being erased may read as anything at all. Neither may disturb another word.
pub trait Flash {
    /// What can go wrong.
    type Error;

    /// Words in a page.
    const WORDS: usize;

    /// The word at `at`, which is less than [`WORDS`](Self::WORDS). If the chip finds a word's check bits torn, this answers
    /// anything, and no error.
    ///
    /// # Errors
    /// If the chip cannot be read.
    fn read(&self, page: Page, at: usize) -> Result<u32, Self::Error>;

    /// Programs an erased word, and returns when it is done.
    ///
    /// # Errors
    /// If it is not known to be done.
    fn program(&mut self, page: Page, at: usize, word: u32) -> Result<(), Self::Error>;

    /// Erases a page, and returns when it is done.
    ///
    /// # Errors
    /// If it is not known to be done.
    fn erase(&mut self, page: Page) -> Result<(), Self::Error>;
}

impl<F: Flash> Flash for &mut F {
    type Error = F::Error;

    const WORDS: usize = F::WORDS;

    fn read(&self, page: Page, at: usize) -> Result<u32, Self::Error> {
        (**self).read(page, at)
    }

    fn program(&mut self, page: Page, at: usize, word: u32) -> Result<(), Self::Error> {
        (**self).program(page, at, word)
    }

    fn erase(&mut self, page: Page) -> Result<(), Self::Error> {
        (**self).erase(page)
    }
}

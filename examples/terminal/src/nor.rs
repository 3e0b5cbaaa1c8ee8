use core::cell::{Cell, RefCell};
use core::fmt;

use crate::flash::{Flash, Page};

/// The power is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to say about it")]
pub struct PowerCut;

impl fmt::Display for PowerCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the power is off")
    }
}

impl core::error::Error for PowerCut {}

/// What a cut of the power leaves of the write that it cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "tests go through all of them")]
pub enum Tear {
    /// Nothing: it had not begun.
    Before,
    /// All of it: only the answer is missing.
    After,
    /// Some of its bits, for good; of a page, garbage.
    Part,
    /// Bits that read differently each time.
    Loose,
}

impl Tear {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Before, Self::After, Self::Part, Self::Loose];
}

#[derive(Clone, Copy, Debug)]
enum Power {
    On,
    Off,
}

/// NOR flash in memory, for tests: two pages of `WORDS` words, and a power supply that can be cut in any write.
#[derive(Clone, Debug)]
pub struct Nor<const WORDS: usize> {
    /// The zeros of each word: nothing, if it is erased. So this lies in no program's image.
    zeros: [[u32; WORDS]; 2],
    /// The bits of each word that read differently each time.
    loose: [[u32; WORDS]; 2],
    dice: Cell<u32>,
    /// Whether a cut is to come, after how many more writes, and how.
    armed: bool,
    spared: u32,
    tear: Tear,
    power: Power,
    was_cut: bool,
    writes: u32,
    erasures: [u32; 2],
    programmed_twice: bool,
}

impl<const WORDS: usize> Nor<WORDS> {
    /// Erased flash, powered. The dice decide what cuts leave.
    #[must_use]
    pub const fn new(dice: u32) -> Self {
        Self {
            zeros: [[0; WORDS]; 2],
            loose: [[0; WORDS]; 2],
            dice: Cell::new(dice),
            armed: false,
            spared: 0,
            tear: Tear::Before,
            power: Power::On,
            was_cut: false,
            writes: 0,
            erasures: [0; 2],
            programmed_twice: false,
        }
    }

    /// Cuts the power in the write (an erasure is one too) after `spared` more. Each cut has dice of its own.
    pub fn cut_after(&mut self, spared: u32, tear: Tear) {
        (self.armed, self.spared, self.tear) = (true, spared, tear);
        self.dice.set(self.dice.get() ^ spared.wrapping_mul(0x9e37_79b9));
        self.was_cut = false;
    }

    /// Turns the power on, for good.
    pub const fn power_on(&mut self) {
        self.power = Power::On;
        self.armed = false;
    }

    /// Whether the power was cut, since the last [`cut_after`](Self::cut_after).
    #[must_use]
    pub const fn was_cut(&self) -> bool {
        self.was_cut
    }

    /// Writes so far.
    #[must_use]
    pub const fn writes(&self) -> u32 {
        self.writes
    }

    /// How often each page was erased.
    #[must_use]
    pub const fn erasures(&self) -> [u32; 2] {
        self.erasures
    }

    /// Whether a word was programmed that was not erased: chips with check bits do not take that.
    #[must_use]
    pub const fn was_programmed_twice(&self) -> bool {
        self.programmed_twice
    }

    /// Inverts bits of a word, as age or radiation does.
    pub fn rot(&mut self, page: Page, at: usize, bits: u32) {
        if let Some(word) = of(&mut self.zeros, page).get_mut(at) {
            *word ^= bits;
        }
    }

    /// How this write goes: `None` is well.
    const fn meter(&mut self) -> Result<Option<Tear>, PowerCut> {
        if matches!(self.power, Power::Off) {
            return Err(PowerCut);
        }
        self.writes += 1;
        if !self.armed {
            return Ok(None);
        }
        if let Some(spared) = self.spared.checked_sub(1) {
            self.spared = spared;
            return Ok(None);
        }
        (self.armed, self.power, self.was_cut) = (false, Power::Off, true);
        Ok(Some(self.tear))
    }

    /// Marsaglia's xorshift: no randomness, and none is needed.
    fn throw(&self) -> u32 {
        let mut dice = self.dice.get() | 1;
        dice ^= dice << 13;
        dice ^= dice >> 17;
        dice ^= dice << 5;
        self.dice.set(dice);
        dice
    }
}

impl<const WORDS: usize> Flash for Nor<WORDS> {
    type Error = PowerCut;

    const WORDS: usize = WORDS;

    fn read(&self, page: Page, at: usize) -> Result<u32, PowerCut> {
        if matches!(self.power, Power::Off) {
            return Err(PowerCut);
        }
        let [zeros, loose] = [&self.zeros, &self.loose].map(|pages| place(pages, page).get(at).copied());
        let (zeros, loose) = (zeros.unwrap_or_default(), loose.unwrap_or_default());
        if loose == 0 {
            return Ok(!zeros);
        }
        // As it was, as it was to be, or anything between.
        let read = match self.throw() % 4 {
            0 => 0,
            1 => loose,
            _ => self.throw() & loose,
        };
        Ok(!(zeros ^ read))
    }

    fn program(&mut self, page: Page, at: usize, new: u32) -> Result<(), PowerCut> {
        let tear = self.meter()?;
        let thrown = self.throw();
        let (Some(zeros), Some(loose)) =
            (of(&mut self.zeros, page).get_mut(at), of(&mut self.loose, page).get_mut(at))
        else {
            return Err(PowerCut);
        };
        self.programmed_twice |= *zeros != 0;
        match tear {
            None | Some(Tear::After) => (*zeros, *loose) = (*zeros | !new, *loose & new),
            Some(Tear::Before) => {}
            Some(Tear::Part) => *zeros |= !new & thrown,
            Some(Tear::Loose) => *loose |= !new & !*zeros,
        }
        tear.map_or(Ok(()), |_| Err(PowerCut))
    }

    fn erase(&mut self, page: Page) -> Result<(), PowerCut> {
        let tear = self.meter()?;
        *of(&mut self.erasures, page) += 1;
        match tear {
            Some(Tear::Before) => {}
            Some(Tear::Part) => {
                for at in 0..WORDS {
                    let garbage = self.throw();
                    self.rot(page, at, garbage);
                }
            }
            Some(Tear::Loose) => *of(&mut self.loose, page) = *of(&mut self.zeros, page),
            None | Some(Tear::After) => {
                of(&mut self.zeros, page).fill(0);
                of(&mut self.loose, page).fill(0);
            }
        }
        tear.map_or(Ok(()), |_| Err(PowerCut))
    }
}

impl<const WORDS: usize> Flash for &RefCell<Nor<WORDS>> {
    type Error = PowerCut;

    const WORDS: usize = WORDS;

    fn read(&self, page: Page, at: usize) -> Result<u32, PowerCut> {
        self.borrow().read(page, at)
    }

    fn program(&mut self, page: Page, at: usize, word: u32) -> Result<(), PowerCut> {
        self.borrow_mut().program(page, at, word)
    }

    fn erase(&mut self, page: Page) -> Result<(), PowerCut> {
        self.borrow_mut().erase(page)
    }
}

const fn place<T>([one, two]: &[T; 2], page: Page) -> &T {
    match page {
        Page::One => one,
        Page::Two => two,
    }
}

const fn of<T>([one, two]: &mut [T; 2], page: Page) -> &mut T {
    match page {
        Page::One => one,
        Page::Two => two,
    }
}

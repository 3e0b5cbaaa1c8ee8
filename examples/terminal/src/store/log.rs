use countersign::{Key, Record, Swap};

use super::entry::{self, Checksum, Entry};
use super::error::{FlashProblem, FlashStoreError};
use super::header::{self, COPIES, COPY, FIRST};
use crate::flash::{Flash, Page};

const ERASED: u32 = u32::MAX;

/// What is in the two pages.
pub(super) struct Log<F> {
    flash: F,
    /// Nothing before the pages were looked at, and after a write that may have failed.
    place: Option<Place>,
}

/// The page in use, and where its next entry goes.
#[derive(Clone, Copy)]
struct Place {
    page: Page,
    sequence: u16,
    end: usize,
}

type Answer<T, F> = Result<T, FlashStoreError<<F as Flash>::Error>>;

impl<F: Flash> Log<F> {
    pub(super) const KEYS: usize = F::WORDS.saturating_sub(FIRST) / entry::LONGEST;

    pub(super) fn format(flash: F) -> Answer<Self, F> {
        let mut log = Self { flash, place: None };
        log.erase(Page::One)?;
        log.erase(Page::Two)?;
        let place = Place { page: Page::One, sequence: 0, end: FIRST };
        log.put_header(place, 0)?;
        log.place = Some(place);
        Ok(log)
    }

    pub(super) fn open(flash: F) -> Answer<Self, F> {
        let mut log = Self { flash, place: None };
        log.place()?;
        Ok(log)
    }

    pub(super) fn load(&mut self, key: &Key) -> Answer<Option<Record>, F> {
        let place = self.place()?;
        match self.find(place, key)? {
            Some(entry) => self.record(place.page, entry).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn swap(&mut self, key: &Key, seen: Option<&Record>, next: &Record) -> Answer<Swap, F> {
        let place = self.place()?;
        let stored = self.load(key)?;
        if stored.as_ref().map(Record::as_bytes) != seen.map(Record::as_bytes) {
            return Ok(Swap::Stale);
        }
        if stored.is_none() && self.keys(place)? >= Self::KEYS {
            return Err(FlashProblem::Full.into());
        }
        let entry = Entry { at: place.end, length: next.as_bytes().len() };
        self.place = None;
        self.place = Some(if entry.end() <= F::WORDS {
            self.append(place, key, next)?
        } else {
            self.renew(place, Some((key, next)))?
        });
        Ok(Swap::Done)
    }

    /// Where things are. The first time, and after a write that may have failed, everything is copied: the power may have
    /// been cut in the last word, which would then read as it likes for as long as it is there.
    fn place(&mut self) -> Answer<Place, F> {
        if let Some(place) = self.place {
            return Ok(place);
        }
        let (page, sequence) = self.newest()?;
        let place = Place { page, sequence, end: self.end(page)? };
        self.confirm(place)?;
        let place = self.renew(place, None)?;
        self.place = Some(place);
        Ok(place)
    }

    /// The page in use, and its sequence number.
    fn newest(&self) -> Answer<(Page, u16), F> {
        match (self.sequence(Page::One)?, self.sequence(Page::Two)?) {
            (None, None) => Err(FlashProblem::None.into()),
            (Some(one), None) => Ok((Page::One, one)),
            (None, Some(two)) => Ok((Page::Two, two)),
            (Some(one), Some(two)) if one == two.wrapping_add(1) => Ok((Page::One, one)),
            (Some(one), Some(two)) if two == one.wrapping_add(1) => Ok((Page::Two, two)),
            _ => Err(FlashProblem::Damaged.into()),
        }
    }

    /// The sequence number of a page whose header was written, in whichever copy.
    fn sequence(&self, page: Page) -> Answer<Option<u16>, F> {
        for copy in 0..COPIES {
            if let Some(sequence) = header::read(self.copy_of_header(page, copy)?) {
                return Ok(Some(sequence));
            }
        }
        Ok(None)
    }

    fn copy_of_header(&self, page: Page, copy: usize) -> Answer<[u32; COPY], F> {
        Ok([self.read(page, COPY * copy)?, self.read(page, COPY * copy + 1)?])
    }

    /// Writes one more copy of the header, before the other page is erased for good: the power may have been cut in the
    /// one that was just read. If none is free, it was cut in each of them, one after the other, and one was readable.
    fn confirm(&mut self, place: Place) -> Answer<(), F> {
        for copy in 0..COPIES {
            if self.copy_of_header(place.page, copy)? == [ERASED; COPY] {
                return self.put_header(place, copy);
            }
        }
        Ok(())
    }

    /// Copies the newest entry of each key into the other page, `next` in the place of its key's; then that page is in use.
    fn renew(&mut self, from: Place, next: Option<(&Key, &Record)>) -> Answer<Place, F> {
        let mut to = Place { page: from.page.other(), sequence: from.sequence.wrapping_add(1), end: FIRST };
        self.erase(to.page)?;
        let mut at = FIRST;
        while at < from.end {
            let entry = self.entry(from.page, at)?;
            let key = self.key(from.page, entry)?;
            if next.is_none_or(|(replaced, _)| *replaced != key) && self.is_newest(from, entry, &key)? {
                let record = self.record(from.page, entry)?;
                to = self.append(to, &key, &record)?;
            }
            at = entry.end();
        }
        if let Some((key, record)) = next {
            to = self.append(to, key, record)?;
        }
        self.put_header(to, 0)?;
        Ok(to)
    }

    fn append(&mut self, place: Place, key: &Key, record: &Record) -> Answer<Place, F> {
        let mut checksum = Checksum::new();
        let mut end = place.end;
        for word in entry::words(key, record) {
            checksum.add(word);
            self.put(place.page, end, word)?;
            end += 1;
        }
        self.put(place.page, end, checksum.finish())?;
        Ok(Place { end: end + 1, ..place })
    }

    fn put_header(&mut self, place: Place, copy: usize) -> Answer<(), F> {
        for (word, at) in header::write(place.sequence).into_iter().zip(COPY * copy..) {
            self.put(place.page, at, word)?;
        }
        Ok(())
    }

    fn put(&mut self, page: Page, at: usize, word: u32) -> Answer<(), F> {
        self.flash.program(page, at, word).map_err(FlashStoreError::Flash)?;
        if self.read(page, at)? == word { Ok(()) } else { Err(FlashProblem::Worn.into()) }
    }

    fn erase(&mut self, page: Page) -> Answer<(), F> {
        self.flash.erase(page).map_err(FlashStoreError::Flash)
    }

    fn read(&self, page: Page, at: usize) -> Answer<u32, F> {
        self.flash.read(page, at).map_err(FlashStoreError::Flash)
    }

    /// The newest entry of a key. Every entry is checked on the way, since one whose key has rotted would be nobody's.
    fn find(&self, place: Place, key: &Key) -> Answer<Option<Entry>, F> {
        let (mut found, mut at) = (None, FIRST);
        while at < place.end {
            let entry = self.written(place.page, at)?.ok_or(FlashProblem::Damaged)?;
            if self.key(place.page, entry)? == *key {
                found = Some(entry);
            }
            at = entry.end();
        }
        Ok(found)
    }

    /// How many keys have an entry.
    fn keys(&self, place: Place) -> Answer<usize, F> {
        let (mut keys, mut at) = (0, FIRST);
        while at < place.end {
            let entry = self.entry(place.page, at)?;
            let key = self.key(place.page, entry)?;
            keys += usize::from(self.is_newest(place, entry, &key)?);
            at = entry.end();
        }
        Ok(keys)
    }

    fn is_newest(&self, place: Place, entry: Entry, key: &Key) -> Answer<bool, F> {
        let mut at = entry.end();
        while at < place.end {
            let later = self.entry(place.page, at)?;
            if self.key(place.page, later)? == *key {
                return Ok(false);
            }
            at = later.end();
        }
        Ok(true)
    }

    /// Where the entries of a page end, of which the last may be torn.
    fn end(&self, page: Page) -> Answer<usize, F> {
        let mut end = FIRST;
        while let Some(entry) = self.written(page, end)? {
            end = entry.end();
        }
        Ok(end)
    }

    /// The entry at `at`, if it was written to its end.
    ///
    /// If not, it is the last, and was torn: its checksum, which comes last, still has all ones that it had to have, and
    /// nothing follows. Everything else is damage: to take it for a torn entry would be to forget what comes after it.
    fn written(&self, page: Page, at: usize) -> Answer<Option<Entry>, F> {
        if at >= F::WORDS {
            return Ok(None);
        }
        let Some(length) = entry::length(self.read(page, at)?) else {
            return self.nothing_from(page, at + 1);
        };
        let entry = Entry { at, length };
        if length > Record::LONGEST || entry.end() > F::WORDS {
            return Err(FlashProblem::Damaged.into());
        }
        let mut checksum = Checksum::new();
        for at in at..entry.checksum() {
            checksum.add(self.read(page, at)?);
        }
        let (computed, stored) = (checksum.finish(), self.read(page, entry.checksum())?);
        if stored == computed {
            return Ok(Some(entry));
        }
        if stored & computed != computed {
            return Err(FlashProblem::Damaged.into());
        }
        self.nothing_from(page, entry.end())
    }

    fn nothing_from(&self, page: Page, first: usize) -> Answer<Option<Entry>, F> {
        for at in first..F::WORDS {
            if self.read(page, at)? != ERASED {
                return Err(FlashProblem::Damaged.into());
            }
        }
        Ok(None)
    }

    /// The entry at `at`, which was found to be one.
    fn entry(&self, page: Page, at: usize) -> Answer<Entry, F> {
        let length = entry::length(self.read(page, at)?).ok_or(FlashProblem::Damaged)?;
        Ok(Entry { at, length })
    }

    fn key(&self, page: Page, entry: Entry) -> Answer<Key, F> {
        let mut key = [0; 32];
        self.read_into(page, entry.key(), &mut key)?;
        Ok(Key::from_bytes(key))
    }

    fn record(&self, page: Page, entry: Entry) -> Answer<Record, F> {
        let mut bytes = [0; Record::LONGEST];
        let bytes = bytes.get_mut(..entry.length).ok_or(FlashProblem::Damaged)?;
        self.read_into(page, entry.record(), bytes)?;
        Ok(Record::from_bytes(bytes))
    }

    fn read_into(&self, page: Page, first: usize, bytes: &mut [u8]) -> Answer<(), F> {
        for (place, at) in bytes.chunks_mut(4).zip(first..) {
            let word = self.read(page, at)?.to_le_bytes();
            place.iter_mut().zip(word).for_each(|(place, byte)| *place = byte);
        }
        Ok(())
    }
}

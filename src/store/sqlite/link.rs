//! One connection: opened with every setting that the contract needs, and read back.

use core::cell::Cell;
use core::time::Duration;
use std::string::String;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, ToSql, Transaction, TransactionBehavior};

use super::SqliteProblem;
use super::doubt::Doubts;
use super::error::Fault;
use super::place::{Identity, Place};
use super::statement::{APPLICATION, Statements, VERSION};

/// Statements that are kept prepared: all that one table has, and room to spare.
const KEPT: usize = 16;

/// How long to wait before asking again for what SQLite does not wait for by itself.
const PAUSE: Duration = Duration::from_millis(5);

/// How long what is read may rest on an earlier look at the path: by the time that a caller uses it, it is as old anyway.
const TRUST: Duration = Duration::from_millis(1);

/// What every connection of a store has in common.
pub(super) struct Plan {
    pub(super) place: Place,
    pub(super) statements: Arc<Statements>,
    pub(super) patience: Duration,
    pub(super) doubts: Doubts,
}

impl Plan {
    pub(super) fn new(place: Place, statements: Statements, patience: Duration) -> Self {
        Self { place, statements: Arc::new(statements), patience, doubts: Doubts::default() }
    }
}

/// What a connection is lent for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Reading,
    Writing,
}

/// A connection, and the file that it is connected to.
pub(super) struct Link {
    connection: Connection,
    file: Identity,
    log: Option<Identity>,
    /// When the path was last seen to name both, and how many doubts there had been until then.
    looked: Cell<Option<(Instant, u64)>>,
}

/// Whose file it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    Us,
}

impl Link {
    /// Makes what is missing, once, when a store is opened.
    pub(super) fn found(plan: &Plan) -> Result<Self, Fault> {
        plan.place.create()?;
        let mut link = Self::connect(plan)?;
        link.at_once(Self::owner)?;
        link.write_ahead(plan.patience)?;
        link.durable()?;
        link.make(&plan.statements)?;
        link.at_once(|link| link.inspect(&plan.statements))?;
        link.log = Some(plan.place.log()?);
        Ok(link)
    }

    /// Opens what was there: a file that has vanished since is not made again, because that would refund every attempt.
    pub(super) fn open(plan: &Plan) -> Result<Self, Fault> {
        let mut link = Self::connect(plan)?;
        if link.journal()? != "wal" {
            return Err(SqliteProblem::Foreign.into());
        }
        link.durable()?;
        link.at_once(|link| link.inspect(&plan.statements))?;
        link.log = Some(plan.place.log()?);
        Ok(link)
    }

    /// Begins a transaction that writes, and is rolled back if it is not committed.
    pub(super) fn begin(&self) -> Result<Transaction<'_>, Fault> {
        Ok(Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?)
    }

    /// Runs a kept statement; answers how many rows it wrote.
    pub(super) fn execute(&self, sql: &str, values: &[&dyn ToSql]) -> Result<usize, Fault> {
        Ok(self.connection.prepare_cached(sql)?.execute(values)?)
    }

    /// Runs a kept statement that answers at most one row of one value.
    pub(super) fn look<T>(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        // The table is STRICT; were there anything but bytes, it would be no record, and by no means nothing.
        let bytes = row.get_ref(0)?.as_bytes().unwrap_or_default();
        Ok(Some(read(bytes)))
    }

    /// Runs a kept statement that answers at most one row of one number, to its end: what it writes is committed when it has
    /// no more to say.
    pub(super) fn number(&self, sql: &str, values: &[&dyn ToSql]) -> Result<Option<i64>, Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let number = rows.next()?.map(|row| row.get(0)).transpose()?;
        while rows.next()?.is_some() {}
        Ok(number)
    }

    /// Whether what was read or written is in the file that the path names, and in the log beside it.
    ///
    /// What was written is looked at each time. What was read may rest on a look of a moment ago, unless there was a doubt
    /// since: after an error it is a load that says whether a write landed, and that one looks by itself.
    pub(super) fn confirm(&self, plan: &Plan, used: Use) -> Result<(), Fault> {
        let (now, doubts) = (Instant::now(), plan.doubts.count());
        let rests = |(at, then): (Instant, u64)| then == doubts && now.duration_since(at) < TRUST;
        if used == Use::Reading && self.looked.get().is_some_and(rests) {
            return Ok(());
        }
        plan.place.confirm(self.file)?;
        if self.log != Some(plan.place.log()?) {
            return Err(SqliteProblem::LogLost.into());
        }
        self.looked.set(Some((now, doubts)));
        Ok(())
    }

    fn connect(plan: &Plan) -> Result<Self, Fault> {
        let file = plan.place.check()?;
        let flags =
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let connection = Connection::open_with_flags(plan.place.path(), flags)?;
        connection.busy_timeout(plan.patience)?;
        connection.set_prepared_statement_cache_capacity(KEPT);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        plan.place.confirm(file)?;
        // SQLite falls back to reading, without a word, where it may not write.
        if connection.is_readonly(rusqlite::MAIN_DB)? {
            return Err(SqliteProblem::ReadOnly.into());
        }
        Ok(Self { connection, file, log: None, looked: Cell::new(None) })
    }

    /// Reads the same state throughout: between two statements another process may make the table.
    fn at_once<T>(&self, read: impl FnOnce(&Self) -> Result<T, Fault>) -> Result<T, Fault> {
        let _rolled_back = self.connection.unchecked_transaction()?;
        read(self)
    }

    /// To be asked in one transaction, since it takes several statements.
    fn owner(&self) -> Result<Owner, Fault> {
        let objects: i64 = self.ask("SELECT count(*) FROM sqlite_schema")?;
        match (self.ask("PRAGMA application_id")?, self.ask("PRAGMA user_version")?) {
            (APPLICATION, VERSION) => Ok(Owner::Us),
            (APPLICATION, version) if version > VERSION => Err(SqliteProblem::Newer.into()),
            (0, 0) if objects == 0 => Ok(Owner::Nobody),
            _ => Err(SqliteProblem::Foreign.into()),
        }
    }

    /// Puts the file into WAL mode, for good. SQLite itself does not wait here for another process that does the same.
    fn write_ahead(&self, patience: Duration) -> Result<(), Fault> {
        let start = Instant::now();
        loop {
            match self.ask::<String>("PRAGMA journal_mode = WAL") {
                Ok(mode) if mode == "wal" => return Ok(()),
                Ok(_) => return Err(SqliteProblem::Settings.into()),
                Err(cause) if cause.0.problem() == SqliteProblem::Busy && start.elapsed() < patience => {
                    thread::sleep(PAUSE);
                }
                Err(cause) => return Err(cause),
            }
        }
    }

    fn journal(&self) -> Result<String, Fault> {
        self.ask("PRAGMA journal_mode")
    }

    /// Every commit is on the disk before it is answered. On macOS only a full fsync reaches the disk.
    fn durable(&self) -> Result<(), Fault> {
        const FULL: i64 = 2;
        for setting in ["synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON", "cell_size_check = ON"] {
            self.connection.execute_batch(&std::format!("PRAGMA {setting}"))?;
        }
        let kept = self.ask::<i64>("PRAGMA synchronous")? == FULL && self.ask::<i64>("PRAGMA fullfsync")? == 1;
        if kept { Ok(()) } else { Err(SqliteProblem::Settings.into()) }
    }

    /// Makes the tables, unless another process was quicker; and only in a file that is still nobody's or ours. One that an
    /// earlier version made has records alone.
    fn make(&self, statements: &Statements) -> Result<(), Fault> {
        let Statements { tally, .. } = statements;
        if self.has(&statements.name)? && self.has(&tally.name)? {
            return Ok(());
        }
        let change = self.begin()?;
        self.owner()?;
        for (name, table, index) in
            [(&statements.name, &statements.table, &statements.index), (&tally.name, &tally.table, &tally.index)]
        {
            if !self.has(name)? {
                change.execute_batch(table)?;
                change.execute_batch(index)?;
            }
        }
        change.pragma_update(None, "application_id", APPLICATION)?;
        change.pragma_update(None, "user_version", VERSION)?;
        Ok(change.commit()?)
    }

    fn has(&self, name: &str) -> Result<bool, Fault> {
        Ok(self.connection.query_row(TABLES, [name], |row| row.get::<_, i64>(0))? > 0)
    }

    /// The tables must be exactly those that this version makes: no other collation, no trigger that undoes a write.
    fn inspect(&self, statements: &Statements) -> Result<(), Fault> {
        let Statements { tally, .. } = statements;
        let sound = self.is_made(&statements.name, &statements.table)? && self.is_made(&tally.name, &tally.table)?;
        if self.owner()? == Owner::Us && sound { Ok(()) } else { Err(SqliteProblem::Foreign.into()) }
    }

    fn is_made(&self, name: &str, as_by: &String) -> Result<bool, Fault> {
        let table = self.connection.query_row(TABLE, [name], |row| row.get::<_, String>(0)).optional()?;
        let triggers: i64 = self.connection.query_row(TRIGGERS, [name], |row| row.get(0))?;
        Ok(table.as_ref() == Some(as_by) && triggers == 0)
    }

    fn ask<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<T, Fault> {
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }
}

const TABLES: &str = "SELECT count(*) FROM sqlite_schema WHERE name = ?1";
const TABLE: &str = "SELECT sql FROM sqlite_schema WHERE name = ?1 AND type = 'table'";
const TRIGGERS: &str = "SELECT count(*) FROM sqlite_schema WHERE tbl_name = ?1 AND type = 'trigger'";

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::{AtomicBool, Ordering};
    use std::path::PathBuf;
    use std::{env, format, fs, process};

    const EDITS: usize = 1_000;

    /// A file that becomes this store's, and nobody's again, over and over: it is never taken for somebody else's.
    #[test]
    fn a_file_in_the_making_is_nobodys_or_ours() {
        let (directory, plan) = private("making");
        let maker = Link::found(&plan).unwrap();
        let watcher = Link::open(&plan).unwrap();
        maker.connection.execute_batch("PRAGMA synchronous = OFF").unwrap();
        let (over, statements) = (&AtomicBool::new(false), &plan.statements);
        let other = thread::scope(|scope| {
            scope.spawn(move || {
                for _ in 0..EDITS {
                    let nobody = "DROP TABLE records; DROP TABLE records_tally; PRAGMA application_id = 0; PRAGMA user_version = 0";
                    maker.connection.execute_batch(&format!("BEGIN; {nobody}; COMMIT")).unwrap();
                    maker.make(statements).unwrap();
                }
                over.store(true, Ordering::SeqCst);
            });
            let mut looks = core::iter::repeat_with(|| watcher.at_once(Link::owner));
            looks.by_ref().take_while(|_| !over.load(Ordering::SeqCst)).find_map(Result::err)
        });
        drop(watcher);
        fs::remove_dir_all(directory).unwrap();
        assert_eq!(other.map(|Fault(cause)| cause.problem()), None);
    }

    /// A look at the path is good for the readings of a millisecond, for no writing, and for nothing after an error.
    #[test]
    fn f16_what_is_read_rests_on_a_look_of_a_moment_ago_and_what_is_written_on_none() {
        let (directory, plan) = private("resting");
        let link = Link::found(&plan).unwrap();
        let confirm = |used| link.confirm(&plan, used).map_err(|Fault(cause)| cause.problem());
        let (here, away) = (directory.join("records.db"), directory.join("away.db"));
        let mut rested = 0;
        for round in 0..100 {
            assert_eq!(confirm(Use::Writing), Ok(()), "{round}");
            fs::rename(&here, &away).unwrap();
            rested += usize::from(confirm(Use::Reading).is_ok());
            assert_eq!(confirm(Use::Writing), Err(SqliteProblem::Replaced), "{round}");
            if round % 2 == 0 {
                drop(plan.doubts.watch());
            } else {
                plan.doubts.watch().dispel();
                let now = Instant::now();
                while now.elapsed() < TRUST {
                    thread::yield_now();
                }
            }
            assert_eq!(confirm(Use::Reading), Err(SqliteProblem::Replaced), "{round}");
            fs::rename(&away, &here).unwrap();
        }
        drop(link);
        fs::remove_dir_all(directory).unwrap();
        assert!(rested > 0, "a hundred times a rename took a millisecond");
    }

    fn private(name: &str) -> (PathBuf, Plan) {
        let directory = env::temp_dir().join(format!("countersign-{name}-{}", process::id()));
        fs::create_dir(&directory).unwrap();
        let place = Place::new(&directory.join("records.db")).unwrap();
        (directory, Plan::new(place, Statements::new("records").unwrap(), Duration::from_secs(5)))
    }
}

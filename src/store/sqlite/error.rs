use core::error::Error;
use core::fmt;
use std::io;

use rusqlite::ErrorCode;

/// Why a [`SqliteStore`](super::SqliteStore) cannot tell. It holds no byte of a key or a record.
///
/// [`problem`](Self::problem) says what an operator has to look at; [`source`](Error::source) is what SQLite or the
/// system said.
#[derive(Debug)]
pub struct SqliteStoreError {
    problem: SqliteProblem,
    cause: Option<Cause>,
}

/// What an operator has to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqliteProblem {
    /// The name of the table is not 1 to 48 of `a`-`z`, `0`-`9` and `_`, or begins with a digit or `sqlite_`.
    Table,
    /// The file's directory is missing, may be written by everybody, or is another user's.
    Directory,
    /// The path, or one of the files that SQLite keeps beside it, is a symbolic link.
    Symlink,
    /// The path, or one of the files that SQLite keeps beside it, is no plain file or has a second name.
    NotAFile,
    /// Others than the owner and the group may read or write the file: who can read it can lock it.
    Exposed,
    /// The file is a database of something else, or was changed by something else.
    Foreign,
    /// A later version of this crate made the file.
    Newer,
    /// SQLite did not take a setting that this store cannot do without.
    Settings,
    /// The file may not be written.
    ReadOnly,
    /// Others held the database for longer than the patience lasts.
    Busy,
    /// There is no space left.
    Full,
    /// The file is damaged.
    Damaged,
    /// What the path names is not the file that was written: somebody moved, deleted or replaced it.
    Replaced,
    /// Somebody deleted or replaced the log (`-wal`) while it was written. Stop every process: the last one to close
    /// the file still has the log, and saves what is in it.
    LogLost,
    /// Anything else: see the source.
    Failed,
}

#[derive(Debug)]
enum Cause {
    Client(rusqlite::Error),
    System(io::Error),
}

impl SqliteStoreError {
    /// What an operator has to look at.
    #[must_use]
    pub const fn problem(&self) -> SqliteProblem {
        self.problem
    }

    pub(super) const fn new(problem: SqliteProblem) -> Self {
        Self { problem, cause: None }
    }

    pub(super) const fn system(problem: SqliteProblem, cause: io::Error) -> Self {
        Self { problem, cause: Some(Cause::System(cause)) }
    }
}

/// The same, inside the adapter: SQLite's error becomes one by `?`, which it must not for a public type.
#[derive(Debug)]
pub(super) struct Fault(pub(super) SqliteStoreError);

impl From<rusqlite::Error> for Fault {
    fn from(cause: rusqlite::Error) -> Self {
        Self(SqliteStoreError { problem: SqliteProblem::of(&cause), cause: Some(Cause::Client(cause)) })
    }
}

impl From<SqliteStoreError> for Fault {
    fn from(cause: SqliteStoreError) -> Self {
        Self(cause)
    }
}

impl From<SqliteProblem> for Fault {
    fn from(problem: SqliteProblem) -> Self {
        Self(SqliteStoreError::new(problem))
    }
}

impl SqliteProblem {
    fn of(cause: &rusqlite::Error) -> Self {
        match cause.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged,
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            _ => Self::Failed,
        }
    }
}

impl fmt::Display for SqliteStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.problem {
            SqliteProblem::Table => "the table's name cannot be used",
            SqliteProblem::Directory => "the database's directory is missing, open to everybody or another user's",
            SqliteProblem::Symlink => "the database's path is a symbolic link",
            SqliteProblem::NotAFile => "the database's path is no plain file with one name",
            SqliteProblem::Exposed => "others may read or write the database file",
            SqliteProblem::Foreign => "the file is not a database of this store",
            SqliteProblem::Newer => "a later version made the database file",
            SqliteProblem::Settings => "the database did not take a setting",
            SqliteProblem::ReadOnly => "the database may not be written",
            SqliteProblem::Busy => "others held the database for too long",
            SqliteProblem::Full => "there is no space left for the database",
            SqliteProblem::Damaged => "the database file is damaged",
            SqliteProblem::Replaced => "the database file was moved, deleted or replaced",
            SqliteProblem::LogLost => "the database's log was deleted or replaced",
            SqliteProblem::Failed => "the database failed",
        })
    }
}

impl Error for SqliteStoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Some(Cause::Client(cause)) => Some(cause),
            Some(Cause::System(cause)) => Some(cause),
            None => None,
        }
    }
}

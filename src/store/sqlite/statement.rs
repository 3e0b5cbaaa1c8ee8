use std::borrow::ToOwned as _;
use std::format;
use std::string::String;

use super::{SqliteProblem, SqliteStoreError};

/// "csgn": says in the file's header whose it is.
pub(super) const APPLICATION: i32 = 0x6373_676e;

/// Raised with every change of the tables that an older version must not write to.
pub(super) const VERSION: i32 = 1;

const LONGEST_NAME: usize = 48;

/// Everything that is ever said to SQLite about one table.
pub(super) struct Statements {
    pub(super) name: String,
    pub(super) table: String,
    pub(super) index: String,
    pub(super) load: String,
    pub(super) create: String,
    pub(super) replace: String,
    pub(super) sweep: String,
    pub(super) tally: TallyStatements,
}

/// The same about the counters, which have a table of their own.
pub(super) struct TallyStatements {
    pub(super) name: String,
    pub(super) table: String,
    pub(super) index: String,
    pub(super) total: String,
    pub(super) add: String,
    pub(super) give_back: String,
    pub(super) sweep: String,
}

impl Statements {
    /// A row whose time of forgetting has come counts as absent for every statement, by the time at that statement.
    ///
    /// `unixepoch()` cuts the second that has begun: without one more, a row would be forgotten up to a second early.
    ///
    /// Keys and records are BLOBs in a STRICT table: SQLite compares them byte by byte, whatever the collation.
    pub(super) fn new(name: &str) -> Result<Self, SqliteStoreError> {
        if !is_name(name) {
            return Err(SqliteStoreError::new(SqliteProblem::Table));
        }
        Ok(Self {
            tally: TallyStatements::new(format!("{name}_tally")),
            name: name.to_owned(),
            table: format!(
                "CREATE TABLE \"{name}\" (key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32), \
                 record BLOB NOT NULL CHECK (length(record) <= 384), forget_at INTEGER) STRICT, WITHOUT ROWID"
            ),
            index: format!("CREATE INDEX \"{name}_forget_at\" ON \"{name}\" (forget_at) WHERE forget_at IS NOT NULL"),
            load: format!(
                "SELECT record FROM \"{name}\" WHERE key = ?1 AND (forget_at IS NULL OR forget_at > unixepoch())"
            ),
            create: format!(
                "INSERT INTO \"{name}\" (key, record, forget_at) VALUES (?1, ?2, unixepoch() + ?3 + 1) \
                 ON CONFLICT (key) DO UPDATE SET record = excluded.record, forget_at = excluded.forget_at \
                 WHERE \"{name}\".forget_at <= unixepoch()"
            ),
            replace: format!(
                "UPDATE \"{name}\" SET record = ?2, forget_at = unixepoch() + ?3 + 1 \
                 WHERE key = ?1 AND record = ?4 AND (forget_at IS NULL OR forget_at > unixepoch())"
            ),
            sweep: format!(
                "DELETE FROM \"{name}\" WHERE key IN \
                 (SELECT key FROM \"{name}\" WHERE forget_at <= unixepoch() ORDER BY forget_at LIMIT ?1)"
            ),
        })
    }
}

impl TallyStatements {
    fn new(name: String) -> Self {
        let before = format!("CASE WHEN \"{name}\".forget_at > unixepoch() THEN \"{name}\".total ELSE 0 END");
        Self {
            table: format!(
                "CREATE TABLE \"{name}\" (key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32), \
                 total INTEGER NOT NULL CHECK (total >= 0), forget_at INTEGER NOT NULL) STRICT, WITHOUT ROWID"
            ),
            index: format!("CREATE INDEX \"{name}_forget_at\" ON \"{name}\" (forget_at)"),
            total: format!("SELECT total FROM \"{name}\" WHERE key = ?1 AND forget_at > unixepoch()"),
            add: format!(
                "INSERT INTO \"{name}\" (key, total, forget_at) VALUES (?1, ?2, unixepoch() + ?4 + 1) \
                 ON CONFLICT (key) DO UPDATE SET total = excluded.total + {before}, forget_at = excluded.forget_at \
                 WHERE excluded.total + {before} <= ?3 RETURNING total"
            ),
            give_back: format!("UPDATE \"{name}\" SET total = max(total - ?2, 0) WHERE key = ?1"),
            sweep: format!(
                "DELETE FROM \"{name}\" WHERE key IN \
                 (SELECT key FROM \"{name}\" WHERE forget_at <= unixepoch() ORDER BY forget_at LIMIT ?1)"
            ),
            name,
        }
    }
}

/// The name is put into the statements as it is, so it must need no quoting.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let first = name.bytes().next().unwrap_or(b'0');
    name.len() <= LONGEST_NAME && name.bytes().all(plain) && !first.is_ascii_digit() && !name.starts_with("sqlite_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_need_quoting_is_refused() {
        for name in ["", "1a", "A", "a b", "a;", "a\"", "é", "sqlite_a", "a.b", &"a".repeat(49)] {
            assert!(Statements::new(name).is_err(), "{name}");
        }
        for name in ["a", "_", "countersign_records", "a1", &"a".repeat(48)] {
            assert!(Statements::new(name).is_ok(), "{name}");
        }
    }
}

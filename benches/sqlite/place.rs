//! Files that go away with the bench.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use crate::material::{KEEP, Open};

pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(name: &str) -> Self {
        let parent = std::env::var_os("COUNTERSIGN_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let path = parent.join(format!("countersign-bench-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("records.db")
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Puts all records into the file in one transaction, and out of the log.
pub(crate) fn fill(file: &Path, open: &[Open]) {
    let mut connection = Connection::open(file).unwrap();
    let change = connection.transaction().unwrap();
    for open in open {
        let values = params![open.key.as_bytes(), open.record.as_bytes(), KEEP];
        change.execute("INSERT INTO countersign_records VALUES (?1, ?2, unixepoch() + ?3)", values).unwrap();
    }
    change.commit().unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

//! Records in an SQLite file.

mod child;
#[cfg(feature = "conformance")]
mod conforms;
mod contract;
mod dump;
mod faults;
mod files;
mod killed;
mod logins;
mod processes;
mod races;

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use countersign::*;
use rusqlite::Connection;

/// A private directory that goes away with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("countersign-test-{}-{number}", std::process::id()));
        fs::DirBuilder::new().mode(0o700).create(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn file(&self) -> PathBuf {
        self.path("records.db")
    }

    pub fn store(&self) -> SqliteStore {
        SqliteStore::open(self.file()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Another program's connection.
pub fn other(file: &Path) -> Connection {
    Connection::open(file).unwrap()
}

pub fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

pub fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The path with something behind it.
pub fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Why there is no answer.
pub fn problem<T>(result: Result<T, Failure<SqliteStoreError>>) -> SqliteProblem {
    match result {
        Err(Failure::Unavailable(Unavailable::Store(cause))) => cause.problem(),
        Err(other) => panic!("not unavailable but {other:?}"),
        Ok(_) => panic!("not unavailable but approved"),
    }
}

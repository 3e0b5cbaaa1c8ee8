//! Where the file is, and whether it is safe there (F58).

use std::ffi::OsString;
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{SqliteProblem, SqliteStoreError};

/// What SQLite keeps beside the file: the log first.
const BESIDE: [&str; 3] = [LOG, "-shm", "-journal"];
const LOG: &str = "-wal";

/// A path whose directory was resolved once, and whose last part is never followed.
///
/// It is absolute, so that SQLite does not take a name that begins with `file:` for a URI with settings in it.
pub(super) struct Place {
    directory: PathBuf,
    path: PathBuf,
    log: PathBuf,
}

/// Which file it is, whatever it is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    #[cfg(unix)]
    inode: (u64, u64),
}

impl Place {
    pub(super) fn new(path: &Path) -> Result<Self, SqliteStoreError> {
        let name = path.file_name().ok_or(SqliteStoreError::new(SqliteProblem::NotAFile))?;
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let directory = parent.canonicalize().map_err(directory)?;
        let path = directory.join(name);
        let log = beside(&path, LOG);
        Ok(Self { directory, path, log })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file if there is none, for the owner alone. SQLite gives the files beside it the same mode.
    ///
    /// Only a file that is new is opened here: to close any other would drop the locks that SQLite holds on it for
    /// this whole process. So nobody else in it may find the new one, and have SQLite lock it, before it is closed.
    pub(super) fn create(&self) -> Result<(), SqliteStoreError> {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        self.check_directory()?;
        let _closed_first = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        match private().open(&self.path).map(drop) {
            Ok(()) => Ok(()),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(cause) => Err(SqliteStoreError::system(SqliteProblem::Failed, cause)),
        }
    }

    /// Refuses a file that somebody else could have laid there, or could change.
    pub(super) fn check(&self) -> Result<Identity, SqliteStoreError> {
        self.check_directory()?;
        for suffix in BESIDE {
            match fs::symlink_metadata(beside(&self.path, suffix)) {
                Ok(found) => check_file(&found)?,
                Err(cause) if cause.kind() == ErrorKind::NotFound => {}
                Err(cause) => return Err(SqliteStoreError::system(SqliteProblem::Failed, cause)),
            }
        }
        let found = self.look()?;
        check_file(&found)?;
        self.check_owner(&found)?;
        Ok(Identity::of(&found))
    }

    /// Whether the path still names this file.
    pub(super) fn confirm(&self, identity: Identity) -> Result<(), SqliteStoreError> {
        let replaced = |cause| SqliteStoreError::system(SqliteProblem::Replaced, cause);
        if Identity::at(&self.path).map_err(replaced)? == identity {
            Ok(())
        } else {
            Err(SqliteStoreError::new(SqliteProblem::Replaced))
        }
    }

    /// Which log is written. There is one from the first reading on, and while anybody is connected it stays the same.
    pub(super) fn log(&self) -> Result<Identity, SqliteStoreError> {
        let lost = |cause| SqliteStoreError::system(SqliteProblem::LogLost, cause);
        Identity::at(&self.log).map_err(lost)
    }

    fn look(&self) -> Result<Metadata, SqliteStoreError> {
        fs::symlink_metadata(&self.path).map_err(|cause| SqliteStoreError::system(SqliteProblem::Replaced, cause))
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

fn directory(cause: io::Error) -> SqliteStoreError {
    SqliteStoreError::system(SqliteProblem::Directory, cause)
}

fn check_file(found: &Metadata) -> Result<(), SqliteStoreError> {
    if found.is_symlink() {
        return Err(SqliteStoreError::new(SqliteProblem::Symlink));
    }
    if !found.is_file() || has_second_name(found) {
        return Err(SqliteStoreError::new(SqliteProblem::NotAFile));
    }
    if is_open_to_others(found) {
        return Err(SqliteStoreError::new(SqliteProblem::Exposed));
    }
    Ok(())
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};

    use super::{Identity, Metadata, OpenOptions, Path, Place, SqliteProblem, SqliteStoreError, directory, fs, io};

    /// What those may who are neither the owner nor in the group.
    const OTHERS: u32 = 0o007;
    const OTHERS_WRITE: u32 = 0o002;
    const ROOT: u32 = 0;

    impl Place {
        /// Nobody else may be able to put another file in the place of this one.
        pub(super) fn check_directory(&self) -> Result<(), SqliteStoreError> {
            let found = fs::metadata(&self.directory).map_err(directory)?;
            if found.is_dir() && found.mode() & OTHERS_WRITE == 0 {
                Ok(())
            } else {
                Err(SqliteStoreError::new(SqliteProblem::Directory))
            }
        }

        /// The directory's owner can replace the file: he must be the file's owner too, or root.
        pub(super) fn check_owner(&self, file: &Metadata) -> Result<(), SqliteStoreError> {
            let owner = fs::metadata(&self.directory).map_err(directory)?.uid();
            if owner == ROOT || owner == file.uid() {
                Ok(())
            } else {
                Err(SqliteStoreError::new(SqliteProblem::Directory))
            }
        }
    }

    impl Identity {
        pub(super) fn of(found: &Metadata) -> Self {
            Self { inode: (found.dev(), found.ino()) }
        }

        /// What the path names, a symbolic link itself. Linux is not asked for the times: once somebody has seen them, it notes
        /// a new one with the next write (since 6.13), and every commit takes longer for that.
        #[cfg(target_os = "linux")]
        pub(super) fn at(path: &Path) -> io::Result<Self> {
            use rustix::fs::{AtFlags, CWD, StatxFlags, makedev, statx};
            let found = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::INO)?;
            Ok(Self { inode: (makedev(found.stx_dev_major, found.stx_dev_minor), found.stx_ino) })
        }

        /// What the path names, a symbolic link itself.
        #[cfg(not(target_os = "linux"))]
        pub(super) fn at(path: &Path) -> io::Result<Self> {
            fs::symlink_metadata(path).map(|found| Self::of(&found))
        }
    }

    pub(super) fn private() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        options
    }

    /// Under a second name SQLite would look for the log beside that one, and lose what is in this.
    pub(super) fn has_second_name(found: &Metadata) -> bool {
        found.nlink() > 1
    }

    pub(super) fn is_open_to_others(found: &Metadata) -> bool {
        found.mode() & OTHERS != 0
    }
}
#[cfg(unix)]
use unix::{has_second_name, is_open_to_others, private};

#[cfg(not(unix))]
mod elsewhere {
    use super::{Identity, Metadata, OpenOptions, Path, Place, SqliteStoreError, directory, fs, io};

    /// Here the directory's access list decides who may do what, and an open file cannot be replaced.
    impl Place {
        pub(super) fn check_directory(&self) -> Result<(), SqliteStoreError> {
            fs::read_dir(&self.directory).map(drop).map_err(directory)
        }

        #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "there is something to check elsewhere")]
        pub(super) fn check_owner(&self, _: &Metadata) -> Result<(), SqliteStoreError> {
            Ok(())
        }
    }

    impl Identity {
        pub(super) fn of(_: &Metadata) -> Self {
            Self {}
        }

        pub(super) fn at(path: &Path) -> io::Result<Self> {
            fs::symlink_metadata(path).map(|found| Self::of(&found))
        }
    }

    pub(super) fn private() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        options
    }

    pub(super) fn has_second_name(_: &Metadata) -> bool {
        false
    }

    pub(super) fn is_open_to_others(_: &Metadata) -> bool {
        false
    }
}
#[cfg(not(unix))]
use elsewhere::{has_second_name, is_open_to_others, private};

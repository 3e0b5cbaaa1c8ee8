use core::time::Duration;
use std::string::String;

use super::SqlxStoreError;

/// How to open a [`SqlxStore`](crate::SqlxStore).
///
/// ```
/// use core::time::Duration;
/// use countersign::SqlxOptions;
///
/// let options = SqlxOptions::new().table("one_time_codes")?.time_out(Duration::from_secs(2)).migrate();
/// assert!(SqlxOptions::new().table("codes; DROP TABLE orders").is_err());
/// # let _ = options;
/// # Ok::<(), countersign::SqlxStoreError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "options open nothing by themselves"]
pub struct SqlxOptions {
    pub(super) table: String,
    pub(super) time_out: Duration,
    pub(super) migrate: bool,
    pub(super) lossy: bool,
}

impl SqlxOptions {
    /// The table `countersign_records`, which is there; five seconds a call; a server that keeps what it acknowledged.
    pub fn new() -> Self {
        Self {
            table: String::from("countersign_records"),
            time_out: Duration::from_secs(5),
            migrate: false,
            lossy: false,
        }
    }

    /// Another table, in the connection's own schema: 1 to 48 characters of `a` to `z`, `0` to `9` and `_`, the first no
    /// digit.
    ///
    /// # Errors
    /// If the name has anything else in it.
    pub fn table(self, name: &str) -> Result<Self, SqlxStoreError> {
        let fits = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        let bytes = name.as_bytes();
        if !(1..=48).contains(&bytes.len())
            || !bytes.iter().all(fits)
            || bytes.first().is_some_and(u8::is_ascii_digit)
        {
            return Err(SqlxStoreError::table_name());
        }
        Ok(Self { table: String::from(name), ..self })
    }

    /// How long a load or a swap may take, the wait for a connection included.
    pub const fn time_out(mut self, time_out: Duration) -> Self {
        self.time_out = time_out;
        self
    }

    /// Makes the tables on opening if they are not there. Several processes may do so at once.
    pub const fn migrate(mut self) -> Self {
        self.migrate = true;
        self
    }

    /// The table of counters.
    pub(super) fn tally(&self) -> String {
        std::format!("{}_tally", self.table)
    }

    /// Opens the store even on a server that may lose what it acknowledged: the caller accepts that a crash refunds
    /// attempts and revives used codes.
    pub const fn lossy(mut self) -> Self {
        self.lossy = true;
        self
    }
}

impl Default for SqlxOptions {
    fn default() -> Self {
        Self::new()
    }
}

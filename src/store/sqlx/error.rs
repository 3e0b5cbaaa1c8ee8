use core::error::Error;
use core::fmt;
use std::string::{String, ToString as _};

/// Why a [`SqlxStore`](crate::SqlxStore) cannot tell, or was not opened.
///
/// It holds no key and no record. What the server answered is kept as its code and its message, because the rest of such
/// an answer may quote the row; any other error of the client is its [`source`](Error::source).
pub struct SqlxStoreError(Kind);

#[derive(Debug)]
enum Kind {
    TimeOut,
    Client(sqlx::Error),
    Server(Answer),
    RowCount(u64),
    TableName,
    NoTable,
    NoTally,
    #[cfg(feature = "postgres")]
    Total,
    Layout(&'static str),
    ReadOnly,
    Lossy(&'static str),
}

impl SqlxStoreError {
    pub(super) const fn time_out() -> Self {
        Self(Kind::TimeOut)
    }

    /// The server says that it wrote another number of rows than none or one.
    pub(super) const fn row_count(rows: u64) -> Self {
        Self(Kind::RowCount(rows))
    }

    pub(super) const fn table_name() -> Self {
        Self(Kind::TableName)
    }

    pub(super) const fn no_table() -> Self {
        Self(Kind::NoTable)
    }

    pub(super) const fn no_tally() -> Self {
        Self(Kind::NoTally)
    }

    /// A total as it is stored.
    #[cfg(feature = "postgres")]
    pub(super) fn total(stored: i64) -> Result<u64, Self> {
        u64::try_from(stored).map_err(|_| Self(Kind::Total))
    }

    pub(super) const fn layout(what: &'static str) -> Self {
        Self(Kind::Layout(what))
    }

    pub(super) const fn read_only() -> Self {
        Self(Kind::ReadOnly)
    }

    pub(super) const fn lossy(setting: &'static str) -> Self {
        Self(Kind::Lossy(setting))
    }
}

/// Within the adapter only: a `From` would put the client's type into the public surface.
pub(super) fn client(error: sqlx::Error) -> SqlxStoreError {
    SqlxStoreError(match error {
        sqlx::Error::Database(answer) => Kind::Server(Answer {
            code: answer.code().map(|code| code.to_string()).unwrap_or_default(),
            message: answer.message().to_string(),
        }),
        other => Kind::Client(other),
    })
}

impl fmt::Debug for SqlxStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqlxStoreError").field(&self.0).finish()
    }
}

impl fmt::Display for SqlxStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::TimeOut => f.write_str("the database did not answer in time"),
            Kind::Client(_) => f.write_str("the database could not be asked"),
            Kind::Server(_) => f.write_str("the database refused a statement"),
            Kind::RowCount(rows) => write!(f, "the database wrote {rows} rows instead of one"),
            Kind::TableName => f.write_str("a table's name must be 1 to 48 characters of a to z, 0 to 9 and _"),
            Kind::NoTable => f.write_str("the table of records does not exist"),
            Kind::NoTally => f.write_str("the table of counters does not exist"),
            #[cfg(feature = "postgres")]
            Kind::Total => f.write_str("a counter is below zero"),
            Kind::Layout(what) => write!(f, "the table of records cannot be used: {what}"),
            Kind::ReadOnly => f.write_str("the database is read-only, or a connection has autocommit off"),
            Kind::Lossy(setting) => write!(f, "the database may lose what it acknowledged: {setting}"),
        }
    }
}

impl Error for SqlxStoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Client(error) => Some(error),
            Kind::Server(answer) => Some(answer),
            _ => None,
        }
    }
}

/// What a server answered, without what it quotes of the row.
#[derive(Debug)]
struct Answer {
    code: String,
    message: String,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl Error for Answer {}

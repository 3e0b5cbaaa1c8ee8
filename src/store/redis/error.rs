use core::error::Error;
use core::fmt;
use std::string::{String, ToString as _};

use redis::{RedisError, ServerError};

/// Why a [`RedisStore`](crate::RedisStore) cannot tell, or was not opened.
///
/// It holds no key and no record. Of what the server answered it keeps the code and the text before anything quoted, as its
/// [`source`](Error::source), because servers quote commands that they refuse; a failure of the connection is kept whole.
pub struct RedisStoreError(Kind);

#[derive(Debug)]
enum Kind {
    TimeOut,
    Connection(RedisError),
    Server(Answer),
    Reply(&'static str),
    TooFewReplicas,
    Prefix,
    Evicts(String),
    Lossy(&'static str),
    Unknown(&'static str),
}

impl RedisStoreError {
    pub(super) const fn time_out() -> Self {
        Self(Kind::TimeOut)
    }

    /// No reply that this command may have.
    pub(super) const fn reply(command: &'static str) -> Self {
        Self(Kind::Reply(command))
    }

    pub(super) const fn too_few_replicas() -> Self {
        Self(Kind::TooFewReplicas)
    }

    pub(super) const fn prefix() -> Self {
        Self(Kind::Prefix)
    }

    pub(super) fn evicts(policy: &str) -> Self {
        Self(Kind::Evicts(policy.chars().filter(|c| c.is_ascii_lowercase() || *c == '-').take(32).collect()))
    }

    pub(super) const fn lossy(setting: &'static str) -> Self {
        Self(Kind::Lossy(setting))
    }

    /// The server does not say what this setting is.
    pub(super) const fn unknown(setting: &'static str) -> Self {
        Self(Kind::Unknown(setting))
    }

    /// The code of the server's answer, if that is what it is.
    pub(super) fn code(&self) -> Option<&str> {
        match &self.0 {
            Kind::Server(answer) => Some(&answer.code),
            _ => None,
        }
    }
}

/// Within the adapter only, like [`server`]: a `From` would put the client's type into the public surface.
pub(super) fn client(error: RedisError) -> RedisStoreError {
    RedisStoreError(match error.code() {
        None if error.is_io_error() => Kind::Connection(error),
        code => Kind::Server(Answer::new(code.unwrap_or_else(|| error.category()), error.detail())),
    })
}

pub(super) fn server(error: &ServerError) -> RedisStoreError {
    RedisStoreError(Kind::Server(Answer::new(error.code(), error.details())))
}

impl fmt::Debug for RedisStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedisStoreError").field(&self.0).finish()
    }
}

impl fmt::Display for RedisStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::TimeOut => f.write_str("Redis did not answer in time"),
            Kind::Connection(_) => f.write_str("Redis could not be asked"),
            Kind::Server(_) => f.write_str("Redis refused a command"),
            Kind::Reply(command) => write!(f, "Redis gave a reply that {command} does not have"),
            Kind::TooFewReplicas => f.write_str("too few replicas acknowledged in time"),
            Kind::Prefix => f.write_str(
                "a prefix is at most 64 visible ASCII characters, with at most one {tag} and no other brace",
            ),
            Kind::Evicts(policy) => write!(f, "Redis may evict records: its maxmemory-policy is {policy}"),
            Kind::Lossy(setting) => write!(f, "Redis may lose what it acknowledged: {setting}"),
            Kind::Unknown(setting) => write!(f, "Redis does not say what its {setting} is"),
        }
    }
}

impl Error for RedisStoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Connection(error) => Some(error),
            Kind::Server(answer) => Some(answer),
            _ => None,
        }
    }
}

/// What a server answered, without what it quotes.
#[derive(Debug)]
struct Answer {
    code: String,
    text: String,
}

impl Answer {
    fn new(code: &str, detail: Option<&str>) -> Self {
        let detail = detail.unwrap_or_default();
        let quoted = [" '", " \"", " `"].iter().filter_map(|quote| detail.find(quote)).min();
        let text = quoted.and_then(|quoted| detail.get(..quoted)).unwrap_or(detail);
        Self { code: code.to_string(), text: text.to_string() }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

impl Error for Answer {}

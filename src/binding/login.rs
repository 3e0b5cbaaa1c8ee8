use core::fmt;

use super::{Binding, Encoder, sealed};
use crate::error::Invalid;
use crate::text::Text;

/// One session that is to be logged in.
///
/// Bind the server's own id of the session that asked, so that a code relayed into another session opens nothing. With the
/// feature `serde` it is written with the id in it; read it from your own queue or table, never from a request.
///
/// ```
/// use countersign::Login;
///
/// assert_eq!(Login::new("session-8f2c")?.session(), "session-8f2c");
/// # Ok::<(), countersign::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Login {
    session: Text<128>,
}

impl Login {
    /// A login of this session, whose id has at most 128 bytes.
    ///
    /// # Errors
    /// [`Invalid::TextEmpty`], [`Invalid::TextTooLong`] or [`Invalid::TextCharacter`]; see [`Text`].
    pub fn new(session: &str) -> Result<Self, Invalid> {
        Ok(Self { session: Text::new(session)? })
    }

    /// Which session.
    #[must_use]
    pub fn session(&self) -> &str {
        self.session.as_str()
    }
}

impl Binding for Login {
    const DOMAIN: &'static str = "countersign/login";
    const ORIGIN: sealed::Origin = sealed::Origin::Crate;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.text(self.session());
    }
}

/// Without the session's id, which may be all that it takes to ride the session.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(..)")
    }
}

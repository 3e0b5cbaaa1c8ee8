//! What is answered instead: one status for each kind of no, and another one for no answer.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign::{BoxError, ClockError, Failure, Hint, Invalid};
use serde_json::{Value, json};

use crate::Trouble;
use crate::ledger::Entry;

pub(crate) type Answer<T> = Result<T, Problem>;

#[derive(Debug)]
pub(crate) enum Problem {
    /// 400: nothing was judged, and no attempt was charged.
    Malformed(&'static str),
    /// 403: no. The hint is all that a screen may show.
    Refused(Hint),
    /// 404: no such order, or no such thing.
    NoOrder,
    /// 409: the code was used, or the order is paid. What was captured, if anything was.
    Over(&'static str, Option<Entry>),
    /// 500: a row or a setting of the service's own is no good.
    Own,
    /// 503: no answer. Never "wrong", never "paid": look at the order before anybody pays again.
    Unavailable,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::Malformed(what) => (StatusCode::BAD_REQUEST, json!({ "error": "malformed", "what": what })),
            Self::Refused(hint) => (StatusCode::FORBIDDEN, on_screen(hint)),
            Self::NoOrder => (StatusCode::NOT_FOUND, json!({ "error": "no such order" })),
            Self::Over(error, captured) => (StatusCode::CONFLICT, json!({ "error": error, "captured": captured })),
            Self::Own => (StatusCode::INTERNAL_SERVER_ERROR, json!({ "error": "internal" })),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, json!({ "error": "unavailable" })),
        };
        (status, Json(body)).into_response()
    }
}

/// It follows from the hint alone, so it says no more than a screen may.
fn on_screen(hint: Hint) -> Value {
    let hint = match hint {
        Hint::TryAgain { attempts_left } => {
            return json!({ "error": "refused", "hint": "try again", "attempts_left": attempts_left });
        }
        Hint::Wait { until } => return json!({ "error": "refused", "hint": "wait", "until": until.as_secs() }),
        Hint::StartAgain => "start again",
        Hint::AlreadyUsed => "already used",
        Hint::NoMoreMessages => "no more messages",
        Hint::OtherRecipient => "other recipient",
        _ => "contact",
    };
    json!({ "error": "refused", "hint": hint })
}

impl From<Failure<BoxError>> for Problem {
    fn from(failure: Failure<BoxError>) -> Self {
        match failure {
            Failure::Refused(refused) => Self::Refused(refused.hint()),
            Failure::Invalid(invalid) if invalid != Invalid::ApprovalTime => Self::from(invalid),
            // The store, or an approval that was a minute old: its code is spent, and nothing was captured.
            no_answer => {
                eprintln!("gateway: {no_answer:?}");
                Self::Unavailable
            }
        }
    }
}

impl From<ClockError> for Problem {
    fn from(error: ClockError) -> Self {
        eprintln!("gateway: {error}");
        Self::Unavailable
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        eprintln!("gateway: {invalid}");
        Self::Own
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        eprintln!("gateway: its own tables: {trouble}");
        Self::Unavailable
    }
}

impl From<JsonRejection> for Problem {
    fn from(_: JsonRejection) -> Self {
        Self::Malformed("the body")
    }
}

impl From<QueryRejection> for Problem {
    fn from(_: QueryRejection) -> Self {
        Self::Malformed("the query")
    }
}

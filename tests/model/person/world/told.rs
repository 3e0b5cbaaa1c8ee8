//! The crate's answers in the model's words.

use countersign::{Authenticated, AuthenticatorStatus, Enrolled, Enrolling, Failure, Unavailable, UpkeepDone};

use crate::person::answer::{Answer, Sheet};
use crate::shelf::Down;

pub fn told<T>(result: &Result<T, Failure<Down>>, good: impl FnOnce(&T) -> Answer) -> Answer {
    match result {
        Ok(value) => good(value),
        Err(Failure::Refused(refused)) => {
            Answer::Refused { reason: refused.reason(), hint: refused.hint(), notice: refused.notice() }
        }
        Err(Failure::Unavailable(Unavailable::Store(Down))) => Answer::Unknown,
        Err(other) => panic!("neither a refusal nor unavailable: {other:?}"),
    }
}

pub fn authenticated(person: &Authenticated) -> Answer {
    Answer::Authenticated {
        method: person.method(),
        purpose: person.purpose(),
        at: person.at().as_secs(),
        reply: person.reply().map(|code| code.expose().to_owned()),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as every other answer")]
pub fn enrolling(enrolling: &Enrolling) -> Answer {
    Answer::Enrolling { until: enrolling.until().as_secs() }
}

pub fn enrolled(enrolled: &Enrolled) -> Answer {
    Answer::Enrolled { at: enrolled.at().as_secs(), count: enrolled.authenticators().into() }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as every other answer")]
pub fn done(done: &UpkeepDone) -> Answer {
    Answer::Done(done.authenticators().into())
}

pub fn sheet(status: &AuthenticatorStatus) -> Answer {
    Answer::Status(Sheet {
        condition: status.condition(),
        total: status.total_failures().into(),
        day_failures: status.day_failures().into(),
        enrolled: status.authenticators().into(),
        codes_left: status.recovery_codes_left().into(),
        codes_made: status.recovery_codes_made().map(countersign::UnixTime::as_secs),
        enrolment: status.enrolment(),
    })
}

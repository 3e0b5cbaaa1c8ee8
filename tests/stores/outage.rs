//! What a call says while its server is away, and afterwards.

use std::time::{Duration, Instant};

use countersign::*;

use crate::desk::{Desk, Sent, Shared};
use crate::support::{not, payment};

/// The time-out that the stores of these tests are opened with.
pub const TIME_OUT: Duration = Duration::from_secs(2);

/// Takes the server away and brings it back, with a code waiting.
pub async fn nothing_is_approved_meanwhile<S: Shared>(
    desk: &Desk<S>,
    what: &str,
    take_away: impl AsyncFnOnce(),
    bring_back: impl AsyncFnOnce(),
) {
    let who = Subject::new(what).unwrap();
    let (handle, code) = desk.issue(&who, &payment(1)).await.unwrap();
    take_away().await;
    for guess in [&code, &not(&code)] {
        let started = Instant::now();
        let answer = desk.verify(&who, handle, guess, payment(1)).await;
        let Err(Failure::Unavailable(Unavailable::Store(error))) = &answer else { panic!("{what}: {answer:?}") };
        let waited = started.elapsed();
        println!("{what}: {error} after {} ms ({})", waited.as_millis(), source(error));
        assert!(waited < 2 * TIME_OUT + Duration::from_millis(500), "{what}: a load and a swap, {waited:?}");
    }
    bring_back().await;
    works_again(desk, &who, (handle, code), what).await;
}

/// The waiting code is approved once, as soon as the server is back; what went wrong meanwhile was not an answer.
async fn works_again<S: Shared>(desk: &Desk<S>, who: &Subject, (handle, code): Sent, what: &str) {
    let started = Instant::now();
    loop {
        match desk.verify(who, handle, &code, payment(1)).await {
            Ok(_) => break,
            // The first right code may have landed, though nobody was told.
            Err(Failure::Refused(refused)) if refused.reason() == Reason::AlreadyApproved => break,
            Err(Failure::Unavailable(_)) if started.elapsed() < Duration::from_secs(60) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    println!("{what}: works again after {} ms", started.elapsed().as_millis());
    let again = desk.verify(who, handle, &code, payment(1)).await;
    assert_eq!(crate::support::reason(again), Reason::AlreadyApproved, "{what}");
}

fn source(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| "no source".to_owned(), ToString::to_string)
}

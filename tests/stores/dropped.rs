//! A client that goes away: its future is dropped at each point where it waits.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use countersign::*;

use crate::desk::{Desk, Shared};
use crate::support::{not, payment};

/// Drops an issue, a right and a wrong verification after 1, 2, 3 ... polls, until each has come to its end five times
/// running: how often one is polled is a matter of luck. `desk` has one connection, so that whatever a drop leaves behind meets the next call; `cold` makes that connection a new one.
pub async fn at_every_point<S: Shared>(name: &str, desk: &Desk<S>, cold: impl AsyncFn()) {
    let mut drops = [0; 3];
    for (kind, drops) in drops.iter_mut().enumerate() {
        let mut ends = 0;
        for polls in 1..1_000 {
            if ends == 5 {
                break;
            }
            cold().await;
            let who = Subject::new(&format!("customer-{name}-{kind}-{polls}")).unwrap();
            let ended = match kind {
                0 => issue(desk, &who, polls).await,
                1 => right(desk, &who, polls).await,
                _ => wrong(desk, &who, polls).await,
            };
            ends = if ended { ends + 1 } else { 0 };
            *drops += i32::from(!ended);
        }
    }
    println!(
        "{name}: dropped an issue at {} points, a right code at {}, a wrong one at {}",
        drops[0], drops[1], drops[2]
    );
    assert!(drops.iter().all(|drops| *drops >= 2), "a load and a swap wait once each: {drops:?}");
}

async fn issue<S: Shared>(desk: &Desk<S>, who: &Subject, polls: u32) -> bool {
    let payment = payment(1);
    let ended = polled(polls, desk.issue(who, &payment)).await.is_some();
    settle().await;
    desk.wait(60); // the message of the dropped one may have been charged
    let (handle, code) = desk.issue(who, &payment).await.unwrap();
    assert!(desk.verify(who, handle, &code, payment).await.is_ok());
    ended
}

async fn right<S: Shared>(desk: &Desk<S>, who: &Subject, polls: u32) -> bool {
    let (handle, code) = desk.issue(who, &payment(1)).await.unwrap();
    let ended = polled(polls, desk.verify(who, handle, &code, payment(1))).await;
    settle().await;
    let landed = desk.status(who, handle).await.unwrap().challenge() == Some(ChallengeStatus::Approved);
    let again = desk.verify(who, handle, &code, payment(1)).await;
    assert_eq!(again.is_ok(), !landed, "what landed is seen, and what did not is not");
    let third = desk.verify(who, handle, &code, payment(1)).await;
    assert_eq!(crate::support::reason(third), Reason::AlreadyApproved);
    ended.inspect(|answer| assert!(answer.is_ok() && landed)).is_some()
}

async fn wrong<S: Shared>(desk: &Desk<S>, who: &Subject, polls: u32) -> bool {
    let (handle, code) = desk.issue(who, &payment(1)).await.unwrap();
    let ended = polled(polls, desk.verify(who, handle, &not(&code), payment(1))).await.is_some();
    settle().await;
    let failures = desk.status(who, handle).await.unwrap().total_failures();
    assert!(failures <= 1);
    assert!(failures == 1 || !ended, "a released verdict is paid for");
    assert!(desk.verify(who, handle, &code, payment(1)).await.is_ok());
    ended
}

/// What was sent may land after the drop.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// Polls a future at most `count` times, and drops it.
async fn polled<T>(count: u32, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut left) = (pin!(future), count);
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => {
            left -= 1;
            if left == 0 { Poll::Ready(None) } else { Poll::Pending }
        }
    })
    .await
}

//! A client that goes away: its future is dropped at each point where it waits.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use countersign::*;

use crate::desk::{Desk, Shared};
use crate::support::{not, payment};

/// Drops an issue, a right and a wrong verification after 1, 2, 3 ... polls, until each comes to its end. `desk` has one
/// connection, so that whatever a drop leaves behind meets the next call; `cold` makes that connection a new one.
pub async fn at_every_point<S: Shared>(desk: &Desk<S>, cold: impl AsyncFn()) {
    let mut drops = [0; 3];
    for (kind, drops) in drops.iter_mut().enumerate() {
        for polls in 1.. {
            cold().await;
            let who = Subject::new(&format!("customer-{kind}-{polls}")).unwrap();
            let ended = match kind {
                0 => issue(desk, &who, polls).await,
                1 => right(desk, &who, polls).await,
                _ => wrong(desk, &who, polls).await,
            };
            if ended {
                break;
            }
            *drops += 1;
            assert!(polls < 1_000, "it never ends");
        }
    }
    println!("dropped an issue at {} points, a right code at {}, a wrong one at {}", drops[0], drops[1], drops[2]);
    assert!(drops.iter().all(|drops| *drops >= 2), "a load and a swap wait at least once each: {drops:?}");
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

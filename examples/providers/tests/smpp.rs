//! Refused, hung, reset and slow SMSCs, and those that talk nonsense.

use core::time::Duration;
use std::time::Instant;

use countersign::{AsyncChannel, Delivery, Recipient, SmsText, Wording};

use crate::smsc::{BIND_TRANSMITTER_RESP, ENQUIRE_LINK_RESP, GENERIC_NACK, SUBMIT_SM_RESP, Smsc, Step, Whim};
use crate::{AMPLE, KEY, LONG, channel, nobody, phone, short, sms};

/// Throttled, and no such number.
const REFUSALS: [u32; 2] = [0x58, 0x0B];

async fn answer(message: &SmsText, step: Step, whim: Whim, within: Duration) -> Delivery {
    let smsc = Smsc::start(step, whim).await;
    let answer = channel(smsc.port, "secret", within).send_async(message, &phone(), &KEY).await;
    let parts = match step {
        Step::Bind if answer == Delivery::NotSent => 0,
        Step::Part(number) if answer != Delivery::Sent => number + 1,
        _ => message.count().parts(),
    };
    assert_eq!(smsc.seen(), (1, parts), "{step:?} {whim:?}: a channel never tries by itself again");
    answer
}

/// Ways in which an SMSC gives no answer that could be read, and how long it is waited for.
fn broken() -> Vec<(Whim, Duration)> {
    let silent = Duration::from_secs(2);
    vec![
        (Whim::Hang, silent),
        (Whim::Close, AMPLE),
        (Whim::Reset, AMPLE),
        (Whim::Say(b"HTTP/1.1 200 OK\r\n\r\n"), AMPLE),
        (Whim::Say(b"\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0"), AMPLE),
        (Whim::Say(b"\x7F\xFF\xFF\xFF\x80\0\0\x04\0\0\0\0\0\0\0\x03"), AMPLE),
        (Whim::Say(b"\0\0\0\x10"), silent),
        (Whim::Slow(Duration::from_secs(1)), silent),
        // About this very request, and of another kind.
        (Whim::Respond(ENQUIRE_LINK_RESP, 0), AMPLE),
    ]
}

#[tokio::test]
async fn delivery_an_smsc_that_is_not_there_or_does_not_know_us_has_nothing() {
    let message = short();
    let gone = channel(nobody(), "secret", AMPLE).send_async(&message, &phone(), &KEY).await;
    assert_eq!(gone, Delivery::NotSent);
    for (whim, within) in broken() {
        assert_eq!(answer(&message, Step::Bind, whim, within).await, Delivery::NotSent, "{whim:?}");
    }
    for whim in [Whim::Respond(BIND_TRANSMITTER_RESP, 0x0E), Whim::Respond(GENERIC_NACK, 3)] {
        assert_eq!(answer(&message, Step::Bind, whim, AMPLE).await, Delivery::NotSent, "{whim:?}");
    }
}

#[tokio::test]
async fn delivery_a_part_that_was_refused_was_not_sent() {
    let message = short();
    assert_eq!(message.count().parts(), 1);
    for status in REFUSALS {
        for id in [SUBMIT_SM_RESP, GENERIC_NACK] {
            let refused = answer(&message, Step::Part(0), Whim::Respond(id, status), AMPLE).await;
            assert_eq!(refused, Delivery::NotSent);
        }
    }
}

#[tokio::test]
async fn delivery_a_part_without_an_answer_may_have_been_sent() {
    let message = short();
    for (whim, within) in broken() {
        assert_eq!(answer(&message, Step::Part(0), whim, within).await, Delivery::Unknown, "{whim:?}");
    }
}

/// The first part has left, so of the message nobody can say that it did not.
#[tokio::test]
async fn delivery_a_message_of_which_one_part_left_is_neither_sent_nor_not() {
    let (_, message) = sms("Anna's Bikes", Wording::new(LONG).unwrap());
    assert!(message.count().parts() > 1);
    for (whim, within) in broken() {
        assert_eq!(answer(&message, Step::Part(1), whim, within).await, Delivery::Unknown, "{whim:?}");
    }
    for status in REFUSALS {
        let refused = answer(&message, Step::Part(1), Whim::Respond(SUBMIT_SM_RESP, status), AMPLE).await;
        assert_eq!(refused, Delivery::Unknown);
    }
}

#[tokio::test]
async fn delivery_a_slow_smsc_is_waited_for_as_long_as_was_named() {
    let begun = Instant::now();
    let slow = Whim::Slow(Duration::from_millis(20));
    assert_eq!(answer(&short(), Step::Bind, slow, AMPLE).await, Delivery::Sent);
    assert_eq!(answer(&short(), Step::Part(0), slow, AMPLE).await, Delivery::Sent);
    assert!(begun.elapsed() > Duration::from_millis(400));
}

#[tokio::test]
async fn delivery_a_session_is_kept_until_it_owes_an_answer() {
    let smsc = Smsc::start(Step::Part(2), Whim::Hang).await;
    let one = channel(smsc.port, "secret", Duration::from_secs(2));
    let message = short();
    for expected in [Delivery::Sent, Delivery::Sent, Delivery::Unknown, Delivery::Sent] {
        assert_eq!(one.send_async(&message, &phone(), &KEY).await, expected);
    }
    assert_eq!(smsc.seen(), (2, 4));
    // And one that the other side ended is not used again.
    let smsc = Smsc::start(Step::Part(0), Whim::Close).await;
    let other = channel(smsc.port, "secret", AMPLE);
    assert_eq!(other.send_async(&message, &phone(), &KEY).await, Delivery::Unknown);
    assert_eq!(other.send_async(&message, &phone(), &KEY).await, Delivery::Sent);
    assert_eq!(smsc.seen(), (2, 2));
}

#[tokio::test]
async fn f39_nobody_but_a_phone_is_written_to() {
    let smsc = Smsc::start(Step::Bind, Whim::Hang).await;
    let channel = channel(smsc.port, "secret", AMPLE);
    for foreign in [Recipient::email("anna@example.com"), Recipient::voice("+4915112345678"), Recipient::app("anna")]
    {
        assert_eq!(channel.send_async(&short(), &foreign.unwrap(), &KEY).await, Delivery::NotSent);
    }
    assert_eq!(smsc.seen(), (0, 0));
}

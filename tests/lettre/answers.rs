//! Refused, hung, reset and slow servers, and those that talk nonsense.

use core::time::Duration;
use std::time::Instant;

use countersign::{Delivery, Invalid, Language, LettreChannel, MailProblem, MailServer, Recipient};
use tokio::task::JoinSet;

use crate::server::{Server, Step, Whim};
use crate::{KEY, anna, channel, email};

/// Far longer than any step here takes.
const AMPLE: Duration = Duration::from_secs(20);

async fn answer(step: Step, whim: Whim, within: Duration) -> Result<(), MailProblem> {
    let server = Server::start(step, whim).await;
    let (_, message) = email("Anna's Bikes", Language::English);
    let answer = channel(server.port, within).send_explained(&message, &anna(), &KEY).await;
    assert_eq!(server.visits(), 1, "{step:?} {whim:?}: a channel never tries by itself again");
    answer
}

/// Every step at once, since some of them wait. `expected` is asked for each step.
async fn everywhere(whim: Whim, within: Duration, expected: fn(Step) -> Result<(), MailProblem>) {
    let mut answers = JoinSet::new();
    for step in Step::ALL {
        answers.spawn(async move { (step, answer(step, whim, within).await) });
    }
    while let Some(answered) = answers.join_next().await {
        let (step, answer) = answered.unwrap();
        assert_eq!(answer, expected(step), "{whim:?} at {step:?}");
    }
}

/// Silence, or the end of the connection.
fn broken(step: Step) -> Result<(), MailProblem> {
    match step {
        Step::End => Err(MailProblem::Unanswered),
        Step::Quit => Ok(()),
        _ => Err(MailProblem::Unreached),
    }
}

#[tokio::test]
async fn delivery_a_server_that_hangs_has_the_message_only_after_its_end() {
    everywhere(Whim::Hang, Duration::from_secs(3), broken).await;
}

#[tokio::test]
async fn delivery_a_server_that_breaks_off_has_the_message_only_after_its_end() {
    everywhere(Whim::Reset, AMPLE, broken).await;
    everywhere(Whim::Close, AMPLE, broken).await;
}

#[tokio::test]
async fn delivery_a_refusal_is_one_at_every_step() {
    fn refused(step: Step, number: u16) -> Result<(), MailProblem> {
        if step == Step::Quit { Ok(()) } else { Err(MailProblem::Refused(number)) }
    }
    everywhere(Whim::Say(b"451 4.3.0 later\r\n"), AMPLE, |step| refused(step, 451)).await;
    everywhere(Whim::Say(b"421 4.3.2 going down\r\n"), AMPLE, |step| refused(step, 421)).await;
    everywhere(Whim::Say(b"550-5.1.1 no\r\n550 5.1.1 such mailbox\r\n"), AMPLE, |step| refused(step, 550)).await;
}

#[tokio::test]
async fn delivery_nonsense_is_no_answer() {
    for nonsense in [&b"HTTP/1.1 200 OK\r\n"[..], b"999 what\r\n", b"250-a\r\n550 b\r\n", b"\r\n", b"250 \xFF\r\n"] {
        everywhere(Whim::Say(nonsense), AMPLE, broken).await;
    }
}

/// A positive reply that is about something else is none about this message.
#[tokio::test]
async fn delivery_a_reply_out_of_turn_is_no_answer() {
    assert_eq!(answer(Step::Data, Whim::Say(b"250 ok\r\n"), AMPLE).await, Err(MailProblem::Unreached));
    assert_eq!(
        answer(Step::From, Whim::Say(b"250 ok\r\n250 ok\r\n250 ok\r\n"), AMPLE).await,
        Err(MailProblem::Unreached)
    );
    assert_eq!(answer(Step::End, Whim::Say(b"354 go on\r\n"), AMPLE).await, Err(MailProblem::Unanswered));
}

/// It ends by the number of bytes, long before the time is over.
#[tokio::test]
async fn delivery_a_reply_without_an_end_is_cut_off() {
    let begun = Instant::now();
    everywhere(Whim::Babble, Duration::from_secs(600), broken).await;
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn delivery_a_slow_server_is_waited_for_as_long_as_was_named() {
    everywhere(Whim::Slow(Duration::from_millis(20)), AMPLE, |_| Ok(())).await;
    // It says something all the time; what counts is the whole.
    everywhere(Whim::Slow(Duration::from_secs(1)), Duration::from_secs(3), broken).await;
}

#[tokio::test]
async fn delivery_whoever_is_not_there_has_nothing() {
    // Bound and given back: nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (_, message) = email("Anna's Bikes", Language::English);
    let refused = channel(port, AMPLE).send_explained(&message, &anna(), &KEY).await;
    assert_eq!(refused, Err(MailProblem::Unreached));
    let nowhere = LettreChannel::new(MailServer::plain("mail.invalid"), "Anna", "codes@shop.example").unwrap();
    assert_eq!(nowhere.send_explained(&message, &anna(), &KEY).await, Err(MailProblem::Unreached));
}

#[tokio::test]
async fn f39_nobody_but_one_mailbox_is_written_to() {
    let server = Server::start(Step::Greeting, Whim::Hang).await;
    let (_, message) = email("Anna's Bikes", Language::English);
    let channel = channel(server.port, AMPLE);
    for foreign in [
        Recipient::sms("+4915112345678").unwrap(),
        Recipient::app("anna@example.com").unwrap(),
        Recipient::decoy(countersign::RecipientKind::Email),
        Recipient::email("änne@example.com").unwrap(),
        Recipient::email("anna@exämple.com").unwrap(),
        Recipient::email("anna@-").unwrap(),
    ] {
        let answer = channel.send_explained(&message, &foreign, &KEY).await;
        assert_eq!(answer, Err(MailProblem::Recipient), "{:?}", foreign.kind());
    }
    assert_eq!(server.visits(), 0);
}

#[test]
fn delivery_every_problem_is_one_of_three_answers() {
    for problem in
        [MailProblem::Recipient, MailProblem::Unreached, MailProblem::Refused(450), MailProblem::Refused(554)]
    {
        assert_eq!(problem.delivery(), Delivery::NotSent);
    }
    assert_eq!(MailProblem::Unanswered.delivery(), Delivery::Unknown);
}

#[test]
fn f39_a_sender_is_one_address_and_a_name_no_header() {
    let sender = |name, address| LettreChannel::new(MailServer::plain("127.0.0.1"), name, address).map(drop);
    assert_eq!(sender("Anna's Bikes", "codes@shop.example"), Ok(()));
    for name in ["Anna\r\nBcc: eve@evil.example", "Anna\n", "Anna\u{202E}", "Anna\0"] {
        assert_eq!(sender(name, "codes@shop.example"), Err(Invalid::TextCharacter), "{name:?}");
    }
    assert_eq!(sender("", "codes@shop.example"), Err(Invalid::TextEmpty));
    for address in
        ["", "codes", "codes@shop.example,eve@evil.example", "codes@shop.example\r\nBcc: e@f.g", "cödes@shop.example"]
    {
        assert_eq!(sender("Anna", address), Err(Invalid::EmailAddress), "{address:?}");
    }
}

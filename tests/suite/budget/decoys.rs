//! Accounts that do not exist look like accounts that do.

use super::*;

type Observed = Desk<Counted<MemoryStore>>;

const DECOY: Recipient<'static> = Recipient::decoy(RecipientKind::Sms);

fn desk() -> Observed {
    Desk::new(Counted::new(MemoryStore::new()))
}

/// Issues to `recipient`; the handle, and what a browser sees.
fn issue(desk: &Observed, recipient: &Recipient<'_>) -> Result<(Handle, String), Hint> {
    let value = payment(1);
    let issued = desk.act(|verifier, now, rng| verifier.issue(PAY, &customer(), &value, recipient, now, rng));
    match issued {
        Ok(issued) => Ok((issued.ticket().handle(), format!("{:?}", issued.ticket()))),
        refusal => Err(refused(refusal).hint()),
    }
}

/// Everything that somebody without the phone sees of an account, from the first challenge to the disablement: tickets,
/// hints and store calls.
fn story(recipient: &Recipient<'_>) -> Vec<String> {
    let desk = desk();
    let mut seen = Vec::new();
    for round in 0..60 {
        let (handle, ticket) = match issue(&desk, recipient) {
            Ok(issued) => issued,
            Err(Hint::Wait { until }) => {
                desk.now.set(until.as_secs());
                continue;
            }
            Err(hint) => {
                seen.push(format!("{hint:?}"));
                break;
            }
        };
        seen.push(format!("{round} {ticket}"));
        for _ in 0..6 {
            let guess = refused(desk.verify(PAY, &customer(), handle, "000000", payment(1)));
            seen.push(format!("{:?} {:?} {:?}", guess.hint(), guess.notice(), desk.store.calls()));
        }
    }
    seen
}

#[test]
fn f68_a_decoy_takes_the_same_steps_and_gives_the_same_hints_until_it_is_disabled() {
    let real = story(&phone());
    assert_eq!(real, story(&DECOY));
    assert!(real.iter().any(|line| line.contains("NextDisables")) && real.last().unwrap() == "Contact");
}

/// With the same randomness, the decoy's handle and code are those of the phone, so here the right code is known.
#[test]
fn a_decoy_never_approves_not_even_its_right_code() {
    let (real, fake) = (desk(), desk());
    let (handle, code) = real.issue(PAY, &customer(), &payment(1)).unwrap();
    let (same, _) = issue(&fake, &DECOY).unwrap();
    assert_eq!(handle, same);
    let refused = refused(fake.verify(PAY, &customer(), handle, &code, payment(1)));
    assert_eq!((refused.reason(), refused.hint()), (Reason::WrongCode, Hint::TryAgain { attempts_left: 4 }));
    assert!(real.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
}

#[test]
fn a_decoy_sends_nothing_at_issue_or_at_resend() {
    let (desk, value) = (desk(), payment(1));
    let first = desk.act(|verifier, now, rng| verifier.issue(PAY, &customer(), &value, &DECOY, now, rng)).unwrap();
    assert_eq!(code_in(&first), None);
    desk.wait(30);
    let handle = first.ticket().handle();
    let again = desk.act(|verifier, now, rng| verifier.resend(PAY, &customer(), handle, &value, &DECOY, now, rng));
    assert_eq!(code_in(&again.unwrap()), None);
}

#[test]
fn a_decoy_challenge_in_a_real_record_approves_nothing_and_shortens_nothing() {
    let desk = desk();
    desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.wait(30);
    let (handle, _) = issue(&desk, &DECOY).unwrap();
    refused(desk.verify(PAY, &customer(), handle, "000000", payment(1)));
    assert_eq!(u64::from(desk.store.written().keep_for().unwrap()), 401 * DAY);
}

#[test]
fn a_decoy_is_kept_at_most_eight_days_whatever_is_held_against_it() {
    let desk = desk();
    let days = |desk: &Observed| desk.store.written().keep_for().map(|seconds| u64::from(seconds).div_ceil(DAY));
    let (mut judged, mut longest) = (0, 0);
    while let Ok((handle, _)) = issue(&desk, &DECOY) {
        longest = longest.max(days(&desk).expect("for ever"));
        for _ in 0..5 {
            let guess = refused(desk.verify(PAY, &customer(), handle, "000000", payment(1)));
            judged += usize::from(guess.reason() == Reason::WrongCode);
            longest = longest.max(days(&desk).expect("for ever"));
            if let Hint::Wait { until } = guess.hint() {
                desk.now.set(until.as_secs());
            }
        }
    }
    assert_eq!((judged, longest), (100, 8));
}

/// A name that was guessed before its account was opened must not shorten the account's own tombstone.
#[test]
fn a_record_that_began_as_a_decoy_is_closed_like_any_other() {
    let desk = desk();
    issue(&desk, &DECOY).unwrap();
    desk.act(|verifier, now, rng| verifier.close(PAY, &customer(), now, rng)).unwrap();
    assert_eq!(u64::from(desk.store.written().keep_for().unwrap()), 401 * DAY);
}

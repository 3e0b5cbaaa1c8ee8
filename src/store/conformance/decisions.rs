//! Real decisions: two verifiers on one store, and 64 at once.

use std::boxed::Box;
use std::format;
use std::vec::Vec;

use super::broken::{Broken, Clause};
use super::desk::{Desk, JUDGED, NOW, Sent, approvals, judged, said};
use super::faults::{Fault, Meeting, Method};
use super::races::{MANY, contender};
use super::target::{No, Plan, Target};
use super::together::{Job, Together};
use crate::approval::{ApprovalId, Reason};

pub(super) type Answer = Result<ApprovalId, No>;

pub(super) async fn check<'env, T, W>(one: &T, two: &T, together: &W) -> Result<(), Broken>
where
    T: Target + 'env,
    W: Together<'env>,
{
    two_verifiers(one, two).await?;
    one_budget(one, two).await?;
    late(one).await?;
    for entrance in [Entrance::Meeting, Entrance::Yields] {
        one_approval(one, two, together, entrance).await?;
        few_judged(one, two, together, entrance).await?;
    }
    Ok(())
}

/// A code that is issued here is good there, once.
async fn two_verifiers<T: Target>(one: &T, two: &T) -> Result<(), Broken> {
    let desk = Desk::new()?;
    let sent = desk.issue(one).await?;
    let first = desk.verify(two, &sent, NOW).await?;
    if first.is_err() {
        let seen =
            format!("the right code, issued through one handle and verified through another: {}", said(&first));
        return Err(Broken::new(Clause::OneApproval, seen));
    }
    for (store, which) in [(one, "the one"), (two, "the other")] {
        let again = desk.verify(store, &sent, NOW).await?;
        if !refused(&again, Reason::AlreadyApproved) {
            let seen = format!("a code that was approved, once more through {which} handle: {}", said(&again));
            return Err(Broken::new(Clause::OneApproval, seen));
        }
    }
    Ok(())
}

/// Wrong codes here and there are counted together, and lock here and there.
async fn one_budget<T: Target>(one: &T, two: &T) -> Result<(), Broken> {
    let desk = Desk::new()?;
    let sent = desk.issue(one).await?;
    let mut answers = Vec::new();
    for (number, store) in (0..).zip([one, two, one, two, one, two, one, two]) {
        answers.push(desk.verify(store, &sent.wrong(number), NOW).await?);
    }
    within_limit(&answers, "one after the other, through two handles")?;
    counted(desk, one).await?;
    counted(desk, two).await?;
    locked(desk, two, &sent).await
}

/// Whatever the store's clock says, a record is judged by its own times.
async fn late<T: Target>(store: &T) -> Result<(), Broken> {
    let desk = Desk::new()?;
    let sent = desk.issue(store).await?;
    let answer = desk.verify(store, &sent, NOW + 300).await?;
    if refused(&answer, Reason::Expired) {
        return Ok(());
    }
    Err(Broken::new(Clause::LateIsHarmless, format!("a right code after its time: {}", said(&answer))))
}

/// How contenders come into a race.
#[derive(Clone, Copy)]
enum Entrance {
    /// All have loaded before the first of them swaps.
    Meeting,
    /// Each lets others go first before it swaps.
    Yields,
}

async fn one_approval<'env, T, W>(one: &T, two: &T, together: &W, entrance: Entrance) -> Result<(), Broken>
where
    T: Target + 'env,
    W: Together<'env>,
{
    let desk = Desk::new()?;
    let sent = desk.issue(one).await?;
    let answers = race(one, two, together, entrance, desk, |_| sent.clone()).await?;
    let approved = approvals(&answers).len();
    if approved != 1 {
        let seen = format!("of {MANY} verifies with the right code at once, {approved} were approved");
        return Err(Broken::new(Clause::OneApproval, seen));
    }
    match answers.iter().find(|answer| answer.is_err() && !refused(answer, Reason::AlreadyApproved)) {
        None => Ok(()),
        Some(odd) => {
            let seen = format!("of {MANY} verifies with the right code at once, one came to: {}", said(odd));
            Err(Broken::new(Clause::Answers, seen))
        }
    }
}

async fn few_judged<'env, T, W>(one: &T, two: &T, together: &W, entrance: Entrance) -> Result<(), Broken>
where
    T: Target + 'env,
    W: Together<'env>,
{
    let desk = Desk::new()?;
    let sent = desk.issue(two).await?;
    let answers = race(one, two, together, entrance, desk, |number| sent.wrong(number)).await?;
    within_limit(&answers, "at once")?;
    counted(desk, one).await?;
    locked(desk, one, &sent).await
}

async fn race<'env, T, W>(
    one: &T,
    two: &T,
    together: &W,
    entrance: Entrance,
    desk: Desk,
    sent: impl Fn(u32) -> Sent,
) -> Result<Vec<Answer>, Broken>
where
    T: Target + 'env,
    W: Together<'env>,
{
    let meeting = Meeting::of(MANY);
    let mut jobs: Vec<Job<'env, Result<Answer, Broken>>> = Vec::new();
    for (number, code) in (0..MANY).zip(0..) {
        let store = match entrance {
            Entrance::Meeting => contender(one, two, number, &meeting),
            Entrance::Yields => yielding(if number.is_multiple_of(2) { one } else { two }),
        };
        let sent = sent(code);
        jobs.push(Box::pin(async move { desk.verify(&store, &sent, NOW).await }));
    }
    together.all(jobs).await?.into_iter().collect()
}

fn yielding<T: Target>(store: &T) -> T {
    let plan: Plan = Box::new(|call| match call.method {
        Method::Swap => Fault::Yield(3),
        Method::Load => Fault::None,
    });
    store.under(plan)
}

fn within_limit(answers: &[Answer], how: &str) -> Result<(), Broken> {
    let (guesses, judged, approved) = (answers.len(), judged(answers), approvals(answers).len());
    if judged < JUDGED {
        let odd = answers.iter().find(|answer| matches!(answer, Err(No::Unavailable(_))));
        let odd = odd.map_or_else(|| "were refused unjudged".into(), said);
        let seen = format!("of {guesses} wrong codes {how}, only {judged} were judged; others: {odd}");
        return Err(Broken::new(Clause::Answers, seen));
    }
    if judged == JUDGED && approved == 0 {
        return Ok(());
    }
    let seen = format!(
        "of {guesses} wrong codes {how}, {judged} were judged and {approved} approved; the limit is {JUDGED}"
    );
    Err(Broken::new(Clause::JudgedWithinLimit, seen))
}

/// What was judged is what the record says.
pub(super) async fn counted<T: Target>(desk: Desk, store: &T) -> Result<(), Broken> {
    let failures = usize::from(desk.status(store).await?.day_failures());
    if failures == JUDGED {
        return Ok(());
    }
    Err(Broken::new(Clause::CountsStay, format!("after {JUDGED} wrong codes the record counts {failures}")))
}

pub(super) async fn locked<T: Target>(desk: Desk, store: &T, right: &Sent) -> Result<(), Broken> {
    let answer = desk.verify(store, right, NOW).await?;
    if refused(&answer, Reason::Locked) {
        return Ok(());
    }
    let seen = format!("after {JUDGED} wrong codes, the right one came to: {}", said(&answer));
    Err(Broken::new(Clause::JudgedWithinLimit, seen))
}

pub(super) fn refused(answer: &Answer, reason: Reason) -> bool {
    matches!(answer, Err(no) if no.reason() == Some(reason))
}

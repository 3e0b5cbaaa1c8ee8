//! Everybody spends at once, over stores that several processes would open.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use countersign::*;
use getrandom::SysRng;

use crate::desk::Shared;
use crate::support::{PAY, VERIFIED, at, code_in, keyring, payment};

/// The beginning of an hour and of a day.
const MIDNIGHT: u64 = 1_800_057_600;
const TASKS: u32 = 64;

/// A thousand messages an hour to Germany.
pub const CEILING: u64 = 9_000_000;

const GERMANY: Budget<'_> = match Budget::draft("sms")
    .zones(&[Zone::new("+49", 9_000)])
    .each_country(Limit::NONE.hour(CEILING))
    .total(Limit::NONE.day(CEILING * 1_000))
    .build()
{
    Ok(budget) => budget,
    Err(_) => panic!(),
};

const ONE_SUBJECT: Budget<'_> =
    match Budget::draft("crowd").price_elsewhere(1).each_subject(Limit::NONE.rate(Rate::new(5, 3_600))).build() {
        Ok(budget) => budget,
        Err(_) => panic!(),
    };

/// Each of so many issues is for a new subject and a new number, and pays. Answers what was spent, and how many left.
pub async fn stampede<S: Shared + AsyncTally>(stores: Vec<S>, issues: u32) -> (u64, u64) {
    let stores: Vec<Arc<S>> = stores.into_iter().map(Arc::new).collect();
    let sums = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
    let verifier = Arc::new(Verifier::new(keyring()));
    let task = |task: u32| {
        let store = Arc::clone(&stores[task as usize % stores.len()]);
        let (verifier, sums) = (Arc::clone(&verifier), Arc::clone(&sums));
        tokio::spawn(async move {
            for n in (task..issues).step_by(TASKS as usize) {
                let (who, number) = (Subject::new(&format!("customer-{n}")).unwrap(), format!("+4915{n:09}"));
                let (value, to) = (payment(1), Recipient::sms(&number).unwrap().verified(VERIFIED));
                let issue = verifier.issue(PAY, &who, &value, &to, at(MIDNIGHT), &mut SysRng).unwrap();
                assert!(code_in(&issue.run_async(&store).await.unwrap()).is_some());
                let spend = verifier.spend(&GERMANY, &who, &to, at(MIDNIGHT), &mut SysRng).unwrap();
                match spend.run_async(&store).await {
                    Ok(reservation) => {
                        sums.0.fetch_add(reservation.keep(), Ordering::SeqCst);
                        sums.1.fetch_add(1, Ordering::SeqCst);
                    }
                    Err(Failure::Refused(refused)) => assert_eq!(refused.reason(), Reason::OverBudget),
                    Err(other) => panic!("{other}"),
                }
            }
        })
    };
    for task in (0..TASKS).map(task).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    (sums.0.load(Ordering::SeqCst), sums.1.load(Ordering::SeqCst))
}

/// 64 tasks for one subject.
pub async fn crowd<S: Shared + AsyncTally>(stores: Vec<S>) -> usize {
    let stores: Vec<Arc<S>> = stores.into_iter().map(Arc::new).collect();
    let verifier = Arc::new(Verifier::new(keyring()));
    let task = |task: u32| {
        let (store, verifier) = (Arc::clone(&stores[task as usize % stores.len()]), Arc::clone(&verifier));
        tokio::spawn(async move {
            let (who, number) = (Subject::new("one").unwrap(), format!("+4915{task:09}"));
            let to = Recipient::sms(&number).unwrap();
            let spend = verifier.spend(&ONE_SUBJECT, &who, &to, at(MIDNIGHT), &mut SysRng).unwrap();
            match spend.run_async(&store).await {
                Ok(reservation) => reservation.keep() == 1,
                Err(Failure::Refused(refused)) => refused.reason() != Reason::OverBudget,
                Err(other) => panic!("{other}"),
            }
        })
    };
    let mut paid = 0;
    for task in (0..TASKS).map(task).collect::<Vec<_>>() {
        paid += usize::from(task.await.unwrap());
    }
    paid
}

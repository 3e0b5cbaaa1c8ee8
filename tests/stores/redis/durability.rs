//! What is lost, and what is not, when Redis is killed or a replica takes over.

use std::time::Duration;

use countersign::*;
use getrandom::SysRng;
use redis::aio::ConnectionManager;
use redis::cmd;

use super::{Prefix, connection};
use crate::desk::{Desk, Place};
use crate::kill::Mortal;
use crate::private::Private;
use crate::support::{PAY, START, at, customer, payment, reason, six};

impl Mortal for Prefix {
    type Store = RedisStore<ConnectionManager>;
    const DURABLE: &'static [&'static str] = &["--appendonly", "yes", "--appendfsync", "always"];
    const LOSSY: &'static [&'static str] = &["--appendonly", "no"];

    fn server(settings: &[&str]) -> Private {
        Private::redis(settings)
    }

    async fn store(server: &Private, lossy: bool) -> Self::Store {
        let options = RedisOptions::new();
        let options = if lossy { options.lossy() } else { options };
        options.open(connection(&server.place().await.url).await).await.unwrap()
    }

    /// A snapshot, to which a server without a log goes back.
    fn hold_back(server: &Private) {
        let mut client = redis::Client::open(format!("redis://127.0.0.1:{}", server.port)).unwrap();
        cmd("SAVE").exec(&mut client).unwrap();
    }
}

/// A primary and its replica, connected.
async fn pair() -> [(Private, Prefix); 2] {
    let (primary, replica) = (Private::redis(&[]), Private::redis(&["--repl-diskless-load", "swapdb"]));
    let mut places = (primary.place().await, replica.place().await);
    places.1.prefix.clone_from(&places.0.prefix);
    places.1.ask(cmd("REPLICAOF").arg("127.0.0.1").arg(primary.port)).await;
    let mut written = redis::pipe();
    written.cmd("SET").arg("written").arg(1).ignore().cmd("WAIT").arg(1).arg(1_000);
    while written.query_async::<[u8; 1]>(&mut connection(&places.0.url).await).await.unwrap() != [1] {}
    [(primary, places.0), (replica, places.1)]
}

/// Long enough for a busy machine.
fn waiting(place: &Prefix, replicas: u8) -> RedisOptions {
    place.options().replicas(replicas).time_out(Duration::from_secs(10))
}

/// A store whose replica is cut off between a load and a swap.
struct CutOff<'p, S> {
    store: S,
    replica: &'p Prefix,
}

impl<S: AsyncStore + Send> AsyncStore for CutOff<'_, S> {
    type Error = S::Error;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.store.load_async(key).await
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        self.replica.ask(cmd("REPLICAOF").arg("127.0.0.1").arg(1)).await;
        self.store.swap_async(key, seen, next).await
    }
}

/// Types the right code, cuts the replica off meanwhile, and promotes it after the primary's end. Says whether the code
/// was approved before, and after.
async fn fail_over(replicas: u8) -> [bool; 2] {
    let [(primary, first), (_replica, second)] = pair().await;
    let desk = Desk::new(waiting(&first, replicas).open(connection(&first.url).await).await.unwrap());
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    wait_for_the_record(&second).await;
    let Desk { verifier, store, .. } = desk;
    let store = CutOff { store, replica: &second };
    let verify = verifier.verify(PAY, &customer(), handle, six(&code), payment(1), at(START), &mut SysRng).unwrap();
    let approved = verify.run_async(&store).await;
    if let Err(failure) = &approved {
        let Failure::Unavailable(Unavailable::Store(error)) = failure else { panic!("{failure:?}") };
        assert_eq!(error.to_string(), "too few replicas acknowledged in time");
    }
    let there = Desk::new(first.open().await).verify(&customer(), handle, &code, payment(1)).await;
    assert_eq!(reason(there), Reason::AlreadyApproved, "the primary has it, which is not enough");
    primary.kill();
    second.ask(cmd("REPLICAOF").arg("NO").arg("ONE")).await;
    let again = Desk::new(second.open().await).verify(&customer(), handle, &code, payment(1)).await;
    [approved.is_ok(), again.is_ok()]
}

async fn wait_for_the_record(place: &Prefix) {
    for _ in 0..100 {
        if place.keys().await.len() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the record does not arrive");
}

#[tokio::test]
#[ignore = "needs redis-server; starts its own"]
async fn a_failover_loses_an_approval_that_no_replica_had() {
    assert_eq!(fail_over(0).await, [true, true], "one code was approved twice: the loss is seen");
}

#[tokio::test]
#[ignore = "needs redis-server; starts its own"]
async fn what_too_few_replicas_have_is_not_approved() {
    assert_eq!(fail_over(1).await, [false, true], "so that after the failover it is approved for the first time");
}

#[tokio::test]
#[ignore = "needs redis-server; starts its own"]
async fn with_a_replica_that_follows_everything_is_approved() {
    let [(_primary, first), (_replica, second)] = pair().await;
    let desk = Desk::new(waiting(&first, 1).open(connection(&first.url).await).await.unwrap());
    for number in 0..20 {
        let who = Subject::new(&format!("customer-{number}")).unwrap();
        let (handle, code) = desk.issue(&who, &payment(1)).await.unwrap();
        assert!(desk.verify(&who, handle, &code, payment(1)).await.is_ok());
        let there = Desk::new(second.options().open(connection(&second.url).await).await.unwrap());
        let status = there.status(&who, handle).await.unwrap();
        assert_eq!(status.challenge(), Some(ChallengeStatus::Approved), "the replica has it already");
    }
}

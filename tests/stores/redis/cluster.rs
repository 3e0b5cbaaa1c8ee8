//! A cluster of three primaries, over the client's cluster connection.

use std::time::Duration;

use countersign::*;
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::{Value, cmd};

use super::Prefix;
use crate::cases;
use crate::desk::{Desk, Place};
use crate::outage::nothing_is_approved_meanwhile;
use crate::private::Private;
use crate::support::{not, payment, reason};

struct Cluster {
    nodes: [(Private, Prefix); 3],
}

impl Cluster {
    async fn new() -> Self {
        let mut nodes = Vec::new();
        for _ in 0..3 {
            let server = Private::redis(&["--cluster-enabled", "yes"]);
            let place = server.place().await;
            nodes.push((server, place));
        }
        let cluster = Self { nodes: nodes.try_into().ok().unwrap() };
        for (number, (_, place)) in (0..).zip(&cluster.nodes) {
            let (from, to) = Self::slots(number);
            place.ask(cmd("CLUSTER").arg("ADDSLOTSRANGE").arg(from).arg(to)).await;
            place.ask(cmd("CLUSTER").arg("SET-CONFIG-EPOCH").arg(number + 1)).await;
        }
        for (server, _) in &cluster.nodes[1..] {
            cluster.nodes[0].1.ask(cmd("CLUSTER").arg("MEET").arg("127.0.0.1").arg(server.port)).await;
        }
        cluster.wait_for("cluster_state:ok").await;
        cluster
    }

    fn slots(node: u32) -> (u32, u32) {
        (node * 5_461, if node == 2 { 16_383 } else { node * 5_461 + 5_460 })
    }

    /// Waits until each node says this of the cluster.
    async fn wait_for(&self, state: &str) {
        for (_, place) in &self.nodes {
            loop {
                let Value::BulkString(info) = place.ask(cmd("CLUSTER").arg("INFO")).await else { panic!() };
                let info = String::from_utf8(info).unwrap();
                if info.contains(state) && info.contains("cluster_known_nodes:3") {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    async fn connection(&self) -> ClusterConnection {
        let builder = ClusterClientBuilder::new([self.nodes[0].1.url.as_str()]);
        builder.build().unwrap().get_async_connection().await.unwrap()
    }
}

impl Place for Cluster {
    type Store = RedisStore<ClusterConnection>;

    async fn open(&self) -> Self::Store {
        RedisOptions::new().lossy().open(self.connection().await).await.unwrap()
    }

    async fn dump(&self) -> Vec<u8> {
        let mut dump = Vec::new();
        for (_, place) in &self.nodes {
            dump.extend(place.dump().await);
        }
        dump
    }

    async fn mix_up(&self) {}

    async fn advance(&self, _: u64) {}
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server; starts its own"]
async fn a_cluster_is_a_store() {
    let cluster = Cluster::new().await;
    let desk = Desk::new(cluster.open().await);
    for number in 0..30 {
        let who = Subject::new(&format!("customer-{number}")).unwrap();
        let (handle, code) = desk.issue(&who, &payment(1)).await.unwrap();
        assert!(desk.verify(&who, handle, &not(&code), payment(1)).await.is_err());
        assert!(desk.verify(&who, handle, &code, payment(1)).await.is_ok());
        assert_eq!(reason(desk.verify(&who, handle, &code, payment(1)).await), Reason::AlreadyApproved);
    }
    for (_, place) in &cluster.nodes {
        assert!(place.ask(&cmd("DBSIZE")).await != Value::Int(0), "records are on every node");
    }
    cases::a_key_is_binary(&cluster).await;
    cases::f01_one_code_in_64_tasks_is_approved_once(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server; starts its own"]
async fn each_primarys_eviction_is_looked_at() {
    let cluster = Cluster::new().await;
    let one = &cluster.nodes[2].1;
    one.ask(cmd("CONFIG").arg("SET").arg("maxmemory-policy").arg("volatile-lru")).await;
    for _ in 0..5 {
        let opened = RedisOptions::new().lossy().open(cluster.connection().await).await;
        assert!(opened.unwrap_err().to_string().ends_with("volatile-lru"), "whichever node is asked first");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server; starts its own"]
async fn f55_while_the_cluster_is_down_nothing_is_approved() {
    let cluster = Cluster::new().await;
    let desk = Desk::new(cluster.open().await);
    let down = async || {
        for (_, place) in &cluster.nodes {
            place.ask(cmd("CLUSTER").arg("DELSLOTS").arg(0)).await;
        }
        cluster.wait_for("cluster_state:fail").await;
    };
    let up = async || {
        cluster.nodes[0].1.ask(cmd("CLUSTER").arg("ADDSLOTS").arg(0)).await;
        cluster.wait_for("cluster_state:ok").await;
    };
    nothing_is_approved_meanwhile(&desk, "cluster down", down, up).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server; starts its own"]
async fn on_a_cluster_too_replicas_are_waited_for_where_the_key_is() {
    let cluster = Cluster::new().await;
    let store = RedisOptions::new().lossy().replicas(1).open(cluster.connection().await).await.unwrap();
    let error = store.load_async(&Key::from_bytes([7; 32])).await.unwrap_err();
    assert_eq!(error.to_string(), "too few replicas acknowledged in time");
}

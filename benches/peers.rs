//! This crate beside others that make and check one-time passwords: what a call costs, and what each does with hostile
//! inputs. `scripts/peers` prints both tables.

#[path = "peers/hostile.rs"]
mod hostile;
#[path = "peers/libreauth.rs"]
mod libreauth_;
#[path = "peers/otpauth.rs"]
mod otpauth_;
#[path = "peers/ours.rs"]
mod ours;
#[path = "peers/slauth.rs"]
mod slauth_;
#[path = "peers/speed.rs"]
mod speed;
#[path = "peers/totp_lite.rs"]
mod totp_lite_;
#[path = "peers/totp_rs.rs"]
mod totp_rs_;

use hostile::{Case, Outcome};
use speed::Speed;

/// One crate.
struct Peer {
    name: &'static str,
    /// What it costs. It is given the code that is right at [`NOW`], in a window of one step each way.
    speed: fn() -> Speed,
    hostile: fn(Case) -> Outcome,
}

const PEERS: [Peer; 6] = [
    Peer { name: "countersign", speed: ours::speed, hostile: ours::hostile },
    Peer { name: "totp-rs", speed: totp_rs_::speed, hostile: totp_rs_::hostile },
    Peer { name: "otpauth", speed: otpauth_::speed, hostile: otpauth_::hostile },
    Peer { name: "libreauth", speed: libreauth_::speed, hostile: libreauth_::hostile },
    Peer { name: "totp-lite", speed: totp_lite_::speed, hostile: totp_lite_::hostile },
    Peer { name: "slauth", speed: slauth_::speed, hostile: slauth_::hostile },
];

/// SHA-1, 20 bytes and 6 digits: the one choice that all of them have.
const KEY: &[u8; 20] = b"12345678901234567890";
const NOW: u64 = 1_234_567_890;
/// Right at [`NOW`].
const RIGHT: &str = "005924";
/// Wrong in all three steps around [`NOW`].
const WRONG: &str = "000000";
const URI: &str =
    "otpauth://totp/Anna%20Shop:bert%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Anna%20Shop";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["speed"] => speed::table(),
        ["hostile"] => hostile::run(),
        ["hostile", checked] => hostile::table(checked),
        ["one", peer, case] => hostile::one(peer, case),
        _ => panic!("speed | hostile | hostile FILE | one PEER CASE"),
    }
}

/// As it is in the lock file.
fn version(name: &str) -> &'static str {
    let lock = include_str!("peers/Cargo.lock");
    let (_, after) = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).expect("it is a dependency");
    after.split('"').next().unwrap_or_default()
}

/// The head of a table, with a column for each crate.
fn head(first: &str) {
    let names = PEERS.iter().map(|peer| format!("{} {}", peer.name, version(peer.name)));
    println!("| {first} | {} |", names.collect::<Vec<_>>().join(" | "));
    println!("|---|{}", "---|".repeat(first.matches('|').count() + PEERS.len()));
}

//! Two processes of the real program on one database.

use std::io::Write;
use std::sync::Barrier;

use serde_json::json;

use crate::client::{Reply, answer, confirm, connect, pay, request, status};
use crate::engine::{self, Engine};
use crate::house::Folder;
use crate::process::{Process, furnish};

/// One race alone may happen to be none; every order has a customer of its own.
const ORDERS: core::ops::Range<u32> = 1..17;
const CLIENTS: usize = 64;

engine::stamp! {
    f01_f05_64_confirms_at_two_processes_are_one_capture
    f02_f24_64_wrong_codes_at_two_processes_are_judged_five_times
}

fn f01_f05_64_confirms_at_two_processes_are_one_capture(folder: &Folder, engine: &Engine) {
    furnish(folder, ORDERS);
    let processes = [Process::start(folder, engine), Process::start(folder, engine)];
    for order in ORDERS {
        one_capture(folder, &processes, order);
    }
    let orders = u64::from(ORDERS.end - ORDERS.start);
    let replays = (64 - 1 + 2) * orders; // of the race, and one more at each process
    agree(
        &processes,
        [
            ("kinds", "issued", orders),
            ("kinds", "approved", orders),
            ("kinds", "refused", replays),
            ("reasons", "already_approved", replays),
        ],
    );
    let approvals = processes.map(|process| process.end_and_count(": approved, "));
    assert_eq!(approvals.iter().sum::<usize>(), ORDERS.len(), "the ledger had no second one to refuse");
}

fn one_capture(folder: &Folder, processes: &[Process; 2], order: u32) {
    let handle = pay(processes[0].address, order);
    let code = folder.code();
    let replies = at_once(processes, order, |_| json!({ "handle": handle, "code": code }).to_string());

    let (captured, others): (Vec<_>, Vec<_>) = replies.into_iter().partition(|(status, _)| *status == 200);
    assert_eq!((captured.len(), others.len()), (1, CLIENTS - 1), "{others:?}");
    let entry = &captured[0].1["captured"];
    assert_eq!(entry["amount"], "EUR 129.90");
    for (status, body) in others {
        assert_eq!((status, &body["error"]), (409, &json!("already used")));
        assert!(body["captured"].is_null() || body["captured"] == *entry, "{body}");
    }
    for process in processes {
        assert_eq!(status(process.address, order, &handle), json!({ "captured": entry, "challenge": "approved" }));
        let told = json!({ "error": "already used", "captured": entry });
        assert_eq!(confirm(process.address, order, &handle, &code), (409, told));
    }
}

fn f02_f24_64_wrong_codes_at_two_processes_are_judged_five_times(folder: &Folder, engine: &Engine) {
    furnish(folder, ORDERS);
    let processes = [Process::start(folder, engine), Process::start(folder, engine)];
    for order in ORDERS {
        no_capture(folder, &processes, order);
    }
    let orders = u64::from(ORDERS.end - ORDERS.start);
    agree(
        &processes,
        [
            ("kinds", "issued", orders),
            ("kinds", "approved", 0),
            ("reasons", "wrong_code", 5 * orders),
            ("reasons", "locked", (64 - 5 + 2) * orders),
        ],
    );
    let judged = processes.map(|process| process.end_and_count(": refused, WrongCode"));
    assert_eq!(judged.iter().sum::<usize>(), 5 * ORDERS.len(), "{judged:?}");
}

fn no_capture(folder: &Folder, processes: &[Process; 2], order: u32) {
    let handle = pay(processes[0].address, order);
    let code: usize = folder.code().parse().unwrap();
    let wrong = |client: usize| format!("{:06}", (code + 1 + client) % 1_000_000);
    let replies = at_once(processes, order, |client| json!({ "handle": handle, "code": wrong(client) }).to_string());

    assert!(replies.iter().all(|(status, _)| *status == 403), "{replies:?}");
    for process in processes {
        let (refused, body) = confirm(process.address, order, &handle, &format!("{code:06}"));
        assert_eq!((refused, &body["hint"]), (403, &json!("wait")), "the right code comes too late");
        assert_eq!(status(process.address, order, &handle), json!({ "captured": null, "challenge": "over" }));
    }
}

/// What the operators of both see adds up to what the records and the ledger say.
fn agree<const N: usize>(processes: &[Process; 2], counts: [(&str, &str, u64); N]) {
    for (table, name, records) in counts {
        let seen: u64 = processes.iter().map(|process| process.counts(table, name)).sum();
        assert_eq!(seen, records, "{table} {name}");
    }
}

/// Every client has its connection before any of them asks; each other one asks the other process.
fn at_once(processes: &[Process; 2], order: u32, body: impl Fn(usize) -> String + Sync) -> Vec<Reply> {
    let (ready, body) = (&Barrier::new(CLIENTS), &body);
    std::thread::scope(|scope| {
        let client = |client: usize| {
            let address = processes[client % processes.len()].address;
            scope.spawn(move || {
                let mut stream = connect(address);
                let request = request("POST", &format!("/orders/{order}/confirm"), &body(client));
                ready.wait();
                stream.write_all(request.as_bytes()).unwrap();
                answer(stream)
            })
        };
        let clients: Vec<_> = (0..CLIENTS).map(client).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    })
}

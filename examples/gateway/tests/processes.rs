//! Two processes of the real program on one database.

use serde_json::json;

use crate::client::{ask, confirm, pay, seen, status};
use crate::engine::{self, Engine};
use crate::house::Folder;
use crate::process::{CLIENTS, Process, at_once, furnish};

/// One race alone may happen to be none; every order has a customer of its own.
const ORDERS: core::ops::Range<u32> = 1..17;

engine::stamp! {
    f01_f05_64_confirms_at_two_processes_are_one_capture
    f02_f24_64_wrong_codes_at_two_processes_are_judged_five_times
    clicks_of_64_clients_at_two_processes_are_one_message
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
            ("/kinds/issued", orders),
            ("/kinds/budget_spent", orders),
            ("/kinds/sent", orders),
            ("/kinds/approved", orders),
            ("/conversion/+49/sent", orders),
            ("/conversion/+49/approved", orders),
            ("/kinds/refused", replays),
            ("/reasons/already_approved", replays),
        ],
    );
    let (codes, texts) = (folder.codes().len(), folder.texts().len());
    assert_eq!((codes, texts), (ORDERS.len(), 2 * ORDERS.len()), "a code and an alert for each order");
    let approvals = processes.map(|process| process.end_and_count(": approved, "));
    assert_eq!(approvals.iter().sum::<usize>(), ORDERS.len(), "the ledger had no second one to refuse");
}

fn one_capture(folder: &Folder, processes: &[Process; 2], order: u32) {
    let handle = pay(processes[0].address, order);
    let code = folder.code();
    let body = json!({ "handle": handle, "code": code });
    let replies = at_once(processes, |_| (format!("/orders/{order}/confirm"), body.clone()));

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
            ("/kinds/issued", orders),
            ("/kinds/budget_spent", orders),
            ("/kinds/sent", orders),
            ("/kinds/approved", 0),
            ("/conversion/+49/sent", orders),
            ("/conversion/+49/approved", 0),
            ("/reasons/wrong_code", 5 * orders),
            ("/reasons/locked", (64 - 5 + 2) * orders),
        ],
    );
    let (codes, texts) = (folder.codes().len(), folder.texts().len());
    assert_eq!((codes, texts), (ORDERS.len(), 2 * ORDERS.len()), "a code and an alert for each order");
    let judged = processes.map(|process| process.end_and_count(": refused, WrongCode"));
    assert_eq!(judged.iter().sum::<usize>(), 5 * ORDERS.len(), "{judged:?}");
}

fn no_capture(folder: &Folder, processes: &[Process; 2], order: u32) {
    let handle = pay(processes[0].address, order);
    let code: usize = folder.code().parse().unwrap();
    let wrong = |client: usize| format!("{:06}", (code + 1 + client) % 1_000_000);
    let body = |client| json!({ "handle": handle, "code": wrong(client) });
    let replies = at_once(processes, |client| (format!("/orders/{order}/confirm"), body(client)));

    assert!(replies.iter().all(|(status, _)| *status == 403), "{replies:?}");
    for process in processes {
        let (refused, body) = confirm(process.address, order, &handle, &format!("{code:06}"));
        assert_eq!((refused, &body["hint"]), (403, &json!("wait")), "the right code comes too late");
        assert_eq!(status(process.address, order, &handle), json!({ "captured": null, "challenge": "over" }));
    }
}

/// A double click, in two tabs at that: one challenge, one message, paid for once.
fn clicks_of_64_clients_at_two_processes_are_one_message(folder: &Folder, engine: &Engine) {
    furnish(folder, ORDERS);
    let processes = [Process::start(folder, engine), Process::start(folder, engine)];
    for order in ORDERS {
        let replies = at_once(&processes, |_| (format!("/orders/{order}/pay"), json!({ "form": "page-1" })));
        let (first, handle) = (&replies[0], &replies[0].1["handle"]);
        assert!(handle.is_string(), "{first:?}");
        assert!(replies.iter().all(|(status, ticket)| (*status, &ticket["handle"]) == (200, handle)), "{replies:?}");
        assert_eq!(ask(processes[0].address, order, "page-2").0, 403, "half a minute between two messages");
    }
    let orders = u64::from(ORDERS.end - ORDERS.start);
    agree(
        &processes,
        [
            ("/kinds/issued", orders),
            ("/kinds/silent", 63 * orders),
            ("/kinds/budget_spent", orders),
            ("/kinds/sent", orders),
            ("/conversion/+49/sent", orders),
            ("/reasons/too_soon", orders),
        ],
    );
    assert_eq!((folder.codes().len(), folder.texts().len()), (ORDERS.len(), ORDERS.len()));
}

/// What the operators of both see adds up to what the records, the ledger and the outbox say.
pub fn agree<const N: usize>(processes: &[Process; 2], counts: [(&str, u64); N]) {
    for (path, records) in counts {
        let sum: u64 = processes.iter().map(|process| seen(process.operator, path)).sum();
        assert_eq!(sum, records, "{path}");
    }
}

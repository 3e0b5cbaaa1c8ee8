//! What messages may cost: limits as a client meets them, and what the operator sees of them.

use core::ops::Range;
use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use countersign::{DynAsyncStore, MemoryStore};
use serde_json::{Value, json};

use crate::client::{Reply, ask, confirm, get, pay, post, seen};
use crate::engine::{self, Engine};
use crate::house::{Folder, House};
use crate::process::{Process, at_once, furnish_for, table};
use crate::processes::agree;

engine::stamp! { f70_the_total_of_all_messages_holds_across_two_processes }

/// Each order of another customer.
fn house(orders: Range<u32>, phone: impl Fn(u32) -> String) -> House {
    House::with(DynAsyncStore::with_tally(MemoryStore::new()), &table(orders, phone))
}

fn german(order: u32) -> String {
    format!("+4915112{order:06}")
}

/// The last event of a kind that an operator sees.
fn last(operator: SocketAddr, kind: &str) -> Value {
    let (_, view) = get(operator, "/events");
    let events = view["events"].as_array().unwrap();
    events.iter().rfind(|event| event["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {view}")).clone()
}

fn wait(until: u64) -> Reply {
    (403, json!({ "error": "refused", "hint": "wait", "until": until }))
}

#[test]
fn a_customer_gets_five_messages_and_has_to_wait_for_the_sixth() {
    let house = house(1..2, german);
    let handle = pay(house.address, 1);
    let again = || post(house.address, "/orders/1/resend", &json!({ "handle": handle }));
    for sends in [2, 3] {
        house.clock.advance(30);
        assert_eq!((again().0, house.folder.codes().len()), (200, sends), "a message of a resend is paid for too");
    }
    for form in ["page-2", "page-3"] {
        house.clock.advance(30);
        assert_eq!(ask(house.address, 1, form).0, 200);
    }
    assert_eq!((house.folder.codes().len(), seen(house.operator, "/kinds/budget_spent")), (5, 5));
    house.clock.advance(30);
    // Of five in an hour one comes back in 12 minutes.
    assert_eq!(ask(house.address, 1, "page-4"), wait(1_800_000_000 + 720));
    assert_eq!((house.folder.texts().len(), seen(house.operator, "/kinds/budget_spent")), (5, 5));

    let refused = last(house.operator, "budget_refused");
    assert_eq!((&refused["reason"], &refused["detail"]), (&json!("over_budget"), &json!("subject_rate")));
    let issued = last(house.operator, "issued");
    assert_eq!((&refused["challenge"], &refused["subject"]), (&issued["challenge"], &issued["subject"]));
    assert_eq!(seen(house.operator, "/limits/subject_rate"), 1);
    assert_eq!(seen(house.operator, "/conversion/+49/sent"), 5);

    // It was ended, so its page's next request is one of its own, and not the repeat of a message that never left.
    assert_eq!(last(house.operator, "cancelled")["challenge"], issued["challenge"]);
    house.clock.advance(30);
    assert_eq!(ask(house.address, 1, "page-4"), wait(1_800_000_000 + 720));
    house.clock.advance(720 - 180);
    assert_eq!((ask(house.address, 1, "page-4").0, house.folder.codes().len()), (200, 6));
    assert_eq!((ask(house.address, 1, "page-4").0, house.folder.codes().len()), (200, 6), "a repeat sends nothing");
    assert_eq!(seen(house.operator, "/kinds/budget_spent"), 6, "and spends nothing");
}

#[test]
fn f70_one_phone_of_many_accounts_gets_five_messages() {
    let house = house(1..8, |_| german(1));
    for order in 1..6 {
        pay(house.address, order);
    }
    for order in 6..8 {
        assert_eq!(ask(house.address, order, "page-1"), wait(1_800_000_000 + 720));
    }
    assert_eq!(seen(house.operator, "/limits/destination_rate"), 2);
    assert_eq!(house.folder.texts().len(), 5);
}

#[test]
fn f70_a_number_without_a_price_or_with_its_owners_gets_no_message() {
    let house = house(1..3, |order| ["+33612345678", "+19005550123"][order as usize - 1].to_owned());
    let other = (403, json!({ "error": "refused", "hint": "other recipient" }));
    for (order, limit) in [(1, "unpriced"), (2, "barred")] {
        assert_eq!(ask(house.address, order, "page-1"), other);
        assert_eq!(last(house.operator, "budget_refused")["detail"], limit);
        assert_eq!(seen(house.operator, &format!("/limits/{limit}")), 1);
    }
    assert_eq!(house.folder.messages(), Vec::<Value>::new());
    assert_eq!(get(house.operator, "/events").1["conversion"], json!({}));
}

#[test]
fn only_what_was_never_handed_over_is_given_back() {
    let house = house(1..20, |_| german(1));
    let outbox = house.folder.path("outbox");
    fs::remove_file(&outbox).unwrap();
    fs::create_dir(&outbox).unwrap(); // which nobody can write to
    for order in 1..10 {
        pay(house.address, order);
    }
    assert_eq!(seen(house.operator, "/kinds/not_sent"), 9);
    assert_eq!(get(house.operator, "/events").1["conversion"], json!({}));
    fs::remove_dir(&outbox).unwrap();
    for order in 10..15 {
        pay(house.address, order);
    }
    assert_eq!(ask(house.address, 15, "page-1").0, 403);
    assert_eq!((house.folder.codes().len(), seen(house.operator, "/kinds/sent")), (5, 5));
    assert_eq!(seen(house.operator, "/conversion/+49/sent"), 5);
}

/// Of fifty messages none leads to a payment: the tenth of the country's money is spent already.
#[test]
fn f70_a_country_whose_codes_nobody_confirms_gets_no_more_of_them() {
    let house = house(1..52, german);
    for order in 1..51 {
        pay(house.address, order);
    }
    assert_eq!(ask(house.address, 51, "page-1"), wait(1_800_003_600));
    assert_eq!(seen(house.operator, "/limits/country_hour"), 1);
    let counted = json!({ "+49": { "sent": 50, "approved": 0 } });
    assert_eq!(get(house.operator, "/events").1["conversion"], counted);
}

#[test]
fn a_country_whose_codes_are_confirmed_gets_more_of_them() {
    let house = house(1..52, german);
    for order in 1..51 {
        let handle = pay(house.address, order);
        if order <= 10 {
            assert_eq!(confirm(house.address, order, &handle, &house.folder.code()).0, 200);
        }
    }
    pay(house.address, 51);
    let counted = json!({ "+49": { "sent": 51, "approved": 10 } });
    assert_eq!(get(house.operator, "/events").1["conversion"], counted);
}

/// Fifteen messages to ships are what all may cost in an hour, and ten what those of one country may.
fn f70_the_total_of_all_messages_holds_across_two_processes(folder: &Folder, engine: &Engine) {
    let phone = |order| match order {
        65.. => german(order),
        _ if order % 2 == 0 => format!("+8707730{order:05}"),
        _ => format!("+8816214{order:05}"),
    };
    furnish_for(folder, 1..67, phone);
    let until = in_one_hour();
    let processes = [Process::start(folder, engine), Process::start(folder, engine)];
    // Pairs of clients ask the same process, so each process has ships of both.
    let order = |client: usize| client / 2 + client % 2 * 32 + 1;
    let replies =
        at_once(&processes, |client| (format!("/orders/{}/pay", order(client)), json!({ "form": "page-1" })));
    let (paid, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|(status, _)| *status == 200);
    assert_eq!((paid.len(), refused.len()), (15, 49), "{refused:?}");
    assert!(refused.iter().all(|reply| *reply == wait(until)), "{refused:?}");
    assert_eq!((folder.codes().len(), folder.texts().len()), (15, 15));

    let sums = |path: &str| processes.iter().map(|process| seen(process.operator, path)).sum::<u64>();
    agree(
        &processes,
        [("/kinds/issued", 64), ("/kinds/budget_spent", 15), ("/kinds/sent", 15), ("/kinds/not_sent", 49)],
    );
    agree(&processes, [("/kinds/budget_refused", 49), ("/reasons/over_budget", 49), ("/kinds/cancelled", 49)]);
    assert_eq!(sums("/limits/total_hour") + sums("/limits/country_hour"), 49);
    let ships = [sums("/conversion/+870/sent"), sums("/conversion/+8816/sent")];
    assert!(ships[0] + ships[1] == 15 && ships.iter().all(|sent| *sent <= 10), "{ships:?}");

    // And nobody else gets one, at whichever process: it is not the ships' countries that are spent.
    for (process, order) in processes.iter().zip(65..) {
        let before = seen(process.operator, "/limits/total_hour");
        assert_eq!(ask(process.address, order, "page-1"), wait(until));
        assert_eq!(seen(process.operator, "/limits/total_hour"), before + 1);
        assert_eq!(last(process.operator, "budget_refused")["detail"], "total_hour");
    }
}

/// When this hour ends; what is spent in two of them is two budgets, so a test does not begin at the end of one.
fn in_one_hour() -> u64 {
    let now = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    if now() % 3_600 > 3_540 {
        std::thread::sleep(Duration::from_secs(3_600 - now() % 3_600));
    }
    now() / 3_600 * 3_600 + 3_600
}

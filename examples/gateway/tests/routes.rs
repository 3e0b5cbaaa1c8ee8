//! Each status for its own kind of answer.

use countersign::{DynAsyncStore, MemoryStore, RefusingStore};
use serde_json::{Value, json};

use crate::client::{ask, confirm, get, pay, post, seen, status};
use crate::house::{House, ORDERS};

fn not(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

fn house() -> House {
    House::new(DynAsyncStore::new(MemoryStore::new()))
}

#[test]
fn what_is_malformed_is_400_and_costs_no_attempt() {
    let house = house();
    let handle = pay(house.address, 4711);
    let bodies = [
        json!({}),
        json!([]),
        json!({ "handle": handle }),
        json!({ "handle": handle, "code": 123_456 }),
        json!({ "handle": handle, "code": "12345" }),
        json!({ "handle": handle, "code": "1234567" }),
        json!({ "handle": handle, "code": "-12345" }),
        json!({ "handle": "1", "code": "123456" }),
        json!({ "handle": handle.to_lowercase(), "code": "123456" }),
        json!({ "handle": handle, "code": "1".repeat(10_000) }),
    ];
    for body in bodies {
        let (status, answer) = post(house.address, "/orders/4711/confirm", &body);
        assert_eq!((status, &answer["error"]), (400, &json!("malformed")), "{body}");
    }
    for form in ["", &"1".repeat(256)] {
        assert_eq!(post(house.address, "/orders/4712/pay", &json!({ "form": form })).0, 400);
    }
    assert_eq!(get(house.address, "/orders/4711?handle=1").0, 400);
    let (status, answer) = confirm(house.address, 4711, &handle, &not(&house.folder.code()));
    assert_eq!((status, answer), (403, json!({ "error": "refused", "hint": "try again", "attempts_left": 4 })));
}

#[test]
fn a_refusal_is_403_with_a_hint_and_without_a_reason() {
    let house = house();
    let handle = pay(house.address, 4711);
    let code = house.folder.code();
    let (status, answer) = post(house.address, "/orders/4711/resend", &json!({ "handle": handle }));
    assert_eq!((status, &answer["hint"]), (403, &json!("wait")), "half a minute between two messages");
    for left in [4, 3, 2, 1] {
        let hint = json!({ "error": "refused", "hint": "try again", "attempts_left": left });
        assert_eq!(confirm(house.address, 4711, &handle, &not(&code)), (403, hint));
    }
    for typed in [not(&code), not(&code), code] {
        let (status, answer) = confirm(house.address, 4711, &handle, &typed);
        assert_eq!((status, &answer["hint"]), (403, &json!("wait")), "{answer}");
        assert_eq!(answer.as_object().unwrap().len(), 3, "{answer}");
    }
    let texts = house.folder.texts();
    assert_eq!(texts.len(), 2, "a code and one alert: {texts:?}");
    assert!(
        texts[1].starts_with("Too many wrong codes. Codes are refused for 30 min."),
        "the owner hears of it: {texts:?}"
    );
}

#[test]
fn amounts_are_the_servers_own_whatever_a_request_says() {
    let house = house();
    let body = json!({ "form": "page-1", "cents": 1, "amount": 1, "phone": "+4915100000000" });
    let (status, ticket) = post(house.address, "/orders/4711/pay", &body);
    assert_eq!(status, 200);
    let message = house.folder.messages().pop().unwrap();
    assert_eq!(message["to"], "+4915112345678");
    let (text, code) = (house.folder.texts().pop().unwrap(), house.folder.code());
    assert_eq!(
        text,
        format!(
            "{code} is your code to pay EUR 129.90 to Anna's Bikes. Valid 5 min. We never ask for this code.\n@shop.example #{code}"
        )
    );
    let body = json!({ "handle": ticket["handle"], "code": house.folder.code(), "cents": 1 });
    let (status, answer) = post(house.address, "/orders/4711/confirm", &body);
    assert_eq!((status, &answer["captured"]["amount"]), (200, &json!("EUR 129.90")));
    let alert = "Approved with a code: EUR 129.90 to Anna's Bikes. Not you? Contact us the way you always do.";
    assert_eq!(house.folder.texts()[1..], [alert], "the owner hears of it at once, and once");
}

/// F33: the handle and code of one order, at another one of the same customer.
#[test]
fn f33_a_code_confirms_no_other_order() {
    let house = house();
    let handle = pay(house.address, 4711);
    let (status, _) = confirm(house.address, 4712, &handle, &house.folder.code());
    assert_eq!(status, 403);
    assert_eq!(status_of(&house, 4711, &handle), json!({ "captured": null, "challenge": "over" }));
    assert_eq!(status_of(&house, 4712, &handle)["captured"], Value::Null);
}

fn status_of(house: &House, order: u32, handle: &str) -> Value {
    status(house.address, order, handle)
}

#[test]
fn a_cancelled_payment_is_over() {
    let house = house();
    let handle = pay(house.address, 4713);
    assert_eq!(status(house.address, 4713, &handle), json!({ "captured": null, "challenge": "open" }));
    let cancel = || post(house.address, "/orders/4713/cancel", &json!({ "handle": handle }));
    assert_eq!(cancel(), (200, json!({ "ended": 1 })));
    assert_eq!(cancel(), (200, json!({ "ended": 0 })));
    assert_eq!(status(house.address, 4713, &handle), json!({ "captured": null, "challenge": "over" }));
    let (status, answer) = confirm(house.address, 4713, &handle, &house.folder.code());
    assert_eq!((status, &answer["hint"]), (403, &json!("start again")));
}

/// A payee whose name no single part has room for, and who is not left out of the message either.
#[test]
fn a_message_that_cannot_be_written_is_500_and_costs_nothing() {
    let payee = json!("\u{81ea}\u{884c}\u{8f66}".repeat(8));
    let mut orders: Value = serde_json::from_str(ORDERS).unwrap();
    orders[0]["payee"] = payee;
    let house = House::with(DynAsyncStore::new(MemoryStore::new()), &orders.to_string());
    for _ in 0..2 {
        assert_eq!(ask(house.address, 4711, "page-1"), (500, json!({ "error": "internal" })));
        house.clock.advance(30);
    }
    assert_eq!(house.folder.messages(), Vec::<Value>::new());
    assert_eq!(["/kinds/not_sent", "/kinds/budget_spent"].map(|kind| seen(house.operator, kind)), [2, 0]);
}

#[test]
fn an_order_that_is_not_there_is_404() {
    let house = house();
    assert_eq!(post(house.address, "/orders/1/pay", &json!({ "form": "page-1" })).0, 404);
    assert_eq!(get(house.address, "/orders/1").0, 404);
}

/// F55: without an answer of the store nothing is refused and nothing is approved.
#[test]
fn f55_without_a_store_everything_is_503() {
    let house = House::new(DynAsyncStore::new(RefusingStore));
    let handle = "0".repeat(26);
    let told = (503, json!({ "error": "unavailable" }));
    assert_eq!(get(house.address, "/health"), told);
    assert_eq!(post(house.address, "/orders/4711/pay", &json!({ "form": "page-1" })), told);
    assert_eq!(post(house.address, "/orders/4711/resend", &json!({ "handle": handle })), told);
    assert_eq!(confirm(house.address, 4711, &handle, "123456"), told);
    assert_eq!(post(house.address, "/orders/4711/cancel", &json!({ "handle": handle })), told);
    assert_eq!(get(house.address, &format!("/orders/4711?handle={handle}")), told);
    assert_eq!(house.folder.messages(), Vec::<Value>::new());
    assert_eq!(get(self::house().address, "/health"), (200, json!({ "healthy": true })));
}

//! Walks over what has happened.

use std::time::Duration;

use mortise_sdk::{ChangeKind, ChangePage, Error, Payment, ShippedLine};
use plugin_u8::{Interest, U8};
use serde_json::json;

use crate::desk::{Desk, settings};

const NONE: &str = r#"{"errcode":"20002","errmsg":"没有符合条件的数据"}"#;
const ORDERS: &str = r#"{"errcode":"0","page_count":"1","saleorderlist":[
    {"code":"S1","define1":"SO-1"},{"code":"S2","define1":""},{"code":"S3","define1":"SO-3"}]}"#;

fn detail(code: &str, state: &str, left: &str) -> String {
    let verifier = if state == "Opening" { "" } else { "demo" };
    json!({"errcode": "0", "saleorder": {"code": code, "define1": format!("SO-{}", &code[1..]), "state": state,
        "verifier": verifier, "closer": "",
        "entry": [{"rowno": 1, "inventorycode": "A", "quantity": "4", "outquantity": left}]}})
    .to_string()
}

fn page(desk: &mut Desk, since: Option<&str>, limit: u32) -> ChangePage {
    U8::new(&settings(), desk).changes(Interest::Orders, since, limit).unwrap()
}

fn told(page: &ChangePage) -> Vec<(&str, &ChangeKind)> {
    page.items.iter().map(|change| (change.order.as_str(), &change.what)).collect()
}

fn shipped(quantity: i64) -> ChangeKind {
    ChangeKind::Shipped(vec![ShippedLine { line: 1, quantity: mortise_sdk::Decimal::whole(quantity) }])
}

#[test]
fn a_walk_tells_what_is_new_since_the_walk_before() {
    let list = "/api/saleorderlist/batch_get?";
    let mut desk = Desk::new()
        .then(list, ORDERS)
        .then("id=S1", &detail("S1", "Approved", "2"))
        .then("id=S3", &detail("S3", "Opening", "0"))
        .then("/api/acceptlist/batch_get?", NONE);
    let first = page(&mut desk, None, 50);
    assert!(desk.asked[0].0.contains("date_begin=2024-01-31"), "{}", desk.asked[0].0);
    assert_eq!(told(&first), [("SO-1", &ChangeKind::Accepted), ("SO-1", &shipped(2))]);
    assert!(first.more);
    let second = page(&mut desk, Some(&first.cursor), 50);
    assert_eq!((told(&second), second.more), (vec![], false));

    // The page was lost: the same cursor tells it again.
    let notes = desk.notes.clone();
    let again = Desk::new()
        .then(list, ORDERS)
        .then("id=S1", &detail("S1", "Approved", "2"))
        .then("id=S3", &detail("S3", "Opening", "0"));
    let mut desk = Desk { notes: notes.clone(), ..again };
    assert_eq!(told(&page(&mut desk, Some("1;orders;1;20;0"), 50)).len(), 2);

    // The next walk tells only what has changed, and asks no more about what is over.
    let next = Desk::new()
        .then(list, ORDERS)
        .then("id=S1", &detail("S1", "Approved", "2"))
        .then("id=S3", &detail("S3", "Opening", "4"));
    let mut desk = Desk { notes, ..next };
    assert_eq!(told(&page(&mut desk, Some(&second.cursor), 50)), [("SO-3", &shipped(4))]);
    let third = Desk::new().then(list, ORDERS).then("id=S1", &detail("S1", "Approved", "2"));
    let mut desk = Desk { notes: desk.notes, ..third };
    assert_eq!(told(&page(&mut desk, Some("3;orders;1;20;0"), 50)), []);
    assert!(desk.is_done());
}

#[test]
fn a_page_ends_at_its_limit_and_goes_on_there() {
    let rows: Vec<_> = (1..=3).map(|at| json!({"code": format!("S{at}"), "define1": format!("SO-{at}")})).collect();
    let list = json!({"errcode": "0", "page_count": "1", "saleorderlist": rows}).to_string();
    let mut desk = Desk::new().then("saleorderlist", &list).then("id=S1", &detail("S1", "Approved", "4"));
    let first = page(&mut desk, None, 4);
    assert_eq!((first.items.len(), first.cursor.as_str(), first.more), (2, "1;orders;1;15;1", true));
    let mut desk = Desk::new().then("saleorderlist", &list).then("id=S2", &detail("S2", "Approved", "4"));
    let second = page(&mut desk, Some(&first.cursor), 1);
    assert_eq!(told(&second), [("SO-2", &shipped(4))], "never more than the limit");
}

#[test]
fn a_page_ends_with_the_time_and_none_is_empty_for_lack_of_it() {
    let desk = |limit, left| Desk {
        time_limit: Duration::from_millis(limit),
        time_left: Duration::from_millis(left),
        slowness: Duration::from_millis(400),
        ..Desk::new().then("saleorderlist", ORDERS)
    };
    let mut enough = desk(30_000, 2_400).then("id=S1", &detail("S1", "Approved", "4"));
    assert_eq!(page(&mut enough, None, 50).cursor, "1;orders;1;15;1", "the next call goes on behind it");
    let ask = |mut desk: Desk| U8::new(&settings(), &mut desk).changes(Interest::Orders, None, 50).unwrap_err();
    let used_up = ask(desk(30_000, 2_399));
    assert!(
        matches!(&used_up, Error::Retry(pause)
        if pause.reason.en.contains("have left 1999 of the call's 30000 ms")),
        "{used_up:?}"
    );
    let too_short = ask(desk(2_399, 2_399));
    assert!(matches!(&too_short, Error::Invalid(invalid) if invalid.field == "limits.deadline-ms"), "{too_short:?}");
}

#[test]
fn payments_are_totals() {
    let receipts = r#"{"errcode":"0","page_count":"1","acceptlist":[
        {"vouchcode":"7","define1":"SO-1","amount":"50.00"},{"vouchcode":"8","define1":"SO-1","amount":"63.00"},
        {"vouchcode":"9","amount":"1"}]}"#;
    let mut desk = Desk::new().then("vouchdate_begin=", receipts).then("define1=SO-1&vouchtype=48", receipts);
    let page = page(&mut desk, Some("1;payments;1;20;0"), 50);
    assert_eq!(told(&page), [("SO-1", &ChangeKind::Paid(Payment { amount: 11_300, currency: "CNY".into() }))]);
    assert_eq!((page.more, page.cursor.as_str()), (false, "2;orders;1;20;0"));
}

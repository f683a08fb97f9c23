//! Stock and delivery notes.

use mortise_sdk::inventory::{Item, PickTask, StockQuery};
use mortise_sdk::{Customer, Decimal, Error, OrderKind, Text};
use plugin_u8::U8;
use serde_json::json;

use crate::desk::{Desk, settings};

const NONE: &str = r#"{"errcode":"20002","errmsg":"没有符合条件的数据"}"#;

fn query(sku: &str, warehouses: &[&str]) -> StockQuery {
    StockQuery { sku: sku.into(), warehouses: warehouses.iter().map(ToString::to_string).collect() }
}

/// Warehouse, item, on hand, available.
fn levels(desk: &mut Desk, queries: &[StockQuery]) -> Vec<(String, String, String, String)> {
    let levels = U8::new(&settings(), desk).stock(queries).unwrap();
    levels.into_iter().map(|l| (l.warehouse, l.sku, l.on_hand.to_string(), l.available.to_string())).collect()
}

fn row(house: &str, sku: &str, qty: &str, avail: &str, batch: &str) -> serde_json::Value {
    json!({"whcode": house, "invcode": sku, "qty": qty, "availqty": avail, "stopqty": "0", "outqty": "0", "batch": batch})
}

fn page(rows: &[serde_json::Value], pages: u32) -> String {
    json!({"errcode": "0", "errmsg": "", "page_index": "1", "page_count": pages.to_string(), "currentstock": rows})
        .to_string()
}

fn own(level: [&str; 4]) -> (String, String, String, String) {
    let [a, b, c, d] = level.map(ToOwned::to_owned);
    (a, b, c, d)
}

#[test]
fn many_items_cost_one_ranged_question() {
    let rows = [
        row("01", "A1", "120.00", "100.00", "b1"),
        row("01", "A1", "5", "5.50", "b2"),
        row("01", "A15", "9", "9", ""),
        row("02", "A1", "7", "7", ""),
        row("02", "A3", "4", "-1", ""),
    ];
    let mut desk = Desk::new().then("/api/currentstock/batch_get?", &page(&rows, 1));
    desk.codes = [("tea", "A1"), ("cup", "A3"), ("main", "01")].into();
    let asked = [query("cup", &[]), query("tea", &["main"]), query("pot", &[])];
    assert_eq!(
        levels(&mut desk, &asked),
        [own(["main", "tea", "125", "105.5"]), own(["02", "cup", "4", "-1"])],
        "the warehouse that was not asked for, and the item in between, are left out"
    );
    let url = &desk.asked[0].0;
    assert!(url.contains("&invcode_begin=A1&invcode_end=pot&page_index=1&rows_per_page=500"), "{url}");
}

#[test]
fn named_warehouses_narrow_the_question_and_nothing_is_no_error() {
    let mut desk = Desk::new().then("whcode_begin=01&whcode_end=07&", NONE);
    assert_eq!(levels(&mut desk, &[query("tea", &["07", "01"])]), []);
    assert_eq!(levels(&mut Desk::new(), &[]), []);
}

#[test]
fn pages_are_turned_or_items_asked_one_by_one_whichever_is_cheaper() {
    let (first, second) = (page(&[row("01", "a", "1", "1", "")], 2), page(&[row("01", "b", "2", "2", "")], 2));
    let mut desk = Desk::new().then("page_index=1", &first).then("page_index=2", &second);
    assert_eq!(levels(&mut desk, &[query("a", &[]), query("b", &[])]).len(), 2);

    let far = page(&[row("01", "a", "1", "1", "")], 50);
    let (a, z) = (page(&[row("01", "a", "1", "1", "")], 1), page(&[row("01", "z", "2", "2", "")], 1));
    let mut desk = Desk::new()
        .then("invcode_begin=a&invcode_end=z", &far)
        .then("invcode_begin=a&invcode_end=a", &a)
        .then("invcode_begin=z&invcode_end=z", &z);
    assert_eq!(levels(&mut desk, &[query("z", &[]), query("a", &[])]).len(), 2);

    let many: Vec<_> = (0..60).map(|at| query(&format!("s{at}"), &[])).collect();
    let mut desk = Desk::new().then("/batch_get", &page(&[], 900));
    let bounded = U8::new(&settings(), &mut desk).stock(&many);
    assert!(matches!(bounded, Err(Error::Invalid(invalid)) if invalid.field == "settings.stock-requests"));
}

fn task(kind: OrderKind) -> PickTask {
    let item = Item { line: 2, sku: "tea".into(), name: "Tea".into(), quantity: Decimal::whole(24), ..Item::default() };
    PickTask {
        key: "SO-1/pick/W1".into(),
        kind,
        order: "SO-1".into(),
        order_document: Some("0000000042".into()),
        wave: "W1".into(),
        warehouse: "main".into(),
        customer: Customer { code: "acme".into(), ..Customer::default() },
        items: vec![item],
        ..PickTask::default()
    }
}

#[test]
fn a_pick_task_is_a_delivery_note() {
    let mut desk = Desk::new().then("/api/consignment/add?", r#"{"errcode":"0","id":"N-1"}"#);
    desk.codes = [("tea", "A1"), ("main", "01")].into();
    assert_eq!(U8::new(&settings(), &mut desk).push_pick(&task(OrderKind::Sale)).unwrap().external_id, "N-1");
    let note = &desk.body(0)["consignment"];
    assert_eq!(
        (&note["define1"], &note["define2"], &note["date"]),
        (&json!("SO-1/pick/W1"), &json!("SO-1"), &json!("2024-03-01"))
    );
    assert!(note["code"].as_str().unwrap().starts_with("SO-1-pick-W1-"));
    assert_eq!(
        note["entry"],
        json!([{"rowno": 2, "inventory_code": "A1", "inventory_name": "Tea", "warehouse_code": "01", "quantity": 24,
                "socode": "0000000042"}])
    );
    let mut desk = Desk::new().then("/add?", r#"{"errcode":"0","id":"N-2"}"#);
    U8::new(&settings(), &mut desk).push_pick(&task(OrderKind::Return)).unwrap();
    assert_eq!(desk.body(0)["consignment"]["entry"][0]["quantity"], -24);
}

#[test]
fn a_note_is_found_before_it_is_repeated_and_closed_once() {
    let found = r#"{"errcode":"0","consignment":{"code":"N-1","define1":"SO-1/pick/W1"}}"#;
    let mut desk = Desk::new().attempt(2).then("/api/consignment/get?", found);
    assert_eq!(U8::new(&settings(), &mut desk).push_pick(&task(OrderKind::Sale)), Err(Error::Duplicate("N-1".into())));
    let mut desk = Desk::new().then("/api/consignment/get?", found);
    assert!(U8::new(&settings(), &mut desk).find_pick("SO-1/pick/W1").unwrap().is_some());
    let mut desk = Desk::new().then("/get?", NONE);
    assert!(U8::new(&settings(), &mut desk).cancel_pick("N-1", &Text::same("x")).is_ok());

    let closed = r#"{"errcode":"20003","errmsg":"socode 0000000042 已关闭"}"#;
    let mut desk = Desk::new().then("/add?", closed);
    assert!(matches!(U8::new(&settings(), &mut desk).push_pick(&task(OrderKind::Sale)), Err(Error::Rejected(_))));
    let nowhere = PickTask { warehouse: String::new(), ..task(OrderKind::Sale) };
    let mut desk = Desk::new();
    let refused = U8::new(&settings(), &mut desk).push_pick(&nowhere);
    assert!(matches!(refused, Err(Error::Invalid(invalid)) if invalid.field == "warehouse"));
}

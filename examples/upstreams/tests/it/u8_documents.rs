//! Orders, delivery notes, receivables, stock, and what comes back.

use mortise_upstreams::Config;
use serde_json::{Value, json};

use crate::client::{Sim, order};

fn seed() -> Value {
    json!({
        "customers": [{"code": "C0001", "name": "上海某某商贸"}],
        "inventory": [{"code": "A001", "name": "抽纸"}, "A002"],
        "warehouses": [{"code": "01", "name": "总仓"}],
        "stock": [{"warehouse": "01", "sku": "A001", "quantity": 120}, {"whcode": "01", "invcode": "A002", "qty": "7.5"}],
    })
}

async fn seeded() -> Sim {
    Sim::with(Config { seed: Some(seed()), ..Config::default() }).await
}

async fn stock(sim: &Sim, sku: &str) -> (String, String) {
    let list = sim.u8_get(&format!("currentstock/batch_get?invcode_begin={sku}&invcode_end={sku}")).await;
    let row = &list["currentstock"][0];
    (row["qty"].as_str().unwrap().to_owned(), row["availqty"].as_str().unwrap().to_owned())
}

fn note(code: &str, order: &str, quantity: i64) -> Value {
    json!({"consignment": {"code": code, "custcode": "C0001", "define1": format!("pick-{code}"),
        "entry": [{"inventory_code": "A001", "warehouse_code": "01", "quantity": quantity, "socode": order}]}})
}

#[tokio::test]
async fn an_order_is_written_read_listed_approved_and_closed() {
    let sim = seeded().await;
    assert_eq!(sim.add_order("S1", "N1").await["id"], "S1");
    let got = sim.u8_get("saleorder/get?id=S1").await;
    assert_eq!(got["saleorder"]["state"], "Opening");
    assert_eq!(got["saleorder"]["cusname"], "上海某某商贸");
    assert_eq!(got["saleorder"]["entry"][0]["money"], "100.00");
    assert_eq!(got["saleorder"]["entry"][0]["tax"], "13.00");

    let body = json!({"saleorder": {"voucher_code": "S1"}});
    assert_eq!(sim.u8_post("saleorder/verify", "v", &body).await["errcode"], "0");
    let twice = sim.u8_post("saleorder/verify", "v", &body).await;
    assert!(twice["errmsg"].as_str().unwrap().contains("已审核"));
    for (filter, count) in [
        ("define1=N1", 1),
        ("define1=N2", 0),
        ("code_begin=S1&code_end=S1", 1),
        ("date_begin=2024-01-02", 0),
        ("state=Approved&custcode=C0001", 1),
        ("state=Opening", 0),
    ] {
        let list = sim.u8_get(&format!("saleorderlist/batch_get?{filter}")).await;
        let rows = list["saleorderlist"].as_array().map_or(0, Vec::len);
        assert_eq!(rows, count, "{filter}: {list}");
        assert_eq!(list["errcode"], if count == 0 { "20002" } else { "0" });
    }
    let locked = sim.u8_post("saleorder/edit", "e", &order("S1", "N1")).await;
    assert!(locked["errmsg"].as_str().unwrap().contains("已审核"));
    assert_eq!(sim.u8_post("saleorder/close", "c", &body).await["errcode"], "0");
    let closed = sim.u8_get("saleorder/get?id=S1").await;
    assert_eq!((&closed["saleorder"]["state"], &closed["saleorder"]["closer"]), (&json!("Closed"), &json!("demo")));
    assert!(sim.u8_post("saleorder/close", "c", &body).await["errmsg"].as_str().unwrap().contains("已关闭"));
    assert_eq!(sim.u8_post("saleorder/open", "o", &body).await["errcode"], "0");
    assert_eq!(sim.u8_get("saleorder/get?id=S1").await["saleorder"]["state"], "Approved");
}

#[tokio::test]
async fn an_opening_order_can_be_edited_and_deleted() {
    let sim = seeded().await;
    sim.add_order("S1", "N1").await;
    let mut change = order("S1", "N1");
    change["saleorder"]["entry"][0]["quantity"] = json!(3);
    assert_eq!(sim.u8_post("saleorder/edit", "e", &change).await["errcode"], "0");
    assert_eq!(sim.u8_get("saleorder/get?id=S1").await["saleorder"]["sum"], "33.90");
    let deleted = sim.post(&sim.u8_path("saleorder/delete?id=S1&biz_id=d&sync=1"), &json!({})).await.json();
    assert_eq!(deleted["errcode"], "0");
    assert_eq!(sim.u8_get("saleorder/get?id=S1").await["errcode"], "20002");
    // Its biz_id is free again.
    assert_eq!(sim.add_order("S2", "N1").await["id"], "S2");
}

#[tokio::test]
async fn unknown_codes_are_refused_by_the_name_of_the_field() {
    let sim = seeded().await;
    for (field, path) in [("custcode", "/saleorder/custcode"), ("inventorycode", "/saleorder/entry/0/inventorycode")] {
        let mut body = order("S1", "N1");
        *body.pointer_mut(path).unwrap() = json!("nobody");
        let answer = sim.u8_post("saleorder/add", field, &body).await;
        assert!(answer["errmsg"].as_str().unwrap().contains(field), "{answer}");
    }
    let mut body = order("S1", "N1");
    body["saleorder"]["entry"][0]["quantity"] = json!("many");
    assert!(sim.u8_post("saleorder/add", "q", &body).await["errmsg"].as_str().unwrap().contains("quantity"));
    assert_eq!(sim.up.state()["saleorders"]["count"], 0);
}

#[tokio::test]
async fn a_delivery_note_promises_goods_and_shipping_takes_them() {
    let sim = seeded().await;
    sim.add_order("S1", "N1").await;
    assert_eq!(sim.u8_post("consignment/add", "p1", &note("P1", "S1", 6)).await["id"], "P1");
    assert_eq!(stock(&sim, "A001").await, ("120.00".into(), "114.00".into()));
    assert_eq!(sim.u8_get("consignmentlist/batch_get?define1=pick-P1").await["row_count"], "1");

    sim.up.ship(&json!({"order": "N1", "lines": [{"sku": "A001", "quantity": 2}]})).unwrap();
    assert_eq!(stock(&sim, "A001").await, ("118.00".into(), "114.00".into()));
    let line = sim.u8_get("saleorder/get?id=S1").await["saleorder"]["entry"][0].clone();
    assert_eq!((&line["fhquantity"], &line["outquantity"]), (&json!("6.00"), &json!("2.00")));
    sim.up.ship(&json!({"order": "S1"})).unwrap();
    let note = sim.u8_get("consignment/get?id=P1").await;
    assert_eq!(
        (&note["consignment"]["state"], &note["consignment"]["entry"][0]["outquantity"]),
        (&json!("Approved"), &json!("6.00"))
    );
    assert_eq!(stock(&sim, "A001").await, ("114.00".into(), "114.00".into()));
    assert!(sim.up.ship(&json!({"order": "N1", "lines": [{"sku": "A001", "quantity": 1}]})).is_err());
    assert!(sim.up.ship(&json!({"order": "nobody"})).is_err());
}

#[tokio::test]
async fn deleting_or_closing_a_delivery_note_gives_the_goods_back() {
    let sim = seeded().await;
    sim.add_order("S1", "N1").await;
    for (code, verb) in [("P1", "delete"), ("P2", "close")] {
        sim.u8_post("consignment/add", code, &note(code, "S1", 6)).await;
        assert_eq!(stock(&sim, "A001").await.1, "114.00");
        let body = json!({"consignment": {"voucher_code": code}});
        assert_eq!(sim.u8_post(&format!("consignment/{verb}"), verb, &body).await["errcode"], "0");
        assert_eq!(stock(&sim, "A001").await.1, "120.00");
    }
    let unknown = sim.u8_post("consignment/add", "p", &note("P9", "S404", 1)).await;
    assert!(unknown["errmsg"].as_str().unwrap().contains("socode"));
}

#[tokio::test]
async fn a_return_raises_the_stock_on_its_delivery_note() {
    let sim = seeded().await;
    let mut back = order("R1", "RN1");
    back["saleorder"]["entry"][0]["quantity"] = json!(-4);
    assert_eq!(sim.u8_post("saleorder/add", "r", &back).await["errcode"], "0");
    assert_eq!(sim.u8_get("saleorder/get?id=R1").await["saleorder"]["sum"], "-45.20");
    assert_eq!(stock(&sim, "A001").await.0, "120.00");
    sim.u8_post("consignment/add", "rp", &note("RP1", "R1", -4)).await;
    assert_eq!(stock(&sim, "A001").await, ("124.00".into(), "124.00".into()));
    let state = sim.up.state();
    assert_eq!(
        (&state["saleorders"]["returns"], &state["saleorders"]["items"][0]["kind"]),
        (&json!(1), &json!("return"))
    );
}

#[tokio::test]
async fn receivables_are_posted_paid_and_listed() {
    let sim = seeded().await;
    let body = json!({"oughtreceive": {"cust_vendor_code": "C0001", "amount": 113, "define1": "N1", "operator": "demo",
        "entry": [{"cust_vendor_code": "C0001", "currency_name": "人民币", "currency_rate": 1, "natamount": 113, "amount": 113}]}});
    let code = sim.u8_post("oughtreceive/add", "b", &body).await["id"].as_str().unwrap().to_owned();
    assert_eq!(sim.u8_get("oughtreceivelist/batch_get?cust_vendor_code=C0001&define1=N1").await["row_count"], "1");
    assert_eq!(sim.u8_get("acceptlist/batch_get").await["errcode"], "20002");
    sim.up.pay(&json!({"receivable": "N1", "amount": "100.5"})).unwrap();
    let paid = sim.u8_get("acceptlist/batch_get?vouchtype=48&customercode=C0001").await;
    assert_eq!((&paid["acceptlist"][0]["amount"], &paid["acceptlist"][0]["define1"]), (&json!("100.50"), &json!("N1")));
    let got = sim.u8_get(&format!("oughtreceive/get?id={code}")).await;
    assert_eq!(got["oughtreceive"]["paidamount"], "100.50");
    let kept =
        sim.post(&sim.u8_path(&format!("oughtreceive/delete?id={code}&biz_id=d&sync=1")), &json!({})).await.json();
    assert_ne!(kept["errcode"], "0");
    let mut uneven = body;
    uneven["oughtreceive"]["amount"] = json!(1);
    assert!(sim.u8_post("oughtreceive/add", "u", &uneven).await["errmsg"].as_str().unwrap().contains("amount"));
}

#[tokio::test]
async fn lists_are_paged_with_strings() {
    let sim = seeded().await;
    let page = sim.u8_get("currentstock/batch_get?page_index=2&rows_per_page=1").await;
    assert_eq!(page["currentstock"][0]["invcode"], "A002");
    assert_eq!((&page["page_index"], &page["row_count"], &page["page_count"]), (&json!("2"), &json!("2"), &json!("2")));
    assert_eq!(sim.u8_get("currentstock/batch_get?page_index=3&rows_per_page=1").await["errcode"], "20002");
    assert_eq!(sim.u8_get("customer/batch_get").await["customer"][0]["code"], "C0001");
    assert_eq!(sim.u8_get("inventory/batch_get?code_begin=A002").await["row_count"], "1");
}

//! Sales orders and receivables: written once, found again, taken back.

use std::time::Duration;

use mortise_sdk::erp::Receivable;
use mortise_sdk::{Customer, Decimal, Error, Line, Order, OrderKind, Text};
use plugin_u8::{U8, WriteMode};
use serde_json::json;

use crate::desk::{Desk, settings};

const DONE: &str = r#"{"errcode":"0","errmsg":"","id":"SO-1","tradeid":""}"#;
const NONE: &str = r#"{"errcode":"20002","errmsg":"没有符合条件的数据"}"#;
const TOKEN: &str = r#"{"errcode":"0","errmsg":"","token":{"appkey":"opa","expiresIn":7200,"id":"x"}}"#;
const TRADE: &str = r#"{"errcode":"0","errmsg":"","trade":{"id":"T-1"}}"#;

pub fn order(kind: OrderKind) -> Order {
    let boxes = Line {
        number: 1,
        sku: "tea".into(),
        unit: "box".into(),
        unit_rate: Decimal::whole(12),
        quantity: Decimal::whole(5),
        unit_price: Decimal::new(13_560, 2),
        tax_rate: Decimal::new(13, 2),
        tax_inclusive: true,
        net: 60_000,
        tax: 7_800,
        gross: 67_800,
        attributes: vec![("free1".into(), "红".into())],
        ..Line::default()
    };
    let pieces = Line {
        number: 2,
        sku: "cup".into(),
        unit: "piece".into(),
        unit_rate: Decimal::ONE,
        quantity: Decimal::new(15, 1),
        unit_price: Decimal::whole(10),
        tax_rate: Decimal::new(6, 2),
        net: 1_500,
        tax: 90,
        gross: 1_590,
        ..Line::default()
    };
    Order {
        number: "SO-1".into(),
        kind,
        original: (kind == OrderKind::Return).then(|| "SO-0".into()),
        customer: Customer { code: "acme".into(), ..Customer::default() },
        currency: "CNY".into(),
        business_date: "2024-03-01".into(),
        lines: vec![boxes, pieces],
        net: 61_500,
        tax: 7_890,
        gross: 69_390,
        note: "urgent".into(),
        attributes: vec![("define3".into(), "web".into())],
        ..Order::default()
    }
}

fn push(desk: &mut Desk) -> Result<String, Error> {
    U8::new(&settings(), desk).push_order(&order(OrderKind::Sale)).map(|document| document.external_id)
}

#[test]
fn an_order_is_written_in_their_words() {
    let mut desk = Desk::new().then("/api/saleorder/add", DONE);
    desk.codes = [("acme", "C0001"), ("tea", "A001"), ("box", "02")].into();
    assert_eq!(push(&mut desk).unwrap(), "SO-1");
    assert_eq!(
        desk.asked[0].0,
        "/api/saleorder/add?from_account=us&to_account=them&app_key=opa&token=TOKEN-1&biz_id=SO-1%2Forder&sync=1"
    );
    assert_eq!(
        desk.body(0),
        json!({"saleorder": {
            "code": "SO-1", "date": "2024-03-01", "businesstype": "普通销售", "custcode": "C0001",
            "dpredatebt": "2024-03-01", "dpremodatebt": "2024-03-01", "taxrate": 13, "memo": "urgent",
            "maker": "mortise", "define1": "SO-1", "define3": "web",
            "entry": [
                {"rowno": 1, "inventorycode": "A001", "quantity": 60, "unitcode": "02", "num": 5, "unitrate": 12,
                 "quotedprice": 11.3, "taxunitprice": 11.3, "money": 600.00, "tax": 78.00, "sum": 678.00,
                 "taxrate": 13, "free1": "红"},
                {"rowno": 2, "inventorycode": "cup", "quantity": 1.5, "quotedprice": 10, "unitprice": 10,
                 "money": 15.00, "tax": 0.90, "sum": 15.90, "taxrate": 6},
            ]
        }})
    );
}

#[test]
fn a_return_is_negative_and_a_foreign_order_has_both_amounts() {
    let mut desk = Desk::new().then("/api/saleorder/add", DONE);
    let mut back = order(OrderKind::Return);
    back.currency = "USD".into();
    back.exchange_rate = Some("7.25".parse().unwrap());
    U8::new(&settings(), &mut desk).push_order(&back).unwrap();
    let body = desk.body(0);
    let written = &body["saleorder"];
    assert_eq!((&written["memo"], &written["currency_name"]), (&json!("退货，原订单 SO-0；urgent"), &json!("美元")));
    let line = &written["entry"][0];
    assert_eq!((&line["quantity"], &line["num"], &line["taxunitprice"]), (&json!(-60), &json!(-5), &json!(11.3)));
    assert_eq!((&line["sum"], &line["natsum"]), (&json!(-678.00), &json!(-4915.50)));
}

/// The host's rates lead to the company's currency: without one the order is in it, and then U8's home is another.
#[test]
fn another_home_than_the_companys_writes_nothing() {
    let mut order = order(OrderKind::Sale);
    (order.currency, order.exchange_rate) = ("USD".into(), None);
    let mut desk = Desk::new();
    let Err(Error::Invalid(wrong)) = U8::new(&settings(), &mut desk).push_order(&order) else { panic!("written") };
    assert_eq!(wrong.field, "settings.home-currency");
    let owed = Receivable { exchange_rate: None, ..receivable(OrderKind::Sale) };
    let Err(Error::Invalid(wrong)) = U8::new(&settings(), &mut desk).push_receivable(&owed) else { panic!("written") };
    assert_eq!(wrong.field, "settings.home-currency");
    assert!(desk.asked.is_empty());
}

#[test]
fn a_repeat_looks_up_by_code_and_by_field_before_it_writes() {
    let found = r#"{"errcode":"0","saleorder":{"code":"SO-1","define1":"SO-1","state":"Opening"}}"#;
    let mut desk = Desk::new().attempt(2).then("/api/saleorder/get?", found);
    assert_eq!(push(&mut desk), Err(Error::Duplicate("SO-1".into())));

    // The installation numbers by itself; the list also shows what was not asked for.
    let listed =
        r#"{"errcode":"0","saleorderlist":[{"code":"7","define1":"x"},{"code":"0000000042","define1":"SO-1"}]}"#;
    let mut desk = Desk::new().attempt(2).then("/api/saleorder/get?", NONE).then("define1=SO-1", listed);
    assert_eq!(push(&mut desk), Err(Error::Duplicate("0000000042".into())));

    let mut desk = Desk::new()
        .attempt(2)
        .then("/api/saleorder/get?", NONE)
        .then("/api/saleorderlist/batch_get?", NONE)
        .then("/api/saleorder/add?", DONE);
    assert_eq!(push(&mut desk).unwrap(), "SO-1");
    assert!(desk.is_done());
}

#[test]
fn a_number_that_is_taken_is_ours_or_refused() {
    let taken = r#"{"errcode":"20005","errmsg":"code 单据编号重复: SO-1 已存在"}"#;
    let ours = r#"{"errcode":"0","saleorder":{"code":"SO-1","define1":"SO-1"}}"#;
    let mut desk = Desk::new().then("/add?", taken).then("/get?", ours);
    assert_eq!(push(&mut desk), Err(Error::Duplicate("SO-1".into())));
    let theirs = r#"{"errcode":"0","saleorder":{"code":"SO-1","define1":"someone else's"}}"#;
    let mut desk = Desk::new().then("/add?", taken).then("/get?", theirs).then("/batch_get?", NONE);
    assert!(matches!(push(&mut desk), Err(Error::Rejected(_))));
}

#[test]
fn a_token_is_renewed_once() {
    let stale = r#"{"errcode":"20010","errmsg":"token 无效或已过期"}"#;
    let mut desk = Desk::new().then("token=TOKEN-1", stale).then("/system/token", TOKEN).then("token=TOKEN-2", DONE);
    assert_eq!(push(&mut desk).unwrap(), "SO-1");
    assert_eq!(desk.tokens_forgotten, 1);
    assert!(desk.asked[1].0.contains("app_secret=SECRET"));

    let mut desk = Desk::new().then("/add?", stale).then("/system/token", TOKEN).then("/add?", stale);
    assert!(matches!(push(&mut desk), Err(Error::Retry(pause)) if pause.reason.en.contains("errcode 20010")));

    let mut desk = Desk::new().then("/system/token", r#"{"errcode":"20011","errmsg":"app_secret 不正确"}"#);
    desk.token = None;
    assert!(matches!(push(&mut desk), Err(Error::Unauthorized(_))));
}

#[test]
fn refusals_and_faults_are_decisions() {
    let offline = r#"{"errcode":"20030","errmsg":"用友开放平台客户端不在线，请稍后再试"}"#;
    assert!(matches!(push(&mut Desk::new().then("/add?", offline)), Err(Error::Unavailable(_))));
    let unknown = r#"{"errcode":"20006","errmsg":"inventorycode 在档案中找不到: cup"}"#;
    let Err(Error::Invalid(invalid)) = push(&mut Desk::new().then("/add?", unknown)) else { panic!() };
    assert_eq!(invalid.field, "lines[1].sku");
    let again = |mut desk: Desk| match push(&mut desk) {
        Err(Error::Retry(pause)) => pause.reason.en,
        other => panic!("{other:?}"),
    };
    assert_eq!(again(Desk::new().then("/add?", "<html>gone</html>")), "the upstream answered with HTTP 502: gone");
    assert_eq!(
        again(Desk::new().then("/add?", r#"{"errcode":"0","id""#)),
        "the upstream's answer (HTTP 200) ends in the middle, after 19 bytes"
    );
    assert_eq!(again(Desk::new().lost("/add?")), "what became of the request is not known: time-out");
    assert_eq!(again(Desk::new().then("/add?", NONE)), "U8 answered a write with no data (errcode 20002)");
}

#[test]
fn nothing_is_written_with_doubtful_codes() {
    let mut desk = Desk::new();
    desk.codes_error = Some(Error::unavailable("", ""));
    assert!(matches!(push(&mut desk), Err(Error::Unavailable(_))));
    let mut desk = Desk::new().then("/add?", DONE);
    desk.codes_error = Some(Error::unauthorized("", ""));
    assert!(push(&mut desk).is_ok());
}

#[test]
fn a_call_that_is_always_too_short_names_the_setting() {
    let short =
        Desk { time_limit: Duration::from_millis(2_999), time_left: Duration::from_millis(2_990), ..Desk::new() };
    let mut desk = short.attempt(2).then("/get?", NONE).then("/batch_get?", NONE);
    let Err(Error::Invalid(invalid)) = push(&mut desk) else { panic!("waits for nothing") };
    assert_eq!(invalid.field, "limits.deadline-ms");
    assert_eq!(
        invalid.reason.en,
        "a call is given 2999 ms, a write to U8 needs 3000: raise this limit of the connection, or let the caller wait longer"
    );
    // What an earlier attempt has written is found nevertheless.
    let found = r#"{"errcode":"0","saleorder":{"code":"SO-1","define1":"SO-1"}}"#;
    let mut desk = Desk { time_limit: Duration::from_secs(1), ..Desk::new() }.attempt(2).then("/get?", found);
    assert_eq!(push(&mut desk), Err(Error::Duplicate("SO-1".into())));
}

#[test]
fn a_call_whose_time_is_used_up_is_tried_again() {
    let slow = |attempt, slowness| Desk {
        time_limit: Duration::from_secs(3),
        time_left: Duration::from_secs(3),
        slowness: Duration::from_millis(slowness),
        ..Desk::new().attempt(attempt)
    };
    let mut desk = slow(2, 501).then("/get?", NONE).then("/batch_get?", NONE);
    let Err(Error::Retry(pause)) = push(&mut desk) else { panic!("it may be faster the next time") };
    assert!(desk.is_done(), "nothing is written");
    assert_eq!(pause.after, None);
    assert_eq!(
        pause.reason.en,
        "waiting and earlier requests have left 1998 of the call's 3000 ms, a write to U8 was not begun: if it stays so, raise `limits.deadline-ms` of the connection"
    );
    let mut desk = slow(2, 500).then("/get?", NONE).then("/batch_get?", NONE).then("/add?", DONE);
    assert_eq!(push(&mut desk).unwrap(), "SO-1");
}

#[test]
fn a_write_in_the_background_is_asked_for_until_it_is_decided() {
    let mut settings = settings();
    settings.write_mode = WriteMode::Async;
    let order = order(OrderKind::Sale);
    let begun = r#"{"errcode":"0","errmsg":"","tradeid":"","url":"https://u8/system/result?requestid=9"}"#;
    let busy = r#"{"errcode":"0","errmsg":"processing"}"#;
    let mut desk = Desk::new().then("sync=0", begun).then("requestid=9", busy);
    let still =
        Err(Error::retry("U8 仍在后台写入", "U8 is still writing in the background").after(Duration::from_secs(3)));
    assert_eq!(U8::new(&settings, &mut desk).push_order(&order), still);

    let repeat = |answer: &str| {
        let desk = Desk::new().attempt(2).then("/get?", NONE).then("/batch_get?", NONE).then("requestid=9", answer);
        let mut desk = Desk { notes: desk_notes(begun), ..desk };
        let written = U8::new(&settings, &mut desk).push_order(&order).map(|document| document.external_id);
        (written, desk.notes.is_empty())
    };
    assert_eq!(desk.notes, desk_notes(begun));
    assert_eq!(repeat(busy), (still.map(|document| document.external_id), false));
    assert_eq!(repeat(DONE), (Ok("SO-1".into()), true));
    let (refused, forgotten) = repeat(r#"{"errcode":"20006","errmsg":"custcode 在档案中找不到: acme"}"#);
    assert!(matches!(refused, Err(Error::Invalid(invalid)) if invalid.field == "customer.code"));
    assert!(forgotten);
}

fn desk_notes(begun: &str) -> std::collections::BTreeMap<String, String> {
    let begun: serde_json::Value = serde_json::from_str(begun).unwrap();
    [("async/SO-1/order//api/saleorder/add".to_owned(), begun["url"].as_str().unwrap().to_owned())].into()
}

#[test]
fn a_change_replaces_and_tells_what_forbids_it() {
    let change = |desk: &mut Desk| U8::new(&settings(), desk).change_order("SO-1", &order(OrderKind::Sale));
    let mut desk = Desk::new().then("/system/tradeid?", TRADE).then("/api/saleorder/edit?", DONE);
    assert_eq!(change(&mut desk).unwrap().external_id, "SO-1");
    assert!(desk.asked[1].0.contains("tradeid=T-1&sync=1") && !desk.asked[1].0.contains("biz_id"));
    assert_eq!(desk.body(1)["saleorder"]["code"], "SO-1");
    let approved = r#"{"errcode":"20007","errmsg":"code SO-1 已审核，不能修改或删除，请先弃审"}"#;
    let mut desk = Desk::new().then("/system/tradeid?", TRADE).then("/edit?", approved);
    assert!(matches!(change(&mut desk), Err(Error::Rejected(text)) if text.zh.contains("弃审")));
    let mut desk = Desk::new().then("/system/tradeid?", TRADE).then("/edit?", NONE);
    assert!(matches!(change(&mut desk), Err(Error::NotFound(_))));
}

#[test]
fn cancelling_twice_succeeds() {
    let cancel = |desk: &mut Desk| U8::new(&settings(), desk).cancel_order("SO-1", &Text::same("customer's wish"));
    let open = r#"{"errcode":"0","saleorder":{"code":"SO-1","state":"Opening","closer":""}}"#;
    let closed = r#"{"errcode":"0","saleorder":{"code":"SO-1","state":"Closed","closer":"demo"}}"#;
    let mut desk = Desk::new().then("/get?", open).then("/system/tradeid?", TRADE).then("/api/saleorder/close?", DONE);
    assert_eq!(cancel(&mut desk).unwrap().external_id, "SO-1");
    assert_eq!(desk.body(2), json!({"saleorder": {"voucher_code": "SO-1"}}));
    assert!(cancel(&mut Desk::new().then("/get?", closed)).is_ok());
    assert!(cancel(&mut Desk::new().then("/get?", NONE)).is_ok());
    let faster = r#"{"errcode":"20007","errmsg":"code SO-1 已关闭"}"#;
    let mut desk = Desk::new().then("/get?", open).then("/system/tradeid?", TRADE).then("/close?", faster);
    assert!(cancel(&mut desk).is_ok());
    let follows = r#"{"errcode":"20007","errmsg":"code SO-1 已有下游单据，不能修改、删除或弃审"}"#;
    let mut desk = Desk::new().then("/get?", open).then("/system/tradeid?", TRADE).then("/close?", follows);
    assert!(matches!(cancel(&mut desk), Err(Error::Rejected(_))));
}

fn receivable(kind: OrderKind) -> Receivable {
    Receivable {
        order: "SO-1".into(),
        kind,
        order_document: "0000000042".into(),
        customer: Customer { code: "acme".into(), ..Customer::default() },
        currency: "USD".into(),
        exchange_rate: Some(Decimal::new(725, 2)),
        gross: 10_001,
        business_date: "2024-03-01".into(),
        due_date: "2024-03-31".into(),
        ..Receivable::default()
    }
}

#[test]
fn a_receivable_is_written_once_and_taken_back() {
    let mut desk = Desk::new().then("/api/oughtreceive/add?", r#"{"errcode":"0","id":"R-1"}"#);
    desk.codes = [("acme", "C0001")].into();
    let document = U8::new(&settings(), &mut desk).push_receivable(&receivable(OrderKind::Sale)).unwrap();
    assert_eq!(document.external_id, "R-1");
    assert_eq!(
        desk.body(0),
        json!({"oughtreceive": {
            "code": "SO-1", "date": "2024-03-01", "cust_vendor_code": "C0001", "amount": 100.01, "natamount": 725.07,
            "digest": "订单 SO-1，到期日 2024-03-31", "operator": "mortise", "define1": "SO-1", "define2": "0000000042",
            "entry": [{"cust_vendor_code": "C0001", "currency_name": "美元", "currency_rate": 7.25, "natamount": 725.07,
                       "amount": 100.01}]
        }})
    );
    let mut desk = Desk::new().then("/add?", r#"{"errcode":"0","id":"R-2"}"#);
    U8::new(&settings(), &mut desk).push_receivable(&receivable(OrderKind::Return)).unwrap();
    assert_eq!(desk.body(0)["oughtreceive"]["amount"], json!(-100.01));

    let listed = r#"{"errcode":"0","oughtreceivelist":[{"code":"R-1","define1":"SO-1"}]}"#;
    let mut desk = Desk::new().attempt(3).then("/get?", NONE).then("/api/oughtreceivelist/batch_get?", listed);
    let repeated = U8::new(&settings(), &mut desk).push_receivable(&receivable(OrderKind::Sale));
    assert_eq!(repeated, Err(Error::Duplicate("R-1".into())));

    let open = r#"{"errcode":"0","oughtreceive":{"code":"R-1","state":"Opening"}}"#;
    let mut desk =
        Desk::new().then("/get?", open).then("/system/tradeid?", TRADE).then("/api/oughtreceive/delete?", DONE);
    assert!(U8::new(&settings(), &mut desk).cancel_receivable("R-1", &Text::same("x")).is_ok());
}

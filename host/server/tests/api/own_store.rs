//! Staff of one store see nothing of another: not by number, list, story, delivery, file, past price or count.

use mortise_domain::delivery::{NewDelivery, Operation};
use mortise_domain::evaluation::{Conclusion, Confirmation, Decision};
use mortise_domain::hold::{HoldKind, Need, Reason};
use mortise_domain::instant::Instant;
use mortise_domain::order::Order;
use mortise_domain::ports::memory::Orders as _;
use mortise_domain::text::Text;
use mortise_domain::timeline::Entry;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, Server, send, submission, without};

/// Two stores in two regions.
async fn two_stores() -> Server {
    let server = Server::start().await.with_catalog().await;
    let regions = json!([{ "code": "WEST", "name": "华西" }]);
    let stores = json!([{ "code": "S2", "name": "二店", "region": "WEST", "currency": "CNY" }]);
    server.put("/catalog/regions", json!({ "items": regions })).await;
    server.put("/catalog/stores", json!({ "items": stores })).await;
    server
}

async fn submit(server: &Server, store: &str) -> String {
    let mut body = submission();
    body["store"] = json!(store);
    body["ship_to"]["phone"] = json!("13812345678");
    let answer = server.post("/orders", body).await;
    answer.body["number"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

/// Decides what no plugin decides here: confirms an order with one delivery, which makes its price a past one.
async fn confirm(server: &Server, number: &str) {
    let store = &server.running.app.store;
    let stored = store.order_by_number(number, &mortise_domain::access::Reach::All).await.unwrap().unwrap();
    let order: Order = serde_json::from_value(json!({
        "number": number, "kind": "sale", "original": null, "store": stored.summary.store, "region": "EAST", "currency": "CNY",
        "customer": { "code": "C1", "name": "甲公司", "level": "A", "region": "EAST", "attributes": [] },
        "exchange_rate": null, "placed_at": stored.summary.placed_at, "business_date": "2026-01-31",
        "ship_to": stored.submission.ship_to, "payment_days": 30, "note": "", "net": 200, "tax": 26, "gross": 226,
        "lines": [{
            "number": 1, "sku": "P1", "name": "轴承", "category": "", "unit": "pc", "unit_rate": "1", "quantity": "2",
            "unit_price": "1.00", "tax_rate": "0.13", "tax_inclusive": false, "net": 200, "tax": 26, "gross": 226,
            "warehouse": "W1", "attributes": [],
        }],
    }))
    .unwrap();
    let delivery = NewDelivery {
        connection: "erp".into(),
        operation: Operation::PushOrder,
        key: format!("{number}/order"),
        detail: json!({}),
        after: None,
    };
    let confirmation = Confirmation {
        readings: vec![],
        reservations: vec![],
        credit: 0,
        credit_waived: false,
        deliveries: vec![delivery],
    };
    decide(server, stored.summary.id, stored.summary.version, Some(order), Conclusion::Confirm(Box::new(confirmation)))
        .await;
}

async fn decide(
    server: &Server,
    order_id: mortise_domain::ids::OrderId,
    version: i64,
    order: Option<Order>,
    verdict: Conclusion,
) {
    let at = server.running.app.now();
    let decision = Decision {
        order_id,
        version,
        order: order.map(Box::new),
        evaluation: Box::default(),
        verdict,
        at,
        story: vec![Entry::host(at, "order.judged", json!({}))],
    };
    let decided = server.running.app.store.decide(&[decision]).await.unwrap();
    assert!(matches!(decided[0], mortise_domain::evaluation::Decided::Written(_)), "{decided:?}");
}

async fn attach(server: &Server, number: &str) -> i64 {
    let form = "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\
                content-type: application/pdf\r\n\r\n%PDF\r\n--cut--\r\n";
    let request = server.request(Method::POST, &format!("/orders/{number}/attachments"));
    send(request.header("content-type", "multipart/form-data; boundary=cut").body(form)).await.body["id"]
        .as_i64()
        .unwrap()
}

async fn get(server: &Server, person: &Person, path: &str) -> (u16, Value) {
    let answer = send(server.by(person, Method::GET, path)).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn another_stores_orders_do_not_exist() {
    let server = two_stores().await;
    let (own, foreign) = (submit(&server, "S1").await, submit(&server, "S2").await);
    let (own_file, foreign_file) = (attach(&server, &own).await, attach(&server, &foreign).await);
    let holds: Vec<i64> = server.get("/holds").await.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hold| hold["id"].as_i64().unwrap())
        .collect();
    let [foreign_hold, own_hold] = holds.as_slice() else { panic!("{holds:?}") };
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    for (path, file, hold, status) in [(&own, own_file, own_hold, 200), (&foreign, foreign_file, foreign_hold, 404)] {
        for path in [
            format!("/orders/{path}"),
            format!("/orders/{path}/timeline"),
            format!("/orders/{path}/attachments/{file}"),
            format!("/deliveries?order={path}"),
            format!("/holds/{hold}"),
        ] {
            assert_eq!(get(&server, &anna, &path).await.0, status, "{path}");
        }
        let attach = server.by(&anna, Method::POST, &format!("/orders/{path}/attachments"));
        let form = attach.header("content-type", "multipart/form-data; boundary=cut").body("--cut--\r\n");
        assert_eq!(send(form).await.status, if status == 200 { 422 } else { 404 });
    }
    // A foreign file under one's own order's address is no way round.
    assert_eq!(get(&server, &anna, &format!("/orders/{own}/attachments/{foreign_file}")).await.0, 404);
    // The refusal is the same as of what never was.
    let mut unknown = get(&server, &anna, "/orders/SO-99999999").await.1;
    unknown["detail"] = json!(unknown["detail"].as_str().unwrap().replace("SO-99999999", &foreign));
    assert_eq!(get(&server, &anna, &format!("/orders/{foreign}")).await.1, unknown);
    for (path, field) in [
        ("/orders", "number"),
        ("/orders?store=S2", "number"),
        ("/orders?customer=C1", "number"),
        ("/holds", "order_number"),
    ] {
        let listed = get(&server, &anna, path).await.1;
        let numbers: Vec<_> = listed["items"].as_array().unwrap().iter().map(|item| item[field].clone()).collect();
        assert_eq!(numbers, if path.contains("S2") { vec![] } else { vec![json!(own)] }, "{path}");
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn another_stores_deliveries_prices_and_counts_do_not_exist() {
    let server = two_stores().await;
    let (own, foreign) = (submit(&server, "S1").await, submit(&server, "S2").await);
    confirm(&server, &own).await;
    confirm(&server, &foreign).await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    let west = server.post("/users", json!({ "name": "west", "roles": ["supervisor"], "regions": ["WEST"] })).await;
    let accepted = server.accept(&crate::support::key(&west), crate::support::PASSWORD).await;
    let west = Person { name: "west".into(), cookie: crate::support::cookie(&accepted) };
    for (person, number, store) in [(&anna, &own, "S1"), (&west, &foreign, "S2")] {
        let listed = get(&server, person, "/deliveries").await.1;
        let numbers: Vec<_> =
            listed["items"].as_array().unwrap().iter().map(|item| item["order_number"].clone()).collect();
        assert_eq!(numbers, [json!(number)]);
        let status = get(&server, person, "/status").await.1;
        assert_eq!((&status["orders"]["confirmed"], &status["orders"]["held"]), (&json!(1), &json!(0)), "{status}");
        assert_eq!((&status["deliveries"]["pending"], &status["due_deliveries"]), (&json!(1), &json!(1)));
        assert_eq!(
            (&status["open_holds"], &status["next_due"], &status["connections"]),
            (&json!(0), &Value::Null, &json!([]))
        );
        let mut body = submission();
        body["store"] = json!(store);
        let quote = send(server.by(person, Method::POST, "/quotes").json(&body)).await;
        let past: Vec<_> =
            quote.body["past_prices"].as_array().unwrap().iter().map(|past| past["order_number"].clone()).collect();
        assert_eq!(past, [json!(number)], "{}", quote.body);
    }
    assert_eq!(server.get("/status").await.body["orders"]["confirmed"], 2);
    // With every attempt only those who run the deliveries see them.
    let id = server.get("/deliveries").await.body["items"][0]["id"].clone();
    assert_eq!(get(&server, &anna, &format!("/deliveries/{id}")).await.0, 403);
    server.running.shutdown().await;
}

#[tokio::test]
async fn orders_are_handed_in_for_ones_own_store() {
    let server = two_stores().await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    let mut body = submission();
    body["store"] = json!("S2");
    for path in ["/orders", "/quotes"] {
        let answer = send(server.by(&anna, Method::POST, path).json(&body)).await;
        assert_eq!((answer.status, &answer.body["type"]), (403, &json!("urn:mortise:problem:forbidden")), "{path}");
    }
    assert_eq!(server.get("/orders").await.body["items"], json!([]));
    let own = send(server.by(&anna, Method::POST, "/orders").json(&submission())).await;
    assert_eq!(own.status, 201, "{}", own.body);
    assert_eq!(get(&server, &anna, "/orders").await.1["items"][0]["submitted_by"], "user:anna");
    // Moved to another store, she loses the one and gains the other at once.
    server.put("/users/anna", json!({ "display_name": "A", "roles": ["sales"], "stores": ["S2"] })).await;
    assert_eq!(get(&server, &anna, "/orders").await.1["items"], json!([]));
    assert_eq!(send(server.by(&anna, Method::POST, "/orders").json(&body)).await.status, 201);
    // Without any store there is nothing, rather than everything.
    server.put("/users/anna", json!({ "display_name": "A", "roles": ["sales"] })).await;
    assert_eq!(get(&server, &anna, "/orders").await.1["items"], json!([]));
    server.running.shutdown().await;
}

#[tokio::test]
async fn telephone_numbers_are_masked_for_those_who_do_not_call() {
    let server = two_stores().await;
    let number = submit(&server, "S1").await;
    let anna = server.sign_up("anna", &["sales"], &["S1"]).await;
    let fred = server.sign_up("fred", &["finance"], &[]).await;
    let path = format!("/orders/{number}");
    let phone = |order: &Value| order["submission"]["ship_to"]["phone"].clone();
    assert_eq!(phone(&get(&server, &anna, &path).await.1), "13812345678");
    let masked = get(&server, &fred, &path).await.1;
    assert_eq!(phone(&masked), "138****5678");
    assert!(!masked.to_string().contains("13812345678"), "{masked}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_hold_is_released_by_the_role_that_it_names() {
    let server = two_stores().await;
    let number = submit(&server, "S2").await;
    let store = &server.running.app.store;
    let stored = store.order_by_number(&number, &mortise_domain::access::Reach::All).await.unwrap().unwrap();
    let reason = Reason {
        code: "large".into(),
        kind: HoldKind::Business,
        text: Text::same("large"),
        needs: vec![Need { kind: "approval".into(), role: "finance".into(), text: Text::same("finance") }],
        detail: json!({}),
        approval: None,
    };
    let conclusion = Conclusion::Hold { reasons: vec![reason], again_at: Instant::NEVER, deliveries: vec![] };
    decide(&server, stored.summary.id, stored.summary.version, None, conclusion).await;
    let hold = server.get("/holds?code=large").await.body["items"][0]["id"].clone();
    let east = server.sign_up("east", &["supervisor"], &["S1"]).await;
    let west = server.sign_up("west", &["supervisor"], &["S2"]).await;
    let fred = server.sign_up("fred", &["finance"], &[]).await;
    let release = |person: &Person| {
        server.by(person, Method::POST, &format!("/holds/{hold}/release")).json(&json!({ "note": "seen" }))
    };
    assert_eq!(send(release(&east)).await.status, 404);
    insta::assert_json_snapshot!(without(&send(release(&west)).await.body, "detail"), @r#"
    {
      "type": "urn:mortise:problem:forbidden",
      "title": "This is not allowed",
      "status": 403,
      "detail": "…",
      "remedy": "Have a colleague with that role, or an admin, release it."
    }
    "#);
    let released = send(release(&fred)).await;
    assert_eq!((released.status, &released.body["released_by"]), (200, &json!("user:fred")), "{}", released.body);
    server.running.shutdown().await;
}

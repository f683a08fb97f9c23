//! Handing orders in: refusals by field, repeats, the wait.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, send, submission};

async fn refused(server: &Server, change: impl FnOnce(&mut Value)) -> Value {
    let mut body = submission();
    change(&mut body);
    server.post("/orders", body).await.body
}

#[tokio::test]
async fn refusals_name_the_field_and_the_remedy() {
    let server = Server::start().await.with_catalog().await;
    insta::assert_json_snapshot!(refused(&server, |body| body["lines"][0]["unit_price"] = json!("9.90")).await, @r#"
    {
      "type": "urn:mortise:problem:invalid",
      "title": "The request is not valid",
      "status": 422,
      "detail": "lines[0].unit_price: is never handed in: prices, taxes and the currency come from the published price list and the store; leave it out",
      "errors": [
        {
          "field": "lines[0].unit_price",
          "message": "is never handed in: prices, taxes and the currency come from the published price list and the store; leave it out"
        }
      ],
      "remedy": "Correct the fields and send it again."
    }
    "#);
    insta::assert_json_snapshot!(refused(&server, |body| body["lines"][0]["colour"] = json!("red")).await, @r#"
    {
      "type": "urn:mortise:problem:invalid",
      "title": "The request is not valid",
      "status": 422,
      "detail": "lines[0].colour: is not known here; known are: sku, quantity, unit, attributes",
      "errors": [
        {
          "field": "lines[0].colour",
          "message": "is not known here; known are: sku, quantity, unit, attributes"
        }
      ],
      "remedy": "Correct the fields and send it again."
    }
    "#);
    insta::assert_json_snapshot!(refused(&server, |body| body["lines"][0]["quantity"] = json!("-1")).await, @r#"
    {
      "type": "urn:mortise:problem:invalid",
      "title": "The request is not valid",
      "status": 422,
      "detail": "lines[0].quantity: must be above zero; goods that come back are an order of kind \"return\"",
      "errors": [
        {
          "field": "lines[0].quantity",
          "message": "must be above zero; goods that come back are an order of kind \"return\""
        }
      ],
      "remedy": "Correct the fields and send it again."
    }
    "#);
    server.running.shutdown().await;
}

#[tokio::test]
async fn refusals_come_all_at_once() {
    let server = Server::start().await.with_catalog().await;
    insta::assert_json_snapshot!(refused(&server, |body| body["lines"] = json!([])).await, @r#"
    {
      "type": "urn:mortise:problem:invalid",
      "title": "The request is not valid",
      "status": 422,
      "detail": "lines: an order needs at least one line",
      "errors": [
        {
          "field": "lines",
          "message": "an order needs at least one line"
        }
      ],
      "remedy": "Correct the fields and send it again."
    }
    "#);
    insta::assert_json_snapshot!(refused(&server, |body| body["note"] = json!("a\u{0}b")).await, @r#"
    {
      "type": "urn:mortise:problem:malformed",
      "title": "The request cannot be read",
      "status": 400,
      "detail": "The JSON text contains a NUL character (\\u0000).",
      "remedy": "Remove it."
    }
    "#);
    insta::assert_json_snapshot!(refused(&server, |body| {
        body["customer"] = json!("C9");
        body["lines"][0]["sku"] = json!("P9");
    }).await, @r#"
    {
      "type": "urn:mortise:problem:invalid",
      "title": "The request is not valid",
      "status": 422,
      "detail": "2 fields are wrong",
      "errors": [
        {
          "field": "customer",
          "message": "there is no customer \"C9\"; correct the code or create the customer"
        },
        {
          "field": "lines[0].sku",
          "message": "there is no product \"P9\"; correct the code or create the product"
        }
      ],
      "remedy": "Correct the fields and send it again."
    }
    "#);
    server.running.shutdown().await;
}

#[tokio::test]
async fn bodies_that_are_no_orders_are_refused() {
    let server = Server::start().await;
    let orders = || server.request(Method::POST, "/orders");
    let text = send(orders().header("content-type", "text/plain").body("{}")).await;
    insta::assert_json_snapshot!(text.body, @r#"
    {
      "type": "urn:mortise:problem:media-type",
      "title": "The body has another form than expected",
      "status": 415,
      "detail": "This address takes JSON.",
      "remedy": "Send the header Content-Type: application/json."
    }
    "#);
    let broken = send(orders().header("content-type", "application/json").body("{\"customer\":")).await;
    assert_eq!((broken.status, &broken.body["type"]), (400, &json!("urn:mortise:problem:malformed")));
    let deep = format!("{{\"attributes\":{}", "[".repeat(100_000));
    let deep = send(orders().header("content-type", "application/json").body(deep)).await;
    assert!((400..500).contains(&deep.status), "{}", deep.body);
    let large = send(orders().header("content-type", "application/json").body(vec![b' '; 3 << 20])).await;
    assert_eq!((large.status, &large.body["type"]), (413, &json!("urn:mortise:problem:too-large")));
    let wait = send(orders().header("prefer", "wait=soon").json(&submission())).await;
    assert_eq!((wait.status, &wait.body["errors"][0]["field"]), (422, &json!("Prefer")));
    server.running.shutdown().await;
}

#[tokio::test]
async fn an_order_without_plugins_is_stored_judged_and_found() {
    let server = Server::start().await.with_catalog().await;
    let hand_in = |key: &'static str, body: Value| {
        send(server.request(Method::POST, "/orders").header("idempotency-key", key).json(&body))
    };
    let first = hand_in("k1", submission()).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let number = first.body["number"].as_str().unwrap().to_owned();
    assert_eq!(first.headers["location"], format!("/api/v1/orders/{number}"));
    assert_eq!(first.headers["preference-applied"], "wait=10");
    // Nothing prices: the order waits and says for what.
    assert_eq!(first.body["state"], "held", "{}", first.body);
    let again = hand_in("k1", submission()).await;
    assert_eq!((again.status, &again.body["number"], &again.body["repeat"]), (200, &json!(number), &json!(true)));
    assert_eq!(again.body["holds"], first.body["holds"]);
    let mut other = submission();
    other["note"] = json!("changed");
    insta::assert_json_snapshot!(hand_in("k1", other).await.body, @r#"
    {
      "type": "urn:mortise:problem:conflict",
      "title": "The request conflicts with what is there",
      "status": 409,
      "detail": "The Idempotency-Key was used before for an order with other content.",
      "remedy": "Send the content of the first time, or a new key for a new order."
    }
    "#);

    let found = server.get(&format!("/orders/{number}")).await.body;
    assert_eq!(found["submission"]["lines"], json!([{ "sku": "P1", "quantity": "2", "unit": null, "attributes": [] }]));
    assert_eq!(found["holds"].as_array().unwrap().len(), 1);
    let listed = server.get("/orders?state=held&customer=C1&limit=1").await.body;
    assert_eq!((&listed["items"][0]["number"], listed["items"].as_array().unwrap().len()), (&json!(number), 1));
    let story = server.get(&format!("/orders/{number}/timeline")).await.body;
    assert_eq!(story["items"][0]["event"], "order.received");
    assert_eq!(story["items"][0]["actor"], "admin");
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_hold_is_released_with_a_note() {
    let server = Server::start().await.with_catalog().await;
    let number = server.post("/orders", submission()).await.body["number"].as_str().unwrap().to_owned();
    let hold = server.get("/holds").await.body["items"][0].clone();
    assert_eq!(hold["order_number"], number);
    let path = format!("/holds/{}/release", hold["id"]);
    insta::assert_json_snapshot!(server.post(&path, json!({ "note": " " })).await.body["errors"], @r#"
    [
      {
        "field": "note",
        "message": "must say in 1 to 1,000 characters why the hold is released"
      }
    ]
    "#);
    let unknown = server.post("/holds/999/release", json!({ "note": "seen" })).await;
    assert_eq!(unknown.status, 404);
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_quote_stores_nothing() {
    let server = Server::start().await.with_catalog().await;
    let quote = server.post("/quotes", submission()).await;
    assert_eq!(quote.status, 200, "{}", quote.body);
    assert_eq!((&quote.body["priced"], &quote.body["past_prices"]), (&json!(false), &json!([])));
    assert_eq!(server.get("/orders").await.body["items"], json!([]));
    let mut wrong = submission();
    wrong["store"] = json!("S9");
    insta::assert_json_snapshot!(server.post("/quotes", wrong).await.body["errors"], @r#"
    [
      {
        "field": "store",
        "message": "there is no store \"S9\"; correct the code or create the store"
      }
    ]
    "#);
    server.running.shutdown().await;
}

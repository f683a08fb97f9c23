//! Standing data and price lists.

use reqwest::Method;
use serde_json::json;

use crate::support::{Server, send};

#[tokio::test]
async fn rows_are_replaced_and_found() {
    let server = Server::start().await.with_catalog().await;
    let renamed = json!({ "items": [{ "code": "C1", "name": "甲集团", "credit_limit": 500_000 }] });
    server.put("/catalog/customers", renamed).await;
    let open = server.post("/catalog/customers/C1/open-credit", json!({ "delta": 1200 })).await;
    assert_eq!(open.body, json!({ "open_credit": 1200 }));
    let path = "/catalog/customers/C1/open-credit";
    for _ in 0..2 {
        let keyed = server.request(Method::POST, path).header("idempotency-key", "k1").json(&json!({ "delta": -200 }));
        assert_eq!(send(keyed).await.body, json!({ "open_credit": 1000 }), "booked once");
    }
    let wrong = server.post(path, json!({ "delta": 5, "order": "SO-1" })).await;
    assert_eq!((wrong.status, &wrong.body["errors"][0]["field"]), (422, &json!("order")), "{}", wrong.body);
    assert_eq!(server.post(path, json!({ "delta": -5, "order": "SO-00000099" })).await.status, 404);
    server.post(path, json!({ "delta": 200 })).await;
    insta::assert_json_snapshot!(server.get("/catalog/customers/C1").await.body, @r#"
    {
      "code": "C1",
      "name": "甲集团",
      "level": "",
      "region": "",
      "credit_limit": 500000,
      "payment_days": 0,
      "attributes": [],
      "open_credit": 1200
    }
    "#);
    assert_eq!(server.get("/catalog/products?search=轴").await.body["items"][0]["sku"], "P1");
    assert_eq!(server.get("/catalog/products/P9").await.status, 404);
    server.running.shutdown().await;
}

#[tokio::test]
async fn faults_are_named_by_row() {
    let server = Server::start().await;
    let products = json!({ "items": [
        { "sku": "P1", "name": "A", "base_unit": "pc", "tax_rate": "0.13" },
        { "sku": " P2", "name": "B", "base_unit": "pc", "tax_rate": "13", "units": [["box", "0"], ["pc", "1"]] },
    ] });
    insta::assert_json_snapshot!(server.put("/catalog/products", products).await.body["errors"], @r#"
    [
      {
        "field": "items[1].sku",
        "message": "must have 1 to 100 characters, without blanks at the ends and control characters"
      },
      {
        "field": "items[1].tax_rate",
        "message": "must be a share from 0 to 1, such as 0.13"
      },
      {
        "field": "items[1].units[0][1]",
        "message": "must be above zero: how many base units it has"
      },
      {
        "field": "items[1].units[1][0]",
        "message": "is the base unit or stands there twice"
      }
    ]
    "#);
    let stores = json!({ "items": [{ "code": "S1", "name": "A", "region": "EAST", "curency": "CNY" }] });
    insta::assert_json_snapshot!(server.put("/catalog/stores", stores).await.body["errors"], @r#"
    [
      {
        "field": "items[0].curency",
        "message": "is not known here; known are: code, name, region, currency"
      }
    ]
    "#);
    assert_eq!(server.put("/catalog/stores", json!({ "items": [] })).await.status, 422);
    server.running.shutdown().await;
}

#[tokio::test]
async fn price_lists_get_ascending_versions() {
    let server = Server::start().await.with_catalog().await;
    let list = json!({
        "code": "standard", "currency": "CNY", "valid_from": "2026-01-01",
        "entries": [{ "sku": "P1", "unit": "pc", "price": "12.50", "tax_inclusive": true, "tax_rate": "0.13" }],
    });
    let first = server.post("/price-lists", list.clone()).await;
    let second = server.post("/price-lists", list.clone()).await;
    assert_eq!((first.status, second.status), (201, 201), "{}", first.body);
    assert!(second.body["version"].as_i64() > first.body["version"].as_i64());
    let path = format!("/price-lists/standard/{}", second.body["version"]);
    assert_eq!(server.get(&path).await.body["entries"][0]["price"], "12.50");
    assert_eq!(server.get("/price-lists").await.body["items"][0]["published_by"], "admin");
    let mut wrong = list;
    wrong["valid_from"] = json!("31.1.2026");
    wrong["entries"][0]["price"] = json!("-1");
    insta::assert_json_snapshot!(server.post("/price-lists", wrong).await.body["errors"], @r#"
    [
      {
        "field": "valid_from",
        "message": "must be a day such as 2026-01-31"
      },
      {
        "field": "entries[0].price",
        "message": "must not be negative"
      }
    ]
    "#);
    server.running.shutdown().await;
}

#[tokio::test]
async fn the_company_changes_without_a_restart() {
    let server = Server::start().await;
    let company = json!({ "name": "甲", "currency": "USD", "time_zone": "America/New_York", "locale": "en-US" });
    assert_eq!(server.put("/company", company.clone()).await.status, 200);
    assert_eq!(server.get("/company").await.body, company);
    let credit = json!({ "items": [{ "code": "C1", "name": "甲", "credit_limit": 100 }] });
    assert_eq!(server.put("/catalog/customers", credit).await.status, 200);
    let mut other = company.clone();
    other["currency"] = json!("EUR");
    insta::assert_json_snapshot!(server.put("/company", other).await.body, @r#"
    {
      "type": "urn:mortise:problem:conflict",
      "title": "The request conflicts with what is there",
      "status": 409,
      "detail": "the company's currency stays USD: the credit of the customer C1 is kept in it; a company with another currency needs a database of its own"
    }
    "#);
    let wrong = json!({ "currency": "dollars", "time_zone": "Mars/Olympus" });
    insta::assert_json_snapshot!(server.put("/company", wrong).await.body["errors"], @r#"
    [
      {
        "field": "currency",
        "message": "must be an ISO 4217 code such as CNY"
      },
      {
        "field": "time_zone",
        "message": "is no IANA time zone such as Asia/Shanghai"
      }
    ]
    "#);
    server.running.shutdown().await;
}

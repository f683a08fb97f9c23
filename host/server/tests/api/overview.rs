//! What a manager sees first.

use serde_json::json;

use crate::support::{Server, submission};

#[tokio::test]
async fn the_overview_counts_what_came_in_and_what_waits() {
    let server = Server::start().await.with_catalog().await;
    for _ in 0..2 {
        assert_eq!(server.post("/orders", submission()).await.body["state"], "held");
    }
    let overview = server.get("/overview").await;
    assert_eq!(overview.status, 200, "{}", overview.body);
    let days = overview.body["days"].as_array().unwrap();
    assert_eq!(days.len(), 7);
    assert_eq!((&days[6]["orders"], &days[5]["orders"]), (&json!({ "held": 2 }), &json!({})));
    assert_eq!((&overview.body["currency"], &overview.body["traffic"]), (&json!("CNY"), &json!([])));
    let holds = overview.body["holds"].as_array().unwrap();
    assert!(!holds.is_empty() && holds.iter().all(|hold| hold["count"] == 2), "{holds:?}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn stock_that_was_never_read_is_not_told() {
    let server = Server::start().await;
    assert_eq!(server.get("/catalog/products/none/stock").await.body, json!({ "items": [], "next": null }));
    server.running.shutdown().await;
}

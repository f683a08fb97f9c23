//! The committed OpenAPI document, and the page of who may do what.

use crate::support::Server;

const COMMITTED: &str = include_str!("../../openapi.json");
const PAGE: &str = include_str!("../../../ACCESS.md");

#[test]
fn the_committed_document_is_fresh() {
    let fresh = mortise::api::openapi().to_pretty_json().unwrap();
    assert!(fresh.trim() == COMMITTED.trim(), "run: cargo run -p mortise -- openapi > host/server/openapi.json");
}

#[test]
fn the_committed_page_of_who_may_do_what_is_fresh() {
    let fresh = mortise::api::access::document();
    assert!(fresh.trim() == PAGE.trim(), "run: cargo run -p mortise -- access > host/ACCESS.md");
}

#[tokio::test]
async fn the_server_gives_the_same_document() {
    let server = Server::start().await;
    let answer = server.get("/openapi.json").await.body;
    assert_eq!(answer, serde_json::from_str::<serde_json::Value>(COMMITTED).unwrap());
    server.running.shutdown().await;
}

/// Typed clients name their methods by these.
#[test]
fn no_two_operations_have_one_id() {
    let document = serde_json::to_value(mortise::api::openapi()).unwrap();
    let mut ids: Vec<&str> = Vec::new();
    for path in document["paths"].as_object().unwrap().values() {
        ids.extend(path.as_object().unwrap().values().filter_map(|operation| operation["operationId"].as_str()));
    }
    let all = ids.len();
    ids.sort_unstable();
    let mut twice = ids.clone();
    twice.dedup();
    assert!(all > 100 && twice.len() == all, "ids that stand twice among {ids:?}");
}

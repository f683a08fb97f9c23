//! The public form: bounded, and without a word about who is known.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::two_stores;
use crate::support::{Answer, Server, send};

async fn fill_in(server: &Server, store: &str, change: Value) -> Answer {
    let mut form = json!({ "name": "陈静", "phone": "138 1234 5678", "need": "报价", "consent": true });
    form.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    send(server.open(Method::POST, &format!("/forms/{store}")).json(&form)).await
}

#[tokio::test]
async fn a_stranger_becomes_a_lead() {
    let server = two_stores().await;
    let first = fill_in(&server, "S1", json!({ "source": "baidu" })).await;
    let again = fill_in(&server, "S1", json!({ "source": "baidu" })).await;
    assert_eq!((first.status, again.status), (202, 202));
    assert_eq!((&first.body, &again.body), (&json!({ "received": true }), &json!({ "received": true })));
    let leads = server.get("/leads").await.body;
    let lead = &leads["items"][0];
    assert_eq!(leads["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&lead["source"], &lead["store"], &lead["consent"]["source"]),
        (&json!("baidu"), &json!("S1"), &json!("form"))
    );
    let path = format!("/leads/{}", lead["number"].as_str().unwrap());
    let touches = async || server.get(&format!("{path}/touches")).await.body["items"].as_array().unwrap().clone();
    assert_eq!(touches().await[0]["kind"], "inbound", "they wrote again");
    // A form that is sent twice says nothing new, and nobody is in touch each second.
    for _ in 0..3 {
        server.advance(Duration::from_secs(1));
        assert_eq!(fill_in(&server, "S1", json!({ "source": "baidu" })).await.status, 202);
    }
    let entries = server.get(&format!("{path}/history")).await.body["entries"].as_array().unwrap().len();
    assert_eq!((touches().await.len(), entries), (1, 1));
    server.advance(Duration::from_hours(2));
    fill_in(&server, "S1", json!({ "source": "baidu" })).await;
    assert_eq!(touches().await.len(), 2, "the next day they are");
    for (change, field) in [
        (json!({ "phone": "12345" }), "phone"),
        (json!({ "consent": false }), "consent"),
        (json!({ "name": "x".repeat(300) }), "name"),
    ] {
        let refused = fill_in(&server, "S1", change).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (422, &json!(field)), "{}", refused.body);
    }
    assert_eq!(fill_in(&server, "S1", json!({ "website": "http://spam", "phone": "13900000001" })).await.status, 202);
    assert_eq!(fill_in(&server, "S9", json!({})).await.status, 404);
    assert_eq!(server.get("/leads").await.body["items"].as_array().unwrap().len(), 1);
    let page = server.client.get(format!("{}/f/S1", server.running.url)).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 200);
    assert!(page.text().await.unwrap().contains("/form.js"));
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_flood_is_asked_to_wait() {
    let server = two_stores().await;
    let mut accepted = 0;
    for at in 0..40 {
        let answer = fill_in(&server, "S1", json!({ "phone": format!("138000000{at:02}") })).await;
        match answer.status {
            202 => accepted += 1,
            429 => assert_eq!(answer.headers["retry-after"], "60"),
            other => panic!("{other}: {}", answer.body),
        }
    }
    // Who it was stands in the trail, once a minute.
    let trail = server.get("/audit?action=forms.submit").await.body["items"].as_array().unwrap().clone();
    assert_eq!(trail.len(), 1, "{trail:?}");
    assert_eq!((&trail[0]["address"], &trail[0]["actor"]), (&json!("127.0.0.1"), &json!("nobody")));
    let kept = server.get("/leads?limit=500").await.body["items"].as_array().unwrap().len();
    assert_eq!((accepted, kept), (30, 30), "nothing that was accepted is lost");
    server.running.shutdown().await;
}

//! What operations do through the API: search, cancel, correct, pause, tickets, live views.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Server, send, submission};

async fn handed_in(server: &Server, change: impl FnOnce(&mut Value)) -> String {
    let mut body = submission();
    change(&mut body);
    let answer = server.post("/orders", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body["number"].as_str().unwrap().to_owned()
}

/// A token of the sales staff of another store.
async fn other_shop(server: &Server) -> String {
    let store = json!({ "code": "S2", "name": "分店", "region": "EAST", "currency": "CNY" });
    assert_eq!(server.put("/catalog/stores", json!({ "items": [store] })).await.status, 200);
    server.token("shop", &["sales"], json!({ "stores": ["S2"] })).await
}

fn numbers(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array().unwrap_or_else(|| panic!("{}", answer.body));
    items.iter().map(|item| item["number"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn orders_are_found_by_words() {
    let server = Server::start().await.with_catalog().await;
    let first = handed_in(&server, |body| {
        body["ship_to"]["contact"] = json!("张三");
        body["ship_to"]["phone"] = json!("13812345678");
    })
    .await;
    let second = handed_in(&server, |body| body["ship_to"]["contact"] = json!("李四")).await;
    server.running.app.store.index_orders(100).await.unwrap();
    for (query, expected) in [
        ("q=%E5%BC%A0%E4%B8%89", vec![&first]),
        ("q=%E7%94%B2%E5%85%AC%E5%8F%B8", vec![&second, &first]),
        ("q=p1&state=held", vec![&second, &first]),
        ("q=p1&state=confirmed", vec![]),
        ("phone=5678", vec![&first]),
        (&format!("q={second}"), vec![&second]),
    ] {
        let found = server.get(&format!("/orders?{query}")).await;
        assert_eq!(numbers(&found), expected, "{query}");
    }
    insta::assert_json_snapshot!(server.get("/orders?q=%E5%BC%A0").await.body["errors"], @r#"
    [
      {
        "field": "q",
        "message": "name at least two neighbouring characters of a name, or a whole word, code or number"
      }
    ]
    "#);
    let finance = server.token("books", &["finance"], json!({})).await;
    let by_phone = |query: &'static str| send(server.with_token(&finance, Method::GET, query));
    assert_eq!(numbers(&by_phone("/orders?q=13812345678").await), Vec::<&str>::new());
    assert_eq!(by_phone("/orders?phone=5678").await.status, 422);
    let shop = other_shop(&server).await;
    assert_eq!(numbers(&send(server.with_token(&shop, Method::GET, "/orders?q=p1")).await), Vec::<&str>::new());
    assert_eq!(server.get("/status").await.body["unindexed_orders"], 0);
    server.running.shutdown().await;
}

#[tokio::test]
async fn an_order_that_waits_is_corrected_and_cancelled() {
    let server = Server::start().await.with_catalog().await;
    let number = handed_in(&server, |_| ()).await;
    let path = format!("/orders/{number}");
    let before = server.get(&path).await.body;
    let mut corrected = submission();
    corrected["lines"][0]["quantity"] = json!("5");
    let stale = server.put(&path, json!({ "submission": corrected, "version": 0 })).await;
    assert_eq!(stale.status, 409, "{}", stale.body);
    let mut wrong = corrected.clone();
    wrong["lines"][0]["sku"] = json!("P9");
    let wrong = server.put(&path, json!({ "submission": wrong })).await;
    assert_eq!((wrong.status, &wrong.body["errors"][0]["field"]), (422, &json!("lines[0].sku")));
    let change = json!({ "submission": corrected, "version": before["version"], "note": "five" });
    let after = server.put(&path, change).await;
    assert_eq!(after.status, 200, "{}", after.body);
    assert_eq!(after.body["submission"]["lines"][0]["quantity"], "5");
    assert!(after.body["version"].as_i64() > before["version"].as_i64());
    let refused = server.post(&format!("{path}/cancel"), json!({ "reason": " " })).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (422, &json!("reason")));
    let cancelled = server.post(&format!("{path}/cancel"), json!({ "reason": "ordered twice" })).await;
    assert_eq!((cancelled.status, &cancelled.body["state"]), (200, &json!("cancelled")), "{}", cancelled.body);
    let again = server.post(&format!("{path}/cancel"), json!({ "reason": "ordered twice" })).await;
    insta::assert_json_snapshot!(again.body, @r#"
    {
      "type": "urn:mortise:problem:conflict",
      "title": "The request conflicts with what is there",
      "status": 409,
      "detail": "the order SO-00000001 is cancelled and cannot be cancelled any more",
      "remedy": "Look at the order again. What has been shipped comes back as an order of kind \"return\"."
    }
    "#);
    let story = server.get(&format!("{path}/timeline")).await.body;
    let events: Vec<&str> =
        story["items"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect();
    assert!(events.contains(&"order.corrected") && events.ends_with(&["order.cancelled"]), "{events:?}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_replay_is_a_job_that_can_be_asked_for() {
    let server = Server::start().await;
    let answer = server.post("/deliveries/replay", json!({ "since": "2026-01-01T00:00:00Z" })).await;
    assert_eq!((answer.status, &answer.body["replayed"]), (200, &json!(0)), "{}", answer.body);
    let id = answer.body["job"]["id"].as_i64().unwrap();
    let job = server.get(&format!("/deliveries/replays/{id}")).await.body;
    assert_eq!((&job["total"], &job["left"], &job["actor"]), (&json!(0), &json!(0), &json!("admin")));
    assert!(job["ended_at"].is_string(), "{job}");
    assert_eq!(server.get("/deliveries/replays").await.body["items"][0], job);
    assert_eq!(server.get("/deliveries/replays/999").await.status, 404);
    server.running.shutdown().await;
}

/// What a stream has said until it ended: name and data of each event.
async fn events(server: &Server, path: &str, last: Option<&str>) -> Vec<(String, String, Value)> {
    let mut request = server.request(Method::GET, path);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let text = response.text().await.unwrap();
    let field = |block: &str, name: &str| {
        block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
    };
    text.split("\n\n")
        .filter(|block| block.contains("data:"))
        .map(|block| {
            let data = serde_json::from_str(&field(block, "data:")).unwrap();
            (field(block, "id:"), field(block, "event:"), data)
        })
        .collect()
}

#[tokio::test]
async fn a_story_is_told_as_it_happens_and_from_where_one_was() {
    let server = Server::start().await.with_catalog().await;
    let number = handed_in(&server, |_| ()).await;
    let path = format!("/orders/{number}/events");
    let told = events(&server, &format!("{path}?seconds=0"), None).await;
    let names: Vec<&str> = told.iter().map(|(_, _, data)| data["event"].as_str().unwrap()).collect();
    assert_eq!(names[0], "order.received", "{names:?}");
    let last = told.last().unwrap().0.clone();
    server.advance(Duration::from_mins(1));
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        server.post(&format!("/orders/{number}/cancel"), json!({ "reason": "twice" })).await
    };
    let live_path = format!("{path}?seconds=3");
    let (live, cancelled) = tokio::join!(events(&server, &live_path, Some(&last)), cancel);
    assert_eq!(cancelled.status, 200);
    let names: Vec<&str> = live.iter().map(|(_, _, data)| data["event"].as_str().unwrap()).collect();
    assert_eq!(names.last(), Some(&"order.cancelled"), "{names:?}");
    let missed = events(&server, &format!("{path}?seconds=0"), Some(&live.last().unwrap().0)).await;
    assert_eq!(missed.len(), 1, "what happened in the last two seconds is told again: {missed:?}");
    let wrong = send(server.request(Method::GET, &path).header("last-event-id", "x")).await;
    assert_eq!((wrong.status, &wrong.body["errors"][0]["field"]), (422, &json!("Last-Event-ID")));
    server.running.shutdown().await;
}

#[tokio::test]
async fn the_feed_tells_each_what_they_may_see() {
    let server = Server::start().await.with_catalog().await;
    let shop = other_shop(&server).await;
    let hand_in = async {
        tokio::time::sleep(Duration::from_millis(900)).await;
        handed_in(&server, |_| ()).await
    };
    let elsewhere = async {
        let request = server.with_token(&shop, Method::GET, "/events?seconds=3");
        request.send().await.unwrap().text().await.unwrap()
    };
    let (all, others, number) = tokio::join!(events(&server, "/events?seconds=3", None), elsewhere, hand_in);
    let told: Vec<(&str, &Value)> = all.iter().map(|(_, event, data)| (event.as_str(), &data["event"])).collect();
    assert!(told.contains(&("order", &json!("order.received"))), "{told:?}");
    assert!(told.contains(&("hold", &json!("hold.opened"))), "{told:?}");
    assert!(all.iter().all(|(_, _, data)| data["order"] == number && data["state"] == "held"), "{all:?}");
    assert!(!others.contains("data:"), "another store's order: {others}");
    server.advance(Duration::from_secs(1));
    let missed = events(&server, "/events?seconds=0", Some(&all[0].0)).await;
    assert!(missed.len() >= all.len(), "{missed:?}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn the_first_view_misses_nothing_that_happens_after_it_began() {
    let server = Server::start().await.with_catalog().await;
    let hand_in = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        handed_in(&server, |_| ()).await
    };
    let (all, _) = tokio::join!(events(&server, "/events?seconds=2", None), hand_in);
    let told: Vec<&Value> = all.iter().map(|(_, _, data)| &data["event"]).collect();
    assert!(told.contains(&&json!("order.received")), "{told:?}");
    server.running.shutdown().await;
}

#[tokio::test]
async fn nobody_has_all_live_views() {
    let server = Server::start().await;
    let token = server.token("shop", &["sales"], json!({ "stores": [] })).await;
    let mut open = Vec::new();
    for _ in 0..16 {
        let view = server.with_token(&token, Method::GET, "/events").send().await.unwrap();
        assert_eq!(view.status(), 200);
        open.push(view);
    }
    let one_more = send(server.with_token(&token, Method::GET, "/events")).await;
    assert_eq!(one_more.status, 429, "{}", one_more.body);
    assert_eq!(send(server.request(Method::GET, "/events?seconds=0")).await.status, 200, "others have theirs");
    drop(open);
    // Whoever goes on to another page has their seat back, long before the view's time is over.
    let mut waits = 0;
    while send(server.with_token(&token, Method::GET, "/events?seconds=0")).await.status != 200 {
        waits += 1;
        assert!(waits < 200, "seats of views that have gone are not free");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn a_repeat_says_where_the_order_is() {
    let server = Server::start().await.with_catalog().await;
    let submit = async || {
        let submission = serde_json::from_value(submission()).unwrap();
        let pipeline = server.running.app.pipeline();
        pipeline.submit(submission, Some("k1".into()), "till", Duration::from_secs(5)).await.unwrap()
    };
    let first = submit().await;
    let path = format!("/orders/{}/cancel", first.number);
    assert_eq!(server.post(&path, json!({ "reason": "twice" })).await.status, 200);
    let again = submit().await;
    assert_eq!((again.id, again.repeat, again.state.name()), (first.id, true, "cancelled"), "it never had a price");
    server.running.shutdown().await;
}

#[tokio::test]
async fn collections_are_of_known_regions_and_of_months_that_came() {
    let server = Server::start().await.with_catalog().await;
    let put = async |region: &str, month: &str| {
        let item = json!({ "region": region, "month": month, "due": 10, "collected": 1 });
        server.put("/collections", json!({ "items": [item] })).await
    };
    let now = server.running.app.now().to_string();
    assert_eq!(put("EAST", &now[..7]).await.status, 200);
    for (region, month, field) in [("EAST", "2062-02", "items[0].month"), ("EATS", "2020-02", "items[0].region")] {
        let refused = put(region, month).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (422, &json!(field)), "{}", refused.body);
    }
    let path = format!("/collections/EAST/{}", &now[..7]);
    assert_eq!(send(server.request(Method::DELETE, &path)).await.status, 204);
    assert_eq!(send(server.request(Method::DELETE, &path)).await.status, 404);
    assert_eq!(server.get("/collections").await.body["items"], json!([]));
    server.running.shutdown().await;
}

#[tokio::test]
async fn what_is_kept_is_decided_and_measured() {
    let server = Server::start().await.with_catalog().await;
    let before = server.get("/retention").await.body;
    assert_eq!(before["settings"], json!({ "attempt_days": 90, "figure_days": 400 }));
    let used = before["used"].as_array().unwrap();
    assert!(used.iter().any(|row| row["table"] == "orders" && row["bytes"].as_i64() > Some(0)), "{before}");
    assert!(before["database_bytes"].as_i64() > Some(10_000), "{before}");
    let decided = server.put("/retention", json!({ "attempt_days": 30, "figure_days": 60 })).await;
    assert_eq!(decided.status, 200, "{}", decided.body);
    assert_eq!(server.get("/retention").await.body["settings"], decided.body);
    let wrong = server.put("/retention", json!({ "attempt_days": 0, "figure_days": 60 })).await;
    assert_eq!((wrong.status, &wrong.body["errors"][0]["field"]), (422, &json!("attempt_days")));
    server.running.shutdown().await;
}

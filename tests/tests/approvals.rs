//! Approvals, rules and connections with all plugins, on both engines: asked by message, decided by link and API; rules that are
//! drafted, tried, published and rolled back; connections that are tested and planned.

#![expect(clippy::unwrap_used, reason = "an answer of another form is a failed test")]

use std::time::Duration;

use mortise_domain::ports::clock::Clock as _;
use mortise_tests::house::Answer;
use mortise_tests::{Engine, House};
use serde_json::{Value, json};

macro_rules! on_both {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use super::*;
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() { super::$name(Engine::Sqlite).await; }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() { super::$name(Engine::Postgres).await; }
        }
    )*};
}

on_both![
    a_large_order_is_asked_for_approved_and_confirmed,
    nobody_answers_and_the_next_is_asked,
    rules_are_drafted_tried_published_and_rolled_back,
    routes_change_who_is_asked,
    connections_are_tested_and_planned,
];

const HOUR: Duration = Duration::from_hours(1);

fn large(house: &House) -> Value {
    let mut order = house.order();
    order["lines"] = json!([{"sku": "T-200", "quantity": "5000"}]);
    order["customer"] = json!("C2");
    order
}

async fn user(house: &House, name: &str, role: &str) {
    let wish = json!({ "name": name, "roles": [role], "stores": ["sh-01"] });
    house.post("/users", wish).await.ok();
}

/// WeCom tells of approvals too.
async fn listen(house: &House) {
    let mut connection = house.get("/connections/wecom").await.ok();
    let fields = connection.as_object_mut().unwrap();
    for own in ["revision", "updated_at", "fault"] {
        fields.remove(own);
    }
    connection["events"] = json!(["order-confirmed", "approval-requested"]);
    house.put("/connections/wecom", connection).await.ok();
}

async fn attach(house: &House, number: &str) {
    let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"authorisation.pdf\"\r\n\
                Content-Type: application/pdf\r\n\r\n%PDF-1.4\r\n--b--\r\n";
    let request =
        house.request("POST", &format!("/api/v1/orders/{number}/attachments")).bearer_auth(&house.running.token);
    let request = request.header("content-type", "multipart/form-data; boundary=b").body(form);
    assert_eq!(house.hear(request).await.status, 201);
}

fn texts(house: &House) -> Vec<String> {
    let messages = house.upstreams.messages();
    messages["items"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

/// The key of the link in a message.
fn key(text: &str) -> &str {
    let rest = &text[text.find("mra_").unwrap()..];
    &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len())]
}

async fn by_link(house: &House, path: &str, body: Value) -> Answer {
    let request = house.request("POST", &format!("/api/v1/approval-links/{path}")).json(&body);
    let heard = house.hear(request).await;
    Answer { status: heard.status, body: serde_json::from_slice(heard.body()).unwrap_or(Value::Null) }
}

async fn a_large_order_is_asked_for_approved_and_confirmed(engine: Engine) {
    let house = House::open(engine).await;
    listen(&house).await;
    user(&house, "dora", "supervisor").await;
    user(&house, "fred", "finance").await;
    let number = house.accepted(&large(&house)).await;
    house.run_until_idle(HOUR).await;
    let approvals = house.get(&format!("/approvals?order={number}")).await.ok();
    let approval = &approvals["items"][0];
    assert_eq!(
        (approval["code"].as_str(), approval["state"].as_str()),
        (Some("amount-over-limit"), Some("open")),
        "{approvals:#}"
    );
    let asked = texts(&house);
    assert_eq!(asked.len(), 2, "one for each who is asked: {asked:#?}");
    assert!(asked.iter().all(|text| text.contains(&number) && text.contains("/approve#mra_")), "{asked:#?}");
    // Which link is whose shows when it is opened.
    let mut keys = Vec::new();
    for text in &asked {
        let look = by_link(&house, "look", json!({ "key": key(text) })).await;
        assert_eq!(look.status, 200, "{:?}", look.body);
        assert_eq!(
            (look.body["essentials"]["number"].as_str(), look.body["lacks_file"].as_bool()),
            (Some(number.as_str()), Some(true))
        );
        keys.push((look.body["display_name"].as_str().unwrap_or_default().to_owned(), key(text).to_owned()));
    }
    let key_of = |name: &str| keys.iter().find(|(whose, _)| whose == name).map(|(_, key)| key.clone()).unwrap();
    let early = by_link(&house, "decide", json!({ "key": key_of("dora"), "approve": true })).await;
    assert_eq!(early.status, 409, "without the authorisation: {:?}", early.body);
    attach(&house, &number).await;
    house.run_until_idle(HOUR).await;
    assert_eq!(house.shown(&number).await["state"], "held");
    let first = by_link(&house, "decide", json!({ "key": key_of("dora"), "approve": true })).await;
    assert_eq!((first.status, first.body["state"].as_str()), (200, Some("open")), "{:?}", first.body);
    house.run_until_idle(HOUR).await;
    assert_eq!(house.shown(&number).await["state"], "held", "finance has not agreed yet");
    let second =
        by_link(&house, "decide", json!({ "key": key_of("fred"), "approve": true, "note": "paid before" })).await;
    assert_eq!((second.status, second.body["state"].as_str()), (200, Some("approved")), "{:?}", second.body);
    house.run_until_idle(HOUR).await;
    assert_eq!(house.shown(&number).await["state"], "confirmed");
    let used = by_link(&house, "look", json!({ "key": key_of("fred") })).await;
    assert_eq!(used.status, 404);
    // The links went to WeCom and stand nowhere else: not in the records of the deliveries, not in the story.
    let deliveries = house.get("/deliveries?connection=wecom").await.ok();
    let mut records = 0;
    for delivery in deliveries["items"].as_array().unwrap() {
        let whole = house.get(&format!("/deliveries/{}", delivery["id"])).await.ok().to_string();
        assert!(!whole.contains("mra_"), "{whole}");
        records += usize::from(whole.contains("/approve#***"));
    }
    assert_eq!(records, 2, "what was sent is on record without the key");
    let story = house.get(&format!("/orders/{number}/timeline")).await.ok();
    assert!(!story.to_string().contains("mra_"));
    let events: Vec<&str> =
        story["items"].as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap()).collect();
    for event in ["hold.opened", "approval.requested", "approval.approved", "hold.released", "order.confirmed"] {
        assert!(events.contains(&event), "{event}: {events:?}");
    }
    house.close().await;
}

async fn nobody_answers_and_the_next_is_asked(engine: Engine) {
    let house = House::open(engine).await;
    listen(&house).await;
    user(&house, "fred", "finance").await;
    let number = house.accepted(&large(&house)).await;
    house.run_until_idle(25 * HOUR).await;
    let approvals = house.get(&format!("/approvals?order={number}")).await.ok();
    let steps = &approvals["items"][0]["steps"];
    assert_eq!((&steps[0]["escalated"], &steps[1]["escalated"]), (&json!(1), &json!(1)), "{approvals:#}");
    let story = house.get(&format!("/orders/{number}/timeline")).await.ok();
    let of = |event: &str| story["items"].as_array().unwrap().iter().filter(|one| one["event"] == event).count();
    assert_eq!(["approval.reminded", "approval.escalated"].map(of), [2, 2], "{story:#}");
    let id = &approvals["items"][0]["id"];
    // The token handed the order in, so it decides nothing, admin or not.
    let own = house.post(&format!("/approvals/{id}/approve"), json!({})).await;
    assert_eq!(own.status, 403, "{}", own.body);
    let token = house.post("/tokens", json!({ "name": "boss", "roles": ["admin"] })).await.ok();
    let request = house.request("POST", &format!("/api/v1/approvals/{id}/reject"));
    let request =
        request.bearer_auth(token["token"].as_str().unwrap()).json(&json!({ "note": "nobody vouches for it" }));
    assert_eq!(house.hear(request).await.status, 200);
    house.run_until_idle(100 * HOUR).await;
    let shown = house.shown(&number).await;
    assert_eq!(
        (shown["state"].as_str(), shown["rejection"]["en"].as_str().unwrap().contains("nobody vouches")),
        (Some("rejected"), true)
    );
    house.close().await;
}

async fn tried(house: &House, set: &str, version: &Value) -> Value {
    let begun = house.post(&format!("/rules/{set}/versions/{version}/try"), json!({})).await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    let path = format!("/rules/{set}/trials/{}", begun.body["id"]);
    for _ in 0..200 {
        let trial = house.get(&path).await.ok();
        if trial["state"] != "running" {
            return trial;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Value::Null
}

async fn rules_are_drafted_tried_published_and_rolled_back(engine: Engine) {
    let house = House::open(engine).await;
    for _ in 0..3 {
        let mut order = house.order();
        order["lines"] = json!([{"sku": "M-300", "quantity": "1"}]);
        order["placed_at"] = json!(house.clock.now().to_string());
        house.accepted(&order).await;
        house.run_until_idle(48 * HOUR).await;
        house.clock.advance(Duration::from_hours(48));
    }
    let rule = |when: &str| json!({ "rules": [{ "code": "own", "title": { "zh": "自定义", "en": "Own" }, "when": when, "outcome": "hold" }] });
    let sets = house.get("/rules").await.ok();
    let names: Vec<&str> = sets["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["approval_routes", "order-rules"]);
    let fields = house.get("/rules/order-rules/fields").await.ok();
    let store = fields["items"].as_array().unwrap().iter().find(|one| one["name"] == "order.store").unwrap();
    assert_eq!((&store["type"], store["options"].as_array().unwrap().is_empty()), (&json!("text"), false), "{store}");
    let checked = house.post("/rules/order-rules/check", json!({ "content": rule("order.gross >\n  !!") })).await.ok();
    let fault = &checked["faults"][0];
    assert_eq!(
        (checked["publishable"].as_bool(), fault["field"].as_str(), fault["line"].as_u64(), fault["column"].as_u64()),
        (Some(false), Some("rules[0].when"), Some(2), Some(5)),
        "{checked:#}"
    );
    let misfit = house.post("/rules/order-rules/check", json!({ "content": { "rules": 7 } })).await.ok();
    assert_eq!(misfit["faults"][0]["field"], "rules", "{misfit:#}");

    let bad = house.post("/rules/order-rules/versions", json!({ "content": rule("order.gros > 1.0") })).await.ok();
    let refused =
        house.post(&format!("/rules/order-rules/versions/{}/publish", bad["version"]), json!({ "revision": 1 })).await;
    assert_eq!(
        (refused.status, refused.body["errors"][0]["field"].as_str()),
        (422, Some("rules[0].when")),
        "{}",
        refused.body
    );
    let mended = json!({ "content": rule("order.lines.size() == 1"), "note": "small orders" });
    let path = format!("/rules/order-rules/versions/{}", bad["version"]);
    assert_eq!(house.put(&path, mended).await.ok()["faults"], json!([]));
    let unseen = house.post(&format!("{path}/publish"), json!({ "revision": 1 })).await;
    assert_eq!(unseen.status, 409, "the draft is another one now: {}", unseen.body);

    let trial = tried(&house, "order-rules", &bad["version"]).await;
    let result = &trial["result"];
    assert_eq!(
        (trial["state"].as_str(), &trial["total"], &trial["done"]),
        (Some("done"), &json!(3), &json!(3)),
        "{trial:#}"
    );
    assert_eq!(
        (&result["newly_held"], &result["now"]["hold"], &result["failed"]),
        (&json!(3), &json!(3), &json!(0)),
        "{result:#}"
    );
    assert_eq!(result["differences"][0]["now"], json!({ "outcome": "hold", "rules": ["own"] }), "{result:#}");
    assert!(result["summary"]["en"].as_str().unwrap().starts_with("would have held 3 of 3 orders"), "{result:#}");

    let published = house.post(&format!("{path}/publish"), json!({ "revision": 2 })).await.ok();
    assert_eq!(published["in_force"], bad["version"], "{published:#}");
    let small = json!([{"sku": "M-300", "quantity": "1"}]);
    let mut order = house.order();
    order["lines"] = small.clone();
    let held = house.submit(&order).await.body;
    assert_eq!(
        (held["state"].as_str(), held["holds"][0]["code"].as_str()),
        (Some("held"), Some("own")),
        "in force at once: {held:#}"
    );
    let back = house.post("/rules/order-rules/rollback", json!({})).await.ok();
    assert_eq!(back["content"], json!({}), "{back:#}");
    let mut order = house.order();
    order["customer"] = json!("C2");
    order["lines"] = small;
    assert_eq!(house.submit(&order).await.body["state"], "confirmed", "and gone at once");
    house.close().await;
}

async fn routes_change_who_is_asked(engine: Engine) {
    let house = House::open(engine).await;
    house.accepted(&large(&house)).await;
    let view = house.get("/rules/approval_routes").await.ok();
    let mut content = view["content"].clone();
    content["routes"][0]["approvers"] = json!(["user:zoe"]);
    content["routes"][0]["deadline-hours"] = json!(2);
    let checked = house.post("/rules/approval_routes/check", json!({ "content": content })).await.ok();
    assert_eq!(checked["faults"][0]["field"], "routes[0].remind-hours", "{checked:#}");
    content["routes"][0]["remind-hours"] = json!(1);
    let draft = house.post("/rules/approval_routes/versions", json!({ "content": content })).await.ok();
    let trial = tried(&house, "approval_routes", &draft["version"]).await;
    let difference = &trial["result"]["differences"][0];
    assert_eq!(difference["was"]["rules"], json!(["amount-over-limit: supervisor + finance"]), "{trial:#}");
    assert_eq!(difference["now"]["rules"], json!(["amount-over-limit: user:zoe"]), "{trial:#}");
    house
        .post(&format!("/rules/approval_routes/versions/{}/publish", draft["version"]), json!({ "revision": 1 }))
        .await
        .ok();
    let mut order = large(&house);
    order["lines"][0]["quantity"] = json!("5001");
    let number = house.accepted(&order).await;
    let approvals = house.get(&format!("/approvals?order={number}")).await.ok();
    assert_eq!(approvals["items"][0]["steps"][0]["approver"], "user:zoe", "{approvals:#}");
    let back = house.post("/rules/approval_routes/rollback", json!({})).await.ok();
    assert_eq!(back["content"], view["content"]);
    house.close().await;
}

async fn connections_are_tested_and_planned(engine: Engine) {
    let house = House::open(engine).await;
    for name in ["u8", "amap", "tiered-pricing", "order-rules", "wecom"] {
        let tested = house.post(&format!("/connections/{name}/test"), json!({})).await.ok();
        assert_eq!(tested["works"], true, "{name}: {tested:#}");
    }
    assert_eq!(house.upstreams.messages()["count"], 0, "a test sends nobody a message");
    let number = house.accepted(&house.order()).await;
    let before = house.upstreams.state();
    let planned = house.post("/connections/u8/plan", json!({ "order": number })).await.ok();
    let first = &planned["requests"][0];
    assert!(first["url"].as_str().unwrap().starts_with("http://127.0.0.1"), "{planned:#}");
    assert_eq!((first["status"].is_null(), planned["outcome"].as_str()), (true, Some("unavailable")), "{planned:#}");
    assert_eq!(house.upstreams.state(), before, "nothing was sent");
    assert!(!planned.to_string().contains("u8-secret"), "{planned:#}");
    let given = json!({ "order": number, "answers": [{ "status": 500, "body": "planned" }] });
    let answered = house.post("/connections/u8/plan", given).await.ok();
    assert_eq!(
        (&answered["requests"][0]["status"], &answered["requests"][0]["response_body"]),
        (&json!(500), &json!("planned"))
    );
    house.run_until_idle(HOUR).await;
    assert_eq!(house.shown(&number).await["state"], "confirmed", "the plan's token is nobody's");
    let wrong = house.post("/connections/u8/check-settings", json!({ "settings": { "base-url": 7 } })).await.ok();
    assert!(wrong["settled"].is_null() && !wrong["faults"].as_array().unwrap().is_empty(), "{wrong:#}");
    let right = house.post("/connections/order-rules/check-settings", json!({ "settings": {} })).await.ok();
    assert_eq!((&right["faults"], right["settled"]["thresholds"]["amount"].as_str()), (&json!([]), Some("50000")));
    house.close().await;
}

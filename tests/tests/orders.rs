//! An order's way from the door to every system, on both engines.

#![expect(clippy::unwrap_used, reason = "an answer of another form is a failed test")]

use std::time::Duration;

use mortise_tests::{Engine, House};
use mortise_upstreams::{Fault, Rule};
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
    reaches_every_system_once,
    is_refused_with_field_and_remedy,
    rules_hold_and_people_release,
    a_return_goes_back,
    fifty_callers_want_the_last_ten,
    survives_every_fault_of_the_erp,
    a_hasty_replay_makes_no_second_document,
    works_without_the_key_of_the_erp,
    a_gateway_that_gives_up_makes_no_duplicate,
    only_possible_repeats_say_so,
    a_ticket_opens_and_closes,
    replays_what_waits_for_a_person,
    a_technical_hold_releases_itself,
];

const HOUR: Duration = Duration::from_hours(1);

fn count(state: &Value, kind: &str, field: &str) -> i64 {
    state[kind][field].as_i64().unwrap()
}

fn hold_codes(order: &Value) -> Vec<&str> {
    order["holds"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|hold| hold["released_at"].is_null())
        .map(|hold| hold["code"].as_str().unwrap())
        .collect()
}

async fn reaches_every_system_once(engine: Engine) {
    let house = House::open(engine).await;
    let answer = house.submit(&house.order()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let number = answer.body["number"].as_str().unwrap();
    assert_eq!((number, answer.body["state"].as_str()), ("SO-00000001", Some("confirmed")), "{}", answer.body);
    let order = &answer.body["order"];
    // 10 × 10.00 + 2 × 33.33 = 166.66 net; 13 % of 100.00 and of 66.66, each rounded half up.
    assert_eq!((&order["net"], &order["tax"], &order["gross"]), (&json!(16_666), &json!(2_167), &json!(18_833)));
    house.run_until_idle(HOUR).await;
    let shown = house.shown(number).await;
    let deliveries = shown["deliveries"].as_array().unwrap();
    assert_eq!(deliveries.len(), 5, "order, receivable, one pick for each of two zones, message: {deliveries:#?}");
    assert!(deliveries.iter().all(|delivery| delivery["state"] == "done"), "{deliveries:#?}");
    let state = house.upstreams.state();
    for (kind, expected) in [("saleorders", 1), ("receivables", 1), ("consignments", 2)] {
        assert_eq!(
            (count(&state, kind, "count"), count(&state, kind, "duplicate_count")),
            (expected, 0),
            "{kind}: {state:#}"
        );
    }
    assert_eq!(house.upstreams.messages()["count"], 1);
    let story = house.get(&format!("/orders/{number}/timeline")).await.ok();
    let events: Vec<&str> =
        story["items"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect();
    assert_eq!(&events[..2], ["order.received", "order.evaluated"], "{events:?}");
    assert!(
        events.contains(&"order.confirmed") && events.iter().filter(|event| **event == "delivery.done").count() == 5,
        "{events:?}"
    );
    house.close().await;
}

async fn is_refused_with_field_and_remedy(engine: Engine) {
    let house = House::open(engine).await;
    let with = |change: fn(&mut Value)| {
        let mut order = house.order();
        change(&mut order);
        order
    };
    let cases = [
        (with(|order| order["customer"] = json!("NOBODY")), "customer"),
        (with(|order| order["store"] = json!("nowhere")), "store"),
        (with(|order| order["lines"] = json!([])), "lines"),
        (with(|order| order["lines"][1]["sku"] = json!("NO-SUCH")), "lines[1].sku"),
        (with(|order| order["lines"][0]["quantity"] = json!("-1")), "lines[0].quantity"),
        (with(|order| order["lines"][0]["unit"] = json!("pallet")), "lines[0].unit"),
    ];
    for (order, field) in cases {
        let answer = house.submit(&order).await;
        assert_eq!(answer.status, 422, "{field}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["field"], field, "{}", answer.body);
    }
    let answer = house.submit(&with(|order| order["note"] = json!("a\u{0}b"))).await;
    assert!(answer.status == 400 && answer.body.to_string().contains("NUL"), "{}", answer.body);
    let priced = with(|order| order["lines"][0]["unit_price"] = json!("1"));
    let answer = house.submit(&priced).await;
    assert!(answer.status >= 400 && answer.body.to_string().contains("unit_price"), "{}", answer.body);
    assert_eq!(house.get("/status").await.ok()["orders"]["received"].as_i64().unwrap_or(0), 0);
    house.close().await;
}

async fn rules_hold_and_people_release(engine: Engine) {
    let house = House::open(engine).await;
    let mut vague = house.order();
    vague["customer"] = json!("C2");
    vague["ship_to"]["text"] = json!("世纪大道与张杨路路口附近");
    let mut large = house.order();
    large["lines"] = json!([{"sku": "T-200", "quantity": "5000"}]);
    large["customer"] = json!("C2");
    let mut poor = house.order();
    poor["customer"] = json!("POOR");
    poor["lines"] = json!([{"sku": "T-100", "quantity": "200"}]);
    let mut scarce = house.order();
    scarce["lines"] = json!([{"sku": "RARE", "quantity": "11"}]);
    for (order, code) in
        [(&vague, "place-vague"), (&large, "amount-over-limit"), (&poor, "credit-exceeded"), (&scarce, "short-stock")]
    {
        let number = house.accepted(order).await;
        let shown = house.shown(&number).await;
        assert_eq!((shown["state"].as_str(), hold_codes(&shown)), (Some("held"), vec![code]), "{shown:#}");
        let hold = &shown["holds"][0];
        assert!(
            !hold["text"]["zh"].as_str().unwrap().is_empty() && !hold["needs"].as_array().unwrap().is_empty(),
            "{hold:#}"
        );
    }
    // The same customer, the same items, within a day.
    let first = house.accepted(&house.order()).await;
    let second = house.accepted(&house.order()).await;
    assert_eq!(house.shown(&first).await["state"], "confirmed");
    let shown = house.shown(&second).await;
    assert_eq!(hold_codes(&shown), ["suspected-duplicate"]);
    let id = &shown["holds"][0]["id"];
    house.post(&format!("/holds/{id}/release"), json!({"note": "the customer confirmed both"})).await.ok();
    house.run_until_idle(HOUR).await;
    assert_eq!(house.shown(&second).await["state"], "confirmed");
    let again = house.post(&format!("/holds/{id}/release"), json!({"note": "twice"})).await;
    assert_eq!(again.status, 409, "{}", again.body);
    // A flag does not hold.
    let mut shelf = house.order();
    shelf["lines"] = json!([{"sku": "SHELF", "quantity": "1"}]);
    let answer = house.submit(&shelf).await;
    assert_eq!(answer.body["state"], "confirmed", "{}", answer.body);
    assert!(answer.body["flags"][0]["en"].as_str().unwrap().contains("20"), "{}", answer.body);
    // No price: rejected, naming the item.
    let mut unpriced = house.order();
    unpriced["lines"] = json!([{"sku": "NO-PRICE", "quantity": "1"}]);
    let answer = house.submit(&unpriced).await;
    assert_eq!(answer.body["state"], "rejected", "{}", answer.body);
    assert!(answer.body["rejection"]["en"].as_str().unwrap().contains("NO-PRICE"), "{}", answer.body);
    house.close().await;
}

async fn a_return_goes_back(engine: Engine) {
    let house = House::open(engine).await;
    let mut order = house.order();
    order["kind"] = json!("return");
    let number = house.accepted(&order).await;
    assert!(number.starts_with("RO-"), "{number}");
    house.run_until_idle(HOUR).await;
    let shown = house.shown(&number).await;
    assert_eq!(shown["state"], "confirmed", "{shown:#}");
    let state = house.upstreams.state();
    assert_eq!(
        (
            count(&state, "saleorders", "returns"),
            count(&state, "receivables", "count"),
            count(&state, "consignments", "count")
        ),
        (1, 1, 0),
        "{state:#}"
    );
    assert!(state["receivables"]["items"][0]["amount"].to_string().contains('-'), "{state:#}");
    house.close().await;
}

async fn fifty_callers_want_the_last_ten(engine: Engine) {
    let house = House::open(engine).await;
    let orders: Vec<Value> = (0..50)
        .map(|at| {
            let mut order = house.order();
            order["reference"] = json!(format!("LAST-{at}"));
            // Customers of their own, or they would be taken for duplicates.
            order["customer"] = json!(format!("K{at}"));
            order["lines"] = json!([{"sku": "RARE", "quantity": "1"}, {"sku": "POST", "quantity": at + 1}]);
            order
        })
        .collect();
    futures::future::join_all(orders.iter().map(|order| house.submit(order))).await;
    house.run_until_idle(HOUR).await;
    let state = house.upstreams.state();
    let picked: i64 = state["consignments"]["count"].as_i64().unwrap();
    assert_eq!((picked, state["oversold"].as_i64().unwrap_or_default()), (10, 0), "{}", state["stock"]);
    house.close().await;
}

/// An ERP that knows neither our keys nor our numbers: nothing but looking first, and late enough, keeps documents single.
async fn survives_every_fault_of_the_erp(engine: Engine) {
    let house = House::open(engine).await;
    house.upstreams.configure(&json!({"biz_id_dedupe": false, "u8_own_numbers": true})).unwrap();
    let kinds = [
        Fault::TimeoutBeforeCommit,
        Fault::TimeoutAfterCommit,
        Fault::LateCommit,
        Fault::Drop,
        Fault::DropAfterCommit,
        Fault::Http500,
        Fault::Http502Html,
        Fault::Http502LateCommit,
        Fault::Http503LateCommit,
        Fault::RateLimited,
        Fault::TokenExpired,
        Fault::BadJson,
    ];
    let mut numbers = Vec::new();
    for kind in kinds {
        for path in ["saleorder/add", "oughtreceive/add", "consignment/add"] {
            house.upstreams.fault(Rule::once(kind, path));
        }
        let mut order = house.order();
        order["lines"] = json!([{"sku": "T-100", "quantity": numbers.len() + 1}, {"sku": if numbers.len() % 2 == 0 { "T-200" } else { "M-300" }, "quantity": "1"}]);
        order["customer"] = json!(if numbers.len() % 2 == 0 { "C1" } else { "C2" });
        order["reference"] = json!(format!("{kind:?}"));
        order["placed_at"] = json!(mortise_domain::ports::clock::Clock::now(&*house.clock).to_string());
        numbers.push(house.accepted(&order).await);
        // The upstream's own time is real time: what it commits late must be there before the host's clock moves on. Order,
        // receivable and pick tasks fail one after the other.
        for _ in 0..6 {
            house.running.app.pipeline().run_until_idle().await.unwrap();
            upstreams_ended(&house).await;
            house.clock.advance(Duration::from_secs(10));
        }
        house.run_until_idle(HOUR).await;
        house.clock.advance(30 * HOUR);
    }
    house.run_until_idle(HOUR).await;
    for number in &numbers {
        let shown = house.shown(number).await;
        assert_eq!(shown["state"], "confirmed", "{shown:#}");
        assert!(
            shown["deliveries"].as_array().unwrap().iter().all(|delivery| delivery["state"] == "done"),
            "{:#}",
            shown["deliveries"]
        );
    }
    let state = house.upstreams.state();
    let due = i64::try_from(numbers.len()).unwrap();
    assert_eq!(
        (count(&state, "saleorders", "count"), count(&state, "saleorders", "duplicate_count")),
        (due, 0),
        "{:#}",
        state["saleorders"]["duplicates"]
    );
    assert_eq!(
        (count(&state, "receivables", "count"), count(&state, "receivables", "duplicate_count")),
        (due, 0),
        "{:#}",
        state["receivables"]["duplicates"]
    );
    assert_eq!(count(&state, "consignments", "duplicate_count"), 0, "{:#}", state["consignments"]["duplicates"]);
    house.close().await;
}

async fn works_without_the_key_of_the_erp(engine: Engine) {
    let house = House::open(engine).await;
    house.upstreams.configure(&json!({"biz_id_dedupe": false, "u8_own_numbers": true})).unwrap();
    for path in ["saleorder/add", "oughtreceive/add", "consignment/add"] {
        house.upstreams.fault(Rule::once(Fault::LateCommit, path));
    }
    let number = house.accepted(&house.order()).await;
    for _ in 0..6 {
        house.running.app.pipeline().run_until_idle().await.unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
        house.clock.advance(Duration::from_secs(10));
    }
    house.run_until_idle(HOUR).await;
    assert_eq!(house.shown(&number).await["state"], "confirmed");
    let state = house.upstreams.state();
    for kind in ["saleorders", "receivables", "consignments"] {
        assert_eq!(count(&state, kind, "duplicate_count"), 0, "{kind}: {:#}", state[kind]);
    }
    assert_eq!(
        (
            count(&state, "saleorders", "count"),
            count(&state, "receivables", "count"),
            count(&state, "consignments", "count")
        ),
        (1, 1, 2)
    );
    house.close().await;
}

/// Asked too early, the ERP would not know the document yet, and have it twice in the end.
async fn a_gateway_that_gives_up_makes_no_duplicate(engine: Engine) {
    let house = House::open(engine).await;
    house.upstreams.configure(&json!({"biz_id_dedupe": false, "u8_own_numbers": true})).unwrap();
    for path in ["saleorder/add", "oughtreceive/add", "consignment/add"] {
        house.upstreams.fault(Rule::once(Fault::Http502LateCommit, path));
    }
    let number = house.accepted(&house.order()).await;
    let pipeline = house.running.app.pipeline();
    for expected in [&["push-order"][..], &["push-pick", "push-receivable"]] {
        pipeline.run_until_idle().await.unwrap();
        // The pause after a plain failure is over, the upstream's own time-out is not.
        house.clock.advance(Duration::from_secs(4));
        pipeline.run_until_idle().await.unwrap();
        let listed = house.get(&format!("/deliveries?order={number}")).await.ok();
        let in_doubt = listed["items"].as_array().unwrap().iter().filter(|delivery| delivery["in_doubt"] == true);
        let mut tried: Vec<_> = in_doubt.map(|one| (one["operation"].as_str().unwrap(), &one["attempts"])).collect();
        tried.sort_unstable_by_key(|(operation, _)| *operation);
        let first = json!(1);
        let once: Vec<_> = expected.iter().map(|operation| (*operation, &first)).collect();
        assert_eq!(tried, once, "{listed:#}");
        upstreams_ended(&house).await;
        house.clock.advance(Duration::from_secs(4));
    }
    house.run_until_idle(HOUR).await;
    let listed = house.get(&format!("/deliveries?order={number}")).await.ok();
    let certain = |delivery: &Value| delivery["state"] == "done" && delivery["in_doubt"] == false;
    assert!(listed["items"].as_array().unwrap().iter().all(certain), "{listed:#}");
    let state = house.upstreams.state();
    for (kind, expected) in [("saleorders", 1), ("receivables", 1), ("consignments", 2)] {
        let found = (count(&state, kind, "count"), count(&state, kind, "duplicate_count"));
        assert_eq!(found, (expected, 0), "{kind}: {:#}", state[kind]);
    }
    assert_eq!(house.upstreams.counters()["written_behind_fault"]["http_502_late_commit"], 3);
    house.close().await;
}

/// What the upstreams do late they do in real time, whatever the host's clock shows.
async fn upstreams_ended(house: &House) {
    let ended = async {
        while house.upstreams.in_flight() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.unwrap();
}

async fn only_possible_repeats_say_so(engine: Engine) {
    let house = House::open(engine).await;
    let refused = vec![Rule::once(Fault::RateLimited, "webhook/send")];
    let hidden = vec![Rule { committed: true, ..Rule::once(Fault::Http502Html, "webhook/send") }];
    let garbled = vec![Rule::once(Fault::BadJson, "webhook/send")];
    let both = vec![Rule::once(Fault::BadJson, "webhook/send"), Rule::once(Fault::RateLimited, "webhook/send")];
    let cases = [(refused, &[false][..]), (hidden, &[false, true]), (garbled, &[false, true]), (both, &[false, true])];
    for (at, (rules, expected)) in cases.into_iter().enumerate() {
        for rule in rules {
            house.upstreams.fault(rule);
        }
        let mut order = house.order();
        order["customer"] = json!(format!("K{at}"));
        let number = house.accepted(&order).await;
        house.run_until_idle(HOUR).await;
        let messages = house.upstreams.messages();
        let texts = messages["items"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap());
        let marked: Vec<_> =
            texts.filter(|text| text.contains(&number)).map(|text| text.contains("可能重复")).collect();
        assert_eq!(marked, expected, "{messages:#}");
    }
    house.close().await;
}

/// Whoever replays while the ERP still works on the lost request waits for it all the same.
async fn a_hasty_replay_makes_no_second_document(engine: Engine) {
    let house = House::open(engine).await;
    house.upstreams.configure(&json!({"biz_id_dedupe": false, "u8_own_numbers": true})).unwrap();
    house.upstreams.fault(Rule::once(Fault::LateCommit, "saleorder/add"));
    let number = house.accepted(&house.order()).await;
    house.running.app.pipeline().run_until_idle().await.unwrap();
    let replayed =
        house.post("/deliveries/replay", json!({"since": "2026-01-01T00:00:00Z", "connection": "u8"})).await.ok();
    assert_eq!(replayed["replayed"], 1, "{replayed}");
    house.running.app.pipeline().run_until_idle().await.unwrap();
    let listed = house.get(&format!("/deliveries?order={number}")).await.ok();
    let first = &listed["items"].as_array().unwrap().iter().find(|one| one["operation"] == "push-order").unwrap();
    assert_eq!((&first["attempts"], &first["state"]), (&json!(1), &json!("pending")), "{listed:#}");
    upstreams_ended(&house).await;
    house.run_until_idle(HOUR).await;
    assert_eq!(house.shown(&number).await["state"], "confirmed");
    let state = house.upstreams.state();
    assert_eq!((count(&state, "saleorders", "count"), count(&state, "saleorders", "duplicate_count")), (1, 0));
    house.close().await;
}

async fn a_ticket_opens_and_closes(engine: Engine) {
    let house = House::open(engine).await;
    let number = house.accepted(&house.order()).await;
    house.upstreams.configure(&json!({"agent_offline": true})).unwrap();
    house.run_until_idle(Duration::from_mins(1)).await;
    let tickets = house.get("/tickets?open=true").await.ok();
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1, "{tickets:#}");
    assert_eq!(
        (tickets["items"][0]["order_number"].as_str(), tickets["items"][0]["connection"].as_str()),
        (Some(number.as_str()), Some("u8"))
    );
    house.upstreams.configure(&json!({"agent_offline": false})).unwrap();
    house.run_until_idle(HOUR).await;
    assert_eq!(house.get("/tickets?open=true").await.ok()["items"], json!([]));
    assert_eq!(count(&house.upstreams.state(), "saleorders", "count"), 1);
    house.close().await;
}

async fn replays_what_waits_for_a_person(engine: Engine) {
    let house = House::open(engine).await;
    // The ERP refuses our credential: nothing but a person helps.
    house.clock.advance(Duration::from_secs(1));
    house.put("/connections/u8/credentials/app-secret", json!({"value": "wrong"})).await.ok();
    let mut order = house.order();
    order["lines"] = json!([{"sku": "POST", "quantity": "1"}]);
    let number = house.accepted(&order).await;
    house.run_until_idle(Duration::from_secs(30)).await;
    assert_eq!(count(&house.upstreams.state(), "saleorders", "count"), 0);
    assert_eq!(house.get("/tickets?open=true").await.ok()["items"].as_array().unwrap().len(), 1);
    house.put("/connections/u8/credentials/app-secret", json!({"value": "u8-secret"})).await.ok();
    let replayed =
        house.post("/deliveries/replay", json!({"since": "2026-01-01T00:00:00Z", "connection": "u8"})).await.ok();
    assert_eq!(replayed["replayed"], 1, "{replayed}");
    house.run_until_idle(Duration::from_secs(1)).await;
    assert_eq!(count(&house.upstreams.state(), "saleorders", "count"), 1);
    assert_eq!(house.get("/tickets?open=true").await.ok()["items"], json!([]));
    let done = house.get(&format!("/deliveries?order={number}&state=done")).await.ok();
    let id = &done["items"][0]["id"];
    house.post(&format!("/deliveries/{id}/replay"), json!({})).await;
    house.run_until_idle(HOUR).await;
    assert_eq!(count(&house.upstreams.state(), "saleorders", "duplicate_count"), 0);
    house.close().await;
}

async fn a_technical_hold_releases_itself(engine: Engine) {
    let house = House::open(engine).await;
    for _ in 0..6 {
        house.upstreams.fault(Rule::once(Fault::Http502Html, "geocode"));
    }
    let number = house.accepted(&house.order()).await;
    let shown = house.shown(&number).await;
    assert_eq!((shown["state"].as_str(), hold_codes(&shown)), (Some("held"), vec!["place-unavailable"]), "{shown:#}");
    house.run_until_idle(HOUR).await;
    let shown = house.shown(&number).await;
    assert_eq!((shown["state"].as_str(), hold_codes(&shown)), (Some("confirmed"), vec![]), "{shown:#}");
    house.close().await;
}

use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::place::Level;
use mortise_domain::policy::Verdict;
use mortise_domain::text::Text;
use serde_json::json;

use crate::upstream::Behaviour;
use crate::world::{World, submitted, world};

#[tokio::test(start_paused = true)]
async fn strategies_are_chained() {
    let world = world();
    world.outside.connect(Interface::Pricing, json!({ "name": "promotion", "routing": { "priority": 5 } }));
    let judged = submitted(&world.living(), &[("A", "1")]).await.judged.unwrap();
    assert_eq!(judged.order.unwrap().totals.gross, 900);
    assert_eq!(judged.evaluation.price_version, "list-price/1 + promotion/1");
    assert_eq!(judged.evaluation.prices[0].explanation.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_item_without_a_price_is_rejected_by_name() {
    let world = world();
    let done = submitted(&world.living(), &[("A", "1"), ("NOPRICE", "1")]).await;
    assert_eq!(done.state, OrderState::Rejected);
    let reason = done.judged.unwrap().rejection.unwrap();
    assert_eq!(reason, Text::new("第 2 行商品 NOPRICE：没有价格", "line 2, item NOPRICE: has no price"));
}

#[tokio::test(start_paused = true)]
async fn a_technical_hold_releases_itself() {
    for (connection, code) in
        [("list-price", "price-unavailable"), ("wms", "stock-unavailable"), ("map", "place-unavailable")]
    {
        let world = world();
        let pipeline = world.living();
        world.outside.down(connection);
        let held = submitted(&pipeline, &[("A", "1")]).await;
        assert_eq!(held.state, OrderState::Held);
        assert_eq!(world.holds(held.id), [code]);
        let next = world.work_for(&pipeline, Duration::from_mins(10)).await.unwrap();
        assert!(next.0 < Instant::NEVER.0);
        let events = world.events(held.id);
        assert_eq!(events, ["order.received", "order.evaluated", "hold.opened", "order.held"], "waiting adds nothing");
        world.outside.up(connection);
        world.work(&pipeline).await;
        assert_eq!(world.state(held.id), OrderState::Confirmed, "{connection}");
        assert!(world.events(held.id).contains(&"hold.released".to_owned()) && world.all_done());
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_that_waits_asks_the_map_once_an_hour() {
    let world = world();
    let pipeline = world.living();
    world.outside.down("wms");
    submitted(&pipeline, &[("A", "1")]).await;
    world.work_for(&pipeline, Duration::from_mins(50)).await;
    assert!(world.outside.calls_of("wms") > 40, "the stock is asked for again and again");
    assert_eq!(world.outside.calls_of("map"), 1);
    world.work_for(&pipeline, Duration::from_mins(50)).await;
    assert_eq!(world.outside.calls_of("map"), 2);
}

#[tokio::test(start_paused = true)]
async fn without_a_connection_the_hold_names_the_interface() {
    for (connection, interface) in [("list-price", "pricing"), ("wms", "inventory"), ("map", "geocoder"), ("u8", "erp")]
    {
        let world = world();
        world.outside.disconnect(connection);
        let held = submitted(&world.living(), &[("A", "1")]).await.judged.unwrap().holds;
        assert_eq!((held[0].code.as_str(), &held[0].detail["interface"]), ("no-connection", &json!(interface)));
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_geocoder_answers_where_one_fails() {
    let world = world();
    world.outside.connect(Interface::Geocoder, json!({ "name": "other-map", "routing": { "priority": 9 } }));
    world.outside.down("map");
    assert_eq!(submitted(&world.living(), &[("A", "1")]).await.state, OrderState::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn a_vague_place_waits_for_a_person() {
    let world = world();
    let pipeline = world.living();
    world.outside.lock().level = Some(Level::Road);
    let held = submitted(&pipeline, &[("A", "1")]).await;
    let judged = held.judged.unwrap();
    assert_eq!(judged.holds[0].detail["candidates"][0]["formatted"], "Road 1, house 5");
    assert_eq!(judged.order.unwrap().ship_to.point, None);
    assert_eq!(pipeline.run_until_idle().await.unwrap(), None, "it does not look again by itself");
    world.release(held.id).await;
    world.work(&pipeline).await;
    assert_eq!(world.state(held.id), OrderState::Confirmed);
    let tables = world.tables.lock().unwrap();
    assert!(tables.orders[&held.id].judged.as_ref().unwrap().ship_to.point.is_some(), "goes out with what is known");
    let confirmed = tables.story.iter().find(|(_, entry)| entry.event == "order.confirmed").unwrap();
    assert_eq!(confirmed.1.data["waived"], json!(["place-vague"]));
}

#[tokio::test(start_paused = true)]
async fn short_stock_cannot_be_waved_through() {
    let world = world();
    let pipeline = world.living();
    let held = submitted(&pipeline, &[("A", "201")]).await;
    world.release(held.id).await;
    world.work(&pipeline).await;
    assert_eq!(world.holds(held.id), ["short-stock"]);
    world.outside.lock().stock.insert(("W1".into(), "A".into()), 500);
    world.release(held.id).await;
    world.work(&pipeline).await;
    assert_eq!(world.state(held.id), OrderState::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn credit_is_held_for_finance_and_a_waiver_takes_it() {
    let world = world();
    let pipeline = world.living();
    world.tables.lock().unwrap().open_credit.insert("C1".into(), 999_500);
    let held = submitted(&pipeline, &[("A", "1")]).await;
    let reason = &held.judged.unwrap().holds[0];
    assert_eq!((reason.code.as_str(), reason.needs[0].role.as_str()), ("credit-exceeded", "finance"));
    world.release(held.id).await;
    world.work(&pipeline).await;
    assert_eq!(world.state(held.id), OrderState::Confirmed);
    assert_eq!(world.tables.lock().unwrap().open_credit["C1"], 1_000_500);
}

fn rule(world: &World, verdict: serde_json::Value) {
    world.outside.connect(Interface::OrderPolicy, json!({ "name": "rules" }));
    let verdict: Verdict = serde_json::from_value(verdict).unwrap();
    world.outside.lock().verdicts.push(verdict);
}

#[tokio::test(start_paused = true)]
async fn rules_hold_block_and_flag() {
    let text = json!({ "zh": "大额", "en": "large" });
    let title = json!({ "zh": "规则", "en": "rule" });
    let world = world();
    let pipeline = world.living();
    rule(&world, json!({ "rule": "big", "title": title, "outcome": "hold", "reason": text, "needs": [] }));
    rule(&world, json!({ "rule": "mark", "title": title, "outcome": "flag", "text": text }));
    let held = submitted(&pipeline, &[("A", "1")]).await;
    assert_eq!(world.holds(held.id), ["big"]);
    assert_eq!(held.judged.unwrap().evaluation.flags.len(), 1);
    world.release(held.id).await;
    world.work(&pipeline).await;
    assert_eq!(world.state(held.id), OrderState::Confirmed, "a released rule is satisfied");
    let facts = world.outside.lock().judged[0].clone();
    assert_eq!((facts.order.totals.gross, facts.credit.limit), (1_000, Some(1_000_000)));
    assert_eq!(facts.order.lines[0].warehouse.as_deref(), Some("W1"));
    rule(&world, json!({ "rule": "never", "title": title, "outcome": "block", "text": text }));
    let blocked = submitted(&pipeline, &[("A", "1")]).await;
    assert_eq!(blocked.state, OrderState::Rejected);
    assert_eq!(world.outside.lock().judged.last().unwrap().recent.len(), 1, "sees the order before");
}

#[tokio::test(start_paused = true)]
async fn rules_that_are_down_hold_or_are_skipped() {
    let world = world();
    let pipeline = world.living();
    world.outside.connect(Interface::OrderPolicy, json!({ "name": "rules" }));
    world.outside.down("rules");
    let held = submitted(&pipeline, &[("A", "1")]).await;
    assert_eq!(world.holds(held.id), ["policy-unavailable"]);
    world.outside.connect(Interface::OrderPolicy, json!({ "name": "rules", "failure-mode": "degrade" }));
    let open = submitted(&pipeline, &[("A", "1")]).await;
    assert_eq!(open.state, OrderState::Confirmed);
    assert_eq!(open.judged.unwrap().evaluation.flags.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn last_known_stock_is_flagged_with_its_age() {
    let world = world();
    let pipeline = world.living();
    world.outside.connect(Interface::Inventory, json!({ "name": "wms", "failure-mode": "degrade" }));
    submitted(&pipeline, &[("A", "60")]).await;
    world.clock.pass(Duration::from_mins(5));
    world.outside.down("wms");
    let second = submitted(&pipeline, &[("A", "30")]).await;
    assert_eq!(second.state, OrderState::Confirmed);
    let flag = second.judged.unwrap().evaluation.flags[0].en.clone();
    assert_eq!(flag, "wms does not answer; its stock figures are 5 minutes old");
    let third = submitted(&pipeline, &[("A", "30")]).await;
    assert_eq!(world.holds(third.id), ["short-stock"], "the promises before count against the old reading");
}

#[tokio::test(start_paused = true)]
async fn two_orders_never_both_take_the_last_pieces() {
    let world = world();
    let pipeline = world.living();
    world.outside.lock().stock.insert(("W2".into(), "A".into()), 0);
    let orders = futures::future::join_all((0..12).map(|_| submitted(&pipeline, &[("A", "10")]))).await;
    let confirmed = orders.iter().filter(|done| done.state == OrderState::Confirmed).count();
    assert_eq!(confirmed, 10);
    let short = orders.iter().filter(|done| world.state(done.id) == OrderState::Held);
    assert!(short.clone().all(|done| world.holds(done.id) == ["short-stock"]) && short.count() == 2);
    world.work(&pipeline).await;
    assert_eq!(world.outside.lock().stock[&("W1".to_owned(), "A".to_owned())], 0);
}

#[tokio::test(start_paused = true)]
async fn who_loses_a_warehouse_takes_the_next() {
    let world = world();
    let pipeline = world.living();
    let orders = futures::future::join_all((0..20).map(|_| submitted(&pipeline, &[("A", "10")]))).await;
    assert!(orders.iter().all(|done| done.state == OrderState::Confirmed), "both warehouses together have enough");
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_answers_at_once() {
    let world = world();
    let pipeline = world.living();
    let breaker = json!({ "failures": 2, "cool-down-ms": 60_000 });
    world.outside.connect(Interface::Geocoder, json!({ "name": "map", "breaker": breaker }));
    let lost = Failure::Retry { after_ms: None, reason: Text::default() };
    world.outside.behave("map", vec![Behaviour::Fails(lost); 2]);
    for _ in 0..5 {
        assert_eq!(submitted(&pipeline, &[("A", "1")]).await.state, OrderState::Held);
    }
    assert_eq!(world.outside.calls_of("map"), 2);
    let failing = pipeline.failing("map");
    assert_eq!((failing.len(), failing[0].function, failing[0].failures), (1, "locate", 2));
    assert!(failing[0].breaker_open_until.is_some());
    world.work(&pipeline).await;
    assert!(world.all_done() && pipeline.failing("map").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_changed_connection_is_called_at_once() {
    let world = world();
    let pipeline = world.living();
    let breaker = json!({ "failures": 1, "cool-down-ms": 60_000 });
    world.outside.connect(Interface::Geocoder, json!({ "name": "map", "breaker": breaker }));
    let lost = Failure::Retry { after_ms: None, reason: Text::default() };
    world.outside.behave("map", [Behaviour::Fails(lost)]);
    assert_eq!(submitted(&pipeline, &[("A", "1")]).await.state, OrderState::Held);
    assert!(pipeline.failing("map")[0].breaker_open_until.is_some());
    pipeline.changed("another");
    assert_eq!(submitted(&pipeline, &[("A", "1")]).await.state, OrderState::Held);
    assert_eq!(world.outside.calls_of("map"), 1, "the breaker of this one stays open");
    pipeline.changed("map");
    assert!(pipeline.failing("map").is_empty());
    assert_eq!(submitted(&pipeline, &[("A", "1")]).await.state, OrderState::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_vanished_waits_for_a_person() {
    let world = world();
    let pipeline = world.living();
    world.outside.down("map");
    let held = submitted(&pipeline, &[("A", "1")]).await;
    world.tables.lock().unwrap().products.remove("A");
    world.outside.up("map");
    world.work(&pipeline).await;
    assert_eq!(world.holds(held.id), ["unknown-name"]);
}

use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::delivery::{DeliveryState, NewDelivery, Operation};
use mortise_domain::failure::Failure;
use mortise_domain::order::OrderState;
use mortise_domain::ports::clock::Clock;
use mortise_domain::text::Text;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::upstream::Behaviour;
use crate::world::{submitted, world};

fn fails(times: usize) -> Vec<Behaviour> {
    vec![Behaviour::Fails(Failure::Unavailable { after_ms: None, reason: Text::new("离线", "offline") }); times]
}

#[tokio::test(start_paused = true)]
async fn three_failures_open_a_ticket_tell_operations_and_success_closes_it() {
    let world = world();
    let pipeline = world.living();
    world.outside.connect(Interface::Notifier, json!({ "name": "ops", "events": ["ticket-opened"] }));
    world.outside.behave("u8", fails(4));
    let order = submitted(&pipeline, &[("A", "1")]).await;
    let begun = world.clock.now();
    world.work(&pipeline).await;
    assert!(world.all_done(), "slower retries go on");
    assert!(world.clock.now().since(begun) > Duration::from_mins(10), "the pause with a ticket is long");
    let key = format!("{}/order", order.number);
    let id = world.delivery(&key).id;
    assert!(!world.tables.lock().unwrap().tickets[&id], "closed by success");
    let events = world.events(order.id);
    let count = |name: &str| events.iter().filter(|event| *event == name).count();
    assert_eq!((count("delivery.failed"), count("ticket.opened"), count("ticket.closed")), (4, 1, 1));
    let told: Vec<_> = world.outside.lock().messages.iter().map(|one| one.kind.clone()).collect();
    assert_eq!(told, ["order-confirmed", "ticket-opened"]);
    assert_eq!(world.outside.count("order/SO-00000001"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_business_no_waits_and_blocks_what_follows() {
    let world = world();
    let pipeline = world.living();
    world.outside.behave("u8", [Behaviour::Fails(Failure::Rejected { reason: Text::same("blocked item") })]);
    let order = submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    assert_eq!(world.delivery(&format!("{}/order", order.number)).state, DeliveryState::Waiting);
    assert_eq!(world.delivery(&format!("{}/receivable", order.number)).state, DeliveryState::Blocked);
    assert_eq!(world.delivery(&format!("{}/pick/W1-Z1", order.number)).state, DeliveryState::Blocked);
    assert_eq!(world.tables.lock().unwrap().tickets.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn after_an_unknown_outcome_the_upstream_gets_its_time_and_is_asked_first() {
    for late in [0, 1, 59] {
        let world = world();
        let pipeline = world.living();
        world.outside.behave("u8", [Behaviour::Lost(Duration::from_secs(late))]);
        let order = submitted(&pipeline, &[("A", "1")]).await;
        let begun = world.clock.now();
        world.work(&pipeline).await;
        assert!(world.clock.now().since(begun) >= Duration::from_mins(1));
        assert_eq!(world.outside.count(&format!("order/{}", order.number)), 1, "committed {late} s late");
        assert_eq!(world.delivery(&format!("{}/order", order.number)).external_id.as_deref(), Some("doc-0"));
        assert!(world.all_done());
    }
}

#[tokio::test(start_paused = true)]
async fn a_paused_connection_puts_off_without_counting() {
    let world = world();
    let pipeline = world.living();
    let order = submitted(&pipeline, &[("A", "1")]).await;
    world.outside.disconnect("u8");
    world.work_for(&pipeline, Duration::from_mins(1)).await;
    let put_off = world.delivery(&format!("{}/order", order.number));
    assert_eq!((put_off.attempts, put_off.failures, put_off.state), (0, 0, DeliveryState::Pending));
    world.outside.connect(Interface::Erp, json!({ "name": "u8" }));
    world.work(&pipeline).await;
    assert!(world.all_done());
}

#[tokio::test(start_paused = true)]
async fn the_breaker_stops_hammering_and_a_dry_run_only_watches() {
    for (dry_run, most) in [(false, 8), (true, 60)] {
        let world = world();
        let pipeline = world.living();
        let breaker = json!({ "failures": 3, "cool-down-ms": 60_000, "dry-run": dry_run });
        world.outside.connect(Interface::Erp, json!({ "name": "u8", "breaker": breaker }));
        for _ in 0..20 {
            submitted(&pipeline, &[("A", "1")]).await;
        }
        world.outside.down("u8");
        // Three fail at once; then one tries each minute.
        world.work_for(&pipeline, Duration::from_secs(200)).await;
        let calls = world.outside.calls_of("u8");
        assert!(if dry_run { calls >= most } else { calls <= most + 20 }, "{calls}");
        world.outside.up("u8");
        world.work(&pipeline).await;
        assert!(world.all_done());
    }
}

#[tokio::test(start_paused = true)]
async fn what_works_at_a_connection_excuses_nothing_that_fails_there() {
    let world = world();
    let pipeline = world.living();
    let breaker = json!({ "failures": 3, "cool-down-ms": 600_000 });
    world.outside.connect(Interface::Inventory, json!({ "name": "wms", "breaker": breaker }));
    world.outside.down("wms/push-pick");
    for _ in 0..8 {
        // Each order asks the same connection for its stock, which it tells.
        assert_eq!(submitted(&pipeline, &[("A", "1")]).await.state, OrderState::Confirmed);
        world.work_for(&pipeline, Duration::from_secs(1)).await;
    }
    assert_eq!(world.outside.calls_to("wms", "push-pick"), 3);
    let failing = pipeline.failing("wms");
    assert_eq!((failing.len(), failing[0].interface, failing[0].function), (1, Interface::Inventory, "push-pick"));
    assert!(failing[0].breaker_open_until.is_some(), "{failing:?}");
    world.outside.up("wms/push-pick");
    world.work(&pipeline).await;
    assert!(world.all_done() && pipeline.failing("wms").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_compensation_that_fails_again_and_again_is_not_even_looked_for() {
    let world = world();
    let pipeline = world.living();
    let breaker = json!({ "failures": 2, "cool-down-ms": 600_000 });
    world.outside.connect(Interface::Erp, json!({ "name": "u8", "breaker": breaker }));
    let order = submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    world.tables.lock().unwrap().external.clear();
    world.outside.down("u8/cancel-order");
    for at in 0..5 {
        let cancel = NewDelivery {
            connection: "u8".into(),
            operation: Operation::CancelOrder,
            key: format!("cancel-{at}"),
            detail: json!({}),
            after: None,
        };
        world.tables.lock().unwrap().cause(order.id, &[cancel], world.clock.now());
        world.work_for(&pipeline, Duration::from_millis(100)).await;
    }
    let calls = |function| world.outside.calls_to("u8", function);
    assert_eq!((calls("find-order"), calls("cancel-order")), (2, 2));
    world.outside.up("u8/cancel-order");
    world.work(&pipeline).await;
    assert!(world.all_done());
}

#[tokio::test(start_paused = true)]
async fn a_longer_call_gets_a_longer_lease_before_it_is_made() {
    let world = world();
    let pipeline = world.living();
    world.outside.connect(Interface::Erp, json!({ "name": "u8", "upstream-timeout-ms": 7_200_000 }));
    let order = submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    let done = world.delivery(&format!("{}/order", order.number));
    assert_eq!((done.state, done.attempts), (DeliveryState::Done, 1));
    let deadline = world.outside.lock().calls.iter().find(|call| call.0 == "u8").unwrap().2.deadline;
    assert_eq!(deadline, Some(Duration::from_secs(30)));
}

#[tokio::test(start_paused = true)]
async fn a_compensation_looks_for_what_nobody_noted() {
    let world = world();
    let pipeline = world.living();
    let order = submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    let cancel = |key: &str| NewDelivery {
        connection: "u8".into(),
        operation: Operation::CancelOrder,
        key: key.into(),
        detail: json!({}),
        after: None,
    };
    world.tables.lock().unwrap().cause(order.id, &[cancel("cancel-1")], world.clock.now());
    world.work(&pipeline).await;
    assert_eq!(world.outside.count("cancel/doc-0"), 1);
    // The id was lost: it is asked for. The document was never written: there is nothing to take back.
    world.tables.lock().unwrap().external.clear();
    world.tables.lock().unwrap().cause(order.id, &[cancel("cancel-2")], world.clock.now());
    world.work(&pipeline).await;
    assert_eq!(world.outside.count("cancel/doc-0"), 2);
    world.outside.lock().effects.clear();
    world.tables.lock().unwrap().cause(order.id, &[cancel("cancel-3")], world.clock.now());
    world.work(&pipeline).await;
    assert!(world.outside.lock().effects.is_empty() && world.all_done());
}

#[tokio::test]
async fn workers_wake_for_new_work_and_stop_when_asked() {
    let world = world();
    let pipeline = world.living();
    let shutdown = CancellationToken::new();
    let worker = {
        let (pipeline, shutdown) = (pipeline.clone(), shutdown.clone());
        tokio::spawn(async move { pipeline.run(shutdown).await })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    let begun = std::time::Instant::now();
    submitted(&pipeline, &[("A", "1")]).await;
    while !world.all_done() {
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "the deliveries are not worked");
    }
    assert!(begun.elapsed() < Duration::from_millis(500), "woken, not found by the next look: {:?}", begun.elapsed());
    let idle = world.tables.lock().unwrap().calls.len();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(world.tables.lock().unwrap().calls.len() - idle <= 4, "an idle worker sleeps");
    shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(2), worker).await.expect("stops at once").unwrap();
}

//! A rate holds for questions as for deliveries: an order waits for a moment, and no longer.

use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::order::OrderState;
use mortise_domain::ports::clock::Clock;
use serde_json::json;

use crate::world::{World, submitted, world};

fn map_with_rate(world: &World, seconds: u32) {
    let rate = json!({ "calls": 1, "seconds": seconds });
    world.outside.connect(Interface::Geocoder, json!({ "name": "map", "rate": rate }));
}

#[tokio::test(start_paused = true)]
async fn a_question_beyond_the_rate_is_not_asked_until_it_may_be() {
    let world = world();
    let pipeline = world.living();
    map_with_rate(&world, 600);
    let first = submitted(&pipeline, &[("A", "1")]).await;
    let second = submitted(&pipeline, &[("B", "1")]).await;
    assert_eq!((world.state(first.id), world.state(second.id)), (OrderState::Confirmed, OrderState::Held));
    assert_eq!(world.outside.calls_of("map"), 1);
    let begun = world.clock.now();
    world.work(&pipeline).await;
    assert_eq!(world.state(second.id), OrderState::Confirmed, "released by itself");
    assert_eq!(world.outside.calls_of("map"), 2);
    assert!(world.clock.now().since(begun) >= Duration::from_mins(10), "not before the rate allows it");
}

#[tokio::test(start_paused = true)]
async fn a_question_waits_for_a_moment() {
    let world = world();
    let pipeline = world.living();
    map_with_rate(&world, 1);
    let begun = world.clock.now();
    // The last call was 700 ms ago; in 350 ms there is a slot again.
    world.tables.lock().unwrap().slots.insert("map".into(), vec![begun.before(Duration::from_millis(700))]);
    let clock = std::sync::Arc::clone(&world.clock);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(340)).await;
        clock.pass(Duration::from_millis(360));
    });
    let order = submitted(&pipeline, &[("A", "1")]).await;
    assert_eq!((world.state(order.id), world.outside.calls_of("map")), (OrderState::Confirmed, 1));
    assert!(world.clock.now() > begun, "it waited");
}

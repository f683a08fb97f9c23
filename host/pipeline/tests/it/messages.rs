use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::notification::Message;
use mortise_domain::place::Level;
use mortise_domain::ports::clock::Clock;
use mortise_domain::text::attribute;
use serde_json::json;

use crate::upstream::Behaviour;
use crate::world::{submitted, world};

#[tokio::test(start_paused = true)]
async fn a_busy_channel_merges_and_keeps_its_rate() {
    let world = world();
    let pipeline = world.living();
    let rate = json!({ "calls": 20, "seconds": 60 });
    world.outside.connect(Interface::Notifier, json!({ "name": "robot", "rate": rate, "merge": 5 }));
    // Each is worked at once, so that nothing waits to be merged until the rate is used up.
    for _ in 0..60 {
        submitted(&pipeline, &[("A", "1")]).await;
        pipeline.run_until_idle().await.unwrap();
    }
    assert_eq!(world.outside.lock().messages.len(), 20);
    let begun = world.clock.now();
    world.work(&pipeline).await;
    assert!(world.all_done());
    let messages = world.outside.lock().messages.clone();
    let mut subjects: Vec<String> = messages.iter().flat_map(|message| message.subjects.clone()).collect();
    assert_eq!(subjects.len(), 60);
    subjects.sort_unstable();
    subjects.dedup();
    assert_eq!(subjects.len(), 60, "each order is told once");
    assert_eq!(messages.len(), 28, "forty that waited became eight");
    assert!(messages.iter().all(|message| message.attributes.is_empty()));
    let waited = world.clock.now().since(begun);
    assert!(waited >= Duration::from_secs(59) && waited < Duration::from_mins(2), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_possible_repeat_is_marked() {
    let world = world();
    let pipeline = world.living();
    world.outside.behave("robot", [Behaviour::Lost(Duration::ZERO)]);
    let order = submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    let messages = world.outside.lock().messages.clone();
    assert_eq!(messages.len(), 2, "at least once");
    assert_eq!(attribute(&messages[0].attributes, "possible-repeat"), None);
    assert_eq!(attribute(&messages[1].attributes, "possible-repeat"), Some(order.number.as_str()));
    let unmarked = |message: &Message| Message { attributes: Vec::new(), ..message.clone() };
    assert_eq!(unmarked(&messages[1]), messages[0], "a channel may know it by its text");
}

#[tokio::test(start_paused = true)]
async fn holds_are_told_only_where_asked_for() {
    let world = world();
    let pipeline = world.living();
    world.outside.connect(Interface::Notifier, json!({ "name": "desk", "events": ["order-held"] }));
    world.outside.lock().level = Some(Level::None);
    let held = submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    let messages = world.outside.lock().messages.clone();
    assert_eq!(messages.len(), 1);
    assert_eq!(
        messages[0].body.en,
        format!("{} Buyer 10.00 CNY; the address is not found on the map; correct it", held.number)
    );
    world.release(held.id).await;
    world.work(&pipeline).await;
    let kinds: Vec<_> = world.outside.lock().messages.iter().map(|message| message.kind.clone()).collect();
    assert_eq!(kinds, ["order-held", "order-confirmed"]);
}

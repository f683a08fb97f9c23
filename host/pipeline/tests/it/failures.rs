//! What an upstream says when it fails: how long it is left in peace, and what people read.

use std::time::Duration;

use mortise_domain::failure::Failure;
use mortise_domain::order::OrderState;
use mortise_domain::ports::clock::Clock;
use mortise_domain::text::Text;
use serde_json::json;

use crate::upstream::Behaviour;
use crate::world::{submitted, world};

const TWENTY_MINUTES: Duration = Duration::from_mins(20);

/// The three that are tried again, each with twenty minutes to wait.
fn pauses() -> [Failure; 3] {
    let (after_ms, reason) = (Some(20 * 60_000), Text::new("维护至九点（E7）", "maintenance until nine (E7)"));
    [
        Failure::Retry { after_ms, reason: reason.clone() },
        Failure::RateLimited { after_ms, reason: reason.clone() },
        Failure::Unavailable { after_ms, reason },
    ]
}

#[tokio::test(start_paused = true)]
async fn a_delivery_waits_as_long_as_asked_and_tells_why() {
    for failure in pauses() {
        let world = world();
        let pipeline = world.living();
        world.outside.behave("u8", [Behaviour::Fails(failure.clone())]);
        let order = submitted(&pipeline, &[("A", "1")]).await;
        let begun = world.clock.now();
        world.work_for(&pipeline, Duration::from_mins(19)).await;
        let delivery = world.delivery(&format!("{}/order", order.number));
        assert_eq!((delivery.due_at, delivery.attempts), (begun.after(TWENTY_MINUTES), 1), "{failure:?}");
        assert_eq!(delivery.last_failure, Some(failure));
        let told = world
            .tables
            .lock()
            .unwrap()
            .story
            .iter()
            .find_map(|(_, entry)| (entry.event == "delivery.failed").then(|| entry.data["reason"].clone()));
        assert_eq!(told, Some(json!({ "zh": "维护至九点（E7）", "en": "maintenance until nine (E7)" })));
        world.work(&pipeline).await;
        assert!(world.all_done());
    }
}

#[tokio::test(start_paused = true)]
async fn a_technical_hold_waits_as_long_as_asked_and_tells_why() {
    for failure in pauses() {
        let world = world();
        let pipeline = world.living();
        world.outside.behave("map", [Behaviour::Fails(failure.clone())]);
        let order = submitted(&pipeline, &[("A", "1")]).await;
        let asked = world.clock.now();
        assert_eq!(order.state, OrderState::Held);
        let (text, due) = {
            let tables = world.tables.lock().unwrap();
            let row = &tables.orders[&order.id];
            (row.holds[0].text.clone(), row.due)
        };
        let zh = "地址服务 map 暂不可用：维护至九点（E7）；恢复后自动继续";
        let en = "map does not answer the place step: maintenance until nine (E7); goes on by itself when it does";
        assert_eq!(text, Text::new(zh, en));
        assert_eq!(due, asked.after(TWENTY_MINUTES), "{failure:?}");
        world.work(&pipeline).await;
        assert_eq!(world.state(order.id), OrderState::Confirmed);
    }
}

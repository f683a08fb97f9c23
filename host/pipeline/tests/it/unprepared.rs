//! Deliveries for which the store does not give what is to be sent: nothing is called, nothing is in doubt.

use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::delivery::DeliveryState;
use mortise_domain::failure::Failure;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::Clock;
use mortise_domain::text::attribute;
use serde_json::json;

use crate::world::{submitted, world};

fn damaged() -> StoreError {
    StoreError::Inconsistent { what: "order", detail: "missing field `lines`".into() }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_waits_for_a_person_who_is_told_why() {
    let world = world();
    let pipeline = world.living();
    world.outside.connect(Interface::Notifier, json!({ "name": "ops", "events": ["ticket-opened"] }));
    let order = submitted(&pipeline, &[("A", "1")]).await;
    world.tables.lock().unwrap().unreadable.insert(order.id, damaged());
    world.work_for(&pipeline, Duration::from_hours(1)).await;
    let key = format!("{}/order", order.number);
    let parked = world.delivery(&key);
    assert_eq!((parked.state, parked.attempts, parked.in_doubt), (DeliveryState::Waiting, 1, false));
    let Some(Failure::NotFound { reason }) = parked.last_failure else { panic!("{:?}", parked.last_failure) };
    insta::assert_snapshot!(format!("{}\n{}", reason.zh, reason.en), @"
    待发送的数据无法从数据库读取（the stored order is inconsistent: missing field `lines`）：如由更新版本的主机写入，请升级本主机，否则请从备份恢复该记录；然后重新投递
    what is to be sent cannot be read from the database (the stored order is inconsistent: missing field `lines`): if a newer version of the host wrote it, upgrade this one, otherwise restore that record from a backup; then replay the delivery
    ");
    assert_eq!(world.tables.lock().unwrap().tickets.get(&parked.id), Some(&true));
    assert!(world.events(order.id).contains(&"ticket.opened".to_owned()));
    assert_eq!(world.outside.calls_of("u8"), 0);
    // Mended and replayed by a person.
    world.tables.lock().unwrap().unreadable.clear();
    let now = world.clock.now();
    for delivery in world.tables.lock().unwrap().deliveries.values_mut() {
        if delivery.state == DeliveryState::Waiting {
            (delivery.state, delivery.due_at) = (DeliveryState::Pending, now);
        }
    }
    world.work(&pipeline).await;
    assert!(world.all_done());
    assert_eq!(world.outside.count(&format!("order/{}", order.number)), 1);
    let repeats =
        |message: &mortise_domain::notification::Message| attribute(&message.attributes, "possible-repeat").is_some();
    assert!(!world.outside.lock().messages.iter().any(repeats), "nothing was ever sent before");
}

#[tokio::test(start_paused = true)]
async fn of_merged_messages_only_that_which_cannot_be_read_waits() {
    let world = world();
    let pipeline = world.living();
    let orders = [
        submitted(&pipeline, &[("A", "1")]).await,
        submitted(&pipeline, &[("A", "1")]).await,
        submitted(&pipeline, &[("A", "1")]).await,
    ];
    world.tables.lock().unwrap().unreadable.insert(orders[1].id, damaged());
    world.work_for(&pipeline, Duration::from_hours(1)).await;
    let mut told: Vec<String> =
        world.outside.lock().messages.iter().flat_map(|message| message.subjects.clone()).collect();
    told.sort_unstable();
    assert_eq!(told, [orders[0].number.as_str(), &orders[2].number]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_puts_off_and_leaves_no_doubt() {
    let world = world();
    let pipeline = world.living();
    let order = submitted(&pipeline, &[("A", "1")]).await;
    let gone = StoreError::Unavailable("connection refused".into());
    world.tables.lock().unwrap().unreadable.insert(order.id, gone);
    world.work_for(&pipeline, Duration::from_secs(30)).await;
    let put_off = world.delivery(&format!("{}/order", order.number));
    assert_eq!((put_off.state, put_off.attempts, put_off.in_doubt), (DeliveryState::Pending, 0, false));
    world.tables.lock().unwrap().unreadable.clear();
    world.work(&pipeline).await;
    assert!(world.all_done());
    assert!(world.outside.lock().messages.iter().all(|message| message.attributes.is_empty()), "none is a repeat");
}

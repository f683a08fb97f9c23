//! What is in doubt: only messages that may have been sent before are marked, and all of those.

use std::sync::Arc;
use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::delivery::{Delivery, DeliveryState, NewDelivery, Operation};
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::instant::Instant;
use mortise_domain::notification::Message;
use mortise_domain::ports::clock::Clock;
use mortise_domain::ports::memory::Deliveries;
use mortise_domain::text::{Text, attribute};
use serde_json::json;

use crate::life::{Death, Life};
use crate::memory::Memory;
use crate::upstream::Behaviour::{self, Fails, Garbled, Lost, Refuses};
use crate::world::{World, submitted, world};

const AT_ONCE: Behaviour = Lost(Duration::ZERO);

fn why() -> Text {
    Text::new("原因", "why")
}

fn limited() -> Failure {
    Failure::RateLimited { after_ms: None, reason: why() }
}

fn unauthorized() -> Failure {
    Failure::Unauthorized { reason: why() }
}

fn unavailable() -> Failure {
    Failure::Unavailable { after_ms: None, reason: why() }
}

fn vague() -> Failure {
    Failure::Retry { after_ms: None, reason: why() }
}

fn broken(kind: Breakage) -> Failure {
    Failure::Broken { kind, reason: why() }
}

fn marked(message: &Message) -> bool {
    attribute(&message.attributes, "possible-repeat").is_some()
}

fn messages(world: &World) -> Vec<bool> {
    world.outside.lock().messages.iter().map(marked).collect()
}

/// The order's message to the robot.
fn message_of(world: &World, number: &str) -> Delivery {
    let tables = world.tables.lock().unwrap();
    let is = |one: &&Delivery| one.operation == Operation::Notify && one.order_number == number;
    tables.deliveries.values().find(is).expect("it has a message").clone()
}

/// A worker takes all that is due and is never heard of again.
async fn die_with_all(world: &World) {
    let memory = Memory { tables: Arc::clone(&world.tables), life: Arc::new(Life::new(Death::Never)) };
    let now = world.clock.now();
    assert!(!memory.claim(now, now.after(Duration::from_mins(3)), 100).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_message_is_marked_if_an_earlier_attempt_may_have_sent_it() {
    // How the attempts before the last one end, and which of the messages that were sent are marked.
    let cases = [
        (vec![], &[false][..]),
        (vec![Fails(unavailable())], &[false]),
        (vec![Fails(vague()), Fails(broken(Breakage::Deadline))], &[false]),
        (vec![Refuses(limited())], &[false]),
        (vec![Refuses(unauthorized()), Refuses(limited()), Refuses(unavailable())], &[false]),
        (vec![Refuses(vague())], &[true]),
        (vec![Refuses(broken(Breakage::Trap))], &[true]),
        (vec![Garbled], &[false, true]),
        (vec![AT_ONCE], &[false, true]),
        (vec![AT_ONCE, Refuses(limited())], &[false, true]),
        (vec![AT_ONCE, Refuses(unauthorized()), Fails(unavailable()), Refuses(limited())], &[false, true]),
        (vec![Refuses(limited()), AT_ONCE, AT_ONCE], &[false, true, true]),
    ];
    for (behaviours, expected) in cases {
        let what = format!("{behaviours:?}");
        let world = world();
        let pipeline = world.living();
        world.outside.behave("robot", behaviours);
        let order = submitted(&pipeline, &[("A", "1")]).await;
        world.work(&pipeline).await;
        assert_eq!(messages(&world), expected, "{what}");
        let done = message_of(&world, &order.number);
        assert_eq!((done.state, done.in_doubt), (DeliveryState::Done, false), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_worker_held_is_marked() {
    let world = world();
    let pipeline = world.living();
    let order = submitted(&pipeline, &[("A", "1")]).await;
    die_with_all(&world).await;
    assert!(!message_of(&world, &order.number).in_doubt, "it may yet settle");
    world.work(&pipeline).await;
    assert_eq!(messages(&world), [true]);
}

#[tokio::test(start_paused = true)]
async fn putting_off_neither_makes_a_doubt_nor_ends_one() {
    for dies in [false, true] {
        let world = world();
        let pipeline = world.living();
        let order = submitted(&pipeline, &[("A", "1")]).await;
        if dies {
            die_with_all(&world).await;
        }
        world.outside.disconnect("robot");
        world.work_for(&pipeline, Duration::from_mins(10)).await;
        let put_off = message_of(&world, &order.number);
        assert_eq!((put_off.attempts, put_off.in_doubt), (u32::from(dies), dies));
        world.outside.connect(Interface::Notifier, json!({ "name": "robot" }));
        world.work(&pipeline).await;
        assert_eq!(messages(&world), [dies]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_message_that_a_person_has_sent_again_is_no_repeat() {
    for (first, expected) in [(None, &[false][..]), (Some(AT_ONCE), &[false, true])] {
        let world = world();
        let pipeline = world.living();
        world.outside.behave("robot", first.into_iter().chain([Refuses(Failure::Rejected { reason: why() })]));
        let order = submitted(&pipeline, &[("A", "1")]).await;
        world.work(&pipeline).await;
        let waiting = message_of(&world, &order.number);
        assert_eq!((waiting.state, waiting.in_doubt), (DeliveryState::Waiting, expected.len() > 1));
        let now = world.clock.now();
        let replay = |one: &mut Delivery| (one.state, one.due_at) = (DeliveryState::Pending, now);
        world.tables.lock().unwrap().deliveries.entry(waiting.id).and_modify(replay);
        world.work(&pipeline).await;
        assert_eq!(messages(&world), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn of_merged_messages_only_the_one_in_doubt_is_marked() {
    let world = world();
    let pipeline = world.living();
    world.outside.behave("robot", [AT_ONCE]);
    let first = submitted(&pipeline, &[("A", "1")]).await;
    pipeline.run_until_idle().await.unwrap();
    let second = submitted(&pipeline, &[("B", "1")]).await;
    world.clock.pass(Duration::from_mins(5));
    world.work(&pipeline).await;
    let messages = world.outside.lock().messages.clone();
    let [lost, merged] = messages.as_slice() else { panic!("{messages:?}") };
    assert_eq!((&lost.subjects, marked(lost)), (&vec![first.number.clone()], false));
    assert_eq!(merged.subjects, [first.number.as_str(), &second.number]);
    assert_eq!(attribute(&merged.attributes, "possible-repeat"), Some(first.number.as_str()));
    // A channel that knows repeats by their text finds the line that it was told before.
    assert_eq!(merged.body.en.lines().next(), Some(lost.body.en.as_str()));
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_is_lost_leaves_nothing_in_doubt() {
    let world = world();
    let pipeline = world.living();
    let order = submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    let cancel = NewDelivery {
        connection: "u8".into(),
        operation: Operation::CancelOrder,
        key: "cancel".into(),
        detail: json!({}),
        after: None,
    };
    world.tables.lock().unwrap().external.clear();
    world.tables.lock().unwrap().cause(order.id, &[cancel], world.clock.now());
    world.outside.behave("u8", [AT_ONCE]);
    let next = pipeline.run_until_idle().await.unwrap();
    let asked = world.delivery("cancel");
    assert_eq!((asked.attempts, asked.in_doubt, Some(asked.due_at)), (1, false, next));
    assert!(next < Some(world.clock.now().after(Duration::from_mins(1))), "there is no write to wait for");
    world.outside.behave("u8", [Refuses(limited()), Refuses(vague())]);
    world.work(&pipeline).await;
    assert_eq!(world.outside.count("cancel/doc-0"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_order_is_in_doubt_from_the_lost_answer_to_the_look_up() {
    let world = world();
    let pipeline = world.living();
    world.outside.behave("u8", [Lost(Duration::from_secs(30)), Refuses(limited())]);
    let order = submitted(&pipeline, &[("A", "1")]).await;
    let key = format!("{}/order", order.number);
    for attempts in [1, 2] {
        let next: Option<Instant> = pipeline.run_until_idle().await.unwrap();
        let pushed = world.delivery(&key);
        assert_eq!((pushed.attempts, pushed.in_doubt), (attempts, true));
        world.clock.set(next.expect("it is tried again"));
    }
    world.work(&pipeline).await;
    assert!(world.all_done() && !world.delivery(&key).in_doubt);
    assert_eq!(world.outside.count(&format!("order/{}", order.number)), 1);
}

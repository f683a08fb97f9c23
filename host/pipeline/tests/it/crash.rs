//! A node may die at any touch of the outside world. Whatever it was, no order is lost and no effect happens twice.

use std::time::Duration;

use mortise_domain::delivery::DeliveryState;
use mortise_domain::ids::OrderId;
use mortise_domain::notification::Message;
use mortise_domain::order::OrderState;
use mortise_domain::ports::clock::Clock;
use mortise_domain::text::attribute;
use proptest::prelude::*;

use crate::life::Death;
use crate::upstream::Behaviour;
use crate::world::{World, order, submit, world};

const LIMIT: Duration = Duration::from_hours(1);

/// Submits and works until the node dies, or until all is done.
async fn live(world: &World, death: Death) {
    let (pipeline, _) = world.node(death);
    let submission = order(&[("A", "3"), ("B", "2")]);
    // The caller repeats under the same key, as callers do that got no answer.
    let hand_in = pipeline.submit(submission, Some("key".into()), "token", Duration::from_secs(5));
    let _dead = tokio::time::timeout(LIMIT, hand_in).await;
    let _dead = tokio::time::timeout(LIMIT, world.work(&pipeline)).await;
}

/// Orders, receivables and picks stand at the upstreams exactly once; stock went down once; nobody waits.
fn check(world: &World, what: &str) {
    let id = OrderId(1);
    assert_eq!(world.tables.lock().unwrap().orders.len(), 1, "{what}");
    assert_eq!(world.state(id), OrderState::Confirmed, "{what}");
    assert!(world.all_done(), "{what}");
    let mut effects: Vec<String> = world.outside.lock().effects.iter().map(|effect| effect.what.clone()).collect();
    effects.sort_unstable();
    let expected =
        ["order/SO-00000001", "pick/SO-00000001/pick/W1-Z1", "pick/SO-00000001/pick/W1-Z2", "receivable/SO-00000001"];
    assert_eq!(effects, expected, "{what}");
    assert_eq!(world.outside.lock().stock[&("W1".to_owned(), "A".to_owned())], 97, "{what}");
    assert_eq!(world.tables.lock().unwrap().open_credit["C1"], 5_000, "{what}");
    assert!(
        world.tables.lock().unwrap().promises.iter().all(|promise| promise.ended_at <= world.clock.now()),
        "{what}"
    );
    let messages = world.outside.lock().messages.clone();
    assert!(!messages.is_empty(), "{what}");
    let marked = |message: &Message| attribute(&message.attributes, "possible-repeat").is_some();
    assert!(messages.iter().skip(1).all(marked), "a repeat that does not say so: {what}");
}

#[tokio::test(start_paused = true)]
async fn a_node_may_die_at_any_touch() {
    let touches = {
        let world = world();
        let (pipeline, life) = world.node(Death::Never);
        submit(&pipeline, order(&[("A", "3"), ("B", "2")])).await.unwrap();
        world.work(&pipeline).await;
        life.touches()
    };
    assert!(touches > 25, "the test walks through everything: {touches}");
    for at in 0..touches {
        for death in [Death::Before(at), Death::After(at)] {
            let world = world();
            live(&world, death).await;
            live(&world, Death::Never).await;
            check(&world, &format!("{death:?}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_taken_over_while_the_first_worker_lives() {
    let mut taken_over = 0;
    for at in 0..14 {
        let world = world();
        let (second, _) = world.node(Death::Never);
        let order = submit(&second, order(&[("A", "1")])).await.unwrap();
        let (first, life) = world.node(Death::Sleep(at));
        let working = tokio::spawn(async move { first.run_until_idle().await });
        while life.touches() <= at {
            tokio::task::yield_now().await;
        }
        let key = format!("{}/order", order.number);
        let pushed = world.outside.count(&key_of(&order.number)) == 1;
        let asleep_over_it = pushed && world.delivery(&key).state == DeliveryState::Pending;
        world.work(&second).await;
        life.wake.notify_one();
        working.await.unwrap().unwrap();
        world.work(&second).await;
        assert!(world.all_done(), "touch {at}");
        assert_eq!(world.outside.count(&key_of(&order.number)), 1, "looked up, not written again: touch {at}");
        if asleep_over_it && world.delivery(&key).attempts == 2 {
            taken_over += 1;
            let id = world.delivery(&key).id;
            let tables = world.tables.lock().unwrap();
            let numbers: Vec<u32> =
                tables.attempts.iter().filter(|(of, _)| *of == id).map(|(_, attempt)| attempt.number).collect();
            assert_eq!(numbers, [2], "the late settlement of the first claim is void");
        }
    }
    assert!(taken_over > 0, "the case was met");
}

fn key_of(number: &str) -> String {
    format!("order/{number}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn several_nodes_may_die_and_upstreams_may_answer_late(
        deaths in proptest::collection::vec((0..40_usize, any::<bool>()), 0..4),
        lost in proptest::collection::vec((0..3_usize, 0..59_u64), 0..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let world = world();
            for (connection, late) in &lost {
                let connection = ["u8", "wms", "robot"][*connection];
                world.outside.behave(connection, [Behaviour::Lost(Duration::from_secs(*late))]);
            }
            for (at, after) in &deaths {
                live(&world, if *after { Death::After(*at) } else { Death::Before(*at) }).await;
            }
            live(&world, Death::Never).await;
            check(&world, &format!("{deaths:?} {lost:?}"));
        });
    }
}

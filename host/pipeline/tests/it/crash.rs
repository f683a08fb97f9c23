//! A node may die at any touch of the outside world. Whatever it was, no order is lost and no effect happens twice.

use std::time::Duration;

use mortise_domain::ids::OrderId;
use mortise_domain::order::OrderState;
use mortise_domain::ports::clock::Clock;
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
    assert!(!world.outside.lock().messages.is_empty(), "{what}");
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
    let world = world();
    // The first worker's call takes effect, but the node sleeps before it can settle.
    let pushed = {
        let probe = crate::world::world();
        let (pipeline, life) = probe.node(Death::Never);
        submit(&pipeline, order(&[("A", "1")])).await.unwrap();
        let before = life.touches();
        pipeline.run_until_idle().await.unwrap();
        assert!(life.touches() > before);
        let calls = probe.tables.lock().unwrap().calls.clone();
        calls.iter().position(|call| *call == "settle").unwrap()
    };
    let (first, _) = world.node(Death::Never);
    let order = submit(&first, order(&[("A", "1")])).await.unwrap();
    let (sleeper, life) = world.node(Death::After(2));
    // claim, order, push: then it sleeps.
    let _asleep = tokio::time::timeout(LIMIT, sleeper.run_until_idle()).await;
    assert!(life.touches() >= 2 && pushed > 0);
    assert_eq!(world.outside.count(&format!("order/{}", order.number)), 1);
    world.work(&first).await;
    assert!(world.all_done());
    assert_eq!(world.outside.count(&format!("order/{}", order.number)), 1, "looked up, not written again");
    assert_eq!(world.delivery(&format!("{}/order", order.number)).attempts, 2);
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

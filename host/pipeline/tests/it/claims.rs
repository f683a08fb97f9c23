//! What a worker takes on: for how long, not what it has in hand, and not what would only be put off.

use std::time::Duration;

use mortise_domain::call::Interface;
use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::Clock;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::life::Death;
use crate::world::{World, submitted, world};

/// The leases that were asked for this connection, each from its claim on.
fn leases(world: &World, connection: &str) -> Vec<Duration> {
    let tables = world.tables.lock().unwrap();
    let shares = tables.claims.iter().flat_map(|claim| claim.shares.iter().map(|share| (claim.now, share)));
    shares
        .filter(|(_, share)| share.connection == connection)
        .map(|(now, share)| share.lease_until.since(now))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_as_long_as_its_own_connection_needs() {
    let world = world();
    let pipeline = world.living();
    let slow = json!({ "name": "u8", "limits": { "deadline-ms": 3_600_000 }, "upstream-timeout-ms": u64::MAX });
    world.outside.connect(Interface::Erp, slow);
    submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    assert!(world.all_done());
    let margin = Duration::from_secs(30);
    let of = |connection| leases(&world, connection);
    assert!(of("u8").len() > 3 && of("u8").iter().all(|lease| *lease == Duration::from_hours(2) + margin));
    assert!(of("robot").iter().all(|lease| *lease == Duration::from_secs(90) + margin), "{:?}", of("robot"));
    // Nothing leaves when the upstream could not end before the lease does.
    let calls = world.outside.lock().calls.clone();
    let (_, _, context) = calls.iter().find(|call| call.0 == "robot").unwrap();
    let called_at = context.send_until.unwrap().at().before(Duration::from_secs(30) + margin);
    assert!(world.tables.lock().unwrap().claims.iter().any(|claim| claim.now == called_at));
}

#[tokio::test(start_paused = true)]
async fn no_configuration_makes_a_lease_endless() {
    let mut world = world();
    world.config.lease_margin_ms = u64::MAX;
    let pipeline = world.living();
    submitted(&pipeline, &[("A", "1")]).await;
    world.work(&pipeline).await;
    assert!(world.all_done());
    let tables = world.tables.lock().unwrap();
    let mut shares = tables.claims.iter().flat_map(|claim| &claim.shares);
    assert!(shares.all(|share| share.lease_until < Instant::NEVER));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_does_not_make_a_node_overtake_itself() {
    let mut asleep_while_calling = 0;
    for at in 0..16 {
        let world = world();
        let (judge, _) = world.node(Death::Never);
        let order = submitted(&judge, &[("A", "1")]).await;
        let (node, life) = world.node(Death::Sleep(at));
        let shutdown = CancellationToken::new();
        let running = {
            let shutdown = shutdown.clone();
            tokio::spawn(async move { node.run(shutdown).await })
        };
        while life.touches() <= at {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let called = world.outside.calls_of("u8");
        // Ten minutes at once by the clock; the call goes on.
        world.clock.pass(Duration::from_mins(10));
        tokio::time::sleep(Duration::from_secs(10)).await;
        let key = format!("{}/order", order.number);
        if called == 1 && world.delivery(&key).done_at.is_none() {
            asleep_while_calling += 1;
        }
        life.wake.notify_one();
        tokio::time::sleep(Duration::from_secs(10)).await;
        shutdown.cancel();
        running.await.unwrap();
        assert!(world.all_done(), "touch {at}");
        let tables = world.tables.lock().unwrap();
        for delivery in tables.deliveries.values() {
            assert_eq!((delivery.attempts, delivery.in_doubt), (1, false), "touch {at}: {}", delivery.key);
        }
    }
    assert!(asleep_while_calling > 0, "the case was met");
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_rate_is_left_where_it_is() {
    let world = world();
    let pipeline = world.living();
    let rate = json!({ "calls": 4, "seconds": 60 });
    world.outside.connect(Interface::Notifier, json!({ "name": "robot", "rate": rate, "merge": 1 }));
    for _ in 0..120 {
        submitted(&pipeline, &[("S", "1")]).await;
    }
    let begun = world.clock.now();
    world.work(&pipeline).await;
    assert!(world.all_done());
    let waited = world.clock.now().since(begun);
    assert!(waited < Duration::from_mins(40), "the rate is made use of: {waited:?}");
    let claims: i64 = world.tables.lock().unwrap().deliveries.values().map(|one| one.claims).sum();
    let deliveries = i64::try_from(world.tables.lock().unwrap().deliveries.len()).unwrap();
    // Each once, and a few again whenever the rate is used up: not all that wait.
    assert!(claims < 2 * deliveries, "{claims} claims of {deliveries} deliveries");
}

#[tokio::test(start_paused = true)]
async fn a_full_lane_takes_on_no_more() {
    let mut world = world();
    world.config.deliveries_per_connection = 3;
    let pipeline = world.living();
    for _ in 0..40 {
        submitted(&pipeline, &[("A", "1")]).await;
    }
    world.work(&pipeline).await;
    assert!(world.all_done());
    let tables = world.tables.lock().unwrap();
    for delivery in tables.deliveries.values() {
        assert_eq!((delivery.claims, delivery.attempts), (1, 1), "{}", delivery.key);
    }
}

//! The same random history on both engines leaves the same rows and gives the same answers.

use std::time::Duration;

use mortise_domain::access::Reach;
use mortise_domain::delivery::{Delivery, DeliveryState, Settlement};
use mortise_domain::evaluation::{Conclusion, Decision};
use mortise_domain::hold::HoldKind;
use mortise_domain::ids::{DeliveryId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::ports::memory::{Accepted, Deliveries, Orders, Settled};
use mortise_domain::text::Text;
use mortise_store::{DeliveryFilter, OrderFilter, PageRequest, Replay, TicketFilter};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::harness::{
    Engine, Harness, acceptance, confirm, customer, decision, done, everything, hold, reason, run, settled,
};

/// A step of a history. Numbers choose among what there is at that time.
#[derive(Debug, Clone)]
enum Step {
    Accept { key: Option<u8>, sku: u8 },
    Confirm { order: usize, sku: u8, quantity: u8, batch: u8 },
    Hold { order: usize, codes: u8 },
    Reject { order: usize },
    Release { hold: usize },
    Claim { limit: u8 },
    Settle { claim: usize, outcome: u8 },
    Replay { delivery: i64 },
    Evaluate,
    Advance { seconds: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (proptest::option::of(0..4_u8), 0..3_u8).prop_map(|(key, sku)| Step::Accept { key, sku }),
        6 => (0..20_usize, 0..3_u8, 1..6_u8, 1..4_u8)
            .prop_map(|(order, sku, quantity, batch)| Step::Confirm { order, sku, quantity, batch }),
        3 => (0..20_usize, 0..8_u8).prop_map(|(order, codes)| Step::Hold { order, codes }),
        1 => (0..20_usize).prop_map(|order| Step::Reject { order }),
        2 => (0..20_usize).prop_map(|hold| Step::Release { hold }),
        4 => (1..6_u8).prop_map(|limit| Step::Claim { limit }),
        6 => (0..20_usize, 0..6_u8).prop_map(|(claim, outcome)| Step::Settle { claim, outcome }),
        1 => (0..40_i64).prop_map(|delivery| Step::Replay { delivery }),
        2 => Just(Step::Evaluate),
        3 => (0..40_u8).prop_map(|seconds| Step::Advance { seconds }),
    ]
}

/// A store on its way through a history.
struct World {
    h: Harness,
    orders: Vec<OrderId>,
    claims: Vec<Delivery>,
}

impl World {
    fn pick(&self, at: usize) -> Option<OrderId> {
        self.orders.get(at % self.orders.len().max(1)).copied()
    }

    async fn version(&self, id: OrderId) -> i64 {
        self.h.store.stored_order(id, &Reach::All).await.unwrap().map_or(1, |order| order.summary.version)
    }

    /// The answer to a step; none where there is nothing yet that it could be about.
    async fn step(&mut self, step: Step) -> Option<String> {
        let now = self.h.now();
        let lease = now.after(Duration::from_secs(30));
        Some(match step {
            Step::Accept { key, sku } => {
                let (key, sku) = (key.map(|key| format!("k{key}")), format!("P{sku}"));
                let new = acceptance(key.as_deref(), &[(&sku, "1")], now);
                let accepted = self.h.store.accept(&[new]).await.unwrap();
                if let Accepted::New(id, _) = &accepted[0] {
                    self.orders.push(*id);
                }
                format!("{accepted:?}")
            }
            Step::Confirm { .. } | Step::Hold { .. } | Step::Reject { .. } => {
                format!("{:?}", self.h.store.decide(&self.decisions(&step, now).await?).await.unwrap())
            }
            Step::Release { hold } => {
                let holds = all_holds(&self.h, &self.orders).await;
                let hold = holds.get(hold % holds.len().max(1))?;
                format!(
                    "{:?}",
                    self.h.store.release_hold(hold.id, "ann", "", now).await.map_err(|error| error.to_string())
                )
            }
            Step::Claim { limit } => {
                let claimed = self.h.store.claim(&everything(now, lease, limit.into())).await.unwrap();
                self.claims.extend(claimed.clone());
                format!("{claimed:?}")
            }
            Step::Settle { claim, outcome } => {
                let delivery = self.claims.get(claim % self.claims.len().max(1))?;
                self.h.store.settle(&[settlement(delivery, outcome, now)]).await.unwrap();
                format!("{:?}", self.h.store.delivery(delivery.id, &Reach::All).await.unwrap())
            }
            Step::Replay { delivery } => {
                format!("{:?}", self.h.store.replay(&Replay::One(DeliveryId(delivery)), "ann").await.unwrap())
            }
            Step::Evaluate => format!("{:?}", self.h.store.claim_pending(now, lease, 3).await.unwrap()),
            Step::Advance { seconds } => format!("{}", self.h.advance(seconds.into())),
        })
    }

    async fn decisions(&self, step: &Step, now: Instant) -> Option<Vec<Decision>> {
        match step {
            Step::Confirm { order, sku, quantity, batch } => {
                let (sku, quantity) = (format!("P{sku}"), quantity.to_string());
                let mut decisions = Vec::new();
                for at in 0..usize::from(*batch) {
                    let id = self.pick(order + at)?;
                    decisions.push(confirm(id, self.version(id).await, &[(&sku, &quantity)], "12", now));
                }
                Some(decisions)
            }
            Step::Hold { order, codes } => {
                let id = self.pick(*order)?;
                let kinds = [HoldKind::Business, HoldKind::Technical, HoldKind::Business];
                let reasons = (0..3).filter(|bit| codes & (1 << bit) != 0);
                let reasons = reasons.map(|bit| reason(&format!("code-{bit}"), kinds[bit])).collect();
                let again_at = if codes & 2 == 0 { Instant::NEVER } else { now.after(Duration::from_secs(20)) };
                Some(vec![hold(id, self.version(id).await, reasons, again_at, now)])
            }
            Step::Reject { order } => {
                let id = self.pick(*order)?;
                let verdict = Conclusion::Reject { reason: Text::same("no") };
                Some(vec![decision(id, self.version(id).await, verdict, now)])
            }
            _ => None,
        }
    }
}

fn settlement(delivery: &Delivery, outcome: u8, now: Instant) -> Settled {
    let again = |counts, ticket| Settlement::Again { at: now.after(Duration::from_secs(9)), counts, ticket };
    let what = match outcome {
        0 => Settlement::Wait,
        1 | 5 => again(true, true),
        2 => again(false, false),
        _ => done("x"),
    };
    let mut settled = settled(delivery, what, now);
    if outcome == 2 {
        settled.attempt = None;
    }
    settled.in_doubt = outcome == 5;
    settled
}

/// Applies a history; the answers and the rows at the end, as text.
async fn apply(h: Harness, steps: Vec<Step>) -> Vec<String> {
    let mut world = World { h, orders: Vec::new(), claims: Vec::new() };
    let mut log = Vec::new();
    world.h.store.put_customers(&[customer("C1", Some(30_000))]).await.unwrap();
    for step in steps {
        log.extend(world.step(step).await);
    }
    log.extend(dump(&world.h, &world.orders).await);
    log
}

async fn all_holds(h: &Harness, orders: &[OrderId]) -> Vec<mortise_domain::hold::Hold> {
    let mut holds = Vec::new();
    for order in orders {
        holds.extend(h.store.holds(*order).await.unwrap());
    }
    holds
}

/// Everything there is.
async fn dump(h: &Harness, orders: &[OrderId]) -> Vec<String> {
    let page = PageRequest { after: None, limit: 500 };
    let skus = ["P0", "P1", "P2"].map(String::from);
    let mut rows = vec![
        format!("{:?}", h.store.counts(&Reach::All).await.unwrap()),
        format!("{:?}", h.store.account("C1").await.unwrap()),
        format!("{:?}", h.store.stock(&skus).await.unwrap()),
        format!("{:?}", h.store.promised(&skus, h.now()).await.unwrap()),
        format!("{:?}", h.store.past_prices("C1", &skus, 5, &Reach::All).await.unwrap()),
        format!("{:?}", h.store.list_orders(&Reach::All, &OrderFilter::default(), &page).await.unwrap()),
        format!("{:?}", h.store.list_deliveries(&Reach::All, &DeliveryFilter::default(), &page).await.unwrap()),
        format!("{:?}", h.store.list_tickets(&Reach::All, &TicketFilter::default(), &page).await.unwrap()),
        format!("{:?}", h.store.recent("C1", h.now(), Duration::MAX, None, 100).await.unwrap()),
        format!("{:?}", all_holds(h, orders).await),
    ];
    for order in orders {
        rows.push(format!("{:?}", h.store.stored_order(*order, &Reach::All).await.unwrap()));
        rows.push(format!("{:?}", h.store.timeline("order", &order.to_string(), &page).await.unwrap()));
    }
    // What must be true of every history.
    let counts = h.store.counts(&Reach::All).await.unwrap();
    let tickets = h
        .store
        .list_tickets(&Reach::All, &TicketFilter { open: Some(true), ..TicketFilter::default() }, &page)
        .await
        .unwrap();
    let filter = DeliveryFilter { state: Some(DeliveryState::Done), ..DeliveryFilter::default() };
    let done = h.store.list_deliveries(&Reach::All, &filter, &page).await.unwrap();
    assert_eq!(counts.deliveries["done"], i64::try_from(done.items.len()).unwrap());
    assert!(done.items.iter().all(|delivery| !delivery.in_doubt), "what is done is certain");
    assert!(tickets.items.iter().all(|ticket| done.items.iter().all(|one| one.id != ticket.delivery)));
    for row in h.store.stock(&skus).await.unwrap() {
        assert!(row.promised <= row.reading.available, "{row:?}");
    }
    assert!(h.store.account("C1").await.unwrap().unwrap().open_credit <= 30_000);
    rows
}

async fn outcome(engine: Engine, steps: Vec<Step>) -> Vec<String> {
    let (tell, told) = tokio::sync::oneshot::channel();
    run(engine, |h| async move {
        let _ = tell.send(apply(h, steps).await);
    })
    .await;
    told.await.unwrap()
}

#[test]
fn both_engines_agree() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(Config { cases: 24, max_shrink_iters: 60, failure_persistence: None, ..Config::default() });
    let histories = proptest::collection::vec(step(), 1..60);
    let checked = runner.run(&histories, |steps| {
        let (sqlite, postgres) = runtime
            .block_on(async { tokio::join!(outcome(Engine::Sqlite, steps.clone()), outcome(Engine::Postgres, steps)) });
        prop_assert_eq!(sqlite, postgres);
        Ok(())
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
}

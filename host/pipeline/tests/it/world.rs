//! A small company with all its connections, and nodes that work for it.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::call::Interface;
use mortise_domain::delivery::{Delivery, DeliveryState};
use mortise_domain::ids::{HoldId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::clock::Clock;
use mortise_domain::ports::memory::Orders;
use mortise_domain::submission::Submission;
use mortise_pipeline::{Config, Parts, Pipeline, Refused, Submitted};
use serde_json::json;

use crate::life::{Death, Life, Seeded, StandingClock};
use crate::memory::{Address, Memory, Tables};
use crate::upstream::{Node, Outside, State};

pub struct World {
    pub tables: Arc<Mutex<Tables>>,
    pub outside: Arc<Outside>,
    pub clock: Arc<StandingClock>,
    pub config: Config,
    /// None by default.
    pub routes: ApprovalRoutes,
}

pub fn world() -> World {
    let clock = Arc::new(StandingClock::default());
    let outside = Arc::new(Outside { state: Mutex::new(State::default()), clock: Arc::clone(&clock) });
    outside.connect(Interface::Pricing, json!({ "name": "list-price" }));
    outside.connect(Interface::Inventory, json!({ "name": "wms" }));
    outside.connect(Interface::Geocoder, json!({ "name": "map" }));
    outside.connect(Interface::Erp, json!({ "name": "u8" }));
    outside.connect(Interface::Notifier, json!({ "name": "robot" }));
    let mut tables = Tables::default();
    for (sku, zone, service) in [("A", "Z1", false), ("B", "Z2", false), ("S", "", true), ("NOPRICE", "Z1", false)] {
        let product = json!({
            "sku": sku, "name": format!("Item {sku}"), "base_unit": "pc", "tax_rate": "0.13", "zone": zone,
            "units": [["box", "10"]], "service": service,
        });
        tables.products.insert(sku.into(), serde_json::from_value(product).unwrap());
    }
    let customer = json!({ "code": "C1", "name": "Buyer", "credit_limit": 1_000_000, "payment_days": 30 });
    tables.customers.insert("C1".into(), serde_json::from_value(customer).unwrap());
    for (code, currency) in [("S1", "CNY"), ("HK", "HKD")] {
        let store = json!({ "code": code, "name": "Shop", "region": "R1", "currency": currency });
        tables.stores.insert(code.into(), serde_json::from_value(store).unwrap());
    }
    tables.regions.insert("R1".into(), serde_json::from_value(json!({ "code": "R1", "name": "East" })).unwrap());
    for (code, region, priority) in [("W1", "R1", 0), ("W2", "R2", 0)] {
        let warehouse = json!({ "code": code, "name": code, "region": region, "priority": priority });
        tables.warehouses.push(serde_json::from_value(warehouse).unwrap());
        for sku in ["A", "B", "NOPRICE"] {
            outside.lock().stock.insert((code.into(), sku.into()), 100);
        }
    }
    World {
        tables: Arc::new(Mutex::new(tables)),
        outside,
        clock,
        config: Config::default(),
        routes: ApprovalRoutes { routes: Vec::new() },
    }
}

impl World {
    pub fn node(&self, death: Death) -> (Pipeline, Arc<Life>) {
        let life = Arc::new(Life::new(death));
        let memory = Arc::new(Memory { tables: Arc::clone(&self.tables), life: Arc::clone(&life) });
        let pipeline = Pipeline::new(Parts {
            orders: Arc::clone(&memory) as _,
            deliveries: Arc::clone(&memory) as _,
            returns: None,
            approvals: memory,
            links: Arc::new(Address),
            plugins: Arc::new(Node { outside: Arc::clone(&self.outside), life: Arc::clone(&life) }),
            clock: Arc::clone(&self.clock) as _,
            chance: Arc::new(Seeded(AtomicU64::new(7))),
            company: mortise_domain::catalog::Company::default(),
            routes: self.routes.clone(),
            config: self.config.clone(),
            tallies: Arc::default(),
        });
        (pipeline.unwrap(), life)
    }

    pub fn living(&self) -> Pipeline {
        self.node(Death::Never).0
    }

    pub fn state(&self, id: OrderId) -> OrderState {
        self.tables.lock().unwrap().orders[&id].state
    }

    pub fn holds(&self, id: OrderId) -> Vec<String> {
        self.tables.lock().unwrap().orders[&id].holds.iter().map(|hold| hold.code.clone()).collect()
    }

    pub fn events(&self, id: OrderId) -> Vec<String> {
        self.tables.lock().unwrap().events(id).into_iter().map(ToOwned::to_owned).collect()
    }

    pub fn delivery(&self, key: &str) -> Delivery {
        let tables = self.tables.lock().unwrap();
        tables.deliveries.values().find(|one| one.key == key).unwrap_or_else(|| panic!("no delivery {key}")).clone()
    }

    pub fn all_done(&self) -> bool {
        self.tables.lock().unwrap().deliveries.values().all(|one| one.state == DeliveryState::Done)
    }

    /// A person releases the business holds of an order.
    pub async fn release(&self, id: OrderId) {
        let memory = Memory { tables: Arc::clone(&self.tables), life: Arc::new(Life::new(Death::Never)) };
        memory.release_hold(HoldId(id.0), "finance", "agreed", self.clock.now()).await.unwrap();
    }

    /// Works and lets time pass until nothing is due any more, or until `most` has passed.
    pub async fn work_for(&self, pipeline: &Pipeline, most: Duration) -> Option<Instant> {
        let end = self.clock.now().after(most);
        loop {
            let next = pipeline.run_until_idle().await.unwrap();
            match next {
                Some(at) if at <= end => self.clock.set(at),
                other => return other,
            }
        }
    }

    /// Works until nothing is due any more.
    pub async fn work(&self, pipeline: &Pipeline) {
        let left = self.work_for(pipeline, Duration::from_hours(48)).await;
        assert_eq!(left, None, "something is due for ever");
    }
}

pub fn order(lines: &[(&str, &str)]) -> Submission {
    let lines: Vec<_> = lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
    serde_json::from_value(json!({
        "reference": "PO-1", "customer": "C1", "store": "S1", "ship_to": { "text": "Road 1, house 5" }, "lines": lines,
    }))
    .unwrap()
}

pub async fn submit(pipeline: &Pipeline, submission: Submission) -> Result<Submitted, Refused> {
    pipeline.submit(submission, None, "token", Duration::from_secs(10)).await
}

pub async fn submitted(pipeline: &Pipeline, lines: &[(&str, &str)]) -> Submitted {
    submit(pipeline, order(lines)).await.unwrap()
}

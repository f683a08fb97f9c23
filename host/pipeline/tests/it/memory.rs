//! A store in memory, with the laws of the real one: versions, leases, re-checks, unique keys.

mod approvals;
mod deliveries;
mod orders;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use mortise_domain::catalog::{Customer, Product, Region, Store, Warehouse};
use mortise_domain::delivery::{Attempt, Delivery, DeliveryState, NewDelivery};
use mortise_domain::evaluation::Evaluation;
use mortise_domain::hold::Reason;
use mortise_domain::ids::{DeliveryId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::inventory::{Reading, Reservation};
use mortise_domain::order::{Order, OrderState};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::Claim;
use mortise_domain::submission::Submission;
use mortise_domain::timeline::Entry;

use crate::life::Life;
pub use approvals::Address;

/// What is stored; shared by all nodes.
#[derive(Default)]
pub struct Tables {
    pub customers: HashMap<String, Customer>,
    pub stores: HashMap<String, Store>,
    pub regions: HashMap<String, Region>,
    pub products: HashMap<String, Product>,
    pub warehouses: Vec<Warehouse>,
    pub open_credit: HashMap<String, i64>,
    pub orders: BTreeMap<OrderId, Row>,
    /// By caller and key.
    pub keys: HashMap<(String, String), (OrderId, String)>,
    pub readings: BTreeMap<(String, String), Reading>,
    pub promises: Vec<Promise>,
    pub deliveries: BTreeMap<DeliveryId, Delivery>,
    pub after: HashMap<DeliveryId, DeliveryId>,
    pub claimed: HashMap<DeliveryId, bool>,
    /// What workers wanted to take on.
    pub claims: Vec<Claim>,
    pub attempts: Vec<(DeliveryId, Attempt)>,
    pub tickets: BTreeMap<DeliveryId, bool>,
    pub external: HashMap<(String, String, String), String>,
    pub slots: HashMap<String, Vec<Instant>>,
    pub story: Vec<(OrderId, Entry)>,
    pub approvals: Vec<mortise_domain::approval::Approval>,
    /// By id: approval's place, step, kind, due.
    pub timers: BTreeMap<i64, (usize, u32, mortise_domain::approval::TimerKind, Instant)>,
    pub timer_ids: i64,
    pub users: Vec<mortise_domain::user::User>,
    /// What becomes of looks at these orders.
    pub unreadable: HashMap<OrderId, StoreError>,
    /// Names of the methods called, in order.
    pub calls: Vec<&'static str>,
}

pub struct Row {
    pub number: String,
    pub state: OrderState,
    pub version: i64,
    pub submission: Submission,
    pub placed_at: Instant,
    pub actor: String,
    pub due: Instant,
    pub judged: Option<Order>,
    pub evaluation: Evaluation,
    pub holds: Vec<Reason>,
    pub waived: Vec<String>,
    pub rejection: Option<mortise_domain::text::Text>,
}

pub struct Promise {
    pub order: OrderId,
    pub reservation: Reservation,
    pub ended_at: Instant,
}

/// A node's view of the store.
#[derive(Clone)]
pub struct Memory {
    pub tables: Arc<Mutex<Tables>>,
    pub life: Arc<Life>,
}

impl Memory {
    pub fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap()
    }

    async fn touch<T>(&self, name: &'static str, effect: impl FnOnce(&mut Tables) -> T) -> T {
        self.life
            .touch(|| {
                let mut tables = self.lock();
                tables.calls.push(name);
                effect(&mut tables)
            })
            .await
    }
}

impl Tables {
    /// Promises against readings begun then, by (warehouse, item).
    pub fn promised(&self, read_at: Instant) -> BTreeMap<(String, String), i64> {
        let mut sums = BTreeMap::new();
        for promise in self.promises.iter().filter(|promise| promise.ended_at > read_at) {
            let part = &promise.reservation;
            *sums.entry((part.warehouse.clone(), part.sku.clone())).or_insert(0) += part.quantity.to_micros().unwrap();
        }
        sums
    }

    pub fn cause(&mut self, order: OrderId, list: &[NewDelivery], now: Instant) {
        let number = self.orders[&order].number.clone();
        let mut ids = Vec::new();
        for new in list {
            let id = DeliveryId(i64::try_from(self.deliveries.len()).unwrap() + 1);
            ids.push(id);
            if self.deliveries.values().any(|known| known.key == new.key) {
                continue;
            }
            let blocked = new.after.map(|at| ids[at]);
            if let Some(before) = blocked {
                self.after.insert(id, before);
            }
            let delivery = Delivery {
                id,
                order,
                order_number: number.clone(),
                connection: new.connection.clone(),
                operation: new.operation,
                key: new.key.clone(),
                detail: new.detail.clone(),
                state: if blocked.is_some() { DeliveryState::Blocked } else { DeliveryState::Pending },
                due_at: if blocked.is_some() { Instant::NEVER } else { now },
                attempts: 0,
                claims: 0,
                failures: 0,
                in_doubt: false,
                external_id: None,
                last_failure: None,
                created_at: now,
                done_at: None,
            };
            self.deliveries.insert(id, delivery);
        }
    }

    pub fn events(&self, order: OrderId) -> Vec<&str> {
        self.story.iter().filter(|(id, _)| *id == order).map(|(_, entry)| entry.event.as_str()).collect()
    }
}

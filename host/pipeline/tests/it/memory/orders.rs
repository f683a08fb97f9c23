use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use mortise_domain::evaluation::{Conclusion, Confirmation, Decided, Decision, Pending};
use mortise_domain::hold::{HoldKind, Reason};
use mortise_domain::ids::{HoldId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::inventory::Reading;
use mortise_domain::order::{Order, OrderState, RecentOrder};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Acceptance, Accepted, Orders, Standing};
use mortise_domain::timeline::Entry;

use super::{Memory, Promise, Row, Tables};
use mortise_domain::catalog::Warehouse;

#[async_trait]
impl Orders for Memory {
    async fn accept(&self, batch: &[Acceptance]) -> Result<Vec<Accepted>, StoreError> {
        self.touch("accept", |tables| Ok(batch.iter().map(|one| tables.accept(one)).collect())).await
    }

    async fn repeat(&self, actor: &str, key: &str, fingerprint: &str) -> Result<Option<Accepted>, StoreError> {
        self.touch("repeat", |tables| {
            let Some((id, before)) = tables.keys.get(&(actor.to_owned(), key.to_owned())) else { return Ok(None) };
            let same = || Accepted::Known(*id, tables.orders[id].number.clone());
            Ok(Some(if before == fingerprint { same() } else { Accepted::KeyReused }))
        })
        .await
    }

    async fn standing(&self, customer: &str, store: &str, skus: &[String]) -> Result<Standing, StoreError> {
        self.touch("standing", |tables| {
            let store = tables.stores.get(store).cloned();
            Ok(Standing {
                customer: tables.customers.get(customer).cloned(),
                open_credit: tables.open_credit.get(customer).copied().unwrap_or(0),
                region: store.as_ref().and_then(|store| tables.regions.get(&store.region).cloned()),
                store,
                collection: None,
                products: skus
                    .iter()
                    .filter_map(|sku| Some((sku.clone(), tables.products.get(sku)?.clone())))
                    .collect(),
            })
        })
        .await
    }

    async fn warehouses(&self) -> Result<Vec<Warehouse>, StoreError> {
        self.touch("warehouses", |tables| Ok(tables.warehouses.clone())).await
    }

    async fn pending(&self, id: OrderId) -> Result<Option<Pending>, StoreError> {
        self.touch("pending", |tables| Ok(tables.pending(id))).await
    }

    async fn claim_pending(&self, now: Instant, lease_until: Instant, limit: u32) -> Result<Vec<Pending>, StoreError> {
        self.touch("claim_pending", |tables| {
            let waits = |row: &Row| matches!(row.state, OrderState::Received | OrderState::Held) && row.due <= now;
            let due: Vec<OrderId> =
                tables.orders.iter().filter(|(_, row)| waits(row)).map(|(id, _)| *id).take(limit as usize).collect();
            for id in &due {
                tables.orders.get_mut(id).unwrap().due = lease_until;
            }
            Ok(due.into_iter().filter_map(|id| tables.pending(id)).collect())
        })
        .await
    }

    async fn promised(&self, _: &[String], read_at: Instant) -> Result<BTreeMap<(String, String), i64>, StoreError> {
        self.touch("promised", |tables| Ok(tables.promised(read_at))).await
    }

    async fn last_readings(&self, skus: &[String]) -> Result<Vec<Reading>, StoreError> {
        self.touch("last_readings", |tables| {
            Ok(tables.readings.values().filter(|reading| skus.contains(&reading.sku)).cloned().collect())
        })
        .await
    }

    async fn recent(
        &self,
        customer: &str,
        at: Instant,
        within: Duration,
        except: Option<OrderId>,
        limit: u32,
    ) -> Result<Vec<RecentOrder>, StoreError> {
        self.touch("recent", |tables| {
            let fits = |(id, row): &(&OrderId, &Row)| {
                row.submission.customer == customer
                    && (at.before(within)..=at.after(within)).contains(&row.placed_at)
                    && except.is_none_or(|own| **id < own)
            };
            let mut fitting: Vec<_> = tables.orders.iter().filter(fits).collect();
            fitting.sort_by_key(|(id, row)| (row.placed_at, **id));
            let middle = fitting.partition_point(|(_, row)| row.placed_at <= at);
            let (least, most) = (middle.saturating_sub(limit as usize), (middle + limit as usize).min(fitting.len()));
            let recent = fitting[least..most].iter().rev().map(|(id, row)| RecentOrder {
                id: **id,
                number: row.number.clone(),
                placed_at: row.placed_at,
                state: row.state,
                gross: row.judged.as_ref().map_or(0, |order| order.totals.gross),
                skus: row.submission.lines.iter().map(|line| line.sku.clone()).collect(),
            });
            Ok(recent.collect())
        })
        .await
    }

    async fn decide(&self, batch: &[Decision]) -> Result<Vec<Decided>, StoreError> {
        self.touch("decide", |tables| Ok(batch.iter().map(|decision| tables.decide(decision)).collect())).await
    }

    async fn release_hold(&self, hold: HoldId, actor: &str, note: &str, now: Instant) -> Result<OrderId, StoreError> {
        self.touch("release_hold", |tables| tables.release(hold, actor, note, now)).await
    }

    async fn state(&self, id: OrderId) -> Result<Option<OrderState>, StoreError> {
        self.touch("state", |tables| Ok(tables.orders.get(&id).map(|row| row.state))).await
    }

    async fn order(&self, id: OrderId) -> Result<Option<(Order, OrderState)>, StoreError> {
        self.touch("order", |tables| match tables.unreadable.get(&id) {
            Some(error) => Err(error.clone()),
            None => Ok(tables.orders.get(&id).and_then(|row| Some((row.judged.clone()?, row.state)))),
        })
        .await
    }
}

fn key(one: &Acceptance) -> Option<(String, String)> {
    Some((one.actor.clone(), one.idempotency_key.clone()?))
}

impl Tables {
    fn accept(&mut self, one: &Acceptance) -> Accepted {
        if let Some((id, fingerprint)) = key(one).and_then(|key| self.keys.get(&key)) {
            let number = self.orders[id].number.clone();
            return if *fingerprint == one.fingerprint { Accepted::Known(*id, number) } else { Accepted::KeyReused };
        }
        let id = OrderId(i64::try_from(self.orders.len()).unwrap() + 1);
        let number = format!("SO-{:08}", id.0);
        if let Some(key) = key(one) {
            self.keys.insert(key, (id, one.fingerprint.clone()));
        }
        self.story.push((id, Entry::by(&one.actor, one.at, "order.received", serde_json::Value::Null)));
        let row = Row {
            number: number.clone(),
            state: OrderState::Received,
            version: Pending::FIRST_VERSION,
            placed_at: one.submission.placed_at.expect("filled in"),
            submission: one.submission.clone(),
            actor: one.actor.clone(),
            due: one.lease_until,
            judged: None,
            evaluation: mortise_domain::evaluation::Evaluation::default(),
            holds: Vec::new(),
            waived: Vec::new(),
            rejection: None,
        };
        self.orders.insert(id, row);
        Accepted::New(id, number)
    }

    fn pending(&self, id: OrderId) -> Option<Pending> {
        let row = self.orders.get(&id)?;
        matches!(row.state, OrderState::Received | OrderState::Held).then(|| Pending {
            id,
            number: row.number.clone(),
            state: row.state,
            version: row.version,
            submission: row.submission.clone(),
            placed_at: row.placed_at,
            actor: row.actor.clone(),
            waived: row.waived.clone(),
            open_holds: row.holds.iter().map(|hold| hold.code.clone()).collect(),
            attachments: Vec::new(),
        })
    }

    fn decide(&mut self, decision: &Decision) -> Decided {
        let row = &self.orders[&decision.order_id];
        if row.version != decision.version || !matches!(row.state, OrderState::Received | OrderState::Held) {
            return Decided::Stale;
        }
        let customer = row.submission.customer.clone();
        let state = match &decision.verdict {
            Conclusion::Confirm(confirmation) => {
                if let Some(refusal) = self.refusal(confirmation, &customer) {
                    return refusal;
                }
                self.confirm(decision.order_id, confirmation, &customer, decision.at);
                OrderState::Confirmed
            }
            Conclusion::Hold { reasons, again_at, deliveries } => {
                let row = self.orders.get_mut(&decision.order_id).unwrap();
                let before = std::mem::replace(&mut row.holds, reasons.clone());
                row.due = *again_at;
                let known = |reason: &&Reason| before.iter().any(|hold| hold.code == reason.code);
                for reason in reasons.iter().filter(|reason| !known(reason)) {
                    self.ask(decision.order_id, reason, decision.at);
                }
                self.cause(decision.order_id, deliveries, decision.at);
                OrderState::Held
            }
            Conclusion::Reject { reason } => {
                self.orders.get_mut(&decision.order_id).unwrap().rejection = Some(reason.clone());
                OrderState::Rejected
            }
        };
        let row = self.orders.get_mut(&decision.order_id).unwrap();
        row.state = state;
        row.version += 1;
        row.evaluation = (*decision.evaluation).clone();
        if let Some(order) = &decision.order {
            row.judged = Some((**order).clone());
        }
        self.story.extend(decision.story.iter().map(|entry| (decision.order_id, entry.clone())));
        Decided::Written(state)
    }

    fn refusal(&self, confirmation: &Confirmation, customer: &str) -> Option<Decided> {
        let mut lost = Vec::new();
        for part in &confirmation.reservations {
            let place = (part.warehouse.clone(), part.sku.clone());
            let reading = confirmation.readings.iter().find(|one| (&one.warehouse, &one.sku) == (&place.0, &place.1));
            let reading = reading.expect("a promise rests on a reading");
            let promised = self.promised(reading.read_at).get(&place).copied().unwrap_or(0);
            let wanted: i64 = confirmation
                .reservations
                .iter()
                .filter(|other| (&other.warehouse, &other.sku) == (&place.0, &place.1))
                .map(|other| other.quantity.to_micros().unwrap())
                .sum();
            if reading.available.to_micros().unwrap() - promised < wanted {
                lost.push(place);
            }
        }
        if !lost.is_empty() {
            return Some(Decided::OutOfStock(lost));
        }
        let limit = self.customers[customer].credit_limit?;
        let open = self.open_credit.get(customer).copied().unwrap_or(0);
        let over = confirmation.credit > 0 && !confirmation.credit_waived && open + confirmation.credit > limit;
        over.then_some(Decided::OverCredit { open, limit })
    }

    fn confirm(&mut self, order: OrderId, confirmation: &Confirmation, customer: &str, at: Instant) {
        for reading in &confirmation.readings {
            self.readings.insert((reading.warehouse.clone(), reading.sku.clone()), reading.clone());
        }
        for reservation in &confirmation.reservations {
            self.promises.push(Promise { order, reservation: reservation.clone(), ended_at: Instant::NEVER });
        }
        *self.open_credit.entry(customer.to_owned()).or_insert(0) += confirmation.credit;
        let row = self.orders.get_mut(&order).unwrap();
        (row.holds, row.due) = (Vec::new(), Instant::NEVER);
        self.cause(order, &confirmation.deliveries, at);
    }

    /// Here a hold's id is its order's: all its business holds are released.
    fn release(&mut self, hold: HoldId, actor: &str, note: &str, now: Instant) -> Result<OrderId, StoreError> {
        let id = OrderId(hold.0);
        let row = self.orders.get_mut(&id).ok_or_else(|| StoreError::NotFound(format!("order {id}")))?;
        let (gone, stay) = std::mem::take(&mut row.holds).into_iter().partition(|one| one.kind == HoldKind::Business);
        row.holds = stay;
        row.waived.extend(Vec::into_iter(gone).map(|one| one.code));
        row.due = now;
        row.version += 1;
        self.story.push((id, Entry::by(actor, now, "hold.released", serde_json::json!({ "note": note }))));
        Ok(id)
    }
}

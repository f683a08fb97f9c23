//! The rows that settlements write: one statement per table for the whole batch.

use std::collections::{BTreeMap, HashSet};

use mortise_domain::delivery::{Delivery, DeliveryState, Operation, Settlement};
use mortise_domain::failure::Failure;
use mortise_domain::ids::DeliveryId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::memory::Settled;
use mortise_domain::text::Text;

use super::Supply;
use crate::database::{Row, Tx, Value, json_text};
use crate::deliveries::insert::{Cause, NewRows};
use crate::fault::Fault;
use crate::timeline::Entries;

#[derive(Default)]
pub(super) struct Rows<'a> {
    deliveries: Vec<[Value; 10]>,
    attempts: Vec<[Value; 6]>,
    done: Vec<[Value; 2]>,
    external_ids: BTreeMap<[String; 3], [Value; 5]>,
    ended_promises: Vec<[Value; 4]>,
    tickets: Vec<[Value; 7]>,
    /// What is told where it opens or closes a ticket.
    news: Vec<(Delivery, &'a Settled)>,
    entries: Entries,
}

pub(super) fn wants_ticket(settled: &Settled) -> bool {
    matches!(settled.settlement, Settlement::Wait | Settlement::Again { ticket: true, .. })
}

impl<'a> Rows<'a> {
    pub(super) fn add(&mut self, delivery: Delivery, settled: &'a Settled, supply: &mut Supply) -> Result<(), Fault> {
        if delivery.state == DeliveryState::Cancelled {
            return self.add_cancelled(delivery, settled, supply);
        }
        let mut after = delivery;
        after.due_at = Instant::NEVER;
        after.in_doubt |= settled.in_doubt;
        match &settled.settlement {
            Settlement::Done { external_id } => {
                after.state = DeliveryState::Done;
                after.failures = 0;
                after.in_doubt = false;
                after.last_failure = None;
                after.done_at = Some(settled.at);
                if let Some(external_id) = external_id {
                    after.external_id = Some(external_id.clone());
                }
                self.add_done(&after, settled.at);
            }
            Settlement::Again { at, counts, .. } => {
                after.due_at = *at;
                after.failures += u32::from(*counts);
                if settled.attempt.is_none() {
                    after.attempts = after.attempts.saturating_sub(1);
                }
            }
            Settlement::Wait => {
                after.state = DeliveryState::Waiting;
                after.failures += 1;
            }
        }
        if after.state != DeliveryState::Done && settled.failure.is_some() {
            after.last_failure.clone_from(&settled.failure);
        }
        if wants_ticket(settled) {
            let failure =
                after.last_failure.clone().unwrap_or(Failure::Retry { after_ms: None, reason: Text::default() });
            self.tickets.push(ticket_row(&after, &failure, settled.at, supply.tickets.one()?)?);
        }
        self.add_attempt(&after, settled)?;
        self.deliveries.push(delivery_row(&after, settled.quiet_until)?);
        self.entries.push_order(&mut supply.entries, after.order, &settled.story)?;
        if settled.ticket.is_some() || !settled.causes.is_empty() {
            self.news.push((after, settled));
        }
        Ok(())
    }

    fn add_attempt(&mut self, delivery: &Delivery, settled: &Settled) -> Result<(), Fault> {
        if let Some(attempt) = &settled.attempt {
            self.attempts.push([
                delivery.id.0.into(),
                settled.attempt_number.into(),
                attempt.started_at.into(),
                attempt.ended_at.into(),
                attempt.failure.as_ref().map(json_text).transpose()?.into(),
                json_text(&attempt.record)?.into(),
            ]);
        }
        Ok(())
    }

    /// Its order was taken back while it was tried. It stays cancelled; what came into being is known to what takes it back.
    fn add_cancelled(&mut self, delivery: Delivery, settled: &Settled, supply: &mut Supply) -> Result<(), Fault> {
        let mut after = delivery;
        self.add_attempt(&after, settled)?;
        if let Settlement::Done { external_id: Some(external_id) } = &settled.settlement {
            after.external_id = Some(external_id.clone());
            self.add_external_id(&after, settled.at);
        }
        after.in_doubt |= settled.in_doubt;
        self.deliveries.push(delivery_row(&after, settled.quiet_until)?);
        self.entries.push_order(&mut supply.entries, after.order, &settled.story)
    }

    fn add_external_id(&mut self, delivery: &Delivery, at: Instant) {
        if let (Some((kind, local)), Some(remote)) = (delivery.external_name(), &delivery.external_id) {
            let key = [delivery.connection.clone(), kind.to_owned(), local.to_owned()];
            let row = [(&delivery.connection).into(), kind.into(), local.into(), remote.into(), at.into()];
            self.external_ids.insert(key, row);
        }
    }

    fn add_done(&mut self, delivery: &Delivery, at: Instant) {
        self.done.push([delivery.id.0.into(), at.into()]);
        self.add_external_id(delivery, at);
        if delivery.operation == Operation::PushPick {
            self.end_promises(delivery, at);
        }
    }

    /// The promises of a pick task's lines end with it: the goods have left, or will with the upstream's own count.
    fn end_promises(&mut self, delivery: &Delivery, at: Instant) {
        let lines = delivery.detail.get("lines").and_then(serde_json::Value::as_array);
        let numbers = lines.into_iter().flatten().filter_map(|line| line.get("line")?.as_i64());
        let Some(warehouse) = delivery.detail.get("warehouse").and_then(serde_json::Value::as_str) else {
            tracing::error!(delivery = delivery.id.0, "a pick task names no warehouse; its promises stay");
            return;
        };
        for number in numbers {
            self.ended_promises.push([delivery.order.0.into(), number.into(), warehouse.into(), at.into()]);
        }
    }

    /// Answers the connections of the tickets that it opened.
    pub(super) async fn write(mut self, tx: &mut Tx, mut supply: Supply) -> Result<Vec<String>, Fault> {
        let head = "UPDATE deliveries SET claimed = FALSE, state = v.column2, due_at = v.column3, attempts = v.column4, \
                    failures = v.column5, external_id = v.column6, last_failure = v.column7, done_at = v.column8, \
                    in_doubt = v.column9, \
                    quiet_until = CASE WHEN v.column10 > quiet_until THEN v.column10 ELSE quiet_until END FROM (";
        tx.update(head, self.deliveries, ") AS v WHERE deliveries.id = v.column1").await?;
        let head = "INSERT INTO attempts (delivery_id, number, started_at, ended_at, failure, record)";
        tx.insert(head, self.attempts, "").await?;
        // The state is no condition: with it PostgreSQL may read all blocked rows instead of the few that follow.
        let head = "UPDATE deliveries SET state = CASE WHEN state = 'blocked' THEN 'pending' ELSE state END, \
                    due_at = CASE WHEN state <> 'blocked' THEN due_at WHEN quiet_until > v.column2 THEN quiet_until \
                    ELSE v.column2 END FROM (";
        let tail = ") AS v WHERE deliveries.after_id = v.column1";
        tx.update(head, self.done.clone(), tail).await?;
        let head = "UPDATE tickets SET closed_at = v.column2, closed_by = 'host' FROM (";
        let tail = ") AS v WHERE tickets.delivery_id = v.column1 AND tickets.closed_at IS NULL RETURNING delivery_id";
        let closed = deliveries(tx.insert_returning(head, self.done, tail).await?)?;
        let rows = self.external_ids.into_values().collect();
        crate::external_ids::write(tx, rows).await?;
        let head = "UPDATE reservations SET ended_at = v.column4 FROM (";
        let tail = ") AS v WHERE reservations.order_id = v.column1 AND reservations.line = v.column2 \
                    AND reservations.warehouse = v.column3 AND reservations.ended_at = 9223372036854775807";
        tx.update(head, self.ended_promises, tail).await?;
        let head = "INSERT INTO tickets (id, delivery_id, order_id, order_number, connection, failure, opened_at)";
        let tail = "ON CONFLICT (delivery_id) WHERE closed_at IS NULL DO NOTHING RETURNING delivery_id";
        let opened = deliveries(tx.insert_returning(head, self.tickets, tail).await?)?;
        let mut caused = NewRows::default();
        let mut connections = Vec::with_capacity(opened.len());
        for (delivery, settled) in &self.news {
            if opened.contains(&delivery.id) {
                connections.push(delivery.connection.clone());
            } else if !closed.contains(&delivery.id) {
                continue;
            }
            let cause = Cause::new(delivery.order, &delivery.order_number, settled.at);
            caused.add(&settled.causes, cause, &mut supply.deliveries)?;
            self.entries.push_order(&mut supply.entries, delivery.order, settled.ticket.as_slice())?;
        }
        caused.write(tx).await?;
        self.entries.write(tx).await?;
        Ok(connections)
    }
}

fn deliveries(rows: Vec<Row>) -> Result<HashSet<DeliveryId>, Fault> {
    rows.into_iter().map(|mut row| row.take().map(DeliveryId)).collect()
}

fn delivery_row(delivery: &Delivery, quiet_until: Instant) -> Result<[Value; 10], Fault> {
    Ok([
        delivery.id.0.into(),
        delivery.state.name().into(),
        delivery.due_at.into(),
        delivery.attempts.into(),
        delivery.failures.into(),
        delivery.external_id.clone().into(),
        delivery.last_failure.as_ref().map(json_text).transpose()?.into(),
        delivery.done_at.into(),
        delivery.in_doubt.into(),
        quiet_until.into(),
    ])
}

fn ticket_row(delivery: &Delivery, failure: &Failure, at: Instant, id: i64) -> Result<[Value; 7], Fault> {
    Ok([
        id.into(),
        delivery.id.0.into(),
        delivery.order.0.into(),
        (&delivery.order_number).into(),
        (&delivery.connection).into(),
        json_text(failure)?.into(),
        at.into(),
    ])
}

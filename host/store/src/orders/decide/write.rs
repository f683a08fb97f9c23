//! What an accepted decision writes: one statement per table for the whole batch.

use std::collections::{BTreeMap, HashSet};

use mortise_domain::evaluation::{Conclusion, Decision};
use mortise_domain::hold::Reason;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::money::Amount;
use mortise_domain::order::{Order, OrderState};

use super::Supply;
use super::locks::{Locked, LockedOrder, OpenHold};
use crate::approvals::open::NewRows as NewApprovals;
use crate::approvals::void_of_holds;
use crate::database::{Sql, Tx, Value, json_text};
use crate::deliveries::insert::{Cause, NewRows};
use crate::fault::Fault;
use crate::orders::progress::catch_up;
use crate::orders::promises::micros;
use crate::orders::restored::take_back;
use crate::timeline::Entries;

/// Rows of each table, collected over the batch.
#[derive(Default)]
struct Rows {
    orders: Vec<[Value; 12]>,
    rejudged: Vec<i64>,
    lines: Vec<[Value; 12]>,
    promises: Vec<[Value; 8]>,
    credit: BTreeMap<String, Amount>,
    holds: Vec<[Value; 7]>,
    /// Holds that stay, with what they wait for now.
    renewed: Vec<[Value; 2]>,
    released: Vec<[Value; 2]>,
    /// Holds that end, and when.
    ended: Vec<(i64, Instant)>,
    approvals: NewApprovals,
    deliveries: NewRows,
    entries: Entries,
}

pub(super) async fn write(
    tx: &mut Tx,
    accepted: &[(&Decision, OrderState)],
    locked: &Locked,
    mut supply: Supply,
) -> Result<(), Fault> {
    let mut rows = Rows::default();
    let mut may_be_known = Vec::new();
    for (decision, state) in accepted {
        let order = locked.orders.get(&decision.order_id).ok_or_else(|| Fault::inconsistent("order", "not locked"))?;
        rows.add(decision, *state, order, &mut supply)?;
        rows.add_holds(decision, locked, &mut supply)?;
        if *state == OrderState::Confirmed && (order.restored || order.state == OrderState::Held) {
            may_be_known.push(decision.order_id.0);
        }
    }
    let at = accepted.first().map_or(Instant(0), |(decision, _)| decision.at);
    rows.write(tx).await?;
    let mut entries = Entries::default();
    catch_up(tx, may_be_known, at, (&mut supply.entries, &mut entries)).await?;
    for (decision, _) in accepted {
        let order = locked.orders.get(&decision.order_id).filter(|order| order.restored);
        if let (Conclusion::Reject { reason }, Some(order), Some(ids)) = (&decision.verdict, order, &mut supply.undoing)
        {
            let subject = (decision.order_id, order.number.as_str());
            take_back(tx, subject, (reason, decision.at), (ids, &mut entries)).await?;
        }
    }
    entries.write(tx).await
}

/// People have released another amount than the order comes to by now: it is judged again without that.
pub(super) async fn ask_again(tx: &mut Tx, orders: &[OrderId], batch: &[Decision]) -> Result<(), Fault> {
    let at = batch.iter().map(|decision| decision.at).max().unwrap_or(Instant(0));
    let ids = || orders.iter().map(|id| id.0);
    tx.execute(Sql::new("DELETE FROM waivers WHERE order_id IN ").list(ids())).await?;
    let sql = Sql::new("UPDATE orders SET version = version + 1, evaluate_at = $1 WHERE id IN ").bind(at);
    tx.execute(sql.list(ids())).await?;
    Ok(())
}

impl Rows {
    fn add(
        &mut self,
        decision: &Decision,
        state: OrderState,
        order: &LockedOrder,
        supply: &mut Supply,
    ) -> Result<(), Fault> {
        let id = decision.order_id;
        self.orders.push(order_row(decision, state)?);
        if let Some(judged) = &decision.order {
            if order.judged {
                self.rejudged.push(id.0);
            }
            self.lines.extend(judged.lines.iter().map(|line| line_row(id, judged, line)));
        }
        let cause = Cause { in_doubt: order.restored, ..Cause::new(id, &order.number, decision.at) };
        match &decision.verdict {
            Conclusion::Confirm(confirmation) => {
                self.deliveries.add(&confirmation.deliveries, cause, &mut supply.deliveries)?;
                if confirmation.credit != 0 {
                    let sum = self.credit.entry(order.customer.clone()).or_default();
                    *sum = sum.saturating_add(confirmation.credit);
                }
                self.promises.extend(confirmation.reservations.iter().map(|promise| {
                    [
                        id.0.into(),
                        promise.line.into(),
                        (&promise.warehouse).into(),
                        (&promise.sku).into(),
                        micros(promise.quantity).into(),
                        (&promise.zone).into(),
                        decision.at.into(),
                        Instant::NEVER.into(),
                    ]
                }));
            }
            Conclusion::Hold { deliveries, .. } => self.deliveries.add(deliveries, cause, &mut supply.deliveries)?,
            Conclusion::Reject { .. } => {}
        }
        self.entries.push_order(&mut supply.entries, id, &decision.story)
    }

    /// Opens the codes that are new, keeps those that are open already, releases all others. An approval goes on only for what
    /// people were asked about: where the order amounts to something else now, they are asked anew.
    fn add_holds(&mut self, decision: &Decision, locked: &Locked, supply: &mut Supply) -> Result<(), Fault> {
        let open = locked.open_holds.get(&decision.order_id).map(Vec::as_slice).unwrap_or_default();
        let gross = decision.order.as_deref().map(|order| order.totals.gross);
        let (mut wanted, mut kept) = (HashSet::new(), HashSet::new());
        if let Conclusion::Hold { reasons, .. } = &decision.verdict {
            for reason in reasons {
                let first = wanted.insert(reason.code.as_str());
                if !first {
                    continue;
                }
                if let Some(hold) = open.iter().find(|hold| hold.code == reason.code && hold.is_about(reason, gross)) {
                    kept.insert(hold.id);
                    if let Some(renewed) = hold.renewed(reason) {
                        self.renewed.push([hold.id.0.into(), json_text(&renewed)?.into()]);
                    }
                    continue;
                }
                let hold = supply.holds.one()?;
                if let Some(terms) = &reason.approval {
                    let subject = (hold, decision.order_id);
                    self.approvals.add(subject, terms, decision.at, &mut supply.approvals)?;
                }
                self.holds.push([
                    hold.into(),
                    decision.order_id.0.into(),
                    (&reason.code).into(),
                    crate::orders::holds::kind_name(reason.kind).into(),
                    json_text(reason)?.into(),
                    decision.at.into(),
                    gross.into(),
                ]);
            }
        }
        for hold in open.iter().filter(|hold| !kept.contains(&hold.id)) {
            self.released.push([hold.id.0.into(), decision.at.into()]);
            self.ended.push((hold.id.0, decision.at));
        }
        Ok(())
    }

    async fn write(self, tx: &mut Tx) -> Result<(), Fault> {
        let head = "UPDATE orders SET version = orders.version + 1, state = v.column2, evaluate_at = v.column3, \
                    decided_at = v.column4, currency = COALESCE(v.column5, orders.currency), \
                    net = COALESCE(v.column6, orders.net), tax = COALESCE(v.column7, orders.tax), \
                    gross = COALESCE(v.column8, orders.gross), credit = v.column9, \
                    judged = COALESCE(v.column10, orders.judged), evaluation = v.column11, \
                    reject_reason = v.column12 FROM (";
        tx.update(head, self.orders, ") AS v WHERE orders.id = v.column1").await?;
        if !self.rejudged.is_empty() {
            tx.execute(Sql::new("DELETE FROM order_lines WHERE order_id IN ").list(self.rejudged)).await?;
        }
        let head = "INSERT INTO order_lines (order_id, number, customer, sku, quantity, unit, unit_price, tax_rate, \
                    tax_inclusive, net, tax, gross)";
        tx.insert(head, self.lines, "").await?;
        let head =
            "INSERT INTO reservations (order_id, line, warehouse, sku, quantity_micros, zone, created_at, ended_at)";
        tx.insert(head, self.promises, "").await?;
        let credit: Vec<[Value; 2]> =
            self.credit.into_iter().map(|(customer, sum)| [customer.into(), sum.into()]).collect();
        let head = "UPDATE customers SET open_credit = customers.open_credit + v.column2 FROM (";
        tx.update(head, credit, ") AS v WHERE customers.code = v.column1").await?;
        // Those that end first: of each code an order has one open hold at most.
        let head = "UPDATE holds SET released_at = v.column2, released_by = 'host' FROM (";
        tx.update(head, self.released, ") AS v WHERE holds.id = v.column1").await?;
        tx.insert("INSERT INTO holds (id, order_id, code, kind, reason, opened_at, gross)", self.holds, "").await?;
        let head = "UPDATE holds SET reason = v.column2 FROM (";
        tx.update(head, self.renewed, ") AS v WHERE holds.id = v.column1").await?;
        self.approvals.write(tx).await?;
        if let Some(at) = self.ended.iter().map(|(_, at)| *at).max() {
            void_of_holds(tx, self.ended.into_iter().map(|(hold, _)| hold).collect(), at).await?;
        }
        self.deliveries.write(tx).await?;
        self.entries.write(tx).await
    }
}

impl OpenHold {
    /// Is it what this reason is about? Only where people agree step by step can it be something else of the same code.
    fn is_about(&self, reason: &Reason, gross: Option<Amount>) -> bool {
        let Some(stored) = &self.reason else { return true };
        let asks = stored.approval.is_some() || reason.approval.is_some();
        let same_amount = gross.is_none() || gross == self.gross;
        !asks || (stored.kind == reason.kind && stored.needs == reason.needs && same_amount)
    }

    /// The reason as it is told from now on; none: as it stands. Whom it asks stays as it was.
    fn renewed(&self, reason: &Reason) -> Option<Reason> {
        let stored = self.reason.as_ref()?;
        let now = Reason { approval: stored.approval.clone(), kind: stored.kind, ..reason.clone() };
        (now != *stored).then_some(now)
    }
}

fn order_row(decision: &Decision, state: OrderState) -> Result<[Value; 12], Fault> {
    let (again_at, credit, reason) = match &decision.verdict {
        Conclusion::Confirm(confirmation) => (Instant::NEVER, confirmation.credit, None),
        Conclusion::Hold { again_at, .. } => (*again_at, 0, None),
        Conclusion::Reject { reason } => (Instant::NEVER, 0, Some(json_text(reason)?)),
    };
    let judged = decision.order.as_deref();
    Ok([
        decision.order_id.0.into(),
        state.name().into(),
        again_at.into(),
        decision.at.into(),
        judged.map(|order| order.currency.as_str()).into(),
        judged.map(|order| order.totals.net).into(),
        judged.map(|order| order.totals.tax).into(),
        judged.map(|order| order.totals.gross).into(),
        credit.into(),
        judged.map(json_text).transpose()?.into(),
        json_text(&*decision.evaluation)?.into(),
        reason.into(),
    ])
}

fn line_row(id: OrderId, order: &Order, line: &mortise_domain::order::Line) -> [Value; 12] {
    [
        id.0.into(),
        line.number.into(),
        (&order.customer.code).into(),
        (&line.sku).into(),
        line.quantity.into(),
        (&line.unit).into(),
        line.unit_price.into(),
        line.tax_rate.into(),
        line.tax_inclusive.into(),
        line.totals.net.into(),
        line.totals.tax.into(),
        line.totals.gross.into(),
    ]
}

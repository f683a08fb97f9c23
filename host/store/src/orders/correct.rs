//! An order that is not confirmed yet is corrected: it is as if it had been handed in like this, and is judged again.

use std::collections::BTreeSet;

use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::OrderState;
use mortise_domain::ports::StoreError;
use mortise_domain::submission::Submission;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::index;
use crate::Store;
use crate::approvals::void_of_holds;
use crate::counters::{Counter, Ids};
use crate::database::{Sql, Tx, json_text, transact};
use crate::fault::Fault;
use crate::timeline::Entries;

/// A correction that passed its checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Whose.
    pub order: OrderId,
    /// Version that it was made from; none: whatever is there.
    pub version: Option<i64>,
    /// As it should have been handed in.
    pub submission: Submission,
    /// Who corrects it.
    pub actor: String,
    /// The person behind.
    pub person: String,
    /// Why, in their words.
    pub note: String,
    /// Until when the caller's own judgement has the order to itself.
    pub lease_until: Instant,
}

impl Store {
    /// Replaces what was handed in. Releases that people have given were for what it was before: they are void.
    pub async fn correct_order(&self, correction: &Correction) -> Result<(), StoreError> {
        let entries = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        Ok(transact!(self.database, tx => correct(tx, correction, now, entries.clone()))?)
    }
}

async fn correct(tx: &mut Tx, correction: &Correction, now: Instant, mut ids: Ids) -> Result<(), Fault> {
    let Correction { order, version, submission, actor, person, note, lease_until } = correction;
    let sql =
        "SELECT number, state, version, kind, placed_at, submission, corrected_by FROM orders WHERE id = $1 /* lock */";
    let row = tx.first(Sql::new(sql).bind(order.0)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("order {order}")))?;
    let number: String = row.take()?;
    let state = row.word("order state", OrderState::parse)?;
    if !matches!(state, OrderState::Received | OrderState::Held) {
        let detail = format!("the order {number} is {}: only one that waits can be corrected", state.name());
        return Err(StoreError::Conflict(detail).into());
    }
    let stored: i64 = row.take()?;
    if version.is_some_and(|version| version != stored) {
        let detail = format!("the order {number} was changed in the meantime: read it again and repeat the correction");
        return Err(StoreError::Conflict(detail).into());
    }
    if row.take::<String>()? != submission.kind.name() {
        let detail = format!("the order {number} stays a sale or a return: cancel it and hand in the other");
        return Err(StoreError::Conflict(detail).into());
    }
    let placed_at = submission.placed_at.unwrap_or(row.take()?);
    let before: Submission = row.json("submission")?;
    let mut authors: BTreeSet<String> = row.json("authors")?;
    authors.extend([actor.clone(), person.clone()]);
    let submission = Submission { placed_at: Some(placed_at), ..submission.clone() };
    let changed = changed(&before, &submission);
    index::forget(tx, *order).await?;
    let skus: BTreeSet<&str> = submission.lines.iter().map(|line| line.sku.as_str()).collect();
    let sql = "UPDATE orders SET version = version + 1, evaluate_at = $2, submission = $3, skus = $4, customer = $5, store = $6, \
               reference = $7, placed_at = $8, corrected_by = $9 WHERE id = $1";
    let sql = Sql::new(sql).bind(order.0).bind(*lease_until).bind(json_text(&submission)?).bind(json_text(&skus)?);
    let sql = sql.bind(&submission.customer).bind(&submission.store).bind(&submission.reference).bind(placed_at);
    tx.execute(sql.bind(json_text(&authors)?)).await?;
    tx.execute(Sql::new("DELETE FROM waivers WHERE order_id = $1").bind(order.0)).await?;
    end_holds(tx, *order, now).await?;
    index::queue(tx, [order.0]).await?;
    // Which fields, not what stood in them: persons are referenced, never copied.
    let data = json!({ "fields": changed, "note": note });
    let mut entries = Entries::default();
    entries.push_order(&mut ids, *order, &[Entry::by(actor, now, "order.corrected", data)])?;
    entries.write(tx).await
}

/// What people were asked about is not there any more. The judgement opens anew what it still finds, with a request of its own:
/// neither an agreement nor a link in a message goes over to the order as it is now.
async fn end_holds(tx: &mut Tx, order: OrderId, now: Instant) -> Result<(), Fault> {
    let sql = "UPDATE holds SET released_at = $2, released_by = 'host' WHERE order_id = $1 AND released_at IS NULL \
               AND kind = 'business' RETURNING id";
    let ended = tx.all(Sql::new(sql).bind(order.0).bind(now)).await?;
    let ended = ended.into_iter().map(|mut row| row.take()).collect::<Result<Vec<i64>, Fault>>()?;
    void_of_holds(tx, ended, now).await
}

/// Names of the fields that differ.
fn changed(before: &Submission, after: &Submission) -> Vec<&'static str> {
    let fields = [
        ("reference", before.reference != after.reference),
        ("original", before.original != after.original),
        ("customer", before.customer != after.customer),
        ("store", before.store != after.store),
        ("placed_at", before.placed_at.is_some() && before.placed_at != after.placed_at),
        ("ship_to", before.ship_to != after.ship_to),
        ("lines", before.lines != after.lines),
        ("note", before.note != after.note),
        ("attributes", before.attributes != after.attributes),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

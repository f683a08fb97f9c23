//! Trials of drafts on past orders: their progress and outcome, and the orders themselves.

use mortise_domain::evaluation::Evaluation;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::order::Order;
use mortise_domain::ports::StoreError;
use mortise_domain::rules::TrialState;
use mortise_domain::submission::Submission;
use serde::Serialize;
use serde_json::Value;

use crate::Store;
use crate::counters::Counter;
use crate::database::{Row, Sql, json_text};
use crate::fault::Fault;

/// A trial.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleTrial {
    /// Its id.
    pub id: i64,
    /// Name of the set.
    pub rule_set: String,
    /// The version that is tried.
    pub version: i64,
    /// Where it is.
    pub state: TrialState,
    /// Orders that it looks at.
    pub total: i64,
    /// Of these, looked at so far.
    pub done: i64,
    /// What was found so far.
    pub result: Value,
    /// Since when.
    pub started_at: Instant,
    /// By whom.
    pub started_by: String,
    /// When it last went on.
    pub updated_at: Instant,
}

/// A past order as a trial looks at it.
#[derive(Debug, Clone, PartialEq)]
pub struct PastOrder {
    /// Its id.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// When it was placed.
    pub placed_at: Instant,
    /// What was handed in.
    pub submission: Submission,
    /// As it was judged.
    pub order: Order,
    /// What was found out then.
    pub evaluation: Evaluation,
    /// Names of its files.
    pub attachments: Vec<String>,
}

impl Store {
    /// Keeps a new trial.
    pub async fn begin_trial(&self, set: &str, version: i64, total: i64, actor: &str) -> Result<i64, StoreError> {
        let id = self.ids(Counter::Trial, 1).await?.one()?;
        let sql = "INSERT INTO rule_trials (id, rule_set, version, state, total, done, result, started_at, started_by, \
                   updated_at) VALUES ($1, $2, $3, 'running', $4, 0, '{}', $5, $6, $5)";
        let sql = Sql::new(sql).bind(id).bind(set).bind(version).bind(total).bind(self.now()).bind(actor);
        self.database.execute(sql).await?;
        Ok(id)
    }

    /// Notes how far a trial is. Answers whether it still runs: it was not stopped.
    pub async fn note_trial(&self, id: i64, state: TrialState, done: i64, result: &Value) -> Result<bool, StoreError> {
        let sql = "UPDATE rule_trials SET state = $2, done = $3, result = $4, updated_at = $5 \
                   WHERE id = $1 AND state = 'running'";
        let sql = Sql::new(sql).bind(id).bind(state.name()).bind(done).bind(json_text(result)?).bind(self.now());
        Ok(self.database.execute(sql).await? > 0)
    }

    /// A trial.
    pub async fn trial(&self, set: &str, id: i64) -> Result<Option<RuleTrial>, StoreError> {
        let sql = "SELECT id, rule_set, version, state, total, done, result, started_at, started_by, updated_at \
                   FROM rule_trials WHERE rule_set = $1 AND id = $2";
        let row = self.database.first(Sql::new(sql).bind(set).bind(id)).await?;
        Ok(row.map(|mut row| read(&mut row)).transpose()?)
    }

    /// How many orders were judged with a price since then; counts to `most` at most.
    pub async fn count_past_orders(&self, since: Instant, most: u32) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) FROM (SELECT id FROM orders WHERE judged IS NOT NULL AND received_at >= $1 \
                   ORDER BY received_at DESC, id DESC LIMIT $2) AS past";
        let row = self.database.first(Sql::new(sql).bind(since).bind(most)).await?;
        Ok(row.map(|mut row| row.take()).transpose()?.unwrap_or_default())
    }

    /// Orders that were judged with a price since then, those received last first; `after`: received before that one.
    pub async fn past_orders(
        &self,
        since: Instant,
        after: Option<(Instant, OrderId)>,
        limit: u32,
    ) -> Result<(Vec<PastOrder>, Option<(Instant, OrderId)>), StoreError> {
        let sql = "SELECT id, received_at, number, placed_at, submission, judged, evaluation FROM orders \
                   WHERE judged IS NOT NULL AND evaluation IS NOT NULL AND received_at >= $1";
        let mut sql = Sql::new(sql).bind(since);
        if let Some((at, id)) = after {
            sql = sql.push_bind(" AND (received_at, id) < (", at).push_bind(", ", id.0).push(")");
        }
        let rows =
            self.database.all(sql.push(" ORDER BY received_at DESC, id DESC").push_bind(" LIMIT ", limit)).await?;
        let mut last = None;
        let mut orders = Vec::with_capacity(rows.len());
        for mut row in rows {
            let (id, at): (i64, Instant) = (row.take()?, row.take()?);
            last = Some((at, OrderId(id)));
            // One that a newer program wrote is passed over.
            if let Ok(order) = past(OrderId(id), &mut row) {
                orders.push(order);
            }
        }
        let sql = "SELECT order_id, name FROM attachments WHERE order_id IN ";
        let files =
            self.database.all(Sql::new(sql).list(orders.iter().map(|order| order.id.0)).push(" ORDER BY id")).await?;
        for mut row in files {
            let (order, name): (i64, String) = (row.take()?, row.take()?);
            if let Some(found) = orders.iter_mut().find(|one| one.id.0 == order) {
                found.attachments.push(name);
            }
        }
        Ok((orders, last))
    }
}

fn past(id: OrderId, row: &mut Row) -> Result<PastOrder, Fault> {
    Ok(PastOrder {
        id,
        number: row.take()?,
        placed_at: row.take()?,
        submission: row.json("submission")?,
        order: row.json("order")?,
        evaluation: row.json("evaluation")?,
        attachments: Vec::new(),
    })
}

fn read(row: &mut Row) -> Result<RuleTrial, Fault> {
    Ok(RuleTrial {
        id: row.take()?,
        rule_set: row.take()?,
        version: row.take()?,
        state: row.word("trial state", TrialState::parse)?,
        total: row.take()?,
        done: row.take()?,
        result: row.json("trial")?,
        started_at: row.take()?,
        started_by: row.take()?,
        updated_at: row.take()?,
    })
}

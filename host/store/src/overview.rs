//! What happened lately and what waits, counted by the database.

use mortise_domain::access::Reach;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::Sql;
use crate::fault::Fault;
use crate::reach::{order_within, store_within};

/// Orders handed in on one day that are in one state and of one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCount {
    /// Which of the days that were asked for; 0 is the first.
    pub day: usize,
    /// Their state's name.
    pub state: String,
    /// ISO 4217 code of their amounts; none: not priced yet.
    pub currency: Option<String>,
    /// Sales and not returns?
    pub sale: bool,
    /// How many.
    pub count: i64,
    /// Their sum with tax, in minor units.
    pub gross: i64,
}

/// Open holds of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldCount {
    /// Stable code.
    pub code: String,
    /// Name of the kind.
    pub kind: String,
    /// How many.
    pub count: i64,
    /// Since when the oldest waits.
    pub oldest: Instant,
}

/// What a connection has to do, and how it did lately.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Name of the connection.
    pub connection: String,
    /// Deliveries that are to be sent.
    pub pending: i64,
    /// Those of them whose last attempt failed.
    pub failing: i64,
    /// Deliveries that wait for another one.
    pub blocked: i64,
    /// Deliveries that wait for a person.
    pub waiting: i64,
    /// Attempts that ended since the moment asked for.
    pub attempts: i64,
    /// Those of them that failed.
    pub failures: i64,
    /// How long they took on average, in microseconds.
    pub average_micros: i64,
}

impl Store {
    /// Orders within reach by the day on which they were handed in. `days`: when each day begins, ascending; the last one has no end.
    pub async fn orders_by_day(&self, reach: &Reach, days: &[Instant]) -> Result<Vec<OrderCount>, StoreError> {
        let Some(first) = days.first() else { return Ok(Vec::new()) };
        let mut sql = Sql::new(
            "SELECT day, state, currency, sale, COUNT(*), CAST(COALESCE(SUM(gross), 0) AS BIGINT) FROM (SELECT CASE",
        );
        for (day, begins) in days.iter().enumerate().rev() {
            let day = i64::try_from(day).unwrap_or_default();
            sql = sql.push_bind(" WHEN received_at >= ", *begins).push_bind(" THEN CAST(", day).push(" AS BIGINT)");
        }
        let sql = sql
            .push(" END AS day, state, currency, kind = 'sale' AS sale, gross FROM orders")
            .push_bind(" WHERE received_at >= ", *first);
        let sql = store_within(sql, "store", reach)
            .push(") AS recent GROUP BY day, state, currency, sale ORDER BY day, state, currency, sale");
        let rows = self.database.all(sql).await?;
        let counted = rows.into_iter().map(|mut row| {
            Ok(OrderCount {
                day: usize::try_from(row.take::<i64>()?).unwrap_or_default(),
                state: row.take()?,
                currency: row.take()?,
                sale: row.take()?,
                count: row.take()?,
                gross: row.take()?,
            })
        });
        Ok(counted.collect::<Result<_, Fault>>()?)
    }

    /// Open holds within reach by their code, the most first.
    pub async fn hold_counts(&self, reach: &Reach) -> Result<Vec<HoldCount>, StoreError> {
        let sql = Sql::new("SELECT code, kind, COUNT(*), MIN(opened_at) FROM holds WHERE released_at IS NULL");
        let sql = order_within(sql, "order_id", reach).push(" GROUP BY code, kind ORDER BY COUNT(*) DESC, code, kind");
        let rows = self.database.all(sql).await?;
        let counted = rows.into_iter().map(|mut row| {
            Ok(HoldCount { code: row.take()?, kind: row.take()?, count: row.take()?, oldest: Instant(row.take()?) })
        });
        Ok(counted.collect::<Result<_, Fault>>()?)
    }

    /// What connections have to do for orders within reach, and how their attempts since `since` went; by their names.
    pub async fn traffic(&self, reach: &Reach, since: Instant) -> Result<Vec<Traffic>, StoreError> {
        let sql = Sql::new(
            "SELECT connection, SUM(pending), SUM(failing), SUM(blocked), SUM(waiting), SUM(attempts), SUM(failed), \
             CAST(SUM(micros) / CASE WHEN SUM(attempts) = 0 THEN 1 ELSE SUM(attempts) END AS BIGINT) FROM (\
             SELECT connection, CASE WHEN state = 'pending' THEN 1 ELSE 0 END AS pending, \
             CASE WHEN state = 'pending' AND failures > 0 THEN 1 ELSE 0 END AS failing, \
             CASE WHEN state = 'blocked' THEN 1 ELSE 0 END AS blocked, CASE WHEN state = 'waiting' THEN 1 ELSE 0 END AS waiting, \
             0 AS attempts, 0 AS failed, 0 AS micros FROM deliveries WHERE state IN ('pending', 'blocked', 'waiting')",
        );
        let sql = order_within(sql, "order_id", reach)
            .push(
                " UNION ALL SELECT deliveries.connection, 0, 0, 0, 0, 1, CASE WHEN failure IS NULL THEN 0 ELSE 1 END, \
                 ended_at - started_at FROM attempts JOIN deliveries ON deliveries.id = attempts.delivery_id",
            )
            .push_bind(" WHERE ended_at >= ", since);
        let sql =
            order_within(sql, "deliveries.order_id", reach).push(") AS work GROUP BY connection ORDER BY connection");
        let rows = self.database.all(sql).await?;
        let counted = rows.into_iter().map(|mut row| {
            Ok(Traffic {
                connection: row.take()?,
                pending: row.take()?,
                failing: row.take()?,
                blocked: row.take()?,
                waiting: row.take()?,
                attempts: row.take()?,
                failures: row.take()?,
                average_micros: row.take()?,
            })
        });
        Ok(counted.collect::<Result<_, Fault>>()?)
    }
}

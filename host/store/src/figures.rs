//! Figures of plugin calls, by the hour.

use std::collections::BTreeMap;

use mortise_domain::figure::{Cell, Tally};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::{Sql, Value, transact};
use crate::fault::Fault;

impl Store {
    /// Adds to what is counted already; each node adds its own.
    pub async fn add_figures(&self, figures: &BTreeMap<Cell, Tally>) -> Result<(), StoreError> {
        if figures.is_empty() {
            return Ok(());
        }
        let row = |(cell, tally): (&Cell, &Tally)| -> [Value; 7] {
            [
                (&cell.connection).into(),
                (&cell.function).into(),
                cell.hour.into(),
                (&cell.outcome).into(),
                cell.bucket.into(),
                tally.calls.into(),
                tally.micros.into(),
            ]
        };
        let rows: Vec<[Value; 7]> = figures.iter().map(row).collect();
        let head = "INSERT INTO call_figures (connection, function, hour, outcome, bucket, calls, micros)";
        let tail = "ON CONFLICT (connection, hour, function, outcome, bucket) DO UPDATE SET \
                    calls = call_figures.calls + excluded.calls, micros = call_figures.micros + excluded.micros";
        transact!(self.database, tx => tx.insert(head, rows.clone(), tail))?;
        Ok(())
    }

    /// What is counted of a connection in these hours.
    pub async fn figures(
        &self,
        connection: &str,
        since: Instant,
        until: Instant,
    ) -> Result<BTreeMap<Cell, Tally>, StoreError> {
        let sql = "SELECT function, hour, outcome, bucket, calls, micros FROM call_figures \
                   WHERE connection = $1 AND hour >= $2 AND hour < $3";
        let rows = self.database.all(Sql::new(sql).bind(connection).bind(since).bind(until)).await?;
        let read = |mut row: crate::database::Row| {
            let cell = Cell {
                connection: connection.to_owned(),
                function: row.take()?,
                hour: row.take()?,
                outcome: row.take()?,
                bucket: row.take()?,
            };
            Ok((cell, Tally { calls: row.take()?, micros: row.take()? }))
        };
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }

    /// Removes figures of hours before then, at most `limit` at a time, and says how many.
    pub async fn expire_figures(&self, before: Instant, limit: u32) -> Result<u64, StoreError> {
        let sql = "DELETE FROM call_figures WHERE (connection, hour, function, outcome, bucket) IN \
                   (SELECT connection, hour, function, outcome, bucket FROM call_figures WHERE hour < $1 \
                   ORDER BY hour LIMIT $2)";
        Ok(self.database.execute(Sql::new(sql).bind(before).bind(limit)).await?)
    }
}

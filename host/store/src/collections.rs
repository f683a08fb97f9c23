//! What comes in of what is due, by region and month.

use mortise_domain::collection::Collection;
use mortise_domain::ports::StoreError;
use mortise_domain::reasons::CREDIT_FROZEN;

use crate::Store;
use crate::database::{Row, Sql, Value, transact};
use crate::fault::Fault;

impl Store {
    /// Adds months or replaces them. Orders that are held because a region collected too little are judged again.
    pub async fn put_collections(&self, collections: &[Collection], actor: &str) -> Result<(), StoreError> {
        let now = self.now();
        let row = |one: &Collection| -> [Value; 6] {
            let Collection { region, month, due, collected } = one;
            [region.into(), month.into(), (*due).into(), (*collected).into(), actor.into(), now.into()]
        };
        let distinct = super::catalog::distinct(collections, |one| (&one.region, &one.month));
        let rows: Vec<[Value; 6]> = distinct.into_iter().map(row).collect();
        let head = "INSERT INTO collections (region, month, due, collected, entered_by, entered_at)";
        let tail = "ON CONFLICT (region, month) DO UPDATE SET due = excluded.due, collected = excluded.collected, \
                    entered_by = excluded.entered_by, entered_at = excluded.entered_at";
        let sql = "UPDATE orders SET evaluate_at = $1 WHERE state = 'held' AND id IN \
                   (SELECT order_id FROM holds WHERE code = $2 AND released_at IS NULL)";
        transact!(self.database, tx => async {
            tx.insert(head, rows.clone(), tail).await?;
            tx.execute(Sql::new(sql).bind(now).bind(CREDIT_FROZEN)).await
        })?;
        Ok(())
    }

    /// The last months of every region, newest first.
    pub async fn collections(&self) -> Result<Vec<Collection>, StoreError> {
        let sql = "SELECT region, month, due, collected FROM collections ORDER BY month DESC, region LIMIT 1000";
        let rows = self.database.all(Sql::new(sql)).await?;
        let read = |mut row: Row| {
            Ok(Collection { region: row.take()?, month: row.take()?, due: row.take()?, collected: row.take()? })
        };
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }
}

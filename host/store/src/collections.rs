//! What comes in of what is due, by region and month.

use std::collections::BTreeSet;

use mortise_domain::collection::Collection;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::reasons::CREDIT_FROZEN;

use crate::Store;
use crate::database::{Row, Sql, Tx, Value, transact};
use crate::fault::Fault;

/// Orders of these regions that are held for it are due. So are those that are being judged: what they are judged by is of before,
/// and their version rises, so that it is not written.
async fn judge_again(tx: &mut Tx, regions: &BTreeSet<&str>, now: Instant) -> Result<(), Fault> {
    let sql = "UPDATE orders SET version = version + 1, evaluate_at = $1 WHERE state IN ('received', 'held') AND \
               (evaluate_at < 9223372036854775807 OR id IN (SELECT order_id FROM holds WHERE code = $2 \
               AND released_at IS NULL)) AND store IN (SELECT code FROM stores WHERE region IN ";
    let sql = Sql::new(sql).bind(now).bind(CREDIT_FROZEN).list(regions.iter().copied()).push(")");
    tx.execute(sql).await?;
    Ok(())
}

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
        let regions: BTreeSet<&str> = collections.iter().map(|one| one.region.as_str()).collect();
        transact!(self.database, tx => async {
            tx.insert(head, rows.clone(), tail).await?;
            judge_again(tx, &regions, now).await
        })?;
        Ok(())
    }

    /// Removes a month of a region. The one before it decides then.
    pub async fn delete_collection(&self, region: &str, month: &str) -> Result<(), StoreError> {
        let now = self.now();
        transact!(self.database, tx => async {
            let sql = Sql::new("DELETE FROM collections WHERE region = $1 AND month = $2").bind(region).bind(month);
            if tx.execute(sql).await? == 0 {
                return Err(StoreError::NotFound(format!("month {month} of the region {region}")).into());
            }
            judge_again(tx, &BTreeSet::from([region]), now).await
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

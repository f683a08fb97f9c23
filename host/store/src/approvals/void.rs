//! Approvals that nobody needs to decide any more.

use mortise_domain::instant::Instant;

use crate::database::{Sql, Tx};
use crate::fault::Fault;

/// Ends the open approvals of these holds, whose rows were released otherwise.
pub(crate) async fn of_holds(tx: &mut Tx, holds: Vec<i64>, at: Instant) -> Result<(), Fault> {
    if holds.is_empty() {
        return Ok(());
    }
    let sql = Sql::new("UPDATE approvals SET state = 'void', closed_at = $1 WHERE state = 'open' AND hold_id IN ");
    let ended = tx.all(sql.bind(at).list(holds).push(" RETURNING id")).await?;
    let ended = ended.into_iter().map(|mut row| row.take()).collect::<Result<Vec<i64>, Fault>>()?;
    if ended.is_empty() {
        return Ok(());
    }
    let sql = Sql::new("UPDATE approval_steps SET state = 'void' WHERE state = 'waiting' AND approval_id IN ");
    tx.execute(sql.list(ended.clone())).await?;
    tx.execute(Sql::new("DELETE FROM approval_timers WHERE approval_id IN ").list(ended)).await?;
    Ok(())
}

//! A decision of a person about one step, with all that follows from it, in one transaction.

use mortise_domain::approval::{Approval, Refusal, StepState};
use mortise_domain::ids::ApprovalId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::text::Text;
use mortise_domain::timeline::Entry;
use serde_json::json;

use super::read::locked;
use crate::Store;
use crate::database::{Sql, Tx, json_text, transact};
use crate::fault::Fault;
use crate::orders::holds;
use crate::orders::restored::{Supply, take_back};
use crate::timeline::Entries;

/// What a person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalDecision {
    /// The approval.
    pub approval: ApprovalId,
    /// Do they agree? Otherwise the order is rejected.
    pub agrees: bool,
    /// Who: `user:<name>`, or a token's name.
    pub actor: String,
    /// The person behind; the same one does not agree twice.
    pub person: String,
    /// Why; never empty where they refuse.
    pub note: String,
    /// By which way: `api` or `link`.
    pub by_way: &'static str,
    /// When.
    pub at: Instant,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalDecided {
    /// Others have yet to agree.
    Waits,
    /// All have agreed; the hold is released.
    Released,
    /// The order is rejected.
    Rejected,
}

impl Store {
    /// Decides one step. `choose` finds it, looking at the approval and the number of the order's files under lock; it may be
    /// called more than once.
    pub async fn decide_approval(
        &self,
        decision: &ApprovalDecision,
        choose: impl Fn(&Approval, usize) -> Result<u32, Refusal> + Sync,
    ) -> Result<Result<ApprovalDecided, Refusal>, StoreError> {
        let supply = Supply::take(self, 0).await?;
        Ok(transact!(self.database, tx => decide(tx, decision, &choose, supply.clone()))?)
    }
}

async fn decide(
    tx: &mut Tx,
    decision: &ApprovalDecision,
    choose: &(impl Fn(&Approval, usize) -> Result<u32, Refusal> + Sync),
    mut supply: Supply,
) -> Result<Result<ApprovalDecided, Refusal>, Fault> {
    let approval = locked(tx, decision.approval).await?;
    let approval = approval.ok_or_else(|| StoreError::NotFound(format!("approval {}", decision.approval)))?;
    let sql = Sql::new("SELECT id, name FROM attachments WHERE order_id = $1 ORDER BY id").bind(approval.order.0);
    let files = tx.all(sql).await?;
    let files = files
        .into_iter()
        .map(|mut row| Ok((row.take()?, row.take()?)))
        .collect::<Result<Vec<(i64, String)>, Fault>>()?;
    let step = match choose(&approval, files.len()) {
        Ok(step) => step,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let state = if decision.agrees { StepState::Approved } else { StepState::Rejected };
    let sql = "UPDATE approval_steps SET state = $3, decided_at = $4, decided_by = $5, note = $6 \
               WHERE approval_id = $1 AND number = $2";
    let sql = Sql::new(sql).bind(approval.id.0).bind(step).bind(state.name()).bind(decision.at).bind(&decision.person);
    tx.execute(sql.bind(&decision.note)).await?;
    let mut entries = Entries::default();
    let approver = approval.step(step).map(|step| step.approver.to_string());
    let event = if decision.agrees { "approval.approved" } else { "approval.rejected" };
    let data = json!({
        "approval": approval.id, "code": approval.code, "step": step, "approver": approver, "note": decision.note,
        "by": decision.by_way, "files": files.iter().map(|(id, _)| id).collect::<Vec<_>>(),
    });
    entries.push_order(&mut supply.entries, approval.order, &[Entry::by(&decision.actor, decision.at, event, data)])?;
    let waits = approval.steps.iter().any(|one| one.number != step && one.state == StepState::Waiting);
    let decided = if !decision.agrees {
        reject(tx, &approval, decision, (&mut supply, &mut entries)).await?;
        ApprovalDecided::Rejected
    } else if waits {
        let sql = Sql::new("DELETE FROM approval_timers WHERE approval_id = $1 AND step = $2");
        tx.execute(sql.bind(approval.id.0).bind(step)).await?;
        ApprovalDecided::Waits
    } else {
        close(tx, &approval, "approved", decision.at).await?;
        let released = (decision.actor.as_str(), decision.note.as_str());
        let to = (&mut supply.entries, &mut entries);
        holds::release_locked(tx, (approval.hold, approval.order), released, decision.at, to).await?;
        ApprovalDecided::Released
    };
    entries.write(tx).await?;
    Ok(Ok(decided))
}

async fn close(tx: &mut Tx, approval: &Approval, state: &'static str, at: Instant) -> Result<(), Fault> {
    let sql = Sql::new("UPDATE approvals SET state = $2, closed_at = $3 WHERE id = $1");
    tx.execute(sql.bind(approval.id.0).bind(state).bind(at)).await?;
    let sql = Sql::new("UPDATE approval_steps SET state = 'void' WHERE approval_id = $1 AND state = 'waiting'");
    tx.execute(sql.bind(approval.id.0)).await?;
    tx.execute(Sql::new("DELETE FROM approval_timers WHERE approval_id = $1").bind(approval.id.0)).await?;
    Ok(())
}

/// The order is rejected; whatever else it waited for is of no use any more.
async fn reject(
    tx: &mut Tx,
    approval: &Approval,
    decision: &ApprovalDecision,
    (supply, entries): (&mut Supply, &mut Entries),
) -> Result<(), Fault> {
    let ApprovalDecision { actor, note, at, .. } = decision;
    let title = &approval.terms.title;
    let reason = Text::new(
        format!("审批“{}”未通过（{actor}）：{note}", title.zh),
        format!("not approved ({}) by {actor}: {note}", title.en),
    );
    let sql = "UPDATE orders SET version = version + 1, state = 'rejected', evaluate_at = 9223372036854775807, \
               decided_at = $2, reject_reason = $3 WHERE id = $1 AND state = 'held' RETURNING id";
    let sql = Sql::new(sql).bind(approval.order.0).bind(*at).bind(json_text(&reason)?);
    if tx.first(sql).await?.is_none() {
        let text = format!("the order {} is not held any more", approval.order_number);
        return Err(StoreError::Conflict(text).into());
    }
    close(tx, approval, "rejected", *at).await?;
    let sql = "UPDATE holds SET released_at = $2, released_by = $3, note = $4 \
               WHERE order_id = $1 AND released_at IS NULL RETURNING id";
    let sql = Sql::new(sql).bind(approval.order.0).bind(*at).bind(actor).bind(note);
    let holds = tx.all(sql).await?.into_iter().map(|mut row| row.take()).collect::<Result<Vec<i64>, Fault>>()?;
    super::void_of_holds(tx, holds, *at).await?;
    let data = json!({ "reason": reason, "approval": approval.id });
    entries.push_order(&mut supply.entries, approval.order, &[Entry::by(actor, *at, "order.rejected", data)])?;
    let order = (approval.order, approval.order_number.as_str());
    take_back(tx, order, (&reason, *at), (supply, entries)).await.map(drop)
}

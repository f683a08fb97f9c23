//! Approval routes tried on past orders: who would have been asked about their holds.

use mortise_domain::approval::{ApprovalRoutes, Scene, Terms};
use mortise_domain::decimal::Decimal;
use mortise_domain::exchange::Exchange;
use mortise_domain::hold::Hold;
use mortise_domain::money::minor_digits;
use mortise_domain::ports::StoreError;
use mortise_store::PastOrder;

use super::compare::{Judgement, TrialResult};
use crate::app::App;

/// Counts an order.
pub async fn add(
    app: &App,
    result: &mut TrialResult,
    past: &PastOrder,
    new: &ApprovalRoutes,
) -> Result<(), StoreError> {
    let holds = app.store.holds(past.id).await?;
    let company = app.store.company().await?.currency;
    let order = &past.order;
    let exchange = Exchange { company: &company, order: &order.currency, rate: order.exchange_rate };
    let gross = exchange.to_company(order.totals.gross).ok();
    let gross = gross.and_then(|gross| Decimal::new(gross, minor_digits(&company)).ok());
    let scene = Scene { gross, store: &order.store, region: &order.region };
    let was = judgement(&holds, |hold| hold.reason.approval.clone());
    let now = judgement(&holds, |hold| new.terms(&hold.reason, scene));
    let why = holds.first().map(|hold| hold.reason.text.clone());
    result.compare(past, was, now, why);
    Ok(())
}

fn judgement(holds: &[Hold], terms: impl Fn(&Hold) -> Option<Terms>) -> Judgement {
    let mut rules = Vec::new();
    for hold in holds {
        if let Some(terms) = terms(hold) {
            let asked = terms.approvers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ");
            rules.push(format!("{}: {asked}", hold.reason.code));
        }
    }
    rules.sort_unstable();
    rules.dedup();
    Judgement { outcome: if rules.is_empty() { "none" } else { "approval" }.to_owned(), rules }
}

//! A draft tried on past orders: each is judged by it in the sandbox, as it was judged then, and the two are compared. Bounded in
//! orders and time; its progress is kept in the store.

mod compare;
mod routes;

use std::time::Duration;

use mortise_domain::call::{Answer, Request};
use mortise_domain::connection::Connection;
use mortise_domain::exchange::Exchange;
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::policy::{Credit, Verdict};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::Orders as _;
use mortise_domain::ports::plugins::Plugins as _;
use mortise_domain::rules::TrialState;
use mortise_domain::text::Text;
use mortise_pipeline::{MOST_RECENT, RECENT, past_facts};
use mortise_runtime::Registry;
use mortise_store::PastOrder;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::RuleSet;
use crate::api::problem::Problem;
use crate::app::{App, Shared};
use crate::calls::context;
use crate::connections::BringUpError;

pub use compare::{Difference, Judgement, Tally, TrialResult};

/// Most orders of one trial.
pub const MOST_ORDERS: u32 = 2_000;
/// Orders between two notes of progress.
const PAGE: u32 = 50;
/// How long a trial may take.
const LONGEST: Duration = Duration::from_mins(10);
/// A trial that has not gone on for so long has died with its server.
pub const SILENT: Duration = Duration::from_mins(2);
/// Trials at the same time on one node.
pub const AT_ONCE: usize = 2;

/// Which orders are tried.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Received since then.
    pub since: Instant,
    /// At most so many, those received last.
    pub most: u32,
}

/// What judges.
enum Judge {
    Rules { connection: Box<Connection>, registry: Arc<Registry> },
    Routes(mortise_domain::approval::ApprovalRoutes),
}

/// Begins a trial of this content and answers its id; it goes on in the background.
pub async fn begin(
    app: &Shared,
    set: &RuleSet,
    (version, content): (i64, &Value),
    scope: Scope,
    actor: &str,
) -> Result<i64, Problem> {
    let permit = Arc::clone(&app.trials).try_acquire_owned().map_err(|_| {
        Problem::conflict(format!("{AT_ONCE} trials run on this node already."))
            .remedy("Wait for one to end, or stop it.")
    })?;
    let judge = match set {
        RuleSet::Routes => Judge::Routes(
            serde_json::from_value(content.clone()).map_err(|error| Problem::field("content", error.to_string()))?,
        ),
        RuleSet::Connection(connection, ..) => {
            let draft = Connection { settings: content.clone(), enabled: true, ..(**connection).clone() };
            let registry = app.connections.apart(&draft).await.map_err(|error| match error {
                BringUpError::Store(error) => error.into(),
                error => Problem::field("content", error.text().en).text(error.text()),
            })?;
            Judge::Rules { connection: Box::new(draft), registry }
        }
    };
    let total = app.store.count_past_orders(scope.since, scope.most).await?;
    let id = app.store.begin_trial(set.name(), version, total, actor).await?;
    let app = Arc::clone(app);
    tokio::spawn(async move { run(&app, id, judge, scope, permit).await });
    Ok(id)
}

/// For a trial each.
pub fn permits() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(AT_ONCE))
}

async fn run(app: &App, id: i64, judge: Judge, scope: Scope, _permit: OwnedSemaphorePermit) {
    let mut result = TrialResult::default();
    let mut done = 0;
    let worked = tokio::time::timeout(LONGEST, work(app, id, &judge, scope, (&mut result, &mut done))).await;
    let state = match worked {
        Ok(Ok(state)) => state,
        Ok(Err(error)) => {
            result.fault = Some(Text::same(error.to_string()));
            TrialState::Failed
        }
        Err(_) => {
            let minutes = LONGEST.as_secs() / 60;
            result.fault = Some(Text::new(
                format!("试算超过 {minutes} 分钟，已停止；请减少订单数"),
                format!("it took longer than {minutes} minutes and was stopped: try fewer orders"),
            ));
            TrialState::Failed
        }
    };
    if let Err(error) = app.store.note_trial(id, state, done, &json!(result)).await {
        tracing::warn!(%error, trial = id, "the outcome of a trial could not be kept");
    }
}

async fn work(
    app: &App,
    id: i64,
    judge: &Judge,
    scope: Scope,
    (result, done): (&mut TrialResult, &mut i64),
) -> Result<TrialState, StoreError> {
    let mut after: Option<(Instant, OrderId)> = None;
    let mut left = scope.most;
    while left > 0 {
        let (orders, last) = app.store.past_orders(scope.since, after, left.min(PAGE)).await?;
        let Some(last) = last else { break };
        left = left.saturating_sub(PAGE);
        after = Some(last);
        for past in &orders {
            match judge {
                Judge::Rules { connection, registry } => {
                    let now = rejudge(app, connection, registry, past).await?;
                    result.add(past, compare::then(past, &connection.name), now);
                }
                Judge::Routes(new) => routes::add(app, result, past, new).await?,
            }
            *done += 1;
        }
        if !app.store.note_trial(id, TrialState::Running, *done, &json!(result)).await? {
            return Ok(TrialState::Stopped);
        }
    }
    Ok(TrialState::Done)
}

/// What the draft says about a past order.
async fn rejudge(
    app: &App,
    connection: &Connection,
    registry: &Registry,
    past: &PastOrder,
) -> Result<Result<Vec<Verdict>, Text>, StoreError> {
    let customer = &past.order.customer.code;
    let recent = app.store.recent(customer, past.placed_at, RECENT, Some(past.id), MOST_RECENT).await?;
    let credit = credit_then(past);
    let facts = past_facts(&past.order, &past.evaluation, credit, recent, past.attachments.clone());
    let called = registry.call(&connection.name, Request::Judge { facts: Box::new(facts) }, context(app)).await;
    Ok(match called.result {
        Ok(Answer::Verdicts(said)) => Ok(said),
        Ok(_) => Err(Text::new("应答不符合约定", "the answer is none of the contract")),
        Err(failure) => Err(failure.text()),
    })
}

/// The customer's credit as it was counted then, in the order's currency.
fn credit_then(past: &PastOrder) -> Credit {
    let step = past.evaluation.steps.iter().find(|step| step.step == "credit");
    let told = |name: &str| step.and_then(|step| step.answer.get(name));
    let currency = told("currency").and_then(Value::as_str).unwrap_or(&past.order.currency);
    let exchange = Exchange { company: currency, order: &past.order.currency, rate: past.order.exchange_rate };
    let of = |name: &str| told(name).and_then(Value::as_i64).and_then(|amount| exchange.to_order(amount).ok());
    Credit { limit: of("limit"), open: of("open").unwrap_or_default() }
}

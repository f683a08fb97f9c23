//! What is wrong with rules: by their schema, then by the plugin itself in the sandbox.

use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::call::{Answer, Request};
use mortise_domain::connection::Connection;
use mortise_domain::failure::Failure;
use mortise_domain::manifest::Manifest;
use mortise_domain::policy::{Outcome, Verdict};
use mortise_domain::ports::plugins::Plugins as _;
use mortise_domain::rules::RuleFault;
use mortise_domain::text::{Text, attribute};
use mortise_runtime::{LoadError, settle_settings};
use serde_json::Value;

use super::{RuleSet, sample};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::calls::context;
use crate::connections::BringUpError;

/// All that is wrong with this content.
pub async fn check(app: &Shared, set: &RuleSet, content: &Value) -> Result<Vec<RuleFault>, Problem> {
    match set {
        RuleSet::Routes => Ok(routes(content)),
        RuleSet::Connection(connection, manifest, _) => settings(app, connection, manifest, content).await,
    }
}

fn fault(field: impl Into<String>, message: Text) -> RuleFault {
    let field = field.into();
    let field = field.strip_prefix("settings.").map(ToOwned::to_owned).unwrap_or(field);
    RuleFault { field, line: None, column: None, prevents: true, message }
}

fn routes(content: &Value) -> Vec<RuleFault> {
    match serde_path_to_error::deserialize::<_, ApprovalRoutes>(content) {
        Ok(routes) => routes.faults().into_iter().map(|wrong| fault(wrong.field, Text::same(wrong.message))).collect(),
        Err(error) => vec![fault(error.path().to_string(), Text::same(error.inner().to_string()))],
    }
}

async fn settings(
    app: &Shared,
    connection: &Connection,
    manifest: &Manifest,
    content: &Value,
) -> Result<Vec<RuleFault>, Problem> {
    let (of, given) = (manifest.clone(), content.clone());
    let settled = tokio::task::spawn_blocking(move || settle_settings(&of, &given).map(drop)).await;
    match settled.map_err(|_| Problem::internal())? {
        Ok(()) => {}
        Err(LoadError::Settings { faults }) => {
            return Ok(faults.into_iter().map(|wrong| fault(wrong.field, Text::same(wrong.message))).collect());
        }
        Err(other) => return Ok(vec![fault("", other.text())]),
    }
    let draft = Connection { settings: content.clone(), enabled: true, ..connection.clone() };
    let registry = match app.connections.apart(&draft).await {
        Ok(registry) => registry,
        Err(BringUpError::Store(error)) => return Err(error.into()),
        Err(error) => return Ok(vec![fault("", error.text())]),
    };
    let currency = app.store.company().await?.currency;
    let facts = sample::facts(app.now(), &currency, true).ok_or_else(Problem::internal)?;
    let request = Request::Judge { facts: Box::new(facts) };
    let called = registry.call(&draft.name, request, context(app)).await;
    Ok(match called.result {
        Ok(Answer::Verdicts(said)) => said.into_iter().filter_map(told).collect(),
        Ok(_) => Vec::new(),
        Err(Failure::Invalid { field, reason }) => vec![fault(field, reason)],
        Err(failure) => vec![fault("", failure.text())],
    })
}

/// A mistake that the plugin tells. A plugin that knows nothing of checks judges the sample; its verdicts name no field.
fn told(verdict: Verdict) -> Option<RuleFault> {
    let of = |name: &str| attribute(&verdict.attributes, name);
    let (line, column) = (of("line").and_then(|at| at.parse().ok()), of("column").and_then(|at| at.parse().ok()));
    let (field, prevents) = (of("field")?.to_owned(), of("prevents") != Some("false"));
    let (Outcome::Flag { text } | Outcome::Block { text }) = verdict.outcome else { return None };
    Some(RuleFault { line, column, prevents, ..fault(field, text) })
}

//! Policies: every rule set that serves the order judges it, all at the same time.

use std::time::Duration;

use futures::future::join_all;
use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::connection::{Connection, FailureMode};
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::policy::{Credit, Facts, Outcome, Verdict};
use mortise_domain::ports::StoreError;
use mortise_domain::reasons;
use serde_json::json;

use super::{Evaluator, Findings, Notes};
use crate::calls::nonsense;

/// How far back rules see a customer's orders.
const RECENT: Duration = Duration::from_hours(7 * 24);
/// How many of them.
const MOST_RECENT: u32 = 100;

impl Evaluator<'_> {
    /// What the rules say about the priced order.
    pub(super) async fn policy(&self, findings: &Findings) -> Result<(Vec<Verdict>, Notes), StoreError> {
        let mut notes = Notes::default();
        let policies = self.inner.calls.plugins.serving(Interface::OrderPolicy, self.key());
        if policies.is_empty() {
            return Ok((Vec::new(), notes));
        }
        let facts = self.facts(findings).await?;
        let asked = policies.iter().map(|connection| {
            let request = Request::Judge { facts: Box::new(facts.clone()) };
            let read = |answer| match answer {
                Answer::Verdicts(said) => Ok(said),
                _ => Err(nonsense("judge")),
            };
            self.inner.calls.ask(connection, request, self.trace, read)
        });
        let mut verdicts = Vec::new();
        for (connection, asked) in policies.iter().zip(join_all(asked).await) {
            let brief = |said: &Vec<Verdict>| said.iter().map(brief).collect::<Vec<_>>().into();
            notes.record("policy", &connection.name, &asked.record, asked.result.as_ref().map(brief));
            match asked.result {
                Ok(said) => verdicts.extend(said),
                Err(failure) => without_judgement(connection, &failure, asked.again_at, &mut notes),
            }
        }
        for verdict in &verdicts {
            match &verdict.outcome {
                Outcome::Allow => {}
                Outcome::Flag { text } => notes.flags.push(text.clone()),
                Outcome::Hold { .. } => notes.reasons.extend(reasons::by_rule(verdict)),
                Outcome::Block { text } => notes.reject(text.clone()),
            }
        }
        Ok((verdicts, notes))
    }

    async fn facts(&self, findings: &Findings) -> Result<Facts, StoreError> {
        let since = self.case.placed_at.before(RECENT);
        let recent = self.inner.orders.recent(&self.draft.customer.code, since, self.case.id, MOST_RECENT).await?;
        Ok(Facts {
            order: self.draft.clone(),
            credit: findings.credit.unwrap_or(Credit { limit: None, open: 0 }),
            located: findings.evaluation.located.clone(),
            recent,
            attachments: self.case.attachments.to_vec(),
            attributes: Vec::new(),
        })
    }
}

fn without_judgement(connection: &Connection, failure: &Failure, again_at: Instant, notes: &mut Notes) {
    let name = &connection.name;
    match failure {
        Failure::Rejected { reason } => notes.reject(reason.clone()),
        failure if !failure.is_passing() => notes.hold(reasons::refused("policy-refused", name, failure)),
        failure if connection.failure_mode == FailureMode::Degrade => {
            let why = failure.text();
            notes.flag(
                format!("规则 {name} 未执行：{}", why.zh),
                format!("the rules of {name} were skipped: {}", why.en),
            );
        }
        failure => notes.wait(reasons::unavailable("policy", name, failure), again_at),
    }
}

fn brief(verdict: &Verdict) -> serde_json::Value {
    let outcome = match verdict.outcome {
        Outcome::Allow => "allow",
        Outcome::Flag { .. } => "flag",
        Outcome::Hold { .. } => "hold",
        Outcome::Block { .. } => "block",
    };
    json!({ "rule": verdict.rule, "outcome": outcome })
}

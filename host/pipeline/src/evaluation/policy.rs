//! Policies: every rule set that serves the order judges it, all at the same time.

use std::time::Duration;

use futures::future::join_all;
use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::connection::{Connection, FailureMode};
use mortise_domain::evaluation::Evaluation;
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::order::{Order, RecentOrder};
use mortise_domain::policy::{Credit, Facts, Outcome, Verdict};
use mortise_domain::ports::StoreError;
use mortise_domain::pricing::largest_discount;
use mortise_domain::reasons;
use serde_json::json;

use super::{Evaluator, Findings, Notes};
use crate::calls::nonsense;

const RECENT_HOURS: u64 = 7 * 24;
/// For how long before and after an order rules see the customer's other orders.
pub const RECENT: Duration = Duration::from_hours(RECENT_HOURS);
/// How many of each side, those nearest to it.
pub const MOST_RECENT: u32 = 400;

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
        let (customer, placed_at) = (&self.draft.customer.code, self.case.placed_at);
        let recent = self.inner.orders.recent(customer, placed_at, RECENT, self.case.id, MOST_RECENT).await?;
        let credit = findings.credit.unwrap_or(Credit { limit: None, open: 0 });
        Ok(past_facts(self.draft, &findings.evaluation, credit, recent, self.case.attachments.to_vec()))
    }
}

/// What rules are told of an order that was judged like this. `credit`: in the order's currency.
pub fn past_facts(
    order: &Order,
    evaluation: &Evaluation,
    credit: Credit,
    recent: Vec<RecentOrder>,
    attachments: Vec<String>,
) -> Facts {
    let hours = complete_hours(&recent, order.placed_at).to_string();
    let discount = largest_discount(&evaluation.prices).to_string();
    Facts {
        order: order.clone(),
        credit,
        located: evaluation.located.clone(),
        recent,
        attachments,
        attributes: vec![("recent-hours".to_owned(), hours), ("discount".to_owned(), discount)],
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

/// For how many whole hours before and after the order nothing is missing from the list, newest first, although it holds only so
/// many of each side.
fn complete_hours(recent: &[RecentOrder], placed_at: Instant) -> u64 {
    let most = MOST_RECENT as usize;
    let (later, earlier) = recent.split_at(recent.partition_point(|order| order.placed_at > placed_at));
    let full = |side: &[RecentOrder]| side.len() >= most;
    let reach = [
        later.first().filter(|_| full(later)).map(|last| last.placed_at.since(placed_at)),
        earlier.last().filter(|_| full(earlier)).map(|first| placed_at.since(first.placed_at)),
    ];
    let reach = reach.into_iter().flatten().min();
    reach.map_or(RECENT_HOURS, |reach| (reach.as_secs() / 3_600).min(RECENT_HOURS))
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

#[cfg(test)]
mod tests {
    use mortise_domain::ids::OrderId;
    use mortise_domain::order::OrderState;

    use super::*;

    const NOW: Instant = Instant(1_769_846_400_000_000);

    fn placed(at: Instant) -> RecentOrder {
        RecentOrder {
            id: OrderId(1),
            number: String::new(),
            placed_at: at,
            state: OrderState::Received,
            gross: 0,
            skus: Vec::new(),
        }
    }

    #[test]
    fn a_list_that_is_cut_off_says_how_far_it_reaches() {
        let minutes = |count: u64, each: u64| (1..=count).map(move |at| Duration::from_mins(at * each));
        let full = u64::from(MOST_RECENT);
        let list = |later: u64, earlier: u64, each: u64| {
            let mut all: Vec<_> = minutes(later, each).map(|by| placed(NOW.after(by))).collect();
            all.reverse();
            all.extend(minutes(earlier, each).map(|by| placed(NOW.before(by))));
            complete_hours(&all, NOW)
        };
        assert_eq!(list(0, 0, 1), 168);
        assert_eq!(list(0, full - 1, 1), 168, "all that there are");
        assert_eq!(list(0, full, 1), 6, "400 minutes");
        assert_eq!(list(full, 3, 2), 13);
        assert_eq!(list(full, full, 60), 168);
    }
}

//! Timers of leads: what happens when nothing happens. Each goes off once, at its time, and not where its reason is gone.

use std::time::Duration;

use mortise_domain::instant::Instant;
use mortise_domain::lead::rules::{TimerAction, TimerRule};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::leads::{Facts, Firing, Timer};
use mortise_domain::timeline::Entry;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::LeadWork;

/// Timers that are looked at together.
const AT_ONCE: u32 = 200;
/// How long the worker sleeps at most.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
/// How long it rests after the store failed.
const REST: Duration = Duration::from_secs(2);

/// Assignee of tasks for whoever leads a store; the store follows the colon.
const SUPERVISORS: &str = "supervisors:";

impl LeadWork {
    /// Works until the token is cancelled. What was begun then is complete, or is begun anew by the next worker.
    pub async fn run(&self, shutdown: CancellationToken) {
        loop {
            let pause = match self.work_once().await {
                Ok(0) => self.pause().await,
                Ok(_) => Duration::ZERO,
                Err(error) => {
                    tracing::warn!(%error, "the work on leads failed; it is tried again");
                    REST
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Works everything that is due now and answers when something is next due. For tests with a movable clock.
    pub async fn run_until_idle(&self) -> Result<Option<Instant>, StoreError> {
        while self.work_once().await? > 0 {}
        self.0.leads.next_lead_timer().await
    }

    async fn pause(&self) -> Duration {
        let next = self.0.leads.next_lead_timer().await.ok().flatten();
        next.map_or(LONGEST_SLEEP, |at| at.since(self.now()).min(LONGEST_SLEEP)).max(Duration::from_millis(50))
    }

    async fn work_once(&self) -> Result<usize, StoreError> {
        Ok(self.judge_changed().await? + self.fire_due().await? + self.assign_waiting().await?)
    }

    async fn fire_due(&self) -> Result<usize, StoreError> {
        let now = self.now();
        let due = self.0.leads.due_lead_timers(now, AT_ONCE).await?;
        let compiled = self.compiled().await?;
        let mut worked = 0;
        for timer in due {
            let facts = self.0.leads.lead_facts(&[timer.lead]).await?.into_iter().next();
            let standing = facts
                .as_ref()
                .and_then(|facts| compiled.stands(&timer, facts, &self.0.setting, now).map(|rule| (facts, rule)));
            match standing {
                Some((facts, rule)) => {
                    self.0.leads.fire_lead_timer(&firing(timer, facts, rule, now)).await?;
                }
                None => self.0.leads.stop_lead_timer(&timer, facts.map(|facts| facts.lead.version)).await?,
            }
            worked += 1;
        }
        Ok(worked)
    }
}

fn firing(timer: Timer, facts: &Facts, rule: &TimerRule, now: Instant) -> Firing {
    let TimerRule { code, title, action, .. } = rule;
    let both = format!("{} / {}", title.zh, title.en);
    let supervisors = format!("{SUPERVISORS}{}", facts.lead.store);
    let task = match action {
        TimerAction::Remind if facts.lead.owner.is_empty() => Some((both, supervisors)),
        TimerAction::Remind => Some((both, facts.lead.owner.clone())),
        TimerAction::Escalate => Some((both, supervisors)),
        TimerAction::Warn | TimerAction::Reassign => None,
    };
    let data = json!({
        "rule": code, "title": title, "action": action, "since": timer.since, "due_at": timer.due_at, "owner": facts.lead.owner,
    });
    Firing {
        timer,
        version: facts.lead.version,
        task,
        unassign: *action == TimerAction::Reassign,
        entry: Entry::host(now, "lead.timer", data),
    }
}

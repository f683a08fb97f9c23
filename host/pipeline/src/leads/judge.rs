//! Judgement: what the rules say about a lead as it is now: its grade, and the timers that run.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cel::Env;
use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::rules::{GradeRule, LeadRules, Since, TimerRule};
use mortise_domain::lead::touch::TouchKind;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::leads::{Facts, Judgement, Timer};
use mortise_domain::submission::FieldError;

use super::expression::{Condition, Fault};
use super::{LeadWork, Setting, facts};

/// Leads that are judged together.
const AT_ONCE: u32 = 200;

/// Rules with their conditions read.
pub(super) struct Compiled {
    pub version: i64,
    pub rules: LeadRules,
    pub grading: Vec<(GradeRule, Condition)>,
    pub gates: Vec<Vec<Condition>>,
    pub timers: Vec<(TimerRule, Condition)>,
    pub env: Arc<Env>,
}

impl Compiled {
    /// Reads all conditions; every fault with its path.
    pub fn new(version: i64, rules: LeadRules) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut read = |path: String, source: &str| {
            Condition::read(source).map_err(|fault| faults.push(FieldError::new(path, fault.to_string()))).ok()
        };
        let mut grading = Vec::new();
        for (at, rule) in rules.grading.iter().enumerate() {
            grading.extend(read(format!("grading[{at}].when"), &rule.when).map(|condition| (rule.clone(), condition)));
        }
        let mut gates = Vec::new();
        for (at, gate) in rules.gates.iter().enumerate() {
            let requires = gate.requires.iter().enumerate();
            let path = |number| format!("gates[{at}].requires[{number}].when");
            gates.push(requires.filter_map(|(number, one)| read(path(number), &one.when)).collect());
        }
        let mut timers = Vec::new();
        for (at, rule) in rules.timers.iter().enumerate() {
            timers.extend(read(format!("timers[{at}].when"), &rule.when).map(|condition| (rule.clone(), condition)));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { version, rules, grading, gates, timers, env: Arc::new(Env::stdlib()) })
    }

    /// The grade that the rules give at least, with the rule; none: no better one than it has. A condition that cannot be evaluated
    /// for this lead does not hold.
    pub fn raised(&self, facts: &Facts, now: Instant) -> Option<&GradeRule> {
        let context = facts::context(facts, &self.rules, now, &self.env);
        let better = self.grading.iter().filter(|(rule, _)| rule.grade < facts.lead.grade);
        let mut holding =
            better.filter(|(rule, condition)| held(&rule.code, condition.holds(&context))).map(|(rule, _)| rule);
        let first = holding.next()?;
        Some(holding.fold(first, |best, rule| if rule.grade < best.grade { rule } else { best }))
    }

    /// The timers that run for a lead.
    pub fn timers(&self, facts: &Facts, setting: &Setting, now: Instant) -> Vec<Timer> {
        let context = facts::context(facts, &self.rules, now, &self.env);
        let running = self.timers.iter().filter(|(rule, condition)| held(&rule.code, condition.holds(&context)));
        running.filter_map(|(rule, _)| self.timer(rule, facts, setting)).collect()
    }

    /// Does the reason of a timer still hold?
    pub fn stands(&self, timer: &Timer, facts: &Facts, setting: &Setting, now: Instant) -> Option<&TimerRule> {
        let (rule, condition) = self.timers.iter().find(|(rule, _)| rule.code == timer.rule)?;
        let context = facts::context(facts, &self.rules, now, &self.env);
        let same = self.timer(rule, facts, setting).is_some_and(|now| now.since == timer.since);
        (same && held(&rule.code, condition.holds(&context))).then_some(rule)
    }

    fn timer(&self, rule: &TimerRule, facts: &Facts, setting: &Setting) -> Option<Timer> {
        let lead = &facts.lead;
        let since = match rule.since {
            Since::Created => lead.created_at,
            Since::Stage => lead.stage_at,
            Since::Touched => lead.touched_at.unwrap_or(lead.created_at).max(lead.created_at),
            Since::Assigned => lead.assigned_at?,
            Since::Demo => facts.touches.iter().find(|(kind, ..)| *kind == TouchKind::Demo).map(|(_, at, _)| *at)?,
        };
        let after = Duration::from_mins(rule.after_minutes.into());
        let due_at =
            if rule.working { self.rules.hours.after(since, after, &setting.zone) } else { since.after(after) };
        Some(Timer { lead: lead.id, rule: rule.code.clone(), since, due_at })
    }
}

fn held(rule: &str, outcome: Result<bool, Fault>) -> bool {
    outcome.unwrap_or_else(|fault| {
        tracing::debug!(rule, %fault, "a condition could not be evaluated for a lead");
        false
    })
}

impl LeadWork {
    /// Faults of rules: in themselves, and in their conditions.
    pub fn check_rules(rules: &LeadRules) -> Vec<FieldError> {
        let mut faults = rules.faults();
        faults.extend(Compiled::new(0, rules.clone()).err().into_iter().flatten());
        faults
    }

    /// The rules in force, with their conditions read. Published rules were checked; where a newer program has published what this one
    /// cannot read, those that ship are in force here.
    pub(super) async fn compiled(&self) -> Result<Arc<Compiled>, StoreError> {
        let (version, rules) = self.rules().await?;
        if let Some(known) = self.0.rules.load_full()
            && known.version == version
        {
            return Ok(known);
        }
        let compiled = Compiled::new(version, rules).or_else(|faults| {
            tracing::error!(version, ?faults, "the rules about leads cannot be read; those that ship are in force");
            Compiled::new(version, LeadRules::shipped())
        });
        let compiled = compiled.map_err(|faults| {
            let detail = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            StoreError::Inconsistent { what: "lead rules", detail }
        })?;
        let compiled = Arc::new(compiled);
        self.0.rules.store(Some(Arc::clone(&compiled)));
        Ok(compiled)
    }

    /// Judges these leads now. Answers how many.
    pub async fn judge(&self, leads: &[LeadId]) -> Result<usize, StoreError> {
        let compiled = self.compiled().await?;
        let now = self.now();
        let known = self.0.leads.lead_facts(leads).await?;
        let mut batch = Vec::with_capacity(known.len());
        for mut facts in known {
            let raised = compiled.raised(&facts, now).map(|rule| (rule.grade, rule.code.clone()));
            if let Some((grade, _)) = &raised {
                facts.lead.grade = *grade;
            }
            let timers = compiled.timers(&facts, &self.0.setting, now);
            batch.push(Judgement { lead: facts.lead.id, version: facts.lead.version, raised, timers, at: now });
        }
        self.0.leads.judge_leads(compiled.version, &batch).await
    }

    /// Judges leads that have changed, a batch at a time. Answers how many were judged.
    pub(super) async fn judge_changed(&self) -> Result<usize, StoreError> {
        let version = self.compiled().await?.version;
        let leads = self.0.leads.unjudged_leads(version, AT_ONCE).await?;
        let distinct: BTreeSet<LeadId> = leads.into_iter().collect();
        if distinct.is_empty() {
            return Ok(0);
        }
        self.judge(&distinct.into_iter().collect::<Vec<_>>()).await
    }

    /// What rules would say about these leads, without writing anything: for trying them out before they are published. Answers leads with
    /// the grade that they would get and the timers that would run.
    pub async fn try_rules(
        &self,
        rules: &LeadRules,
        leads: &[LeadId],
    ) -> Result<Result<Vec<Judgement>, Vec<FieldError>>, StoreError> {
        let compiled = match Compiled::new(0, rules.clone()) {
            Ok(compiled) => compiled,
            Err(faults) => return Ok(Err(faults)),
        };
        let now = self.now();
        let known = self.0.leads.lead_facts(leads).await?;
        let judged = known.into_iter().map(|mut facts| {
            let raised = compiled.raised(&facts, now).map(|rule| (rule.grade, rule.code.clone()));
            if let Some((grade, _)) = &raised {
                facts.lead.grade = *grade;
            }
            let timers = compiled.timers(&facts, &self.0.setting, now);
            Judgement { lead: facts.lead.id, version: facts.lead.version, raised, timers, at: now }
        });
        Ok(Ok(judged.collect()))
    }
}

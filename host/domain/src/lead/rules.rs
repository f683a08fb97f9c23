//! The company's rules about leads, as data: stages, grades, gates, timers, working hours. Conditions are expressions (CEL) over the
//! facts of one lead; the pipeline evaluates them.

mod hours;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Grade;
use super::stage::Stage;
use crate::submission::FieldError;
use crate::text::Text;

pub use hours::{Hours, Opening};

/// All rules together; one version of them is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadRules {
    /// The stages in their order; leads begin in the first.
    pub stages: Vec<Stage>,
    /// What raises a lead's grade.
    pub grading: Vec<GradeRule>,
    /// What a change of stage asks for.
    pub gates: Vec<Gate>,
    /// What happens when nothing happens.
    pub timers: Vec<TimerRule>,
    /// When people work.
    pub hours: Hours,
}

/// Raises the grade of leads; a person can always set another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GradeRule {
    /// By which the story names it.
    pub code: String,
    /// What it means.
    pub title: Text,
    /// For which leads.
    pub when: String,
    /// The grade that they have at least.
    pub grade: Grade,
}

/// What a change of stage asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// By which a refusal names it.
    pub code: String,
    /// What it means.
    pub title: Text,
    /// Stages that the lead comes from; empty: any.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub from: BTreeSet<String>,
    /// Stages that it goes to; empty: any.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub to: BTreeSet<String>,
    /// All of these must be there.
    pub requires: Vec<Requirement>,
}

/// One thing that must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Is it there?
    pub when: String,
    /// What is said where it is not: what is missing, and what to do.
    pub missing: Text,
}

/// What happens when nothing happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimerRule {
    /// By which the story names it.
    pub code: String,
    /// What people read when it goes off.
    pub title: Text,
    /// For which leads; it is stopped for those that are no longer among them.
    pub when: String,
    /// From which moment it counts.
    pub since: Since,
    /// After how many minutes it goes off.
    pub after_minutes: u32,
    /// Do only working hours count?
    #[serde(default)]
    pub working: bool,
    /// What it does.
    pub action: TimerAction,
}

/// From which moment a timer counts. Whenever this moment changes, it begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Since {
    /// Since the lead was entered.
    Created,
    /// Since it is in its stage.
    Stage,
    /// Since somebody was last in touch with it, or it was entered.
    Touched,
    /// Since it was given to whoever looks after it; never, where they took it themselves.
    Assigned,
    /// Since its last demonstration; never, where there was none.
    Demo,
}

/// What a timer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TimerAction {
    /// A task for whoever looks after the lead.
    Remind,
    /// A task for the supervisors of its store.
    Escalate,
    /// A warning in its story.
    Warn,
    /// Whoever looks after it loses it; it is assigned anew.
    Reassign,
}

impl TimerAction {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Escalate => "escalate",
            Self::Warn => "warn",
            Self::Reassign => "reassign",
        }
    }
}

/// Rules of one kind at most.
const MOST: usize = 200;

impl LeadRules {
    /// The rules that ship.
    pub fn shipped() -> Self {
        let text = include_str!("rules/shipped.json");
        // The test below reads the same text.
        serde_json::from_str(text).unwrap_or(Self {
            stages: Vec::new(),
            grading: Vec::new(),
            gates: Vec::new(),
            timers: Vec::new(),
            hours: Hours::default(),
        })
    }

    /// The stage of this code.
    pub fn stage(&self, code: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.code == code)
    }

    /// Code of the stage in which leads begin.
    pub fn first_stage(&self) -> &str {
        self.stages.first().map_or("", |stage| stage.code.as_str())
    }

    /// Codes of the stages by how far they are, the first one first. Those in which leads are lost lead nowhere.
    pub fn ladder(&self) -> Vec<String> {
        let stages = self.stages.iter().filter(|stage| stage.ending != Some(super::stage::Ending::Lost));
        stages.map(|stage| stage.code.clone()).collect()
    }

    /// The gates between two stages.
    pub fn gates<'a>(&'a self, from: &'a str, to: &'a str) -> impl Iterator<Item = &'a Gate> {
        let covers = |stages: &BTreeSet<String>, code: &str| stages.is_empty() || stages.contains(code);
        self.gates.iter().filter(move |gate| covers(&gate.from, from) && covers(&gate.to, to))
    }

    /// Every condition with its path.
    pub fn conditions(&self) -> Vec<(String, &str)> {
        let mut found = Vec::new();
        for (at, rule) in self.grading.iter().enumerate() {
            found.push((format!("grading[{at}].when"), rule.when.as_str()));
        }
        for (at, gate) in self.gates.iter().enumerate() {
            for (number, requirement) in gate.requires.iter().enumerate() {
                found.push((format!("gates[{at}].requires[{number}].when"), requirement.when.as_str()));
            }
        }
        for (at, rule) in self.timers.iter().enumerate() {
            found.push((format!("timers[{at}].when"), rule.when.as_str()));
        }
        found
    }

    /// What is wrong with them, conditions aside.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let lists = [
            ("stages", self.stages.iter().map(|stage| &stage.code).collect::<Vec<_>>()),
            ("grading", self.grading.iter().map(|rule| &rule.code).collect()),
            ("gates", self.gates.iter().map(|gate| &gate.code).collect()),
            ("timers", self.timers.iter().map(|rule| &rule.code).collect()),
        ];
        for (list, codes) in lists {
            if codes.len() > MOST {
                faults.push(FieldError::new(list, format!("has more than {MOST} entries")));
            }
            let mut seen = BTreeSet::new();
            for (at, code) in codes.into_iter().enumerate() {
                if !is_code(code) {
                    let message = "must have 1 to 60 lower-case letters, digits and hyphens";
                    faults.push(FieldError::new(format!("{list}[{at}].code"), message));
                } else if !seen.insert(code) {
                    faults.push(FieldError::new(format!("{list}[{at}].code"), "stands there twice"));
                }
            }
        }
        if self.stages.is_empty() {
            faults.push(FieldError::new("stages", "must not be empty"));
        }
        for (at, gate) in self.gates.iter().enumerate() {
            for (field, codes) in [("from", &gate.from), ("to", &gate.to)] {
                for code in codes.iter().filter(|code| self.stage(code).is_none()) {
                    faults.push(FieldError::new(
                        format!("gates[{at}].{field}"),
                        format!("names the unknown stage {code:?}"),
                    ));
                }
            }
            if gate.requires.is_empty() {
                faults.push(FieldError::new(format!("gates[{at}].requires"), "must not be empty"));
            }
        }
        for (at, rule) in self.timers.iter().enumerate() {
            if !(1..=1_000_000).contains(&rule.after_minutes) {
                faults.push(FieldError::new(format!("timers[{at}].after_minutes"), "must be from 1 to 1,000,000"));
            }
        }
        faults.extend(self.hours.faults());
        faults
    }
}

fn is_code(code: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=60).contains(&code.len()) && code.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_sound() {
        let shipped: LeadRules = serde_json::from_str(include_str!("rules/shipped.json")).unwrap();
        assert_eq!(shipped.faults(), []);
        assert_eq!(LeadRules::shipped(), shipped);
        assert_eq!(shipped.first_stage(), "not-contacted");
        assert_eq!((shipped.stages.len(), shipped.timers.len()), (8, 8));
    }

    #[test]
    fn faults_name_the_rule() {
        let mut rules = LeadRules::shipped();
        rules.gates[0].to.insert("nowhere".into());
        rules.timers[1].code = rules.timers[0].code.clone();
        rules.timers[2].after_minutes = 0;
        let fields: Vec<String> = rules.faults().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["timers[1].code", "gates[0].to", "timers[2].after_minutes"]);
    }
}

//! What was decided then against what a draft says now.

use mortise_domain::policy::{Outcome, Verdict};
use mortise_domain::text::Text;
use mortise_store::PastOrder;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Most differing orders that are named.
const NAMED: usize = 200;

/// What rules said about an order: the strongest outcome, and the rules that did not merely allow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Judgement {
    /// `allow`, `flag`, `hold`, `block`; of approval routes `approval` or `none`.
    pub outcome: String,
    /// Codes of the rules; of approval routes who would be asked.
    pub rules: Vec<String>,
}

/// An order that the draft would have treated otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TrialDifference)]
pub struct Difference {
    /// Number of the order.
    pub number: String,
    /// What was said then.
    pub was: Judgement,
    /// What the draft says.
    pub now: Judgement,
    /// Why, in the words of the draft's first rule.
    pub why: Option<Text>,
}

/// How many orders came to which outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Tally {
    /// Went on without a mark.
    pub allow: u32,
    /// Went on with a mark.
    pub flag: u32,
    /// Waited for a person.
    pub hold: u32,
    /// Were rejected.
    pub block: u32,
}

/// What a trial has found so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct TrialResult {
    /// Orders that were judged.
    pub judged: u32,
    /// Orders that the draft could not judge.
    pub failed: u32,
    /// Why, of the first of them.
    pub first_failure: Option<Text>,
    /// As it was decided then.
    pub was: Tally,
    /// As the draft decides.
    pub now: Tally,
    /// Orders that would have waited and did not.
    pub newly_held: u32,
    /// Orders that waited and would not have.
    pub no_longer_held: u32,
    /// All orders that would have been treated otherwise.
    pub different: u32,
    /// The first 200 of them.
    pub differences: Vec<Difference>,
    /// In a sentence: "would have held 7 of 310".
    pub summary: Text,
    /// Why it did not come to its end.
    pub fault: Option<Text>,
}

const fn strength(outcome: &Outcome) -> (usize, &'static str) {
    match outcome {
        Outcome::Allow => (0, "allow"),
        Outcome::Flag { .. } => (1, "flag"),
        Outcome::Hold { .. } => (2, "hold"),
        Outcome::Block { .. } => (3, "block"),
    }
}

/// What the connection said about the order when it was last judged, as its story tells.
pub fn then(past: &PastOrder, connection: &str) -> Judgement {
    let step = past.evaluation.steps.iter().find(|step| step.step == "policy" && step.connection == connection);
    let said = step.and_then(|step| step.answer.as_array()).map(Vec::as_slice).unwrap_or_default();
    let text = |verdict: &Value, name: &str| verdict.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let order = ["allow", "flag", "hold", "block"];
    let strongest = said.iter().filter_map(|one| order.iter().position(|name| *name == text(one, "outcome"))).max();
    let telling = said.iter().filter(|one| text(one, "outcome") != "allow");
    let mut rules: Vec<String> = telling.map(|one| text(one, "rule")).collect();
    rules.sort_unstable();
    Judgement { outcome: order.get(strongest.unwrap_or(0)).map_or_else(String::new, |name| (*name).to_owned()), rules }
}

fn now(said: &[Verdict]) -> Judgement {
    let strongest = said.iter().map(|verdict| strength(&verdict.outcome)).max().unwrap_or((0, "allow"));
    let telling = said.iter().filter(|verdict| verdict.outcome != Outcome::Allow);
    let mut rules: Vec<String> = telling.map(|verdict| verdict.rule.clone()).collect();
    rules.sort_unstable();
    Judgement { outcome: strongest.1.to_owned(), rules }
}

fn why(said: &[Verdict]) -> Option<Text> {
    let strongest = said.iter().max_by_key(|verdict| strength(&verdict.outcome).0)?;
    match &strongest.outcome {
        Outcome::Allow => None,
        Outcome::Flag { text } | Outcome::Block { text } | Outcome::Hold { reason: text, .. } => Some(text.clone()),
    }
}

impl Tally {
    fn count(&mut self, outcome: &str) {
        match outcome {
            "block" => self.block += 1,
            "hold" | "approval" => self.hold += 1,
            "flag" => self.flag += 1,
            _ => self.allow += 1,
        }
    }
}

impl TrialResult {
    /// Counts an order that the draft judged.
    pub fn add(&mut self, past: &PastOrder, was: Judgement, said: Result<Vec<Verdict>, Text>) {
        match said {
            Ok(said) => self.compare(past, was, now(&said), why(&said)),
            Err(reason) => {
                self.failed += 1;
                self.first_failure.get_or_insert(reason);
            }
        }
    }

    /// Counts the two against each other.
    pub fn compare(&mut self, past: &PastOrder, was: Judgement, now: Judgement, why: Option<Text>) {
        self.judged += 1;
        self.was.count(&was.outcome);
        self.now.count(&now.outcome);
        let holds = |one: &Judgement| matches!(one.outcome.as_str(), "hold" | "approval");
        self.newly_held += u32::from(holds(&now) && !holds(&was));
        self.no_longer_held += u32::from(holds(&was) && !holds(&now));
        if was != now {
            self.different += 1;
            if self.differences.len() < NAMED {
                self.differences.push(Difference { number: past.number.clone(), was, now, why });
            }
        }
        let Self { judged, now, newly_held, no_longer_held, .. } = self;
        self.summary = Text::new(
            format!(
                "{judged} 单中会挂起 {} 单（新增 {newly_held}，减少 {no_longer_held}），拒绝 {} 单",
                now.hold, now.block
            ),
            format!(
                "would have held {} of {judged} orders ({newly_held} that went on, {no_longer_held} fewer) and rejected {}",
                now.hold, now.block
            ),
        );
    }
}

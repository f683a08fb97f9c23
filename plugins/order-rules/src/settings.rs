//! What a business configures.

use std::borrow::Cow;
use std::collections::BTreeSet;

use mortise_sdk::{Decimal, Error, OrderKind, Result, Text};
use serde::Deserialize;

use crate::defaults;

/// Most rules; each is read anew for every order.
pub const MOST_RULES: usize = 200;
/// Longest expression and text, in characters.
pub const LONGEST: usize = 2_000;
/// Most facts and needs of one rule.
const MOST_PARTS: usize = 20;

/// The connection's settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct OrderRules {
    /// Figures that the rules refer to.
    pub thresholds: Thresholds,
    /// None: the rules that come with the plugin.
    pub rules: Option<Vec<Rule>>,
}

/// Figures that the rules refer to, so that changing one needs no change of an expression.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Thresholds {
    /// In the company's currency, with tax.
    pub amount: Decimal,
    pub duplicate_hours: Decimal,
    /// A share, 0 to 1.
    pub duplicate_overlap: Decimal,
    pub lead_time_days: u32,
    /// A share of the list price, 0 to 1.
    pub discount: Decimal,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            amount: Decimal::whole(50_000),
            duplicate_hours: Decimal::whole(24),
            duplicate_overlap: Decimal::new(8, 1),
            lead_time_days: 15,
            discount: Decimal::new(3, 1),
        }
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// Stable over the rule's life.
    pub code: String,
    pub title: Text,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Kinds of orders that it is for.
    #[serde(default = "Kind::all")]
    pub kinds: Vec<Kind>,
    /// The condition: an expression that is true where the rule applies.
    pub when: String,
    pub outcome: Outcome,
    /// What people read where it applies, with facts in braces; none: the title.
    #[serde(default)]
    pub text: Option<Text>,
    /// What a hold waits for.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What the rule looked at, to be shown and to stand in texts.
    #[serde(default)]
    pub facts: Vec<Fact>,
}

/// What a rule does where it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing but being noted: to try a rule out.
    Allow,
    Flag,
    Hold,
    Block,
}

/// A kind of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Sale,
    Return,
}

/// What a hold waits for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Need {
    pub kind: NeedKind,
    /// Who may release it; empty: whoever may release holds.
    #[serde(default)]
    pub role: String,
    pub text: Text,
}

/// What kind of thing a hold waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeedKind {
    Attachment,
    Approval,
    Review,
    Correction,
}

/// A named expression.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fact {
    pub name: String,
    pub value: String,
}

const fn yes() -> bool {
    true
}

impl Kind {
    fn all() -> Vec<Self> {
        vec![Self::Sale, Self::Return]
    }

    pub const fn of(kind: OrderKind) -> Self {
        match kind {
            OrderKind::Sale => Self::Sale,
            OrderKind::Return => Self::Return,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Return => "return",
        }
    }
}

impl NeedKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attachment => "attachment",
            Self::Approval => "approval",
            Self::Review => "review",
            Self::Correction => "correction",
        }
    }
}

impl OrderRules {
    /// The rules in force, checked.
    pub fn rules(&self) -> Result<Cow<'_, [Rule]>> {
        let rules = match &self.rules {
            Some(rules) => Cow::Borrowed(rules.as_slice()),
            None => Cow::Owned(defaults::rules()),
        };
        if rules.len() > MOST_RULES {
            return Err(Error::invalid(
                "settings.rules",
                format!("共 {} 条规则，最多 {MOST_RULES} 条：请合并或删除规则", rules.len()),
                format!("{} rules, at most {MOST_RULES}: merge or remove rules", rules.len()),
            ));
        }
        let mut codes = BTreeSet::new();
        for (at, rule) in rules.iter().enumerate() {
            if rule.code.is_empty() || !codes.insert(rule.code.as_str()) {
                return Err(Error::invalid(
                    format!("settings.rules[{at}].code"),
                    format!("规则代码“{}”为空或重复：请填写唯一的代码", rule.code),
                    format!("the rule's code {:?} is empty or used twice: give each rule a code of its own", rule.code),
                ));
            }
            rule.check(at)?;
        }
        Ok(rules)
    }
}

impl Rule {
    fn check(&self, at: usize) -> Result<()> {
        for (list, count) in [("needs", self.needs.len()), ("facts", self.facts.len())] {
            if count > MOST_PARTS {
                return Err(Error::invalid(
                    format!("settings.rules[{at}].{list}"),
                    format!("共 {count} 项，最多 {MOST_PARTS} 项：请删减"),
                    format!("{count} entries, at most {MOST_PARTS}: remove some"),
                ));
            }
        }
        let facts = self.facts.iter().map(|fact| &fact.value);
        let texts = self.text.iter().chain(self.needs.iter().map(|need| &need.text));
        let all = [("when", &self.when)].into_iter().chain(facts.map(|value| ("facts", value)));
        let mut all = all.chain(texts.flat_map(|text| [("text", &text.zh), ("text", &text.en)]));
        match all.find(|(_, text)| text.len() > LONGEST && text.chars().count() > LONGEST) {
            None => Ok(()),
            Some((part, _)) => Err(Error::invalid(
                format!("settings.rules[{at}].{part}"),
                format!("超过 {LONGEST} 个字符：请缩短，或拆分为多条规则"),
                format!("longer than {LONGEST} characters: shorten it, or split the rule"),
            )),
        }
    }
}

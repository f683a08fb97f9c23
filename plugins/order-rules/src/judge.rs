//! One rule after the other.

use mortise_sdk::order_policy::{Facts, Hold, Need, Outcome, Verdict};
use mortise_sdk::{Attributes, Result, Text};

use crate::language::{Fault, Language, read};
use crate::refusal::unusable;
use crate::scene::Scene;
use crate::settings::{self, Kind, OrderRules, Rule};
use crate::text::{Piece, cut, pieces};

/// Verdicts of the rules that apply. Every enabled rule is read, whatever kind of order it is for, so that a mistake shows with
/// the first order and not with the first one that it would have stopped.
pub fn judge(settings: &OrderRules, facts: &Facts, today: fn() -> String) -> Result<Vec<Verdict>> {
    let scene = Scene::new(facts, &settings.thresholds, today);
    let language = Language::new(&scene);
    let kind = Kind::of(facts.order.kind);
    let rules = settings.rules()?;
    let mut verdicts = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        if !rule.enabled {
            continue;
        }
        let fault = |fault| unusable(at, &rule.code, "when", &fault);
        let condition = read(&rule.when).map_err(fault)?;
        if rule.kinds.contains(&kind) && language.holds(&condition).map_err(fault)? {
            verdicts.push(Applied { at, rule, language: &language, shown: Vec::new() }.verdict()?);
        }
    }
    Ok(verdicts)
}

/// A rule that applies.
struct Applied<'l, 'a> {
    at: usize,
    rule: &'l Rule,
    language: &'l Language<'a>,
    /// Its facts so far.
    shown: Attributes,
}

impl Applied<'_, '_> {
    fn verdict(mut self) -> Result<Verdict> {
        for (at, fact) in self.rule.facts.iter().enumerate() {
            let value = self.value(&fact.value, &format!("facts[{at}].value"))?;
            self.shown.push((fact.name.clone(), value));
        }
        let text = match &self.rule.text {
            Some(text) => self.fill(text, "text")?,
            None => self.rule.title.clone(),
        };
        let outcome = match self.rule.outcome {
            settings::Outcome::Allow => Outcome::Allow,
            settings::Outcome::Flag => Outcome::Flag(text),
            settings::Outcome::Block => Outcome::Block(text),
            settings::Outcome::Hold => Outcome::Hold(Hold { needs: self.needs()?, reason: text }),
        };
        Ok(Verdict { rule: self.rule.code.clone(), title: self.rule.title.clone(), outcome, attributes: self.shown })
    }

    /// What the hold waits for; a person's look where the rule names nothing.
    fn needs(&self) -> Result<Vec<Need>> {
        if self.rule.needs.is_empty() {
            return Ok(vec![Need::new("review", "", Text::new("请人工审核", "Have a person review the order"))]);
        }
        let named = self.rule.needs.iter().enumerate();
        named
            .map(|(at, need)| {
                Ok(Need::new(need.kind.name(), &need.role, self.fill(&need.text, &format!("needs[{at}].text"))?))
            })
            .collect()
    }

    fn fill(&self, text: &Text, part: &str) -> Result<Text> {
        let zh = self.fill_one(&text.zh, &format!("{part}.zh"))?;
        Ok(Text { zh, en: self.fill_one(&text.en, &format!("{part}.en"))? })
    }

    fn fill_one(&self, text: &str, part: &str) -> Result<String> {
        let mut filled = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Plain(plain) => filled.push_str(plain),
                Piece::Hole(hole) => match self.shown.iter().find(|(name, _)| name == hole) {
                    Some((_, value)) => filled.push_str(value),
                    None => filled.push_str(&self.value(hole, part)?),
                },
            }
        }
        Ok(cut(filled))
    }

    fn value(&self, source: &str, part: &str) -> Result<String> {
        let shown = read(source).and_then(|expression| self.language.show(&expression));
        shown.map(cut).map_err(|fault: Fault| unusable(self.at, &self.rule.code, part, &fault))
    }
}

//! All mistakes of the rules at once, for whoever edits them: the host asks for it with the free field `check-rules`. Nothing is
//! judged then; each verdict is a mistake.

use mortise_sdk::order_policy::{Facts, Outcome, Verdict};
use mortise_sdk::{Attributes, Error, Result, Text};

use crate::language::{Fault, Language, read};
use crate::refusal::unusable;
use crate::scene::Scene;
use crate::settings::{OrderRules, Rule};
use crate::text::{Piece, pieces};

/// Name of the free field by which the host asks.
pub const ASKED: &str = "check-rules";
/// Most mistakes that are told.
const MOST: usize = 200;

/// Mistakes of all rules, disabled ones too, on this sample of an order.
pub fn check(settings: &OrderRules, facts: &Facts, today: fn() -> String) -> Result<Vec<Verdict>> {
    let scene = Scene::new(facts, &settings.thresholds, today);
    let language = Language::new(&scene);
    let rules = settings.rules()?;
    let mut found = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        Checked { at, rule, language: &language, found: &mut found }.all();
        if found.len() >= MOST {
            found.truncate(MOST);
            break;
        }
    }
    Ok(found)
}

/// A rule that is checked.
struct Checked<'c, 'a> {
    at: usize,
    rule: &'c Rule,
    language: &'c Language<'a>,
    found: &'c mut Vec<Verdict>,
}

impl Checked<'_, '_> {
    fn all(mut self) {
        let rule = self.rule;
        let holds = read(&rule.when).and_then(|condition| self.language.holds(&condition).map(drop));
        self.note("when", &rule.when, holds);
        for (at, fact) in rule.facts.iter().enumerate() {
            self.value(&format!("facts[{at}].value"), &fact.value);
        }
        for (language, text) in rule.text.iter().flat_map(|text| [("zh", &text.zh), ("en", &text.en)]) {
            self.text(&format!("text.{language}"), text);
        }
        for (at, need) in rule.needs.iter().enumerate() {
            self.text(&format!("needs[{at}].text.zh"), &need.text.zh);
            self.text(&format!("needs[{at}].text.en"), &need.text.en);
        }
    }

    fn text(&mut self, part: &str, text: &str) {
        for piece in pieces(text) {
            match piece {
                Piece::Hole(hole) if self.rule.facts.iter().all(|fact| fact.name != hole) => self.value(part, hole),
                Piece::Hole(_) | Piece::Plain(_) => {}
            }
        }
    }

    fn value(&mut self, part: &str, source: &str) {
        let shown = read(source).and_then(|expression| self.language.show(&expression).map(drop));
        self.note(part, source, shown);
    }

    fn note(&mut self, part: &str, source: &str, outcome: Result<(), Fault>) {
        let Err(fault) = outcome else { return };
        let prevents = self.rule.enabled && !depends_on_the_order(&fault, source);
        let mut attributes: Attributes = vec![("prevents".to_owned(), prevents.to_string())];
        if let Fault::Unreadable { line, column, .. } = &fault {
            attributes.push(("line".to_owned(), line.to_string()));
            attributes.push(("column".to_owned(), column.to_string()));
        }
        let Error::Invalid(invalid) = unusable(self.at, &self.rule.code, part, &fault) else { return };
        attributes.push(("field".to_owned(), invalid.field));
        let Text { zh, en } = invalid.reason;
        self.found.push(Verdict {
            rule: self.rule.code.clone(),
            title: self.rule.title.clone(),
            outcome: Outcome::Flag(Text { zh, en }),
            attributes,
        });
    }
}

/// May it be no mistake for other orders? Free fields and places in lists are there, or are not.
fn depends_on_the_order(fault: &Fault, source: &str) -> bool {
    let Fault::Unevaluable { message } = fault else { return false };
    (message.contains("No such key") && source.contains("attributes")) || message.to_lowercase().contains("index")
}

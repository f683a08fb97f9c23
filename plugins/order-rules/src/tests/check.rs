//! Mistakes are all told at once, with their place; and the fields that a form offers are there.

use mortise_sdk::AttributesExt;
use mortise_sdk::order_policy::Outcome;
use serde_json::{Value, json};

use super::*;
use crate::check::check;

fn sample() -> Facts {
    let mut facts = order(&["A", "B"]);
    facts.recent = vec![earlier(&["A"], HOUR)];
    facts.attachments = vec!["a.pdf".to_owned()];
    facts.attributes = attributes([("check-rules", "true"), ("discount", "0.1")]);
    facts
}

/// Field, line, column, whether it prevents, English words.
fn found(rules_json: &Value) -> Vec<(String, String, String, bool, String)> {
    let settings = rules(&json!({ "rules": rules_json }).to_string());
    let found = check(&settings, &sample(), || "2026-11-23".to_owned()).unwrap();
    let told = |verdict: Verdict| {
        let Outcome::Flag(text) = verdict.outcome else { panic!("{verdict:?}") };
        let of = |name: &str| verdict.attributes.value(name).unwrap_or_default().to_owned();
        assert!(text.zh.contains('请'), "{}", text.zh);
        (of("field"), of("line"), of("column"), verdict.attributes.flag("prevents"), text.en)
    };
    found.into_iter().map(told).collect()
}

#[test]
fn the_default_rules_have_none() {
    let found = check(&rules("{}"), &sample(), || "2026-11-23".to_owned()).unwrap();
    assert_eq!(found, []);
}

#[test]
fn all_mistakes_are_told_with_their_place() {
    let title = json!({ "zh": "a", "en": "a" });
    let found = found(&json!([
        { "code": "one", "title": title, "outcome": "flag", "when": "order.gross >\n  !!", "facts": [{ "name": "x", "value": "order.none" }] },
        { "code": "two", "title": title, "outcome": "hold", "when": "order.gross", "text": { "zh": "{x}", "en": "{order.customer}" } },
        { "code": "off", "title": title, "outcome": "flag", "enabled": false, "when": "orders.gross > 1.0" },
        { "code": "new", "title": title, "outcome": "flag", "when": "order.attributes.colour == 'red'" },
        { "code": "fine", "title": title, "outcome": "flag", "when": "false", "text": { "zh": "{discount}", "en": "{discount}" } },
    ]));
    let places: Vec<_> =
        found.iter().map(|(field, line, _, prevents, _)| (field.as_str(), line.as_str(), *prevents)).collect();
    assert_eq!(
        places,
        [
            ("settings.rules[0].when", "2", true),
            ("settings.rules[0].facts[0].value", "", true),
            ("settings.rules[1].when", "", true),
            ("settings.rules[1].text.zh", "", true),
            ("settings.rules[1].text.en", "", true),
            ("settings.rules[2].when", "", false),
            ("settings.rules[3].when", "", false),
        ],
        "{found:#?}"
    );
    assert!(found[0].4.starts_with("rule \"one\": when cannot be read at line 2"), "{}", found[0].4);
}

#[test]
fn a_form_is_offered_only_fields_that_are_there() {
    let manifest: Value = serde_json::from_str(include_str!("../../manifest.json")).unwrap();
    let fields = &manifest["settings"]["properties"]["rules"]["items"]["properties"]["when"]["x-fields"];
    let mut conditions = Vec::new();
    let proof = |name: &str, kind: &str| match kind {
        "text" | "day" => format!("{name} == '' || {name} != ''"),
        "number" => format!("{name} > 1.5 || {name} <= 1.5"),
        "integer" => format!("{name} > 1 || {name} <= 1"),
        "truth" => format!("{name} || !{name}"),
        "texts" => format!("{name}.all(one, one != '?')"),
        "attributes" => format!("!has({name}.nothing)"),
        other => panic!("{name} has the unknown type {other:?}"),
    };
    for field in fields.as_array().unwrap() {
        let (name, kind) = (field["name"].as_str().unwrap(), field["type"].as_str().unwrap());
        if kind == "list" {
            for part in field["fields"].as_array().unwrap() {
                let proved = proof(&format!("l.{}", part["name"].as_str().unwrap()), part["type"].as_str().unwrap());
                conditions.push(format!("{name}.exists(l, {proved})"));
            }
        } else {
            conditions.push(proof(name, kind));
        }
    }
    assert!(conditions.len() > 50);
    for condition in conditions {
        let rule = json!([{ "code": "c", "title": { "zh": "a", "en": "a" }, "outcome": "flag", "when": condition }]);
        assert_eq!(found(&rule), [], "{condition}");
        assert_eq!(
            verdicts(&json!({ "rules": rule }).to_string(), &sample()).unwrap().len(),
            1,
            "{condition} is not true"
        );
    }
}

#[test]
fn a_discount_above_the_authority_holds() {
    let mut facts = order(&["A"]);
    facts.attributes = attributes([("discount", "0.3")]);
    assert_eq!(applied(&facts), Vec::<String>::new());
    facts.attributes = attributes([("discount", "0.3001")]);
    assert_eq!(applied(&facts), ["discount-over-authority"]);
}

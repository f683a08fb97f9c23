//! Rules that a business writes itself.

use mortise_sdk::geocoder::{Candidate, Level, Located};
use serde_json::{Value, json};

use super::*;

fn rule(when: &str) -> Value {
    json!({"code": "own", "title": {"zh": "自定义", "en": "Own"}, "when": when, "outcome": "flag"})
}

fn with(rules: &[Value]) -> String {
    json!({"rules": rules}).to_string()
}

fn applies(when: &str, facts: &Facts) -> bool {
    !verdicts(&with(&[rule(when)]), facts).unwrap().is_empty()
}

fn rich() -> Facts {
    let mut facts = order(&["A", "B"]);
    facts.order.store = "S1".to_owned();
    facts.order.note = "请尽快".to_owned();
    facts.order.ship_to.city = "杭州".to_owned();
    facts.order.customer.attributes = attributes([("since", "2019")]);
    facts.order.lines[1].attributes = attributes([("custom", "true"), ("lead-time-days", "7"), ("colour", "red")]);
    facts.credit = Credit { limit: Some(500_000), open: 450_000 };
    facts.located =
        Some(Located { best: Candidate { level: Level::Road, ..Candidate::default() }, ..Located::default() });
    facts.recent = vec![earlier(&["A", "X"], HOUR / 2)];
    facts.attachments = vec!["报价单.pdf".to_owned()];
    facts
}

#[test]
fn expressions_see_all_that_is_known() {
    let facts = rich();
    for when in [
        "order.number == 'SO-9' && order.kind == 'sale' && order.original == '' && order.store == 'S1'",
        "order.gross == 1000.0 && order.gross_minor == 100000 && order.gross > 999 && order.net + order.tax == order.gross",
        "order.customer.code == 'C-1' && order.customer.level in ['A', 'B'] && order.customer.attributes.since == '2019'",
        "order.attributes.channel == 'web' && order.attributes['channel'] == 'web' && 'channel' in order.attributes",
        "has(order.attributes.channel) && !has(order.attributes.missing) && !('missing' in order.attributes)",
        "order.lines.size() == 2 && size(order.lines) == 2 && order.lines[1].sku == 'B' && order.lines[0].quantity == 2.5",
        "order.lines.exists(l, l.custom && l.lead_time_days == 7 && l.attributes.colour == 'red' && l.ready_on == '2026-11-30' && l.schedule == 'B name of B: 7, 2026-11-30')",
        "order.lines.all(l, l.unit == 'piece' && l.unit_price == 10.0 && l.gross == 25.0)",
        "order.note.contains('尽快') && order.customer.code.startsWith('C-') && order.city == '杭州'",
        "order.payment_days > 15 && order.business_date == today && order.currency == 'CNY'",
        "credit.has_limit && credit.open + order.gross > credit.limit",
        "place.level == 'road'",
        "recent.size() == 1 && recent[0].hours_ago == 0.5 && recent[0].sku_overlap == 0.5 && recent[0].gross == 900.0",
        "'X' in recent[0].skus && recent.filter(r, r.state == 'confirmed').map(r, r.number) == ['SO-8']",
        "attachments.exists(name, name.endsWith('.pdf') && name.contains('报价单'))",
        "thresholds.amount == 50000 && thresholds.lead_time_days == 15",
    ] {
        assert!(applies(when, &facts), "{when}");
        assert!(!applies(&format!("!({when})"), &facts), "!({when})");
    }
    assert!(applies("place.level == 'unknown' && !credit.has_limit && credit.limit == 0.0", &order(&[])));
}

#[test]
fn each_outcome_says_what_it_is() {
    let outcome = |name: &str| {
        let mut rule = rule("true");
        rule["outcome"] = json!(name);
        rule["text"] = json!({"zh": "单号 {order.number}", "en": "order { order.number }: {order.lines.size()} lines"});
        verdicts(&with(&[rule]), &rich()).unwrap().remove(0).outcome
    };
    assert!(matches!(outcome("allow"), Outcome::Allow));
    let Outcome::Flag(text) = outcome("flag") else { panic!("no flag") };
    assert_eq!((text.zh.as_str(), text.en.as_str()), ("单号 SO-9", "order SO-9: 2 lines"));
    assert!(matches!(outcome("block"), Outcome::Block(text) if text.en == "order SO-9: 2 lines"));
    let Outcome::Hold(hold) = outcome("hold") else { panic!("no hold") };
    assert_eq!(hold.needs[0].kind, "review", "a hold always waits for something");
}

#[test]
fn without_a_text_the_title_is_shown() {
    let Outcome::Flag(text) = verdicts(&with(&[rule("true")]), &rich()).unwrap().remove(0).outcome else {
        panic!("no flag")
    };
    assert_eq!(text.zh, "自定义");
}

#[test]
fn needs_are_passed_on_with_their_facts() {
    let mut own = rule("true");
    own["outcome"] = json!("hold");
    own["facts"] = json!([{"name": "who", "value": "order.customer.code"}, {"name": "figures", "value": "[1.50, 2, true, order.gross / 3.0]"}]);
    own["needs"] = json!([{"kind": "approval", "role": "finance", "text": {"zh": "{who} 需财务批准", "en": "finance approves {who}: {figures}"}}]);
    let verdict = verdicts(&with(&[own]), &rich()).unwrap().remove(0);
    let Outcome::Hold(hold) = verdict.outcome else { panic!("no hold") };
    let need = &hold.needs[0];
    assert_eq!(
        (need.kind.as_str(), need.role.as_str(), need.text.zh.as_str()),
        ("approval", "finance", "C-1 需财务批准")
    );
    assert_eq!(need.text.en, "finance approves C-1: 1.5, 2, true, 333.3333");
    assert_eq!(verdict.attributes[0], ("who".to_owned(), "C-1".to_owned()));
}

#[test]
fn disabled_rules_and_rules_of_another_kind_are_quiet() {
    let mut off = rule("no such thing (");
    off["enabled"] = json!(false);
    let mut returns = rule("true");
    returns["code"] = json!("returns");
    returns["kinds"] = json!(["return"]);
    let mut facts = rich();
    assert!(verdicts(&with(&[off.clone(), returns.clone()]), &facts).unwrap().is_empty());
    facts.order.kind = OrderKind::Return;
    assert_eq!(verdicts(&with(&[off, returns]), &facts).unwrap()[0].rule, "returns");
}

#[test]
fn no_rules_are_no_default_rules() {
    let mut facts = rich();
    facts.order.gross = 9_000_000;
    assert!(verdicts(r#"{"rules":[]}"#, &facts).unwrap().is_empty());
}

#[test]
fn a_wrong_condition_is_named_with_place_and_remedy() {
    for (when, english) in [
        ("order.gross >", "cannot be read at line 1, column 14 ("),
        ("order.gross > 1 order", "cannot be read at line 1, column 17 ("),
        ("order.gross >\n  !!", "cannot be read at line 2, column 5 ("),
        ("order.gross", "is double, not true or false: write a comparison"),
        ("order.customer", "is record, not true or false"),
        ("order.gros > 1.0", "cannot be evaluated (No such key: gros)"),
        ("orders.gross > 1.0", "cannot be evaluated (Undeclared reference to 'orders')"),
        ("order.gross * 2 > 1.0", "cannot be evaluated (Unsupported binary operator"),
        ("order.attributes.none == ''", "and has(...) before a field that may be missing"),
        ("order.nothing.startsWith('a')", "cannot be evaluated (No such key: nothing)"),
        ("order.number.frobnicate()", "cannot be evaluated (Undeclared reference to 'frobnicate')"),
    ] {
        let (field, zh, en) = refused(verdicts(
            &with(&[
                json!({"code": "fine", "title": {"zh": "a", "en": "a"}, "when": "true", "outcome": "allow"}),
                rule(when),
            ]),
            &rich(),
        ));
        assert_eq!(field, "settings.rules[1].when", "{when}");
        assert!(en.starts_with("rule \"own\": when ") && en.contains(english), "{when}: {en}");
        assert!(zh.starts_with("规则“own”的 when") && zh.contains('请'), "{when}: {zh}");
    }
}

#[test]
fn a_wrong_condition_shows_whatever_the_order_is() {
    let mut own = rule("order.gross >");
    own["kinds"] = json!(["return"]);
    assert_eq!(refused(verdicts(&with(&[own]), &rich())).0, "settings.rules[0].when");
}

#[test]
fn wrong_facts_and_texts_are_named() {
    for (part, value, field) in [
        ("facts", json!([{"name": "x", "value": "order.none"}]), "settings.rules[0].facts[0].value"),
        ("facts", json!([{"name": "x", "value": "order.customer"}]), "settings.rules[0].facts[0].value"),
        ("text", json!({"zh": "{order.none}", "en": "x"}), "settings.rules[0].text.zh"),
        ("text", json!({"zh": "x", "en": "{what is it}"}), "settings.rules[0].text.en"),
    ] {
        let mut own = rule("true");
        own[part] = value;
        assert_eq!(refused(verdicts(&with(&[own]), &rich())).0, field);
    }
}

#[test]
fn cost_is_bounded() {
    let many: Vec<_> = (0..201)
        .map(|number| {
            let mut rule = rule("true");
            rule["code"] = json!(format!("r{number}"));
            rule
        })
        .collect();
    assert_eq!(refused(verdicts(&with(&many), &rich())).0, "settings.rules");
    assert_eq!(verdicts(&with(&many[..200]), &rich()).unwrap().len(), 200);
    assert_eq!(refused(verdicts(&with(&[rule("true"), rule("true")]), &rich())).0, "settings.rules[1].code");

    let long = format!("'{}' != ''", "额".repeat(1_992));
    assert!(applies(&long, &rich()));
    assert_eq!(refused(verdicts(&with(&[rule(&format!("{long} "))]), &rich())).0, "settings.rules[0].when");
    for deep in [
        format!("{}1{} > 1", "(1 + ".repeat(60), ")".repeat(60)),
        format!("{}true", "!-".repeat(60)),
        format!("1{} > 1", " + 1".repeat(60)),
        format!("{}1{} == []", "[".repeat(60), "]".repeat(60)),
        format!("order{} == 1", ".a".repeat(60)),
    ] {
        let (field, _, en) = refused(verdicts(&with(&[rule(&deep)]), &rich()));
        assert_eq!(field, "settings.rules[0].when");
        assert!(
            en.contains("nested too deeply") || en.contains("recursion") || en.contains("cannot be read"),
            "{deep}: {en}"
        );
    }
    // Many conditions in a row are an ordinary rule: the parser balances them.
    assert!(applies(&["true"; 200].join(" || "), &rich()));
    assert!(applies(&["order.gross > 1.0"; 20].join(" && "), &rich()));
    assert!(!applies(&["order.gross < 1.0"; 20].join(" || "), &rich()));
}

#[test]
fn the_readme_tells_the_truth() {
    let json = include_str!("../../README.md").split("```json").nth(1).unwrap().split("```").next().unwrap();
    let mut facts = rich();
    facts.order.customer.level = "C".to_owned();
    facts.order.customer.name = "新客".to_owned();
    facts.order.payment_days = 60;
    facts.order.gross = 4_000_000;
    assert!(verdicts(json, &facts).unwrap().is_empty());
    facts.order.gross = 4_000_001;
    let verdict = verdicts(json, &facts).unwrap().remove(0);
    let Outcome::Hold(hold) = verdict.outcome else { panic!("no hold") };
    assert_eq!(hold.reason.zh, "客户 新客 账期 60 天，金额 40,000.01 CNY");
    assert_eq!(hold.needs[0].role, "finance");
}

//! The rules that come with the plugin, at their edges.

use super::*;

#[test]
fn an_amount_is_held_above_the_limit_and_not_at_it() {
    for (gross, held) in [(4_999_999, false), (5_000_000, false), (5_000_001, true), (i64::MAX, true)] {
        let mut facts = order(&["A"]);
        facts.order.gross = gross;
        assert_eq!(!applied(&facts).is_empty(), held, "{gross}");
    }
}

#[test]
fn an_amount_counts_in_the_companys_currency() {
    for (currency, gross, rate, held) in [
        ("USD", 700_000, "7.1428", false),   // 49,999.60
        ("USD", 700_000, "7.142857", false), // 49,999.999, which is 50,000.00
        ("USD", 700_000, "7.142858", true),  // 50,000.006, which is 50,000.01
        ("USD", 700_000, "7.15", true),
        ("JPY", 1_000_000, "0.05", false),
        ("JPY", 1_000_001, "0.05", true),
        ("KWD", 2_000_000, "25", false),
        ("KWD", 2_000_001, "25", true),
    ] {
        let mut facts = order(&["A"]);
        facts.order.currency = currency.to_owned();
        facts.order.gross = gross;
        facts.order.exchange_rate = Some(d(rate));
        assert_eq!(!applied(&facts).is_empty(), held, "{gross} {currency} at {rate}");
    }
}

#[test]
fn a_large_amount_waits_for_the_authorisation() {
    let mut facts = order(&["A"]);
    facts.order.gross = 6_000_050;
    let verdict = verdicts("{}", &facts).unwrap().remove(0);
    assert_eq!((verdict.rule.as_str(), verdict.title.zh.as_str()), ("amount-over-limit", "金额超限"));
    let Outcome::Hold(hold) = verdict.outcome else { panic!("no hold") };
    assert_eq!(hold.reason.zh, "订单含税金额 60,000.50 CNY，超过本位币 50000，需要法定代表人授权书");
    assert!(hold.reason.en.starts_with("The order amounts to 60,000.50 CNY with tax."), "{}", hold.reason.en);
    assert_eq!((hold.needs.len(), hold.needs[0].kind.as_str()), (1, "attachment"));
    assert!(hold.needs[0].text.zh.contains("授权书"));
    assert_eq!(verdict.attributes, attributes([("amount", "60000.5"), ("limit", "50000")]));
}

#[test]
fn a_duplicate_is_one_within_a_day() {
    for (ago, held) in [
        (0, true),
        (HOUR, true),
        (24 * HOUR, true),
        (24 * HOUR + 1, false),
        // Placed later, and handed in earlier.
        (-1, true),
        (-24 * HOUR, true),
        (-24 * HOUR - 1, false),
    ] {
        let mut facts = order(&["A", "B"]);
        facts.recent = vec![earlier(&["B", "A"], ago)];
        assert_eq!(!applied(&facts).is_empty(), held, "{ago} µs ago");
    }
}

#[test]
fn a_check_that_is_cut_off_is_flagged() {
    for (hours, flagged) in
        [(None, false), (Some("168"), false), (Some("24"), false), (Some("23"), true), (Some("0"), true)]
    {
        let mut facts = order(&["A"]);
        facts.attributes = hours.into_iter().map(|hours| ("recent-hours".to_owned(), hours.to_owned())).collect();
        assert_eq!(applied(&facts) == ["duplicates-cut-off"], flagged, "{hours:?}");
        assert_eq!(applied(&facts).is_empty(), !flagged, "{hours:?}");
    }
    let mut facts = order(&["A"]);
    facts.attributes = attributes([("recent-hours", "8")]);
    let verdict = verdicts("{}", &facts).unwrap().remove(0);
    let Outcome::Flag(text) = verdict.outcome else { panic!("no flag") };
    assert!(text.zh.contains("前后 8 小时") && text.en.contains("within 8 hours, not 24"), "{text:?}");
}

#[test]
fn a_duplicate_has_more_than_four_fifths_in_common() {
    let all = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
    for (ours, theirs, held) in [
        (5, 5, true),
        (5, 4, false), // exactly 80 % of the larger
        (4, 5, false),
        (10, 8, false),
        (10, 9, true),
        (6, 5, true),
        (1, 10, false), // all of ours, but a small part of theirs
        (1, 1, true),
        (0, 0, false),
    ] {
        let mut facts = order(&all[..ours]);
        facts.recent = vec![earlier(&all[..theirs], HOUR)];
        assert_eq!(!applied(&facts).is_empty(), held, "{ours} and {theirs}");
    }
    // An item on two lines is one item.
    let mut facts = order(&["A", "A", "A", "B"]);
    facts.recent = vec![earlier(&["A", "B"], HOUR)];
    assert_eq!(applied(&facts), ["suspected-duplicate"]);
}

#[test]
fn what_was_rejected_or_cancelled_may_be_ordered_again() {
    for (state, held) in
        [("confirmed", true), ("held", true), ("received", true), ("rejected", false), ("cancelled", false)]
    {
        let mut facts = order(&["A"]);
        facts.recent = vec![RecentOrder { state: state.to_owned(), ..earlier(&["A"], HOUR) }];
        assert_eq!(!applied(&facts).is_empty(), held, "{state}");
    }
}

#[test]
fn a_duplicate_names_its_likes_and_waits_for_review() {
    let mut facts = order(&["A"]);
    facts.recent = vec![
        earlier(&["A"], HOUR),
        RecentOrder { number: "SO-7".to_owned(), ..earlier(&["B"], HOUR) },
        RecentOrder { number: "SO-6".to_owned(), ..earlier(&["A"], 2 * HOUR) },
    ];
    let verdict = verdicts("{}", &facts).unwrap().remove(0);
    let Outcome::Hold(hold) = verdict.outcome else { panic!("no hold") };
    assert_eq!(hold.reason.zh, "疑似重复：该客户 24 小时内的订单 SO-8, SO-6 与本单商品高度重合");
    assert_eq!(hold.needs[0].kind, "review");
    assert_eq!(verdict.attributes, attributes([("duplicates", "SO-8, SO-6")]));
}

#[test]
fn a_custom_made_item_is_flagged_above_fifteen_days() {
    for (custom, days, flagged) in [
        ("true", "15", false),
        ("true", "16", true),
        ("false", "16", false),
        ("", "99", false),
        ("true", "", false),
        ("false", "a while", false),
    ] {
        let mut facts = order(&["A"]);
        facts.order.lines[0].attributes = attributes([("custom", custom), ("lead-time-days", days)]);
        assert_eq!(!applied(&facts).is_empty(), flagged, "{custom} {days}");
    }
}

#[test]
fn the_flag_is_the_production_schedule() {
    let mut facts = order(&["DOOR", "BOLT", "WALL"]);
    facts.order.lines[0].attributes = attributes([("custom", "true"), ("lead-time-days", "20")]);
    facts.order.lines[2].attributes = attributes([("custom", "true"), ("lead-time-days", "45")]);
    let verdict = verdicts("{}", &facts).unwrap().remove(0);
    let Outcome::Flag(text) = verdict.outcome else { panic!("no flag") };
    let schedule = "DOOR name of DOOR: 20, 2026-12-13, WALL name of WALL: 45, 2027-01-07";
    assert_eq!(text.zh, format!("定制商品交期超过 15 天，排产计划（商品：天数，完工日）：{schedule}"));
    assert!(text.en.ends_with(&format!("(item: days, ready on): {schedule}")), "{}", text.en);
    assert_eq!(verdict.attributes, attributes([("schedule", schedule)]));
}

#[test]
fn an_unreadable_lead_time_is_no_short_one() {
    let mut facts = order(&["A"]);
    facts.order.lines[0].attributes = attributes([("custom", "true"), ("lead-time-days", "3 weeks")]);
    let (field, zh, en) = refused(verdicts("{}", &facts));
    assert_eq!(field, "settings.rules[3].when");
    assert!(en.contains("line 1 has the attribute lead-time-days \"3 weeks\", not a whole number of days"), "{en}");
    assert!(zh.contains("long-lead-time"), "{zh}");
}

#[test]
fn returns_pass() {
    let mut facts = order(&["A"]);
    facts.order.kind = OrderKind::Return;
    facts.order.gross = 9_000_000;
    facts.order.lines[0].attributes = attributes([("custom", "true"), ("lead-time-days", "99")]);
    facts.recent = vec![earlier(&["A"], HOUR)];
    assert!(applied(&facts).is_empty());
}

#[test]
fn several_rules_apply_in_order() {
    let mut facts = order(&["A"]);
    facts.order.gross = 9_000_000;
    facts.order.lines[0].attributes = attributes([("custom", "true"), ("lead-time-days", "99")]);
    facts.recent = vec![earlier(&["A"], HOUR)];
    assert_eq!(applied(&facts), ["amount-over-limit", "suspected-duplicate", "long-lead-time"]);
}

#[test]
fn thresholds_are_settings() {
    let mut facts = order(&["A", "B", "C"]);
    facts.order.lines[0].attributes = attributes([("custom", "true"), ("lead-time-days", "8")]);
    facts.recent = vec![earlier(&["A", "B"], 30 * HOUR)];
    let settings =
        r#"{"thresholds":{"amount":"999.99","duplicate-hours":"48","duplicate-overlap":"0.6","lead-time-days":7}}"#;
    assert_eq!(verdicts(settings, &facts).unwrap().len(), 3);
    let settings = r#"{"thresholds":{"amount":1000,"duplicate-hours":29.5,"lead-time-days":8}}"#;
    assert!(verdicts(settings, &facts).unwrap().is_empty());
}

#[test]
fn the_manifest_shows_the_same_defaults() {
    let manifest: serde_json::Value = serde_json::from_str(include_str!("../../manifest.json")).unwrap();
    let properties = &manifest["settings"]["properties"];
    let shown = rules(&serde_json::json!({"thresholds": properties["thresholds"]["default"], "rules": properties["rules"]["default"]}).to_string());
    assert_eq!(shown.rules.as_deref(), Some(crate::defaults::rules().as_slice()));
    assert_eq!(shown.thresholds, crate::settings::Thresholds::default());
    for (name, threshold) in properties["thresholds"]["properties"].as_object().unwrap() {
        assert_eq!(threshold["default"], properties["thresholds"]["default"][name]);
    }
}

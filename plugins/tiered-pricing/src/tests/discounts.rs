//! Regions, levels, tiers, promotions, rounding.

use super::*;

#[test]
fn regions_and_levels_act_one_after_the_other() {
    let rules = settings(
        r#"{"regions":[{"region":"west","factor":"1.1"}],"levels":[{"level":"B","percent":"50"},{"level":"A","percent":"5"}]}"#,
    );
    let price = price_one(&rules, vec![row("A", "100")], line("A", "1"));
    assert_eq!(story(&price), "base 100, region 10, level -5.5");
    assert_eq!(price.explanation[2].reason, Text::new("客户等级 A 优惠 5%", "level A, 5 % off"));
}

#[test]
fn what_the_list_gives_already_is_not_given_twice() {
    let rules = settings(
        r#"{"levels":[{"level":"A","percent":"5"}],"tiers":[{"min-quantity":"10","discount":{"percent":"20"}}]}"#,
    );
    let mut own = row("A", "90");
    own.level = "A".to_owned();
    assert_eq!(story(&price_one(&rules, vec![own], line("A", "10"))), "base 90, tier -18");
    let mut many = row("A", "80");
    many.min_quantity = d("10");
    assert_eq!(story(&price_one(&rules, vec![many, row("A", "100")], line("A", "10"))), "base 80, level -4");
}

#[test]
fn the_closest_tier_counts_and_only_from_its_quantity_on() {
    let rules = settings(
        r#"{"tiers":[
            {"min-quantity":"10","discount":{"percent":"1"}},
            {"min-quantity":"100","discount":{"percent":"2"}},
            {"items":{"categories":["doors"]},"min-quantity":"10","discount":{"percent":"3"}},
            {"items":{"skus":["A"]},"min-quantity":"50","discount":{"amount":{"value":"4","currency":"CNY"}}},
            {"items":{"skus":["A"]},"min-quantity":"60","discount":{"amount":{"value":"9","currency":"USD"}}}]}"#,
    );
    for (sku, category, quantity, expected) in [
        ("A", "doors", "9", "base 100"),
        ("A", "doors", "10", "base 100, tier -3"),
        ("A", "doors", "50", "base 100, tier -4"),
        ("A", "doors", "100", "base 100, tier -4"),
        ("B", "doors", "100", "base 100, tier -3"),
        ("B", "windows", "99", "base 100, tier -1"),
        ("B", "windows", "100", "base 100, tier -2"),
    ] {
        let mut line = line(sku, quantity);
        line.category = category.to_owned();
        assert_eq!(story(&price_one(&rules, vec![row(sku, "100")], line)), expected, "{quantity} {sku} of {category}");
    }
}

#[test]
fn amounts_and_quantities_count_base_units() {
    let rules = settings(r#"{"tiers":[{"min-quantity":"24","discount":{"amount":{"value":"0.5","currency":"CNY"}}}]}"#);
    let mut per_box = row("A", "30");
    per_box.unit = "box".to_owned();
    let boxes = |quantity| PriceLine { unit: "box".to_owned(), unit_rate: d("12"), ..line("A", quantity) };
    assert_eq!(story(&price_one(&rules, vec![per_box.clone()], boxes("1"))), "base 30");
    assert_eq!(story(&price_one(&rules, vec![per_box], boxes("2"))), "base 30, tier -6");
}

fn promotion(code: &str, rest: &str) -> String {
    format!(r#"{{"code":"{code}","title":{{"zh":"双十一","en":"Singles' day"}},{rest}}}"#)
}

fn with_promotions(promotions: &[String]) -> TieredPricing {
    settings(&format!(r#"{{"promotions":[{}]}}"#, promotions.join(",")))
}

#[test]
fn a_promotion_is_for_whom_and_when_it_says() {
    for (conditions, given) in [
        ("", true),
        (r#""from":"2026-11-11","to":"2026-11-11","#, true),
        (r#""from":"2026-11-12","#, false),
        (r#""to":"2026-11-10","#, false),
        (r#""items":{"skus":["A"]},"#, true),
        (r#""items":{"skus":["B"]},"#, false),
        (r#""items":{"skus":["B"],"categories":["doors"]},"#, true),
        (r#""min-quantity":"5","#, true),
        (r#""min-quantity":"5.001","#, false),
        (r#""levels":["A","B"],"#, true),
        (r#""levels":["B"],"#, false),
        (r#""stores":["S2"],"#, false),
        (r#""regions":["west"],"#, true),
        (r#""regions":["east"],"#, false),
    ] {
        let rules = with_promotions(&[promotion("P", &format!(r#"{conditions}"discount":{{"percent":"10"}}"#))]);
        let price = price_one(&rules, vec![row("A", "100")], line("A", "5"));
        assert_eq!(story(&price), if given { "base 100, promotion -10" } else { "base 100" }, "{conditions}");
        if given {
            let step = &price.explanation[1];
            assert_eq!((step.source.as_str(), step.reason.zh.as_str()), ("P", "双十一：优惠 10%"));
        }
    }
}

#[test]
fn the_better_of_one_alone_and_all_together() {
    let alone =
        |percent: &str| promotion(&format!("ALONE{percent}"), &format!(r#""discount":{{"percent":"{percent}"}}"#));
    let joint = |code: &str, percent: &str| {
        promotion(code, &format!(r#""combinable":true,"discount":{{"percent":"{percent}"}}"#))
    };
    for (promotions, expected) in [
        (vec![alone("10"), alone("20"), alone("15")], "base 100, promotion -20"),
        (vec![joint("X", "10"), joint("Y", "10")], "base 100, promotion -10, promotion -9"),
        (vec![alone("20"), joint("X", "10"), joint("Y", "10")], "base 100, promotion -20"),
        (vec![alone("18"), joint("X", "10"), joint("Y", "10")], "base 100, promotion -10, promotion -9"),
    ] {
        assert_eq!(story(&price_one(&with_promotions(&promotions), vec![row("A", "100")], line("A", "1"))), expected);
    }
}

#[test]
fn never_below_zero() {
    let rules = with_promotions(&[
        promotion("X", r#""combinable":true,"discount":{"amount":{"value":"70","currency":"CNY"}}"#),
        promotion("Y", r#""combinable":true,"discount":{"amount":{"value":"70","currency":"CNY"}}"#),
        promotion("Z", r#""combinable":true,"discount":{"percent":"100"}"#),
    ]);
    let price = price_one(&rules, vec![row("A", "100")], line("A", "1"));
    assert_eq!(story(&price), "base 100, promotion -70, promotion -30");
    assert_eq!(price.unit_price, Decimal::ZERO);
}

#[test]
fn an_amount_of_another_currency_is_not_taken_off() {
    let rules = with_promotions(&[promotion("X", r#""discount":{"amount":{"value":"70","currency":"USD"}}"#)]);
    assert_eq!(story(&price_one(&rules, vec![row("A", "100")], line("A", "1"))), "base 100");
}

#[test]
fn rounding_is_a_step_of_its_own() {
    for (digits, expected) in [
        ("0", "base 9.99, level -0.4995, rounding -0.4905"),
        ("2", "base 9.99, level -0.4995, rounding -0.0005"),
        ("4", "base 9.99, level -0.4995"),
    ] {
        let rules = settings(&format!(r#"{{"digits":{digits},"levels":[{{"level":"A","percent":"5"}}]}}"#));
        assert_eq!(story(&price_one(&rules, vec![row("A", "9.99")], line("A", "1"))), expected);
    }
    // The half goes up.
    let price = price_one(&settings("{}"), vec![row("A", "0.125")], line("A", "1"));
    assert_eq!((price.unit_price, story(&price)), (d("0.13"), "base 0.125, rounding 0.005".to_owned()));
}

#[test]
fn wrong_settings_are_named() {
    for (json, field) in [
        (r#"{"digits":5}"#, "settings.digits"),
        (r#"{"mode":"both"}"#, "settings.mode"),
        (r#"{"levels":[{"level":"A","percent":"101"}]}"#, "settings.levels[0].percent"),
        (r#"{"levels":[{"level":"A","percent":"-1"}]}"#, "settings.levels[0].percent"),
        (r#"{"levels":[{"level":"A","percent":"0.00001"}]}"#, "settings.levels[0].percent"),
        (r#"{"regions":[{"region":"w","factor":"0"}]}"#, "settings.regions[0].factor"),
        (r#"{"tiers":[{"min-quantity":"x","discount":{"percent":"1"}}]}"#, "settings.tiers[0].min-quantity"),
        (
            r#"{"promotions":[{"code":"P","title":{"zh":"z","en":"e"},"from":"11.11.2026","discount":{"percent":"1"}}]}"#,
            "settings.promotions[0].from",
        ),
        (
            r#"{"tiers":[{"min-quantity":"1","discount":{"amount":{"value":"-1","currency":"CNY"}}}]}"#,
            "settings.tiers[0].discount.amount.value",
        ),
        (
            r#"{"promotions":[{"code":"P","title":{"zh":"z","en":"e"},"from":"2026-11-12","to":"2026-11-11","discount":{"percent":"1"}}]}"#,
            "settings.promotions[0].to",
        ),
    ] {
        let read = mortise_sdk::settings::parse::<TieredPricing>(json).and_then(|settings| settings.check());
        let Err(Error::Invalid(invalid)) = read else { panic!("{json} was taken") };
        assert_eq!(invalid.field, field, "{json}");
    }
}

#[test]
fn the_readme_tells_the_truth() {
    let json = include_str!("../../README.md").split("```json").nth(1).unwrap().split("```").next().unwrap();
    let price = price_one(&settings(json), vec![row("DOOR-9", "99.90")], line("DOOR-9", "100"));
    assert_eq!(story(&price), "base 99.9, level -4.995, tier -2.84715, promotion -20, rounding 0.00215");
    assert_eq!(price.unit_price, d("72.06"));
}

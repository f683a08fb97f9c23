//! The rules by example, and what holds for any rules.

use mortise_sdk::pricing::{LinePrice, PriceLine, PriceRequest, PriceStep, Priced};
use mortise_sdk::records::{ListPrice, Product};
use mortise_sdk::{Decimal, Error, Result, Text};

use crate::TieredPricing;
use crate::list::{PriceList, skus};
use crate::price::{adjust, from_list};

mod discounts;
mod properties;
mod units;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn settings(json: &str) -> TieredPricing {
    let settings: TieredPricing = mortise_sdk::settings::parse(json).unwrap();
    settings.check().unwrap();
    settings
}

/// A row of the list `standard/7` per piece.
fn row(sku: &str, price: &str) -> ListPrice {
    ListPrice {
        sku: sku.to_owned(),
        unit: "piece".to_owned(),
        currency: "CNY".to_owned(),
        price: d(price),
        tax_inclusive: true,
        tax_rate: d("0.13"),
        source: "standard/7".to_owned(),
        ..ListPrice::default()
    }
}

fn line(sku: &str, quantity: &str) -> PriceLine {
    PriceLine {
        number: 1,
        sku: sku.to_owned(),
        category: "doors".to_owned(),
        unit: "piece".to_owned(),
        unit_rate: Decimal::ONE,
        quantity: d(quantity),
        ..PriceLine::default()
    }
}

/// Customer of level A, store S1, region west, 2026-11-11.
fn request(lines: Vec<PriceLine>) -> PriceRequest {
    let mut request = PriceRequest {
        store: "S1".to_owned(),
        region: "west".to_owned(),
        currency: "CNY".to_owned(),
        business_date: "2026-11-11".to_owned(),
        lines,
        ..PriceRequest::default()
    };
    request.customer.level = "A".to_owned();
    request
}

/// Prices one line; every test thereby sees that the steps add up.
fn price_one(settings: &TieredPricing, rows: Vec<ListPrice>, line: PriceLine) -> LinePrice {
    let priced = from_list(settings, &request(vec![line]), &PriceList::new(rows)).unwrap();
    checked(priced)
}

fn checked(mut priced: Priced) -> LinePrice {
    let line = priced.lines.pop().unwrap();
    assert_eq!(sum(&line), line.unit_price, "{line:?}");
    line
}

fn sum(line: &LinePrice) -> Decimal {
    line.explanation.iter().fold(Decimal::ZERO, |sum, step| sum.plus(step.amount).unwrap())
}

/// `base 100, level -5` and the like.
fn story(line: &LinePrice) -> String {
    let steps: Vec<_> = line.explanation.iter().map(|step| format!("{} {}", step.kind, step.amount)).collect();
    steps.join(", ")
}

fn refused(result: Result<Priced>) -> (String, Text) {
    let Err(Error::Invalid(invalid)) = result else { panic!("{result:?} is no refusal") };
    (invalid.field, invalid.reason)
}

#[test]
fn the_list_price_is_the_price() {
    let priced =
        from_list(&settings("{}"), &request(vec![line("A", "3")]), &PriceList::new(vec![row("A", "99.90")])).unwrap();
    assert_eq!(priced.version, "standard/7");
    let line = checked(priced);
    assert_eq!((line.unit_price, line.tax_rate, line.tax_inclusive), (d("99.90"), d("0.13"), true));
    let step = &line.explanation[0];
    assert_eq!((step.kind.as_str(), step.source.as_str()), ("base", "standard/7"));
    assert_eq!(step.reason, Text::new("价目表 standard/7", "price list standard/7"));
}

#[test]
fn the_most_specific_row_wins_in_any_order() {
    let mut rows = vec![row("A", "100"), row("A", "90"), row("A", "95"), row("A", "85"), row("A", "1"), row("B", "7")];
    rows[1].min_quantity = d("10");
    rows[2].level = "A".to_owned();
    rows[3].level = "A".to_owned();
    rows[3].min_quantity = d("10");
    rows[4].level = "B".to_owned();
    for turn in 0..rows.len() {
        rows.rotate_left(turn);
        for (quantity, expected) in [("9.999", "95"), ("10", "85"), ("11", "85")] {
            assert_eq!(price_one(&settings("{}"), rows.clone(), line("A", quantity)).unit_price, d(expected));
        }
        rows.reverse();
    }
    let chosen = price_one(&settings("{}"), rows, line("A", "10"));
    assert_eq!(chosen.explanation[0].reason.zh, "价目表 standard/7，客户等级 A，10 piece 起");
    assert_eq!(chosen.explanation[0].reason.en, "price list standard/7, level A, from 10 piece");
}

#[test]
fn an_item_without_a_price_is_named_with_a_remedy() {
    let mut other_level = row("LEVEL", "1");
    other_level.level = "B".to_owned();
    let mut many = row("MANY", "1");
    many.min_quantity = d("5");
    let mut negative = row("NEG", "-1");
    negative.source = "odd/1".to_owned();
    let list = PriceList::new(vec![row("A", "1"), other_level, many, negative]);
    for (sku, english) in [
        (
            "NONE",
            "line 2: no price list in force on 2026-11-11 has NONE in CNY: publish a price for it, or take the line out",
        ),
        ("LEVEL", "line 2: LEVEL has prices for other customer levels than \"A\" alone"),
        ("MANY", "line 2: MANY is priced from 5 piece on: order more"),
        ("NEG", "line 2: odd/1 has a price below zero for NEG"),
    ] {
        let mut second = line(sku, "1");
        second.number = 2;
        let (field, reason) = refused(from_list(&settings("{}"), &request(vec![line("A", "1"), second]), &list));
        assert_eq!(field, "lines[1].sku");
        assert!(reason.en.starts_with(english), "{}", reason.en);
        assert!(
            reason.zh.starts_with("第 2 行") && reason.zh.contains(sku) && reason.zh.contains("请"),
            "{}",
            reason.zh
        );
    }
}

#[test]
fn adjusts_what_came_before() {
    let rules = settings(r#"{"mode":"adjust","version":"autumn","levels":[{"level":"A","percent":"10"}]}"#);
    let proposed = LinePrice {
        number: 1,
        unit_price: d("80"),
        tax_rate: d("0.09"),
        tax_inclusive: false,
        explanation: vec![
            PriceStep::new("base", d("100"), Text::same("x")),
            PriceStep::new("gap", d("-20"), Text::same("y")),
        ],
    };
    let mut asked = request(vec![line("A", "1")]);
    let (field, reason) = refused(adjust(&rules, asked.clone()));
    assert_eq!(field, "lines[0].proposed");
    assert!(reason.en.contains("mode base") && reason.zh.contains("base"));

    asked.lines[0].proposed = Some(proposed.clone());
    let priced = adjust(&rules, asked.clone()).unwrap();
    assert_eq!(priced.version, "autumn");
    let price = checked(priced);
    assert_eq!(story(&price), "base 100, gap -20, level -8");
    assert_eq!((price.unit_price, price.tax_rate, price.tax_inclusive), (d("72"), d("0.09"), false));

    // A base strategy does not look at the proposal.
    let base = from_list(&settings("{}"), &asked, &PriceList::new(vec![row("A", "50")])).unwrap();
    assert_eq!(story(&checked(base)), "base 50");

    asked.lines[0].proposed = Some(LinePrice { unit_price: d("-1"), ..proposed });
    assert_eq!(refused(adjust(&rules, asked)).0, "lines[0].sku");
}

#[test]
fn a_version_names_every_list_once() {
    let mut other = row("B", "1");
    other.source = "outlet/2".to_owned();
    let list = PriceList::new(vec![row("A", "1"), other]);
    let lines = vec![line("A", "1"), line("B", "1"), line("A", "1")];
    let priced = from_list(&settings(r#"{"version":"rules-3"}"#), &request(lines), &list).unwrap();
    assert_eq!(priced.version, "standard/7 + outlet/2 + rules-3");
}

#[test]
fn asks_for_each_item_once() {
    assert_eq!(skus(&request(vec![line("B", "1"), line("A", "1"), line("B", "2")])), ["A", "B"]);
}

#[test]
fn numbers_out_of_range_are_refused_with_their_line() {
    let mut far = line("A", "1");
    far.unit_rate = Decimal::whole(i64::MAX);
    far.quantity = Decimal::whole(i64::MAX);
    let rules = settings(r#"{"tiers":[{"min-quantity":"1","discount":{"percent":"5"}}]}"#);
    let (field, reason) = refused(from_list(&rules, &request(vec![far]), &PriceList::new(vec![row("A", "1")])));
    assert_eq!(field, "lines[0]");
    assert!(reason.en.contains("the number is too large"), "{}", reason.en);
}

fn product(sku: &str, units: &[(&str, &str)]) -> Product {
    Product {
        sku: sku.to_owned(),
        base_unit: "piece".to_owned(),
        units: units.iter().map(|(unit, rate)| ((*unit).to_owned(), d(rate))).collect(),
        ..Product::default()
    }
}

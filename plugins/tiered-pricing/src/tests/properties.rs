//! What holds for any price list and any rules.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn text(units: i64, scale: u8) -> String {
    Decimal::new(units, scale).to_string()
}

prop_compose! {
    fn any_discount()(percent in 0..=1_000_000_i64, amount in 0..1_000_000_i64, which in 0..3_u8) -> Value {
        match which {
            0 => json!({"percent": text(percent, 4)}),
            1 => json!({"amount": {"value": text(amount, 4), "currency": "CNY"}}),
            _ => json!({"amount": {"value": text(amount, 4), "currency": "USD"}}),
        }
    }
}

prop_compose! {
    fn any_promotion()(discount in any_discount(), combinable: bool, from in 0..40_i64, sku in prop::bool::ANY) -> Value {
        let skus = if sku { json!(["A"]) } else { json!([]) };
        json!({"code": "P", "title": {"zh": "促销", "en": "promotion"}, "items": {"skus": skus}, "min-quantity": text(from, 0),
            "discount": discount, "combinable": combinable})
    }
}

prop_compose! {
    fn any_rules()(
        digits in 0..=4_u8,
        factor in 1..30_000_i64,
        percent in 0..=1_000_000_i64,
        tiers in prop::collection::vec((0..40_i64, any_discount()), 0..4),
        promotions in prop::collection::vec(any_promotion(), 0..5),
    ) -> Value {
        let tiers: Vec<_> =
            tiers.into_iter().map(|(from, discount)| json!({"min-quantity": text(from, 0), "discount": discount})).collect();
        json!({"digits": digits, "regions": [{"region": "west", "factor": text(factor, 4)}],
            "levels": [{"level": "A", "percent": text(percent, 4)}], "tiers": tiers, "promotions": promotions})
    }
}

prop_compose! {
    fn any_row()(price in 0..10_000_000_i64, scale in 0..=6_u8, from in 0..40_i64, level in 0..3_usize, unit in 0..3_usize) -> ListPrice {
        ListPrice {
            price: Decimal::new(price, scale),
            min_quantity: Decimal::whole(from),
            level: ["", "A", "B"][level].to_owned(),
            unit: ["piece", "box", "pallet"][unit].to_owned(),
            ..row("A", "0")
        }
    }
}

fn list(rows: Vec<ListPrice>) -> PriceList {
    PriceList::new(rows).with_products(vec![product("A", &[("box", "12"), ("pallet", "144")])])
}

proptest! {
    #[test]
    fn every_price_is_explained_exactly_and_never_below_zero(
        rules in any_rules(), rows in prop::collection::vec(any_row(), 1..8), quantity in 1..60_000_i64, in_boxes: bool,
    ) {
        let rules = settings(&rules.to_string());
        let mut asked = line("A", "1");
        asked.quantity = Decimal::new(quantity, 3);
        if in_boxes {
            asked.unit = "box".to_owned();
            asked.unit_rate = d("12");
        }
        let asked = request(vec![asked]);
        let mut reversed = rows.clone();
        reversed.reverse();
        let priced = from_list(&rules, &asked, &list(rows));
        prop_assert_eq!(&priced, &from_list(&rules, &asked, &list(reversed)), "the order of rows does not matter");
        if let Ok(priced) = priced {
            let price = &priced.lines[0];
            prop_assert_eq!(sum(price), price.unit_price);
            prop_assert!(!price.unit_price.is_negative());
            prop_assert_eq!(price.unit_price.rounded(rules.digits.0).unwrap(), price.unit_price);
            prop_assert!(price.explanation.iter().skip(1).all(|step| !step.amount.is_zero()));
            prop_assert!(price.explanation.iter().all(|step| !step.reason.zh.is_empty() && !step.reason.en.is_empty()));
        }
    }

    #[test]
    fn a_larger_discount_never_raises_the_price(
        base in 0..10_000_000_i64, less in 0..=10_000_i64, more in 0..=10_000_i64, digits in 0..=4_u8, tier in 0..=10_000_i64,
    ) {
        let (less, more) = (less.min(more), less.max(more));
        let price = |percent: i64| {
            let rules = json!({"digits": digits, "levels": [{"level": "A", "percent": text(percent, 2)}],
                "tiers": [{"min-quantity": "1", "discount": {"percent": text(tier, 2)}}],
                "promotions": [{"code": "P", "title": {"zh": "z", "en": "e"}, "discount": {"percent": text(percent, 2)}}]});
            price_one(&settings(&rules.to_string()), vec![row("A", &text(base, 4))], line("A", "1")).unit_price
        };
        prop_assert!(price(more) <= price(less));
    }

    #[test]
    fn a_further_promotion_never_raises_the_price(rules in any_rules(), extra in any_promotion(), base in 0..10_000_000_i64) {
        let price = |rules: &Value| price_one(&settings(&rules.to_string()), vec![row("A", &text(base, 4))], line("A", "20")).unit_price;
        let mut longer = rules.clone();
        longer["promotions"].as_array_mut().unwrap().push(extra);
        prop_assert!(price(&longer) <= price(&rules));
    }
}

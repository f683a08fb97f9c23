//! The default rules at their edges, and rules of one's own.

use mortise_sdk::order_policy::{Credit, Facts, Outcome, RecentOrder, Verdict};
use mortise_sdk::{Decimal, Error, Line, Order, OrderKind, Result, attributes};

use crate::OrderRules;
use crate::judge::judge;

mod check;
mod defaults;
mod own;
mod properties;

const HOUR: i64 = 3_600_000_000;
/// 2026-11-23 04:00 UTC.
const NOW: i64 = 1_795_406_400_000_000;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn rules(json: &str) -> OrderRules {
    mortise_sdk::settings::parse(json).unwrap()
}

fn verdicts(settings: &str, facts: &Facts) -> Result<Vec<Verdict>> {
    judge(&rules(settings), facts, || "2026-11-23".to_owned())
}

/// Codes of the default rules that apply.
fn applied(facts: &Facts) -> Vec<String> {
    verdicts("{}", facts).unwrap().into_iter().map(|verdict| verdict.rule).collect()
}

fn line(sku: &str) -> Line {
    Line {
        number: 1,
        sku: sku.to_owned(),
        name: format!("name of {sku}"),
        unit: "piece".to_owned(),
        unit_rate: Decimal::ONE,
        quantity: d("2.5"),
        unit_price: d("10"),
        gross: 2_500,
        ..Line::default()
    }
}

/// A sale in CNY with these items.
fn order(skus: &[&str]) -> Facts {
    let mut order = Order {
        number: "SO-9".to_owned(),
        currency: "CNY".to_owned(),
        gross: 100_000,
        net: 88_496,
        tax: 11_504,
        placed_at: NOW,
        business_date: "2026-11-23".to_owned(),
        lines: skus.iter().map(|sku| line(sku)).collect(),
        payment_days: 30,
        attributes: attributes([("channel", "web")]),
        ..Order::default()
    };
    order.customer.code = "C-1".to_owned();
    order.customer.level = "A".to_owned();
    Facts {
        order,
        credit: Credit { limit: None, open: 0 },
        located: None,
        recent: Vec::new(),
        attachments: Vec::new(),
        attributes: Vec::new(),
    }
}

fn earlier(skus: &[&str], microseconds_ago: i64) -> RecentOrder {
    RecentOrder {
        number: "SO-8".to_owned(),
        placed_at: NOW - microseconds_ago,
        state: "confirmed".to_owned(),
        gross: 90_000,
        skus: skus.iter().map(|sku| (*sku).to_owned()).collect(),
    }
}

fn refused(result: Result<Vec<Verdict>>) -> (String, String, String) {
    let Err(Error::Invalid(invalid)) = result else { panic!("{result:?} is no refusal") };
    (invalid.field, invalid.reason.zh, invalid.reason.en)
}

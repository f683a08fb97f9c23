//! The names at the top of every expression.

use cel::common::value::CowVal;
use cel::context::VariableResolver;
use mortise_sdk::AttributesExt;
use mortise_sdk::order_policy::Facts;

use crate::settings::Thresholds;
use crate::view::{Cell, View};

/// What the host hands over where nothing is cut off: seven days.
const ALL_RECENT_HOURS: f64 = 168.0;

/// All that expressions about one order can look at. Nothing is made before it is asked for.
#[derive(Debug)]
pub struct Scene<'a> {
    pub facts: &'a Facts,
    pub thresholds: &'a Thresholds,
    /// The company's day now.
    pub today: fn() -> String,
    /// The order's items, each once; only wanted where there are earlier orders.
    skus: Vec<&'a str>,
}

impl<'a> Scene<'a> {
    pub fn new(facts: &'a Facts, thresholds: &'a Thresholds, today: fn() -> String) -> Self {
        let lines = if facts.recent.is_empty() { &[] } else { facts.order.lines.as_slice() };
        Self { facts, thresholds, today, skus: distinct(lines.iter().map(|line| line.sku.as_str())) }
    }

    /// For how many hours before and after the order no order of the customer is missing.
    fn recent_hours(&self) -> f64 {
        let told = self.facts.attributes.value("recent-hours").and_then(|hours| hours.parse::<u32>().ok());
        told.map_or(ALL_RECENT_HOURS, f64::from)
    }

    /// The largest discount of a line off its list price, as a share; 0 where the host does not tell.
    fn discount(&self) -> f64 {
        let told = self.facts.attributes.value("discount").and_then(|share| share.parse::<f64>().ok());
        told.filter(|share| share.is_finite()).unwrap_or_default()
    }

    /// Which share of the items an earlier order has in common with this one: the common ones by the larger number of distinct
    /// items, so that an order within a much larger one is no duplicate of it, whichever came first.
    #[expect(clippy::cast_precision_loss, reason = "an order has far fewer than 2^52 items")]
    pub fn overlap(&self, earlier: &[String]) -> f64 {
        let theirs = distinct(earlier.iter().map(String::as_str));
        let common = theirs.iter().filter(|sku| self.skus.binary_search(sku).is_ok()).count();
        match self.skus.len().max(theirs.len()) {
            0 => 0.0,
            larger => common as f64 / larger as f64,
        }
    }
}

fn distinct<'a>(skus: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut skus: Vec<_> = skus.collect();
    skus.sort_unstable();
    skus.dedup();
    skus
}

impl VariableResolver for Scene<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let cell = match name {
            "order" => Cell::View(View::Order(self)),
            "credit" => Cell::View(View::Credit(self)),
            "place" => Cell::View(View::Place(self)),
            "thresholds" => Cell::View(View::Thresholds(self.thresholds)),
            "recent" => Cell::Views(self.facts.recent.iter().map(|order| View::Recent(self, order)).collect()),
            "recent_hours" => Cell::Number(self.recent_hours()),
            "discount" => Cell::Number(self.discount()),
            "attachments" => Cell::Texts(&self.facts.attachments),
            "today" => Cell::Made((self.today)()),
            _ => return None,
        };
        Some(CowVal::Owned(cell.into_value()))
    }
}

//! A guest for measurements: has plenty of everything, knows every place and takes every document, so that what is measured is
//! the host.

use mortise_sdk::erp::Receivable;
use mortise_sdk::geocoder::{Candidate, Level, Located, Query};
use mortise_sdk::inventory::{PickTask, StockLevel, StockQuery};
use mortise_sdk::notifier::{Message, Receipt};
use mortise_sdk::{
    CoordinateSystem, Decimal, Document, Erp, Geocoder, Inventory, Notifier, Order, Point, Result, clock,
};
use serde::Deserialize;

/// It has no settings.
#[derive(Deserialize)]
pub struct Offline {}

mortise_sdk::plugin!(Offline: Erp, Inventory, Geocoder, Notifier);

fn document(kind: &str, key: &str) -> Document {
    Document { external_id: format!("{kind}-{key}"), attributes: Vec::new() }
}

impl Erp for Offline {
    fn find_order(&self, _: String) -> Result<Option<Document>> {
        Ok(None)
    }

    fn push_order(&self, order: Order) -> Result<Document> {
        Ok(document("order", &order.number))
    }

    fn push_receivable(&self, receivable: Receivable) -> Result<Document> {
        Ok(document("receivable", &receivable.order))
    }
}

impl Inventory for Offline {
    fn stock(&self, queries: Vec<StockQuery>) -> Result<Vec<StockLevel>> {
        let as_of = clock::now();
        let plenty = Decimal::whole(1_000_000_000);
        let level = |query: StockQuery| StockLevel {
            warehouse: "W1".to_owned(),
            sku: query.sku,
            on_hand: plenty,
            available: plenty,
            as_of,
            attributes: Vec::new(),
        };
        Ok(queries.into_iter().map(level).collect())
    }

    fn push_pick(&self, task: PickTask) -> Result<Document> {
        Ok(document("pick", &task.key))
    }
}

impl Geocoder for Offline {
    fn locate(&self, query: Query) -> Result<Located> {
        let point = Point { longitude: 121.5, latitude: 31.2, system: CoordinateSystem::Gcj02 };
        let best = Candidate { formatted: query.text, level: Level::Point, point: Some(point), ..Candidate::default() };
        Ok(Located { best, ..Located::default() })
    }
}

impl Notifier for Offline {
    fn send(&self, _: Message) -> Result<Receipt> {
        Ok(Receipt::default())
    }
}

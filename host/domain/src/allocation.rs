//! Which warehouse each line ships from: a pure decision over readings of stock.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::Warehouse;
use crate::decimal::Decimal;
use crate::inventory::{Reading, Reservation};

/// A line that needs goods.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Number of the line.
    pub line: u32,
    /// The item.
    pub sku: String,
    /// In base units.
    pub quantity: Decimal,
    /// Zone where the item lies.
    pub zone: String,
}

/// A line for which there is too little.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Shortage {
    /// Number of the line.
    pub line: u32,
    /// The item.
    pub sku: String,
    /// What is needed, in base units.
    pub needed: Decimal,
    /// What there is in all warehouses that were asked.
    pub available: Decimal,
}

/// Takes each line from one warehouse where one has enough (the order's own region first, then by priority), else from several.
/// `promised` is what earlier promises take from each (warehouse, item), in millionths.
pub fn allocate(
    demands: &[Demand],
    readings: &[Reading],
    promised: &BTreeMap<(String, String), i64>,
    warehouses: &[Warehouse],
    region: &str,
) -> Result<Vec<Reservation>, Vec<Shortage>> {
    let mut free: HashMap<(&str, &str), i64> = HashMap::new();
    for reading in readings {
        let taken = promised.get(&(reading.warehouse.clone(), reading.sku.clone())).copied().unwrap_or(0);
        free.insert(
            (&reading.warehouse, &reading.sku),
            reading.available.to_micros().unwrap_or(0).saturating_sub(taken).max(0),
        );
    }
    let mut order: Vec<&Warehouse> = warehouses.iter().collect();
    order.sort_by_key(|warehouse| (warehouse.region != region, warehouse.priority, warehouse.code.clone()));
    let mut taken = Vec::new();
    let mut short = Vec::new();
    for demand in demands {
        let needed = demand.quantity.to_micros().unwrap_or(i64::MAX);
        let has = |free: &HashMap<(&str, &str), i64>, warehouse: &Warehouse| {
            free.get(&(warehouse.code.as_str(), demand.sku.as_str())).copied().unwrap_or(0)
        };
        let total = order.iter().fold(0_i64, |sum, warehouse| sum.saturating_add(has(&free, warehouse)));
        if total < needed {
            short.push(Shortage {
                line: demand.line,
                sku: demand.sku.clone(),
                needed: demand.quantity,
                available: Decimal::from_micros(total).trimmed(),
            });
            continue;
        }
        let whole = order.iter().find(|warehouse| has(&free, warehouse) >= needed);
        let sources: Vec<&Warehouse> = whole.map_or_else(|| order.clone(), |warehouse| vec![warehouse]);
        let mut open = needed;
        for warehouse in sources {
            let part = has(&free, warehouse).min(open);
            if part <= 0 {
                continue;
            }
            open -= part;
            if let Some(rest) = free.get_mut(&(warehouse.code.as_str(), demand.sku.as_str())) {
                *rest -= part;
            }
            taken.push(Reservation {
                line: demand.line,
                warehouse: warehouse.code.clone(),
                sku: demand.sku.clone(),
                quantity: Decimal::from_micros(part).trimmed(),
                zone: demand.zone.clone(),
            });
        }
    }
    if short.is_empty() { Ok(taken) } else { Err(short) }
}

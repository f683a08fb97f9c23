//! Waves: goods of one order that are picked together, by warehouse and zone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::inventory::Reservation;

/// What is picked in one zone of one warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wave {
    /// Unique within the order: warehouse and zone.
    pub name: String,
    /// Code of the warehouse.
    pub warehouse: String,
    /// Zone within it; may be empty.
    pub zone: String,
    /// What is picked.
    pub lines: Vec<WaveLine>,
}

/// A part of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveLine {
    /// Number of the order's line.
    pub line: u32,
    /// The item.
    pub sku: String,
    /// In base units.
    pub quantity: Decimal,
}

/// Groups promises into waves. The same promises always give the same waves under the same names.
pub fn waves(reservations: &[Reservation]) -> Vec<Wave> {
    let mut groups: BTreeMap<(&str, &str), Vec<WaveLine>> = BTreeMap::new();
    for part in reservations {
        let line = WaveLine { line: part.line, sku: part.sku.clone(), quantity: part.quantity };
        groups.entry((&part.warehouse, &part.zone)).or_default().push(line);
    }
    let mut taken = BTreeSet::new();
    let all = groups.into_iter().map(|((warehouse, zone), lines)| {
        let plain = if zone.is_empty() { warehouse.to_owned() } else { format!("{warehouse}-{zone}") };
        // Codes may hold hyphens themselves: the warehouse `W-1` and the zone `1` of `W` must not share a name.
        let mut name = plain.clone();
        let mut count = 1;
        while !taken.insert(name.clone()) {
            count += 1;
            name = format!("{plain}-{count}");
        }
        Wave { name, warehouse: warehouse.to_owned(), zone: zone.to_owned(), lines }
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_promise_is_in_one_wave_and_names_differ(parts in proptest::collection::vec(("[AB1-]{1,3}", "[AB1-]{0,2}", 1..100_i64), 0..20)) {
            let reservations: Vec<_> = parts.iter().zip(1..).map(|((warehouse, zone, quantity), line)| Reservation {
                line, warehouse: warehouse.clone(), sku: "X".into(), quantity: Decimal::whole(*quantity), zone: zone.clone(),
            }).collect();
            let waves = waves(&reservations);
            let names: BTreeSet<_> = waves.iter().map(|wave| &wave.name).collect();
            prop_assert_eq!(names.len(), waves.len());
            let mut lines: Vec<u32> = waves.iter().flat_map(|wave| wave.lines.iter().map(|line| line.line)).collect();
            lines.sort_unstable();
            prop_assert_eq!(lines, reservations.iter().map(|part| part.line).collect::<Vec<_>>());
            for wave in &waves {
                for line in &wave.lines {
                    let part = &reservations[line.line as usize - 1];
                    prop_assert!(part.warehouse == wave.warehouse && part.zone == wave.zone && part.quantity == line.quantity);
                }
            }
        }
    }
}

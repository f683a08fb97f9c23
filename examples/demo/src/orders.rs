//! The orders of the file. Nothing in it is passed over in silence: what is no order is rejected with a reason.

mod judge;
mod row;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Context as _;
use jiff::tz::TimeZone;

pub use judge::Order;
use row::{Columns, Row};

use crate::decimal::Decimal;
use crate::record::table;

/// The company's zone, in which the file's dates are meant.
pub const TIME_ZONE: &str = "Europe/London";

/// An invoice of the file.
#[derive(Debug, Clone)]
pub struct Invoice {
    /// Its number; `row 17` where it has none.
    pub reference: String,
    /// The order in it, or why there is none.
    pub order: Result<Order, String>,
}

/// All that the file says.
#[derive(Debug, Default)]
pub struct Sheet {
    /// In the order in which their first rows stand in the file.
    pub invoices: Vec<Invoice>,
    /// The positive prices of each item.
    pub prices: BTreeMap<String, Vec<Decimal>>,
    /// What an item is called.
    pub names: HashMap<String, String>,
}

impl Sheet {
    /// Reads the whole file. Only a header that is none is an error.
    pub fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        let zone = TimeZone::get(TIME_ZONE).context("the time zone of the company")?;
        let (header, records) = table(bytes)?;
        let columns = Columns::read(&header, zone)?;
        let mut sheet = Self::default();
        let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
        let mut groups: Vec<(String, Vec<Result<Row, String>>)> = Vec::new();
        for record in &records {
            let found = columns.row(record);
            if let Some((sku, price)) = columns.price(record) {
                sheet.prices.entry(sku).or_default().push(price);
            }
            if let Ok(row) = &found.row
                && !row.description.is_empty()
            {
                sheet.names.entry(row.sku.clone()).or_insert_with(|| row.description.clone());
            }
            if found.invoice.is_empty() {
                // Nobody can say to which invoice it belongs.
                let nameless = found.row.err().unwrap_or_else(|| format!("row {}: InvoiceNo is empty", found.number));
                groups.push((format!("row {}", found.number), vec![Err(nameless)]));
                continue;
            }
            let place = *places.entry(found.invoice).or_insert_with_key(|number| {
                groups.push((readable(number), Vec::new()));
                groups.len() - 1
            });
            if let Some((_, rows)) = groups.get_mut(place) {
                rows.push(found.row);
            }
        }
        let mut taken = HashSet::new();
        let mut invoice = |(number, rows): (String, _)| {
            let order = judge::judge(&number, rows);
            Invoice { reference: unique(&number, &mut taken), order }
        };
        sheet.invoices = groups.into_iter().map(&mut invoice).collect();
        Ok(sheet)
    }

    /// The orders in it, with their place among the invoices.
    pub fn orders(&self) -> impl Iterator<Item = (usize, &Invoice, &Order)> {
        let placed = self.invoices.iter().enumerate();
        placed.filter_map(|(at, invoice)| invoice.order.as_ref().ok().map(|order| (at, invoice, order)))
    }
}

/// An invoice's number as text, whatever its bytes are.
fn readable(number: &[u8]) -> String {
    std::str::from_utf8(number).map_or_else(|_| number.escape_ascii().to_string(), ToOwned::to_owned)
}

/// Every invoice has a reference of its own, even where one is called "row 17" and row 17 has no number.
fn unique(reference: &str, taken: &mut HashSet<String>) -> String {
    let mut own = reference.to_owned();
    let mut count = 1;
    while !taken.insert(own.clone()) {
        count += 1;
        own = format!("{reference} ({count})");
    }
    own
}

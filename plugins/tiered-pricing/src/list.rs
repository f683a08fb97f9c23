//! The published price list: which of its rows is the price of a line.

use std::cmp::Reverse;

use mortise_sdk::pricing::{PriceLine, PriceRequest};
use mortise_sdk::records::{ListPrice, Product};
use mortise_sdk::{Decimal, DecimalError, MAX_SCALE};

/// Rows in force on the request's day.
pub struct PriceList {
    /// Ordered by item.
    rows: Vec<ListPrice>,
    products: Vec<Product>,
}

/// The row that prices a line.
#[derive(Debug)]
pub struct Choice<'a> {
    pub row: &'a ListPrice,
    /// The way from the row's unit to the line's; none where they are the same unit.
    pub conversion: Option<Conversion>,
}

/// The way from the row's unit to the line's.
#[derive(Debug)]
pub struct Conversion {
    /// How many units of the row one unit of the line has.
    pub ratio: Decimal,
    /// The row's price per unit of the line.
    pub price: Decimal,
}

/// Why no row prices a line.
#[derive(Debug, PartialEq, Eq)]
pub enum NoRow<'a> {
    /// The list does not have the item.
    Unlisted,
    /// It has the item for other customer levels alone.
    OtherLevels,
    /// It has the item from a larger quantity on.
    TooFew { from: Decimal, unit: &'a str },
    /// It has the item in units that are not known to convert.
    OtherUnit { unit: &'a str },
    /// A number left its range.
    Number(DecimalError),
}

impl From<DecimalError> for NoRow<'_> {
    fn from(error: DecimalError) -> Self {
        Self::Number(error)
    }
}

/// The items of a request, each once.
pub fn skus(request: &PriceRequest) -> Vec<String> {
    let mut skus: Vec<String> = request.lines.iter().map(|line| line.sku.clone()).collect();
    if skus.len() > 1 {
        skus.sort_unstable();
        skus.dedup();
    }
    skus
}

impl PriceList {
    pub fn new(mut rows: Vec<ListPrice>) -> Self {
        rows.sort_unstable_by(|left, right| left.sku.cmp(&right.sku));
        Self { rows, products: Vec::new() }
    }

    pub fn with_products(self, products: Vec<Product>) -> Self {
        Self { products, ..self }
    }

    /// Items of lines that no row in the line's own unit prices, although there are rows in other units.
    pub fn priced_in_other_units(&self, request: &PriceRequest) -> Vec<String> {
        let level = &request.customer.level;
        let mut skus: Vec<String> = Vec::new();
        for line in &request.lines {
            let rows = self.rows(&line.sku);
            if rows.iter().any(|row| row.unit != line.unit)
                && !rows.iter().any(|row| row.unit == line.unit && fits(row, line.quantity, level))
                && !skus.contains(&line.sku)
            {
                skus.push(line.sku.clone());
            }
        }
        skus
    }

    /// The most specific row: in the line's unit before converted ones, for the customer's level before those for all, from the
    /// highest quantity on that the line reaches, and the lower price where that leaves two.
    pub fn choose<'a>(&'a self, line: &PriceLine, level: &str) -> Result<Choice<'a>, NoRow<'a>> {
        let rows = self.rows(&line.sku);
        let own = rows.iter().filter(|row| row.unit == line.unit && fits(row, line.quantity, level));
        if let Some(row) = own.max_by_key(|row| (row.level == level, row.min_quantity, Reverse(row.price))) {
            return Ok(Choice { row, conversion: None });
        }
        let quantity = line.quantity.times(line.unit_rate)?;
        let converted = rows.iter().filter(|row| row.unit != line.unit && is_for(row, level));
        let reached = converted.filter_map(|row| {
            let rate = self.rate(row)?;
            let from = row.min_quantity.times(rate).ok().filter(|from| *from <= quantity)?;
            Some(((row.level == level, from, Reverse(rate), Reverse(row.price)), row, rate))
        });
        let Some((_, row, rate)) = reached.max_by_key(|(rank, ..)| *rank) else {
            return Err(self.why_not(rows, line, level));
        };
        let ratio = line.unit_rate.divided_by(rate, MAX_SCALE)?.trimmed();
        let price = row.price.times(line.unit_rate)?.divided_by(rate, MAX_SCALE)?;
        Ok(Choice { row, conversion: Some(Conversion { ratio, price }) })
    }

    fn why_not<'a>(&self, rows: &'a [ListPrice], line: &PriceLine, level: &str) -> NoRow<'a> {
        let mut for_level = rows.iter().filter(|row| is_for(row, level)).peekable();
        if for_level.peek().is_none() {
            return if rows.is_empty() { NoRow::Unlisted } else { NoRow::OtherLevels };
        }
        let in_base_units = |row: &'a ListPrice| {
            let rate = if row.unit == line.unit { Some(line.unit_rate) } else { self.rate(row) }?;
            Some((row.min_quantity.times(rate).ok()?, &row.unit, row.min_quantity))
        };
        match for_level.clone().filter_map(in_base_units).min() {
            Some((_, unit, from)) => NoRow::TooFew { from, unit },
            None => NoRow::OtherUnit { unit: for_level.map(|row| row.unit.as_str()).min().unwrap_or_default() },
        }
    }

    fn rows(&self, sku: &str) -> &[ListPrice] {
        let start = self.rows.partition_point(|row| row.sku.as_str() < sku);
        let rest = self.rows.get(start..).unwrap_or_default();
        let count = rest.iter().take_while(|row| row.sku == sku).count();
        rest.get(..count).unwrap_or_default()
    }

    /// Base units per unit of the row.
    fn rate(&self, row: &ListPrice) -> Option<Decimal> {
        let product = self.products.iter().find(|product| product.sku == row.sku)?;
        if product.base_unit == row.unit {
            return Some(Decimal::ONE);
        }
        product
            .units
            .iter()
            .find(|(unit, _)| *unit == row.unit)
            .map(|(_, rate)| *rate)
            .filter(|rate| rate.is_positive())
    }
}

fn fits(row: &ListPrice, quantity: Decimal, level: &str) -> bool {
    row.min_quantity <= quantity && is_for(row, level)
}

fn is_for(row: &ListPrice, level: &str) -> bool {
    row.level.is_empty() || row.level == level
}

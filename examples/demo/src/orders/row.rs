//! One row of the file: what it says, or which field cannot be read.

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::decimal::Decimal;
use crate::record::Record;

const COLUMNS: [&str; 8] =
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];
/// No price is above this.
const DEAREST: Decimal = Decimal::whole(1_000_000_000);
/// What is longer is no code that was written too long, which the host refuses, but something else altogether.
const LONGEST: usize = 10_000;

/// The columns of the file, by the header's words.
#[derive(Debug, Clone)]
pub struct Columns {
    count: usize,
    invoice: usize,
    sku: usize,
    quantity: usize,
    date: usize,
    price: usize,
    customer: usize,
    description: Option<usize>,
    names: Vec<String>,
    /// Of dates that name none.
    zone: TimeZone,
}

/// A row that can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Line of the file.
    pub number: usize,
    pub sku: String,
    pub description: String,
    pub quantity: Decimal,
    pub date: Timestamp,
    pub price: Decimal,
    /// Empty: not named.
    pub customer: String,
}

/// A row as found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Line of the file.
    pub number: usize,
    /// The invoice's number, byte by byte; empty: none.
    pub invoice: Vec<u8>,
    /// The row, or what is wrong with it: row, field and why.
    pub row: Result<Row, String>,
}

impl Columns {
    /// Reads the header; the order of its columns does not matter.
    pub fn read(header: &Record, zone: TimeZone) -> anyhow::Result<Self> {
        let names: Vec<String> =
            header.fields.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect();
        let find = |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        for wanted in COLUMNS {
            let times = names.iter().filter(|name| name.eq_ignore_ascii_case(wanted)).count();
            ensure!(times < 2, "the column {wanted:?} stands there {times} times; nobody can say which one counts");
        }
        let need = |wanted: &str| {
            find(wanted).with_context(|| {
                let all = COLUMNS.join(", ");
                format!("there is no column {wanted:?}; the first line must name {all}, separated by commas")
            })
        };
        Ok(Self {
            count: names.len(),
            invoice: need("InvoiceNo")?,
            sku: need("StockCode")?,
            quantity: need("Quantity")?,
            date: need("InvoiceDate")?,
            price: need("UnitPrice")?,
            customer: need("CustomerID")?,
            description: find("Description"),
            names,
            zone,
        })
    }

    /// Reads a row.
    pub fn row(&self, record: &Record) -> Found {
        let invoice = record.fields.get(self.invoice).map(|bytes| trimmed(bytes).to_vec()).unwrap_or_default();
        let fault = |(field, problem): (&str, String)| format!("row {}: {field} {problem}", record.line);
        let row = self.check(record).and_then(|()| self.values(record)).map_err(fault);
        Found { number: record.line, invoice, row }
    }

    /// What the row says of an item's price, where that much can be read.
    pub fn price(&self, record: &Record) -> Option<(String, Decimal)> {
        if record.unclosed.is_some() || !self.complete(record) {
            return None;
        }
        let price = Decimal::read(self.text(record, self.price).ok()?).ok();
        let price = price.filter(|price| price.is_positive() && *price <= DEAREST)?;
        let sku = self.text(record, self.sku).ok().filter(|sku| !sku.is_empty())?;
        Some((sku.to_owned(), price))
    }

    fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("?", String::as_str)
    }

    /// Empty fields behind the last column, as spreadsheets write them, say nothing.
    fn complete(&self, record: &Record) -> bool {
        record.fields.len() >= self.count
            && record.fields.iter().skip(self.count).all(|field| field.trim_ascii().is_empty())
    }

    fn check(&self, record: &Record) -> Result<(), (&str, String)> {
        if let Some(at) = record.unclosed {
            return Err((self.name(at), "opens a quote that is never closed".into()));
        }
        if record.fields.len() < self.count {
            let (there, all) = (record.fields.len(), self.count);
            return Err((self.name(there), format!("is missing: the row has {there} of {all} fields")));
        }
        if !self.complete(record) {
            let problem =
                format!("is followed by more fields: the row has {} instead of {}", record.fields.len(), self.count);
            return Err((self.name(self.count - 1), problem));
        }
        for (at, field) in record.fields.iter().take(self.count).enumerate() {
            match std::str::from_utf8(field) {
                Err(error) => {
                    return Err((self.name(at), format!("is not UTF-8 from byte {} on", error.valid_up_to() + 1)));
                }
                Ok(text) if text.contains('\0') => return Err((self.name(at), "contains a NUL character".into())),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    fn text<'a>(&'a self, record: &'a Record, at: usize) -> Result<&'a str, (&'a str, String)> {
        let field = record.fields.get(at).map(Vec::as_slice).unwrap_or_default();
        std::str::from_utf8(field).map(str::trim).map_err(|_| (self.name(at), "is not UTF-8".to_owned()))
    }

    fn values<'a>(&'a self, record: &'a Record) -> Result<Row, (&'a str, String)> {
        let number = |at: usize| {
            let text = self.text(record, at)?;
            Decimal::read(text).map_err(|problem| (self.name(at), format!("{}{problem}", shown(text))))
        };
        for at in [self.invoice, self.sku, self.customer] {
            let length = self.text(record, at)?.chars().count();
            if length > LONGEST {
                return Err((self.name(at), format!("has {length} characters, which is no code")));
            }
        }
        let sku = self.text(record, self.sku)?.to_owned();
        if sku.is_empty() {
            return Err((self.name(self.sku), "is empty".into()));
        }
        let date = self.text(record, self.date)?;
        let date = read_date(date, &self.zone)
            .map_err(|problem| (self.name(self.date), format!("{}{problem}", shown(date))))?;
        let description = self.description.map(|at| self.text(record, at)).transpose()?.unwrap_or_default().to_owned();
        let (quantity, price) = (number(self.quantity)?, number(self.price)?);
        if price > DEAREST {
            return Err((self.name(self.price), format!("{price} is above {DEAREST}, which is no price of an item")));
        }
        Ok(Row {
            number: record.line,
            sku,
            description,
            quantity,
            date,
            price,
            customer: self.text(record, self.customer)?.to_owned(),
        })
    }
}

fn read_date(text: &str, zone: &TimeZone) -> Result<Timestamp, &'static str> {
    const FORM: &str = "is not a date such as 2010-12-01T08:26:00";
    if text.is_empty() {
        return Err("is empty");
    }
    // With an offset it is a point in time by itself.
    let date = match text.parse::<Timestamp>() {
        Ok(date) => date,
        Err(_) if text.contains('[') => return Err(FORM),
        Err(_) => {
            let date: DateTime = text.parse().map_err(|_| FORM)?;
            zone.to_timestamp(date).map_err(|_| "is no point in time")?
        }
    };
    let year = zone.to_datetime(date).year();
    if (1970..2200).contains(&year) { Ok(date) } else { Err("is not between 1970 and 2199") }
}

/// Without blanks at the ends, those of other scripts too.
fn trimmed(bytes: &[u8]) -> &[u8] {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.trim_ascii(), |text| text.trim().as_bytes())
}

/// The value as a reason shows it: short, and nothing where there is none.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    if short.is_empty() { short } else { format!("{short:?} ") }
}

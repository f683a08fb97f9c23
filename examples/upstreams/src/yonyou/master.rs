//! Customers, inventory, warehouses, stock: what was there before anybody called.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Document, Yonyou,
    document::{Fields, text},
    refusal::Refusal,
};
use crate::{decimal::Decimal, message::Request};

/// Codes are only checked against a kind of master data that the seed lists.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Master {
    pub customers: Vec<Fields>,
    pub inventory: Vec<Fields>,
    pub warehouses: Vec<Fields>,
    pub departments: Vec<Fields>,
    pub stock: Vec<Stock>,
}

/// One item in one warehouse.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    #[serde(alias = "warehouse")]
    pub whcode: String,
    #[serde(alias = "sku")]
    pub invcode: String,
    /// On hand.
    #[serde(alias = "quantity")]
    pub qty: Decimal,
    #[serde(default)]
    pub whname: String,
    #[serde(default, alias = "name")]
    pub invname: String,
    #[serde(default)]
    pub invstd: String,
    /// Frozen.
    #[serde(default)]
    pub stopqty: Decimal,
    /// Promised on delivery notes.
    #[serde(default)]
    pub outqty: Decimal,
}

impl Stock {
    pub fn available(&self) -> Decimal {
        self.qty - self.stopqty - self.outqty
    }
}

/// What `POST /__sim/seed` takes. A code alone stands for a record with that code.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Seed {
    customers: Vec<Value>,
    inventory: Vec<Value>,
    warehouses: Vec<Value>,
    departments: Vec<Value>,
    stock: Vec<Stock>,
    /// Forget the master data there is.
    replace: bool,
}

impl Master {
    pub fn stock_mut(&mut self, house: &str, sku: &str) -> &mut Stock {
        let known = self.stock.iter().position(|s| s.whcode == house && s.invcode == sku);
        let at = known.unwrap_or_else(|| {
            self.stock.push(Stock { whcode: house.into(), invcode: sku.into(), ..Stock::default() });
            self.stock.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the index was found or made one line above")]
        &mut self.stock[at]
    }

    pub fn knows_warehouse(&self, code: &str) -> bool {
        knows(&self.warehouses, code)
    }

    pub fn rows(&self, resource: &str, request: &Request) -> Option<Vec<Fields>> {
        let records = match resource {
            "customer" => &self.customers,
            "inventory" => &self.inventory,
            "warehouse" => &self.warehouses,
            "department" => &self.departments,
            _ => return None,
        };
        let wanted = |record: &&Fields| {
            super::list::within(&text(record, "code"), request, "code")
                && text(record, "name").contains(request.arg("name"))
        };
        Some(records.iter().filter(wanted).cloned().collect())
    }

    pub fn stock_rows(&self, request: &Request) -> Vec<Fields> {
        let wanted = |stock: &&Stock| {
            super::list::within(&stock.whcode, request, "whcode")
                && super::list::within(&stock.invcode, request, "invcode")
                && self.warehouse_name(stock).contains(request.arg("whname"))
                && self.item_name(stock).contains(request.arg("invname"))
                && request.arg("batch").is_empty()
        };
        self.stock.iter().filter(wanted).map(|stock| self.stock_row(stock)).collect()
    }

    fn stock_row(&self, stock: &Stock) -> Fields {
        let mut row = Map::new();
        let out = stock.outqty.text();
        for (name, value) in [
            ("whcode", stock.whcode.as_str()),
            ("whname", self.warehouse_name(stock)),
            ("invcode", &stock.invcode),
            ("invname", self.item_name(stock)),
            ("invstd", &stock.invstd),
            ("invccode", "0101"),
            ("invcname", "成品"),
            ("free1", ""),
            ("batch", ""),
            ("qty", &stock.qty.text()),
            ("stopqty", &stock.stopqty.text()),
            ("inqty", "0"),
            ("transinqty", "0"),
            ("inqtysum", "0"),
            ("outqty", &out),
            ("transoutqty", "0"),
            ("outqtysum", &out),
            ("disableqty", "0"),
            ("availqty", &stock.available().text()),
            ("mdate", ""),
            ("vdate", ""),
            ("massdate", ""),
            ("batchproperty1", ""),
        ] {
            row.insert(name.into(), json!(value));
        }
        row
    }

    fn warehouse_name<'a>(&'a self, stock: &'a Stock) -> &'a str {
        if stock.whname.is_empty() { name_of(&self.warehouses, &stock.whcode) } else { &stock.whname }
    }

    fn item_name<'a>(&'a self, stock: &'a Stock) -> &'a str {
        if stock.invname.is_empty() { name_of(&self.inventory, &stock.invcode) } else { &stock.invname }
    }
}

impl Yonyou {
    pub fn seed(&mut self, seed: &Value) -> Result<(), String> {
        let seed = Seed::deserialize(seed).map_err(|e| e.to_string())?;
        let master = &mut self.master;
        if seed.replace {
            *master = Master::default();
        }
        merge(&mut master.customers, seed.customers)?;
        merge(&mut master.inventory, seed.inventory)?;
        merge(&mut master.warehouses, seed.warehouses)?;
        merge(&mut master.departments, seed.departments)?;
        for new in seed.stock {
            // What is promised on delivery notes stays promised.
            let stock = master.stock_mut(&new.whcode, &new.invcode);
            let outqty = if new.outqty == Decimal::ZERO { stock.outqty } else { new.outqty };
            *stock = Stock { outqty, ..new };
        }
        Ok(())
    }

    /// A state file knows better than the seed what is in stock.
    pub fn seed_missing(&mut self, seed: &Value) -> Result<(), String> {
        if self.master.stock.is_empty() && self.master.inventory.is_empty() { self.seed(seed) } else { Ok(()) }
    }

    pub fn check_customer(&self, document: &Document) -> Result<(), Refusal> {
        let field = document.kind.customer_fields().first().copied().unwrap_or("custcode");
        if document.customer.is_empty() {
            // A delivery note may take its customer from the order.
            return if document.kind == super::Kind::Consignment { Ok(()) } else { Err(Refusal::missing(field)) };
        }
        let known = knows(&self.master.customers, &document.customer);
        if known { Ok(()) } else { Err(Refusal::unknown(field, &document.customer)) }
    }

    pub fn check_item(&self, line: &Fields, field: &str) -> Result<(), Refusal> {
        let code = text(line, field);
        if code.is_empty() {
            return Err(Refusal::missing(field));
        }
        if knows(&self.master.inventory, &code) { Ok(()) } else { Err(Refusal::unknown(field, &code)) }
    }
}

pub fn name_of<'a>(records: &'a [Fields], code: &str) -> &'a str {
    let record = records.iter().find(|record| text(record, "code") == code);
    record.and_then(|record| record.get("name")).and_then(Value::as_str).unwrap_or_default()
}

fn knows(records: &[Fields], code: &str) -> bool {
    records.is_empty() || records.iter().any(|record| record.get("code").and_then(Value::as_str) == Some(code))
}

fn merge(records: &mut Vec<Fields>, new: Vec<Value>) -> Result<(), String> {
    for value in new {
        let fields = match value {
            Value::String(code) => Map::from_iter([("code".to_owned(), json!(code)), ("name".to_owned(), json!(code))]),
            Value::Object(fields) if !text(&fields, "code").is_empty() => fields,
            other => return Err(format!("a record needs a code: {other}")),
        };
        let code = text(&fields, "code");
        match records.iter_mut().find(|record| text(record, "code") == code) {
            Some(known) => known.extend(fields),
            None => records.push(fields),
        }
    }
    Ok(())
}

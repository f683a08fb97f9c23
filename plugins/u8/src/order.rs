//! The sales order: how ours is written in U8's words.

use mortise_sdk::records::CodeKind;
use mortise_sdk::{Decimal, Document, Line, Order, OrderKind, Result, Text};

use crate::body::{Fields, currency_name, minor_digits};
use crate::client::Client;
use crate::codes;
use crate::currency;
use crate::document::{self, Draft, Kind};
use crate::price::Terms;

pub fn find(client: &mut Client<'_>, number: &str) -> Result<Option<Document>> {
    document::find(client, Kind::Order, number, number)
}

pub fn push(client: &mut Client<'_>, order: &Order) -> Result<Document> {
    let draft = draft(client, order)?;
    document::push(client, draft)
}

pub fn change(client: &mut Client<'_>, external_id: &str, order: &Order) -> Result<Document> {
    let draft = draft(client, order)?;
    document::edit(client, external_id, draft)
}

/// A sales order is closed, never deleted: what was made from it stays explained.
pub fn cancel(client: &mut Client<'_>, external_id: &str, reason: &Text) -> Result<Document> {
    mortise_sdk::log::info!("{external_id} is closed: {}", reason.en);
    document::take_back(client, Kind::Order, external_id, "close")
}

fn draft(client: &mut Client<'_>, order: &Order) -> Result<Draft> {
    let skus: Vec<String> = order.lines.iter().map(|line| line.sku.clone()).collect();
    let units: Vec<String> = order.lines.iter().map(|line| line.unit.clone()).collect();
    let items = codes::remote(client.host, CodeKind::Sku, &skus)?;
    let units = codes::remote(client.host, CodeKind::Unit, &units)?;
    let customer = codes::remote_one(client.host, CodeKind::Customer, &order.customer.code)?;
    let settings = client.settings;

    let mut body = Fields::default();
    body.text("code", &order.number);
    body.text("date", &order.business_date);
    body.text("businesstype", &settings.business_type);
    body.text("typecode", &settings.sale_type_code);
    body.text("custcode", customer);
    body.text("deptcode", &settings.department_code);
    body.text("personcode", &settings.person_code);
    body.text("dpredatebt", &order.business_date);
    body.text("dpremodatebt", &order.business_date);
    body.text("sendaddress", &order.ship_to.text);
    body.text("ccusperson", contact(order));
    let header_rate = order.lines.first().and_then(|line| line.tax_rate.times(Decimal::whole(100)).ok());
    if let Some(rate) = settings.tax_rate.parse().ok().or(header_rate) {
        body.number("taxrate", rate);
    }
    body.text("memo", memo(order));
    body.text("maker", &settings.maker);
    body.text(&settings.key_field, &order.number);
    let rate = currency::rate(&settings.home_currency, &order.currency, order.exchange_rate)?;
    if let Some(rate) = rate {
        body.text("currency_name", currency_name(&order.currency));
        body.number("currency_rate", rate);
    }
    body.free_fields(&order.attributes);
    let sign = if order.kind == OrderKind::Return { -1 } else { 1 };
    let digits = minor_digits(&order.currency);
    let mut entry = Vec::with_capacity(order.lines.len());
    for ((line, item), unit) in order.lines.iter().zip(&items).zip(&units) {
        entry.push(row(line, item, unit, Shape { sign, digits, rate })?);
    }
    body.rows("entry", entry);
    Ok(Draft { kind: Kind::Order, key: order.number.clone(), code: order.number.clone(), body, codes: items })
}

/// What all lines of an order share.
#[derive(Clone, Copy)]
struct Shape {
    /// Goods that come back have negative quantities and amounts; prices stay positive.
    sign: i64,
    digits: u8,
    /// Into the home currency, where the order has another.
    rate: Option<Decimal>,
}

fn row(line: &Line, item: &str, unit: &str, shape: Shape) -> Result<Fields> {
    let terms = Terms::of(line, shape.digits)?;
    let signed = |number: Decimal| Decimal::new(number.units * shape.sign, number.scale);
    let amount = |amount: i64| Decimal::from_amount(amount * shape.sign, shape.digits);
    let mut row = Fields::default();
    row.number("rowno", Decimal::from(line.number));
    row.text("inventorycode", item);
    row.number("quantity", signed(terms.quantity));
    // The base unit is U8's own matter, unless the company maps it.
    if line.unit_rate != Decimal::ONE || unit != line.unit {
        row.text("unitcode", unit);
    }
    if line.unit_rate != Decimal::ONE {
        row.number("num", signed(line.quantity));
        row.number("unitrate", line.unit_rate);
    }
    if let Some(price) = terms.price {
        row.number("quotedprice", price);
        row.number(if line.tax_inclusive { "taxunitprice" } else { "unitprice" }, price);
    }
    let amounts = [("money", "natmoney", line.net), ("tax", "nattax", line.tax), ("sum", "natsum", line.gross)];
    for (name, home, value) in amounts {
        row.number(name, amount(value));
        if let Some(rate) = shape.rate {
            row.number(home, amount(value).times(rate)?.rounded(2)?);
        }
    }
    row.number("taxrate", terms.tax_percent);
    row.free_fields(&line.attributes);
    Ok(row)
}

fn contact(order: &Order) -> String {
    [order.ship_to.contact.as_str(), order.ship_to.phone.as_str()].join(" ").trim().to_owned()
}

fn memo(order: &Order) -> String {
    let origin = order.original.as_ref().filter(|_| order.kind == OrderKind::Return);
    let origin = origin.map(|number| format!("退货，原订单 {number}"));
    let note = Some(order.note.clone()).filter(|note| !note.is_empty());
    origin.into_iter().chain(note).collect::<Vec<_>>().join("；")
}

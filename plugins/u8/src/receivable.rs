//! What a customer owes: the receivable document.

use mortise_sdk::erp::Receivable;
use mortise_sdk::records::CodeKind;
use mortise_sdk::{Decimal, Document, OrderKind, Result, Text};

use crate::body::{Fields, currency_name, minor_digits};
use crate::client::Client;
use crate::codes;
use crate::currency;
use crate::document::{self, Draft, Kind};

pub fn find(client: &mut Client<'_>, number: &str) -> Result<Option<Document>> {
    document::find(client, Kind::Receivable, number, number)
}

pub fn push(client: &mut Client<'_>, receivable: &Receivable) -> Result<Document> {
    let customer = codes::remote_one(client.host, CodeKind::Customer, &receivable.customer.code)?;
    let settings = client.settings;
    // A return is owed to the customer.
    let sign = if receivable.kind == OrderKind::Return { -1 } else { 1 };
    let amount = Decimal::from_amount(receivable.gross * sign, minor_digits(&receivable.currency));
    let rate = currency::rate(&settings.home_currency, &receivable.currency, receivable.exchange_rate)?;
    let rate = rate.unwrap_or(Decimal::ONE);
    let home = amount.times(rate)?.rounded(minor_digits(&settings.home_currency))?;

    let mut body = Fields::default();
    body.text("code", &receivable.order);
    body.text("date", &receivable.business_date);
    body.text("cust_vendor_code", &customer);
    body.text("deptcode", &settings.department_code);
    body.text("personcode", &settings.person_code);
    body.number("amount", amount);
    body.number("natamount", home);
    body.text("digest", format!("订单 {}，到期日 {}", receivable.order, receivable.due_date));
    body.text("operator", &settings.maker);
    body.text(&settings.key_field, &receivable.order);
    body.text(&settings.order_field, &receivable.order_document);
    body.free_fields(&receivable.attributes);
    let mut row = Fields::default();
    row.text("cust_vendor_code", &customer);
    row.text("currency_name", currency_name(&receivable.currency));
    row.number("currency_rate", rate);
    row.number("natamount", home);
    row.number("amount", amount);
    body.rows("entry", vec![row]);
    let number = receivable.order.clone();
    document::push(client, Draft { kind: Kind::Receivable, key: number.clone(), code: number, body, codes: Vec::new() })
}

/// A receivable that nobody has approved or paid is deleted; U8 refuses the others, and a person decides.
pub fn cancel(client: &mut Client<'_>, external_id: &str, reason: &Text) -> Result<Document> {
    mortise_sdk::log::info!("{external_id} is deleted: {}", reason.en);
    document::take_back(client, Kind::Receivable, external_id, "delete")
}

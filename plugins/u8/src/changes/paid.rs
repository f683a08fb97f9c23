//! How much has come in for an order?

use mortise_sdk::{Decimal, Payment, Result};
use serde_json::Value;

use crate::body::{currency_name, minor_digits, number, text};
use crate::client::Client;

/// U8's type of a receipt; 49 would be a payment of ours.
pub const RECEIPT: &str = "48";
/// Pages of receipts for one order; nobody pays an order in more parts.
const PAGES: u32 = 20;

/// The sum of all receipts that carry the order's number.
pub fn total(client: &mut Client<'_>, order: &str) -> Result<Payment> {
    let field = client.settings.key_field.clone();
    let home = client.settings.home_currency.clone();
    let mut sum = Decimal::ZERO;
    let mut currency = home.clone();
    for index in 1..=PAGES {
        let page = index.to_string();
        let query = [(field.as_str(), order), ("vouchtype", RECEIPT), ("page_index", &page), ("rows_per_page", "100")];
        let body = client.get("/api/acceptlist/batch_get", &query)?.data()?.unwrap_or_default();
        let rows = body.get("acceptlist").and_then(Value::as_array);
        for row in rows.into_iter().flatten().filter(|row| text(row, &field) == order) {
            sum = sum.plus(number(row, "amount").unwrap_or(Decimal::ZERO))?;
            let named = text(row, "currency_name");
            let known = ["CNY", "USD", "EUR", "HKD", "JPY", "GBP", "AUD", "SGD"];
            if let Some(code) = known.into_iter().find(|code| currency_name(code) == named || *code == named) {
                code.clone_into(&mut currency);
            }
        }
        if text(&body, "page_count").parse().unwrap_or(1) <= index {
            break;
        }
    }
    Ok(Payment { amount: sum.to_amount(minor_digits(&currency))?, currency })
}

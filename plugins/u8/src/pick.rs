//! The delivery note: what the warehouse picks from. It holds the stock until the goods have left.

use mortise_sdk::inventory::PickTask;
use mortise_sdk::records::CodeKind;
use mortise_sdk::{Decimal, Document, Error, OrderKind, Result, Text};

use crate::body::Fields;
use crate::client::Client;
use crate::codes;
use crate::document::{self, Draft, Kind};

/// Longest number of a document that U8 keeps.
const CODE_LENGTH: usize = 30;

pub fn find(client: &mut Client<'_>, key: &str) -> Result<Option<Document>> {
    document::find(client, Kind::Note, key, &code(key))
}

pub fn push(client: &mut Client<'_>, task: &PickTask) -> Result<Document> {
    let skus: Vec<String> = task.items.iter().map(|item| item.sku.clone()).collect();
    let items = codes::remote(client.host, CodeKind::Sku, &skus)?;
    let customer = codes::remote_one(client.host, CodeKind::Customer, &task.customer.code)?;
    let settings = client.settings;
    let warehouse = match task.warehouse.as_str() {
        "" => settings.warehouse_code.clone(),
        own => codes::remote_one(client.host, CodeKind::Warehouse, own)?,
    };
    if warehouse.is_empty() {
        return Err(Error::invalid(
            "warehouse",
            "拣货任务没有仓库，请在连接设置中填写默认仓库",
            "the pick task names no warehouse: set a default in the connection's settings",
        ));
    }
    let code = code(&task.key);
    let order = task.order_document.clone().unwrap_or_else(|| task.order.clone());
    let mut body = Fields::default();
    body.text("code", &code);
    body.text("date", client.host.today());
    body.text("businesstype", &settings.business_type);
    body.text("typecode", &settings.sale_type_code);
    body.text("custcode", customer);
    body.text("deptcode", &settings.department_code);
    body.text("personcode", &settings.person_code);
    body.text("warehouse_code", &warehouse);
    body.text("sendaddress", &task.ship_to.text);
    body.text("ccusperson", &task.ship_to.contact);
    body.text("memo", format!("{} {}", task.wave, task.zone).trim());
    body.text("maker", &settings.maker);
    body.text(&settings.key_field, &task.key);
    body.text(&settings.order_field, &task.order);
    body.free_fields(&task.attributes);
    let sign = if task.kind == OrderKind::Return { -1 } else { 1 };
    let entry = task.items.iter().zip(&items).map(|(item, remote)| {
        let mut row = Fields::default();
        row.number("rowno", Decimal::from(item.line));
        row.text("inventory_code", remote);
        row.text("inventory_name", &item.name);
        row.text("warehouse_code", &warehouse);
        row.number("quantity", Decimal::new(item.quantity.units * sign, item.quantity.scale));
        row.text("socode", &order);
        row.free_fields(&item.attributes);
        row
    });
    body.rows("entry", entry.collect());
    document::push(client, Draft { kind: Kind::Note, key: task.key.clone(), code, body, codes: items })
}

/// A note is closed, so that its number stays known: a late repeat of its writing finds it.
pub fn cancel(client: &mut Client<'_>, external_id: &str, reason: &Text) -> Result<Document> {
    mortise_sdk::log::info!("{external_id} is closed: {}", reason.en);
    document::take_back(client, Kind::Note, external_id, "close")
}

/// The document's number for a pick task's key: the key where U8 can keep it, else as much of it as fits with a hash behind it,
/// so that two keys never share a number.
pub fn code(key: &str) -> String {
    let plain: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    if plain.len() <= CODE_LENGTH && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return plain;
    }
    let hash = key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let kept: String = plain.chars().take(CODE_LENGTH - 11).collect();
    format!("{kept}-{:010x}", hash & 0xff_ffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn numbers_fit_and_differ() {
        assert_eq!(code("SO-00000017-W1"), "SO-00000017-W1");
        let keys = ["SO-00000017/pick/W1-A", "SO-00000017/pick/W1/A", "SO-00000017-pick-W1-A", "SO-00000017/拣货/W1-A"];
        let codes: std::collections::BTreeSet<String> = keys.iter().map(|key| code(key)).collect();
        assert_eq!(codes.len(), keys.len());
        assert!(codes.iter().all(|code| code.len() <= 30 && code.is_ascii()), "{codes:?}");
        assert!(code("SO-00000017/pick/W1-A").starts_with("SO-00000017-pick-W1"));
    }
}

//! `mortise catalog`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::remote::{Remote, text};
use super::say;

/// Rows of one request.
const AT_ONCE: usize = 2_000;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create or replace standing data from a file
    Import {
        /// JSON file with any of: company, regions, stores, warehouses, customers, products, price_lists, codes (a list of
        /// {connection, kind, items}); examples/first-order/catalog.json is one
        file: PathBuf,
    },
}

/// Each part may be missing; the parts are sent in this order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Catalog {
    company: Option<Value>,
    regions: Vec<Value>,
    stores: Vec<Value>,
    warehouses: Vec<Value>,
    customers: Vec<Value>,
    products: Vec<Value>,
    price_lists: Vec<Value>,
    codes: Vec<Codes>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Codes {
    connection: String,
    kind: String,
    items: Vec<Value>,
}

impl Command {
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        let Self::Import { file } = self;
        let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let no_catalog = || format!("{} is no catalog", file.display());
        let fields: Map<String, Value> = serde_json::from_slice(&bytes).with_context(no_catalog)?;
        if fields.is_empty() {
            return say(format!("{}: there is nothing in it", file.display()));
        }
        let catalog: Catalog = serde_json::from_value(Value::Object(fields)).with_context(no_catalog)?;
        if let Some(company) = catalog.company {
            let kept = remote.put("/company", &company).await?;
            let of = |field: &str| text(&kept, field).to_owned();
            say(format!("company {} ({}, {}, {})", of("/name"), of("/currency"), of("/time_zone"), of("/locale")))?;
        }
        let parts = [
            ("regions", catalog.regions),
            ("stores", catalog.stores),
            ("warehouses", catalog.warehouses),
            ("customers", catalog.customers),
            ("products", catalog.products),
        ];
        for (part, rows) in parts {
            put(remote, &format!("/catalog/{part}"), part, &rows).await?;
        }
        for list in catalog.price_lists {
            let published = remote.post("/price-lists", &list).await?;
            say(format!("price list {} published as version {}", text(&published, "/code"), published["version"]))?;
        }
        for Codes { connection, kind, items } in catalog.codes {
            put(remote, &format!("/catalog/codes/{connection}/{kind}"), &format!("{kind} codes"), &items).await?;
        }
        Ok(())
    }
}

async fn put(remote: &Remote, path: &str, what: &str, rows: &[Value]) -> anyhow::Result<()> {
    for (at, part) in rows.chunks(AT_ONCE).enumerate() {
        let sent = remote.put(path, &json!({ "items": part })).await;
        sent.with_context(|| format!("{what} from number {}", at * AT_ONCE))?;
    }
    match rows.len() {
        0 => Ok(()),
        1 => say(format!("1 {}", what.trim_end_matches('s'))),
        many => say(format!("{many} {what}")),
    }
}

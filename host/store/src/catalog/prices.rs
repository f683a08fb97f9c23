//! Price lists by version, and what customers paid before.

use mortise_domain::access::Reach;
use mortise_domain::catalog::{ListPrice, PriceEntry, PriceList};
use mortise_domain::decimal::Decimal;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use serde::Serialize;

use crate::Store;
use crate::company::bump;
use crate::database::{Row, Sql, Tx, Value, transact};
use crate::fault::Fault;
use crate::reach::store_within;

/// A version of a price list without its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceListHead {
    /// Code of the list.
    pub code: String,
    /// Ascending within the list.
    pub version: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// First day.
    pub valid_from: String,
    /// Last day; none: until replaced.
    pub valid_to: Option<String>,
    /// How many rows it has.
    pub entries: i64,
    /// When it was published.
    pub published_at: Instant,
    /// By whom.
    pub published_by: String,
}

/// What a customer paid for an item in a confirmed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastPrice {
    /// The item.
    pub sku: String,
    /// Number of the order.
    pub order_number: String,
    /// When it was placed.
    pub placed_at: Instant,
    /// How much, in `unit`.
    pub quantity: Decimal,
    /// Unit of quantity and price.
    pub unit: String,
    /// Per unit.
    pub unit_price: Decimal,
    /// Is the tax within the price?
    pub tax_inclusive: bool,
    /// Of the price.
    pub currency: String,
}

const ENTRY: &str = "SELECT e.sku, e.unit, e.price, e.tax_inclusive, e.tax_rate, e.min_quantity, e.level";

/// Rows in force on a day. Of each list the newest version that has begun is the one in force, until its last day; of several
/// lists in the currency the one published last.
pub(crate) async fn in_force(
    store: &Store,
    skus: &[String],
    currency: &str,
    on: &str,
) -> Result<Vec<ListPrice>, Fault> {
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "WITH f AS (SELECT p.code, p.version, p.currency FROM price_lists p WHERE p.currency = $1 \
               AND p.valid_from <= $2 AND NOT EXISTS (SELECT 1 FROM price_lists q WHERE q.code = p.code \
               AND q.version > p.version AND q.valid_from <= $2) \
               AND (p.valid_to IS NULL OR p.valid_to >= $2) ORDER BY p.published_at DESC, p.code LIMIT 1) ";
    let sql = Sql::new(sql)
        .push(ENTRY)
        .push(
            ", f.currency, f.code, f.version FROM f JOIN price_entries e ON e.list = f.code AND e.version = f.version ",
        )
        .push("WHERE e.sku IN ")
        .bind(currency)
        .bind(on)
        .list(skus)
        .push(" ORDER BY e.position");
    store.database.all(sql).await?.into_iter().map(|mut row| list_price(&mut row)).collect()
}

fn list_price(row: &mut Row) -> Result<ListPrice, Fault> {
    let (entry, currency) = (entry(row)?, row.take()?);
    let (code, version): (String, i64) = (row.take()?, row.take()?);
    Ok(ListPrice { entry, currency, source: format!("{code}/{version}") })
}

fn entry(row: &mut Row) -> Result<PriceEntry, Fault> {
    Ok(PriceEntry {
        sku: row.take()?,
        unit: row.take()?,
        price: row.take()?,
        tax_inclusive: row.take()?,
        tax_rate: row.take()?,
        min_quantity: row.take()?,
        level: row.take()?,
    })
}

impl Store {
    /// Publishes a list as its next version, which it answers. The version before stays readable.
    pub async fn publish_price_list(&self, list: &PriceList, actor: &str) -> Result<i64, StoreError> {
        let now = self.now();
        Ok(transact!(self.database, tx => publish(tx, list, actor, now))?)
    }

    /// All versions of all lists, newest first.
    pub async fn price_lists(&self) -> Result<Vec<PriceListHead>, StoreError> {
        let sql = "SELECT p.code, p.version, p.currency, p.valid_from, p.valid_to, (SELECT COUNT(*) FROM price_entries e \
                   WHERE e.list = p.code AND e.version = p.version), p.published_at, p.published_by FROM price_lists p \
                   ORDER BY p.published_at DESC, p.code, p.version DESC";
        let rows = self.database.all(Sql::new(sql)).await?;
        Ok(rows.into_iter().map(|mut row| head(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// A version of a list with its rows.
    pub async fn price_list(&self, code: &str, version: i64) -> Result<Option<PriceList>, StoreError> {
        let sql = "SELECT currency, valid_from, valid_to FROM price_lists WHERE code = $1 AND version = $2";
        let Some(mut row) = self.database.first(Sql::new(sql).bind(code).bind(version)).await? else { return Ok(None) };
        let sql =
            Sql::new(ENTRY).push(" FROM price_entries e WHERE e.list = $1 AND e.version = $2 ORDER BY e.position");
        let rows = self.database.all(sql.bind(code).bind(version)).await?;
        Ok(Some(PriceList {
            code: code.to_owned(),
            version,
            currency: row.take()?,
            valid_from: row.take()?,
            valid_to: row.take()?,
            entries: rows.into_iter().map(|mut row| entry(&mut row)).collect::<Result<_, Fault>>()?,
        }))
    }

    /// What a customer paid for these items in confirmed orders within reach: the last `each` of each item, newest first.
    pub async fn past_prices(
        &self,
        customer: &str,
        skus: &[String],
        each: u32,
        reach: &Reach,
    ) -> Result<Vec<PastPrice>, StoreError> {
        let sql = "SELECT sku, number, placed_at, quantity, unit, unit_price, tax_inclusive, currency FROM (SELECT l.sku, \
                   o.number, o.placed_at, l.quantity, l.unit, l.unit_price, l.tax_inclusive, o.currency, l.order_id, \
                   l.number AS line, ROW_NUMBER() OVER (PARTITION BY l.sku ORDER BY o.placed_at DESC, l.order_id DESC, \
                   l.number) AS place FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.customer = $1 \
                   AND o.kind = 'sale' AND o.state IN ('confirmed', 'shipped', 'completed')";
        let sql = store_within(Sql::new(sql).bind(customer), "o.store", reach).push(" AND l.sku IN ");
        let sql = sql.list(skus).push_bind(") AS past WHERE place <= ", each);
        let rows = self.database.all(sql.push(" ORDER BY sku, place")).await?;
        Ok(rows.into_iter().map(|mut row| past_price(&mut row)).collect::<Result<_, Fault>>()?)
    }
}

async fn publish(tx: &mut Tx, list: &PriceList, actor: &str, now: Instant) -> Result<i64, Fault> {
    // Also lets one publication wait for another, so that versions ascend.
    bump(tx).await?;
    let sql = "INSERT INTO price_lists (code, version, currency, valid_from, valid_to, published_at, published_by) \
               SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4, $5, $6 FROM price_lists WHERE code = $1 \
               RETURNING version";
    let sql = Sql::new(sql).bind(&list.code).bind(&list.currency).bind(&list.valid_from).bind(list.valid_to.clone());
    let row = tx.first(sql.bind(now).bind(actor)).await?;
    let version: i64 = row.ok_or_else(|| Fault::inconsistent("price list", "no version came back"))?.take()?;
    let rows =
        (0_i64..).zip(&list.entries).map(|(position, entry)| entry_row(list, version, position, entry)).collect();
    let head = "INSERT INTO price_entries (list, version, position, sku, unit, price, tax_inclusive, tax_rate, \
                min_quantity, level)";
    tx.insert(head, rows, "").await?;
    Ok(version)
}

fn entry_row(list: &PriceList, version: i64, position: i64, entry: &PriceEntry) -> [Value; 10] {
    [
        (&list.code).into(),
        version.into(),
        position.into(),
        (&entry.sku).into(),
        (&entry.unit).into(),
        entry.price.into(),
        entry.tax_inclusive.into(),
        entry.tax_rate.into(),
        entry.min_quantity.into(),
        (&entry.level).into(),
    ]
}

fn head(row: &mut Row) -> Result<PriceListHead, Fault> {
    Ok(PriceListHead {
        code: row.take()?,
        version: row.take()?,
        currency: row.take()?,
        valid_from: row.take()?,
        valid_to: row.take()?,
        entries: row.take()?,
        published_at: row.take()?,
        published_by: row.take()?,
    })
}

fn past_price(row: &mut Row) -> Result<PastPrice, Fault> {
    Ok(PastPrice {
        sku: row.take()?,
        order_number: row.take()?,
        placed_at: row.take()?,
        quantity: row.take()?,
        unit: row.take()?,
        unit_price: row.take()?,
        tax_inclusive: row.take()?,
        currency: row.take()?,
    })
}

//! Files attached to orders: what they are and where they lie. Their bytes are not kept here.

use std::collections::HashSet;

use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde::Serialize;
use serde_json::json;

use crate::Store;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, transact};
use crate::fault::Fault;
use crate::timeline::Entries;

/// A file before it is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// Whose it is.
    pub order: OrderId,
    /// File name.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Of the bytes, hex.
    pub sha256: String,
    /// Where the bytes lie, within the folder of attachments.
    pub path: String,
    /// Who adds it: a token's name.
    pub actor: String,
}

/// A file of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub order: OrderId,
    /// File name.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Of the bytes, hex.
    pub sha256: String,
    /// Where the bytes lie.
    #[serde(skip)]
    pub path: String,
    /// Since when.
    pub added_at: Instant,
    /// By whom.
    pub added_by: String,
}

/// Orders that one statement asks for.
const AT_ONCE: usize = 512;

const COLUMNS: &str = "SELECT id, order_id, name, media_type, size, sha256, path, added_at, added_by FROM attachments";

impl Store {
    /// Notes a file. A held order becomes due to be judged, because it may have waited for the file.
    pub async fn attach(&self, new: &NewAttachment) -> Result<Attachment, StoreError> {
        let id = self.ids(Counter::Attachment, 1).await?.one()?;
        let entries = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        let attachment = Attachment {
            id,
            order: new.order,
            name: new.name.clone(),
            media_type: new.media_type.clone(),
            size: new.size,
            sha256: new.sha256.clone(),
            path: new.path.clone(),
            added_at: now,
            added_by: new.actor.clone(),
        };
        transact!(self.database, tx => attach(tx, &attachment, entries.clone()))?;
        Ok(attachment)
    }

    /// Files of an order, oldest first.
    pub async fn attachments(&self, order: OrderId) -> Result<Vec<Attachment>, StoreError> {
        let sql = Sql::new(COLUMNS).push(" WHERE order_id = $1 ORDER BY added_at, id").bind(order.0);
        let rows = self.database.all(sql).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// Where the files of these orders lie.
    pub async fn attachment_paths(&self, orders: &[OrderId]) -> Result<HashSet<String>, StoreError> {
        let mut paths = HashSet::new();
        for orders in orders.chunks(AT_ONCE) {
            let sql = "SELECT path FROM attachments WHERE order_id IN ";
            for mut row in self.database.all(Sql::new(sql).list(orders.iter().map(|order| order.0))).await? {
                paths.insert(row.take()?);
            }
        }
        Ok(paths)
    }

    /// A file.
    pub async fn attachment(&self, id: i64) -> Result<Option<Attachment>, StoreError> {
        let sql = Sql::new(COLUMNS).push(" WHERE id = $1").bind(id);
        Ok(self.database.first(sql).await?.map(|mut row| read(&mut row)).transpose()?)
    }
}

async fn attach(tx: &mut Tx, file: &Attachment, mut ids: Ids) -> Result<(), Fault> {
    let order = file.order;
    let found = tx.first(Sql::new("SELECT id FROM orders WHERE id = $1 /* lock */").bind(order.0)).await?;
    found.ok_or_else(|| StoreError::NotFound(format!("order {order}")))?;
    let sql = "UPDATE orders SET version = version + 1, evaluate_at = $2 WHERE id = $1 AND state = 'held'";
    tx.execute(Sql::new(sql).bind(order.0).bind(file.added_at)).await?;
    let sql = "INSERT INTO attachments (id, order_id, name, media_type, size, sha256, path, added_at, added_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let sql = Sql::new(sql).bind(file.id).bind(order.0).bind(&file.name).bind(&file.media_type).bind(file.size);
    tx.execute(sql.bind(&file.sha256).bind(&file.path).bind(file.added_at).bind(&file.added_by)).await?;
    let data = json!({ "attachment": file.id, "name": file.name, "size": file.size });
    let mut entries = Entries::default();
    entries.push_order(&mut ids, order, &[Entry::by(&file.added_by, file.added_at, "order.attached", data)])?;
    entries.write(tx).await
}

fn read(row: &mut Row) -> Result<Attachment, Fault> {
    Ok(Attachment {
        id: row.take()?,
        order: OrderId(row.take()?),
        name: row.take()?,
        media_type: row.take()?,
        size: row.take()?,
        sha256: row.take()?,
        path: row.take()?,
        added_at: row.take()?,
        added_by: row.take()?,
    })
}

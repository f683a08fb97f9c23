//! The whole memory as one text, and back: read at one moment while the server goes on, from either engine, into either.
//!
//! One JSON value a line: a head, then each table with its columns and rows, then an end that tells how many rows there were.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::sync::Arc;

use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::Clock;
use mortise_domain::timeline::Entry;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::counters::Counter;
use crate::database::{Batch, Row, Sql, Tx, Value, references_of, schema_of, snapshot};
use crate::fault::Fault;
use crate::open::{KEY_CHECK, OpenError, newest_schema};
use crate::timeline::Entries;
use crate::{SecretKey, Store};

/// Left out: what is of the moment, and what is made anew from the rest.
const LEFT_OUT: [&str; 6] =
    ["_sqlx_migrations", "sessions", "guesses", "rate_windows", "order_terms", "unindexed_orders"];

/// Bytes of values that one statement writes, about.
const STATEMENT: usize = 8 * 1024 * 1024;

/// Numbers of each kind that a restored installation leaves out: those of orders that were given away after the backup are known to
/// the upstreams, those of approvals stand in links that people may still have.
pub const SKIPPED_NUMBERS: i64 = 100_000;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Version of this form.
    pub mortise_backup: u32,
    /// Version of the schema.
    pub schema: i64,
    /// Engine that it was read from.
    pub engine: String,
    /// When it was read.
    pub at: Instant,
}

/// Why there is no backup, or no restored memory.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file.
    #[error("the file cannot be read or written: {0}")]
    File(#[from] io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] mortise_domain::ports::StoreError),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It is another file, or was cut off.
    #[error("this is no whole backup of Mortise: {0}")]
    Broken(String),
    /// Another program wrote it.
    #[error(
        "the backup has schema {found}, this program writes {known}: restore it with the version of Mortise that made it, then upgrade"
    )]
    OtherSchema {
        /// Of the backup.
        found: i64,
        /// Of this program.
        known: i64,
    },
    /// There is something already.
    #[error("the database is not empty: restore into a new one, and keep the old one until all is well")]
    NotEmpty,
    /// Credentials could not be read.
    #[error("the secret key is not the one of the backup: put the key that was kept apart into place first")]
    OtherKey,
}

impl From<Fault> for BackupError {
    fn from(fault: Fault) -> Self {
        Self::Store(fault.into())
    }
}

/// What was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restored {
    /// Rows of all tables.
    pub rows: u64,
    /// Deliveries that are looked up before they are sent again.
    pub in_doubt: u64,
    /// Undecided orders whose upstreams are looked up likewise.
    pub undecided: u64,
}

/// A column as both engines name its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Bytes,
    Bool,
}

impl Kind {
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "bigint" => Some(Self::Int),
            "text" => Some(Self::Text),
            "bytea" => Some(Self::Bytes),
            "boolean" => Some(Self::Bool),
            _ => None,
        }
    }

    fn read(self, row: &mut Row) -> Result<Json, Fault> {
        Ok(match self {
            Self::Int => row.take::<Option<i64>>()?.into(),
            Self::Text => row.take::<Option<String>>()?.into(),
            Self::Bytes => hex::encode(row.take::<Vec<u8>>()?).into(),
            Self::Bool => row.take::<Option<bool>>()?.into(),
        })
    }

    fn value(self, json: Json) -> Option<Value> {
        match (self, json) {
            (Self::Int, Json::Null) => Some(Value::Int(None)),
            (Self::Int, Json::Number(number)) => Some(Value::Int(Some(number.as_i64()?))),
            (Self::Text, Json::Null) => Some(Value::Text(None)),
            (Self::Text, Json::String(text)) => Some(Value::Text(Some(text))),
            (Self::Bytes, Json::String(text)) => Some(Value::Bytes(hex::decode(text).ok()?)),
            (Self::Bool, Json::Null) => Some(Value::Bool(None)),
            (Self::Bool, Json::Bool(flag)) => Some(Value::Bool(Some(flag))),
            _ => None,
        }
    }
}

/// A table with its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<(String, Kind)>,
}

/// A table that is being filled.
struct Filling {
    table: Table,
    rows: Vec<Vec<Value>>,
    /// Of all rows, about.
    bytes: usize,
}

impl Filling {
    /// Takes a row; none: it does not fit.
    fn push(&mut self, values: Vec<Json>) -> Option<()> {
        if values.len() != self.table.columns.len() {
            return None;
        }
        let columns = self.table.columns.iter().zip(values);
        let row: Vec<Value> = columns.map(|((_, kind), value)| kind.value(value)).collect::<Option<_>>()?;
        self.bytes += row.iter().map(Value::size).sum::<usize>();
        self.rows.push(row);
        Some(())
    }

    fn is_full(&self) -> bool {
        self.rows.len() * self.table.columns.len() >= 1_500 || self.bytes >= STATEMENT
    }

    async fn write(&mut self, tx: &mut Tx) -> Result<(), Fault> {
        self.bytes = 0;
        insert(tx, &self.table, std::mem::take(&mut self.rows)).await
    }
}

impl Store {
    /// Writes all that is kept, as it stands at one moment. Credentials stay encrypted, the key is not in it. Answers the number of
    /// rows.
    pub async fn backup(&self, out: &mut (dyn Write + Send)) -> Result<u64, BackupError> {
        let mut tx = snapshot(&self.database).await?;
        let head = Head { mortise_backup: 1, schema: newest_schema(), engine: self.engine().into(), at: self.now() };
        line(out, &head)?;
        let mut rows = 0;
        for table in tables(&mut tx).await? {
            let columns: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
            line(out, &json!({ "table": table.name, "columns": columns }))?;
            let mut batch = Batch::default();
            while let Some(found) = batch.next(&mut tx, &table).await? {
                for mut row in found {
                    let values = table.columns.iter().map(|(_, kind)| kind.read(&mut row));
                    line(out, &values.collect::<Result<Vec<Json>, _>>()?)?;
                    rows += 1;
                }
            }
        }
        line(out, &json!({ "end": true, "rows": rows }))?;
        out.flush()?;
        Ok(rows)
    }

    /// Opens an empty database and fills it from a backup. What was under way is not sent again blindly: it is looked up first.
    pub async fn restore(
        url: &str,
        key: SecretKey,
        clock: Arc<dyn Clock>,
        from: &mut (dyn BufRead + Send),
    ) -> Result<Restored, BackupError> {
        let store = Self::open(url, key, clock).await?;
        let outcome = store.fill(from).await;
        store.close().await;
        outcome
    }

    async fn fill(&self, from: &mut (dyn BufRead + Send)) -> Result<Restored, BackupError> {
        let mut lines = from.lines();
        let mut next = || -> Result<Option<Json>, BackupError> {
            let Some(text) = lines.next() else { return Ok(None) };
            serde_json::from_str(&text?).map(Some).map_err(|error| BackupError::Broken(error.to_string()))
        };
        let broken = |what: &str| BackupError::Broken(what.to_owned());
        let head =
            next()?.and_then(|head| Head::deserialize(head).ok()).ok_or_else(|| broken("its head is missing"))?;
        if head.schema != newest_schema() || head.mortise_backup != 1 {
            return Err(BackupError::OtherSchema { found: head.schema, known: newest_schema() });
        }
        let entries = self.ids(Counter::Entry, 1).await?;
        // Not tried again: the text is read once. Nobody else writes to an empty database.
        let mut tx = self.database.begin().await?;
        if !is_empty(&mut tx).await? {
            return Err(BackupError::NotEmpty);
        }
        tx.execute(Sql::new("DELETE FROM key_check")).await?;
        tx.execute(Sql::new("DELETE FROM counters")).await?;
        let known = tables(&mut tx).await?;
        let mut filling: Option<Filling> = None;
        let mut restored = Restored::default();
        loop {
            let line = next()?.ok_or_else(|| broken("it has no end"))?;
            match line {
                Json::Array(values) => {
                    let filling = filling.as_mut().ok_or_else(|| broken("a row has no table"))?;
                    let fits = filling.push(values);
                    fits.ok_or_else(|| broken(&format!("a row of {} does not fit", filling.table.name)))?;
                    restored.rows += 1;
                    if filling.is_full() {
                        filling.write(&mut tx).await?;
                    }
                }
                Json::Object(fields) => {
                    if let Some(mut filled) = filling.take() {
                        filled.write(&mut tx).await?;
                    }
                    if fields.contains_key("end") {
                        let told = fields.get("rows").and_then(Json::as_u64);
                        if told == Some(restored.rows) {
                            break;
                        }
                        return Err(broken("rows are missing"));
                    }
                    let table = described(&known, &fields).ok_or_else(|| broken("it has a table that is not known"))?;
                    filling = Some(Filling { table, rows: Vec::new(), bytes: 0 });
                }
                _ => return Err(broken("a line is neither table nor row")),
            }
        }
        if !self.opens_with_own_key(&mut tx).await? {
            return Err(BackupError::OtherKey);
        }
        self.mistrust(&mut tx, &head, &mut restored, entries).await?;
        tx.commit().await?;
        Ok(restored)
    }

    async fn opens_with_own_key(&self, tx: &mut Tx) -> Result<bool, Fault> {
        let row = tx.first(Sql::new("SELECT nonce, ciphertext FROM key_check WHERE id = 1")).await?;
        let Some(mut row) = row else { return Ok(false) };
        let (nonce, sealed): (Vec<u8>, Vec<u8>) = (row.take()?, row.take()?);
        Ok(self.key.open(KEY_CHECK, &nonce, &sealed).is_some())
    }

    /// Between backup and restoration the world went on: what was to be done may be done, what was undecided may be decided.
    async fn mistrust(
        &self,
        tx: &mut Tx,
        head: &Head,
        restored: &mut Restored,
        mut ids: crate::counters::Ids,
    ) -> Result<(), Fault> {
        let sql = "UPDATE deliveries SET in_doubt = TRUE, claimed = FALSE, attempts = CASE WHEN attempts < 1 THEN 1 ELSE attempts END \
                   WHERE state IN ('pending', 'blocked', 'waiting')";
        restored.in_doubt = tx.execute(Sql::new(sql)).await?;
        let sql = "UPDATE orders SET restored = TRUE WHERE state IN ('received', 'held')";
        restored.undecided = tx.execute(Sql::new(sql)).await?;
        let sql = "UPDATE counters SET next = next + $1";
        tx.execute(Sql::new(sql).bind(SKIPPED_NUMBERS)).await?;
        tx.execute(Sql::new("INSERT INTO unindexed_orders (order_id) SELECT id FROM orders")).await?;
        let data = json!({ "backup": head.at, "in_doubt": restored.in_doubt, "undecided": restored.undecided });
        let mut entries = Entries::default();
        // Its id is of the block that this program took before; the counters of the backup may give it away again.
        entries.push(
            &mut ids,
            "installation",
            "restored".into(),
            &Entry::host(self.now(), "installation.restored", data),
        )?;
        entries.write(tx).await
    }
}

fn line(out: &mut (dyn Write + Send), value: &impl Serialize) -> Result<(), BackupError> {
    let text = serde_json::to_string(value).map_err(|error| BackupError::Broken(error.to_string()))?;
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    Ok(())
}

/// The tables that are kept, those that others refer to first, as the schema itself says.
async fn tables(tx: &mut Tx) -> Result<Vec<Table>, Fault> {
    let mut left: Vec<Table> = schema_of(tx).await?;
    left.retain(|table| !LEFT_OUT.contains(&table.name.as_str()));
    let references = references_of(tx).await?;
    let mut ordered: Vec<Table> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |table: &Table| {
            let mut of_it = references.iter().filter(|(from, to)| *from == table.name && from != to);
            of_it.any(|(_, to)| left.iter().any(|other| other.name == *to))
        };
        let (later, now): (Vec<Table>, Vec<Table>) = left.iter().cloned().partition(waits);
        if now.is_empty() {
            // A backup that could not be read back must not be written.
            let names: Vec<String> = later.into_iter().map(|table| table.name).collect();
            return Err(Fault::inconsistent(
                "schema",
                format!("these tables refer to each other: {}", names.join(", ")),
            ));
        }
        ordered.extend(now);
        left = later;
    }
    Ok(ordered)
}

/// The table that a line names, with its columns in the order of the line.
fn described(known: &[Table], fields: &serde_json::Map<String, Json>) -> Option<Table> {
    let name = fields.get("table")?.as_str()?;
    let table = known.iter().find(|table| table.name == name)?;
    let kind = |column: &str| table.columns.iter().find(|(name, _)| name == column).map(|(_, kind)| *kind);
    let columns = fields.get("columns")?.as_array()?.iter();
    let columns = columns.map(|column| Some((column.as_str()?.to_owned(), kind(column.as_str()?)?)));
    Some(Table { name: name.to_owned(), columns: columns.collect::<Option<_>>()? })
}

async fn is_empty(tx: &mut Tx) -> Result<bool, Fault> {
    let mut found = BTreeSet::new();
    for text in [
        "SELECT COUNT(*) FROM orders",
        "SELECT COUNT(*) FROM users",
        "SELECT COUNT(*) FROM api_tokens",
        "SELECT COUNT(*) FROM connections",
        "SELECT COUNT(*) FROM customers",
        "SELECT COUNT(*) FROM plugins",
    ] {
        let row = tx.first(Sql::new(text)).await?;
        found.insert(row.map(|mut row| row.take::<i64>()).transpose()?.unwrap_or_default());
    }
    Ok(found == BTreeSet::from([0]))
}

async fn insert(tx: &mut Tx, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO ").name(&table.name)?.push(" (");
    for (at, (column, _)) in table.columns.iter().enumerate() {
        sql = sql.push(if at == 0 { "" } else { ", " }).name(column)?;
    }
    sql = sql.push(") VALUES ");
    for (at, row) in rows.into_iter().enumerate() {
        sql = sql.push(if at == 0 { "(" } else { ", (" });
        for (place, value) in row.into_iter().enumerate() {
            sql = sql.push_bind(if place == 0 { "" } else { ", " }, value);
        }
        sql = sql.push(")");
    }
    tx.execute(sql.once()).await?;
    Ok(())
}

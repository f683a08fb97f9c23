//! How long things are kept, and how much room they take.

use mortise_domain::ports::StoreError;
use mortise_domain::retention::Retention;
use serde::Serialize;

use crate::Store;
use crate::database::{Row, Sql, json_text, sizes};
use crate::fault::Fault;

/// Room that a table takes with its indexes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableSize {
    /// Name of the table.
    pub table: String,
    /// In bytes.
    pub bytes: i64,
}

impl Store {
    /// What was decided about keeping; none: nothing yet.
    pub async fn retention(&self) -> Result<Option<Retention>, StoreError> {
        let row = self.database.first(Sql::new("SELECT settings FROM retention WHERE id = 1")).await?;
        Ok(row.map(|mut row| row.json("retention")).transpose()?)
    }

    /// Decides about keeping.
    pub async fn put_retention(&self, retention: &Retention) -> Result<(), StoreError> {
        let sql = "INSERT INTO retention (id, settings) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings";
        self.database.execute(Sql::new(sql).bind(json_text(retention)?)).await?;
        Ok(())
    }

    /// The room that each table takes, the largest first. Reads the whole file on SQLite: for people who ask, not for every minute.
    pub async fn sizes(&self) -> Result<Vec<TableSize>, StoreError> {
        let rows = self.database.all(Sql::new(sizes(&self.database))).await?;
        let read = |mut row: Row| Ok(TableSize { table: row.take()?, bytes: row.take()? });
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }
}

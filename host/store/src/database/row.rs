//! Rows of either engine, read column by column.

use mortise_domain::instant::Instant;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::fault::Fault;

#[derive(Debug)]
enum Either {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A row. Each reading takes the next column, so a statement's columns and the readings stand in the same order.
#[derive(Debug)]
pub(crate) struct Row {
    row: Either,
    next: usize,
}

impl Row {
    pub(super) fn sqlite(rows: Vec<SqliteRow>) -> Vec<Self> {
        rows.into_iter().map(|row| Self { row: Either::Sqlite(row), next: 0 }).collect()
    }

    pub(super) fn postgres(rows: Vec<PgRow>) -> Vec<Self> {
        rows.into_iter().map(|row| Self { row: Either::Postgres(row), next: 0 }).collect()
    }

    /// The next column.
    pub(crate) fn take<T: Column>(&mut self) -> Result<T, Fault> {
        T::take(self)
    }

    /// Passes over so many columns.
    pub(crate) fn skip(&mut self, columns: usize) {
        self.next += columns;
    }

    /// The next column as JSON of this type.
    pub(crate) fn json<T: DeserializeOwned>(&mut self, what: &'static str) -> Result<T, Fault> {
        let text: String = self.take()?;
        serde_json::from_str(&text).map_err(|error| Fault::inconsistent(what, error))
    }

    /// The next column as JSON of this type, where it is set.
    pub(crate) fn json_if_set<T: DeserializeOwned>(&mut self, what: &'static str) -> Result<Option<T>, Fault> {
        let text: Option<String> = self.take()?;
        text.map(|text| serde_json::from_str(&text).map_err(|error| Fault::inconsistent(what, error))).transpose()
    }

    /// The next column by a function that knows its words.
    pub(crate) fn word<T>(&mut self, what: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
        let text: String = self.take()?;
        parse(&text).ok_or_else(|| Fault::inconsistent(what, format!("{text:?} is not known")))
    }
}

/// JSON text of a value that is stored.
pub(crate) fn json_text(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::inconsistent("value", error))
}

/// What a column can be read as.
pub(crate) trait Column: Sized {
    fn take(row: &mut Row) -> Result<Self, Fault>;
}

macro_rules! column {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn take(row: &mut Row) -> Result<Self, Fault> {
                let at = row.next;
                row.next += 1;
                // SQLite has its own idea of types; both engines' values are of these few kinds.
                Ok(match &row.row {
                    Either::Sqlite(row) => row.try_get_unchecked(at)?,
                    Either::Postgres(row) => row.try_get(at)?,
                })
            }
        }
    )*};
}
column!(i64, Option<i64>, String, Option<String>, Vec<u8>, bool, Option<bool>);

impl Column for Instant {
    fn take(row: &mut Row) -> Result<Self, Fault> {
        Ok(Self(row.take()?))
    }
}

impl Column for Option<Instant> {
    fn take(row: &mut Row) -> Result<Self, Fault> {
        Ok(row.take::<Option<i64>>()?.map(Instant))
    }
}

impl Column for u32 {
    fn take(row: &mut Row) -> Result<Self, Fault> {
        Self::try_from(row.take::<i64>()?).map_err(|error| Fault::inconsistent("count", error))
    }
}

impl Column for mortise_domain::decimal::Decimal {
    fn take(row: &mut Row) -> Result<Self, Fault> {
        row.take::<String>()?.parse().map_err(|error| Fault::inconsistent("decimal", error))
    }
}

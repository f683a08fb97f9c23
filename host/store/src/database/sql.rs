//! Statements: text that stands in this program, and values that never become text.

mod table;

use std::borrow::Cow;
use std::fmt::Write as _;

use mortise_domain::decimal::Decimal;
use mortise_domain::instant::Instant;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::dialect;
use crate::fault::Fault;
use table::Table;

/// Parameters of one statement, far below what the engines take (SQLite 32,766, PostgreSQL 65,535): longer ones save no time.
const MOST_PARAMETERS: usize = 2_000;

/// Statements with more rows than this are not kept prepared, unless they are as long as can be: they seldom come again with
/// the same number.
const MOST_KEPT: usize = 64;

/// How many rows of so many columns go into one statement.
pub(crate) const fn rows_per_statement(columns: usize) -> usize {
    let rows = MOST_PARAMETERS / columns;
    if rows == 0 { 1 } else { rows }
}

/// A value of a parameter; the kinds that both engines store alike.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
    Bool(Option<bool>),
}

impl Value {
    /// Bytes that it takes, about.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Int(_) | Self::Bool(_) => 8,
            Self::Text(text) => text.as_ref().map_or(0, String::len),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// A statement. Text can only be added where it stands in this program.
#[derive(Debug)]
pub(crate) struct Sql {
    text: Cow<'static, str>,
    values: Vec<Value>,
    kept: bool,
    table: Option<Table>,
}

impl Sql {
    pub(crate) fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), values: Vec::new(), kept: true, table: None }
    }

    /// The value of the next `$n` that stands in the text.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// More text.
    pub(crate) fn push(mut self, text: &'static str) -> Self {
        if !text.is_empty() {
            self.text.to_mut().push_str(text);
        }
        self
    }

    /// This statement behind a word.
    pub(crate) fn after(mut self, word: &'static str) -> Self {
        self.text.to_mut().insert_str(0, word);
        self.kept = false;
        self
    }

    /// A name of a table or column that the schema has told.
    pub(crate) fn name(mut self, name: &str) -> Result<Self, Fault> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(Fault::inconsistent("schema", format!("{name:?} is no name of ours")));
        }
        self.text.to_mut().push_str(name);
        Ok(self)
    }

    /// Not kept prepared.
    pub(crate) fn once(mut self) -> Self {
        self.kept = false;
        self
    }

    /// Text where there is a value, with the value as its last `$n`.
    pub(crate) fn push_bind(mut self, text: &'static str, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        let number = self.values.len();
        let _ = write!(self.text.to_mut(), "{text}${number}");
        self
    }

    /// `(a, b, c)`, filled up with its last entry to the next power of two, so that few different statements are prepared.
    /// An empty list matches nothing.
    pub(crate) fn list<V: Into<Value>>(mut self, items: impl IntoIterator<Item = V>) -> Self {
        let mut items: Vec<Value> = items.into_iter().map(Into::into).collect();
        if let Some(last) = items.last().cloned() {
            items.resize(items.len().next_power_of_two(), last);
        } else {
            return self.push("(NULL)");
        }
        self.kept &= items.len() <= MOST_KEPT;
        let text = self.text.to_mut();
        for (at, item) in items.into_iter().enumerate() {
            self.values.push(item);
            let _ = write!(text, "{}${}", if at == 0 { '(' } else { ',' }, self.values.len());
        }
        text.push(')');
        self
    }

    /// `VALUES (a, b), (c, d)`. No value may be bound behind it.
    pub(crate) fn values<const N: usize>(mut self, rows: impl IntoIterator<Item = [Value; N]>) -> Self {
        let (begin, first) = (self.text.len(), self.values.len());
        let text = self.text.to_mut();
        text.push_str(" VALUES ");
        let mut count = 0;
        for row in rows {
            text.push_str(if count == 0 { "(" } else { ",(" });
            count += 1;
            for (at, value) in row.into_iter().enumerate() {
                self.values.push(value);
                let _ = write!(text, "{}${}", if at == 0 { "" } else { "," }, self.values.len());
            }
            text.push(')');
        }
        text.push(' ');
        self.table = Some(Table { text: begin..text.len(), first, columns: N });
        self.kept &= count <= MOST_KEPT || count == rows_per_statement(N);
        self
    }

    pub(super) fn for_sqlite(self) -> Query<'static, Sqlite, SqliteArguments> {
        let mut query = sqlx::query(safe(dialect::parameters_of_sqlite(self.text))).persistent(self.kept);
        for value in self.values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
                Value::Bool(value) => query.bind(value),
            };
        }
        query
    }

    pub(super) fn for_postgres(mut self) -> Query<'static, Postgres, PgArguments> {
        let arrays = self.table.take().and_then(|table| table.arrays(&mut self.text, &mut self.values));
        let kept = self.kept || arrays.is_some();
        let mut query = sqlx::query(safe(dialect::locks_of_postgres(self.text))).persistent(kept);
        for value in self.values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
                Value::Bool(value) => query.bind(value),
            };
        }
        for array in arrays.into_iter().flatten() {
            query = array.bind(query);
        }
        query
    }
}

/// [`Sql`] is built of `&'static str`, `$n` and names of the schema alone, so its text holds nothing that came from outside.
fn safe(text: Cow<'static, str>) -> impl SqlSafeStr {
    AssertSqlSafe(text)
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}
impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}
impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}
impl From<Instant> for Value {
    fn from(value: Instant) -> Self {
        Self::Int(Some(value.0))
    }
}
impl From<Option<Instant>> for Value {
    fn from(value: Option<Instant>) -> Self {
        Self::Int(value.map(|at| at.0))
    }
}
impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(Some(value))
    }
}
impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}
impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}
impl From<String> for Value {
    /// PostgreSQL stores no NUL in text. The doors refuse it; what an upstream or a plugin answers may still have one.
    fn from(value: String) -> Self {
        Self::Text(Some(if value.contains('\0') { value.replace('\0', "\u{fffd}") } else { value }))
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}
impl From<&String> for Value {
    fn from(value: &String) -> Self {
        value.as_str().into()
    }
}
impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Text(None), Into::into)
    }
}
impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        value.map_or(Self::Text(None), Into::into)
    }
}
impl From<Decimal> for Value {
    fn from(value: Decimal) -> Self {
        Self::Text(Some(value.to_string()))
    }
}

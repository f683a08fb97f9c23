//! Rows within a statement. PostgreSQL gets them as one array for each column: so the statement has one text however many rows
//! there are, and each connection prepares and plans it once.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;

use super::Value;

/// Where the rows stand.
#[derive(Debug)]
pub(super) struct Table {
    /// ` VALUES (…), (…) ` in the statement's text.
    pub(super) text: Range<usize>,
    /// Which of the statement's values is their first; they are its last ones.
    pub(super) first: usize,
    pub(super) columns: usize,
}

/// One column.
#[derive(Debug)]
pub(super) enum Array {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Bytes(Vec<Vec<u8>>),
    Bool(Vec<Option<bool>>),
}

impl Table {
    /// Takes the rows out of the values, and writes arrays into the text in place of them. None: a column has values of several
    /// kinds, or there are no rows; nothing is changed.
    pub(super) fn arrays(self, text: &mut Cow<'static, str>, values: &mut Vec<Value>) -> Option<Vec<Array>> {
        let cells = values.get(self.first..)?;
        let head = cells.get(..self.columns)?;
        let alike = cells.chunks(self.columns).all(|row| row.iter().zip(head).all(|(cell, first)| cell.is_like(first)));
        if !alike || head.is_empty() {
            return None;
        }
        let mut arrays: Vec<Array> = head.iter().map(|cell| Array::of(cell, cells.len() / self.columns)).collect();
        for (at, cell) in values.drain(self.first..).enumerate() {
            if let Some(array) = arrays.get_mut(at % self.columns) {
                array.push(cell);
            }
        }
        let mut select = String::from(" SELECT * FROM UNNEST(");
        let mut names = String::new();
        for (at, array) in (1..).zip(&arrays) {
            let comma = if at == 1 { "" } else { "," };
            let _ = write!(select, "{comma}${}::{}[]", self.first + at, array.kind());
            let _ = write!(names, "{comma}column{at}");
        }
        let _ = write!(select, ") AS u({names}) ");
        text.to_mut().replace_range(self.text, &select);
        Some(arrays)
    }
}

impl Value {
    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Array {
    fn of(first: &Value, rows: usize) -> Self {
        match first {
            Value::Int(_) => Self::Int(Vec::with_capacity(rows)),
            Value::Text(_) => Self::Text(Vec::with_capacity(rows)),
            Value::Bytes(_) => Self::Bytes(Vec::with_capacity(rows)),
            Value::Bool(_) => Self::Bool(Vec::with_capacity(rows)),
        }
    }

    /// A value of another kind is not there: [`Table::arrays`] has looked.
    fn push(&mut self, cell: Value) {
        match (self, cell) {
            (Self::Int(column), Value::Int(value)) => column.push(value),
            (Self::Text(column), Value::Text(value)) => column.push(value),
            (Self::Bytes(column), Value::Bytes(value)) => column.push(value),
            (Self::Bool(column), Value::Bool(value)) => column.push(value),
            _ => {}
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Int(_) => "bigint",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytea",
            Self::Bool(_) => "boolean",
        }
    }

    pub(super) fn bind(self, query: Query<'static, Postgres, PgArguments>) -> Query<'static, Postgres, PgArguments> {
        match self {
            Self::Int(column) => query.bind(column),
            Self::Text(column) => query.bind(column),
            Self::Bytes(column) => query.bind(column),
            Self::Bool(column) => query.bind(column),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sql;
    use super::*;

    fn arrays(sql: Sql) -> (String, String) {
        let Sql { mut text, mut values, table, .. } = sql;
        let arrays = table.unwrap().arrays(&mut text, &mut values);
        (text.into_owned(), format!("{values:?} {arrays:?}"))
    }

    #[test]
    fn rows_become_an_array_for_each_column() {
        let rows = [[Value::from(1_i64), Value::from("a")], [Value::from(2_i64), Value::from(None::<String>)]];
        let sql = Sql::new("UPDATE t SET a = v.column1 WHERE b = $1 FROM (").bind(true).values(rows).push(") AS v");
        let (text, values) = arrays(sql);
        assert_eq!(
            text,
            "UPDATE t SET a = v.column1 WHERE b = $1 FROM ( SELECT * FROM UNNEST($2::bigint[],$3::text[]) AS u(column1,column2) ) AS v"
        );
        assert_eq!(values, r#"[Bool(Some(true))] Some([Int([Some(1), Some(2)]), Text([Some("a"), None])])"#);
    }

    #[test]
    fn rows_of_several_kinds_stay_as_they_are() {
        let (text, values) = arrays(Sql::new("INSERT INTO t").values([[Value::from(1_i64)], [Value::from("a")]]));
        assert_eq!(
            (text.as_str(), values.as_str()),
            ("INSERT INTO t VALUES ($1),($2) ", r#"[Int(Some(1)), Text(Some("a"))] None"#)
        );
    }
}

//! Rows of orders as they stand in a database, whatever their columns, to be written again as other orders.

use sqlx::{Column as _, ColumnIndex, Database, Decode, Row, Type, TypeInfo as _};

/// A value as either engine has it.
#[derive(Debug, Clone)]
pub enum Cell {
    Int(Option<i64>),
    Text(Option<String>),
    Flag(bool),
}

/// Rows of one table with the names of its columns.
#[derive(Debug, Clone)]
pub struct Rows {
    pub table: &'static str,
    pub columns: Vec<String>,
    pub cells: Vec<Vec<Cell>>,
}

impl Rows {
    pub fn of<R>(table: &'static str, rows: &[R]) -> Self
    where
        R: Row,
        usize: ColumnIndex<R>,
        for<'r> Option<i64>: Decode<'r, R::Database>,
        for<'r> Option<String>: Decode<'r, R::Database>,
        for<'r> bool: Decode<'r, R::Database>,
        i64: Type<R::Database>,
        String: Type<R::Database>,
        bool: Type<R::Database>,
    {
        let columns = rows.first().map(|row| row.columns().iter().map(|column| column.name().to_owned()).collect());
        let cell = |row: &R, at: usize| match kind::<R::Database>(row.column(at).type_info()) {
            "int" => Cell::Int(row.get_unchecked(at)),
            "flag" => Cell::Flag(row.get_unchecked(at)),
            _ => Cell::Text(row.get_unchecked(at)),
        };
        let cells = rows.iter().map(|row| (0..row.len()).map(|at| cell(row, at)).collect()).collect();
        Self { table, columns: columns.unwrap_or_default(), cells }
    }
}

fn kind<D: Database>(info: &D::TypeInfo) -> &'static str {
    match info.name() {
        "INT8" | "BIGINT" | "INTEGER" => "int",
        "BOOL" | "BOOLEAN" => "flag",
        _ => "text",
    }
}

//! Tables of leads, read row by row: CSV in UTF-8 or GBK, and the spreadsheet's own format.

mod csv;
mod xlsx;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// In which letters a text file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Unicode.
    Utf8,
    /// Of Chinese spreadsheets; read as GB 18030, which contains it.
    Gbk,
}

/// A table that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file cannot be opened or read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// Nothing is in it.
    #[error("the file is empty; its first row must have the headings")]
    Empty,
    /// More columns than anyone has.
    #[error("the file has more than {0} columns")]
    Wide(usize),
    /// It is neither of the known formats.
    #[error("{0}")]
    Format(String),
}

/// Columns of a table at most.
pub const MOST_COLUMNS: usize = 500;
/// Bytes of one row at most.
const ROW_BYTES: usize = 1 << 20;

/// A row: its cells, or why it cannot be read.
pub type Row = Result<Vec<String>, String>;

/// A table, open at its first row below the headings.
pub struct Table {
    /// The headings.
    pub headings: Vec<String>,
    /// In which letters it is written; none: it says so itself.
    pub encoding: Option<Encoding>,
    rows: Rows,
}

enum Rows {
    Csv(csv::Csv),
    Xlsx(xlsx::Xlsx),
}

impl Table {
    /// Opens a file. What it is is told from its first bytes, its letters from its first rows where they are not given.
    pub fn open(path: &Path, encoding: Option<Encoding>) -> Result<Self, TableError> {
        let mut file = File::open(path)?;
        let mut head = [0; 4];
        let length = file.read(&mut head)?;
        let table = match head.get(..length).unwrap_or_default() {
            [] => return Err(TableError::Empty),
            [b'P', b'K', 3, 4] => {
                let (headings, rows) = xlsx::open(path)?;
                Self { headings, encoding: None, rows: Rows::Xlsx(rows) }
            }
            [0xd0, 0xcf, 0x11, 0xe0] => {
                let text = "the file is a spreadsheet of the old format .xls, or has a password; save it as .xlsx without a password";
                return Err(TableError::Format(text.into()));
            }
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                return Err(TableError::Format("the file is written in UTF-16; save it as UTF-8 or as .xlsx".into()));
            }
            _ => {
                let (headings, encoding, rows) = csv::open(path, encoding)?;
                Self { headings, encoding: Some(encoding), rows: Rows::Csv(rows) }
            }
        };
        if table.headings.len() > MOST_COLUMNS {
            return Err(TableError::Wide(MOST_COLUMNS));
        }
        if table.headings.iter().all(|heading| heading.trim().is_empty()) {
            return Err(TableError::Empty);
        }
        Ok(table)
    }

    /// The next row; none: that was the last one.
    pub fn next_row(&mut self) -> Result<Option<Row>, TableError> {
        match &mut self.rows {
            Rows::Csv(rows) => rows.next(self.headings.len()),
            Rows::Xlsx(rows) => rows.next(self.headings.len()),
        }
    }
}

#[cfg(test)]
mod tests;

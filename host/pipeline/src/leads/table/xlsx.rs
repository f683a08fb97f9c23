//! The spreadsheet's own format. Its reader has one sheet after another in a thread of its own, which hands over row by row: the format
//! is read cell by cell, and nothing but the list of shared texts is held.

mod sieve;

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{DataRef, ExcelDateTime, Reader as _};

use super::{MOST_COLUMNS, ROW_BYTES, Row, TableError};

/// Rows that are read ahead.
const AHEAD: usize = 64;

type Sent = Result<Vec<String>, TableError>;

/// The rows of the first sheet.
pub(super) struct Xlsx(Receiver<Sent>);

pub(super) fn open(path: &Path) -> Result<(Vec<String>, Xlsx), TableError> {
    sieve::check(path)?;
    let (sender, receiver) = sync_channel(AHEAD);
    let path = path.to_owned();
    let reading = std::thread::Builder::new().name("spreadsheet".into());
    reading.spawn(move || {
        if let Err(error) = read(&path, &sender) {
            // Where nobody listens any more, nobody misses it.
            let _ = sender.send(Err(error));
        }
    })?;
    let headings = receiver.recv().map_err(|_| TableError::Empty)??;
    Ok((headings, Xlsx(receiver)))
}

impl Xlsx {
    pub(super) fn next(&mut self, columns: usize) -> Result<Option<Row>, TableError> {
        match self.0.recv() {
            Err(_) => Ok(None),
            Ok(Err(error)) => Err(error),
            Ok(Ok(mut cells)) => {
                let bytes: usize = cells.iter().map(String::len).sum();
                if bytes > ROW_BYTES {
                    return Ok(Some(Err(format!("is longer than {ROW_BYTES} bytes"))));
                }
                // Empty cells at the end are not written.
                if cells.len() < columns {
                    cells.resize(columns, String::new());
                }
                Ok(Some(Ok(cells)))
            }
        }
    }
}

fn read(path: &Path, sender: &SyncSender<Sent>) -> Result<(), TableError> {
    let unreadable =
        |error: calamine::XlsxError| TableError::Format(format!("the spreadsheet cannot be read: {error}"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).map_err(unreadable)?;
    let sheet = book.sheet_names().first().cloned().ok_or(TableError::Empty)?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(unreadable)?;
    let mut row: Option<(u32, Vec<String>)> = None;
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (number, column) = cell.get_position();
        let column = column as usize;
        if column >= MOST_COLUMNS {
            return Err(TableError::Wide(MOST_COLUMNS));
        }
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        match &mut row {
            Some((current, texts)) if *current == number => put(texts, column, text),
            _ => {
                let mut texts = Vec::new();
                put(&mut texts, column, text);
                if let Some((_, full)) = row.replace((number, texts))
                    && sender.send(Ok(full)).is_err()
                {
                    return Ok(());
                }
            }
        }
    }
    if let Some((_, last)) = row {
        let _ = sender.send(Ok(last));
    }
    Ok(())
}

fn put(texts: &mut Vec<String>, column: usize, text: String) {
    if texts.len() <= column {
        texts.resize(column + 1, String::new());
    }
    if let Some(cell) = texts.get_mut(column) {
        *cell = text;
    }
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => self::number(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(at) => moment(at),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// Telephone numbers are numbers to a spreadsheet: whole ones get no decimal point and no exponent.
fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

/// As a date is written, with the time where there is one.
fn moment(at: &ExcelDateTime) -> String {
    if !at.is_datetime() {
        return at.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

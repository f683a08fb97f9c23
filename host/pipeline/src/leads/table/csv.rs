//! Text files with separators.

mod bounded;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use csv::{ByteRecord, Position, Reader, ReaderBuilder};
use encoding_rs::GB18030;

use super::{Encoding, MOST_COLUMNS, ROW_BYTES, Row, TableError};
use bounded::Bounded;

/// Rows by which the letters are told.
const LOOKED_AT: usize = 5_000;
/// What is read for one row, with what the reader takes ahead.
const READ_BYTES: u64 = ROW_BYTES as u64 + (64 << 10);
/// Rows whose quotation marks swallow others: each is read to where a row must end, and from its second line again. A file that has
/// more of them is not written by a program that knows the format.
const MOST_SWALLOWING: u32 = 10_000;

/// The rows of a text file.
pub(super) struct Csv {
    reader: Reader<Bounded>,
    /// A second handle, to look at lines.
    lines: File,
    encoding: Encoding,
    separator: u8,
    swallowing: u32,
}

pub(super) fn open(path: &Path, encoding: Option<Encoding>) -> Result<(Vec<String>, Encoding, Csv), TableError> {
    let separator = separator(File::open(path)?)?;
    let encoding = match encoding {
        Some(encoding) => encoding,
        None => letters(reader(File::open(path)?, separator))?,
    };
    let mut reader = reader(File::open(path)?, separator);
    let mut record = ByteRecord::new();
    if !reader.read_byte_record(&mut record).map_err(io)? {
        return Err(TableError::Empty);
    }
    if record.len() > MOST_COLUMNS {
        return Err(TableError::Wide(MOST_COLUMNS));
    }
    let headings = decode(&record, encoding).map_err(TableError::Format)?;
    let headings =
        headings.into_iter().map(|heading| heading.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    Ok((headings, encoding, Csv { reader, lines: File::open(path)?, encoding, separator, swallowing: 0 }))
}

fn reader(file: File, separator: u8) -> Reader<Bounded> {
    let bounded = Bounded::new(file, READ_BYTES);
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(bounded)
}

fn io(error: csv::Error) -> TableError {
    TableError::Io(error.into())
}

/// The one of the usual separators that the first line has most of.
fn separator(file: File) -> Result<u8, TableError> {
    let mut line = Vec::new();
    BufReader::new(file.take(ROW_BYTES as u64)).read_until(b'\n', &mut line)?;
    let count = |mark: &u8| line.split(|byte| byte == mark).count() - 1;
    Ok([b',', b';', b'\t'].into_iter().rev().max_by_key(count).unwrap_or(b','))
}

/// UTF-8, unless more rows speak against it than for it: a few broken rows do not turn all others into nonsense.
fn letters(mut reader: Reader<Bounded>) -> Result<Encoding, TableError> {
    let mut record = ByteRecord::new();
    let (mut good, mut bad) = (0, 0);
    for at in 0..LOOKED_AT {
        reader.get_mut().refill();
        if !reader.read_byte_record(&mut record).map_err(io)? {
            break;
        }
        let bytes = record.as_slice();
        if at == 0 && bytes.starts_with(b"\xef\xbb\xbf") {
            return Ok(Encoding::Utf8);
        }
        if !bytes.is_ascii() {
            *if std::str::from_utf8(bytes).is_ok() { &mut good } else { &mut bad } += 1;
        }
    }
    Ok(if bad > good { Encoding::Gbk } else { Encoding::Utf8 })
}

fn decode(record: &ByteRecord, encoding: Encoding) -> Result<Vec<String>, String> {
    let cell = |(at, bytes): (usize, &[u8])| {
        let text = match encoding {
            Encoding::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Encoding::Gbk => {
                GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
            }
        };
        let name = match encoding {
            Encoding::Utf8 => "UTF-8",
            Encoding::Gbk => "GBK",
        };
        text.ok_or_else(|| format!("cell {} is not written in {name} as the rest of the file", at + 1))
    };
    record.iter().enumerate().map(cell).collect()
}

impl Csv {
    pub(super) fn next(&mut self, columns: usize) -> Result<Option<Row>, TableError> {
        let mut record = ByteRecord::new();
        self.reader.get_mut().refill();
        if !self.reader.read_byte_record(&mut record).map_err(io)? {
            return Ok(None);
        }
        let end = self.reader.position().byte();
        let cut = self.reader.get_ref().is_used_up();
        if let Some(begin) = record.position().map(Position::byte)
            && (record.len() != columns || record.as_slice().contains(&b'\n'))
            && let Some(next) = self.line_after(begin, end)?
            && (record.len() != columns || !self.is_sound(begin, end)?)
        {
            // A quotation mark that is never closed swallows the rows behind it: only its own line is refused.
            self.swallowing += 1;
            if self.swallowing > MOST_SWALLOWING {
                return Err(TableError::Format(format!(
                    "more than {MOST_SWALLOWING} rows have quotation marks that are not closed; save the file anew as .csv or .xlsx"
                )));
            }
            self.go_on_at(next)?;
            return Ok(Some(Err(
                "has a quotation mark that is not closed, or a line break in a row of another width".into()
            )));
        }
        if cut {
            let next = self.line_behind(end)?;
            self.go_on_at(next)?;
        }
        if cut || record.as_slice().len() > ROW_BYTES {
            return Ok(Some(Err(format!("is longer than {ROW_BYTES} bytes"))));
        }
        if record.len() != columns {
            return Ok(Some(Err(format!("has {} cells where the headings are {columns}", record.len()))));
        }
        Ok(Some(decode(&record, self.encoding)))
    }

    fn go_on_at(&mut self, byte: u64) -> Result<(), TableError> {
        let mut position = Position::new();
        position.set_byte(byte);
        // Also where the reader believes that it is there already: it may believe that the file has ended.
        self.reader.seek_raw(SeekFrom::Start(byte), position).map_err(io)
    }

    /// Where the first line begins behind this place, or the end of the file.
    fn line_behind(&mut self, from: u64) -> Result<u64, TableError> {
        self.lines.seek(SeekFrom::Start(from))?;
        let mut reader = BufReader::new(&self.lines);
        let passed = reader.skip_until(b'\n')?;
        Ok(from + passed as u64)
    }

    /// Are all quotation marks between these places where they belong: around whole cells, or doubled within them? The reader takes
    /// others as they come, and with them the rows behind.
    fn is_sound(&mut self, begin: u64, end: u64) -> Result<bool, TableError> {
        let length = end.saturating_sub(begin);
        if length > ROW_BYTES as u64 {
            return Ok(false);
        }
        self.lines.seek(SeekFrom::Start(begin))?;
        let mut raw = Vec::new();
        (&self.lines).take(length).read_to_end(&mut raw)?;
        let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == self.separator || b"\r\n".contains(byte));
        let (mut quoted, mut at) = (false, 0);
        while let Some(byte) = raw.get(at) {
            if *byte == b'"' {
                let next = raw.get(at + 1);
                match quoted {
                    true if next == Some(&b'"') => at += 1,
                    true if is_edge(next) => quoted = false,
                    false if at == 0 || is_edge(raw.get(at - 1)) => quoted = true,
                    _ => return Ok(false),
                }
            }
            at += 1;
        }
        Ok(!quoted)
    }

    /// Where the line after the one at `begin` begins, where it lies before `end`.
    fn line_after(&mut self, begin: u64, end: u64) -> Result<Option<u64>, TableError> {
        self.lines.seek(SeekFrom::Start(begin))?;
        let mut line = Vec::new();
        let mut reader = BufReader::new((&self.lines).take(end.saturating_sub(begin)));
        let mut next = begin;
        // Empty lines before a row belong to it as the reader counts.
        while line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(None);
            }
            next += read as u64;
        }
        Ok((next < end).then_some(next))
    }
}

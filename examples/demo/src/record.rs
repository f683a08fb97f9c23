//! Where does a record of the file end? Quotes that are never closed must not swallow the rows behind them.

use anyhow::{Context as _, ensure};

/// A record may go on over so many lines within quotes.
const MOST_LINES: usize = 50;

/// The fields of one record, as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Line of the file on which it begins; the header is line 1.
    pub line: usize,
    pub fields: Vec<Vec<u8>>,
    /// The field in which a quote is opened and never closed.
    pub unclosed: Option<usize>,
}

/// The header and all rows but empty lines.
pub fn table(bytes: &[u8]) -> anyhow::Result<(Record, Vec<Record>)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let wide = [b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| bytes.starts_with(*mark));
    ensure!(!wide, "the file is UTF-16, as some spreadsheets write it; save it as UTF-8");
    let mut records = records(bytes).into_iter();
    let header = records.next().context("the file is empty: not even a header is there")?;
    Ok((header, records.collect()))
}

fn records(bytes: &[u8]) -> Vec<Record> {
    let lines = lines(bytes);
    let mut records: Vec<Record> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let columns = records.first().map(|header| header.fields.len());
        let (record, used) = next(bytes, &lines, at, columns);
        at += used;
        records.extend(record);
    }
    records
}

/// Start and end of every line, without its end mark: LF, CRLF or CR.
fn lines(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut marks = bytes.iter().enumerate().peekable();
    while let Some((at, byte)) = marks.next() {
        if *byte != b'\n' && *byte != b'\r' {
            continue;
        }
        lines.push((start, at));
        start = at + 1;
        if *byte == b'\r' && marks.next_if(|(_, next)| **next == b'\n').is_some() {
            start += 1;
        }
    }
    if start < bytes.len() {
        lines.push((start, bytes.len()));
    }
    lines
}

/// The record that begins on this line, and how many lines it takes. `columns`: how many fields the header has; none: this is
/// the header's turn.
fn next(bytes: &[u8], lines: &[(usize, usize)], at: usize, columns: Option<usize>) -> (Option<Record>, usize) {
    let slice = |last: usize| {
        let start = lines.get(at).map_or(0, |line| line.0);
        let end = lines.get(last).map_or(start, |line| line.1);
        bytes.get(start..end).unwrap_or_default()
    };
    let one = slice(at);
    if one.iter().all(u8::is_ascii_whitespace) {
        return (None, 1);
    }
    let line = at + 1;
    let Some(open) = open_quote(one) else {
        return (Some(Record { line, fields: split(one, true), unclosed: None }), 1);
    };
    // Several lines are one record only if they close the quote properly, have the header's number of fields, and no line
    // of them has so many fields that it is a row by itself.
    for last in at + 1..lines.len().min(at + MOST_LINES) {
        let own = lines.get(last).and_then(|(start, end)| bytes.get(*start..*end)).unwrap_or_default();
        if columns.is_some_and(|columns| split(own, false).len() >= columns) {
            break;
        }
        if open_quote(slice(last)).is_some() {
            continue;
        }
        let fields = split(slice(last), true);
        if columns.is_none_or(|columns| fields.len() == columns) && well_quoted(slice(last)) {
            return (Some(Record { line, fields, unclosed: None }), last + 1 - at);
        }
        break;
    }
    (Some(Record { line, fields: split(one, false), unclosed: Some(open) }), 1)
}

/// One record's fields.
fn split(record: &[u8], quoting: bool) -> Vec<Vec<u8>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).quoting(quoting).from_reader(record);
    let mut fields = csv::ByteRecord::new();
    // Reading from memory cannot fail, and a record that is not empty is always found.
    let _found = reader.read_byte_record(&mut fields);
    fields.iter().map(<[u8]>::to_vec).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum In {
    Start,
    Plain,
    Quoted,
    /// Behind a quote within a quoted field: its end, or half of a doubled quote.
    Behind,
}

/// The field whose quote is still open at the end.
fn open_quote(text: &[u8]) -> Option<usize> {
    let (mut state, mut field) = (In::Start, 0);
    for byte in text {
        state = step(state, *byte);
        field += usize::from(state == In::Start);
    }
    (state == In::Quoted).then_some(field)
}

/// Does every quoted field end with its quote?
fn well_quoted(text: &[u8]) -> bool {
    let mut state = In::Start;
    text.iter().all(|byte| {
        let before = state;
        state = step(state, *byte);
        !(before == In::Behind && state == In::Plain)
    })
}

fn step(state: In, byte: u8) -> In {
    match (state, byte) {
        (In::Quoted, b'"') => In::Behind,
        (In::Quoted, _) | (In::Start | In::Behind, b'"') => In::Quoted,
        (_, b',') => In::Start,
        (In::Start | In::Plain | In::Behind, _) => In::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>, Option<usize>)> {
        let shown = |record: Record| {
            let fields = record.fields.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
            (record.line, fields, record.unclosed)
        };
        records(text.as_bytes()).into_iter().map(shown).collect()
    }

    fn fields(fields: &[&str]) -> Vec<String> {
        fields.iter().map(|&field| field.to_owned()).collect()
    }

    #[test]
    fn every_line_end_and_the_byte_order_mark() {
        for text in ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2", "a,b\n\n \n1,2"] {
            let found = read(text);
            assert_eq!(found.len(), 2, "{text:?}");
            assert_eq!(found[0].1, fields(&["a", "b"]));
            assert_eq!(found[1].1, fields(&["1", "2"]));
        }
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(table("\u{feff}a,b\n1,2\n".as_bytes()).unwrap().0.fields, [b"a", b"b"]);
        for (bytes, words) in [(&b""[..], "empty"), (b"\n \r\n", "empty"), (b"\xff\xfea\0,\0b\0", "UTF-16")] {
            assert!(table(bytes).unwrap_err().to_string().contains(words), "{bytes:?}");
        }
    }

    #[test]
    fn quotes_hold_commas_quotes_and_line_ends() {
        let found = read("a,b,c\n\"x, y\",\"say \"\"hi\"\"\",1\n3,\"two\nlines\",2\n4,5,6\n");
        assert_eq!(found[1].1, fields(&["x, y", "say \"hi\"", "1"]));
        assert_eq!((found[2].0, &found[2].1), (3, &fields(&["3", "two\nlines", "2"])));
        assert_eq!((found[3].0, &found[3].1), (5, &fields(&["4", "5", "6"])));
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_row_only() {
        let found = read("a,b\n1,\"open\n2,\"PAPER, KIT\"\n3,x\n");
        assert_eq!(found[1], (2, fields(&["1", "\"open"]), Some(1)));
        assert_eq!(found[2], (3, fields(&["2", "PAPER, KIT"]), None));
        assert_eq!(found[3], (4, fields(&["3", "x"]), None));
        let last = read("a,b\n1,2\n3,\"never closed");
        assert_eq!(last[2], (3, fields(&["3", "\"never closed"]), Some(1)));
    }

    #[test]
    fn quotes_within_a_field_are_letters() {
        assert_eq!(read("a,b\n1,SIZE 5\" FRAME\n2,x\n")[1].1, fields(&["1", "SIZE 5\" FRAME"]));
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_lost(text in "[ab,\"\r\n]{0,200}") {
            let found = records(text.as_bytes());
            let lines: Vec<usize> = found.iter().map(|record| record.line).collect();
            proptest::prop_assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
            // Every letter of the file is in some field.
            let count = |bytes: &[u8]| bytes.iter().filter(|byte| b"ab".contains(byte)).count();
            let kept: usize = found.iter().flat_map(|record| &record.fields).map(|field| count(field)).sum();
            proptest::prop_assert_eq!(kept, count(text.as_bytes()));
        }
    }
}

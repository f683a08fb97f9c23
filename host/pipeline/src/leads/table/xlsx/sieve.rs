//! What a spreadsheet may not be. Its reader believes what a file says about itself and holds whole cells, shared texts and styles; so
//! everything is unpacked once before, without keeping it, and what would use up the memory is refused.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::super::{ROW_BYTES, TableError};

/// What all parts may unpack to: sheets are read cell by cell.
const UNPACKED_BYTES: u64 = 1 << 30;
/// What the shared texts may unpack to, which are held.
const TEXT_BYTES: u64 = 64 << 20;
/// What every other part in XML may unpack to.
const PART_BYTES: u64 = 8 << 20;
/// What a picture and the like may unpack to.
const OTHER_BYTES: u64 = 32 << 20;
/// Parts of a file; a workbook has some dozens.
const MOST_PARTS: usize = 10_000;
/// How the list of parts begins each of its entries.
const ENTRY: &[u8] = b"PK\x01\x02";

/// Refuses a file that is no workbook, or one that would take more than a workbook takes.
pub(super) fn check(path: &Path) -> Result<(), TableError> {
    let mut file = File::open(path)?;
    count_parts(&file)?;
    file.seek(SeekFrom::Start(0))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
    let mut left = UNPACKED_BYTES;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(unreadable)?;
        let name = part.name().map_err(unreadable)?.to_ascii_lowercase().replace('\\', "/");
        let mut reader = BufReader::new(part.take(left + 1));
        // Whatever a part is named: the workbook says which of them are sheets.
        let is_xml = looks_like_xml(reader.fill_buf()?);
        let bound = Bound::of(&name, is_xml);
        let most = bound.bytes().min(left);
        let mut reader = reader.take(most + 1);
        let read = match bound {
            Bound::Other => std::io::copy(&mut reader, &mut std::io::sink())?,
            _ => Sieve::new(bound).pass(&mut reader)?,
        };
        if read > most {
            let megabytes = most >> 20;
            return Err(TableError::Format(format!(
                "{name} of the spreadsheet unpacks to more than {megabytes} MiB; split it into several files"
            )));
        }
        left -= read;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "takes what `map_err` gives")]
fn unreadable(error: zip::result::ZipError) -> TableError {
    TableError::Format(format!("the spreadsheet cannot be read: {error}"))
}

/// The list of parts is held by whoever reads it.
fn count_parts(file: &File) -> Result<(), TableError> {
    let mut reader = BufReader::new(file);
    let (mut parts, mut piece) = (0, Vec::new());
    loop {
        piece.clear();
        if read_to(&mut reader, b'P', u64::MAX, &mut piece)? == 0 {
            return Ok(());
        }
        parts += usize::from(piece.starts_with(ENTRY.get(1..).unwrap_or_default()));
        if parts > MOST_PARTS {
            return Err(TableError::Format(format!("the spreadsheet has more than {MOST_PARTS} parts")));
        }
    }
}

fn looks_like_xml(begin: &[u8]) -> bool {
    let begin = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin);
    begin.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// Which parts are read, and how much of them is held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Sheet,
    Texts,
    Part,
    Other,
}

impl Bound {
    fn of(name: &str, is_xml: bool) -> Self {
        if name.ends_with("sharedstrings.xml") {
            Self::Texts
        } else if is_xml && name.contains("worksheets/") {
            Self::Sheet
        } else if is_xml || [".xml", ".rels"].iter().any(|ending| name.ends_with(ending)) {
            Self::Part
        } else {
            Self::Other
        }
    }

    const fn bytes(self) -> u64 {
        match self {
            Self::Sheet => UNPACKED_BYTES,
            Self::Texts => TEXT_BYTES,
            Self::Part => PART_BYTES,
            Self::Other => OTHER_BYTES,
        }
    }
}

/// Looks at a part, piece by piece: from one angle bracket to the next.
struct Sieve {
    bound: Bound,
    /// Angle brackets so far.
    brackets: u64,
    /// The most that the part says about its own number of texts.
    promised: u64,
    /// Bytes since the present cell or text began; none: outside.
    held: Option<usize>,
}

impl Sieve {
    const fn new(bound: Bound) -> Self {
        Self { bound, brackets: 0, promised: 0, held: None }
    }

    /// Answers how long the part is.
    fn pass(mut self, reader: &mut impl BufRead) -> Result<u64, TableError> {
        let (mut piece, mut length) = (Vec::new(), 0);
        loop {
            piece.clear();
            // One more than is allowed, to tell that it is too much.
            let read = read_to(reader, b'<', ROW_BYTES as u64 + 1, &mut piece)?;
            if read == 0 {
                break;
            }
            length += read;
            self.look(&piece, length == read)?;
        }
        if self.promised > self.brackets {
            return Err(unfit("says that it has more texts than it has"));
        }
        Ok(length)
    }

    fn look(&mut self, piece: &[u8], first: bool) -> Result<(), TableError> {
        if piece.len() > ROW_BYTES {
            return Err(unfit("has a cell or a name that is longer than a row may be"));
        }
        // Angle brackets within another alphabet would be something else.
        if piece.contains(&0) || (first && (piece.starts_with(b"\xfe\xff") || piece.starts_with(b"\xff\xfe"))) {
            return Err(unfit("is not written in UTF-8"));
        }
        let head = piece.get(..piece.len().min(200)).unwrap_or_default();
        let head = String::from_utf8_lossy(head).to_ascii_lowercase();
        if head.starts_with("?xml")
            && head.contains("encoding")
            && !head.contains("utf-8")
            && !head.contains("us-ascii")
        {
            return Err(unfit("is not written in UTF-8"));
        }
        if self.bound == Bound::Part {
            return Ok(());
        }
        if head.starts_with('!') {
            return Err(unfit("has comments or raw text, which no spreadsheet program writes"));
        }
        self.brackets += 1;
        if self.bound == Bound::Texts {
            self.promised = self.promised.max(promised(piece));
        }
        let name = head.split([' ', '\t', '\r', '\n', '/', '>']).find(|part| !part.is_empty()).unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or_default();
        if matches!(name, "c" | "si") {
            self.held = (!head.starts_with('/')).then_some(0);
        } else if matches!(name, "row" | "sheetdata" | "sst") {
            // A cell that is closed by itself has no end of its own.
            self.held = None;
        } else if let Some(held) = &mut self.held {
            *held += piece.len();
            if *held > ROW_BYTES {
                return Err(unfit("has a cell that is longer than a row may be"));
            }
        }
        Ok(())
    }
}

fn unfit(what: &str) -> TableError {
    TableError::Format(format!("a part of the spreadsheet {what}; save it anew"))
}

/// How many texts the part says to have; the reader makes room for them beforehand.
fn promised(piece: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(piece);
    let after = |(_, rest): (&str, &str)| -> u64 {
        let digits: String = rest
            .chars()
            .skip_while(|c| c.is_whitespace() || "=\"'+".contains(*c))
            .take_while(char::is_ascii_digit)
            .take(19)
            .collect();
        digits.parse().unwrap_or(0)
    };
    text.split_once("uniqueCount").map_or(0, after)
}

/// Reads up to this byte, at most so much. What the reader gives beyond is left to the next time.
fn read_to(reader: &mut impl BufRead, end: u8, most: u64, piece: &mut Vec<u8>) -> Result<u64, TableError> {
    Ok(reader.take(most).read_until(end, piece)? as u64)
}

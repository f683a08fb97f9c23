//! Where the orders go: order k to row k of the addresses, cyclically.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::record::{Record, table};

/// Store of the north, and of the south.
pub const STORES: [&str; 2] = ["S-NORTH", "S-SOUTH"];
/// What is longer is no address that was written too long, which the host refuses, but something else altogether.
const LONGEST: usize = 10_000;
/// The columns that the map wants.
const COLUMNS: [&str; 8] = ["name", "address", "city", "province_code", "postcode", "phone", "longitude", "latitude"];

/// Where goods can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub name: String,
    pub text: String,
    pub city: String,
    pub province: String,
    pub phone: String,
}

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Line of the file.
    pub line: usize,
    /// The address, or why nobody can deliver to it.
    pub address: Result<Address, String>,
    /// The store that serves it.
    pub store: &'static str,
}

/// All rows of the file.
#[derive(Debug, Clone)]
pub struct Places {
    rows: Vec<Place>,
    /// The readable rows as the map reads them.
    gazetteer: String,
}

impl Address {
    /// As an order carries it.
    pub fn ship_to(&self) -> Value {
        json!({ "text": self.text, "city": self.city, "country": "CN", "contact": self.name, "phone": self.phone })
    }

    /// The store that serves it, by the province; by turns where that is unknown.
    fn store(&self, row: usize) -> &'static str {
        let [north, south] = STORES;
        match self.province.get(..2).unwrap_or_default() {
            "11" | "12" | "13" | "14" | "15" | "21" | "22" | "23" | "37" | "41" | "61" | "62" | "63" | "64" | "65" => {
                north
            }
            "" => by_turns(row),
            _ => south,
        }
    }
}

fn by_turns(row: usize) -> &'static str {
    STORES.get(row % STORES.len()).copied().unwrap_or_default()
}

impl Places {
    /// Reads the whole file. A row that cannot be read stays in its place and costs the orders that go there.
    pub fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        let (header, records) = table(bytes)?;
        let columns = Columns::read(&header)?;
        ensure!(!records.is_empty(), "there is no row below the header, and the orders need somewhere to go");
        let row = |(at, record): (usize, &Record)| {
            let address = columns.address(record).map_err(|problem| format!("row {}: {problem}", record.line));
            let store = address.as_ref().map_or_else(|_| by_turns(at), |address| address.store(at));
            Place { line: record.line, address, store }
        };
        let rows: Vec<Place> = records.iter().enumerate().map(row).collect();
        let readable = rows.iter().zip(&records).filter(|(row, _)| row.address.is_ok()).map(|(_, record)| record);
        let gazetteer = columns.gazetteer(readable)?;
        Ok(Self { rows, gazetteer })
    }

    /// Where order `at` goes; from the first row again when they end.
    pub fn of(&self, at: usize) -> Option<&Place> {
        self.rows.get(at % self.rows.len().max(1))
    }

    /// The addresses that can be read.
    pub fn readable(&self) -> impl Iterator<Item = &Address> {
        self.rows.iter().filter_map(|row| row.address.as_ref().ok())
    }

    /// The readable rows as the map reads them.
    pub fn gazetteer(&self) -> &str {
        &self.gazetteer
    }
}

/// Where each of [`COLUMNS`] stands in the file.
struct Columns {
    count: usize,
    places: [Option<usize>; COLUMNS.len()],
}

impl Columns {
    fn read(header: &Record) -> anyhow::Result<Self> {
        let places = COLUMNS.map(|wanted| {
            let is = |name: &Vec<u8>| String::from_utf8_lossy(name).trim().eq_ignore_ascii_case(wanted);
            header.fields.iter().position(is)
        });
        let columns = Self { count: header.fields.len(), places };
        let named = columns.place("address").is_some();
        ensure!(
            named,
            "there is no column \"address\"; the first line must name {}, separated by commas",
            COLUMNS.join(", ")
        );
        Ok(columns)
    }

    fn place(&self, wanted: &str) -> Option<usize> {
        let at = COLUMNS.iter().position(|name| *name == wanted)?;
        self.places.get(at).copied().flatten()
    }

    /// A row may end early, as long as there is an address; with more fields than columns nobody knows which is which.
    fn address(&self, record: &Record) -> Result<Address, String> {
        if record.unclosed.is_some() {
            return Err("a quote is opened and never closed".into());
        }
        if record.fields.len() > self.count
            && record.fields.iter().skip(self.count).any(|more| !more.trim_ascii().is_empty())
        {
            return Err(format!("it has {} fields instead of {}", record.fields.len(), self.count));
        }
        let field = |name: &str| {
            let bytes = self.place(name).and_then(|at| record.fields.get(at)).map(Vec::as_slice).unwrap_or_default();
            match std::str::from_utf8(bytes) {
                Ok(text) if text.contains('\0') => Err(format!("{name} contains a NUL character")),
                Ok(text) if text.len() > LONGEST => {
                    Err(format!("{name} has {} bytes, which is no address", text.len()))
                }
                Ok(text) => Ok(text.trim().to_owned()),
                Err(error) => Err(format!("{name} is not UTF-8 from byte {} on", error.valid_up_to() + 1)),
            }
        };
        let address = Address {
            name: field("name")?,
            text: field("address")?,
            city: field("city")?,
            province: field("province_code")?,
            phone: field("phone")?,
        };
        if address.text.is_empty() { Err("address is empty".into()) } else { Ok(address) }
    }

    fn gazetteer<'a>(&self, records: impl Iterator<Item = &'a Record>) -> anyhow::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(COLUMNS)?;
        for record in records {
            let field =
                |at: &Option<usize>| at.and_then(|at| record.fields.get(at)).map(Vec::as_slice).unwrap_or_default();
            writer.write_record(self.places.iter().map(field))?;
        }
        let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        String::from_utf8(bytes).context("the addresses are no text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "name,address,city,province_code,longitude,latitude\n";

    fn places(rows: &str) -> Places {
        Places::read(format!("{HEADER}{rows}").as_bytes()).unwrap()
    }

    #[test]
    fn rows_stay_in_their_place() {
        let places = places("A,\"区, 路1号\",北京市,11,116.4,39.9\nB\nC,x,y,44\nD,x,,\n");
        let row = |at| places.of(at).unwrap();
        assert_eq!((row(0).address.as_ref().unwrap().text.as_str(), row(0).store), ("区, 路1号", "S-NORTH"));
        assert_eq!((row(1).address.clone(), row(1).store), (Err("row 3: address is empty".into()), "S-SOUTH"));
        assert_eq!((row(2).store, row(3).store), ("S-SOUTH", "S-SOUTH"));
        assert_eq!((row(4).line, row(7).line, places.readable().count()), (2, 5, 3));
        assert_eq!(
            places.gazetteer(),
            "name,address,city,province_code,postcode,phone,longitude,latitude\n\
             A,\"区, 路1号\",北京市,11,,,116.4,39.9\nC,x,y,44,,,,\nD,x,,,,,,\n"
        );
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named() {
        for (row, problem) in [
            ("A,涪城区, 机场路18号,绵阳市,51,104,31", "row 3: it has 7 fields instead of 6"),
            ("A,\"路,北京市,11,116,39", "row 3: a quote is opened and never closed"),
            ("A,路\0,北京市,11,116,39", "row 3: address contains a NUL character"),
            (",,,,,", "row 3: address is empty"),
        ] {
            let places = places(&format!("A,x,y,44,,\n{row}\nB,z,y,44,,,,\n"));
            assert_eq!(places.of(1).unwrap().address, Err(problem.to_owned()), "{row}");
            assert_eq!(places.of(2).unwrap().address.as_ref().unwrap().text, "z", "{row}");
        }
        let bytes = [HEADER.as_bytes(), b"A,\xc2\xb7\xc9\xcf,x,44,,\n"].concat();
        let places = Places::read(&bytes).unwrap();
        assert_eq!(places.of(0).unwrap().address, Err("row 2: address is not UTF-8 from byte 3 on".into()));
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        for (text, problem) in [
            ("a,b\n1,2\n", "no column \"address\""),
            ("name,address\n", "no row below the header"),
            ("", "empty"),
            ("\u{feff}\n \n", "empty"),
        ] {
            let error = Places::read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
    }
}

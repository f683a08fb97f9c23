//! Where the orders go: order k to row k of the addresses, cyclically.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

/// Store of the north, and of the south.
pub const STORES: [&str; 2] = ["S-NORTH", "S-SOUTH"];

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub name: String,
    pub text: String,
    pub city: String,
    pub province: String,
    pub phone: String,
}

impl Address {
    /// As an order carries it.
    pub fn ship_to(&self) -> Value {
        json!({ "text": self.text, "city": self.city, "country": "CN", "contact": self.name, "phone": self.phone })
    }

    /// The store that serves it, by the province; by turns where that is unknown.
    pub fn store(&self, row: usize) -> &'static str {
        let [north, south] = STORES;
        match self.province.get(..2).unwrap_or_default() {
            "11" | "12" | "13" | "14" | "15" | "21" | "22" | "23" | "37" | "41" | "61" | "62" | "63" | "64" | "65" => {
                north
            }
            "" => STORES.get(row % 2).copied().unwrap_or(north),
            _ => south,
        }
    }
}

/// Reads the file. Rows that are short or not UTF-8 stay in their place with what can be read of them.
pub fn read(path: &Path) -> anyhow::Result<Vec<Address>> {
    let bytes = std::fs::read(path).with_context(|| format!("the addresses {} cannot be read", path.display()))?;
    parse(&bytes).with_context(|| format!("the addresses {} cannot be used", path.display()))
}

fn parse(bytes: &[u8]) -> anyhow::Result<Vec<Address>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = reader.byte_headers()?.clone();
    let column =
        |wanted: &str| header.iter().position(|name| String::from_utf8_lossy(name).trim().eq_ignore_ascii_case(wanted));
    let text = column("address").context("there is no column `address`; the columns are name, address, city, province_code, postcode, phone, longitude, latitude")?;
    let (name, city, province, phone) = (column("name"), column("city"), column("province_code"), column("phone"));
    let mut addresses = Vec::new();
    for record in reader.byte_records() {
        let record = record?;
        let field = |at: Option<usize>| {
            let bytes = at.and_then(|at| record.get(at)).unwrap_or_default();
            String::from_utf8_lossy(bytes).trim().replace('\0', "")
        };
        addresses.push(Address {
            name: field(name),
            text: field(Some(text)),
            city: field(city),
            province: field(province),
            phone: field(phone),
        });
    }
    ensure!(!addresses.is_empty(), "there is no row below the header");
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_in_their_place() {
        let rows = parse("name,address,city,province_code\nA,\"区, 路1号\",北京市,11\nB\nC,x,y,44\nD,x,,\n".as_bytes())
            .unwrap();
        assert_eq!(rows.len(), 4);
        assert_eq!((rows[0].text.as_str(), rows[0].store(0)), ("区, 路1号", "S-NORTH"));
        assert_eq!((rows[1].text.as_str(), rows[1].store(1)), ("", "S-SOUTH"));
        assert_eq!((rows[2].store(2), rows[3].store(2)), ("S-SOUTH", "S-NORTH"));
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        assert!(parse(b"a,b\n1,2\n").unwrap_err().to_string().contains("no column `address`"));
        assert!(parse(b"name,address\n").is_err());
    }
}

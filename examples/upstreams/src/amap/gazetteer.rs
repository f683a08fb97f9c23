//! Which places does the map know? Those of the addresses file.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io,
    path::Path,
};

use super::{
    chinese,
    level::{Known, has_han, own_level, parts},
};

/// A line of the file.
#[derive(Debug, Clone)]
pub struct Row {
    pub name: String,
    pub address: String,
    pub city: String,
    pub province_code: String,
    pub longitude: f64,
    pub latitude: f64,
    /// As its address says; may be empty.
    pub district: String,
    /// Name and address without anything but letters and digits.
    plain: String,
}

#[derive(Debug, Default)]
pub struct Gazetteer {
    rows: Vec<Row>,
    /// Rows by pairs of neighbouring characters.
    pairs: HashMap<(char, char), Vec<usize>>,
    cities: BTreeMap<String, Vec<usize>>,
    /// Words that stand where a district stands: 浦东, 昆山.
    areas: HashSet<String>,
}

impl Gazetteer {
    /// Rows that cannot be used are skipped with a warning that names them.
    pub fn load(path: &Path) -> Result<Self, csv::Error> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path)?;
        let columns = reader.headers()?.clone();
        let column = |name: &str| {
            let at = columns.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
            at.ok_or_else(|| csv::Error::from(io::Error::other(format!("the column {name} is missing"))))
        };
        let at = Columns {
            name: column("name")?,
            address: column("address")?,
            city: column("city")?,
            province_code: column("province_code").ok(),
            longitude: column("longitude")?,
            latitude: column("latitude")?,
        };
        let mut gazetteer = Self::default();
        for (index, record) in reader.records().enumerate() {
            match record.map_err(|e| e.to_string()).and_then(|record| at.row(&record)) {
                Ok(row) => gazetteer.add(row),
                Err(problem) => tracing::warn!(row = index + 1, %problem, "an address is skipped"),
            }
        }
        tracing::info!(places = gazetteer.rows.len(), "addresses are loaded");
        Ok(gazetteer)
    }

    fn add(&mut self, row: Row) {
        let at = self.rows.len();
        for pair in pairs(&row.plain) {
            let rows = self.pairs.entry(pair).or_default();
            if rows.last() != Some(&at) {
                rows.push(at);
            }
        }
        let city = city_key(&row.city);
        let first = parts(&row.address).next().filter(|first| first.chars().count() <= 4 && has_han(first));
        if let Some(first) = first.filter(|first| own_level(first).is_none()) {
            self.areas.insert(first.to_owned());
            self.areas.insert(first.strip_prefix(city.as_str()).unwrap_or(first).to_owned());
        }
        if !city.is_empty() {
            self.cities.entry(city).or_default().push(at);
        }
        self.rows.push(row);
    }

    /// What a part that names nothing by itself is.
    pub fn known(&self, part: &str) -> Option<Known> {
        let key = city_key(part);
        if self.cities.contains_key(&key) || self.areas.contains(part) {
            return Some(Known::Area);
        }
        let plain = plain(part);
        let place = if has_han(&plain) {
            plain.chars().count() >= 2 && self.rows.iter().any(|row| row.plain.contains(&plain))
        } else {
            plain.len() >= 4 && self.rows.iter().any(|row| row.says(&plain))
        };
        place.then_some(Known::Place)
    }

    /// The city that was named apart, or else the longest one that the text names.
    pub fn city(&self, text: &str, named: &str) -> Option<&str> {
        if let Some((key, _)) = self.cities.get_key_value(&city_key(named)) {
            return Some(key);
        }
        let lower = text.to_lowercase();
        let says = |key: &str| {
            if has_han(key) { lower.contains(key) } else { parts(&lower).any(|part| city_key(part) == key) }
        };
        self.cities
            .keys()
            .filter(|key| key.chars().count() > 1 && says(key))
            .max_by_key(|key| key.len())
            .map(String::as_str)
    }

    pub fn of_city(&self, city: &str) -> impl Iterator<Item = &Row> {
        self.cities.get(city).into_iter().flatten().filter_map(|at| self.rows.get(*at))
    }

    /// Rows that share the most with the text, best first, with the share of the text that they cover.
    pub fn like(&self, text: &str, city: Option<&str>) -> Vec<(&Row, f64)> {
        let wanted: HashSet<(char, char)> = pairs(&plain(text)).collect();
        let mut hits: HashMap<usize, u32> = HashMap::new();
        for at in wanted.iter().filter_map(|pair| self.pairs.get(pair)).flatten() {
            *hits.entry(*at).or_default() += 1;
        }
        let total = f64::from(u32::try_from(wanted.len()).unwrap_or(u32::MAX).max(1));
        let in_city = |row: &Row| city.is_none_or(|city| city_key(&row.city) == city);
        let mut found: Vec<(usize, u32)> =
            hits.into_iter().filter(|(at, _)| self.rows.get(*at).is_some_and(in_city)).collect();
        found.sort_by_key(|(at, count)| (std::cmp::Reverse(*count), *at));
        found.into_iter().filter_map(|(at, n)| Some((self.rows.get(at)?, f64::from(n) / total))).collect()
    }

    /// The place nearest to a point, and how far away it is in degrees.
    pub fn nearest(&self, longitude: f64, latitude: f64) -> Option<(&Row, f64)> {
        let far = |row: &Row| (row.longitude - longitude).hypot(row.latitude - latitude);
        self.rows.iter().map(|row| (row, far(row))).min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

impl Row {
    /// Is the text exactly this place's name or one part of its address?
    fn says(&self, plain_text: &str) -> bool {
        plain(&self.name) == plain_text || parts(&self.address).any(|part| plain(part) == plain_text)
    }

    /// Does the text hold the whole address of this place, or its name?
    pub fn is_in(&self, text: &str) -> bool {
        let text = plain(text);
        text.contains(&plain(&self.address)) || text.contains(&plain(&self.name))
    }
}

struct Columns {
    name: usize,
    address: usize,
    city: usize,
    province_code: Option<usize>,
    longitude: usize,
    latitude: usize,
}

impl Columns {
    fn row(&self, record: &csv::StringRecord) -> Result<Row, String> {
        let text = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        let number = |at: usize, name: &str, limit: f64| {
            let value = text(at).parse::<f64>().ok().filter(|value| value.is_finite() && value.abs() <= limit);
            value.ok_or_else(|| format!("{name} is {:?}", text(at)))
        };
        let (name, address) = (text(self.name), text(self.address));
        if address.is_empty() {
            return Err("the address is empty".into());
        }
        Ok(Row {
            district: chinese::district(&address).unwrap_or_default(),
            plain: plain(&format!("{name} {address}")),
            city: text(self.city),
            province_code: self.province_code.map(text).unwrap_or_default(),
            longitude: number(self.longitude, "longitude", 180.0)?,
            latitude: number(self.latitude, "latitude", 90.0)?,
            name,
            address,
        })
    }
}

/// 绵阳市 and 绵阳 are one city.
fn city_key(city: &str) -> String {
    let city = city.trim().to_lowercase();
    city.strip_suffix('市').unwrap_or(&city).to_owned()
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn pairs(plain: &str) -> impl Iterator<Item = (char, char)> {
    plain.chars().zip(plain.chars().skip(1))
}

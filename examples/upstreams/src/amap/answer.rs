//! One place as the service writes it.

use serde_json::{Value, json};

use super::{
    chinese,
    gazetteer::{Gazetteer, Row},
    latin,
    level::{Level, has_han},
    text_or_list,
};
use crate::dice;

/// A place that was found.
pub struct Found {
    pub formatted: String,
    pub province: String,
    pub city: String,
    pub district: String,
    pub adcode: String,
    pub citycode: String,
    pub road: String,
    pub number: String,
    pub longitude: f64,
    pub latitude: f64,
}

impl Found {
    /// A text in a city, at the place in the gazetteer that is most like it.
    pub fn new(gazetteer: &Gazetteer, text: &str, named_city: &str, level: Level) -> Self {
        let city = gazetteer.city(text, named_city);
        let like = gazetteer.like(text, city);
        let best = like.first().filter(|(_, share)| *share >= 0.25).map(|(row, _)| *row);
        let home = best.or_else(|| city.and_then(|city| gazetteer.of_city(city).next()));
        let (longitude, latitude) = locate(gazetteer, text, named_city, city, best, level);
        let district = chinese::district(text);
        let district = district.or_else(|| best.map(|row| row.district.clone())).unwrap_or_default();
        let city = home.map_or_else(|| named_city.to_owned(), |row| row.city.clone());
        let province = home.map(|row| province(&row.province_code)).unwrap_or_default().to_owned();
        let (road, number) = if has_han(text) { chinese::road(text) } else { latin::road(text) }.unwrap_or_default();
        let code = home.map(|row| row.province_code.as_str()).filter(|code| code.len() == 2);
        Self {
            formatted: formatted(&province, &city, text),
            adcode: code.map(|code| adcode(code, &city, &district)).unwrap_or_default(),
            citycode: if city.is_empty() { String::new() } else { format!("0{:03}", dice::hash(&city) % 1000) },
            province,
            city,
            district,
            road,
            number,
            longitude,
            latitude,
        }
    }

    pub fn of_row(row: &Row) -> Self {
        let (road, number) =
            if has_han(&row.address) { chinese::road(&row.address) } else { latin::road(&row.address) }
                .unwrap_or_default();
        let province = province(&row.province_code).to_owned();
        Self {
            formatted: formatted(&province, &row.city, &row.address),
            adcode: adcode(&row.province_code, &row.city, &row.district),
            citycode: format!("0{:03}", dice::hash(&row.city) % 1000),
            province,
            city: row.city.clone(),
            district: row.district.clone(),
            road,
            number,
            longitude: row.longitude,
            latitude: row.latitude,
        }
    }

    pub fn location(&self) -> String {
        point(self.longitude, self.latitude)
    }

    pub fn geocode(&self, level: Level) -> Value {
        let fine = |text: &str| if level.is_area() { json!([]) } else { text_or_list(text) };
        json!({
            "formatted_address": self.formatted,
            "country": if self.province.is_empty() { json!([]) } else { json!("中国") },
            "province": text_or_list(&self.province),
            "citycode": text_or_list(&self.citycode),
            "city": text_or_list(&self.city),
            "district": text_or_list(&self.district),
            "township": [],
            "neighborhood": {"name": [], "type": []},
            "building": {"name": [], "type": []},
            "adcode": text_or_list(&self.adcode),
            "street": fine(&self.road),
            "number": fine(&self.number),
            "location": self.location(),
            "level": level.name(),
        })
    }
}

pub fn point(longitude: f64, latitude: f64) -> String {
    format!("{longitude:.6},{latitude:.6}")
}

/// The place itself, or one beside the place that is most like it, or somewhere in the city, or somewhere.
fn locate(
    gazetteer: &Gazetteer,
    text: &str,
    named_city: &str,
    city: Option<&str>,
    best: Option<&Row>,
    level: Level,
) -> (f64, f64) {
    if let Some(row) = best.filter(|_| level.is_point()) {
        if row.is_in(text) {
            return (row.longitude, row.latitude);
        }
        return beside((row.longitude, row.latitude), text, 0.004);
    }
    let rows: Vec<&Row> = city.map(|city| gazetteer.of_city(city).collect()).unwrap_or_default();
    let district = chinese::district(text).unwrap_or_default();
    let close: Vec<&Row> =
        rows.iter().copied().filter(|row| !district.is_empty() && row.district == district).collect();
    let middle_of = if close.is_empty() { &rows } else { &close };
    if let Some(middle) = middle(middle_of) {
        return if level.is_area() { middle } else { beside(middle, text, 0.02) };
    }
    let name = if named_city.is_empty() { text } else { named_city };
    beside(beside((110.0, 32.5), name, 7.0), text, 0.02)
}

fn middle(rows: &[&Row]) -> Option<(f64, f64)> {
    let count = f64::from(u32::try_from(rows.len()).ok().filter(|n| *n > 0)?);
    let sum = rows.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.longitude, sum.1 + row.latitude));
    Some((sum.0 / count, sum.1 / count))
}

/// The same text always gives the same point.
fn beside(point: (f64, f64), text: &str, reach: f64) -> (f64, f64) {
    let hash = dice::hash(text);
    let share = |bits: u64| f64::from(u32::try_from(bits & 0xffff).unwrap_or_default()) / 65_535.0 * 2.0 - 1.0;
    (point.0 + share(hash) * reach, point.1 + share(hash >> 16) * reach)
}

/// Province and city go in front unless the text has them.
fn formatted(province: &str, city: &str, text: &str) -> String {
    if !has_han(text) {
        return text.trim().to_owned();
    }
    let joined: String = super::level::parts(text).collect();
    let city = if joined.contains(city.trim_end_matches('市')) { "" } else { city };
    let province = if joined.contains(province) || province.trim_end_matches('市') == city.trim_end_matches('市') {
        ""
    } else {
        province
    };
    format!("{province}{city}{joined}")
}

/// Like an official code, with the right province; the rest is invented.
fn adcode(province: &str, city: &str, district: &str) -> String {
    let two = |text: &str| if text.is_empty() { 0 } else { dice::hash(text) % 98 + 1 };
    format!("{province}{:02}{:02}", two(city), two(district))
}

fn province(code: &str) -> &'static str {
    match code {
        "11" => "北京市",
        "12" => "天津市",
        "13" => "河北省",
        "14" => "山西省",
        "15" => "内蒙古自治区",
        "21" => "辽宁省",
        "22" => "吉林省",
        "23" => "黑龙江省",
        "31" => "上海市",
        "32" => "江苏省",
        "33" => "浙江省",
        "34" => "安徽省",
        "35" => "福建省",
        "36" => "江西省",
        "37" => "山东省",
        "41" => "河南省",
        "42" => "湖北省",
        "43" => "湖南省",
        "44" => "广东省",
        "45" => "广西壮族自治区",
        "46" => "海南省",
        "50" => "重庆市",
        "51" => "四川省",
        "52" => "贵州省",
        "53" => "云南省",
        "54" => "西藏自治区",
        "61" => "陕西省",
        "62" => "甘肃省",
        "63" => "青海省",
        "64" => "宁夏回族自治区",
        "65" => "新疆维吾尔自治区",
        "71" => "台湾省",
        "91" | "81" => "香港特别行政区",
        "92" | "82" => "澳门特别行政区",
        _ => "",
    }
}

//! From an address to a point, and back.

use serde_json::{Value, json};

use super::{
    Failure,
    answer::Found,
    chinese,
    gazetteer::Gazetteer,
    level::{self, Reading},
    text_or_list,
};
use crate::message::Request;

/// Beyond this (in degrees, some 50 km) a point is in the middle of nowhere.
const REACH: f64 = 0.5;
const MOST_CANDIDATES: usize = 4;

pub fn geo(gazetteer: &Gazetteer, request: &Request) -> Result<Value, Failure> {
    let (address, city) = (request.arg("address"), request.arg("city"));
    if address.trim().is_empty() {
        return Err(Failure::MISSING);
    }
    let batch = request.arg("batch") == "true";
    let geocodes: Vec<Value> = if batch {
        address.split('|').take(10).filter_map(|one| geocodes(gazetteer, one, city).into_iter().next()).collect()
    } else {
        if !address.chars().any(char::is_alphanumeric) {
            return Err(Failure::ENGINE);
        }
        geocodes(gazetteer, address, city)
    };
    Ok(json!({"count": geocodes.len().to_string(), "geocodes": geocodes}))
}

fn geocodes(gazetteer: &Gazetteer, address: &str, city: &str) -> Vec<Value> {
    let Some(reading) = level::read(address, |part| gazetteer.known(part)) else {
        return Vec::new();
    };
    let best = Found::new(gazetteer, address, city, reading.level).geocode(reading.level);
    let mut all = vec![best];
    if reading.vague {
        all.extend(candidates(gazetteer, address, city, reading));
    }
    all
}

/// The same road in the districts where the gazetteer has places like it, or else its ends.
fn candidates(gazetteer: &Gazetteer, address: &str, city: &str, reading: Reading) -> Vec<Value> {
    let road = chinese::road(address).map_or_else(|| chinese::without_nearness(address), |(road, _)| road);
    let known_city = gazetteer.city(address, city);
    let mut districts: Vec<&str> = Vec::new();
    for (row, _) in gazetteer.like(&road, known_city) {
        if !row.district.is_empty() && !districts.contains(&row.district.as_str()) && !address.contains(&row.district) {
            districts.push(&row.district);
        }
        if districts.len() == MOST_CANDIDATES {
            break;
        }
    }
    let mut texts: Vec<String> = districts.into_iter().map(|district| format!("{district}{road}")).collect();
    if texts.len() < 2 {
        texts = if level::has_han(address) {
            ["东段", "西段"].map(|end| format!("{road}{end}")).to_vec()
        } else {
            ["East", "West"].map(|end| format!("{road} {end}")).to_vec()
        };
    }
    texts.iter().map(|text| Found::new(gazetteer, text, city, reading.level).geocode(reading.level)).collect()
}

pub fn regeo(gazetteer: &Gazetteer, request: &Request) -> Result<Value, Failure> {
    let location = request.arg("location");
    if location.is_empty() {
        return Err(Failure::MISSING);
    }
    let (longitude, latitude) = location.split_once(',').ok_or(Failure::INVALID)?;
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite()).ok_or(Failure::INVALID);
    let (longitude, latitude) = (number(longitude)?, number(latitude)?);
    if longitude.abs() > 180.0 || latitude.abs() > 90.0 {
        return Err(Failure::INVALID);
    }
    let near = gazetteer.nearest(longitude, latitude).filter(|(_, far)| *far <= REACH);
    let Some((row, far)) = near else {
        return Ok(json!({"regeocode": {"formatted_address": [], "addressComponent": {
            "country": [], "province": [], "city": [], "citycode": [], "district": [], "adcode": [], "township": [],
            "towncode": [], "neighborhood": {"name": [], "type": []}, "building": {"name": [], "type": []},
            "streetNumber": {"street": [], "number": [], "location": [], "direction": [], "distance": []},
            "businessAreas": [[]]}}}));
    };
    let found = Found::of_row(row);
    // Of the four municipalities the service names the province only.
    let city = if found.city == found.province { "" } else { found.city.as_str() };
    let all = request.arg("extensions") == "all";
    let mut body = json!({"regeocode": {"formatted_address": found.formatted, "addressComponent": {
        "country": "中国", "province": text_or_list(&found.province), "city": text_or_list(city),
        "citycode": found.citycode, "district": text_or_list(&found.district), "adcode": found.adcode,
        "township": [], "towncode": [], "neighborhood": {"name": [], "type": []}, "building": {"name": [], "type": []},
        "streetNumber": {"street": text_or_list(&found.road), "number": text_or_list(&found.number),
            "location": found.location(), "direction": "东", "distance": format!("{:.4}", far * 111_000.0)},
        "businessAreas": [[]]}}});
    if all {
        body["regeocode"]["pois"] = json!([super::place::poi(row)]);
        for empty in ["roads", "roadinters", "aois"] {
            body["regeocode"][empty] = json!([]);
        }
    }
    Ok(body)
}

//! Places by keyword.

use serde_json::{Value, json};

use super::{
    Failure,
    answer::Found,
    chinese,
    gazetteer::{Gazetteer, Row},
    text_or_list,
};
use crate::{dice, message::Request};

/// A place must cover this share of the keywords.
const LIKE: f64 = 0.3;

pub fn text(gazetteer: &Gazetteer, request: &Request) -> Result<Value, Failure> {
    let keywords = request.arg("keywords");
    if keywords.trim().is_empty() {
        return if request.arg("types").is_empty() { Err(Failure::MISSING) } else { Ok(pois(&[], 0)) };
    }
    let number = |name: &str, default: usize, most: usize| match request.arg(name) {
        "" => Ok(default),
        text => text.parse().ok().filter(|n| *n > 0).map(|n: usize| n.min(most)).ok_or(Failure::INVALID),
    };
    let (size, page) = (number("offset", 20, 25)?, number("page", 1, 100)?);
    let wanted = chinese::without_nearness(keywords).replace("路口", "路");
    let city = gazetteer.city(&wanted, request.arg("city"));
    if city.is_none() && request.arg("citylimit") == "true" && !request.arg("city").is_empty() {
        return Ok(pois(&[], 0));
    }
    let found: Vec<&Row> =
        gazetteer.like(&wanted, city).into_iter().filter(|(_, share)| *share >= LIKE).map(|(row, _)| row).collect();
    let shown: Vec<Value> = found.iter().skip((page - 1) * size).take(size).map(|row| poi(row)).collect();
    Ok(pois(&shown, found.len()))
}

fn pois(pois: &[Value], count: usize) -> Value {
    json!({"count": count.to_string(), "suggestion": {"keywords": [], "cities": []}, "pois": pois})
}

pub fn poi(row: &Row) -> Value {
    let found = Found::of_row(row);
    json!({
        "id": format!("B{:09X}", dice::hash(&format!("{}{}", row.name, row.address)) & 0xf_ffff_ffff),
        "parent": [],
        "name": row.name,
        "type": "购物服务;商场;商场",
        "typecode": "060100",
        "address": text_or_list(&row.address),
        "location": found.location(),
        "tel": [],
        "pcode": format!("{}0000", row.province_code),
        "pname": text_or_list(&found.province),
        "citycode": found.citycode,
        "cityname": text_or_list(&found.city),
        "adcode": found.adcode,
        "adname": text_or_list(&found.district),
        "distance": [],
        "biz_type": [],
        "business_area": [],
        "entr_location": [],
        "biz_ext": {"rating": [], "cost": []},
    })
}

//! One place, as AMap writes it and as the contract wants it. All its coordinates are GCJ-02.

use mortise_sdk::geocoder::{Candidate, Division, Level};
use mortise_sdk::{CoordinateSystem, Point};
use serde_json::Value;

use crate::call::text;
use crate::level;

/// An item of `geocodes`.
pub fn geocode(value: &Value) -> Candidate {
    Candidate {
        formatted: text(value, "formatted_address"),
        level: level::of(&text(value, "level")),
        point: point(&text(value, "location")),
        division: division(value, ["province", "city", "district"]),
    }
}

/// An item of `pois`: a place by definition, unless it has no location.
pub fn poi(value: &Value) -> Candidate {
    let division = division(value, ["pname", "cityname", "adname"]);
    let (address, name) = (text(value, "address"), text(value, "name"));
    let mut formatted = division.province.clone();
    for part in [&division.city, &division.district, &address] {
        if !formatted.ends_with(part.as_str()) {
            formatted.push_str(part);
        }
    }
    if !name.is_empty() {
        formatted.extend(["（", &name, "）"]);
    }
    let point = point(&text(value, "location"));
    let level = if point.is_some() { Level::Point } else { Level::Area };
    Candidate { formatted, level, point, division }
}

/// The answer of `regeo`.
pub fn regeocode(value: &Value) -> Candidate {
    let component = value.get("addressComponent").unwrap_or(&Value::Null);
    let street = component.get("streetNumber").unwrap_or(&Value::Null);
    let formatted = text(value, "formatted_address");
    let level = if formatted.is_empty() {
        Level::None
    } else if !text(street, "number").is_empty() {
        Level::Point
    } else if !text(street, "street").is_empty() {
        Level::Road
    } else {
        Level::Area
    };
    Candidate {
        formatted,
        level,
        point: point(&text(street, "location")),
        division: division(component, ["province", "city", "district"]),
    }
}

/// `lng,lat`.
pub fn point(location: &str) -> Option<Point> {
    let (longitude, latitude) = location.split_once(',')?;
    let degrees = |text: &str, most: f64| {
        text.trim().parse::<f64>().ok().filter(|value| value.is_finite() && value.abs() <= most)
    };
    Some(Point {
        longitude: degrees(longitude, 180.0)?,
        latitude: degrees(latitude, 90.0)?,
        system: CoordinateSystem::Gcj02,
    })
}

/// Of the four municipalities AMap may name the province only.
fn division(value: &Value, names: [&str; 3]) -> Division {
    let [province, city, district] = names.map(|name| text(value, name));
    let city = if city.is_empty() && province.ends_with('市') { province.clone() } else { city };
    Division { province, city, district, code: text(value, "adcode") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_has_its_name_and_its_municipality_once() {
        let found = poi(&json!({"name": "北京大学", "address": "颐和园路5号", "location": "116.310905,39.992806",
            "pname": "北京市", "cityname": "北京市", "adname": "海淀区", "adcode": "110108"}));
        assert_eq!(found.formatted, "北京市海淀区颐和园路5号（北京大学）");
        assert_eq!((found.level, found.division.code.as_str()), (Level::Point, "110108"));
        assert_eq!(poi(&json!({"name": "x", "address": [], "location": []})).level, Level::Area);
    }

    #[test]
    fn a_reverse_answer_is_as_precise_as_its_street() {
        let at = |street: Value| {
            regeocode(&json!({"formatted_address": "x", "addressComponent": {"province": "北京市", "city": [],
                "district": "朝阳区", "adcode": "110105", "streetNumber": street}}))
        };
        let house = at(json!({"street": "茶亭街", "number": "6号", "location": "114.697924,23.746066"}));
        assert_eq!((house.level, house.division.city.as_str()), (Level::Point, "北京市"));
        assert_eq!(house.point.unwrap().system, CoordinateSystem::Gcj02);
        assert_eq!(at(json!({"street": "茶亭街", "number": []})).level, Level::Road);
        assert_eq!(at(json!({"street": [], "number": []})).level, Level::Area);
        assert_eq!(regeocode(&json!({"formatted_address": []})).level, Level::None);
    }

    #[test]
    fn strange_coordinates_are_none() {
        for strange in ["", "116.4", "a,b", "200,30", "116,95", "NaN,1", "inf,1"] {
            assert_eq!(point(strange), None, "{strange}");
        }
    }
}

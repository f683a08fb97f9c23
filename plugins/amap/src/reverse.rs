//! What is at this point?

use mortise_sdk::geocoder::Located;
use mortise_sdk::{CoordinateSystem, Error, Point, Result};

use crate::call::{ask, text};
use crate::host::Host;
use crate::locate::nothing;
use crate::place;
use crate::settings::Settings;

pub fn reverse(host: &mut dyn Host, settings: &Settings, point: Point) -> Result<Located> {
    let inside = point.longitude.abs() <= 180.0 && point.latitude.abs() <= 90.0;
    if !inside {
        return Err(Error::invalid("point", "坐标超出范围", "the coordinates are out of range"));
    }
    let location = format!("{:.6},{:.6}", point.longitude, point.latitude);
    let location = match point.system {
        CoordinateSystem::Gcj02 => location,
        CoordinateSystem::Wgs84 => converted(host, settings, &location, "gps")?,
        CoordinateSystem::Bd09 => converted(host, settings, &location, "baidu")?,
    };
    let answer = ask(host, settings, "/v3/geocode/regeo", &[("location", &location), ("extensions", "base")])?;
    let Some(found) = answer.as_ref().and_then(|answer| answer.get("regeocode")) else { return Ok(nothing("nowhere")) };
    let mut best = place::regeocode(found);
    // What was asked about is known better than where the house's number hangs.
    best.point = place::point(&location);
    Ok(Located { best, ..Located::default() })
}

/// AMap's maps are in GCJ-02, and its own conversion is the one that fits them.
fn converted(host: &mut dyn Host, settings: &Settings, location: &str, system: &str) -> Result<String> {
    let query = [("locations", location), ("coordsys", system)];
    let answer = ask(host, settings, "/v3/assistant/coordinate/convert", &query)?;
    let converted = answer.and_then(|answer| place::point(&text(&answer, "locations")));
    let point = converted.ok_or_else(|| {
        Error::retry("高德地图没有返回转换后的坐标", "AMap answered without the coordinates that it was to convert")
    })?;
    Ok(format!("{:.6},{:.6}", point.longitude, point.latitude))
}

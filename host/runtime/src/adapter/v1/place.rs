//! Places, which the geocoder finds and the policies are shown.

use mortise_domain::place::{Candidate, CoordinateSystem, Division, Level, Located, Point};

use super::imports::types as wit;
use crate::adapter::check::{Checked, attributes, fault, id, list, text};

pub(super) fn point(value: Point) -> wit::Point {
    let system = match value.system {
        CoordinateSystem::Wgs84 => wit::CoordinateSystem::Wgs84,
        CoordinateSystem::Gcj02 => wit::CoordinateSystem::Gcj02,
        CoordinateSystem::Bd09 => wit::CoordinateSystem::Bd09,
    };
    wit::Point { longitude: value.longitude, latitude: value.latitude, system }
}

pub(super) fn read_point(field: &'static str, value: wit::Point) -> Checked<Point> {
    if !(value.longitude.abs() <= 180.0 && value.latitude.abs() <= 90.0) {
        return fault(
            field,
            format!("经度 {}、纬度 {} 不存在", value.longitude, value.latitude),
            format!("longitude {}, latitude {} is no place on earth", value.longitude, value.latitude),
        );
    }
    let system = match value.system {
        wit::CoordinateSystem::Wgs84 => CoordinateSystem::Wgs84,
        wit::CoordinateSystem::Gcj02 => CoordinateSystem::Gcj02,
        wit::CoordinateSystem::Bd09 => CoordinateSystem::Bd09,
    };
    Ok(Point { longitude: value.longitude, latitude: value.latitude, system })
}

fn candidate(value: Candidate) -> wit::Candidate {
    let level = match value.level {
        Level::Point => wit::PlaceLevel::Point,
        Level::Road => wit::PlaceLevel::Road,
        Level::Area => wit::PlaceLevel::Area,
        Level::None => wit::PlaceLevel::None,
    };
    wit::Candidate {
        formatted: value.formatted,
        level,
        point: value.point.map(point),
        division: wit::Division {
            province: value.division.province,
            city: value.division.city,
            district: value.division.district,
            code: value.division.code,
        },
    }
}

fn read_candidate(value: wit::Candidate) -> Checked<Candidate> {
    let level = match value.level {
        wit::PlaceLevel::Point => Level::Point,
        wit::PlaceLevel::Road => Level::Road,
        wit::PlaceLevel::Area => Level::Area,
        wit::PlaceLevel::None => Level::None,
    };
    Ok(Candidate {
        formatted: text("formatted", value.formatted)?,
        level,
        point: value.point.map(|point| read_point("point", point)).transpose()?,
        division: Division {
            province: id("division.province", value.division.province)?,
            city: id("division.city", value.division.city)?,
            district: id("division.district", value.division.district)?,
            code: id("division.code", value.division.code)?,
        },
    })
}

pub(super) fn located(value: Located) -> wit::Located {
    wit::Located {
        best: candidate(value.best),
        candidates: value.candidates.into_iter().map(candidate).collect(),
        attributes: value.attributes,
    }
}

pub(super) fn read_located(value: wit::Located) -> Checked<Located> {
    Ok(Located {
        best: read_candidate(value.best)?,
        candidates: list("candidates", value.candidates, read_candidate)?,
        attributes: attributes("attributes", value.attributes)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(level: Level, point: Option<Point>) -> Candidate {
        let division = Division {
            province: "北京市".into(),
            city: "北京市".into(),
            district: "朝阳区".into(),
            code: "110105".into(),
        };
        Candidate { formatted: "建国路88号".into(), level, point, division }
    }

    #[test]
    fn a_place_is_the_same_on_both_sides() {
        let point = |system| Some(Point { longitude: 116.47, latitude: -39.91, system });
        let place = Located {
            best: at(Level::Point, point(CoordinateSystem::Gcj02)),
            candidates: vec![
                at(Level::Road, point(CoordinateSystem::Wgs84)),
                at(Level::Area, point(CoordinateSystem::Bd09)),
                at(Level::None, None),
            ],
            attributes: vec![("doubt".into(), "vague".into())],
        };
        assert_eq!(read_located(located(place.clone())).unwrap(), place);
    }

    #[test]
    fn what_is_no_place_is_refused() {
        let whole = located(Located { best: at(Level::Point, None), candidates: vec![], attributes: vec![] });
        let refused = |change: fn(&mut wit::Located)| {
            let mut wrong = whole.clone();
            change(&mut wrong);
            read_located(wrong).unwrap_err().field
        };
        let nowhere = |longitude| wit::Point { longitude, latitude: 0.0, system: wit::CoordinateSystem::Wgs84 };
        assert_eq!(refused(|place| place.best.formatted = "a\0b".into()), "formatted");
        assert_eq!(refused(|place| place.best.division.code = "1".repeat(1_000)), "division.code");
        assert_eq!(refused(|place| place.candidates = vec![place.best.clone(); 20_001]), "candidates");
        for longitude in [180.1, f64::NAN, f64::INFINITY] {
            assert_eq!(read_point("point", nowhere(longitude)).unwrap_err().field, "point");
        }
    }
}

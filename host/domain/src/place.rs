//! Places: coordinates, and how precisely an address is known.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Attributes;

/// In which system a coordinate is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CoordinateSystem {
    /// GPS, OpenStreetMap.
    Wgs84,
    /// China's official maps.
    Gcj02,
    /// Baidu.
    Bd09,
}

/// A place on the map, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Point {
    /// East is positive.
    pub longitude: f64,
    /// North is positive.
    pub latitude: f64,
    /// Its system.
    pub system: CoordinateSystem,
}

/// How precisely a place is known. Goods are sent only to a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// House number, unit, building, point of interest.
    Point,
    /// A road or a crossing.
    Road,
    /// District or larger.
    Area,
    /// Nothing was found.
    None,
}

/// The address in question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceQuery {
    /// As it was entered.
    pub text: String,
    /// City, where given apart.
    pub city: String,
    /// ISO 3166-1 alpha-2 code; may be empty.
    pub country: String,
    /// Free fields.
    pub attributes: Attributes,
}

/// Administrative divisions; each may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Division {
    /// Province.
    pub province: String,
    /// City.
    pub city: String,
    /// District.
    pub district: String,
    /// Official code of the smallest.
    pub code: String,
}

/// One place that an address may mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    /// As the map writes it.
    pub formatted: String,
    /// How precise it is.
    pub level: Level,
    /// Where it is.
    pub point: Option<Point>,
    /// In which divisions.
    pub division: Division,
}

/// What an address was found to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Located {
    /// The best answer.
    pub best: Candidate,
    /// What a person could choose instead.
    pub candidates: Vec<Candidate>,
    /// Free fields.
    #[schema(value_type = Vec<Vec<String>>)]
    pub attributes: Attributes,
}

//! Finds addresses on the map.

use serde::de::DeserializeOwned;

use crate::bindings::geocoder::exports::mortise::plugin::geocoder::Guest;
use crate::registration::call;
use crate::{Error, Point, Result};

pub use crate::bindings::geocoder::exports::mortise::plugin::geocoder::Query;
pub use crate::bindings::host::mortise::plugin::types::{Candidate, Division, Located, PlaceLevel as Level};

/// A connector to a map.
pub trait Geocoder {
    /// Where is this address? Nothing found is an answer ([`Level::None`]), not an error.
    fn locate(&self, query: Query) -> Result<Located>;

    /// What is at this point?
    fn reverse(&self, point: Point) -> Result<Located> {
        let _ = point;
        Err(Error::not_implemented("geocoder.reverse"))
    }
}

impl<P: Geocoder + DeserializeOwned> Guest for P {
    fn locate(query: Query) -> Result<Located> {
        call(|plugin: &P| plugin.locate(query))
    }

    fn reverse(point: Point) -> Result<Located> {
        call(|plugin: &P| plugin.reverse(point))
    }
}

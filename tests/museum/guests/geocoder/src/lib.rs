//! Exhibit: the interface `geocoder`, every function of it.

#[path = "../../desk.rs"]
mod desk;

use desk::Desk;
use mortise_sdk::geocoder::{Located, Query};
use mortise_sdk::{Geocoder, Point, Result};

mortise_sdk::plugin!(Desk: Geocoder);

impl Geocoder for Desk {
    fn locate(&self, query: Query) -> Result<Located> {
        self.answer("locate", &query)
    }

    fn reverse(&self, point: Point) -> Result<Located> {
        self.answer("reverse", &point)
    }
}

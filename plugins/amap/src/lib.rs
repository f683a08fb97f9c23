//! AMap (高德地图): finds addresses on the map of China.

mod call;
pub mod host;
mod level;
mod locate;
mod place;
mod reverse;
mod settings;

pub use locate::locate;
pub use reverse::reverse;
pub use settings::Settings;

use host::Guest;
use mortise_sdk::geocoder::{Located, Query};
use mortise_sdk::{Geocoder, Point, Result};

impl Geocoder for Settings {
    fn locate(&self, query: Query) -> Result<Located> {
        locate(&mut Guest, self, &query)
    }

    fn reverse(&self, point: Point) -> Result<Located> {
        reverse(&mut Guest, self, point)
    }
}

mortise_sdk::plugin!(Settings: Geocoder);

//! Exhibit: the interface `pricing`, every function of it.

#[path = "../../desk.rs"]
mod desk;

use desk::Desk;
use mortise_sdk::pricing::{PriceRequest, Priced};
use mortise_sdk::{Pricing, Result};

mortise_sdk::plugin!(Desk: Pricing);

impl Pricing for Desk {
    fn price(&self, request: PriceRequest) -> Result<Priced> {
        self.answer("price", &request)
    }
}

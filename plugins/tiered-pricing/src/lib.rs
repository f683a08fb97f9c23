//! Pricing by published lists, customer levels, quantity tiers, regions and promotions.
//!
//! This file joins the rules to the host; the rules themselves are pure and live in the modules.

mod discount;
mod list;
mod price;
mod refusal;
mod settings;
#[cfg(test)]
mod tests;

pub use settings::TieredPricing;

use list::PriceList;
use mortise_sdk::pricing::{PriceRequest, Priced};
use mortise_sdk::{Pricing, Result, records};
use settings::Mode;

mortise_sdk::plugin!(TieredPricing: Pricing);

impl Pricing for TieredPricing {
    fn price(&self, request: PriceRequest) -> Result<Priced> {
        self.check()?;
        if self.mode == Mode::Adjust {
            return price::adjust(self, request);
        }
        let rows = records::list_prices(&list::skus(&request), &request.currency, &request.business_date)?;
        let mut list = PriceList::new(rows);
        // Only where an item is priced in other units than it is ordered in do the item's own rates matter.
        let foreign = list.priced_in_other_units(&request);
        if !foreign.is_empty() {
            list = list.with_products(records::products(&foreign)?);
        }
        price::from_list(self, &request, &list)
    }
}

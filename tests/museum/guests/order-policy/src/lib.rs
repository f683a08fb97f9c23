//! Exhibit: the interface `order-policy`, every function of it.

#[path = "../../desk.rs"]
mod desk;

use desk::Desk;
use mortise_sdk::order_policy::{Facts, Verdict};
use mortise_sdk::{OrderPolicy, Result};

mortise_sdk::plugin!(Desk: OrderPolicy);

impl OrderPolicy for Desk {
    fn judge(&self, facts: Facts) -> Result<Vec<Verdict>> {
        self.answer("judge", &facts)
    }
}

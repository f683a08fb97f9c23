//! Rules as data that allow, flag, hold or block orders.
//!
//! This file joins the rules to the host; judging is pure and lives in the modules.

mod check;
mod day;
mod defaults;
mod judge;
mod language;
mod refusal;
mod scene;
mod settings;
#[cfg(test)]
mod tests;
mod text;
mod view;

pub use settings::OrderRules;

use mortise_sdk::order_policy::{Facts, Verdict};
use mortise_sdk::{AttributesExt as _, OrderPolicy, Result, context};

mortise_sdk::plugin!(OrderRules: OrderPolicy);

impl OrderPolicy for OrderRules {
    fn judge(&self, facts: Facts) -> Result<Vec<Verdict>> {
        if facts.attributes.flag(check::ASKED) {
            return check::check(self, &facts, context::business_date);
        }
        judge::judge(self, &facts, context::business_date)
    }
}

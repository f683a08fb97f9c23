//! Judges an order before it is confirmed.

use serde::de::DeserializeOwned;

use crate::bindings::order_policy::exports::mortise::plugin::order_policy::Guest;
use crate::registration::call;
use crate::{Result, Text};

pub use crate::bindings::host::mortise::plugin::types::RecentOrder;
pub use crate::bindings::order_policy::exports::mortise::plugin::order_policy::{
    Credit, Facts, Hold, Need, Outcome, Verdict,
};

/// Rules that an order has to pass.
pub trait OrderPolicy {
    /// Verdicts of the rules that apply. Rules that allow need not be named.
    fn judge(&self, facts: Facts) -> Result<Vec<Verdict>>;
}

impl Verdict {
    /// What one rule says. The rule's code stays the same over its life.
    pub fn new(rule: impl Into<String>, title: Text, outcome: Outcome) -> Self {
        Self { rule: rule.into(), title, outcome, attributes: Vec::new() }
    }
}

impl Need {
    /// Something that a hold waits for: `attachment`, `approval`, `review` or `correction`. An empty role: whoever may release.
    pub fn new(kind: impl Into<String>, role: impl Into<String>, text: Text) -> Self {
        Self { kind: kind.into(), role: role.into(), text }
    }
}

impl<P: OrderPolicy + DeserializeOwned> Guest for P {
    fn judge(facts: Facts) -> Result<Vec<Verdict>> {
        call(|plugin: &P| plugin.judge(facts))
    }
}

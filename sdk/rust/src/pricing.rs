//! Pricing strategies.

use serde::de::DeserializeOwned;

use crate::bindings::pricing::exports::mortise::plugin::pricing::Guest;
use crate::registration::call;
use crate::{Decimal, Result, Text};

pub use crate::bindings::pricing::exports::mortise::plugin::pricing::{
    LinePrice, PriceLine, PriceRequest, PriceStep, Priced,
};

/// A pricing strategy. It decides by the request, its settings and granted records alone, so that the same request has the same
/// price again.
pub trait Pricing {
    /// Prices every line or none. An item without a price is `invalid` with its line's field.
    fn price(&self, request: PriceRequest) -> Result<Priced>;
}

impl PriceStep {
    /// A step of this kind (`base`, `level`, `tier`, `promotion`, …) that adds `amount` per unit. Its source is empty.
    pub fn new(kind: impl Into<String>, amount: Decimal, reason: Text) -> Self {
        Self { kind: kind.into(), reason, amount, source: String::new() }
    }
}

impl LinePrice {
    /// Adds a step and moves the unit price by it, so that the steps add up to the price exactly.
    pub fn add(&mut self, step: PriceStep) -> Result<()> {
        self.unit_price = self.unit_price.plus(step.amount)?;
        self.explanation.push(step);
        Ok(())
    }
}

impl<P: Pricing + DeserializeOwned> Guest for P {
    fn price(request: PriceRequest) -> Result<Priced> {
        call(|plugin: &P| plugin.price(request))
    }
}

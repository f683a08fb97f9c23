//! Which discounts a line gets, and how much each takes off.

use mortise_sdk::pricing::{PriceLine, PriceRequest};
use mortise_sdk::{Decimal, DecimalError};

use crate::settings::{Discount, Percent, Promotion, Tier, TieredPricing};

impl Percent {
    /// The share of a price, at most nine digits.
    pub fn of(self, price: Decimal) -> Result<Decimal, DecimalError> {
        price.times(Decimal::new(self.0.units, self.0.scale + 2))
    }
}

impl Discount {
    /// Is it one for orders in this currency?
    fn counts_in(&self, currency: &str) -> bool {
        match self {
            Self::Percent(_) => true,
            Self::Amount(off) => off.currency == currency,
        }
    }

    /// What it takes off a price of one of the line's units; never more than there is.
    pub fn off(&self, price: Decimal, line: &PriceLine) -> Result<Decimal, DecimalError> {
        let off = match self {
            Self::Percent(percent) => percent.of(price)?,
            Self::Amount(off) => off.value.times(line.unit_rate)?,
        };
        Ok(off.min(price))
    }
}

/// The tier of a line: the one that names its item most closely, and of those the one from the highest quantity on.
pub fn tier<'a>(
    settings: &'a TieredPricing,
    line: &PriceLine,
    currency: &str,
) -> Result<Option<&'a Tier>, DecimalError> {
    if settings.tiers.is_empty() {
        return Ok(None);
    }
    let quantity = line.quantity.times(line.unit_rate)?;
    let reached =
        settings.tiers.iter().filter(|tier| tier.min_quantity <= quantity && tier.discount.counts_in(currency));
    Ok(reached
        .filter_map(|tier| tier.items.fit(line).map(|fit| ((fit, tier.min_quantity), tier)))
        .max_by_key(|(rank, _)| *rank)
        .map(|(_, tier)| tier))
}

/// Promotions that are on for this request, whatever its lines.
pub fn on_offer<'a>(settings: &'a TieredPricing, request: &PriceRequest) -> Vec<&'a Promotion> {
    let names = |list: &[String], one: &str| list.is_empty() || list.iter().any(|name| name == one);
    settings
        .promotions
        .iter()
        .filter(|promotion| {
            promotion.from.as_ref().is_none_or(|from| from.0.as_str() <= request.business_date.as_str())
                && promotion.to.as_ref().is_none_or(|to| request.business_date.as_str() <= to.0.as_str())
                && names(&promotion.levels, &request.customer.level)
                && names(&promotion.stores, &request.store)
                && names(&promotion.regions, &request.region)
                && promotion.discount.counts_in(&request.currency)
        })
        .collect()
}

/// The promotions that a line gets: the best one that stands alone, or all that combine, whichever leaves the lower price.
pub fn best<'a>(
    offered: &[&'a Promotion],
    price: Decimal,
    line: &PriceLine,
) -> Result<Vec<(&'a Promotion, Decimal)>, DecimalError> {
    if offered.is_empty() {
        return Ok(Vec::new());
    }
    let quantity = line.quantity.times(line.unit_rate)?;
    let (mut alone, mut together) = (None, Vec::new());
    let mut left = price;
    for promotion in offered {
        if promotion.min_quantity > quantity || promotion.items.fit(line).is_none() {
            continue;
        }
        if promotion.combinable {
            let off = promotion.discount.off(left, line)?;
            left = left.minus(off)?;
            together.push((*promotion, off));
        } else {
            let off = promotion.discount.off(price, line)?;
            if alone.is_none_or(|(_, most)| off > most) {
                alone = Some((*promotion, off));
            }
        }
    }
    Ok(match alone {
        Some((promotion, off)) if price.minus(off)? < left || together.is_empty() => vec![(promotion, off)],
        _ => together,
    })
}

//! What a business configures. Quantities count base units, so that a rule holds for an item in whatever unit it is ordered.

use mortise_sdk::pricing::PriceLine;
use mortise_sdk::{Decimal, Error, Result, Text};
use serde::{Deserialize, Deserializer, de};

/// Most rules of one kind; each is looked at for each line.
const MOST: usize = 1_000;
/// Digits that percentages and factors may have, so that a product with a price stays exact.
const RULE_SCALE: u8 = 4;

/// The connection's settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct TieredPricing {
    /// Where the first figure comes from.
    pub mode: Mode,
    /// Digits after the point of a unit price.
    pub digits: Digits,
    /// Name of this version of the rules, shown beside the price list's.
    pub version: String,
    /// Factors by region.
    pub regions: Vec<RegionFactor>,
    /// Discounts by customer level.
    pub levels: Vec<LevelDiscount>,
    /// Discounts by quantity.
    pub tiers: Vec<Tier>,
    /// Discounts for a time.
    pub promotions: Vec<Promotion>,
}

/// Where the first figure comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// From the published price list; what an earlier strategy proposed is ignored.
    #[default]
    Base,
    /// From the strategy before this one in the chain.
    Adjust,
}

/// Digits after the point, 0 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits(pub u8);

impl Default for Digits {
    fn default() -> Self {
        Self(2)
    }
}

/// A share in percent, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent(pub Decimal);

/// A factor above 0, at most 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor(pub Decimal);

/// A day, `YYYY-MM-DD`; such texts order as the days do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub String);

/// A factor on all prices of a region.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RegionFactor {
    pub region: String,
    pub factor: Factor,
}

/// A discount for a customer level, where the price list has no price of that level's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LevelDiscount {
    pub level: String,
    pub percent: Percent,
}

/// Which items a rule is for; nothing named: all.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Items {
    pub skus: Vec<String>,
    pub categories: Vec<String>,
}

/// What is taken off.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Discount {
    /// A share of the price so far.
    Percent(Percent),
    /// An amount per base unit, for orders in its currency.
    Amount(AmountOff),
}

/// An amount per base unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AmountOff {
    pub value: Decimal,
    pub currency: String,
}

/// A discount from a quantity on.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tier {
    #[serde(default)]
    pub items: Items,
    pub min_quantity: Decimal,
    pub discount: Discount,
}

/// A discount for a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Promotion {
    pub code: String,
    pub title: Text,
    /// First day; none: since ever.
    #[serde(default)]
    pub from: Option<Day>,
    /// Last day; none: for ever.
    #[serde(default)]
    pub to: Option<Day>,
    #[serde(default)]
    pub items: Items,
    #[serde(default)]
    pub min_quantity: Decimal,
    /// Customer levels, stores and regions that it is for; none named: all.
    #[serde(default)]
    pub levels: Vec<String>,
    #[serde(default)]
    pub stores: Vec<String>,
    #[serde(default)]
    pub regions: Vec<String>,
    pub discount: Discount,
    /// May it be given together with the other combinable ones? Otherwise it is given alone or not at all.
    #[serde(default)]
    pub combinable: bool,
}

impl Items {
    /// How closely they mean the item of this line: 2 by its code, 1 by its category, 0 as one of all. None: they do not.
    pub fn fit(&self, line: &PriceLine) -> Option<u8> {
        if self.skus.contains(&line.sku) {
            Some(2)
        } else if self.categories.contains(&line.category) {
            Some(1)
        } else {
            (self.skus.is_empty() && self.categories.is_empty()).then_some(0)
        }
    }
}

impl TieredPricing {
    /// What reading alone cannot see.
    pub fn check(&self) -> Result<()> {
        let lists = [
            ("regions", self.regions.len()),
            ("levels", self.levels.len()),
            ("tiers", self.tiers.len()),
            ("promotions", self.promotions.len()),
        ];
        if let Some((name, count)) = lists.into_iter().find(|(_, count)| *count > MOST) {
            return Err(Error::invalid(
                format!("settings.{name}"),
                format!("共 {count} 条，最多 {MOST} 条：请合并规则，或把价格放入价目表"),
                format!("{count} entries, at most {MOST}: merge rules, or put the prices into the price list"),
            ));
        }
        for (at, tier) in self.tiers.iter().enumerate() {
            not_negative(&tier.discount, "tiers", at)?;
        }
        for (at, promotion) in self.promotions.iter().enumerate() {
            not_negative(&promotion.discount, "promotions", at)?;
            if let (Some(from), Some(to)) = (&promotion.from, &promotion.to)
                && from > to
            {
                return Err(Error::invalid(
                    format!("settings.promotions[{at}].to"),
                    format!("促销 {} 的结束日期早于开始日期：请更正日期", promotion.code),
                    format!("promotion {} ends before it begins: correct the days", promotion.code),
                ));
            }
        }
        Ok(())
    }
}

fn not_negative(discount: &Discount, list: &str, at: usize) -> Result<()> {
    match discount {
        Discount::Amount(off) if off.value.is_negative() => Err(Error::invalid(
            format!("settings.{list}[{at}].discount.amount.value"),
            "优惠金额不能为负数：请填写从价格中减去的金额",
            "a discount cannot be negative: enter the amount that is taken off",
        )),
        _ => Ok(()),
    }
}

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = u8::deserialize(deserializer)?;
        if digits > 4 { Err(de::Error::custom("use 0 to 4 digits")) } else { Ok(Self(digits)) }
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = Decimal::deserialize(deserializer)?.trimmed();
        if percent.is_negative() || percent > Decimal::whole(100) || percent.scale > RULE_SCALE {
            return Err(de::Error::custom("use 0 to 100 percent with at most 4 digits after the point"));
        }
        Ok(Self(percent))
    }
}

impl<'de> Deserialize<'de> for Factor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let factor = Decimal::deserialize(deserializer)?.trimmed();
        if !factor.is_positive() || factor > Decimal::whole(100) || factor.scale > RULE_SCALE {
            return Err(de::Error::custom("use a factor above 0, at most 100, with at most 4 digits after the point"));
        }
        Ok(Self(factor))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let day = String::deserialize(deserializer)?;
        let fits = day.len() == 10
            && day
                .bytes()
                .enumerate()
                .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
        if fits { Ok(Self(day)) } else { Err(de::Error::custom("use a day such as 2026-11-11")) }
    }
}

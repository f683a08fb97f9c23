//! What comes in of what is due, by region and month. Too little freezes new credit until it is made up.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::money::Amount;

/// A month of a region, in the company's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// Code of the region.
    pub region: String,
    /// `YYYY-MM`.
    pub month: String,
    /// What was due in this month, arrears included.
    pub due: Amount,
    /// What of it has come in by now.
    pub collected: Amount,
}

impl Collection {
    /// The rate, in tenths of a percent, rounded down; 1000 where nothing was due.
    pub fn per_mille(&self) -> i64 {
        if self.due <= 0 {
            return 1_000;
        }
        let rate = i128::from(self.collected.max(0)) * 1_000 / i128::from(self.due);
        i64::try_from(rate).unwrap_or(i64::MAX)
    }

    /// Is it so little that no new credit is given? Exactly the least is enough.
    pub fn freezes(&self, least_percent: u32) -> bool {
        self.due > 0 && i128::from(self.collected) * 100 < i128::from(self.due) * i128::from(least_percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_freezes_and_enough_does_not() {
        let of = |due, collected| Collection { region: "E".into(), month: "2026-01".into(), due, collected };
        assert!(of(1_000, 919).freezes(92));
        assert!(!of(1_000, 920).freezes(92), "exactly 92 %");
        assert!(!of(0, 0).freezes(92), "nothing was due");
        assert!(!of(1_000, 0).freezes(0), "switched off");
        assert_eq!((of(3, 2).per_mille(), of(0, 0).per_mille()), (666, 1_000));
    }
}

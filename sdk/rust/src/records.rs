//! Granted reads of the company's core data. Needs the wish `records` with the kinds that are read.

use crate::bindings::host::mortise::plugin::records::{self, RecordError};
use crate::{Customer, Error, Instant, Result};

pub use crate::bindings::host::mortise::plugin::records::{ListPrice, Product};
pub use crate::bindings::host::mortise::plugin::types::RecentOrder;

/// What a code map translates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// Items.
    Sku,
    /// Buyers.
    Customer,
    /// Warehouses.
    Warehouse,
    /// Units.
    Unit,
}

impl CodeKind {
    /// As the contract names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sku => "sku",
            Self::Customer => "customer",
            Self::Warehouse => "warehouse",
            Self::Unit => "unit",
        }
    }
}

/// Products of these codes; unknown ones are left out. Kind `products`.
pub fn products(skus: &[String]) -> Result<Vec<Product>> {
    Ok(records::products(skus)?)
}

/// Rows in force on this day (`YYYY-MM-DD`) for these items, all from one published version. Kind `prices`.
pub fn list_prices(skus: &[String], currency: &str, on: &str) -> Result<Vec<ListPrice>> {
    Ok(records::list_prices(skus, currency, on)?)
}

/// A buyer of this code. Kind `customers`.
pub fn find_customer(code: &str) -> Result<Option<Customer>> {
    Ok(records::find_customer(code)?)
}

/// Orders of a customer since an instant, newest first, at most `limit` (at most 100). Kind `orders`.
pub fn recent_orders(customer: &str, since: Instant, limit: u32) -> Result<Vec<RecentOrder>> {
    Ok(records::recent_orders(customer, since, limit)?)
}

/// The upstream's codes for ours, in the same order; none where no mapping is kept. Kind `codes`.
pub fn codes(kind: CodeKind, local: &[String]) -> Result<Vec<Option<String>>> {
    Ok(records::codes(kind.name(), local)?)
}

/// Our codes for the upstream's: the reverse of [`codes`]. Kind `codes`.
pub fn local_codes(kind: CodeKind, remote: &[String]) -> Result<Vec<Option<String>>> {
    Ok(records::local_codes(kind.name(), remote)?)
}

impl From<RecordError> for Error {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Denied(reason) => Self::unauthorized(
                format!("未授权读取数据:{reason}"),
                format!("reading records is not granted: {reason}"),
            ),
            RecordError::Unavailable(reason) => {
                Self::unavailable(format!("数据暂不可用:{reason}"), format!("the records are unavailable: {reason}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_tells_what_failed() {
        let why = || "why".to_owned();
        assert!(matches!(RecordError::Denied(why()).into(), Error::Unauthorized(reason)
            if (reason.zh.as_str(), reason.en.as_str()) == ("未授权读取数据:why", "reading records is not granted: why")));
        assert!(matches!(RecordError::Unavailable(why()).into(), Error::Unavailable(pause)
            if pause.after.is_none() && pause.reason.en == "the records are unavailable: why"));
    }
}

//! Where somebody's own things are.

use std::collections::BTreeSet;

/// Stores and regions that somebody belongs to. A region stands for all its stores, later ones too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// Codes of stores.
    pub stores: BTreeSet<String>,
    /// Codes of regions.
    pub regions: BTreeSet<String>,
}

/// How far a permission goes. The store turns it into a condition of the statement, so that what is out of reach is neither
/// read nor counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The whole company.
    All,
    /// Orders of these places, and what belongs to them. No places: nothing.
    Own(Places),
}

impl Reach {
    /// Is the store of this code, in this region, within it?
    pub fn covers(&self, store: &str, region: &str) -> bool {
        match self {
            Self::All => true,
            Self::Own(places) => places.stores.contains(store) || places.regions.contains(region),
        }
    }
}

//! Memory: the only crate that knows SQL.

//! Free fields by name.

pub use crate::bindings::host::mortise::plugin::types::Attributes;

/// Look-ups in [`Attributes`], a plain list of pairs.
///
/// ```
/// use mortise_sdk::{AttributesExt, attributes};
///
/// let fields = attributes([("custom", "true"), ("lead-time-days", "14")]);
/// assert_eq!(fields.value("lead-time-days"), Some("14"));
/// assert!(fields.flag("custom"));
/// assert!(!fields.flag("fragile"));
/// ```
pub trait AttributesExt {
    /// The value of this name.
    fn value(&self, name: &str) -> Option<&str>;

    /// Is the value of this name `true`?
    fn flag(&self, name: &str) -> bool {
        self.value(name) == Some("true")
    }
}

impl AttributesExt for [(String, String)] {
    fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Attributes from pairs.
pub fn attributes<N: Into<String>, V: ToString>(pairs: impl IntoIterator<Item = (N, V)>) -> Attributes {
    pairs.into_iter().map(|(name, value)| (name.into(), value.to_string())).collect()
}

//! Text for people, in both languages of the product.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The same sentence in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese, simplified.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both languages at once.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Text that is the same in both languages, such as an upstream's own words.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { zh: text.clone(), en: text }
    }

    /// This text, and `other` in a language in which it says nothing.
    #[must_use]
    pub fn or(&self, other: Self) -> Self {
        let pick = |own: &String, other| if own.is_empty() { other } else { own.clone() };
        Self { zh: pick(&self.zh, other.zh), en: pick(&self.en, other.en) }
    }

    /// The language of this BCP 47 tag; English where it is neither.
    pub fn in_locale(&self, locale: &str) -> &str {
        if locale.starts_with("zh") { &self.zh } else { &self.en }
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.en)
    }
}

/// Free fields by name; they ride along untouched.
pub type Attributes = Vec<(String, String)>;

/// The value of the attribute with this name.
pub fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

//! Text for people, in both languages of the product.

pub use crate::bindings::host::mortise::plugin::types::Text;

impl Text {
    /// Both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// What reads the same in both languages, such as an upstream's own message.
    pub fn same(text: impl Into<String>) -> Self {
        let zh = text.into();
        Self { en: zh.clone(), zh }
    }

    /// The text for a reader of this language, a BCP 47 tag such as `zh-CN`.
    pub fn in_locale(&self, locale: &str) -> &str {
        if locale == "zh" || locale.starts_with("zh-") { &self.zh } else { &self.en }
    }

    /// The text in the language of whoever reads the outcome of this call.
    pub fn local(&self) -> &str {
        self.in_locale(&crate::context::locale())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn speaks_the_readers_language() {
        let text = Text::new("缺货", "out of stock");
        for (locale, expected) in [("zh", "缺货"), ("zh-CN", "缺货"), ("en", "out of stock"), ("zha", "out of stock")]
        {
            assert_eq!(text.in_locale(locale), expected);
        }
    }
}

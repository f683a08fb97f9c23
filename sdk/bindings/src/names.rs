//! The contract's `kebab-case` in the spelling of other languages.

/// `unit-price` as `UnitPrice`.
pub(crate) fn pascal(name: &str) -> String {
    name.split('-').map(capital).collect()
}

/// `unit-price` as `unitPrice`.
pub(crate) fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    parts.next().map(str::to_owned).into_iter().chain(parts.map(capital)).collect()
}

/// `unit-price` as `unit_price`.
pub(crate) fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// `unit-price` as `UNIT_PRICE`.
pub(crate) fn upper(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

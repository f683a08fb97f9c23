//! Amounts in minor units.

use mortise_sdk::Decimal;

/// Digits after the point of a currency's minor unit; the same as the host's.
pub fn digits(currency: &str) -> u8 {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" => 0,
        "BHD" | "KWD" | "OMR" | "JOD" | "TND" => 3,
        _ => 2,
    }
}

/// An amount as people write it: `60,000.50 CNY`.
pub fn show(minor: i64, currency: &str) -> String {
    let plain = Decimal::from_amount(minor, digits(currency)).to_string();
    let (whole, fraction) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::with_capacity(plain.len() + 12);
    let figures = whole.bytes().filter(u8::is_ascii_digit).count();
    let mut seen = 0;
    for figure in whole.chars() {
        if figure.is_ascii_digit() {
            if seen > 0 && (figures - seen) % 3 == 0 {
                text.push(',');
            }
            seen += 1;
        }
        text.push(figure);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text.push(' ');
    text.push_str(currency);
    text
}

#[cfg(test)]
mod tests {
    use super::show;

    #[test]
    fn groups_thousands() {
        for (minor, currency, expected) in [
            (6_000_050, "CNY", "60,000.50 CNY"),
            (99, "CNY", "0.99 CNY"),
            (-123_456_789, "CNY", "-1,234,567.89 CNY"),
            (1_000, "JPY", "1,000 JPY"),
            (1_000, "KWD", "1.000 KWD"),
            (-50_000, "EUR", "-500.00 EUR"),
        ] {
            assert_eq!(show(minor, currency), expected);
        }
    }
}

//! Telephone numbers, read by the library of numbering plans.

use phonenumber::Mode;
use phonenumber::country::Id;

/// A number that is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PhoneError(&'static str);

/// Longest text that is looked at.
const LONGEST: usize = 40;

/// The number in the form `+8613812345678`, an extension behind `;ext=`. `region`: ISO 3166-1 alpha-2 code of the country whose numbers
/// are written without a country's code.
pub fn normal(text: &str, region: &str) -> Result<String, PhoneError> {
    let plain: String = text.chars().map(half_width).collect();
    let plain = plain.trim().trim_start_matches("tel:");
    if plain.is_empty() || plain.len() > LONGEST {
        return Err(PhoneError("is no telephone number; write it as 138 1234 5678 or +86 21 6000 1234"));
    }
    let region: Option<Id> = region.parse().ok();
    let number = phonenumber::parse(region, plain)
        .map_err(|_| PhoneError("is no telephone number; write it as 138 1234 5678 or +86 21 6000 1234"))?;
    if !phonenumber::is_valid(&number) {
        return Err(PhoneError("is not a number that the numbering plan of its country has; check its digits"));
    }
    let form = number.format().mode(Mode::E164).to_string();
    Ok(match number.extension() {
        Some(extension) => format!("{form};ext={extension}"),
        None => form,
    })
}

/// Digits and signs of the full width that Chinese keyboards write.
fn half_width(c: char) -> char {
    match u32::from(c) {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
        0x3000 => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_a_number_are_one() {
        let forms = [
            "13812345678",
            "138-1234-5678",
            "+86 138 1234 5678",
            "0086 13812345678",
            "１３８１２３４５６７８",
            " 138 1234 5678 ",
        ];
        for text in forms {
            assert_eq!(normal(text, "CN").as_deref(), Ok("+8613812345678"), "{text:?}");
        }
        assert_eq!(normal("021-6000 1234", "CN").as_deref(), Ok("+862160001234"));
        assert_eq!(normal("+1 415 555 2671", "CN").as_deref(), Ok("+14155552671"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "abc", "123", "1381234567", "138123456789", "00000000000", "+86", "12345678901", &"1".repeat(50)]
        {
            assert!(normal(text, "CN").is_err(), "{text:?}: {:?}", normal(text, "CN"));
        }
    }
}

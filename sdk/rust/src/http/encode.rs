//! Percent-encoding.

/// Percent-encodes everything but letters, digits, `-`, `.`, `_` and `~`: for a segment of a path or a value of a query.
/// Placeholders of credentials consist of such characters and stay as they are.
pub fn encode(text: &str) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn encodes_all_but_plain_characters() {
        assert_eq!(encode("北京 a&b=c/d?#"), "%E5%8C%97%E4%BA%AC%20a%26b%3Dc%2Fd%3F%23");
        assert_eq!(encode("mortise-secret.key_0aF~9"), "mortise-secret.key_0aF~9");
    }
}

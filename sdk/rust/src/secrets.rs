//! Credentials, used without being seen. A slot is declared in the manifest and filled by an admin, or captured by the host
//! from an upstream's answer.
//!
//! A placeholder goes into a request where the value belongs; the host puts the value in its place on the way out. It has only
//! letters, digits, `-`, `_` and `.`, so that encoding leaves it as it is.

use crate::bindings::host::mortise::plugin::secrets;
use crate::{Error, Result};

pub use crate::bindings::host::mortise::plugin::secrets::{Part, SecretError};

/// A stand-in for a slot that has to be filled. An empty one is `unauthorized`: an admin fills it.
pub fn placeholder(slot: &str) -> Result<String> {
    Ok(secrets::placeholder(slot)?.ok_or_else(|| SecretError::Missing(slot.to_owned()))?)
}

/// A stand-in for a slot that may be empty, such as an access token that has expired.
pub fn optional(slot: &str) -> Result<Option<String>> {
    Ok(secrets::placeholder(slot)?)
}

/// HMAC over the parts, in the shape of this name from the manifest.
pub fn hmac(shape: &str, parts: &[Part]) -> Result<Vec<u8>> {
    Ok(secrets::hmac(shape, parts)?)
}

/// Digest over the parts, in the shape of this name from the manifest.
pub fn digest(shape: &str, parts: &[Part]) -> Result<Vec<u8>> {
    Ok(secrets::digest(shape, parts)?)
}

/// Forgets a captured value, such as an access token that the upstream no longer takes.
pub fn forget(slot: &str) -> Result<()> {
    Ok(secrets::forget(slot)?)
}

/// The value itself. Needs the wish `reveal` for the slot, which an admin rarely grants.
pub fn reveal(slot: &str) -> Result<Option<String>> {
    Ok(secrets::reveal(slot)?)
}

/// Lower-case hexadecimal, as most upstreams want their signatures.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}

impl Part {
    /// Bytes that are signed as they are.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(text.into())
    }

    /// The value of this slot.
    pub fn slot(slot: impl Into<String>) -> Self {
        Self::Credential(slot.into())
    }
}

impl From<SecretError> for Error {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Denied(reason) => {
                Self::unauthorized(format!("未授权使用凭据:{reason}"), format!("credential not granted: {reason}"))
            }
            SecretError::Missing(slot) => {
                Self::unauthorized(format!("凭据为空:{slot}"), format!("the credential is not set: {slot}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_lower_case() {
        assert_eq!(hex(&[0, 0x1f, 0xff]), "001fff");
    }

    #[test]
    fn an_error_names_the_slot() {
        assert!(matches!(SecretError::Missing("token".to_owned()).into(), Error::Unauthorized(reason)
            if (reason.zh.as_str(), reason.en.as_str()) == ("凭据为空:token", "the credential is not set: token")));
        assert!(matches!(SecretError::Denied("why".to_owned()).into(), Error::Unauthorized(reason)
            if reason.en == "credential not granted: why"));
    }
}

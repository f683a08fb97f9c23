//! What the plugin remembers between calls: one space per connection. Values are kept as JSON. Needs the wish `kv`.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bindings::host::mortise::plugin::kv::{self, KvError};
use crate::{Error, Result};

/// The value of this key.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>> {
    let Some(bytes) = kv::get(key).map_err(failed(key))? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| misfit(key, &error))
}

/// Sets a value for good.
pub fn set<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<()> {
    kv::set(key, &encode(key, value)?, None).map_err(failed(key))
}

/// Sets a value that vanishes after this time.
pub fn set_for<T: Serialize + ?Sized>(key: &str, value: &T, lifetime: Duration) -> Result<()> {
    // A part of a second counts as a whole one, so that nothing vanishes at once.
    let seconds = lifetime.as_secs() + u64::from(lifetime.subsec_nanos() > 0);
    kv::set(key, &encode(key, value)?, Some(seconds)).map_err(failed(key))
}

/// Forgets a value.
pub fn delete(key: &str) -> Result<()> {
    kv::delete(key).map_err(failed(key))
}

/// Sets a value if the present one is `expected` (none: if there is none). Answers whether it did. Values are compared as their
/// JSON text, so use types that are written in one order, not hash maps.
pub fn swap<T: Serialize>(key: &str, expected: Option<&T>, value: &T) -> Result<bool> {
    let expected = expected.map(|expected| encode(key, expected)).transpose()?;
    kv::swap(key, expected.as_deref(), &encode(key, value)?).map_err(failed(key))
}

/// Keys that begin with `prefix`, in byte order, at most `limit`.
pub fn keys(prefix: &str, limit: u32) -> Result<Vec<String>> {
    kv::keys(prefix, limit).map_err(failed(prefix))
}

fn encode<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| misfit(key, &error))
}

fn misfit(key: &str, error: &serde_json::Error) -> Error {
    Error::invalid(
        format!("kv.{key}"),
        format!("值与类型不符:{error}"),
        format!("the value does not fit its type: {error}"),
    )
}

/// A key that was refused is not told: it may be what is wrong, and hold what no text may.
fn failed(key: &str) -> impl FnOnce(KvError) -> Error {
    move |error| match error {
        KvError::Denied(reason) => Error::unauthorized(
            format!("未授权使用键值存储:{reason}"),
            format!("key-value store not granted: {reason}"),
        ),
        KvError::TooLarge(reason) => Error::invalid(
            "kv",
            format!("超出键值存储的限额:{reason}"),
            format!("over the bounds of the key-value store: {reason}"),
        ),
        KvError::Unavailable(reason) => Error::unavailable(
            format!("键值存储暂不可用(键 {key}):{reason}"),
            format!("the key-value store is unavailable (key `{key}`): {reason}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_tells_what_failed() {
        let of = |error: fn(String) -> KvError| failed("cursor")(error("why".to_owned()));
        assert!(matches!(of(KvError::Denied), Error::Unauthorized(reason)
            if reason.en == "key-value store not granted: why"));
        assert!(matches!(of(KvError::TooLarge), Error::Invalid(invalid)
            if invalid.field == "kv" && invalid.reason.zh == "超出键值存储的限额:why"));
        assert!(matches!(of(KvError::Unavailable), Error::Unavailable(pause)
            if pause.after.is_none() && pause.reason.zh == "键值存储暂不可用(键 cursor):why"));
        let misfit = serde_json::from_str::<u8>("-").map_err(|error| misfit("cursor", &error)).unwrap_err();
        assert!(matches!(misfit, Error::Invalid(invalid) if invalid.field == "kv.cursor"));
    }
}

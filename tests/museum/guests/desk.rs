//! Shared by all exhibits: a desk that notes what it was given and answers what its settings say, in the contract's own words.

use std::collections::BTreeMap;

use mortise_sdk::{Error, Result, log};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The settings: an answer for each function, `{"Ok": …}` or `{"Err": …}`.
#[derive(Deserialize)]
pub struct Desk {
    answers: BTreeMap<String, Value>,
}

impl Desk {
    /// Notes what was received in the log, every field of it, and answers.
    pub fn answer<T: DeserializeOwned>(&self, function: &str, received: &impl Serialize) -> Result<T> {
        let received = serde_json::to_string(received).map_err(|error| mistake(&error))?;
        log::info!(received = received, "{function}");
        let answer = self.answers.get(function).cloned().unwrap_or_default();
        serde_json::from_value(answer).map_err(|error| mistake(&error))?
    }
}

fn mistake(error: &serde_json::Error) -> Error {
    Error::invalid("settings.answers", error.to_string(), error.to_string())
}

//! What goes out and what comes back.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Pause;

/// A request that is expected, and what happens to it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Exchange {
    /// Which request.
    pub request: RequestPattern,
    /// The answer. Left out with no fault: status 200 without a body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// What goes wrong instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// So much time passes before the answer, or before the connection breaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Pause>,
    /// How often: a number, or `{at-least: …, at-most: …}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
}

/// How often an exchange happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Times {
    /// So often.
    Exactly(u32),
    /// Within bounds; a bound that is left out is none.
    Between(Bounds),
}

/// Bounds of how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bounds {
    /// At least so often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
    /// At most so often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
}

impl Times {
    /// No bound above.
    pub(crate) fn at_least(least: u32) -> Self {
        Self::Between(Bounds { at_least: Some(least), at_most: None })
    }

    /// Least and most.
    pub(crate) fn bounds(self) -> (u32, u32) {
        match self {
            Self::Exactly(times) => (times, times),
            Self::Between(bounds) => (bounds.at_least.unwrap_or(0), bounds.at_most.unwrap_or(u32::MAX)),
        }
    }
}

/// Which requests are meant. What is left out is not looked at; credentials stand in it as the upstream sees them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RequestPattern {
    /// `GET`, `POST`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The whole URL, or its path alone; with a query, the query must be exactly that. Or a matcher for the whole URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Value>,
    /// Fields of the query that matter; a name that comes several times is a list.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub query: Map<String, Value>,
    /// Headers that matter, in lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Value>,
    /// A JSON body: the fields that matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// A JSON body: the whole of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json_exactly: Option<Value>,
    /// A form (`application/x-www-form-urlencoded`): the fields that matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Map<String, Value>>,
    /// Any other body as text, or a matcher for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Value>,
    /// A body that is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// No body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
}

/// An answer. Texts in it may hold templates: `{{ request.json.order }}`, `{{ now }}`, `{{ count }}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Response {
    /// The status.
    #[serde(default = "ok")]
    #[schemars(range(min = 100, max = 599))]
    pub status: u16,
    /// Its headers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// A JSON body. A text that is one template becomes what the template yields, with its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// A body of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A body that is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

fn ok() -> u16 {
    200
}

impl Default for Response {
    /// Status 200 without a body.
    fn default() -> Self {
        Self { status: ok(), headers: BTreeMap::new(), json: None, text: None, base64: None }
    }
}

/// What goes wrong on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Nobody answers until the time is up: whether the request had its effect is unknown.
    TimeOut,
    /// The connection breaks after the request was sent: unknown, too.
    Drop,
    /// The connection breaks in the middle of the answer: unknown, too.
    Cut,
    /// There is no connection: the request was surely not sent.
    Refuse,
}

//! A scenario: what a plugin is asked, what the world around it does, and what must come out. One file, YAML or JSON.
//!
//! The format is described field by field here; editors get it as a JSON Schema ([`schema`]). `README.md` of this crate has a
//! whole example.

mod exchange;
mod load;
mod pause;
mod records;
mod schema;

use std::collections::BTreeMap;

use mortise_domain::instant::Instant;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub use exchange::{Exchange, Fault, RequestPattern, Response, Times};
pub use load::{Found, ScenarioFault, find, parse, read, value_of};
pub use pause::Pause;
pub use records::Records;
pub use schema::schema;

/// A scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Scenario {
    /// Where editors find this format.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What it shows, in one sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Points of the conformance set that it covers, such as `erp.unknown-outcome`; `mortise plugin conformance` lists them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
    /// The connection's settings; defaults of the plugin's schema are filled in.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
    /// Credentials by slot. Dummies: scenario files are shared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: BTreeMap<String, String>,
    /// Bounds of a call that differ from a new connection's, such as `deadline-ms`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub limits: Map<String, Value>,
    /// Parts of the grant that differ from all that the plugin wishes for, such as `kv-bytes: 0`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub grant: Map<String, Value>,
    /// When the first call begins. Time stands still unless a call or an answer says `after`, or nobody answers.
    #[serde(default = "monday", skip_serializing_if = "is_monday")]
    #[schemars(schema_with = "schema::instant")]
    pub now: Instant,
    /// IANA name of the company's time zone.
    #[serde(default = "shanghai")]
    pub time_zone: String,
    /// BCP 47 tag of the language of whoever reads the outcome.
    #[serde(default = "chinese")]
    pub locale: String,
    /// The same seed, the same random numbers.
    #[serde(default)]
    pub seed: u64,
    /// Core data that the plugin may read.
    #[serde(default, skip_serializing_if = "Records::is_empty")]
    pub records: Records,
    /// What the plugin kept before: a text, `{json: …}` or `{base64: …}` by key.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub kv: Map<String, Value>,
    /// Exchanges that may happen in any call, in any order and any number of times unless they say otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<Exchange>,
    /// Requests that must not be sent in any call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_not_send: Vec<RequestPattern>,
    /// The calls, one after the other.
    #[schemars(length(min = 1))]
    pub calls: Vec<Call>,
    /// What the plugin keeps afterwards, by key: a text, `{json: …}`, `{base64: …}` or a matcher. Keys that are not named are
    /// not looked at.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub kv_after: Map<String, Value>,
    /// Credentials afterwards, captured ones included, by slot: a text or a matcher.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub credentials_after: Map<String, Value>,
}

/// One call of the plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Call {
    /// `price`, or with its interface `pricing.price`.
    pub function: String,
    /// By parameter name. Fields that are left out are empty.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub arguments: Value,
    /// So much time passes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Pause>,
    /// Same key, same effect. Left out: a key of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// Which attempt of that key it is.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    #[schemars(range(min = 1))]
    pub attempt: u32,
    /// How long the host gives it; left out: the connection's `limits.deadline-ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Pause>,
    /// Exchanges of this call, in this order, each once unless it says otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<Exchange>,
    /// What must come out. Left out: any answer, no error.
    #[serde(default, skip_serializing_if = "Expectation::is_any")]
    pub expect: Expectation,
    /// Lines that must be in the log: parts of `{level, message, fields}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<Value>,
}

/// What must come out of a call: at most one of these.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Expectation {
    /// Fields of the answer that matter; matchers may stand anywhere.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
    /// The whole answer.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub exactly: Option<Value>,
    /// The contract's error: the case alone, or with the fields that matter.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
    /// The host ends or refuses the call: the kind of breakage such as `cpu`, `deadline`, `trap`, or fields of the failure.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Value>,
}

impl Default for Scenario {
    /// Nothing around, and no call.
    fn default() -> Self {
        Self {
            schema: None,
            title: String::new(),
            covers: Vec::new(),
            settings: Map::new(),
            credentials: BTreeMap::new(),
            limits: Map::new(),
            grant: Map::new(),
            now: monday(),
            time_zone: shanghai(),
            locale: chinese(),
            seed: 0,
            records: Records::default(),
            kv: Map::new(),
            http: Vec::new(),
            must_not_send: Vec::new(),
            calls: Vec::new(),
            kv_after: Map::new(),
            credentials_after: Map::new(),
        }
    }
}

impl Expectation {
    fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// How many are given; more than one contradict each other.
    pub(crate) fn count(&self) -> usize {
        [&self.answer, &self.exactly, &self.error, &self.stopped].into_iter().flatten().count()
    }
}

/// `null` is a value here: an answer may be none.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// 2026-03-02T09:00:00+08:00.
const MONDAY: Instant = Instant(1_772_413_200_000_000);

fn monday() -> Instant {
    MONDAY
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_monday(at: &Instant) -> bool {
    *at == MONDAY
}

fn shanghai() -> String {
    "Asia/Shanghai".into()
}

fn chinese() -> String {
    "zh-CN".into()
}

fn first() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_first(attempt: &u32) -> bool {
    *attempt == 1
}

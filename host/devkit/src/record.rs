//! A scenario out of a live call.
//!
//! What upstreams answered is taken from the call's record, where secrets are blotted out already. What the plugin sent is not
//! taken from the live call at all: the call is played again with dummy credentials against those answers, and the requests of
//! that replay become the expectation. So no live credential, and nothing that was made from one, gets into the file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use mortise_domain::call::Exchange as Told;
use mortise_domain::instant::Instant;
use mortise_domain::manifest::Manifest;
use mortise_domain::secret::Secret;
use mortise_runtime::finds_secret;
use serde_json::{Map, Value};

use crate::bench::{Bench, BenchError};
use crate::matching::{Depth, compare};
use crate::play::{Seen, Verdict, play};
use crate::run::Ran;
use crate::scenario::{Call, Exchange, Expectation, Found, Records, RequestPattern, Response, Scenario, parse};

/// What the live call was made with, as far as the file says it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The connection's settings.
    pub settings: Map<String, Value>,
    /// By parameter name, or in order.
    pub arguments: Value,
    /// Core data that the plugin could read.
    pub records: Records,
    /// When the call began.
    pub now: Instant,
    /// Locale, zone and seed.
    pub surroundings: (String, String, u64),
    /// The idempotency key, and which attempt of it.
    pub attempt: (String, u32),
    /// The live credentials: none of them may stand in the file.
    pub credentials: BTreeMap<String, Secret>,
}

/// Why there is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The bench refuses.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// A request had no answer.
    #[error(
        "`{request}` had no answer ({problem}): record a call that goes through, and write faults into the scenario by hand"
    )]
    Unanswered {
        /// Method and URL.
        request: String,
        /// Why.
        problem: String,
    },
    /// The record is cut.
    #[error("the answers have more bytes than a record can keep (16 MB): record a smaller call")]
    Cut,
    /// With dummy credentials the plugin does something else.
    #[error("played again with dummy credentials, the call goes another way: {0}; write the scenario by hand")]
    Otherwise(String),
    /// A live credential stands in the file.
    #[error("the scenario would hold a live credential, perhaps out of an answer or the arguments: it was not written")]
    Leak,
    /// It cannot be written as YAML.
    #[error("the scenario cannot be written: {0}")]
    Write(String),
}

/// What takes the place of a slot's value.
fn dummy(slot: &str) -> String {
    format!("dummy-{slot}")
}

/// The scenario as YAML.
pub fn record(bench: &Bench, origin: &Origin, ran: &Ran) -> Result<String, RecordError> {
    let answers = ran.record.exchanges.iter().map(|told| answer(told, bench.manifest())).collect::<Result<_, _>>()?;
    let mut scenario = draft(origin, ran, answers)?;
    let first = replay(bench, &scenario)?;
    let Some(call) = first.calls.first().filter(|_| first.passed()) else {
        return Err(RecordError::Otherwise(differences(&first)));
    };
    if let Some(written) = scenario.calls.first_mut() {
        for (exchange, seen) in written.http.iter_mut().zip(&call.requests) {
            exchange.request = pattern(seen);
        }
        written.expect = expectation(&call.outcome);
    }
    let second = replay(bench, &scenario)?;
    if !second.passed() {
        return Err(RecordError::Otherwise(differences(&second)));
    }
    let text = serde_saphyr::to_string(&scenario).map_err(|error| RecordError::Write(error.to_string()))?;
    let secrets: Vec<Secret> = origin.credentials.values().cloned().collect();
    if finds_secret(&secrets, text.as_bytes()) {
        return Err(RecordError::Leak);
    }
    // What is written is what is read.
    let again = parse(&text).map_err(|fault| RecordError::Write(fault.problem))?;
    if again == scenario { Ok(text) } else { Err(RecordError::Write("it reads back as something else".into())) }
}

fn draft(origin: &Origin, ran: &Ran, answers: Vec<Response>) -> Result<Scenario, RecordError> {
    let (locale, time_zone, seed) = origin.surroundings.clone();
    let exchanges = answers.into_iter().map(|response| Exchange { response: Some(response), ..Exchange::default() });
    let call = Call {
        function: ran.function.clone(),
        arguments: origin.arguments.clone(),
        after: None,
        idempotency_key: Some(origin.attempt.0.clone()),
        attempt: origin.attempt.1,
        deadline: None,
        http: exchanges.collect(),
        // Whatever comes out is right at first.
        expect: Expectation::default(),
        log: Vec::new(),
    };
    let form = serde_json::json!({
        "title": format!("`{}` as it was recorded", ran.function),
        "settings": origin.settings,
        "records": origin.records,
        "credentials": origin.credentials.keys().map(|slot| (slot.clone(), dummy(slot))).collect::<BTreeMap<_, _>>(),
        "now": origin.now, "time-zone": time_zone, "locale": locale, "seed": seed,
        "calls": [call],
    });
    serde_json::from_value(form).map_err(|error| RecordError::Write(error.to_string()))
}

/// An answer as it came, with dummies in the place of what the host takes out of it.
fn answer(told: &Told, manifest: &Manifest) -> Result<Response, RecordError> {
    let request = || format!("{} {}", told.method, told.url);
    let Some(status) = told.status else {
        let problem = told.error.clone().unwrap_or_default();
        return Err(RecordError::Unanswered { request: request(), problem });
    };
    if told.response_body.contains("…[") && told.response_body.ends_with(" bytes]") {
        return Err(RecordError::Cut);
    }
    let kept = |name: &str| matches!(name, "content-type" | "location" | "retry-after" | "link");
    let headers = told.response_headers.iter().filter(|(name, _)| kept(name)).cloned().collect();
    let mut response = Response { status, headers, ..Response::default() };
    match serde_json::from_str::<Value>(&told.response_body) {
        Ok(mut body) => {
            for slot in &manifest.credentials {
                let place = slot.capture.as_ref().and_then(|capture| body.pointer_mut(&capture.pointer));
                if let Some(place) = place.filter(|place| place.as_str().is_some_and(|text| text.contains("***"))) {
                    *place = dummy(&slot.slot).into();
                }
            }
            response.json = Some(body);
        }
        Err(_) if told.response_body.is_empty() => {}
        Err(_) => response.text = Some(told.response_body.clone()),
    }
    Ok(response)
}

/// The whole of a request, as it must come again.
fn pattern(seen: &Seen) -> RequestPattern {
    let part = |name: &str| seen.parts.get(name).cloned();
    let object = |name: &str| match part(name) {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let host_own = |name: &str| matches!(name, "accept-encoding" | "traceparent");
    RequestPattern {
        method: part("method").and_then(|method| method.as_str().map(str::to_owned)),
        url: part("address"),
        query: object("query"),
        headers: object("headers").into_iter().filter(|(name, _)| !host_own(name)).collect(),
        json_exactly: part("json"),
        form: part("form").and_then(|form| form.as_object().cloned()),
        text: part("text").filter(|_| part("json").is_none() && part("form").is_none()),
        base64: part("base64").and_then(|body| body.as_str().map(str::to_owned)),
        empty: part("text").is_none() && part("base64").is_none(),
        ..RequestPattern::default()
    }
}

fn expectation(outcome: &Value) -> Expectation {
    let part = |name: &str| outcome.get(name).cloned();
    Expectation {
        answer: None,
        exactly: part("answer"),
        error: part("error"),
        stopped: part("stopped").and_then(|failure| failure.get("kind").or_else(|| failure.get("class")).cloned()),
    }
}

fn replay(bench: &Bench, scenario: &Scenario) -> Result<Verdict, RecordError> {
    let mut scenario = scenario.clone();
    // At first it is not said what comes out; an error is as good as an answer.
    let open = scenario.calls.first().is_some_and(|call| call.expect == Expectation::default());
    let found = |scenario| Found { file: PathBuf::new(), name: "recorded".into(), scenario };
    if open {
        let trial = play(bench, &found(scenario.clone()))?;
        if let Some((call, played)) = scenario.calls.first_mut().zip(trial.calls.first()) {
            call.expect = expectation(&played.outcome);
        }
    }
    Ok(play(bench, &found(scenario))?)
}

fn differences(verdict: &Verdict) -> String {
    let all = verdict.calls.iter().flat_map(|call| &call.differences).chain(&verdict.differences);
    let told = all.map(|one| format!("{}: expected {}, found {}", one.at, one.expected, one.found));
    told.collect::<Vec<_>>().join("; ")
}

/// Where the replay's outcome is not the live call's, such as a time in it.
pub fn deviations(ran: &Ran, scenario: &str) -> Vec<crate::matching::Difference> {
    let Ok(scenario) = parse(scenario) else { return Vec::new() };
    let expect = scenario.calls.into_iter().next().map(|call| call.expect).unwrap_or_default();
    match (expect.exactly, ran.outcome.get("answer")) {
        (Some(recorded), Some(live)) => compare(live, &recorded, Depth::Exact, "answer"),
        _ => Vec::new(),
    }
}

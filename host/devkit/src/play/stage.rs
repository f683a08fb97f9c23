//! One scenario from its first call to its last word.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use mortise_domain::call::CallContext;
use mortise_domain::ports::clock::Clock;
use mortise_domain::secret::Secret;
use mortise_runtime::{Ended, Function, Invoked, Registry};
use serde_json::{Map, Value, json};

use super::script::Script;
use super::{Played, Verdict};
use crate::bench::{Bench, BenchClock, BenchError, CONNECTION, Memory, SeededChance, World};
use crate::json::{arguments, bytes_json, expected, write};
use crate::matching::{Depth, Difference, compare, fits};
use crate::scenario::{Call, Found, Scenario};

/// Runs to its end on a thread of its own clock: it stands still while anything runs, and goes on to the next thing that is
/// waited for.
pub(crate) fn frozen<T>(work: impl Future<Output = T>) -> Result<T, BenchError> {
    let executor = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    Ok(executor.map_err(BenchError::Executor)?.block_on(work))
}

/// Makes all calls of a scenario.
pub(super) async fn perform(bench: &Bench, found: &Found) -> Result<Verdict, BenchError> {
    let scenario = &found.scenario;
    let clock = Arc::new(BenchClock::new(scenario.now));
    let memory = Arc::new(Memory::default());
    let mut verdict = Verdict {
        file: found.file.clone(),
        name: found.name.clone(),
        title: scenario.title.clone(),
        calls: Vec::new(),
        differences: furnish(&memory, scenario),
        took: Duration::ZERO,
    };
    let script = Arc::new(Script::new(scenario, Arc::clone(&clock)));
    let world = World {
        clock: Arc::clone(&clock) as _,
        chance: Arc::new(SeededChance::new(scenario.seed)),
        memory: Arc::clone(&memory),
        records: Arc::new(scenario.records.shelf()),
        wire: Some(Arc::clone(&script) as _),
        time_zone: scenario.time_zone.clone(),
    };
    let connection = bench.connection(
        &Value::Object(scenario.settings.clone()),
        &Value::Object(scenario.limits.clone()),
        &scenario.grant,
    )?;
    let registry = bench.open(world, connection).await?;
    for (index, call) in scenario.calls.iter().enumerate() {
        let played = one(bench, &registry, &script, (scenario, index, call)).await;
        match played {
            Ok(played) => verdict.calls.push(played),
            // The other calls build on this one.
            Err(difference) => {
                verdict.differences.push(difference);
                return Ok(verdict);
            }
        }
    }
    verdict.differences.extend(script.close());
    verdict.differences.extend(afterwards(scenario, &memory, &clock));
    Ok(verdict)
}

/// Puts in place what was there before.
fn furnish(memory: &Memory, scenario: &Scenario) -> Vec<Difference> {
    for (slot, value) in &scenario.credentials {
        memory.fill(slot, Secret::new(value));
    }
    let mut wrong = Vec::new();
    for (key, value) in &scenario.kv {
        match kept(value) {
            Some(bytes) => memory.key_value.put(key, bytes),
            None => {
                wrong.push(Difference::new(format!("kv.{key}"), "a text, {json: …} or {base64: …}", value.to_string()));
            }
        }
    }
    wrong
}

/// The bytes of a written value.
fn kept(value: &Value) -> Option<Vec<u8>> {
    if let Value::String(text) = value {
        return Some(text.clone().into_bytes());
    }
    match value.as_object()?.iter().next()? {
        (name, json) if name == "json" => serde_json::to_vec(json).ok(),
        (name, Value::String(text)) if name == "base64" => {
            base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).ok()
        }
        _ => None,
    }
}

async fn one(
    bench: &Bench,
    registry: &Registry,
    script: &Script,
    (scenario, index, call): (&Scenario, usize, &Call),
) -> Result<Played, Difference> {
    let at = format!("calls[{index}]");
    let function = bench
        .function(&call.function)
        .map_err(|error| Difference::new(format!("{at}.function"), "a function of the plugin", error.to_string()))?;
    let arguments = arguments(&function, &call.arguments)
        .map_err(|fault| Difference::new(format!("{at}.{}", fault.at), fault.expected, fault.found))?;
    let wanted = Wanted::new(&function, call)
        .map_err(|fault| Difference::new(format!("{at}.{}", fault.at), fault.expected, fault.found))?;
    if let Some(after) = call.after {
        tokio::time::sleep(after.0).await;
    }
    let key = call.idempotency_key.clone().unwrap_or_else(|| format!("key-{}", index + 1));
    script.begin(index, &call.http, json!({ "number": index + 1, "key": key, "attempt": call.attempt }));
    let context = CallContext {
        call_id: format!("call-{}", index + 1),
        idempotency_key: key,
        attempt: call.attempt,
        locale: scenario.locale.clone(),
        trace_parent: String::new(),
        deadline: call.deadline.map(|deadline| deadline.0),
        send_until: None,
    };
    let invoked = registry.invoke(CONNECTION, &function, &arguments, context).await;
    let outcome = outcome(&function, &invoked);
    // Requests come first: where one was not expected, the answer follows from that.
    let (mut differences, requests) = script.end();
    differences.extend(wanted.differences(&outcome));
    differences.extend(unlogged(call, &invoked));
    Ok(Played {
        function: function.path(),
        outcome,
        requests,
        record: invoked.record,
        usage: invoked.usage,
        differences,
    })
}

/// What came out, as it is written in a scenario.
pub(crate) fn outcome(function: &Function, invoked: &Invoked) -> Value {
    match &invoked.result {
        Ok(answer) => {
            let answer = answer.as_ref().zip(function.answer.as_ref());
            json!({ "answer": answer.map(|(answer, ty)| write(answer, ty)) })
        }
        Err(Ended::Error { said, .. }) => {
            json!({ "error": function.error.as_ref().map(|ty| write(said, ty)) })
        }
        Err(Ended::Host(failure)) => json!({ "stopped": failure }),
    }
}

/// What must come out, in the form in which it is compared.
struct Wanted {
    part: &'static str,
    value: Value,
    depth: Depth,
}

impl Wanted {
    fn new(function: &Function, call: &Call) -> Result<Self, crate::json::JsonFault> {
        let expect = &call.expect;
        let typed = |value: &Value, ty: &Option<mortise_runtime::Type>, part: &str| match ty {
            Some(ty) => expected(value, ty, &format!("expect.{part}")),
            None => Ok(value.clone()),
        };
        Ok(if let Some(value) = &expect.answer {
            Self { part: "answer", value: typed(value, &function.answer, "answer")?, depth: Depth::Partial }
        } else if let Some(value) = &expect.exactly {
            Self { part: "answer", value: typed(value, &function.answer, "exactly")?, depth: Depth::Exact }
        } else if let Some(value) = &expect.error {
            Self { part: "error", value: typed(value, &function.error, "error")?, depth: Depth::Partial }
        } else if let Some(value) = &expect.stopped {
            Self { part: "stopped", value: value.clone(), depth: Depth::Partial }
        } else {
            Self { part: "answer", value: json!({ "$any": true }), depth: Depth::Partial }
        })
    }

    fn differences(&self, outcome: &Value) -> Vec<Difference> {
        let Some(found) = outcome.get(self.part) else {
            let expected = format!("{} {}", self.part, self.value);
            return vec![Difference::new("outcome", expected, told(outcome))];
        };
        if let ("stopped", Value::String(kind)) = (self.part, &self.value) {
            let named = [found.get("kind"), found.get("class")];
            let same = named.into_iter().flatten().any(|name| name == kind.as_str());
            return if same { Vec::new() } else { vec![Difference::new("stopped", kind.clone(), told(outcome))] };
        }
        if self.part == "error" && !same_case(&self.value, found) {
            return vec![Difference::new("error", self.value.to_string(), found.to_string())];
        }
        compare(&self.value, found, self.depth, self.part)
    }
}

/// Is it the expected case of the contract's error, or nothing that names one case? Otherwise the whole of it is shown.
fn same_case(expected: &Value, found: &Value) -> bool {
    match expected.as_object().filter(|expected| expected.len() == 1).and_then(|expected| expected.keys().next()) {
        Some(case) if !case.starts_with('$') => found.get(case).is_some(),
        _ => true,
    }
}

/// What came out, in a line.
pub(crate) fn told(outcome: &Value) -> String {
    let parts = outcome.as_object().into_iter().flatten();
    parts.map(|(part, value)| format!("{part} {value}")).collect::<Vec<_>>().join(", ")
}

fn unlogged(call: &Call, invoked: &Invoked) -> Vec<Difference> {
    let lines: Vec<Value> = invoked
        .record
        .log
        .iter()
        .map(|line| {
            let fields: Map<String, Value> =
                line.fields.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
            json!({ "level": line.level, "message": line.message, "fields": fields })
        })
        .collect();
    let missing = call.log.iter().enumerate();
    let missing = missing.filter(|(_, wanted)| !lines.iter().any(|line| fits(wanted, line, Depth::Partial)));
    missing
        .map(|(nth, wanted)| {
            Difference::new(format!("log[{nth}]"), wanted.to_string(), Value::from(lines.clone()).to_string())
        })
        .collect()
}

/// What is kept at the end.
fn afterwards(scenario: &Scenario, memory: &Memory, clock: &BenchClock) -> Vec<Difference> {
    let mut differences = Vec::new();
    let values = memory.key_value.values(clock.now());
    for (key, wanted) in &scenario.kv_after {
        let at = format!("kv-after.{key}");
        let found = values.get(key);
        if let Some(json) = wanted.as_object().filter(|wanted| wanted.len() == 1).and_then(|wanted| wanted.get("json"))
        {
            let parsed = found.and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
            differences.extend(compare(json, &parsed.unwrap_or_default(), Depth::Partial, &at));
        } else {
            let found = found.map_or(Value::Null, |bytes| bytes_json(bytes));
            differences.extend(compare(wanted, &found, Depth::Exact, &at));
        }
    }
    let filled = memory.filled();
    let filled: BTreeMap<&str, &str> =
        filled.iter().map(|credential| (credential.slot.as_str(), credential.value.expose())).collect();
    for (slot, wanted) in &scenario.credentials_after {
        let found = filled.get(slot.as_str()).map_or(Value::Null, |value| (*value).into());
        differences.extend(compare(wanted, &found, Depth::Exact, &format!("credentials-after.{slot}")));
    }
    differences
}

//! Points that need no knowledge of the upstream: tried on any plugin, in the same sandbox and with the same script.

use std::collections::BTreeMap;
use std::path::PathBuf;

use mortise_domain::text::Text;
use mortise_runtime::Function;
use serde_json::Value;

use super::sample::{self, Manner};
use crate::bench::{Bench, BenchError};
use crate::play::{Played, Verdict, play_all};
use crate::scenario::{Call, Exchange, Expectation, Fault, Found, Response, Times};

/// A point that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Probed {
    /// `interface.function`.
    pub function: String,
    /// What was tried.
    pub what: Text,
    /// What is wrong with what came out; none: nothing.
    pub fault: Option<Text>,
}

/// What the world does to the plugin.
#[derive(Clone, Copy)]
enum World {
    Nothing(Manner),
    Fault(Fault),
    Status(u16),
    Nonsense,
}

const WORLDS: [(World, &str, &str); 10] = [
    (World::Nothing(Manner::Empty), "空输入", "an empty input"),
    (World::Nothing(Manner::Huge), "很大的输入", "a huge input"),
    (World::Nothing(Manner::Scripts), "各种文字的输入", "text in many scripts"),
    (World::Fault(Fault::Refuse), "无法连接", "no connection"),
    (World::Fault(Fault::TimeOut), "无人应答", "no answer"),
    (World::Fault(Fault::Drop), "连接中断", "a broken connection"),
    (World::Status(401), "状态 401", "status 401"),
    (World::Status(429), "状态 429", "status 429"),
    (World::Status(500), "状态 500", "status 500"),
    (World::Nonsense, "应答不是所期望的", "an answer that is none"),
];

/// Tries all points on all functions. What the plugin needs (settings, credentials, core data) and sensible arguments come
/// from its scenarios; without them, arguments are made from the types.
pub fn probe(bench: &Bench, scenarios: &[Found], threads: usize) -> Result<Vec<Probed>, BenchError> {
    let mut trials = Vec::new();
    for function in bench.functions() {
        for (world, zh, en) in WORLDS {
            trials.push((function.path(), world, Text::new(zh, en), trial(&function, world, scenarios)));
        }
    }
    let found: Vec<Found> = trials.iter().map(|(.., found)| found.clone()).collect();
    let verdicts = play_all(bench, &found, threads)?;
    let judged = trials.into_iter().zip(verdicts).map(|((function, world, what, _), verdict)| {
        let fault = judge(world, &verdict);
        Probed { function, what, fault }
    });
    Ok(judged.collect())
}

/// A scenario in which everything goes the same wrong way.
fn trial(function: &Function, world: World, scenarios: &[Found]) -> Found {
    let calls_it = |call: &&Call| call.function == function.name || call.function == function.path();
    let own = scenarios.iter().find_map(|found| Some((found, found.scenario.calls.iter().find(calls_it)?)));
    let surroundings = own.map(|(found, _)| found).or_else(|| scenarios.first()).map(|found| &found.scenario);
    let arguments = match (world, own) {
        (World::Nothing(manner), _) => sample::arguments(function, manner),
        (_, Some((_, call))) => call.arguments.clone(),
        (_, None) => sample::arguments(function, Manner::Scripts),
    };
    let exchange = match world {
        World::Nothing(_) => Exchange { response: Some(Response { status: 404, ..Response::default() }), ..any() },
        World::Fault(fault) => Exchange { fault: Some(fault), ..any() },
        World::Status(status) => {
            let mut headers = BTreeMap::new();
            if status == 429 {
                headers.insert("retry-after".to_owned(), "7".to_owned());
            }
            Exchange { response: Some(Response { status, headers, ..Response::default() }), ..any() }
        }
        World::Nonsense => {
            let text = Some("<html>it works</html>".to_owned());
            Exchange { response: Some(Response { status: 200, text, ..Response::default() }), ..any() }
        }
    };
    let call = Call {
        function: function.path(),
        arguments,
        after: None,
        idempotency_key: Some("conformance".into()),
        attempt: 1,
        deadline: None,
        http: Vec::new(),
        expect: Expectation::default(),
        log: Vec::new(),
    };
    let mut scenario = surroundings.cloned().unwrap_or_default();
    scenario.calls = vec![call];
    scenario.http = vec![exchange];
    scenario.must_not_send.clear();
    scenario.kv_after.clear();
    scenario.credentials_after.clear();
    Found { file: PathBuf::new(), name: function.path(), scenario }
}

/// Any request, as often as it comes.
fn any() -> Exchange {
    Exchange { times: Some(Times::at_least(0)), ..Exchange::default() }
}

/// What is wrong: the plugin was stopped, or it took a fault of the world for the business's word.
fn judge(world: World, verdict: &Verdict) -> Option<Text> {
    let Some(played) = verdict.calls.first() else {
        let first = verdict.differences.first();
        let told = first.map(|one| format!("{}: {}", one.at, one.found)).unwrap_or_default();
        return Some(Text::new(format!("调用未能开始（{told}）"), format!("the call did not begin ({told})")));
    };
    if let Some(failure) = played.outcome.get("stopped") {
        let told = failure.pointer("/reason/en").and_then(Value::as_str).unwrap_or_default();
        return Some(Text::new(format!("被主机中止：{told}"), format!("the host stopped it: {told}")));
    }
    if matches!(world, World::Nothing(_)) || played.requests.is_empty() {
        return None;
    }
    verdict_of_business(played)
}

/// After a fault of the world nobody may read that the business said no, or that the input was wrong.
fn verdict_of_business(played: &Played) -> Option<Text> {
    let error = played.outcome.get("error")?;
    let case = error.as_str().or_else(|| error.as_object()?.keys().next().map(String::as_str)).unwrap_or_default();
    matches!(case, "rejected" | "invalid" | "duplicate").then(|| {
        Text::new(
            format!("返回 `{case}`：对方系统的故障不是业务结论，应为 retry、rate-limited、unauthorized 或 unavailable"),
            format!(
                "it says `{case}`: a fault of the upstream is no decision of the business; say retry, rate-limited, unauthorized or unavailable"
            ),
        )
    })
}

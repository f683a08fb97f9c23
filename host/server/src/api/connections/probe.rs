//! Trying a connection out: a harmless call for each interface, the requests that a call would send, the settings against their schema.

use axum::Json;
use axum::extract::State;
use mortise_domain::call::{CallRecord, Called, Exchange, Interface, Request};
use mortise_domain::connection::Connection;
use mortise_domain::failure::Failure;
use mortise_domain::ports::plugins::Plugins as _;
use mortise_domain::rules::RuleFault;
use mortise_domain::text::Text;
use mortise_runtime::{LoadError, PlannedAnswer, settle_settings};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{find, interfaces};
use crate::api::extract::{Json as Body, Segment, no_hint, read};
use crate::api::guard::Actor;
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::calls::context;
use crate::connections::BringUpError;
use crate::probe::harmless;

/// Most answers that a plan is given.
const ANSWERS: usize = 20;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(test_connection)).routes(routes!(plan_call)).routes(routes!(check_settings))
}

/// How a harmless call went.
#[derive(Debug, Serialize, ToSchema)]
pub struct Probe {
    /// The interface.
    pub interface: Interface,
    /// The function that was called.
    pub function: String,
    /// Does it work? An upstream that answers with a no works.
    pub works: bool,
    /// `ok`, or the class of the failure.
    pub outcome: String,
    /// What it means, in plain words.
    pub message: Text,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// What went over the wire, credentials redacted.
    pub exchanges: Vec<Exchange>,
}

/// How the calls went.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tested {
    /// Do all of them work?
    pub works: bool,
    /// One for each interface.
    pub probes: Vec<Probe>,
}

async fn apart(app: &Shared, name: &str) -> Result<(Connection, std::sync::Arc<mortise_runtime::Registry>), Problem> {
    let connection = Connection { enabled: true, ..find(app, name).await?.connection };
    match app.connections.apart(&connection).await {
        Ok(registry) => Ok((connection, registry)),
        Err(BringUpError::Store(error)) => Err(error.into()),
        Err(error) => {
            let text = error.text();
            Err(Problem::conflict(text.en.clone()).remedy("Correct the connection, then try again.").text(text))
        }
    }
}

/// Tests a connection: makes one call for each interface that writes nothing at the upstream, whether or not the connection is enabled.
#[utoipa::path(post, path = "/connections/{name}/test", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    responses((status = 200, body = Tested)))]
async fn test_connection(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
) -> Result<Json<Tested>, Problem> {
    let (connection, registry) = apart(&app, &name).await?;
    let mut probes = Vec::new();
    for interface in interfaces(&app, &connection).await? {
        let Some(request) = harmless(&app, interface).await? else { continue };
        let function = request.function();
        let Called { result, record } = registry.call(&name, request, context(&app)).await;
        let failure = result.err();
        let (works, message) = told(failure.as_ref(), &record);
        let outcome = failure.as_ref().map_or("ok", Failure::class).to_owned();
        let (micros, exchanges) = (record.micros, record.exchanges);
        probes.push(Probe { interface, function: function.to_owned(), works, outcome, message, micros, exchanges });
    }
    let works = probes.iter().all(|probe| probe.works);
    actor.note("works", works);
    Ok(Json(Tested { works, probes }))
}

fn told(failure: Option<&Failure>, record: &CallRecord) -> (bool, Text) {
    let answered = record.exchanges.iter().filter(|exchange| exchange.status.is_some()).count();
    let Some(failure) = failure else {
        let text = if answered == 0 {
            Text::new("插件应答正常；此调用不需要访问上游", "the plugin answers; this call needed no upstream")
        } else {
            Text::new(
                format!("上游应答正常（{answered} 次请求）"),
                format!("the upstream answers ({answered} requests)"),
            )
        };
        return (true, text);
    };
    let why = failure.text();
    let say = |zh: &str, en: &str| Text::new(format!("{zh}：{}", why.zh), format!("{en}: {}", why.en));
    match failure {
        Failure::Duplicate { .. } => (true, Text::new("上游应答正常", "the upstream answers")),
        Failure::Rejected { .. } | Failure::NotFound { .. } | Failure::Invalid { .. } if answered > 0 => (
            true,
            say("上游有应答，对测试数据说不，属正常", "the upstream answers; it says no to the test's data, as it may"),
        ),
        Failure::Rejected { .. } | Failure::NotFound { .. } | Failure::Invalid { .. } => {
            (false, say("插件拒绝，请检查设置", "the plugin refuses; check the settings"))
        }
        Failure::Unauthorized { .. } => {
            (false, say("凭据无效或缺失，请重新填写", "the credential is missing or refused; fill it in again"))
        }
        Failure::RateLimited { .. } => {
            (false, say("上游要求减少调用，请稍后再试", "the upstream asks for fewer calls; try again later"))
        }
        Failure::Retry { .. } | Failure::Unavailable { .. } => (
            false,
            say(
                "无法连接上游，请检查地址、网络与授权的主机",
                "the upstream cannot be reached; check address, network and granted hosts",
            ),
        ),
        Failure::Broken { .. } => (false, say("插件出错，请联系开发者", "the plugin broke; its developer must act")),
    }
}

/// A call whose requests are shown and not sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanWish {
    /// A function of the contract with its arguments: `{"function": "find-order", "arguments": {"number": "SO-00000017"}}`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub call: Option<Value>,
    /// In place of `call`: number of an order, to plan its push into the ERP.
    #[serde(default)]
    pub order: Option<String>,
    /// Answers that the requests get, in order, so that later ones are seen too. Without one, a request is shown and the plugin is
    /// told that it was not sent.
    #[serde(default)]
    pub answers: Vec<GivenAnswer>,
}

/// An answer as the upstream would give it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenAnswer {
    /// HTTP status.
    #[serde(default = "ok")]
    pub status: u16,
    /// Headers.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body; JSON that is no text is written out.
    #[serde(default)]
    pub body: Value,
}

const fn ok() -> u16 {
    200
}

/// The requests of a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct Planned {
    /// The function.
    pub function: String,
    /// Each request as it would leave, credentials redacted, with the answer that it was given.
    pub requests: Vec<Exchange>,
    /// What the plugin made of it: `ok`, or the class of the failure. Where no answers were given it usually tells that nothing was sent.
    pub outcome: String,
    /// In words.
    pub message: Option<Text>,
    /// Lines of the plugin's log.
    pub log: Vec<mortise_domain::call::LogLine>,
}

/// Shows the exact requests of a call and sends none of them; nothing is kept in the plugin's memory either.
#[utoipa::path(post, path = "/connections/{name}/plan", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    request_body = PlanWish, responses((status = 200, body = Planned)))]
async fn plan_call(
    State(app): State<Shared>,
    actor: Actor,
    Segment(name): Segment<String>,
    Body(PlanWish { call, order, answers }): Body<PlanWish>,
) -> Result<Json<Planned>, Problem> {
    if answers.len() > ANSWERS {
        return Err(Problem::field("answers", format!("at most {ANSWERS} answers")));
    }
    let request = match (call, order) {
        (Some(call), None) => read::<Request>(call.to_string().as_bytes(), no_hint)?,
        (None, Some(number)) => {
            let stored = app.store.order_by_number(&number, actor.reach()).await?;
            let stored = stored.ok_or_else(|| Problem::not_found(format_args!("order {number:?}")))?;
            let order = stored
                .order
                .ok_or_else(|| Problem::field("order", "has no prices yet, so there is nothing to push"))?;
            Request::PushOrder { order: Box::new(order) }
        }
        _ => return Err(Problem::field("call", "give either `call` or `order`")),
    };
    let (_, registry) = apart(&app, &name).await?;
    let function = request.function().to_owned();
    let answers = answers.into_iter().map(given).collect();
    let Called { result, record } = registry.plan(&name, request, context(&app), answers).await;
    let failure = result.err();
    Ok(Json(Planned {
        function,
        requests: record.exchanges,
        outcome: failure.as_ref().map_or("ok", Failure::class).to_owned(),
        message: failure.map(|failure| failure.text()),
        log: record.log,
    }))
}

fn given(answer: GivenAnswer) -> PlannedAnswer {
    let body = match answer.body {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    PlannedAnswer { status: answer.status, headers: answer.headers, body: body.into_bytes() }
}

/// Settings to be checked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsWish {
    /// As they would stand in the connection.
    #[schema(value_type = Object)]
    pub settings: Value,
    /// Digest of the plugin whose schema counts; the connection's own where it is missing. For an upgrade that is not made yet.
    #[serde(default)]
    pub plugin: Option<String>,
}

/// What is wrong with settings.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsChecked {
    /// Everything that is wrong; empty: they fit.
    pub faults: Vec<RuleFault>,
    /// The settings with the schema's defaults filled in; null: they do not fit.
    #[schema(value_type = Option<Object>)]
    pub settled: Option<Value>,
}

/// Checks settings against the plugin's schema and keeps nothing.
#[utoipa::path(post, path = "/connections/{name}/check-settings", tag = "connections", params(("name" = String, Path, description = "The connection's name")),
    request_body = SettingsWish, responses((status = 200, body = SettingsChecked)))]
async fn check_settings(
    State(app): State<Shared>,
    Segment(name): Segment<String>,
    Body(SettingsWish { settings, plugin }): Body<SettingsWish>,
) -> Result<Json<SettingsChecked>, Problem> {
    let digest = match plugin {
        Some(digest) => digest,
        None => find(&app, &name).await?.connection.plugin,
    };
    let plugin = app.store.plugin(&digest).await?;
    let plugin =
        plugin.ok_or_else(|| Problem::field("plugin", "is not installed; use the digest of an installed plugin"))?;
    // A plugin's schema may make this a matter of seconds.
    let settled = tokio::task::spawn_blocking(move || settle_settings(&plugin.manifest, &settings)).await;
    let fault = |field: String, message: Text| RuleFault { field, line: None, column: None, prevents: true, message };
    let (faults, settled) = match settled.map_err(|_| Problem::internal())? {
        Ok(settled) => (Vec::new(), Some(settled)),
        Err(LoadError::Settings { faults }) => {
            (faults.into_iter().map(|wrong| fault(wrong.field, Text::same(wrong.message))).collect(), None)
        }
        Err(other) => (vec![fault("settings".into(), other.text())], None),
    };
    Ok(Json(SettingsChecked { faults, settled }))
}

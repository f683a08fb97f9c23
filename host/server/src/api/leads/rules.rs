//! The rules about leads: read, tried on leads that are there, published.

use axum::Json;
use axum::extract::State;
use mortise_domain::instant::Instant;
use mortise_domain::lead::rules::LeadRules;
use mortise_domain::lead::{Grade, number};
use mortise_domain::ports::leads::Judgement;
use mortise_pipeline::leads::LeadWork;
use mortise_store::{LeadFilter, PageRequest, RulesVersion};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Params};
use super::super::guard::Actor;
use super::super::page::{Listed, PageParams};
use super::super::problem::Problem;
use super::viewer;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(get_lead_rules, publish_lead_rules))
        .routes(routes!(try_lead_rules))
        .routes(routes!(list_rules_versions))
}

/// The rules in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulesView {
    /// Their version; 0: those that ship.
    pub version: i64,
    /// The rules.
    pub rules: LeadRules,
}

/// The rules in force.
#[utoipa::path(get, path = "/lead-rules", tag = "lead-rules", responses((status = 200, body = RulesView)))]
async fn get_lead_rules(State(app): State<Shared>) -> Result<Json<RulesView>, Problem> {
    let (version, rules) = app.work.leads().rules().await?;
    Ok(Json(RulesView { version, rules }))
}

/// Rules that are to be in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesUpdate {
    /// The version that they were made from.
    pub version: i64,
    /// The rules.
    pub rules: LeadRules,
}

/// Publishes rules: they are in force at once, and all leads are judged by them in the background. A stage in which leads are cannot go.
#[utoipa::path(put, path = "/lead-rules", tag = "lead-rules", request_body = RulesUpdate, responses((status = 200, body = RulesView)))]
async fn publish_lead_rules(
    State(app): State<Shared>,
    actor: Actor,
    Body(RulesUpdate { version, rules }): Body<RulesUpdate>,
) -> Result<Json<RulesView>, Problem> {
    let faults = LeadWork::check_rules(&rules);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let all = mortise_store::Viewer { reach: &mortise_domain::access::Reach::All, actor: "" };
    for (stage, count) in app.store.count_leads(all, &LeadFilter::default()).await? {
        if rules.stage(&stage).is_none() {
            let message = format!("lack {stage:?}, in which {count} lead(s) are; move them first, or keep the stage");
            return Err(Problem::field("rules.stages", message));
        }
    }
    let version = app.store.publish_lead_rules(&rules, version, actor.name()).await?;
    actor.note("version", version);
    Ok(Json(RulesView { version, rules }))
}

/// Rules that are tried out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// The rules.
    pub rules: LeadRules,
    /// On how many leads, those entered last; 500 at most.
    #[serde(default)]
    pub leads: Option<u32>,
}

/// What rules would do to a lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadTrialResult)]
pub struct TrialResult {
    /// Number of the lead.
    pub lead: String,
    /// The grade that it would get; null: none other.
    pub grade: Option<Grade>,
    /// The rule that would give it.
    pub rule: Option<String>,
    /// Timers that would run, with the moment at which each would go off.
    pub timers: Vec<TrialTimer>,
}

/// A timer that would run.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialTimer {
    /// Code of its rule.
    pub rule: String,
    /// When it would go off.
    pub due_at: Instant,
}

impl From<Judgement> for TrialResult {
    fn from(judgement: Judgement) -> Self {
        let (grade, rule) = judgement.raised.unzip();
        let timers = judgement.timers.into_iter().map(|timer| TrialTimer { rule: timer.rule, due_at: timer.due_at });
        Self { lead: number(judgement.lead), grade, rule, timers: timers.collect() }
    }
}

/// Tries rules on leads that are there, without changing anything.
#[utoipa::path(post, path = "/lead-rules/try", tag = "lead-rules", request_body = Trial,
    responses((status = 200, body = Listed<TrialResult>)))]
async fn try_lead_rules(
    State(app): State<Shared>,
    actor: Actor,
    Body(Trial { rules, leads }): Body<Trial>,
) -> Result<Json<Listed<TrialResult>>, Problem> {
    let faults = rules.faults();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let page = PageRequest { after: None, limit: leads.unwrap_or(50) };
    let leads = app.store.list_leads(viewer(&actor), &LeadFilter::default(), &page).await?.items;
    let ids: Vec<_> = leads.iter().map(|lead| lead.id).collect();
    let judged = app.work.leads().try_rules(&rules, &ids).await?.map_err(Problem::invalid)?;
    Ok(Json(Listed::whole(judged)))
}

/// A version of the rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadRulesVersionView)]
pub struct VersionView {
    /// Its number.
    pub version: i64,
    /// Since when it was in force.
    pub published_at: Instant,
    /// Who published it.
    pub published_by: String,
    /// The rules.
    pub rules: LeadRules,
}

impl From<RulesVersion> for VersionView {
    fn from(version: RulesVersion) -> Self {
        let RulesVersion { version, rules, published_at, published_by } = version;
        Self { version, published_at, published_by, rules }
    }
}

/// Published versions, the newest first.
#[utoipa::path(get, path = "/lead-rules/versions", tag = "lead-rules", params(PageParams),
    responses((status = 200, body = Listed<VersionView>)))]
async fn list_rules_versions(
    State(app): State<Shared>,
    Params(params): Params<PageParams>,
) -> Result<Json<Listed<VersionView>>, Problem> {
    Ok(Json(Listed::of(app.store.lead_rules_versions(&params.request()?).await?)))
}

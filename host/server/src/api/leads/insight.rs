//! Figures about leads: the funnel of each store, where leads get stuck, how many pass from stage to stage in time.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use mortise_domain::instant::Instant;
use mortise_domain::lead::masks::Masked;
use mortise_domain::lead::rules::LeadRules;
use mortise_domain::lead::stage::Ending;
use mortise_store::{PassRate, Share, StageFigures, StayFilter, Stuck};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::Params;
use super::super::guard::Actor;
use super::super::page::Listed;
use super::super::problem::Problem;
use super::{shown, viewer};
use crate::app::Shared;

/// How far back is counted where nobody says.
const BACK: Duration = Duration::from_hours(24 * 90);
/// Hours above which a stage is marked.
const RED_HOURS: i64 = 96;
/// Leads that are named for each stage of each store.
const NAMED: u32 = 3;
/// Hours in which a lead is to pass, where nobody says.
const IN_TIME: u32 = 72;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(funnel))
        .routes(routes!(heat_map))
        .routes(routes!(pass_rates))
        .routes(routes!(shares))
}

/// What is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InsightParams {
    /// Only stays that began since; 90 days ago where it is missing.
    #[param(value_type = Option<String>)]
    since: Option<Instant>,
    /// Only stays that began before.
    #[param(value_type = Option<String>)]
    until: Option<Instant>,
    /// Only of this store.
    store: Option<String>,
}

impl InsightParams {
    fn filter(self, now: Instant) -> StayFilter {
        let Self { since, until, store } = self;
        StayFilter { since: since.unwrap_or(now.before(BACK)), until: until.unwrap_or(Instant::NEVER), store }
    }
}

/// A stage of a store.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageView {
    /// Code of the stage.
    pub stage: String,
    /// How often a lead entered it.
    pub entered: i64,
    /// How many of them are there still.
    pub present: i64,
    /// How many of them went on to a stage that is not lost.
    pub passed: i64,
    /// How many of them were lost from here.
    pub lost: i64,
    /// Hours that they stayed on average, to a tenth; those that are there still until now.
    pub dwell_hours: f64,
}

/// The funnel of a store.
#[derive(Debug, Serialize, ToSchema)]
pub struct Funnel {
    /// Code of the store; empty: leads without one.
    pub store: String,
    /// Its place among the stores by conversion; those alike share one.
    pub rank: usize,
    /// Leads that entered the first stage.
    pub begun: i64,
    /// Leads that were won.
    pub won: i64,
    /// Won ones of a hundred that began, to a tenth.
    pub conversion: f64,
    /// Its stages in the order of the rules; those that nobody entered are there with 0.
    pub stages: Vec<StageView>,
}

fn tenths(sum: i64, count: i64) -> f64 {
    // Far below the 53 bits in which a double is exact.
    #[expect(clippy::cast_precision_loss, reason = "tenths of hours and of percents")]
    let tenths = if count == 0 { 0.0 } else { (sum.saturating_mul(10) / count) as f64 };
    tenths / 10.0
}

fn view(stage: &str, figures: Option<&StageFigures>) -> StageView {
    let of = |pick: fn(&StageFigures) -> i64| figures.map_or(0, pick);
    let (entered, seconds) = (of(|one| one.entered), of(|one| one.dwell_seconds));
    StageView {
        stage: stage.to_owned(),
        entered,
        present: of(|one| one.present),
        passed: of(|one| one.passed),
        lost: of(|one| one.lost),
        dwell_hours: tenths(seconds, entered.saturating_mul(3_600)),
    }
}

fn endings(rules: &LeadRules, which: impl Fn(Ending) -> bool) -> Vec<String> {
    let ends = |ending: Option<Ending>| ending.is_some_and(&which);
    rules.stages.iter().filter(|stage| ends(stage.ending)).map(|stage| stage.code.clone()).collect()
}

/// The funnel of each store: how many leads entered, stayed in, passed and were lost from each stage, and how the stores compare.
#[utoipa::path(get, path = "/lead-insight/funnel", tag = "lead-insight", params(InsightParams),
    responses((status = 200, body = Listed<Funnel>)))]
async fn funnel(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<InsightParams>,
) -> Result<Json<Listed<Funnel>>, Problem> {
    let (_, rules) = app.work.leads().rules().await?;
    let now = app.now();
    let lost = endings(&rules, |ending| ending == Ending::Lost);
    let won = endings(&rules, |ending| ending == Ending::Won);
    let figures = app.store.stage_figures(actor.reach(), &params.filter(now), &lost, now).await?;
    let mut stores: BTreeMap<String, Vec<StageFigures>> = BTreeMap::new();
    for one in figures {
        stores.entry(one.store.clone()).or_default().push(one);
    }
    let mut funnels: Vec<Funnel> = stores
        .into_iter()
        .map(|(store, figures)| {
            let of = |code: &str| figures.iter().find(|one| one.stage == code);
            let entered = |code: &str| of(code).map_or(0, |one| one.entered);
            let begun = entered(rules.first_stage());
            let won = won.iter().map(|code| entered(code)).sum();
            let stages = rules.stages.iter().map(|stage| view(&stage.code, of(&stage.code))).collect();
            Funnel { store, rank: 0, begun, won, conversion: tenths(100 * won, begun), stages }
        })
        .collect();
    let conversions: Vec<f64> = funnels.iter().map(|funnel| funnel.conversion).collect();
    for funnel in &mut funnels {
        funnel.rank = 1 + conversions.iter().filter(|other| **other > funnel.conversion).count();
    }
    Ok(Json(Listed { items: funnels, next: None }))
}

/// A lead that has been in its stage for long.
#[derive(Debug, Serialize, ToSchema)]
pub struct StuckView {
    /// Number of the lead.
    pub lead: String,
    /// Its name.
    pub name: String,
    /// Its company.
    pub company: String,
    /// Who looks after it.
    pub owner: String,
    /// Since when it is there.
    pub since: Instant,
}

impl Masked for StuckView {
    fn mask(&mut self) {
        self.name.mask();
        self.company.mask();
    }
}

/// A stage of a store on the heat map.
#[derive(Debug, Serialize, ToSchema)]
pub struct Heat {
    /// Code of the store.
    pub store: String,
    /// Code of the stage.
    pub stage: String,
    /// Hours that leads stay on average.
    pub dwell_hours: f64,
    /// More than 96 hours?
    pub red: bool,
    /// How many leads are there now.
    pub present: i64,
    /// The three that have been there longest.
    pub stuck: Vec<StuckView>,
}

/// Where leads get stuck: each stage of each store, with the average stay and the three leads that have been there longest.
#[utoipa::path(get, path = "/lead-insight/heat-map", tag = "lead-insight", params(InsightParams),
    responses((status = 200, body = Listed<Heat>)))]
async fn heat_map(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<InsightParams>,
) -> Result<Json<Listed<Heat>>, Problem> {
    let (_, rules) = app.work.leads().rules().await?;
    let (now, ended) = (app.now(), endings(&rules, |_| true));
    let filter = params.filter(now);
    let lost = endings(&rules, |ending| ending == Ending::Lost);
    let (figures, stuck) = tokio::try_join!(
        app.store.stage_figures(actor.reach(), &filter, &lost, now),
        app.store.stuck_leads(viewer(&actor), &filter, &ended, NAMED)
    )?;
    let mut named: BTreeMap<(String, String), Vec<StuckView>> = BTreeMap::new();
    for Stuck { store, stage, lead, name, company, owner, since } in stuck {
        named.entry((store, stage)).or_default().push(shown(&actor, StuckView { lead, name, company, owner, since }));
    }
    let alive = figures.into_iter().filter(|one| !ended.contains(&one.stage));
    let heat = alive.map(|one| {
        let StageView { dwell_hours, present, .. } = view(&one.stage, Some(&one));
        let red = one.dwell_seconds > one.entered.saturating_mul(RED_HOURS * 3_600);
        let stuck = named.remove(&(one.store.clone(), one.stage.clone())).unwrap_or_default();
        Heat { store: one.store, stage: one.stage, dwell_hours, red, present, stuck }
    });
    Ok(Json(Listed { items: heat.collect(), next: None }))
}

/// From where to where, and how fast.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PassParams {
    /// Code of the first stage; `demo-done` where it is missing.
    from: Option<String>,
    /// Code of the stage that follows; `proposal-sent` where it is missing.
    to: Option<String>,
    /// In how many hours; 72 where it is missing.
    hours: Option<u32>,
    /// Only stays that began since; 90 days ago where it is missing.
    #[param(value_type = Option<String>)]
    since: Option<Instant>,
    /// Only stays that began before.
    #[param(value_type = Option<String>)]
    until: Option<Instant>,
    /// Only of this store.
    store: Option<String>,
}

/// How many leads of somebody went from one stage to another in time.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassView {
    /// Code of the store.
    pub store: String,
    /// Who looks after the leads now; empty: nobody.
    pub owner: String,
    /// Leads that entered the first stage.
    pub entered: i64,
    /// Of them, those that went to the second in time.
    pub in_time: i64,
    /// Of them, those that went there later.
    pub late: i64,
    /// In time, of a hundred, to a tenth.
    pub rate: f64,
}

impl From<PassRate> for PassView {
    fn from(PassRate { store, owner, entered, in_time, late }: PassRate) -> Self {
        Self { store, owner, entered, in_time, late, rate: tenths(100 * in_time, entered) }
    }
}

/// How many leads pass from one stage to the next in time, by store and by who looks after them.
#[utoipa::path(get, path = "/lead-insight/pass-rates", tag = "lead-insight", params(PassParams),
    responses((status = 200, body = Listed<PassView>)))]
async fn pass_rates(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<PassParams>,
) -> Result<Json<Listed<PassView>>, Problem> {
    let PassParams { from, to, hours, since, until, store } = params;
    let filter = InsightParams { since, until, store }.filter(app.now());
    let (from, to) = (from.unwrap_or_else(|| "demo-done".into()), to.unwrap_or_else(|| "proposal-sent".into()));
    let seconds = i64::from(hours.unwrap_or(IN_TIME)) * 3_600;
    Ok(Json(Listed::whole(app.store.pass_rates(actor.reach(), &filter, [&from, &to], seconds).await?)))
}

/// Since when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ShareParams {
    /// Only what was given since; 90 days ago where it is missing.
    #[param(value_type = Option<String>)]
    since: Option<Instant>,
}

/// What somebody was given, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareView {
    /// Code of the store.
    pub store: String,
    /// Who.
    pub owner: String,
    /// Leads that they were given.
    pub assigned: i64,
    /// Of them, those that they were the first of ours to answer.
    pub answered: i64,
    /// Hours from the assignment to the first answer on average, to a tenth.
    pub answer_hours: f64,
    /// Leads that were taken away again, because they did not answer.
    pub lost: i64,
    /// Their score on average, of a hundred, where they were given leads by it and not by a person.
    pub score: f64,
}

impl From<Share> for ShareView {
    fn from(Share { store, owner, assigned, answered, answer_seconds, lost, scored, score }: Share) -> Self {
        let answer_hours = tenths(answer_seconds, answered.saturating_mul(3_600));
        Self { store, owner, assigned, answered, answer_hours, lost, score: tenths(score, scored) }
    }
}

/// Who was given how many leads, and how fast they were answered. Why each was given to whom stands in its story.
#[utoipa::path(get, path = "/lead-insight/assignments", tag = "lead-insight", params(ShareParams),
    responses((status = 200, body = Listed<ShareView>)))]
async fn shares(
    State(app): State<Shared>,
    actor: Actor,
    Params(ShareParams { since }): Params<ShareParams>,
) -> Result<Json<Listed<ShareView>>, Problem> {
    let since = since.unwrap_or(app.now().before(BACK));
    Ok(Json(Listed::whole(app.store.lead_shares(actor.reach(), since).await?)))
}

//! Leads: entered, listed, read, changed by hand. What is done about them stands in the files below.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use mortise_domain::access::{Action, Reach};
use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::masks::Masked;
use mortise_domain::lead::{Details, Grade, Lead, LeadEntry};
use mortise_domain::ports::leads::Taken;
use mortise_domain::timeline::Entry;
use mortise_pipeline::leads::EnterError;
use mortise_store::{LeadChange, LeadFields, LeadFilter, PageRequest, Viewer};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Params, Segment};
use super::guard::Actor;
use super::orders::in_own_store;
use super::page::{Listed, PageParams, page};
use super::problem::Problem;
use crate::app::Shared;

pub mod files;
pub mod imports;
pub mod insight;
pub mod joins;
pub mod person;
pub mod rules;
pub mod stages;
pub mod work;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_leads, enter_lead))
        .routes(routes!(count_leads))
        .routes(routes!(get_lead, change_lead, person::erase_lead))
        .routes(routes!(get_lead_timeline))
        .merge(stages::routes())
        .merge(work::routes())
        .merge(joins::routes())
        .merge(person::routes())
        .merge(rules::routes())
        .merge(files::routes())
        .merge(imports::routes())
        .merge(insight::routes())
}

/// How far the actor may see leads.
pub fn viewer(actor: &Actor) -> Viewer<'_> {
    Viewer { reach: actor.reach(), actor: actor.name() }
}

/// The lead of this number within reach, whole.
pub async fn find(app: &Shared, actor: &Actor, number: &str) -> Result<Lead, Problem> {
    let found = app.store.lead_by_number(number, viewer(actor)).await?;
    found.ok_or_else(|| Problem::not_found(format_args!("lead {number:?}")))
}

/// Something of a lead as the actor may see it: without telephone numbers and addresses where they are not to call.
pub fn shown<T: Masked>(actor: &Actor, mut what: T) -> T {
    if !actor.may(Action::ContactsRead) {
        what.mask();
    }
    what
}

/// The lead as it is now, as the actor may see it. Nothing where it is out of reach by now.
pub async fn present(app: &Shared, actor: &Actor, id: LeadId) -> Result<Option<Lead>, Problem> {
    Ok(app.store.lead(id, viewer(actor)).await?.map(|lead| shown(actor, lead)))
}

/// Which leads.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LeadParams {
    /// Only those of this store.
    store: Option<String>,
    /// Only those that this one looks after (`user:<name>`); empty: nobody.
    owner: Option<String>,
    /// Only those from this source.
    source: Option<String>,
    /// Only those of this grade.
    grade: Option<Grade>,
    /// Only those in this stage.
    stage: Option<String>,
    /// Only those with this tag.
    tag: Option<String>,
    /// Part of the name or company; or a whole telephone number, e-mail address or external id.
    search: Option<String>,
    /// Only those entered since.
    #[param(value_type = Option<String>)]
    since: Option<Instant>,
    /// Only those entered before.
    #[param(value_type = Option<String>)]
    until: Option<Instant>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

impl LeadParams {
    fn split(self, app: &Shared, actor: &Actor) -> Result<(LeadFilter, PageRequest), Problem> {
        let request = page(self.cursor.as_deref(), self.limit)?;
        let Self { store, owner, source, grade, stage, tag, search, since, until, .. } = self;
        let region = app.work.leads().region().to_owned();
        let blind = !actor.may(Action::ContactsRead);
        Ok((LeadFilter { store, owner, source, grade, stage, tag, search, since, until, region, blind }, request))
    }
}

/// Lists leads, those entered last first.
#[utoipa::path(get, path = "/leads", tag = "leads", params(LeadParams), responses((status = 200, body = Listed<Lead>)))]
async fn list_leads(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<LeadParams>,
) -> Result<Json<Listed<Lead>>, Problem> {
    let (filter, request) = params.split(&app, &actor)?;
    let mut listed = Listed::<Lead>::of(app.store.list_leads(viewer(&actor), &filter, &request).await?);
    listed.items = listed.items.into_iter().map(|lead| shown(&actor, lead)).collect();
    Ok(Json(listed))
}

/// How many leads are in a stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageCount {
    /// Code of the stage.
    pub stage: String,
    /// Their number.
    pub count: i64,
}

impl From<(String, i64)> for StageCount {
    fn from((stage, count): (String, i64)) -> Self {
        Self { stage, count }
    }
}

/// Counts leads by stage; stages without leads are left out. The parameters narrow it as they narrow the list.
#[utoipa::path(get, path = "/leads/counts", tag = "leads", params(LeadParams), responses((status = 200, body = Listed<StageCount>)))]
async fn count_leads(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<LeadParams>,
) -> Result<Json<Listed<StageCount>>, Problem> {
    let (filter, _) = params.split(&app, &actor)?;
    Ok(Json(Listed::whole(app.store.count_leads(viewer(&actor), &filter).await?)))
}

/// What became of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entered {
    /// `created`: a new lead; `merged`: added to one that was there; `known`: changed nothing.
    pub outcome: &'static str,
    /// The lead; null: it belongs to another store, whose staff see it.
    pub lead: Option<Lead>,
}

/// Enters a lead. Where a lead has its external id, telephone number, e-mail address or company, the entry is added to that lead.
#[utoipa::path(post, path = "/leads", tag = "leads", request_body = LeadEntry, responses(
    (status = 201, description = "A new lead", body = Entered),
    (status = 200, description = "Added to a lead that was there, or known already", body = Entered)))]
async fn enter_lead(
    State(app): State<Shared>,
    actor: Actor,
    Body(mut entry): Body<LeadEntry>,
) -> Result<Response, Problem> {
    settle_place(&app, &actor, &mut entry).await?;
    let taken =
        app.work.leads().enter(entry, "staff", actor.name(), actor.reach()).await.map_err(|error| match error {
            EnterError::Faults(faults) => Problem::invalid(faults),
            EnterError::Store(error) => error.into(),
        })?;
    let (status, outcome) = match taken {
        Taken::Created(_) => (StatusCode::CREATED, "created"),
        Taken::Merged(_) => (StatusCode::OK, "merged"),
        Taken::Known(_) => (StatusCode::OK, "known"),
    };
    let lead = present(&app, &actor, taken.lead()).await?;
    Ok((status, Json(Entered { outcome, lead })).into_response())
}

/// Whoever sees one store only enters leads there and looks after them; a named store must exist.
async fn settle_place(app: &Shared, actor: &Actor, entry: &mut LeadEntry) -> Result<(), Problem> {
    if let Reach::Own(places) = actor.reach() {
        if entry.owner.is_empty() {
            actor.name().clone_into(&mut entry.owner);
        }
        if entry.store.is_empty() {
            let mut stores = places.stores.iter();
            match (stores.next(), stores.next()) {
                (Some(only), None) => entry.store.clone_from(only),
                _ => return Err(Problem::field("store", "is missing; name one of your stores")),
            }
        }
    }
    check_store(app, actor, &entry.store).await
}

async fn check_store(app: &Shared, actor: &Actor, store: &str) -> Result<(), Problem> {
    if store.is_empty() {
        return Ok(());
    }
    in_own_store(app, actor, store).await?;
    let known = app.store.stores().await?.iter().any(|known| known.code == store);
    if known { Ok(()) } else { Err(Problem::field("store", format!("{store:?} is not known"))) }
}

/// One lead. The number of one that was merged leads to the lead that it is now a part of.
#[utoipa::path(get, path = "/leads/{number}", tag = "leads", params(("number" = String, Path, description = "The lead's number")),
    responses((status = 200, body = Lead)))]
async fn get_lead(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
) -> Result<Json<Lead>, Problem> {
    find(&app, &actor, &number).await.map(|lead| Json(shown(&actor, lead)))
}

/// A lead as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadUpdate {
    /// The version that was looked at; where it is another by now, nothing is changed.
    pub version: i64,
    /// Code of the store; empty: none.
    pub store: String,
    /// Who looks after it; empty: nobody.
    pub owner: String,
    /// How promising it is.
    pub grade: Grade,
    /// What is known of the person or company.
    pub details: Details,
}

/// Changes a lead by hand. A telephone number, e-mail address or company that another lead has is refused: merge the two.
#[utoipa::path(put, path = "/leads/{number}", tag = "leads", request_body = LeadUpdate,
    params(("number" = String, Path, description = "The lead's number")), responses((status = 200, body = Lead)))]
async fn change_lead(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Body(update): Body<LeadUpdate>,
) -> Result<Json<Lead>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    let LeadUpdate { version, store, owner, grade, mut details } = update;
    let work = app.work.leads();
    let mut faults = Vec::new();
    details.tidy(work.region(), &mut faults);
    if owner.chars().count() > 200 {
        faults.push(mortise_domain::submission::FieldError::new("owner", "has more than 200 characters"));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    if store != lead.store {
        check_store(&app, &actor, &store).await?;
    }
    let fields = LeadFields { store, owner, grade, details };
    app.store.change_lead(lead.id, &LeadChange { version, fields, actor: actor.name().to_owned() }).await?;
    work.judge(&[lead.id]).await?;
    let lead = present(&app, &actor, lead.id).await?;
    lead.map(Json).ok_or_else(|| Problem::not_found(format_args!("lead {number:?} of yours any more")))
}

/// The lead's story with that of all that it has absorbed, oldest first.
#[utoipa::path(get, path = "/leads/{number}/timeline", tag = "leads",
    params(("number" = String, Path, description = "The lead's number"), PageParams),
    responses((status = 200, body = Listed<Entry>)))]
async fn get_lead_timeline(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Listed<Entry>>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    Ok(Json(Listed::of(app.store.lead_timeline(lead.id, &params.request()?).await?)))
}

//! Rules as data: drafts are checked, tried on past orders, published and rolled back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::instant::Instant;
use mortise_domain::rules::{RuleFault, RuleState};
use mortise_domain::submission::FieldError;
use mortise_domain::text::Text;
use mortise_store::{CheckedRules, RuleHead, RuleVersion};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Segment};
use super::guard::Actor;
use super::page::Listed;
use super::problem::Problem;
use crate::app::Shared;
use crate::rules::{RuleSet, check};

pub mod fields;
pub mod trials;

/// Longest note, in characters.
const NOTE: usize = 1_000;
/// Most bytes of a set's rules, as JSON.
const CONTENT: usize = 256 * 1024;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_rule_sets))
        .routes(routes!(get_rule_set))
        .routes(routes!(check_rules))
        .routes(routes!(draft_rules))
        .routes(routes!(get_rule_version, redraft_rules))
        .routes(routes!(publish_rules))
        .routes(routes!(roll_back_rules))
        .merge(fields::routes())
        .merge(trials::routes())
}

/// A set of rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSetHead {
    /// Name of the connection, or `approval_routes`.
    pub name: String,
    /// For people.
    pub title: Text,
    /// The version in force; null: none was published, the defaults or the connection's settings are.
    pub in_force: Option<i64>,
    /// Drafts that were not published.
    pub drafts: usize,
}

/// A set of rules with its versions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSetView {
    /// The set.
    #[serde(flatten)]
    pub head: RuleSetHead,
    /// The rules in force.
    pub content: Value,
    /// Does a connection have other settings than the version in force? Somebody has put them otherwise.
    pub differs: bool,
    /// JSON Schema of the content.
    pub schema: Value,
    /// Versions, newest first; the last 200.
    pub versions: Vec<VersionHead>,
}

/// A version in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionHead {
    /// 1 for the first.
    pub version: i64,
    /// Where it is.
    pub state: RuleState,
    /// What its author said of it.
    pub note: String,
    /// Since when.
    pub created_at: Instant,
    /// By whom.
    pub created_by: String,
    /// Rises with each change of a draft. Whoever publishes it names the one that they have looked at.
    pub revision: i64,
    /// When it was last put in force.
    pub published_at: Option<Instant>,
    /// By whom.
    pub published_by: Option<String>,
    /// The version that it took the place of.
    pub replaced: Option<i64>,
}

/// A version with its rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RulesVersionView)]
pub struct VersionView {
    /// The version.
    #[serde(flatten)]
    pub head: VersionHead,
    /// Its rules.
    pub content: Value,
    /// What a check finds now.
    pub faults: Vec<RuleFault>,
}

fn head(version: RuleHead) -> VersionHead {
    let RuleHead {
        version, state, note, created_at, created_by, revision, published_at, published_by, replaced, ..
    } = version;
    VersionHead { version, state, note, created_at, created_by, revision, published_at, published_by, replaced }
}

fn set_head(set: &RuleSet, versions: &[RuleHead]) -> RuleSetHead {
    RuleSetHead {
        name: set.name().to_owned(),
        title: set.title(),
        in_force: versions.iter().find(|one| one.state == RuleState::Published).map(|one| one.version),
        drafts: versions.iter().filter(|one| one.state == RuleState::Draft).count(),
    }
}

/// All sets of rules: the approval routes, and the settings of each connection that judges orders.
#[utoipa::path(get, path = "/rules", tag = "rules", responses((status = 200, body = Listed<RuleSetHead>)))]
async fn list_rule_sets(State(app): State<Shared>) -> Result<Json<Listed<RuleSetHead>>, Problem> {
    let mut heads = Vec::new();
    for set in RuleSet::all(&app).await? {
        heads.push(set_head(&set, &app.store.rule_heads(set.name()).await?));
    }
    Ok(Json(Listed::whole(heads)))
}

async fn view(app: &Shared, set: &RuleSet) -> Result<RuleSetView, Problem> {
    let versions = app.store.rule_heads(set.name()).await?;
    let in_force = app.store.rules_in_force(set.name()).await?;
    let present = set.present();
    let (content, differs) = match (set, in_force) {
        (RuleSet::Routes, Some(version)) => (version.content, false),
        (RuleSet::Connection(..), Some(version)) => (present.clone(), version.content != present),
        (_, None) => (present, false),
    };
    Ok(RuleSetView {
        head: set_head(set, &versions),
        content,
        differs,
        schema: set.schema(),
        versions: versions.into_iter().map(head).collect(),
    })
}

/// A set of rules: what is in force, its form, its versions.
#[utoipa::path(get, path = "/rules/{set}", tag = "rules", params(("set" = String, Path, description = "Name of a connection, or approval_routes")),
    responses((status = 200, body = RuleSetView)))]
async fn get_rule_set(State(app): State<Shared>, Segment(set): Segment<String>) -> Result<Json<RuleSetView>, Problem> {
    let set = RuleSet::find(&app, &set).await?;
    view(&app, &set).await.map(Json)
}

/// Rules to be checked or kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The whole content: a connection's settings, or `{"routes": […]}`.
    pub content: Value,
    /// What it is for.
    #[serde(default)]
    pub note: String,
}

/// What a check finds.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checked {
    /// Everything that is wrong; empty: it can be published.
    pub faults: Vec<RuleFault>,
    /// May it be published? Doubts do not prevent it.
    pub publishable: bool,
}

/// Bounds of what is checked and kept.
fn sized(content: &Value) -> Result<(), Problem> {
    let size = serde_json::to_vec(content).map_err(|_| Problem::internal())?.len();
    if size > CONTENT { Err(Problem::field("content", "must have at most 256 kB as JSON")) } else { Ok(()) }
}

fn publishable(faults: &[RuleFault]) -> bool {
    faults.iter().all(|fault| !fault.prevents)
}

/// Checks rules and keeps nothing: every mistake with its field, and the place within an expression.
#[utoipa::path(post, path = "/rules/{set}/check", tag = "rules", params(("set" = String, Path, description = "Name of a connection, or approval_routes")),
    request_body = Draft, responses((status = 200, body = Checked)))]
async fn check_rules(
    State(app): State<Shared>,
    Segment(set): Segment<String>,
    Body(draft): Body<Draft>,
) -> Result<Json<Checked>, Problem> {
    let set = RuleSet::find(&app, &set).await?;
    sized(&draft.content)?;
    let faults = check(&app, &set, &draft.content).await?;
    Ok(Json(Checked { publishable: publishable(&faults), faults }))
}

fn noted(note: &str) -> Result<&str, Problem> {
    let note = note.trim();
    if note.chars().count() > NOTE {
        Err(Problem::field("note", "must have at most 1,000 characters"))
    } else {
        Ok(note)
    }
}

async fn version_view(app: &Shared, set: &RuleSet, version: RuleVersion) -> Result<VersionView, Problem> {
    let faults = check(app, set, &version.content).await?;
    Ok(VersionView { head: head(version.head), content: version.content, faults })
}

async fn version(app: &Shared, set: &RuleSet, number: i64) -> Result<RuleVersion, Problem> {
    let found = app.store.rule_version(set.name(), number).await?;
    found.ok_or_else(|| Problem::not_found(format_args!("version {number} of the rules {:?}", set.name())))
}

/// Keeps a new draft, with whatever mistakes it has; they are told.
#[utoipa::path(post, path = "/rules/{set}/versions", tag = "rules", params(("set" = String, Path, description = "Name of a connection, or approval_routes")),
    request_body = Draft, responses((status = 201, body = VersionView)))]
async fn draft_rules(
    State(app): State<Shared>,
    actor: Actor,
    Segment(set): Segment<String>,
    Body(draft): Body<Draft>,
) -> Result<(StatusCode, Json<VersionView>), Problem> {
    let set = RuleSet::find(&app, &set).await?;
    let note = noted(&draft.note)?;
    sized(&draft.content)?;
    let stored = app.store.draft_rules(set.name(), &draft.content, note, actor.name()).await?;
    Ok((StatusCode::CREATED, Json(version_view(&app, &set, stored).await?)))
}

/// A version with what a check finds in it now.
#[utoipa::path(get, path = "/rules/{set}/versions/{version}", tag = "rules",
    params(("set" = String, Path, description = "Name of a connection, or approval_routes"), ("version" = i64, Path, description = "Number of the version")),
    responses((status = 200, body = VersionView)))]
async fn get_rule_version(
    State(app): State<Shared>,
    Segment((set, number)): Segment<(String, i64)>,
) -> Result<Json<VersionView>, Problem> {
    let set = RuleSet::find(&app, &set).await?;
    let stored = version(&app, &set, number).await?;
    version_view(&app, &set, stored).await.map(Json)
}

/// A draft as it should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redraft {
    /// The whole content: a connection's settings, or `{"routes": […]}`.
    pub content: Value,
    /// What it is for.
    #[serde(default)]
    pub note: String,
    /// `revision` of the draft that was changed, so that nobody's change is lost; missing: whatever is there.
    #[serde(default)]
    pub revision: Option<i64>,
}

/// Changes a draft. A version that was published once stays as it was.
#[utoipa::path(put, path = "/rules/{set}/versions/{version}", tag = "rules",
    params(("set" = String, Path, description = "Name of a connection, or approval_routes"), ("version" = i64, Path, description = "Number of the version")),
    request_body = Redraft, responses((status = 200, body = VersionView)))]
async fn redraft_rules(
    State(app): State<Shared>,
    Segment((set, number)): Segment<(String, i64)>,
    Body(Redraft { content, note, revision }): Body<Redraft>,
) -> Result<Json<VersionView>, Problem> {
    let set = RuleSet::find(&app, &set).await?;
    sized(&content)?;
    let stored = app.store.redraft_rules(set.name(), (number, revision), &content, noted(&note)?).await?;
    version_view(&app, &set, stored).await.map(Json)
}

/// What is published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// `revision` of the version that was looked at. What somebody else has changed since is not put in force.
    pub revision: i64,
}

/// Puts a version in force: on this node when the answer comes, on the others within a second. Refused where a check finds what
/// prevents it, and where the draft, or the connection that it is for, was changed since it was looked at.
#[utoipa::path(post, path = "/rules/{set}/versions/{version}/publish", tag = "rules",
    params(("set" = String, Path, description = "Name of a connection, or approval_routes"), ("version" = i64, Path, description = "Number of the version")),
    request_body = Publication, responses((status = 200, body = RuleSetView)))]
async fn publish_rules(
    State(app): State<Shared>,
    actor: Actor,
    Segment((set, number)): Segment<(String, i64)>,
    Body(Publication { revision }): Body<Publication>,
) -> Result<Json<RuleSetView>, Problem> {
    let set = RuleSet::find(&app, &set).await?;
    let stored = version(&app, &set, number).await?;
    if stored.head.revision != revision {
        let detail = format!("Version {number} was changed since it was looked at.");
        return Err(Problem::conflict(detail).remedy("Look at it again, then publish it with its present revision."));
    }
    let checked = in_order(&app, &set, &stored).await?;
    app.store.publish_rules(set.name(), checked, actor.name(), &set.present()).await?;
    actor.note("version", number);
    in_force(&app, set.name()).await
}

/// The version as one that may be put in force, where a check finds nothing that prevents it.
async fn in_order(app: &Shared, set: &RuleSet, stored: &RuleVersion) -> Result<CheckedRules, Problem> {
    let faults = check(app, set, &stored.content).await?;
    if !publishable(&faults) {
        let wrong = faults.into_iter().filter(|fault| fault.prevents);
        return Err(Problem::invalid(wrong.map(|fault| FieldError::new(fault.field, fault.message.en)).collect()));
    }
    let RuleHead { version, revision, .. } = stored.head;
    Ok(CheckedRules { version, revision, connection: set.revision() })
}

/// Goes back to what was in force before the present version, in one step. It is checked as if it were published: a plugin that was
/// replaced since may not take it any more.
#[utoipa::path(post, path = "/rules/{set}/rollback", tag = "rules", params(("set" = String, Path, description = "Name of a connection, or approval_routes")),
    responses((status = 200, body = RuleSetView)))]
async fn roll_back_rules(
    State(app): State<Shared>,
    actor: Actor,
    Segment(set): Segment<String>,
) -> Result<Json<RuleSetView>, Problem> {
    let set = RuleSet::find(&app, &set).await?;
    let before = app.store.rules_before(set.name(), &set.present()).await?;
    let checked = in_order(&app, &set, &before).await?;
    app.store.roll_back_rules(set.name(), checked, actor.name(), &set.present()).await?;
    actor.note("version", checked.version);
    in_force(&app, set.name()).await
}

async fn in_force(app: &Shared, name: &str) -> Result<Json<RuleSetView>, Problem> {
    app.refresh().await?;
    let set = RuleSet::find(app, name).await?;
    view(app, &set).await.map(Json)
}

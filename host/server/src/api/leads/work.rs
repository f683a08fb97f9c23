//! What is done about leads: touches and tasks, and the customer that a lead becomes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mortise_domain::instant::Instant;
use mortise_domain::lead::Lead;
use mortise_domain::lead::task::{NewTask, Task};
use mortise_domain::lead::touch::{NewTouch, Touch};
use mortise_store::{TaskFilter, TaskRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Json as Body, Params, Segment};
use super::super::guard::Actor;
use super::super::page::{Listed, PageParams, page};
use super::super::problem::Problem;
use super::{find, present, shown, viewer};
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_touches, note_touch))
        .routes(routes!(get_lead_tasks, add_task))
        .routes(routes!(finish_task))
        .routes(routes!(list_lead_tasks))
        .routes(routes!(become_customer))
}

/// Notes a touch: a call, a visit, a message. Rules that hang on it are applied at once.
#[utoipa::path(post, path = "/leads/{number}/touches", tag = "leads", request_body = NewTouch,
    params(("number" = String, Path, description = "The lead's number")), responses((status = 201, body = Touch)))]
async fn note_touch(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Body(touch): Body<NewTouch>,
) -> Result<(StatusCode, Json<Touch>), Problem> {
    let faults = touch.faults(app.now());
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let lead = find(&app, &actor, &number).await?;
    let touch = app.store.touch_lead(lead.id, &touch, actor.name()).await?;
    app.work.leads().judge(&[lead.id]).await?;
    Ok((StatusCode::CREATED, Json(touch)))
}

/// Touches of a lead, the newest first.
#[utoipa::path(get, path = "/leads/{number}/touches", tag = "leads",
    params(("number" = String, Path, description = "The lead's number"), PageParams),
    responses((status = 200, body = Listed<Touch>)))]
async fn list_touches(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Listed<Touch>>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    let mut listed = Listed::<Touch>::of(app.store.lead_touches(lead.id, &params.request()?).await?);
    listed.items = listed.items.into_iter().map(|touch| shown(&actor, touch)).collect();
    Ok(Json(listed))
}

/// Notes a task about a lead.
#[utoipa::path(post, path = "/leads/{number}/tasks", tag = "leads", request_body = NewTask,
    params(("number" = String, Path, description = "The lead's number")), responses((status = 201, body = Task)))]
async fn add_task(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Body(task): Body<NewTask>,
) -> Result<(StatusCode, Json<Task>), Problem> {
    let faults = task.faults();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let lead = find(&app, &actor, &number).await?;
    Ok((StatusCode::CREATED, Json(app.store.add_lead_task(lead.id, &task, actor.name()).await?)))
}

/// Tasks of a lead, the newest first.
#[utoipa::path(get, path = "/leads/{number}/tasks", tag = "leads", params(("number" = String, Path, description = "The lead's number")),
    responses((status = 200, body = Listed<Task>)))]
async fn get_lead_tasks(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
) -> Result<Json<Listed<Task>>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    let tasks = app.store.lead_tasks(lead.id).await?;
    Ok(Json(Listed::whole(tasks.into_iter().map(|task| shown(&actor, task)).collect::<Vec<_>>())))
}

/// Marks a task as done.
#[utoipa::path(post, path = "/leads/{number}/tasks/{id}/done", tag = "leads",
    params(("number" = String, Path, description = "The lead's number"), ("id" = i64, Path, description = "The task's id")),
    responses((status = 200, body = Task)))]
async fn finish_task(
    State(app): State<Shared>,
    actor: Actor,
    Segment((number, id)): Segment<(String, i64)>,
) -> Result<Json<Task>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    Ok(Json(shown(&actor, app.store.finish_lead_task(lead.id, id, actor.name()).await?)))
}

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TaskParams {
    /// Only those of this one: `user:<name>`, or `supervisors:<store>`.
    assignee: Option<String>,
    /// Done ones too?
    #[serde(default)]
    done: bool,
    /// Only those due before.
    #[param(value_type = Option<String>)]
    until: Option<Instant>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
    /// How many entries; 50 where it is missing, 500 at most.
    limit: Option<u32>,
}

/// A task with its lead.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskView {
    /// Number of the lead.
    pub lead: String,
    /// The task.
    #[serde(flatten)]
    pub task: Task,
}

impl From<TaskRow> for TaskView {
    fn from(TaskRow { lead, task }: TaskRow) -> Self {
        Self { lead, task }
    }
}

/// Open tasks about leads, those due first.
#[utoipa::path(get, path = "/lead-tasks", tag = "leads", params(TaskParams), responses((status = 200, body = Listed<TaskView>)))]
async fn list_lead_tasks(
    State(app): State<Shared>,
    actor: Actor,
    Params(params): Params<TaskParams>,
) -> Result<Json<Listed<TaskView>>, Problem> {
    let request = page(params.cursor.as_deref(), params.limit)?;
    let filter = TaskFilter { assignee: params.assignee, done: params.done, until: params.until };
    let mut listed = Listed::<TaskView>::of(app.store.list_lead_tasks(viewer(&actor), &filter, &request).await?);
    let masked = |view: TaskView| TaskView { task: shown(&actor, view.task), ..view };
    listed.items = listed.items.into_iter().map(masked).collect();
    Ok(Json(listed))
}

/// Which customer a lead becomes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Conversion {
    /// Code of the customer, who must exist.
    pub customer: String,
}

/// Notes which customer a lead has become; its whole story stays with it, and the customer's orders follow. Only a lead that was won.
#[utoipa::path(post, path = "/leads/{number}/customer", tag = "leads", request_body = Conversion,
    params(("number" = String, Path, description = "The lead's number")), responses((status = 200, body = Lead)))]
async fn become_customer(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    Body(Conversion { customer }): Body<Conversion>,
) -> Result<Json<Lead>, Problem> {
    let lead = find(&app, &actor, &number).await?;
    let (_, rules) = app.work.leads().rules().await?;
    let ending = rules.stage(&lead.stage).and_then(|stage| stage.ending);
    if ending != Some(mortise_domain::lead::stage::Ending::Won) {
        let detail = format!("{} is in the stage {}, which is none that is won.", lead.number, lead.stage);
        return Err(Problem::conflict(detail).remedy("Move the lead to a stage that is won first."));
    }
    if app.store.account(&customer).await?.is_none() {
        let message = format!("{customer:?} is not known; have the customer created first (PUT /catalog/customers)");
        return Err(Problem::field("customer", message));
    }
    app.store.convert_lead(lead.id, &customer, actor.name()).await?;
    present(&app, &actor, lead.id).await?.map(Json).ok_or_else(|| Problem::not_found(format_args!("lead {number:?}")))
}

//! The public form: whoever is interested leaves a name and a number. Nobody is known there, so that everything is bounded.

use std::time::Duration;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use mortise_domain::access::{Action, Places, Reach};
use mortise_domain::lead::touch::{NewTouch, TouchKind};
use mortise_domain::lead::{Consent, Contact, Details, LeadEntry};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::leads::{FORM, Taken};
use mortise_domain::submission::FieldError;
use mortise_pipeline::leads::EnterError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json as Body, Segment};
use super::guard::{Visitor, record};
use super::problem::Problem;
use crate::app::Shared;

/// Bytes of a form.
const BYTES: usize = 64 << 10;

/// Whoever writes again in so short a time is noted once: anybody can send a form as often as they like.
const QUIET: Duration = Duration::from_hours(1);

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(submit_form)).layer(DefaultBodyLimit::max(BYTES))
}

/// What somebody leaves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormEntry {
    /// Their name.
    pub name: String,
    /// Their telephone number.
    pub phone: String,
    /// Their company.
    #[serde(default)]
    pub company: String,
    /// What they want.
    #[serde(default)]
    pub need: String,
    /// May their data be kept and may they be called? Without it nothing is kept.
    pub consent: bool,
    /// Where they come from, such as the name of an advertisement (`utm_source`).
    #[serde(default)]
    pub source: String,
    /// No person sees this field; what fills it in is a machine.
    #[serde(default)]
    pub website: String,
}

/// That it has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormReceived {
    /// True.
    pub received: bool,
}

/// Leaves a name and a number for a store. The answer does not tell whether the person is known already.
#[utoipa::path(post, path = "/forms/{store}", tag = "forms", security(()), request_body = FormEntry,
    params(("store" = String, Path, description = "The store's code")), responses((status = 202, body = FormReceived)))]
async fn submit_form(
    State(app): State<Shared>,
    visitor: Visitor,
    Segment(store): Segment<String>,
    Body(form): Body<FormEntry>,
) -> Result<(StatusCode, Json<FormReceived>), Problem> {
    let outcome = take(&app, &visitor, store, form).await;
    let status = outcome.as_ref().map_or_else(Problem::status, |(status, _)| *status);
    record::left(&app, Action::FormsSubmit, &visitor, status).await;
    outcome
}

async fn take(
    app: &Shared,
    visitor: &Visitor,
    store: String,
    form: FormEntry,
) -> Result<(StatusCode, Json<FormReceived>), Problem> {
    if let Err(seconds) = app.forms.admit(visitor.address, app.now()) {
        let title = "Too many forms came from there";
        let detail = "Many forms were sent from this network just now.";
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", title, detail)
            .remedy("Wait a minute and send it again.")
            .retry_after(seconds));
    }
    if !app.store.stores().await?.iter().any(|known| known.code == store) {
        return Err(Problem::not_found(format_args!("store {store:?}")));
    }
    let received = (StatusCode::ACCEPTED, Json(FormReceived { received: true }));
    if !form.website.is_empty() {
        tracing::info!(store, "a machine filled in the public form; it is dropped");
        return Ok(received);
    }
    if !form.consent {
        return Err(Problem::field("consent", "must be given; without it nothing may be kept"));
    }
    if form.phone.trim().is_empty() {
        return Err(Problem::field("phone", "is missing"));
    }
    let at = app.now();
    let contact = Contact { name: form.name.clone(), phone: form.phone, ..Contact::default() };
    let details = Details {
        name: form.name,
        company: form.company,
        contacts: vec![contact],
        note: form.need,
        consent: Some(Consent { source: "form".into(), at: Some(at) }),
        ..Details::default()
    };
    let source = if form.source.is_empty() { "form".into() } else { form.source };
    let entry = LeadEntry { store: store.clone(), source, details, ..LeadEntry::default() };
    // Nobody vouches for a stranger: they reach nothing.
    let nowhere = Reach::Own(Places::default());
    let taken =
        app.work.leads().enter(entry, FORM, &format!("form:{store}"), &nowhere).await.map_err(|error| match error {
            EnterError::Faults(faults) => Problem::invalid(faults.into_iter().map(plain).collect()),
            EnterError::Store(error) => error.into(),
        })?;
    if !matches!(taken, Taken::Created(_)) {
        call_again(app, taken, &store).await?;
    }
    Ok(received)
}

/// The field by its name in the form.
fn plain(fault: FieldError) -> FieldError {
    let field = fault.field.rsplit(['.']).next().unwrap_or_default().to_owned();
    let field = if field == "note" { "need".to_owned() } else { field };
    FieldError::new(field, fault.message)
}

/// Whoever is known and writes again is noted as having been in touch, unless they do not want that.
async fn call_again(app: &Shared, taken: Taken, store: &str) -> Result<(), Problem> {
    let touch = NewTouch {
        kind: TouchKind::Inbound,
        at: None,
        city: String::new(),
        note: "form".into(),
        competitor: String::new(),
        need: String::new(),
        first_call: None,
    };
    let since = app.now().before(QUIET);
    match app.store.touch_lead_once(taken.lead(), &touch, &format!("form:{store}"), since).await {
        Ok(_) | Err(StoreError::Conflict(_) | StoreError::NotFound(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

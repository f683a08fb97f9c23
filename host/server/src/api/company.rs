//! The company that uses this installation.

use axum::Json;
use axum::extract::State;
use mortise_domain::catalog::Company;
use mortise_domain::submission::FieldError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::catalog::check;
use super::extract::Json as Body;
use super::problem::Problem;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_company, put_company))
}

/// The company.
#[utoipa::path(get, path = "/company", tag = "company", responses((status = 200, body = Company)))]
async fn get_company(State(app): State<Shared>) -> Result<Json<Company>, Problem> {
    Ok(Json(app.store.company().await?))
}

/// Changes the company. In force when the answer comes; orders that are being judged end as they began. The currency can be
/// changed as long as there is no order and no credit.
#[utoipa::path(put, path = "/company", tag = "company", request_body = Company, responses((status = 200, body = Company)))]
async fn put_company(State(app): State<Shared>, Body(company): Body<Company>) -> Result<Json<Company>, Problem> {
    let mut faults = check::Faults::default();
    faults.text("name", &company.name, 200);
    faults.currency("currency", &company.currency);
    if jiff::tz::TimeZone::get(&company.time_zone).is_err() {
        faults.0.push(FieldError::new("time_zone", "is no IANA time zone such as Asia/Shanghai"));
    }
    faults.code("locale", &company.locale);
    faults.settle()?;
    app.store.put_company(&company).await?;
    app.refresh().await?;
    Ok(Json(company))
}

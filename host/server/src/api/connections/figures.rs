//! How the calls of a connection went, by the hour: data for charts.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use mortise_domain::figure::{BUCKETS, Cell, HOUR, Tally, hour_of, percentile};
use mortise_domain::instant::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::extract::{Params, Segment};
use super::super::page::Listed;
use super::super::problem::Problem;
use super::find;
use crate::app::Shared;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(call_figures))
}

/// The longest time at once.
const MOST: Duration = Duration::from_hours(24 * 31);

/// Which hours.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FigureParams {
    /// From the hour of this instant on; a day before `until` where it is missing.
    #[param(value_type = Option<String>)]
    since: Option<Instant>,
    /// Up to and with the hour of this instant; now where it is missing.
    #[param(value_type = Option<String>)]
    until: Option<Instant>,
}

/// Calls of one function in one hour.
#[derive(Debug, Serialize, ToSchema)]
pub struct HourOfCalls {
    /// Beginning of the hour.
    pub hour: Instant,
    /// Name of the function, such as `push-order`.
    pub function: String,
    /// How many calls.
    pub calls: i64,
    /// How many of them failed, whatever the reason.
    pub failures: i64,
    /// The failures by class, such as `unavailable`.
    pub by_class: BTreeMap<String, i64>,
    /// Average duration, in microseconds.
    pub mean_micros: i64,
    /// Half of the calls took no longer than this, in microseconds; the upper bound of a range.
    pub p50_micros: u64,
    /// 95 % of the calls took no longer than this; the upper bound of a range.
    pub p95_micros: u64,
}

#[derive(Default)]
struct Sum {
    calls: i64,
    micros: i64,
    by_class: BTreeMap<String, i64>,
    buckets: [i64; BUCKETS.len() + 1],
}

/// How the calls of a connection went, hour by hour and function by function; hours without calls are left out. Of the present hour
/// the last quarter of a minute may be missing.
#[utoipa::path(get, path = "/connections/{name}/figures", tag = "connections",
    params(("name" = String, Path, description = "The connection's name"), FigureParams),
    responses((status = 200, body = Listed<HourOfCalls>)))]
async fn call_figures(
    State(app): State<Shared>,
    Segment(name): Segment<String>,
    Params(params): Params<FigureParams>,
) -> Result<Json<Listed<HourOfCalls>>, Problem> {
    find(&app, &name).await?;
    let last = hour_of(params.until.unwrap_or_else(|| app.now()));
    let first = hour_of(params.since.unwrap_or_else(|| last.before(Duration::from_hours(23))));
    if last.since(first) > MOST {
        return Err(Problem::field("since", "lies more than 31 days before the end; ask for less at once"));
    }
    let figures = app.store.figures(&name, first, Instant(last.0.saturating_add(HOUR))).await?;
    let mut sums: BTreeMap<(Instant, String), Sum> = BTreeMap::new();
    for (Cell { function, hour, outcome, bucket, .. }, Tally { calls, micros }) in figures {
        let sum = sums.entry((hour, function)).or_default();
        sum.calls += calls;
        sum.micros += micros;
        if outcome != "ok" {
            *sum.by_class.entry(outcome).or_default() += calls;
        }
        if let Some(count) = sum.buckets.get_mut(bucket as usize) {
            *count += calls;
        }
    }
    let row = |((hour, function), sum): ((Instant, String), Sum)| HourOfCalls {
        hour,
        function,
        calls: sum.calls,
        failures: sum.by_class.values().sum(),
        mean_micros: sum.micros / sum.calls.max(1),
        p50_micros: percentile(&sum.buckets, 0.5).unwrap_or_default(),
        p95_micros: percentile(&sum.buckets, 0.95).unwrap_or_default(),
        by_class: sum.by_class,
    };
    Ok(Json(Listed { items: sums.into_iter().map(row).collect(), next: None }))
}

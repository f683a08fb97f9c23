//! What a manager asks first: what came in, what it is worth, what waits for a person, and how the connections do.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use mortise_domain::access::Action;
use mortise_domain::instant::Instant;
use mortise_store::{HoldCount, OrderCount, Traffic};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::guard::Actor;
use super::problem::Problem;
use crate::app::Shared;

/// How many days are told, today included.
const DAYS: i64 = 7;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_overview))
}

/// What came in lately, what waits, and how the connections do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Overview {
    /// ISO 4217 code of the currency in which the company counts.
    pub currency: String,
    /// The last seven of the company's days, oldest first; the last one is today.
    pub days: Vec<Day>,
    /// Open holds by their code, the most first; empty for those who may not see holds.
    pub holds: Vec<OpenHolds>,
    /// What each connection has to do and how it did in the last 24 hours; empty for those who may not see deliveries.
    pub traffic: Vec<TrafficView>,
}

/// Orders that were handed in on one day.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Day {
    /// The company's day, `YYYY-MM-DD`.
    pub day: String,
    /// How many are in each state now; a state without any is left out.
    pub orders: BTreeMap<String, i64>,
    /// Value of the sales that are neither rejected nor cancelled.
    pub sales: Vec<Sales>,
}

/// Sales in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sales {
    /// ISO 4217 code.
    pub currency: String,
    /// How many orders.
    pub count: i64,
    /// Their sum with tax, in minor units.
    pub gross: i64,
}

/// Open holds of one code.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenHolds {
    /// Stable code: a rule's, or one of the host's.
    pub code: String,
    /// `business` or `technical`.
    pub kind: String,
    /// How many.
    pub count: i64,
    /// Since when the oldest waits.
    pub oldest_at: Instant,
}

/// What a connection has to do for orders that the asker may see, and how it did in the last 24 hours.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrafficView {
    /// Name of the connection.
    pub connection: String,
    /// Deliveries that are to be sent.
    pub pending: i64,
    /// Those of them whose last attempt failed.
    pub failing: i64,
    /// Deliveries that wait for another one.
    pub blocked: i64,
    /// Deliveries that wait for a person.
    pub waiting: i64,
    /// Attempts of the last 24 hours.
    pub attempts: i64,
    /// Those of them that failed.
    pub failures: i64,
    /// How long they took on average, in microseconds.
    pub average_micros: i64,
}

impl From<HoldCount> for OpenHolds {
    fn from(HoldCount { code, kind, count, oldest }: HoldCount) -> Self {
        Self { code, kind, count, oldest_at: oldest }
    }
}

impl From<Traffic> for TrafficView {
    fn from(traffic: Traffic) -> Self {
        Self {
            connection: traffic.connection,
            pending: traffic.pending,
            failing: traffic.failing,
            blocked: traffic.blocked,
            waiting: traffic.waiting,
            attempts: traffic.attempts,
            failures: traffic.failures,
            average_micros: traffic.average_micros,
        }
    }
}

/// What came in during the last seven days, what waits for a person, and how the connections do; of what the asker may see.
#[utoipa::path(get, path = "/overview", tag = "status", responses((status = 200, body = Overview)))]
async fn get_overview(State(app): State<Shared>, actor: Actor) -> Result<Json<Overview>, Problem> {
    let company = app.store.company().await?;
    let zone = TimeZone::get(&company.time_zone).unwrap_or(TimeZone::UTC);
    let days = last_days(app.now(), &zone);
    let begins: Vec<Instant> = days.iter().map(|(begins, _)| *begins).collect();
    let (holds, deliveries) = (actor.may(Action::HoldsRead), actor.may(Action::DeliveriesRead));
    let yesterday = app.now().before(std::time::Duration::from_hours(24));
    let reach = actor.reach();
    let (orders, holds, traffic) = tokio::try_join!(
        app.store.orders_by_day(reach, &begins),
        async { if holds { app.store.hold_counts(reach).await } else { Ok(Vec::new()) } },
        async { if deliveries { app.store.traffic(reach, yesterday).await } else { Ok(Vec::new()) } },
    )?;
    Ok(Json(Overview {
        currency: company.currency,
        days: told(days.into_iter().map(|(_, day)| day), &orders),
        holds: holds.into_iter().map(OpenHolds::from).collect(),
        traffic: traffic.into_iter().map(TrafficView::from).collect(),
    }))
}

/// When each of the last days began, and its name; ascending.
fn last_days(now: Instant, zone: &TimeZone) -> Vec<(Instant, String)> {
    let now = Timestamp::from_microsecond(now.0).unwrap_or_default();
    let today = now.to_zoned(zone.clone()).date();
    let day = |back: i64| {
        let date = today.checked_sub(back.days()).ok()?;
        let begins = date.to_zoned(zone.clone()).ok()?.timestamp();
        Some((Instant(begins.as_microsecond()), date.to_string()))
    };
    (0..DAYS).rev().filter_map(day).collect()
}

/// The days with what was counted.
fn told(names: impl Iterator<Item = String>, counts: &[OrderCount]) -> Vec<Day> {
    let mut days: Vec<Day> = names.map(|day| Day { day, ..Day::default() }).collect();
    for counted in counts {
        let Some(day) = days.get_mut(counted.day) else { continue };
        *day.orders.entry(counted.state.clone()).or_default() += counted.count;
        let void = matches!(counted.state.as_str(), "rejected" | "cancelled");
        let (Some(currency), true, false) = (&counted.currency, counted.sale, void) else { continue };
        match day.sales.iter_mut().find(|sales| sales.currency == *currency) {
            Some(sales) => {
                sales.count += counted.count;
                sales.gross += counted.gross;
            }
            None => day.sales.push(Sales { currency: currency.clone(), count: counted.count, gross: counted.gross }),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_the_companys() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let days = last_days("2026-03-01T16:30:00Z".parse().unwrap(), &zone);
        assert_eq!(days.len(), 7);
        assert_eq!(days.last(), Some(&("2026-03-01T16:00:00Z".parse().unwrap(), "2026-03-02".to_owned())));
        assert_eq!(days[0].1, "2026-02-24");
        // The day on which clocks go forward has 23 hours.
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let days = last_days("2026-03-30T12:00:00Z".parse().unwrap(), &zone);
        assert_eq!(days[6].0.since(days[5].0), std::time::Duration::from_hours(23));
    }

    #[test]
    fn amounts_of_different_currencies_are_never_added() {
        let counted = |day, state: &str, currency: Option<&str>, sale, gross| OrderCount {
            day,
            state: state.into(),
            currency: currency.map(str::to_owned),
            sale,
            count: 2,
            gross,
        };
        let counts = [
            counted(1, "confirmed", Some("CNY"), true, 100),
            counted(1, "held", Some("CNY"), true, 10),
            counted(1, "held", Some("GBP"), true, 5),
            counted(1, "rejected", Some("CNY"), true, 1_000),
            counted(1, "confirmed", Some("CNY"), false, 1_000),
            counted(1, "received", None, true, 0),
        ];
        let days = told(["a".to_owned(), "b".to_owned()].into_iter(), &counts);
        assert!(days[0].orders.is_empty());
        assert_eq!((days[1].orders["held"], days[1].orders["confirmed"]), (4, 4));
        let sales: Vec<_> = days[1].sales.iter().map(|s| (s.currency.as_str(), s.count, s.gross)).collect();
        assert_eq!(sales, [("CNY", 4, 110), ("GBP", 2, 5)]);
    }
}

//! Handing an order in.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use mortise_domain::hold::Reason;
use mortise_domain::order::{Order, OrderState};
use mortise_domain::submission::Submission;
use mortise_domain::text::Text;
use mortise_pipeline::{Refused, Submitted};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::extract::{read, require_json};
use super::super::guard::Actor;
use super::super::problem::Problem;
use super::in_own_store;
use crate::app::Shared;

/// How long the answer waits for the judgement where the caller does not say.
const WAIT: Duration = Duration::from_secs(10);
/// Longest that a caller may ask for.
const LONGEST_WAIT: u64 = 60;

/// What became of a submission.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmittedOrder {
    /// The order's number.
    pub number: String,
    /// Where it is: `received` while it is being judged.
    pub state: OrderState,
    /// Was it handed in before under the same Idempotency-Key?
    pub repeat: bool,
    /// Priced and complete; null: not judged yet, or could not be priced.
    pub order: Option<Box<Order>>,
    /// What it waits for.
    pub holds: Vec<Reason>,
    /// Why it was rejected.
    pub rejection: Option<Text>,
    /// Marks that people see.
    pub flags: Vec<Text>,
}

/// Hands an order in. It is stored first and then judged; the answer waits for the judgement as long as `Prefer: wait=<seconds>`
/// says (10 s where it is missing, 60 s at most). A held or rejected order is no error: look at `state`.
#[utoipa::path(post, path = "/orders", tag = "orders", request_body = Submission,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and same content from the same caller: the same order, however often it is sent"),
        ("Prefer" = Option<String>, Header, description = "wait=<seconds>"),
    ),
    responses(
        (status = 201, description = "Judged", body = SubmittedOrder),
        (status = 200, description = "Was handed in before under the same Idempotency-Key", body = SubmittedOrder),
        (status = 202, description = "Stored; the judgement takes longer than the wait", body = SubmittedOrder),
    ))]
pub async fn submit_order(
    State(app): State<Shared>,
    actor: Actor,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, Problem> {
    require_json(&headers)?;
    let submission = read_submission(&body?)?;
    let key = idempotency_key(&headers)?;
    let wait = wait(&headers)?;
    in_own_store(&app, &actor, &submission.store).await?;
    let submitted = app.pipeline().submit(submission, key, actor.name(), wait).await.map_err(refusal)?;
    let status = match (submitted.state, submitted.repeat) {
        (OrderState::Received, _) => StatusCode::ACCEPTED,
        (_, true) => StatusCode::OK,
        (_, false) => StatusCode::CREATED,
    };
    let location =
        HeaderValue::try_from(format!("/api/v1/orders/{}", submitted.number)).map_err(|_| Problem::internal())?;
    let applied = HeaderValue::try_from(format!("wait={}", wait.as_secs())).map_err(|_| Problem::internal())?;
    let view = view(&app, &actor, submitted).await?;
    let headers = [(header::LOCATION, location), (HeaderName::from_static("preference-applied"), applied)];
    Ok((status, headers, Json(view)).into_response())
}

/// Reads a submission; whoever hands in a price is told where prices come from.
pub fn read_submission(body: &[u8]) -> Result<Submission, Problem> {
    read(body, |name| {
        let amounts =
            ["price", "unit_price", "amount", "discount", "tax", "tax_rate", "total", "net", "gross", "currency"];
        amounts.contains(&name).then_some(
            "is never handed in: prices, taxes and the currency come from the published price list and the store; leave it out",
        )
    })
}

/// The refusal of a submission or quote in the form of the API.
pub fn refusal(refused: Refused) -> Problem {
    match refused {
        Refused::Faults(faults) => Problem::invalid(faults),
        Refused::KeyReused => Problem::conflict("The Idempotency-Key was used before for an order with other content.")
            .remedy("Send the content of the first time, or a new key for a new order."),
        Refused::Busy => Problem::unavailable("More orders are being handed in than can be taken at the moment."),
        Refused::Store(error) => error.into(),
    }
}

async fn view(app: &Shared, actor: &Actor, submitted: Submitted) -> Result<SubmittedOrder, Problem> {
    let mut view = SubmittedOrder {
        number: submitted.number,
        state: submitted.state,
        repeat: submitted.repeat,
        order: None,
        holds: Vec::new(),
        rejection: None,
        flags: Vec::new(),
    };
    if let Some(judged) = submitted.judged {
        view.order = judged.order;
        view.holds = judged.holds;
        view.rejection = judged.rejection;
        view.flags = judged.evaluation.flags;
    } else if submitted.state != OrderState::Received
        && let Some(stored) = app.store.stored_order(submitted.id, actor.reach()).await?
    {
        let holds = app.store.holds(submitted.id).await?;
        view.state = stored.summary.state;
        view.order = stored.order.map(Box::new);
        view.holds = holds.into_iter().filter(|hold| hold.released_at.is_none()).map(|hold| hold.reason).collect();
        view.rejection = stored.reject_reason;
        view.flags = stored.evaluation.map(|evaluation| evaluation.flags).unwrap_or_default();
    }
    Ok(view)
}

/// The key of the header, if there is one.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    if key.trim().is_empty() || key.len() > 200 {
        return Err(Problem::field("Idempotency-Key", "must have 1 to 200 visible ASCII characters"));
    }
    Ok(Some(key.to_owned()))
}

/// The wait of `Prefer: wait=<seconds>`; preferences that are not known are passed over, as RFC 7240 asks.
fn wait(headers: &HeaderMap) -> Result<Duration, Problem> {
    for value in headers.get_all("prefer") {
        let Ok(text) = value.to_str() else { continue };
        for preference in text.split([',', ';']) {
            let Some((name, seconds)) = preference.split_once('=') else { continue };
            if name.trim().eq_ignore_ascii_case("wait") {
                let seconds: u64 = seconds
                    .trim()
                    .parse()
                    .map_err(|_| Problem::field("Prefer", "wait must be a whole number of seconds, such as wait=10"))?;
                return Ok(Duration::from_secs(seconds.min(LONGEST_WAIT)));
            }
        }
    }
    Ok(WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_read_among_other_preferences() {
        let wait = |text: &'static str| {
            wait(&HeaderMap::from_iter([(header::HeaderName::from_static("prefer"), HeaderValue::from_static(text))]))
                .map(|wait| wait.as_secs())
                .map_err(|problem| problem.status().as_u16())
        };
        assert_eq!(wait("respond-async, wait=0"), Ok(0));
        assert_eq!(wait("Wait = 900"), Ok(60));
        assert_eq!(wait("return=minimal"), Ok(10));
        assert_eq!(wait("wait=soon"), Err(422));
    }
}

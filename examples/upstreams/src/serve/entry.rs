//! What happens to a vendor's request: it is recorded, then answered, failed, or both.

use std::{sync::Arc, time::Duration};

use axum::{
    body::to_bytes,
    extract::{ConnectInfo, Request as HttpRequest, State},
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HOST},
    },
    response::{IntoResponse, Response},
};
use tokio::sync::oneshot;

use super::{BODY_LIMIT, Line};
use crate::{
    faults::Fault,
    message::{Reply, Request, Vendor},
    shared::{Arrival, Flight, Shared},
    world::rate_limited,
};

const GATEWAY_PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>";
const PROXY_WORDS: &str =
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination";

pub async fn entry(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: HttpRequest,
) -> Response {
    let Some(request) = read(request).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let arrival = shared.arrive(&request);
    let flight = Flight(Arc::clone(&shared), arrival.seq);
    if let Some(reply) = answer(&shared, flight, &arrival, request, &line).await {
        return reply.into_response();
    }
    line.cut();
    ().into_response()
}

/// None: the connection closes without an answer.
async fn answer(
    shared: &Arc<Shared>,
    flight: Flight,
    arrival: &Arrival,
    request: Request,
    line: &Line,
) -> Option<Reply> {
    let Some(plan) = arrival.plan else {
        return unhurried(shared, flight, *arrival, request).await;
    };
    let hang = Duration::from_millis(arrival.hang_ms);
    match plan.fault {
        Fault::TimeoutBeforeCommit => {
            tokio::time::sleep(hang).await;
            None
        }
        Fault::TimeoutAfterCommit => {
            shared.perform(arrival, &request, false);
            tokio::time::sleep(hang).await;
            None
        }
        Fault::LateCommit => {
            // Lives as long as this handler, and so as long as the client waits.
            let _client = commit_late(flight, *arrival, request);
            tokio::time::sleep(hang).await;
            line.cut();
            None
        }
        Fault::Drop => None,
        Fault::DropAfterCommit => {
            shared.perform(arrival, &request, false);
            None
        }
        Fault::Http500 | Fault::Http502Html => {
            if plan.committed && request.is_write() {
                shared.perform(arrival, &request, false);
            }
            let page = match plan.fault {
                Fault::Http500 => Reply::page(500, "Internal Server Error"),
                _ => Reply::page(502, GATEWAY_PAGE),
            };
            Some(shared.record(arrival, &request, page))
        }
        Fault::Http502LateCommit | Fault::Http503LateCommit => {
            let page = match plan.fault {
                Fault::Http502LateCommit => Reply::page(502, GATEWAY_PAGE),
                _ => Reply::page(503, PROXY_WORDS),
            };
            let page = shared.record(arrival, &request, page);
            // To the vendor behind the gateway the client is gone already.
            drop(commit_late(flight, *arrival, request));
            Some(page)
        }
        Fault::RateLimited => Some(shared.record(arrival, &request, rate_limited(request.vendor))),
        Fault::TokenExpired => {
            shared.expire_tokens(request.vendor);
            Some(shared.perform(arrival, &request, true))
        }
        Fault::BadJson => {
            let mut reply = shared.perform(arrival, &request, true);
            reply.body = reply.body.chars().take(reply.body.chars().count() / 2).collect();
            Some(reply)
        }
        Fault::Slow => {
            // A task of its own: the work is done even if the client does not wait for it.
            let (shared, arrival) = (Arc::clone(shared), *arrival);
            let work = tokio::spawn(async move {
                let _flight = flight;
                tokio::time::sleep(Duration::from_millis(arrival.slow_ms)).await;
                shared.perform(&arrival, &request, true)
            });
            work.await.ok()
        }
    }
}

/// An answer without a fault, at the pace of a real system: the work is done half-way through its latency.
async fn unhurried(shared: &Arc<Shared>, flight: Flight, arrival: Arrival, request: Request) -> Option<Reply> {
    if arrival.latency_ms == 0 {
        return Some(shared.perform(&arrival, &request, true));
    }
    let half = Duration::from_micros(arrival.latency_ms * 500);
    let shared = Arc::clone(shared);
    // A task of its own: the work is done even if the client does not wait for it.
    let work = tokio::spawn(async move {
        let _flight = flight;
        tokio::time::sleep(half).await;
        let reply = shared.perform(&arrival, &request, true);
        tokio::time::sleep(half).await;
        reply
    });
    work.await.ok()
}

/// Does the request some time after the returned sender is gone.
fn commit_late(flight: Flight, arrival: Arrival, request: Request) -> oneshot::Sender<()> {
    let (client, gone) = oneshot::channel();
    tokio::spawn(async move {
        // Ends with an error when the client's side is dropped; that is the signal.
        let _ = gone.await;
        tokio::time::sleep(Duration::from_millis(arrival.late_commit_ms)).await;
        flight.0.perform(&arrival, &request, false);
    });
    client
}

async fn read(request: HttpRequest) -> Option<Request> {
    let (head, body) = request.into_parts();
    let (vendor, rest) = head.uri.path().strip_prefix('/')?.split_once('/')?;
    let vendor = match vendor {
        "u8" => Vendor::U8,
        "amap" => Vendor::Amap,
        _ => Vendor::Wecom,
    };
    let header =
        |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned).unwrap_or_default();
    let raw_query = head.uri.query().unwrap_or_default().to_owned();
    Some(Request {
        vendor,
        method: head.method.to_string(),
        path: format!("/{rest}"),
        query: url::form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect(),
        raw_query,
        host: header(HOST),
        content_type: header(CONTENT_TYPE),
        body: to_bytes(body, BODY_LIMIT).await.ok()?,
    })
}

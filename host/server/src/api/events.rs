//! Live views as server-sent events: what happens to orders, deliveries, tickets and connections, and the story of one order.

use std::collections::HashSet;
use std::convert::Infallible;
use std::str::FromStr;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use mortise_domain::access::{Action, Reach};
use mortise_domain::ids::OrderId;
use mortise_domain::instant::Instant;
use mortise_domain::timeline::Entry;
use mortise_store::News;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Params, Segment};
use super::guard::Actor;
use super::problem::Problem;
use crate::app::Shared;
use crate::feed::{AT_ONCE, OVERLAP, Seat, Told, with_orders};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(watch)).routes(routes!(watch_order))
}

/// How long a view lives: whoever has lost the right to look loses the view within this time, and browsers come back by themselves.
const LIFE: u64 = 60;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WatchParams {
    /// After how many seconds the stream ends, 0 to 60; 0: after what is there already.
    #[param(minimum = 0, maximum = 60)]
    seconds: Option<u64>,
}

impl WatchParams {
    fn life(&self) -> Result<Duration, Problem> {
        match self.seconds {
            Some(seconds) if seconds > LIFE => Err(Problem::field("seconds", format!("must be from 0 to {LIFE}"))),
            seconds => Ok(Duration::from_secs(seconds.unwrap_or(LIFE))),
        }
    }
}

/// Something that happened. `event:` of the stream is what it happened to: `order`, `hold`, `delivery`, `ticket`, `connection`; or
/// `reset`: the view was too far behind, read everything again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Happened {
    /// What happened, such as `order.confirmed`, `delivery.failed`, `ticket.assigned`, `connection.paused`.
    pub event: String,
    /// When.
    pub at: Instant,
    /// Who did it.
    pub actor: String,
    /// Number of the order concerned.
    pub order: Option<String>,
    /// Where that order is by now.
    pub state: Option<String>,
    /// Name of the connection concerned.
    pub connection: Option<String>,
}

/// Place of an event: its instant in microseconds and its id.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: Instant,
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('.').ok_or(())?;
        id.parse::<i64>().map_err(drop)?;
        Ok(Self { at: Instant(at.parse().map_err(drop)?) })
    }
}

fn id_of(news: &News) -> String {
    format!("{}.{}", news.entry.at.0, news.id)
}

/// Where the view was, by `Last-Event-ID`.
fn place(headers: &HeaderMap) -> Result<Option<Place>, Problem> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let place = value.to_str().ok().and_then(|text| text.parse().ok());
    let message = "is no id of an event of this stream; leave the header out to begin anew";
    place.map(Some).ok_or_else(|| Problem::field("Last-Event-ID", message))
}

/// Where a view's events go, as long as it lives.
struct Sender {
    sender: mpsc::Sender<Result<Event, Infallible>>,
    end: tokio::time::Instant,
}

/// Of a view that lives so long. One that ends with what is there already has the longest time to read it.
fn sender(life: Duration) -> (Sender, mpsc::Receiver<Result<Event, Infallible>>) {
    let (sender, receiver) = mpsc::channel(64);
    let life = if life.is_zero() { Duration::from_secs(LIFE) } else { life };
    (Sender { sender, end: tokio::time::Instant::now() + life }, receiver)
}

impl Sender {
    /// None: the view has gone, or does not read although its time is over.
    async fn send(&self, event: Event) -> Option<()> {
        tokio::time::timeout_at(self.end, self.sender.send(Ok(event))).await.ok()?.ok()
    }

    /// The view has gone. Its seat is free at once: whoever looks at page after page has one view at a time.
    async fn gone(&self) {
        self.sender.closed().await;
    }
}

/// None: the server stops, or the work itself has come to that.
async fn during(app: &Shared, work: impl Future<Output = Option<()>>) -> Option<()> {
    tokio::select! {
        biased;
        () = app.feed.stop.cancelled() => None,
        done = work => done,
    }
}

fn seat(app: &Shared, actor: &Actor) -> Result<Seat, Problem> {
    app.feed.seat(actor.name()).ok_or_else(|| {
        let detail = "There are as many live views as one caller, or this node, may have.";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "There are too many live views", detail)
            .remedy("Close other views, or come back in a minute.")
            .retry_after(60)
    })
}

/// The stream of what a task sends.
fn answer(receiver: mpsc::Receiver<Result<Event, Infallible>>) -> impl IntoResponse {
    let mut receiver = receiver;
    let stream = futures::stream::poll_fn(move |cx| receiver.poll_recv(cx));
    let headers = [(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"))];
    (headers, Sse::new(stream).keep_alive(KeepAlive::default()))
}

fn hello() -> Event {
    Event::default().retry(Duration::from_secs(1)).comment("welcome")
}

fn reset() -> Event {
    Event::default().event("reset").data("{}")
}

/// What happens from now on, as server-sent events; with `Last-Event-ID`, what has happened since then too. Around a reconnection an
/// event may come twice: it has the same id. A stream ends after a minute at most; browsers come back by themselves.
#[utoipa::path(get, path = "/events", tag = "events",
    params(WatchParams, ("Last-Event-ID" = Option<String>, Header, description = "Id of the last event that was seen")),
    responses((status = 200, description = "A stream; the data of each event", body = Happened, content_type = "text/event-stream")))]
async fn watch(
    State(app): State<Shared>,
    actor: Actor,
    headers: HeaderMap,
    Params(params): Params<WatchParams>,
) -> Result<impl IntoResponse, Problem> {
    let (life, place) = (params.life()?, place(&headers)?);
    let seat = seat(&app, &actor)?;
    let mut told = app.feed.listen(app.now());
    let (sender, receiver) = sender(life);
    tokio::spawn(async move {
        let _until_the_end = seat;
        let over = tokio::time::sleep(life);
        tokio::pin!(over);
        let began = async {
            sender.send(hello()).await?;
            catch_up(&app, &actor, place, &sender).await
        };
        if during(&app, began).await.is_none() {
            return;
        }
        loop {
            let event = tokio::select! {
                biased;
                () = app.feed.stop.cancelled() => return,
                () = &mut over => return,
                () = sender.gone() => return,
                told = told.recv() => match told {
                    Ok(told) => shown(&told, &actor),
                    Err(RecvError::Lagged(_)) => Some(reset()),
                    Err(RecvError::Closed) => return,
                },
            };
            if let Some(event) = event
                && during(&app, sender.send(event)).await.is_none()
            {
                return;
            }
        }
    });
    Ok(answer(receiver))
}

/// What happened while the view was away. None: it has gone again.
async fn catch_up(app: &Shared, actor: &Actor, place: Option<Place>, sender: &Sender) -> Option<()> {
    let Some(Place { at }) = place else { return Some(()) };
    let missed = async {
        let news = app.store.news(at.before(OVERLAP), AT_ONCE).await?;
        if news.len() >= AT_ONCE as usize { Ok(None) } else { with_orders(app, news).await.map(Some) }
    };
    let events: Vec<Event> = match missed.await {
        Ok(Some(missed)) => missed.iter().filter_map(|told| shown(told, actor)).collect(),
        Ok(None) => vec![reset()],
        Err(error) => {
            tracing::warn!(%error, "a live view could not be told what it missed");
            vec![reset()]
        }
    };
    for event in events {
        sender.send(event).await?;
    }
    Some(())
}

/// The event, as far as the actor may see it.
fn shown(told: &Told, actor: &Actor) -> Option<Event> {
    let Told { news, order } = told;
    let topic = news.entry.event.split('.').next().unwrap_or_default();
    let allowed = match news.kind.as_str() {
        "order" => {
            let order = order.as_ref()?;
            let may = match topic {
                "ticket" => actor.may(Action::TicketsRead),
                "delivery" => actor.may(Action::DeliveriesRead),
                _ => true,
            };
            may && actor.reach().covers(&order.store, &order.region)
        }
        "connection" => *actor.reach() == Reach::All && actor.may(Action::ConnectionsRead),
        // The story of the order tells of its tickets too.
        _ => false,
    };
    let happened = Happened {
        event: news.entry.event.clone(),
        at: news.entry.at,
        actor: news.entry.actor.clone(),
        order: order.as_ref().map(|order| order.number.clone()),
        state: order.as_ref().map(|order| order.state.clone()),
        connection: (news.kind == "connection").then(|| news.subject.clone()),
    };
    let event = Event::default().id(id_of(news)).event(topic);
    if allowed { event.json_data(happened).ok() } else { None }
}

/// The story of one order as it is written, from its beginning or from `Last-Event-ID` on. Each event is an entry of the story.
#[utoipa::path(get, path = "/orders/{number}/events", tag = "events",
    params(("number" = String, Path, description = "The order's number"), WatchParams,
        ("Last-Event-ID" = Option<String>, Header, description = "Id of the last event that was seen")),
    responses((status = 200, description = "A stream; the data of each event", body = Entry, content_type = "text/event-stream")))]
async fn watch_order(
    State(app): State<Shared>,
    actor: Actor,
    Segment(number): Segment<String>,
    headers: HeaderMap,
    Params(params): Params<WatchParams>,
) -> Result<impl IntoResponse, Problem> {
    let (life, place) = (params.life()?, place(&headers)?);
    let order = super::orders::find(&app, &actor, &number).await?.summary.id;
    let seat = seat(&app, &actor)?;
    let mut told = app.feed.listen(app.now());
    let (sender, receiver) = sender(life);
    tokio::spawn(async move {
        let _until_the_end = seat;
        let over = tokio::time::sleep(life);
        tokio::pin!(over);
        let from = place.map_or(Instant(i64::MIN), |place| place.at.before(OVERLAP));
        let mut story = Story { order, from, sent: HashSet::new() };
        if during(&app, sender.send(hello())).await.is_none() {
            return;
        }
        loop {
            if during(&app, story.send(&app, &sender)).await.is_none() {
                return;
            }
            loop {
                tokio::select! {
                    biased;
                    () = app.feed.stop.cancelled() => return,
                    () = &mut over => return,
                    () = sender.gone() => return,
                    told = told.recv() => match told {
                        Ok(told) if !story.concerns(&told) => {}
                        Err(RecvError::Closed) => return,
                        Ok(_) | Err(RecvError::Lagged(_)) => break,
                    },
                }
            }
        }
    });
    Ok(answer(receiver))
}

/// A story as far as it was sent.
struct Story {
    order: OrderId,
    from: Instant,
    sent: HashSet<i64>,
}

impl Story {
    fn concerns(&self, told: &Told) -> bool {
        told.news.kind == "order" && told.news.subject == self.order.to_string()
    }

    /// Sends what is new. None: the view has gone.
    async fn send(&mut self, app: &Shared, sender: &Sender) -> Option<()> {
        let news = match app.store.order_news(self.order, self.from).await {
            Ok(news) => news,
            Err(error) => {
                tracing::warn!(%error, "a story could not be told");
                return None;
            }
        };
        for news in news {
            if !self.sent.insert(news.id) {
                continue;
            }
            self.from = self.from.max(news.entry.at.before(OVERLAP));
            let event = Event::default().id(id_of(&news)).event("entry").json_data(&news.entry).ok()?;
            sender.send(event).await?;
        }
        Some(())
    }
}

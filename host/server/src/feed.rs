//! What live views are told: entries of all stories, on whichever node they were written. One reader for all views of this node,
//! and only while somebody looks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_store::{News, OrderAtGlance};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Shared};

/// How often the store is asked.
const LOOK: Duration = Duration::from_millis(300);
/// How much earlier than the last entry one may still appear: clocks of nodes differ, and commits take their time.
pub const OVERLAP: Duration = Duration::from_secs(2);
/// Entries that are read at once.
pub const AT_ONCE: u32 = 1_000;
/// Views of one caller, and of all.
const VIEWS_OF_ONE: usize = 16;
const VIEWS: usize = 1_000;
/// What a view may be behind before it is told to read everything again.
const BEHIND: usize = 2_048;

/// An entry with what views need to tell it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The entry.
    pub news: News,
    /// Of an order's entry: the order.
    pub order: Option<OrderAtGlance>,
}

/// Where views listen.
#[derive(Debug)]
pub struct Feed {
    sender: broadcast::Sender<Arc<Told>>,
    /// Since when somebody listens without a pause; none: nobody does.
    since: Mutex<Option<Instant>>,
    seats: Arc<Mutex<HashMap<String, usize>>>,
    /// Cancelled: views end.
    pub stop: CancellationToken,
}

impl Feed {
    /// Nothing is told yet; see [`run`].
    pub fn new(stop: CancellationToken) -> Self {
        Self { sender: broadcast::Sender::new(BEHIND), since: Mutex::default(), seats: Arc::default(), stop }
    }

    /// What is told from now on, whenever the store is asked first.
    pub fn listen(&self, now: Instant) -> broadcast::Receiver<Arc<Told>> {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        since.get_or_insert(now);
        self.sender.subscribe()
    }

    /// Since when somebody listens; none: nobody does, and whoever begins to is told what comes from then on.
    fn since(&self) -> Option<Instant> {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if self.sender.receiver_count() == 0 {
            *since = None;
        }
        *since
    }

    /// A place for a view of this caller; none: they, or all together, have as many as they may.
    pub fn seat(&self, caller: &str) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let own = seats.get(caller).copied().unwrap_or_default();
        if own >= VIEWS_OF_ONE || seats.values().sum::<usize>() >= VIEWS {
            return None;
        }
        seats.insert(caller.to_owned(), own + 1);
        Some(Seat { seats: Arc::clone(&self.seats), caller: caller.to_owned() })
    }
}

/// The place of a view; it is free again when this is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Mutex<HashMap<String, usize>>>,
    caller: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = seats.get_mut(&self.caller) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                seats.remove(&self.caller);
            }
        }
    }
}

/// What was told lately.
struct Window {
    from: Instant,
    seen: HashMap<i64, Instant>,
}

/// Reads until the feed stops.
pub async fn run(app: Shared) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut window = None;
    loop {
        tokio::select! {
            () = app.feed.stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let Some(since) = app.feed.since() else {
            window = None;
            continue;
        };
        if let Err(error) = look(&app, &mut window, since).await {
            tracing::warn!(%error, "live views could not be told what happened; tried again");
        }
    }
}

async fn look(app: &App, window: &mut Option<Window>, since: Instant) -> Result<(), StoreError> {
    let first = window.is_none();
    let window = window.get_or_insert_with(|| Window { from: since, seen: HashMap::new() });
    let mut fresh = window.read(app).await?;
    window.turn(app.now());
    if first {
        // What was there before anybody listened is no news.
        fresh.retain(|news| news.entry.at >= since);
    }
    for told in with_orders(app, fresh).await? {
        // Nobody listens any more: that is seen at the next look.
        drop(app.feed.sender.send(Arc::new(told)));
    }
    Ok(())
}

impl Window {
    async fn read(&mut self, app: &App) -> Result<Vec<News>, StoreError> {
        let mut since = self.from.before(OVERLAP);
        let mut fresh = Vec::new();
        loop {
            let rows = app.store.news(since, AT_ONCE).await?;
            let last = rows.last().map(|news| news.entry.at);
            let full = rows.len() >= AT_ONCE as usize;
            for news in rows {
                if self.seen.insert(news.id, news.entry.at).is_none() {
                    fresh.push(news);
                }
            }
            match last {
                // More entries of one instant than are read at once cannot be; should they, the rest is left out.
                Some(last) if full => since = if last > since { last } else { Instant(last.0 + 1) },
                _ => return Ok(fresh),
            }
        }
    }

    /// Forgets what will not be read again. A clock that is ahead does not hide what other nodes write.
    fn turn(&mut self, now: Instant) {
        let newest = self.seen.values().copied().max().unwrap_or(self.from);
        self.from = newest.min(now).max(self.from);
        let since = self.from.before(OVERLAP);
        self.seen.retain(|_, at| *at >= since);
    }
}

/// Adds what views need to know of the orders concerned.
pub async fn with_orders(app: &App, news: Vec<News>) -> Result<Vec<Told>, StoreError> {
    let id = |news: &News| if news.kind == "order" { news.subject.parse::<i64>().ok() } else { None };
    let mut ids: Vec<i64> = news.iter().filter_map(id).collect();
    ids.sort_unstable();
    ids.dedup();
    let orders = if ids.is_empty() { HashMap::new() } else { app.store.at_glance(&ids).await? };
    let told = |news: News| Told { order: id(&news).and_then(|id| orders.get(&id).cloned()), news };
    Ok(news.into_iter().map(told).collect())
}

//! What has changed at the upstreams: each connection that keeps orders or goods is asked again and again, by one node at a time.

use std::sync::Arc;
use std::time::Duration;

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::connection::{Connection, RouteKey};
use mortise_domain::erp::ChangePage;
use mortise_domain::failure::Failure;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Poll, Returns};
use mortise_domain::text::Text;
use tokio_util::sync::CancellationToken;

use crate::calls::{Calls, nonsense};
use crate::figures;

/// Changes that are asked for at once.
const PAGE: u32 = 100;
/// Pages of one turn; what is left comes with the next, soon.
const PAGES: u32 = 20;
/// How soon an upstream is asked on that has more to tell.
const SOON: Duration = Duration::from_secs(5);
/// How often it is looked whether somebody is to be asked.
const LOOK: Duration = Duration::from_secs(2);
/// When a plugin is asked again that cannot tell changes.
const CANNOT: Duration = Duration::from_hours(1);

pub(crate) struct Poller {
    pub returns: Arc<dyn Returns>,
    pub calls: Arc<Calls>,
    pub lease_margin: Duration,
}

impl Poller {
    /// Asks until the token is cancelled.
    pub async fn run(&self, shutdown: &CancellationToken) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            if let Err(error) = self.ask_due(shutdown).await {
                tracing::warn!(%error, "changes at the upstreams could not be asked for; tried again");
            }
        }
    }

    /// Asks every upstream whose time has come. Answers how many pages were read.
    pub async fn ask_due(&self, shutdown: &CancellationToken) -> Result<usize, StoreError> {
        let mut pages = 0;
        for interface in [Interface::Erp, Interface::Inventory] {
            for connection in self.calls.plugins.serving(interface, RouteKey::default()) {
                if shutdown.is_cancelled() {
                    return Ok(pages);
                }
                let resting = self.calls.plugins.paused(&connection.name).is_some();
                if connection.poll_seconds == 0 || resting {
                    continue;
                }
                pages += self.ask(&connection, interface).await?;
            }
        }
        Ok(pages)
    }

    async fn ask(&self, connection: &Connection, interface: Interface) -> Result<usize, StoreError> {
        let every = Duration::from_secs(connection.poll_seconds);
        let lease = connection.limits.deadline() * PAGES + self.lease_margin;
        let now = self.calls.clock.now();
        let claimed =
            self.returns.claim_poll(&connection.name, interface, now, now.after(lease), now.after(every)).await?;
        let Some(mut poll) = claimed else { return Ok(0) };
        let trace = self.calls.trace();
        for page in 1..=PAGES {
            let asked = self.calls.ask(connection, request(&poll), trace, read).await;
            let now = self.calls.clock.now();
            let changes = match asked.result {
                Ok(changes) => changes,
                Err(failure) => {
                    let due_at = if failure.is_passing() { asked.again_at } else { now.after(CANNOT.max(every)) };
                    self.returns.poll_failed(&poll, &failure, due_at, now).await?;
                    return Ok(page as usize);
                }
            };
            let last = !changes.more || page == PAGES;
            let due_at = match (last, changes.more) {
                (true, true) => now.after(SOON.min(every)),
                (true, false) => now.after(every),
                (false, _) => now.after(lease),
            };
            let moved = match self.returns.keep_changes(&poll, &changes, due_at, now).await {
                Ok(moved) => moved,
                Err(error @ StoreError::Unavailable(_)) => return Err(error),
                Err(error) => {
                    // People see it at the connection, and the others get their turn.
                    tracing::error!(connection = poll.connection, %error, "what an upstream told could not be kept");
                    let reason = Text::new(
                        format!("上游返回的变更无法保存：{error}"),
                        format!("what the upstream told could not be kept: {error}"),
                    );
                    let failure = Failure::Unavailable { after_ms: None, reason };
                    self.returns.poll_failed(&poll, &failure, now.after(CANNOT.max(every)), now).await?;
                    return Ok(page as usize);
                }
            };
            for (number, state) in moved {
                tracing::debug!(number, state = state.name(), "an order went on");
                figures::order(state.name());
            }
            if last {
                return Ok(page as usize);
            }
            poll.cursor = Some(changes.cursor);
        }
        Ok(PAGES as usize)
    }
}

fn request(poll: &Poll) -> Request {
    let (since, limit) = (poll.cursor.clone(), PAGE);
    match poll.interface {
        Interface::Inventory => Request::InventoryChanges { since, limit },
        _ => Request::ErpChanges { since, limit },
    }
}

fn read(answer: Answer) -> Result<ChangePage, Failure> {
    match answer {
        Answer::Changes(page) => Ok(page),
        _ => Err(nonsense("changes")),
    }
}

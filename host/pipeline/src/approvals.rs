//! Approvals over time: who is asked when a hold is opened, and what their timers do.

use mortise_domain::access::Rights;
use mortise_domain::approval::{Approval, Approver, Decider, DueTimer, EVENT, Ring, Scene, TimerWork};
use mortise_domain::call::Interface;
use mortise_domain::confirmation::message;
use mortise_domain::connection::{Connection, RouteKey};
use mortise_domain::decimal::Decimal;
use mortise_domain::delivery::NewDelivery;
use mortise_domain::exchange::Exchange;
use mortise_domain::hold::Reason;
use mortise_domain::instant::Instant;
use mortise_domain::money::minor_digits;
use mortise_domain::order::Order;
use mortise_domain::ports::StoreError;
use mortise_domain::text::Text;
use mortise_domain::user::User;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::pipeline::{Inner, Pipeline};

/// Most timers that are worked in one go.
const DUE: u32 = 64;
/// Most people who are written to about one step; a role that more have is written to as a whole.
const PEOPLE: usize = 20;

impl Inner {
    /// Says of each reason who must agree, by the routes in force. `order`: priced.
    pub(crate) fn put_terms(&self, reasons: &mut [Reason], order: Option<&Order>, store: &str) {
        let gross = order.and_then(|order| self.company_gross(order));
        let scene = Scene {
            gross,
            store: order.map_or(store, |order| &order.store),
            region: order.map_or("", |order| &order.region),
        };
        for reason in reasons {
            reason.approval = self.routes.terms(reason, scene);
        }
    }

    fn company_gross(&self, order: &Order) -> Option<Decimal> {
        let exchange = Exchange { company: &self.company.currency, order: &order.currency, rate: order.exchange_rate };
        let gross = exchange.to_company(order.totals.gross).ok()?;
        Decimal::new(gross, minor_digits(&self.company.currency)).ok()
    }
}

impl Pipeline {
    /// Works due timers until the token is cancelled.
    pub(crate) async fn watch_approvals(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            match self.ring_due_now().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "timers of approvals could not be worked; tried again"),
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.0.approvals_due.notified() => {}
                () = tokio::time::sleep(self.0.config.longest_sleep()) => {}
            }
        }
    }

    /// Works what is due now. Answers how many this worker worked.
    pub(crate) async fn ring_due_now(&self) -> Result<usize, StoreError> {
        let now = self.0.calls.clock.now();
        let due = self.0.approvals.due_timers(now, DUE).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let users = self.0.approvals.approvers().await?;
        let mut worked = 0;
        for timer in due {
            let work = self.0.work(&timer, &users, now);
            let told = !work.deliveries.is_empty();
            if self.0.approvals.work_timer(&work).await? {
                worked += 1;
                if told {
                    self.0.courier.wake();
                }
            }
        }
        Ok(worked)
    }
}

impl Inner {
    fn work(&self, timer: &DueTimer, users: &[User], now: Instant) -> TimerWork {
        let approval = &timer.approval;
        let ring = timer.ring(now);
        let deliveries = ring.as_ref().map(|ring| self.messages(timer, ring, users)).unwrap_or_default();
        let Ring { turn, timers, story, .. } =
            ring.unwrap_or(Ring { turn: None, timers: Vec::new(), message: None, story: Vec::new() });
        TimerWork { timer: timer.id, approval: approval.id, step: timer.step, turn, timers, deliveries, story, at: now }
    }

    /// One message for each person who is asked, by each notifier that lists the event by name. Where nobody is known who could be
    /// asked, or too many are, one message for all, whose link wants a sign-in.
    fn messages(&self, timer: &DueTimer, ring: &Ring, users: &[User]) -> Vec<NewDelivery> {
        let (Some((kind, asked)), approval) = (&ring.message, &timer.approval) else { return Vec::new() };
        let key = RouteKey { store: &approval.store, region: &approval.region, warehouse: "", level: "" };
        let notifiers = self.calls.plugins.serving(Interface::Notifier, key);
        let listed = notifiers.iter().filter(|connection| connection.events.iter().any(|event| event == EVENT));
        let due_at = ring
            .turn
            .map_or_else(|| approval.step(timer.step).map_or(Instant::NEVER, |step| step.due_at), |turn| turn.due_at);
        let mut people: Vec<Option<&str>> = asked_people(approval, asked, users).map(Some).collect();
        if people.is_empty() || people.len() > PEOPLE {
            people = vec![None];
        }
        let letter = |connection: &Connection, person: Option<&str>| {
            let mut detail = self.particulars(approval, timer.step, due_at);
            if let Some(person) = person {
                detail["person"] = person.into();
            }
            let mut told = message(&approval.order_number, &connection.name, kind, detail);
            // The timer's id: each of its letters is one event, whoever works it.
            told.key = format!("{}/{}/{}", told.key, timer.id, person.unwrap_or("all"));
            told
        };
        listed
            .flat_map(|connection| people.iter().map(|person| letter(connection, *person)).collect::<Vec<_>>())
            .collect()
    }

    fn particulars(&self, approval: &Approval, step: u32, due_at: Instant) -> Value {
        let title = &approval.terms.title;
        let route = Text::new(format!("审批流程：{}", title.zh), format!("approval route: {}", title.en));
        json!({
            "approval": approval.id, "step": step, "expires_at": due_at, "reasons": [approval.reason, route],
            "due": due_at.minute_in(&self.zone),
        })
    }
}

/// Names of those who are asked, without whoever handed the order in or has corrected it.
fn asked_people<'a>(approval: &'a Approval, asked: &'a [Approver], users: &'a [User]) -> impl Iterator<Item = &'a str> {
    users.iter().filter_map(|user| {
        let (actor, rights) = (user.actor(), Rights::of(user));
        let decider = Decider { actor: &actor, person: &actor, rights: &rights };
        let is_asked = asked.iter().any(|approver| approver.is(&decider, &approval.store, &approval.region));
        (is_asked && !approval.authors.contains(&actor)).then_some(user.name.as_str())
    })
}

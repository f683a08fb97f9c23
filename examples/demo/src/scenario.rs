//! Orders made for the purpose: one for each rule, and one for each way in which an order may have to wait. They have customers,
//! items and references of their own, so that the file's figures stay the file's.

mod cases;
mod found;
pub mod props;
mod race;

use std::time::Duration;

use anyhow::ensure;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::addresses::{Address, Places};
use crate::host::{Api, patiently};
use crate::screen::Screen;

pub use found::Found;

/// How long one order may take to be judged, however often the upstreams fail.
const PATIENCE: Duration = Duration::from_mins(4);

/// What a scenario showed.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub name: &'static str,
    pub expected: &'static str,
    pub actual: String,
    pub ok: bool,
    /// Numbers of its orders.
    pub numbers: Vec<String>,
}

impl Outcome {
    pub fn json(&self) -> Value {
        json!({ "name": self.name, "expected": self.expected, "actual": self.actual, "ok": self.ok, "orders": self.numbers })
    }
}

/// Where the scenarios play.
#[derive(Debug)]
pub struct Stage<'a> {
    pub api: &'a Api,
    /// An address that the map knows to the point.
    pub place: Value,
    /// One that it knows only vaguely.
    pub vague: Value,
}

impl<'a> Stage<'a> {
    /// Looks for an address that is precise enough, by quotes.
    pub async fn find(api: &'a Api, places: &Places) -> anyhow::Result<Self> {
        let city = places.readable().next().map(|address| address.city.clone()).unwrap_or_default();
        let vague = json!({ "text": "人民路与解放路路口附近", "city": city, "country": "CN", "contact": "scenario" });
        let made_up =
            json!({ "text": format!("{city}人民路100号"), "city": city, "country": "CN", "contact": "scenario" });
        let known = places.readable().take(50).map(Address::ship_to);
        let stage = |place| Stage { api, place, vague: vague.clone() };
        for place in known.chain([made_up.clone()]) {
            let stage = stage(place);
            let quote = stage.quote(&stage.order("PLACE", "AMOUNT", &[(props::CUPS[0], 1)])).await?;
            if quote.pointer("/located/best/level").and_then(Value::as_str) == Some("point") {
                return Ok(stage);
            }
        }
        Ok(stage(made_up))
    }

    /// An order of a scenario's customer.
    fn order(&self, reference: &str, customer: &str, lines: &[(&str, i64)]) -> Value {
        let lines: Vec<Value> =
            lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity.to_string() })).collect();
        json!({
            "reference": format!("{}{reference}", props::PREFIX), "customer": format!("{}{customer}", props::PREFIX),
            "store": crate::addresses::STORES[0], "ship_to": self.place, "lines": lines,
        })
    }

    async fn quote(&self, order: &Value) -> anyhow::Result<Value> {
        self.api.change(Method::POST, "/quotes", order).await
    }

    /// Hands an order in and waits until it is judged and no plugin is waited for.
    async fn submit(&self, order: &Value) -> anyhow::Result<Found> {
        let key = format!("scenario-{}", order["reference"].as_str().unwrap_or_default());
        let send = || self.api.request(Method::POST, "/orders").header("idempotency-key", &key).json(order);
        let reply = patiently(send).await?;
        ensure!(reply.is_success(), "the host refuses {key}: {}", reply.problem());
        self.judged(reply.body["number"].as_str().unwrap_or_default()).await
    }

    async fn judged(&self, number: &str) -> anyhow::Result<Found> {
        self.until(number, |found| found.state() != "received" && !found.waits_for_a_plugin()).await
    }

    /// The order once it is so; as it is, when that takes too long.
    async fn until(&self, number: &str, so: impl Fn(&Found) -> bool) -> anyhow::Result<Found> {
        let begun = Instant::now();
        loop {
            let found = Found(self.api.get(&format!("/orders/{number}")).await?);
            if so(&found) || begun.elapsed() > PATIENCE {
                return Ok(found);
            }
            sleep(Duration::from_millis(200)).await;
        }
    }
}

/// Plays all of them.
pub async fn play(stage: &Stage<'_>, screen: &Screen) -> Vec<Outcome> {
    let step = screen.step("Play the scenarios");
    let mut outcomes = vec![
        outcome(
            "amount",
            "held: above 50,000 it needs the authorisation; confirmed once it is attached and reviewed",
            cases::amount(stage).await,
        ),
        outcome(
            "duplicate",
            "the second order within 24 h with the same items is held for review, the first is confirmed",
            cases::duplicate(stage).await,
        ),
        outcome("custom-item", "confirmed, and flagged with the production schedule", cases::custom(stage).await),
        outcome("vague-place", "held with the candidates shown", cases::vague(stage).await),
        outcome("short-stock", "held; the order check offers a substitute that is there", cases::short(stage).await),
        outcome("credit", "held: above the credit limit", cases::credit(stage).await),
    ];
    step.note("50 callers for the last 10 pieces");
    outcomes.push(outcome(
        "last-pieces",
        "of 50 orders at the same time for the last 10 pieces exactly 10 are confirmed, 40 held",
        race::last_pieces(stage).await,
    ));
    let good = outcomes.iter().filter(|outcome| outcome.ok).count();
    step.done(&format!("{good} of {} as expected", outcomes.len()));
    outcomes
}

/// What a case found out: in words, as expected or not, about which orders.
type Case = anyhow::Result<(String, bool, Vec<String>)>;

fn outcome(name: &'static str, expected: &'static str, case: Case) -> Outcome {
    let (actual, ok, numbers) = case.unwrap_or_else(|error| (format!("{error:#}"), false, Vec::new()));
    Outcome { name, expected, actual, ok, numbers }
}

/// All of them at the same time.
async fn submit_all(stage: &Stage<'_>, orders: &[Value]) -> anyhow::Result<Vec<Found>> {
    join_all(orders.iter().map(|order| stage.submit(order))).await.into_iter().collect()
}

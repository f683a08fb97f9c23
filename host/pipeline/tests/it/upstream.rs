//! The outside world: plugins and their upstreams. They look up before they write on a later attempt, as the contract asks, and
//! write blindly on the first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use mortise_domain::call::{Answer, CallContext, CallRecord, Called, Exchange, Interface, Request};
use mortise_domain::connection::{Connection, RouteKey};
use mortise_domain::decimal::Decimal;
use mortise_domain::erp::Document;
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::inventory::StockLevel;
use mortise_domain::notification::{Message, Receipt};
use mortise_domain::place::{Candidate, Division, Level, Located};
use mortise_domain::policy::{Facts, Verdict};
use mortise_domain::ports::clock::Clock;
use mortise_domain::ports::plugins::Plugins;
use mortise_domain::pricing::{LinePrice, PriceRequest, PriceStep, Priced};
use mortise_domain::text::Text;

use crate::life::{Life, StandingClock};

/// How the next call of a connection goes.
#[derive(Debug, Clone)]
pub enum Behaviour {
    /// Nothing reaches the upstream.
    Fails(Failure),
    /// The upstream answers, and the plugin makes this of it. Nothing takes effect.
    Refuses(Failure),
    /// It takes effect after this time; the answer is lost.
    Lost(Duration),
    /// It takes effect; half of the answer is missing.
    Garbled,
}

/// Something that came into being at an upstream.
#[derive(Debug, Clone)]
pub struct Effect {
    /// Such as `order/SO-00000001`.
    pub what: String,
    pub at: Instant,
}

#[derive(Default)]
pub struct State {
    pub connections: Vec<(Interface, Arc<Connection>)>,
    pub behaviours: HashMap<String, VecDeque<Behaviour>>,
    /// Connections, or single functions of them such as `wms/push-pick`, that fail until they are taken out.
    pub down: HashMap<String, Failure>,
    pub effects: Vec<Effect>,
    pub messages: Vec<Message>,
    pub stock: HashMap<(String, String), i64>,
    pub level: Option<Level>,
    pub verdicts: Vec<Verdict>,
    pub judged: Vec<Facts>,
    pub calls: Vec<(String, &'static str, CallContext)>,
}

pub struct Outside {
    pub state: Mutex<State>,
    pub clock: Arc<StandingClock>,
}

impl Outside {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn connect(&self, interface: Interface, settings: serde_json::Value) {
        let mut settings = settings;
        settings["plugin"] = "".into();
        let connection: Connection = serde_json::from_value(settings).unwrap();
        let mut state = self.lock();
        state.connections.retain(|(_, known)| known.name != connection.name);
        state.connections.push((interface, Arc::new(connection)));
        state.connections.sort_by_key(|(_, one)| one.routing.priority);
    }

    pub fn disconnect(&self, name: &str) {
        self.lock().connections.retain(|(_, known)| known.name != name);
    }

    pub fn behave(&self, connection: &str, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.lock().behaviours.entry(connection.to_owned()).or_default().extend(behaviours);
    }

    pub fn down(&self, connection: &str) {
        let failure = Failure::Unavailable { after_ms: None, reason: Text::new("离线", "offline") };
        self.lock().down.insert(connection.to_owned(), failure);
    }

    pub fn up(&self, connection: &str) {
        self.lock().down.remove(connection);
    }

    pub fn count(&self, what: &str) -> usize {
        self.lock().effects.iter().filter(|effect| effect.what == what).count()
    }

    pub fn calls_of(&self, connection: &str) -> usize {
        self.lock().calls.iter().filter(|(name, _, _)| name == connection).count()
    }

    pub fn calls_to(&self, connection: &str, function: &str) -> usize {
        self.lock().calls.iter().filter(|(name, called, _)| name == connection && *called == function).count()
    }
}

/// A node's view of the plugins.
pub struct Node {
    pub outside: Arc<Outside>,
    pub life: Arc<Life>,
}

#[async_trait]
impl Plugins for Node {
    fn serving(&self, interface: Interface, key: RouteKey<'_>) -> Vec<Arc<Connection>> {
        let state = self.outside.lock();
        let serves = |(has, one): &&(Interface, Arc<Connection>)| *has == interface && one.routing.serves(key);
        state.connections.iter().filter(serves).map(|(_, one)| Arc::clone(one)).collect()
    }

    fn connection(&self, name: &str) -> Option<Arc<Connection>> {
        self.outside.lock().connections.iter().find(|(_, one)| one.name == name).map(|(_, one)| Arc::clone(one))
    }

    async fn call(&self, connection: &str, request: Request, context: CallContext) -> Called {
        let now = self.outside.clock.now();
        self.life.touch(|| self.outside.lock().call(connection, request, context, now)).await
    }
}

impl State {
    fn call(&mut self, connection: &str, request: Request, context: CallContext, now: Instant) -> Called {
        let attempt = context.attempt;
        self.calls.push((connection.to_owned(), request.function(), context));
        let mut record = CallRecord { micros: 100, ..CallRecord::default() };
        let function = format!("{connection}/{}", request.function());
        if let Some(failure) = self.down.get(connection).or_else(|| self.down.get(&function)) {
            return Called { result: Err(failure.clone()), record };
        }
        let behaviour = self.behaviours.get_mut(connection).and_then(VecDeque::pop_front);
        if let Some(Behaviour::Fails(failure)) = behaviour {
            return Called { result: Err(failure), record };
        }
        record.exchanges.push(exchange(now));
        let lost = match behaviour {
            Some(Behaviour::Refuses(failure)) => return Called { result: Err(failure), record },
            Some(Behaviour::Lost(delay)) => Some(delay),
            _ => None,
        };
        let at = now.after(lost.unwrap_or_default());
        let result = self.answer(connection, request, attempt, (now, at));
        if lost.is_some() {
            record.unknown_outcome = true;
            record.exchanges[0].status = None;
        }
        if matches!(behaviour, Some(Behaviour::Lost(_) | Behaviour::Garbled)) {
            return Called { result: Err(Failure::Retry { after_ms: None, reason: Text::default() }), record };
        }
        Called { result, record }
    }

    fn answer(
        &mut self,
        connection: &str,
        request: Request,
        attempt: u32,
        (now, at): (Instant, Instant),
    ) -> Result<Answer, Failure> {
        let mut write = |what: String| {
            let known = self.effects.iter().position(|one| one.what == what && one.at <= now).filter(|_| attempt > 1);
            if let Some(known) = known {
                return Err(Failure::Duplicate { external_id: format!("doc-{known}") });
            }
            self.effects.push(Effect { what, at });
            let external_id = format!("doc-{}", self.effects.len() - 1);
            Ok(Answer::Document(Document { external_id, attributes: Vec::new() }))
        };
        match request {
            Request::PushOrder { order } => write(format!("order/{}", order.number)),
            Request::PushReceivable { receivable } => {
                assert!(receivable.order_document.starts_with("doc-"), "the receivable knows the order's document");
                write(format!("receivable/{}", receivable.order))
            }
            Request::PushPick { task } => {
                assert!(task.order_document.is_some(), "picks wait for the ERP");
                let written = write(format!("pick/{}", task.key))?;
                for item in &task.items {
                    let place = (task.warehouse.clone(), item.sku.clone());
                    *self.stock.get_mut(&place).unwrap() -= item.quantity.to_micros().unwrap() / 1_000_000;
                }
                Ok(written)
            }
            Request::CancelOrder { external_id, .. } => write(format!("cancel/{external_id}")),
            Request::FindOrder { number } => {
                let what = format!("order/{number}");
                let known = self.effects.iter().position(|one| one.what == what && one.at <= now);
                let document = |at| Document { external_id: format!("doc-{at}"), attributes: Vec::new() };
                Ok(Answer::Found(known.map(document)))
            }
            Request::Send { message } => {
                self.messages.push(message);
                Ok(Answer::Sent(Receipt { external_id: None, refused: Vec::new(), attributes: Vec::new() }))
            }
            Request::Stock { queries } => {
                let asked = |(warehouse, sku): &(String, String)| {
                    queries
                        .iter()
                        .any(|one| one.sku == *sku && (one.warehouses.is_empty() || one.warehouses.contains(warehouse)))
                };
                let level = |((warehouse, sku), units): (&(String, String), &i64)| StockLevel {
                    warehouse: warehouse.clone(),
                    sku: sku.clone(),
                    on_hand: Decimal::whole(*units),
                    available: Decimal::whole(*units),
                    as_of: now,
                    attributes: Vec::new(),
                };
                Ok(Answer::Stock(self.stock.iter().filter(|(place, _)| asked(place)).map(level).collect()))
            }
            Request::Locate { query } => Ok(Answer::Located(Box::new(located(&query.text, self.level)))),
            Request::Price { request } => price(connection, &request).map(Answer::Priced),
            Request::Judge { facts } => {
                self.judged.push(*facts);
                Ok(Answer::Verdicts(self.verdicts.clone()))
            }
            other => panic!("nobody asks {}", other.function()),
        }
    }
}

fn exchange(at: Instant) -> Exchange {
    Exchange {
        at,
        method: "POST".into(),
        url: "https://upstream.example/".into(),
        request_headers: Vec::new(),
        request_body: String::new(),
        status: Some(200),
        response_headers: Vec::new(),
        response_body: String::new(),
        error: None,
        micros: 100,
    }
}

fn located(text: &str, level: Option<Level>) -> Located {
    let candidate = |formatted: &str, level| Candidate {
        formatted: formatted.to_owned(),
        level,
        point: serde_json::from_str(r#"{ "longitude": 121.5, "latitude": 31.2, "system": "gcj02" }"#).ok(),
        division: Division::default(),
    };
    Located {
        best: candidate(text, level.unwrap_or(Level::Point)),
        candidates: vec![candidate("Road 1, house 5", Level::Point)],
        attributes: Vec::new(),
    }
}

/// 10 each; `list-price` is the base, any other strategy takes one off what was proposed.
fn price(connection: &str, request: &PriceRequest) -> Result<Priced, Failure> {
    let mut lines = Vec::new();
    for (at, line) in request.lines.iter().enumerate() {
        if line.sku == "NOPRICE" {
            let reason = Text::new("没有价格", "has no price");
            return Err(Failure::Invalid { field: format!("lines[{at}].sku"), reason });
        }
        let step = |kind: &str, amount| PriceStep {
            kind: kind.into(),
            reason: Text::same(kind),
            amount: Decimal::whole(amount),
            source: "standard/1".into(),
        };
        let mut explanation = line.proposed.as_ref().map(|price| price.explanation.clone()).unwrap_or_default();
        explanation.push(if connection == "list-price" { step("base", 10) } else { step("promotion", -1) });
        let unit_price = explanation.iter().fold(Decimal::ZERO, |sum, step| sum.plus(step.amount).unwrap());
        lines.push(LinePrice {
            number: line.number,
            unit_price,
            tax_rate: "0.13".parse().unwrap(),
            tax_inclusive: true,
            explanation,
        });
    }
    Ok(Priced { lines, version: format!("{connection}/1") })
}

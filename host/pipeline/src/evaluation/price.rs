//! Price: the chain of strategies, each seeing what the one before it found.

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::connection::{Connection, FailureMode};
use mortise_domain::draft::{price_request, propose};
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::order::Order;
use mortise_domain::pricing::{PriceRequest, Priced};
use mortise_domain::reasons;
use mortise_domain::text::Text;
use serde_json::json;

use super::{Evaluator, Notes};
use crate::calls::{Asked, nonsense};

impl Evaluator<'_> {
    /// Prices of all lines, or none and why.
    pub(super) async fn price(&self) -> (Option<Priced>, Notes) {
        let mut notes = Notes::default();
        let chain = self.inner.calls.plugins.serving(Interface::Pricing, self.key());
        if chain.is_empty() {
            self.inner.no_connection(&mut notes, Interface::Pricing, None);
        }
        let mut found: Option<Priced> = None;
        for connection in &chain {
            let mut request = price_request(self.draft);
            if let Some(priced) = &found {
                propose(&mut request, &priced.lines);
            }
            let asked = self.ask_price(connection, request, &mut notes).await;
            match asked.result {
                Ok(priced) => {
                    let earlier = found.map(|priced| priced.version + " + ").unwrap_or_default();
                    found = Some(Priced { version: earlier + &priced.version, ..priced });
                }
                Err(failure) if !failure.is_passing() => {
                    notes.reject(naming_line(&failure, self.draft));
                    return (None, notes);
                }
                Err(failure) if connection.failure_mode == FailureMode::Degrade && found.is_some() => {
                    let (name, why) = (&connection.name, failure.text());
                    notes.flag(
                        format!("定价策略 {name} 未参与：{}", why.zh),
                        format!("the pricing strategy {name} was skipped: {}", why.en),
                    );
                }
                Err(failure) => {
                    let reason = reasons::unavailable("price", &connection.name, &failure);
                    notes.wait(reason, asked.again_at);
                    return (None, notes);
                }
            }
        }
        (found, notes)
    }

    async fn ask_price(&self, connection: &Connection, request: PriceRequest, notes: &mut Notes) -> Asked<Priced> {
        let read = |answer| {
            let Answer::Priced(priced) = answer else { return Err(nonsense("price")) };
            match priced.check_lines(self.draft.lines.iter().map(|line| line.number)) {
                Ok(()) => Ok(priced),
                Err(fault) => Err(Failure::Broken { kind: Breakage::Answer, reason: Text::same(fault.to_string()) }),
            }
        };
        let asked = self.inner.calls.ask(connection, Request::Price { request }, self.trace, read).await;
        let answer = |priced: &Priced| json!({ "version": priced.version, "lines": priced.lines.len() });
        notes.record("price", &connection.name, &asked.record, asked.result.as_ref().map(answer));
        asked
    }
}

/// The reason of a refusal, with the line and item that its field points at.
fn naming_line(failure: &Failure, order: &Order) -> Text {
    let Failure::Invalid { field, reason } = failure else { return failure.text() };
    let index = field.strip_prefix("lines[").and_then(|rest| rest.split(']').next()).and_then(|text| text.parse().ok());
    let Some(line) = index.and_then(|index: usize| order.lines.get(index)) else { return failure.text() };
    Text::new(
        format!("第 {} 行商品 {}：{}", line.number, line.sku, reason.zh),
        format!("line {}, item {}: {}", line.number, line.sku, reason.en),
    )
}

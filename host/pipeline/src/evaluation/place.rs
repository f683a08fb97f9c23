//! Place: where the goods go. The next geocoder is asked only where one fails.

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::connection::FailureMode;
use mortise_domain::order::{Order, OrderKind};
use mortise_domain::place::{Level, Located, PlaceQuery};
use mortise_domain::reasons;
use serde_json::json;

use super::{Evaluator, Findings, Notes};
use crate::calls::nonsense;

impl Evaluator<'_> {
    /// Where the address is. Goods that come back go nowhere.
    pub(super) async fn place(&self) -> (Option<Located>, Notes) {
        let mut notes = Notes::default();
        if self.draft.kind == OrderKind::Return {
            return (None, notes);
        }
        let now = self.inner.calls.clock.now();
        if let Some(located) = self.case.id.and_then(|order| self.inner.places.of(order, &self.draft.ship_to, now)) {
            return found(located, notes);
        }
        let geocoders = self.inner.calls.plugins.serving(Interface::Geocoder, self.key());
        if geocoders.is_empty() {
            self.inner.no_connection(&mut notes, Interface::Geocoder, None);
            return (None, notes);
        }
        // The first that is down decides what happens if no other one answers.
        let mut down = None;
        for connection in &geocoders {
            let request = Request::Locate { query: self.query() };
            let read = |answer| match answer {
                Answer::Located(located) => Ok(*located),
                _ => Err(nonsense("locate")),
            };
            let asked = self.inner.calls.ask(connection, request, self.trace, read).await;
            let brief = |found: &Located| json!({ "level": found.best.level, "candidates": found.candidates.len() });
            notes.record("place", &connection.name, &asked.record, asked.result.as_ref().map(brief));
            match asked.result {
                Ok(located) => return found(located, notes),
                Err(failure) if failure.is_passing() => {
                    down.get_or_insert((connection, failure, asked.again_at));
                }
                Err(_) => {}
            }
        }
        match down {
            None => notes.hold(reasons::place_vague(None)),
            Some((connection, failure, _)) if connection.failure_mode == FailureMode::Degrade => {
                let (name, why) = (&connection.name, failure.text());
                notes.flag(
                    format!("地址未经地图核实：{name} {}", why.zh),
                    format!("the address was not checked on the map: {name}: {}", why.en),
                );
            }
            Some((connection, failure, again_at)) => {
                notes.wait(reasons::unavailable("place", &connection.name, &failure), again_at);
            }
        }
        (None, notes)
    }

    fn query(&self) -> PlaceQuery {
        let address = &self.draft.ship_to;
        PlaceQuery {
            text: address.text.clone(),
            city: address.city.clone(),
            country: address.country.clone(),
            attributes: address.attributes.clone(),
        }
    }
}

fn found(located: Located, mut notes: Notes) -> (Option<Located>, Notes) {
    if located.best.level != Level::Point {
        notes.hold(reasons::place_vague(Some(&located)));
    }
    (Some(located), notes)
}

impl Findings {
    /// Tells the order its point: the map's, where it is precise or a person has waved the place through. A point that the
    /// submitter brought along is kept only where nothing better is known.
    pub(super) fn put_place(&self, order: &mut Order, waived: &[String]) {
        let Some(located) = &self.evaluation.located else { return };
        let good_enough = located.best.level == Level::Point || waived.iter().any(|code| code == reasons::PLACE_VAGUE);
        if good_enough && located.best.point.is_some() {
            order.ship_to.point = located.best.point;
        }
    }
}

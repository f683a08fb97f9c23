//! Place: where the goods go. The next geocoder is asked only where one fails.

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::connection::FailureMode;
use mortise_domain::failure::Failure;
use mortise_domain::order::{Order, OrderKind};
use mortise_domain::place::{Level, Located, PlaceQuery};
use mortise_domain::reasons;
use serde_json::json;

use super::notes::nonsense;
use super::{Evaluator, Findings, Notes};

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
            let called = self.inner.calls.ask(connection, request, self.trace).await;
            let located = match called.result {
                Ok(Answer::Located(located)) => Ok(*located),
                Ok(_) | Err(Failure::Duplicate { .. }) => Err(nonsense("locate")),
                Err(failure) => Err(failure),
            };
            let brief = |found: &Located| json!({ "level": found.best.level, "candidates": found.candidates.len() });
            notes.record("place", &connection.name, &called.record, located.as_ref().map(brief));
            match located {
                Ok(located) => return found(located, notes),
                Err(failure) if failure.is_passing() => {
                    down.get_or_insert((connection, failure));
                }
                Err(_) => {}
            }
        }
        match down {
            None => notes.hold(reasons::place_vague(None)),
            Some((connection, failure)) if connection.failure_mode == FailureMode::Degrade => {
                let (name, why) = (&connection.name, failure.text());
                notes.flag(
                    format!("地址未经地图核实：{name} {}", why.zh),
                    format!("the address was not checked on the map: {name}: {}", why.en),
                );
            }
            Some((connection, failure)) => {
                let reason = reasons::unavailable("place", &connection.name, &failure);
                notes.wait(reason, self.again_at(connection, &failure));
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

//! Addresses on the map.

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::place::{Candidate, Division, Level, Located, PlaceQuery};
use wasmtime::Store;
use wasmtime::component::Instance;

use super::imports::types::Point;
use super::interface::functions;
use super::types::{point, read_point};
use super::wit::exports::mortise::plugin::geocoder as wit;
use crate::adapter::Fault;
use crate::adapter::check::{Checked, attributes, id, list, text};
use crate::state::State;

functions!(Interface::Geocoder, "mortise:plugin/geocoder@1.0.0" {
    locate = "locate" (&wit::Query) -> wit::Located;
    reverse = "reverse" (Point) -> wit::Located;
});

fn query(value: PlaceQuery) -> wit::Query {
    wit::Query { text: value.text, city: value.city, country: value.country, attributes: value.attributes }
}

fn read_candidate(value: wit::Candidate) -> Checked<Candidate> {
    let level = match value.level {
        wit::Level::Point => Level::Point,
        wit::Level::Road => Level::Road,
        wit::Level::Area => Level::Area,
        wit::Level::None => Level::None,
    };
    Ok(Candidate {
        formatted: text("formatted", value.formatted)?,
        level,
        point: value.point.map(|point| read_point("point", point)).transpose()?,
        division: Division {
            province: id("division.province", value.division.province)?,
            city: id("division.city", value.division.city)?,
            district: id("division.district", value.division.district)?,
            code: id("division.code", value.division.code)?,
        },
    })
}

pub(super) fn read_located(value: wit::Located) -> Checked<Located> {
    Ok(Located {
        best: read_candidate(value.best)?,
        candidates: list("candidates", value.candidates, read_candidate)?,
        attributes: attributes("attributes", value.attributes)?,
    })
}

impl Functions {
    pub(super) async fn answer(
        &self,
        store: &mut Store<State>,
        instance: &Instance,
        request: Request,
    ) -> Result<Answer, Fault> {
        let located = match request {
            Request::Locate { query: asked } => self.locate(store, instance, (&query(asked),)).await?,
            Request::Reverse { point: asked } => self.reverse(store, instance, (point(asked),)).await?,
            _ => return Err(Fault::Missing),
        };
        Ok(Answer::Located(Box::new(read_located(located)?)))
    }
}

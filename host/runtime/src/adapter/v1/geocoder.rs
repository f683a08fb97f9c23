//! Addresses on the map.

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::place::PlaceQuery;
use wasmtime::Store;
use wasmtime::component::Instance;

use super::imports::types::{Located, Point};
use super::interface::functions;
use super::place::{point, read_located};
use super::wit::exports::mortise::plugin::geocoder as wit;
use crate::adapter::Fault;
use crate::state::State;

functions!(Interface::Geocoder, "mortise:plugin/geocoder@1.0.0" {
    locate = "locate" (&wit::Query) -> Located;
    reverse = "reverse" (Point) -> Located;
});

fn query(value: PlaceQuery) -> wit::Query {
    wit::Query { text: value.text, city: value.city, country: value.country, attributes: value.attributes }
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

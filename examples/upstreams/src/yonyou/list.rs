//! Which documents does a list show?

use super::{
    Kind, Yonyou,
    document::{Document, Fields, text},
    master,
};
use crate::message::Request;

impl Yonyou {
    pub fn rows(&self, kind: Kind, request: &Request) -> Vec<Fields> {
        self.of(kind)
            .filter(|document| matches(document, request))
            .map(|document| document.row(master::name_of(&self.master.customers, &document.customer)))
            .collect()
    }
}

fn matches(document: &Document, request: &Request) -> bool {
    let equal = |name: &str, value: &str| request.arg(name).is_empty() || request.arg(name) == value;
    let own_fields = request
        .query
        .iter()
        .filter(|(name, value)| name.starts_with("define") && !value.is_empty())
        .all(|(name, value)| text(&document.header, name) == *value);
    let customer = document.kind.customer_fields().iter().all(|name| equal(name, &document.customer));
    own_fields
        && customer
        && equal("state", document.state.name())
        && equal("vouchtype", &text(&document.header, "vouchtype"))
        && equal(document.kind.code_field(), &document.code)
        && within(&document.code, request, "code")
        && within(&document.code, request, "vouchcode")
        && within(&document.date, request, "date")
        && within(&document.date, request, "vouchdate")
}

/// Between `name_begin` and `name_end`, both included, either open.
pub fn within(value: &str, request: &Request, name: &str) -> bool {
    let (begin, end) = (request.arg(&format!("{name}_begin")), request.arg(&format!("{name}_end")));
    (begin.is_empty() || value >= begin) && (end.is_empty() || value <= end)
}

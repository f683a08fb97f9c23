//! Yonyou U8 behind its open platform: tokens, one-time ids, documents, stock.

mod api;
mod auth;
mod consignment;
mod document;
mod life;
mod list;
mod master;
mod receivable;
mod refusal;
mod saleorder;
mod view;
mod write;

use std::collections::BTreeMap;

pub use document::{Document, Kind};
pub use life::{Payment, Shipment};
pub use refusal::rate_limited;
use serde::{Deserialize, Serialize};

use crate::{limiter::Limiter, message::Request};

/// What U8 knows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Yonyou {
    /// Token and when it ends (ms).
    tokens: BTreeMap<String, i64>,
    /// One-time id and whether it is used up.
    trades: BTreeMap<String, bool>,
    /// `kind/biz_id` and the document's code.
    biz_ids: BTreeMap<String, String>,
    tasks: BTreeMap<String, write::Task>,
    documents: BTreeMap<Kind, BTreeMap<String, Document>>,
    master: master::Master,
    limiter: Limiter,
    /// Counts ids of every kind.
    issued: u64,
    replays: u64,
}

impl Yonyou {
    pub fn expire_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Writes answered with the first document's id.
    pub fn replays(&self) -> u64 {
        self.replays
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Document> {
        self.documents.get(&kind).into_iter().flat_map(BTreeMap::values)
    }

    fn find(&self, kind: Kind, code: &str) -> Option<&Document> {
        self.documents.get(&kind)?.get(code)
    }

    fn find_mut(&mut self, kind: Kind, code: &str) -> Option<&mut Document> {
        self.documents.get_mut(&kind)?.get_mut(code)
    }
}

/// Writes are verbs of `/api/`; reads are `get`, `batch_get` and everything of `/system/`.
pub fn is_write(request: &Request) -> bool {
    request
        .path
        .strip_prefix("/api/")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(_, verb)| api::is_write(verb))
}

//! In which ways can a vendor fail, and when does it?

mod plan;

pub use plan::{Plan, Planner};

use serde::{Deserialize, Serialize};

use crate::message::{Request, Vendor};

/// A way to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing is done, nothing is answered; the connection closes after `hang_ms`.
    TimeoutBeforeCommit,
    /// Done at once, but nothing is answered.
    TimeoutAfterCommit,
    /// Nothing is answered; done `late_commit_ms` after the client is gone, perhaps after its look-up.
    LateCommit,
    /// The connection closes at once, nothing is done.
    Drop,
    /// Done, then the connection closes at once.
    DropAfterCommit,
    #[serde(rename = "http_500")]
    Http500,
    /// The page of a gateway.
    #[serde(rename = "http_502_html")]
    Http502Html,
    /// The page of a gateway that lost patience; the vendor behind it is done `late_commit_ms` later.
    #[serde(rename = "http_502_late_commit")]
    Http502LateCommit,
    /// The words of a proxy that lost its connection to the vendor after the request had gone there; done `late_commit_ms` later.
    #[serde(rename = "http_503_late_commit")]
    Http503LateCommit,
    /// The vendor's own code for too many requests.
    RateLimited,
    /// The vendor forgets its tokens, and answers as it then does.
    TokenExpired,
    /// Done, but half of the answer is missing.
    BadJson,
    /// Done, after a while.
    Slow,
}

pub const ALL: [Fault; 13] = [
    Fault::TimeoutBeforeCommit,
    Fault::TimeoutAfterCommit,
    Fault::LateCommit,
    Fault::Drop,
    Fault::DropAfterCommit,
    Fault::Http500,
    Fault::Http502Html,
    Fault::Http502LateCommit,
    Fault::Http503LateCommit,
    Fault::RateLimited,
    Fault::TokenExpired,
    Fault::BadJson,
    Fault::Slow,
];

impl Fault {
    /// A read has no commit to be late with, and a call without a token none that could expire.
    pub fn applies_to(self, request: &Request) -> bool {
        match self {
            Self::TimeoutAfterCommit
            | Self::LateCommit
            | Self::DropAfterCommit
            | Self::Http502LateCommit
            | Self::Http503LateCommit => request.is_write(),
            Self::TokenExpired => request.carries_token(),
            _ => true,
        }
    }
}

/// Fails the requests that match, `times` times or at a `rate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `u8`, `amap` or `wecom`; none: all.
    #[serde(default)]
    pub vendor: Option<Vendor>,
    /// Part of the path, such as `saleorder/add`; empty: every path.
    #[serde(default, rename = "match")]
    pub path: String,
    pub fault: Fault,
    /// How often; 1 where neither this nor `rate` is given.
    #[serde(default)]
    pub times: Option<u64>,
    /// Share of the matching requests, for ever (or until `times` is used up).
    #[serde(default)]
    pub rate: Option<f64>,
    /// So many matching requests pass first.
    #[serde(default)]
    pub skip: u64,
    /// Delay instead of the settings' `slow_ms`, `hang_ms` or `late_commit_ms`.
    #[serde(default)]
    pub ms: Option<u64>,
    /// For `http_500` and `http_502_html`: the request was done all the same.
    #[serde(default)]
    pub committed: bool,
}

impl Rule {
    /// Fails the next matching request once.
    pub fn once(fault: Fault, path: &str) -> Self {
        let path = path.to_owned();
        Self { vendor: None, path, fault, times: Some(1), rate: None, skip: 0, ms: None, committed: false }
    }
}

/// Fails a share of all requests, in all ways that apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chaos {
    /// 0 switches it off.
    pub rate: f64,
    #[serde(default = "one")]
    pub seed: u64,
    /// Only these; empty: all.
    #[serde(default)]
    pub kinds: Vec<Fault>,
    /// Only these; empty: all.
    #[serde(default)]
    pub vendors: Vec<Vendor>,
}

fn one() -> u64 {
    1
}

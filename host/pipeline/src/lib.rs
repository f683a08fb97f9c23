//! Work: what happens to an order over time.
//!
//! An order goes through [`submission`](Pipeline::submit) (checked, stored, judged inline up to the caller's wait), `evaluation`
//! (one file per step), `decision` (what follows, written in one transaction) and `delivery` (what is to be done at the
//! connections). `pending` judges orders whose submitter died or whose hold looks again. Plugins are called with no transaction
//! open; what is written together is gathered by `batch`, so that concurrent orders share one commit.

mod approvals;
mod batch;
mod calls;
mod config;
mod decision;
mod delivery;
mod evaluation;
mod figures;
pub mod leads;
mod pending;
mod pipeline;
mod polling;
mod quote;
mod submission;
mod writes;

pub use calls::Failing;
pub use config::{Config, ConfigError};
pub use decision::Judged;
pub use evaluation::{MOST_RECENT, RECENT, past_facts};
pub use figures::Tallies;
pub use pipeline::{Parts, Pipeline};
pub use quote::{Quote, StockFigure};
pub use submission::{Refused, Submitted};

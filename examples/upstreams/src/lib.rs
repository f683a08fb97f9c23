//! U8, AMap and WeCom simulated as one program: they answer as the real ones answer and fail as the real ones fail.
//!
//! ```no_run
//! # async fn example() -> Result<(), mortise_upstreams::StartError> {
//! let upstreams = mortise_upstreams::Upstreams::start(mortise_upstreams::Config::default()).await?;
//! let erp = upstreams.u8_url(); // give it to the connector
//! # let _ = erp; Ok(()) }
//! ```
//! The endpoints, the faults and the control interface are listed in the crate's README.

mod amap;
mod clock;
mod control;
mod counters;
mod decimal;
mod dice;
mod faults;
mod journal;
mod limiter;
mod message;
mod serve;
mod settings;
mod shared;
mod start;
mod state_file;
mod wecom;
mod world;
mod yonyou;

pub use faults::{Chaos, Fault, Rule};
pub use settings::Settings;
pub use start::{Config, StartError, Upstreams};

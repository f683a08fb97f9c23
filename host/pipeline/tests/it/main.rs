//! The pipeline against ports in memory: what it decides, what it survives, and that nothing is done twice.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod approvals;
mod claims;
mod crash;
mod delivery;
mod doubt;
mod evaluation;
mod failures;
mod life;
mod memory;
mod messages;
mod rate;
mod submission;
mod unprepared;
mod upstream;
mod world;

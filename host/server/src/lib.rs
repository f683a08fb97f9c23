//! Doors: HTTP API, command line, wiring.
pub mod api {
    pub mod extract;
    pub mod problem;
}
pub mod clock;
pub mod config;
pub mod folder;
pub mod listen;
pub mod logging;
pub mod metrics;

//! Doors: HTTP API, command line, wiring.
//!
//! [`start`] joins the parts to a running server; [`api`] has its doors, one file per noun; [`cli`] is the command line.

pub mod access;
pub mod api;
pub mod app;
pub mod callers;
pub mod calls;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connections;
pub mod console;
pub mod feed;
pub mod files;
pub mod folder;
pub mod form_gate;
pub mod invites;
pub mod keys;
pub mod lead_imports;
pub mod links;
pub mod listen;
pub mod logging;
pub mod metrics;
pub mod pages;
pub mod passwords;
pub mod probe;
pub mod rules;
pub mod start;
pub mod strangers;
pub mod tokens;
pub mod upkeep;
pub mod work;

pub use config::Config;
pub use start::{Outside, Running, start, start_in};

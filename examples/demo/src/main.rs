//! The demo: sets everything up on a fresh machine, sends real orders through sandboxed plugins to simulated upstreams, and
//! counts from outside what arrived. See README.md.

mod addresses;
mod args;
mod artifacts;
mod catalog;
mod chance;
mod child;
mod connect;
mod decimal;
mod folder;
mod host;
mod kill;
mod load;
mod orders;
mod report;
mod reset;
mod run;
mod scenario;
mod screen;
mod seed;
mod settle;
mod submission;
mod summary;
mod upstreams;

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    let screen = screen::Screen::new();
    match run::run(args::Args::parse(), &screen).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            screen.say(&format!("\nThe demo stopped: {error:#}"));
            ExitCode::from(2)
        }
    }
}

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
mod play;
mod record;
mod report;
mod reset;
mod run;
mod scenario;
mod scene;
mod screen;
mod seed;
mod settle;
mod stop;
mod submission;
mod summary;
mod upstreams;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let screen = screen::Screen::new();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            screen.complain(&format!("The demo cannot start: {error}"));
            return ExitCode::from(2);
        }
    };
    let code = match runtime.block_on(run::run(args, &screen)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            screen.complain(&format!("\nThe demo stopped: {error:#}"));
            ExitCode::from(2)
        }
    };
    // A build of plugins on a thread of its own cannot be broken off; nobody waits for it.
    runtime.shutdown_background();
    code
}

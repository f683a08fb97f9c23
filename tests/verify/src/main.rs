//! `cargo verify`: all checks of the project, with all set-up. What is missing on a Debian machine is installed when root;
//! otherwise the exact command is shown. `cargo verify quick` leaves out the slow ones (release build, demo runs).
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program speaks on its terminal")]

mod interactive;
mod setup;
mod steps;

use std::process::ExitCode;
use std::time::Instant;

use steps::Step;

fn main() -> ExitCode {
    let quick = std::env::args().any(|argument| argument == "quick");
    let began = Instant::now();
    if let Err(message) = setup::prepare() {
        eprintln!("verify: {message}");
        return ExitCode::FAILURE;
    }
    let steps: Vec<Step> = steps::all().into_iter().filter(|step| !quick || !step.slow).collect();
    for (at, step) in steps.iter().enumerate() {
        println!("\n── {} of {}: {} ──", at + 1, steps.len(), step.title);
        let started = Instant::now();
        if let Err(message) = step.run() {
            eprintln!("verify: {} failed after {:.0?}: {message}", step.title, started.elapsed());
            return ExitCode::FAILURE;
        }
        println!("   {} is fine ({:.0?})", step.title, started.elapsed());
    }
    println!("\nAll {} checks passed in {:.0?}.", steps.len(), began.elapsed());
    ExitCode::SUCCESS
}

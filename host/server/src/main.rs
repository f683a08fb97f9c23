//! The binary `mortise`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    match mortise::cli::Cli::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "mortise: {error:#}");
            ExitCode::FAILURE
        }
    }
}

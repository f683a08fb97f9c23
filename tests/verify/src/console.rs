//! The web console: types, lints, unit tests, and a real browser on a real host with simulated upstreams.

use std::path::Path;
use std::process::Command;

use crate::setup;

const FOLDER: &str = "host/console";
/// Plugins that the browser installs.
const PLUGINS: [&str; 5] = ["tiered-pricing", "order-rules", "u8", "amap", "wecom"];

/// What needs no host: generated types fit, no lint complains, pure functions do what they say, no text is missing in a language.
pub fn check() -> Result<(), String> {
    install()?;
    for script in ["check", "lint", "test"] {
        run(Command::new("npm").args(["run", "--silent", script]).current_dir(FOLDER))?;
    }
    Ok(())
}

/// The console in Chromium: every page, and the day's work from an empty installation to a delivered order.
pub fn browse() -> Result<(), String> {
    install()?;
    // The console must be there: without it nothing is tested.
    // With a test among them: only then cargo counts in what tests depend on, and the libraries are those of the tests.
    let build = ["build", "-p", "mortise", "-p", "mortise-upstreams", "--bins", "--test", "it"];
    run(Command::new("cargo").args(build).env("MORTISE_CONSOLE", "require"))?;
    let target = std::path::absolute(setup::steps_target()).map_err(|error| error.to_string())?;
    let program = target.join("debug/mortise");
    run(Command::new(program).args(["plugin", "build"]).args(PLUGINS.map(|name| format!("plugins/{name}"))))?;
    run(Command::new("npm").args(["run", "--silent", "browser"]).current_dir(FOLDER).env("CARGO_TARGET_DIR", target))
}

/// npm's packages, as the lock names them.
fn install() -> Result<(), String> {
    let changed = |path: &str| std::fs::metadata(Path::new(FOLDER).join(path)).and_then(|data| data.modified()).ok();
    if changed("node_modules/.package-lock.json")
        .is_some_and(|at| changed("package-lock.json").is_some_and(|lock| at >= lock))
    {
        return Ok(());
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    run(Command::new("npm").args(arguments).current_dir(FOLDER))
        .map_err(|error| format!("{error}; npm comes with Node.js 20.19 or newer"))
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?} does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}

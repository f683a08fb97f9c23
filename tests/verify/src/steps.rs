//! The checks, in the order in which they are quickest to fail.

use std::process::Command;

use crate::{console, interactive};

/// One check.
pub struct Step {
    /// For the terminal.
    pub title: &'static str,
    /// Left out by `cargo verify quick`.
    pub slow: bool,
    action: Action,
}

enum Action {
    /// Cargo with these arguments.
    Cargo(&'static [&'static str]),
    /// Something that looks closer.
    Check(fn() -> Result<(), String>),
}

/// The check that needs a browser.
pub const BROWSER: &str = "console in a browser";

/// All checks.
pub fn all() -> Vec<Step> {
    let step = |title, slow, arguments| Step { title, slow, action: Action::Cargo(arguments) };
    vec![
        step("formatting", false, &["fmt", "--all", "--check"][..]),
        step(
            "licences, bans and sources",
            false,
            &["deny", "--log-level", "error", "check", "bans", "licenses", "sources"][..],
        ),
        step("lints", false, &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"][..]),
        Step { title: "console: types, lints, texts", slow: false, action: Action::Check(console::check) },
        step("tests", false, &["test", "--workspace", "--no-fail-fast"][..]),
        Step { title: BROWSER, slow: false, action: Action::Check(console::browse) },
        step("release build", true, &["build", "--release"][..]),
        step("demo, quiet", true, &["demo", "--", "--headless", "--report", "target/verify/calm.json"][..]),
        step(
            "demo, with faults and kills",
            true,
            &["demo", "--", "--headless", "--faults", "0.3", "--kill", "5", "--report", "target/verify/rough.json"][..],
        ),
        Step { title: "demo, looked on at and ended by Ctrl-C", slow: true, action: Action::Check(interactive::check) },
    ]
}

impl Step {
    /// Is it this command of Cargo?
    pub fn is_cargo(&self, command: &str) -> bool {
        matches!(self.action, Action::Cargo([first, ..]) if *first == command)
    }

    /// Runs it; its output goes to the terminal.
    pub fn run(&self) -> Result<(), String> {
        match self.action {
            Action::Cargo(arguments) => cargo(arguments),
            Action::Check(check) => check(),
        }
    }
}

fn cargo(arguments: &[&str]) -> Result<(), String> {
    let tools = crate::setup::steps_target().join("tools/bin");
    let tools = std::path::absolute(tools).map_err(|error| error.to_string())?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(tools).chain(std::env::split_paths(&path)))
        .map_err(|error| error.to_string())?;
    let status = Command::new("cargo")
        .args(arguments)
        .env("PATH", path)
        .status()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} ended with {status}", arguments.join(" "))) }
}

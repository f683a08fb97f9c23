//! `cargo verify`: all checks of the project, with all set-up. What is missing on a Debian machine is installed when root;
//! otherwise the exact command is shown. `cargo verify quick` leaves out the slow ones (release build, demo runs); any other word
//! names the checks to run by a part of their titles: `cargo verify demo`, `cargo verify browser`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program speaks on its terminal")]

mod console;
mod interactive;
mod setup;
mod steps;

use std::process::ExitCode;
use std::time::Instant;

use steps::Step;

fn main() -> ExitCode {
    let (modes, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word == "quick");
    if words.iter().any(|word| matches!(word.as_str(), "help" | "-h" | "--help")) {
        println!("{}", usage());
        return ExitCode::SUCCESS;
    }
    let began = Instant::now();
    let named = |step: &Step| match words.as_slice() {
        [] => true,
        words => words.iter().any(|word| step.title.contains(word.as_str())),
    };
    let wanted = |step: &Step| (modes.is_empty() || !step.slow) && named(step);
    let steps: Vec<Step> = steps::all().into_iter().filter(wanted).collect();
    if steps.is_empty() {
        eprintln!("verify: no check has such a title\n{}", usage());
        return ExitCode::FAILURE;
    }
    let needs = setup::Needs {
        deny: steps.iter().any(|step| step.is_cargo("deny")),
        browser: steps.iter().any(|step| step.title == steps::BROWSER),
    };
    if let Err(message) = setup::prepare(needs) {
        eprintln!("verify: {message}");
        return ExitCode::FAILURE;
    }
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

/// What can be asked for.
fn usage() -> String {
    let title = |step: Step| format!("  {}{}", step.title, if step.slow { " (slow)" } else { "" });
    let titles: Vec<String> = steps::all().into_iter().map(title).collect();
    format!(
        "cargo verify            runs all checks\n\
         cargo verify quick      leaves out the slow ones\n\
         cargo verify WORD …     runs those that have one of the words in their titles:\n{}",
        titles.join("\n")
    )
}

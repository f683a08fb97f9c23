//! How the parts of a report look on a terminal.

use std::fmt::Display;

use anstyle::{AnsiColor, Effects, Style};

fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

pub(super) fn good(text: impl Display) -> String {
    styled(AnsiColor::Green.on_default(), text)
}

pub(super) fn bad(text: impl Display) -> String {
    styled(AnsiColor::Red.on_default(), text)
}

pub(super) fn strong(text: impl Display) -> String {
    styled(Style::new().effects(Effects::BOLD), text)
}

pub(super) fn faint(text: impl Display) -> String {
    styled(Style::new().effects(Effects::DIMMED), text)
}

/// Moves all lines to the right.
pub(super) fn indented(text: &str, by: usize) -> String {
    let blank = " ".repeat(by);
    text.lines().map(|line| format!("{blank}{line}\n")).collect()
}

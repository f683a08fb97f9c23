//! What `test` says.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use super::style::{bad, faint, good, indented, strong};
use crate::check::size;
use crate::matching::Difference;
use crate::play::{Played, Verdict};

/// Values longer than this, or with several lines, are shown line by line.
const LONG: usize = 100;

/// All verdicts with a last line that counts them. What passed is one line each, unless all is asked for.
pub fn verdicts(all: &[Verdict], whole: bool) -> String {
    let mut text: String = all.iter().map(|one| verdict(one, whole)).collect();
    let failed = all.iter().filter(|verdict| !verdict.passed()).count();
    let took: Duration = all.iter().map(|verdict| verdict.took).sum();
    let passed = format!("{} passed", all.len() - failed);
    let failed = format!("{failed} failed");
    let failed = if failed.starts_with("0 ") { failed } else { bad(failed) };
    text.push_str(&format!("\n{}, {failed} in {} ms\n", good(passed), took.as_millis()));
    text
}

/// One verdict.
pub fn verdict(verdict: &Verdict, whole: bool) -> String {
    let mark = if verdict.passed() { good("✓") } else { bad("✗") };
    let mut text = format!("{mark} {}", strong(&verdict.name));
    if !verdict.title.is_empty() {
        text.push_str(&format!("  {}", verdict.title));
    }
    text.push('\n');
    let failed = !verdict.passed();
    for (index, call) in verdict.calls.iter().enumerate() {
        if whole || !call.differences.is_empty() {
            text.push_str(&indented(&called(index, call, whole || failed), 2));
        }
    }
    for difference in &verdict.differences {
        text.push_str(&indented(&shown(difference), 2));
    }
    if failed {
        text.push_str(&format!("  {}\n", faint(verdict.file.display())));
    }
    text
}

fn called(index: usize, call: &Played, whole: bool) -> String {
    let mut text = format!("call {} {}  {}\n", index + 1, call.function, faint(usage(call)));
    for difference in &call.differences {
        text.push_str(&indented(&shown(difference), 2));
    }
    if whole {
        for request in &call.requests {
            text.push_str(&format!("  {} {}\n", faint("sent"), request.line));
        }
        for line in &call.record.log {
            text.push_str(&format!("  {} {} {}\n", faint("log"), line.level, line.message));
        }
    }
    text
}

fn usage(call: &Played) -> String {
    let usage = &call.usage;
    format!(
        "cpu {} ms, memory {}, host calls {}, requests {}",
        usage.cpu_ms,
        size(usage.memory_bytes),
        size(usage.host_call_bytes),
        usage.http_requests
    )
}

fn shown(difference: &Difference) -> String {
    let Difference { at, expected, found } = difference;
    let long = |text: &str| text.contains('\n') || (text.contains("\\n") && text.chars().count() > LONG);
    if long(expected) && long(found) {
        return format!("{}\n{}", strong(at), indented(&lines(&unescaped(expected), &unescaped(found)), 2));
    }
    format!("{}\n  expected  {}\n  found     {}\n", strong(at), good(expected), bad(found))
}

/// Where a recorded scenario says something else than the live call: nearly always a time.
pub fn deviated(all: &[Difference]) -> String {
    all.iter().map(|one| format!("{} {}", faint("recorded otherwise"), shown(one))).collect()
}

/// A text in a JSON string, with its lines.
fn unescaped(text: &str) -> String {
    serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned())
}

fn lines(expected: &str, found: &str) -> String {
    let diff = TextDiff::from_lines(expected, found);
    let line = |change: similar::Change<&str>| {
        let value = change.value().trim_end_matches('\n');
        match change.tag() {
            ChangeTag::Delete => format!("{}\n", good(format!("- {value}"))),
            ChangeTag::Insert => format!("{}\n", bad(format!("+ {value}"))),
            ChangeTag::Equal => format!("  {value}\n"),
        }
    };
    diff.iter_all_changes().map(line).collect()
}

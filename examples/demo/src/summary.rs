//! What people read at the end.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::host::Api;
use crate::scenario::Outcome;
use crate::screen::Screen;

/// Lines of one kind that are shown; the report has all of them.
const SHOWN: usize = 8;

/// What happened to the orders of the file.
pub fn orders(screen: &Screen, report: &Value) {
    let count = |pointer: &str| report.pointer(pointer).map(ToString::to_string).unwrap_or_default();
    screen.say(&format!(
        "\n{} invoices: {} accepted, {} rejected",
        count("/invoices"),
        count("/accepted"),
        list(report, "rejected").len()
    ));
    let states: Vec<String> = report["states"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, number)| *name != "received" || number.as_u64() != Some(0))
        .map(|(name, number)| format!("{number} {name}"))
        .collect();
    screen.say(&format!("  accepted: {}", states.join(", ")));
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for order in list(report, "held") {
        let codes: Vec<&str> = order["codes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let label = if codes.is_empty() { "rejected by the host".to_owned() } else { codes.join(" + ") };
        *reasons.entry(label).or_default() += 1;
    }
    for (reason, number) in reasons {
        screen.say(&format!("    {number:>4}  {reason}"));
    }
    sample(screen, "  held or rejected, for instance:", list(report, "held"));
    sample(screen, "  never got a number:", list(report, "rejected"));
    screen.say(&format!(
        "  due at the ERP: {}; there: {} order documents, {} receivables, {} pick tasks; duplicates {}/{}/{}; lost {}",
        count("/due_at_erp"),
        count("/erp/distinct"),
        count("/receivables/distinct"),
        count("/pick_tasks/distinct"),
        count("/erp/duplicates"),
        count("/receivables/duplicates"),
        count("/pick_tasks/duplicates"),
        count("/lost")
    ));
    screen.say(&format!(
        "  {} messages ({} repeated), {} tickets ({} open), {} plugin calls, {} upstream requests, {} kills ({} with deliveries in flight)",
        count("/notifications/sent"), count("/notifications/repeated"), count("/tickets"), count("/tickets_open"),
        count("/plugin_calls"), count("/upstream_requests"), count("/kills"), count("/kills_in_flight")
    ));
}

fn list<'a>(report: &'a Value, name: &str) -> &'a [Value] {
    report[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn sample(screen: &Screen, title: &str, entries: &[Value]) {
    if entries.is_empty() {
        return;
    }
    screen.say(title);
    for entry in entries.iter().take(SHOWN) {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        screen.say(&format!("    {}  {}", plain(text("ref"), 40), plain(text("reason"), 160)));
    }
    if entries.len() > SHOWN {
        screen.say(&format!("    … and {} more; the report has all", entries.len() - SHOWN));
    }
}

/// What the scenarios showed.
pub fn scenarios(screen: &Screen, outcomes: &[Outcome]) {
    screen.say("\nScenarios");
    for outcome in outcomes {
        let mark = if outcome.ok { "✓" } else { "✗" };
        screen.say(&format!("  {mark} {:<12} {}", outcome.name, outcome.expected));
        if !outcome.ok {
            screen.say(&format!("                 but: {}", outcome.actual));
        }
    }
}

/// Is all well?
pub fn verdict(screen: &Screen, problems: &[String]) {
    if problems.is_empty() {
        screen.say("\nAll is well.");
    } else {
        screen.say(&format!("\nNOT well:\n  {}", problems.join("\n  ")));
    }
}

/// Where the web console is. `link`: what sets the admin's password.
pub fn console(screen: &Screen, api: &Api, link: Option<&str>) {
    screen.say(&format!("\nThe console\n  {}/", api.base));
    if let Some(link) = link {
        screen.say(&format!("  set the password of the user admin first: {}", link.trim()));
    }
}

/// How to look on. `number`: an order with a story.
pub fn look_on(screen: &Screen, api: &Api, upstreams: &str, number: Option<&str>) {
    let Api { base, token, .. } = api;
    screen.say(&format!(
        "\nTo look on\n  API    {base}/api/v1 (described at {base}/api/v1/openapi.json)\n  token  {token}"
    ));
    screen
        .say(&format!("  what U8 and WeCom, simulated, have got: {upstreams}/__sim/state, {upstreams}/__sim/messages"));
    let story = number.map_or_else(
        || ("the company's items", "catalog/products?limit=3".to_owned()),
        |number| ("the whole story of one order", format!("orders/{number}/timeline")),
    );
    let views = [
        ("what waits for a person, and why", "holds?limit=3".to_owned()),
        story,
        ("what was delivered last", "deliveries?limit=3".to_owned()),
    ];
    for (title, path) in views {
        screen.say(&format!("  {title}:\n    curl -sS -H 'Authorization: Bearer {token}' '{base}/api/v1/{path}'"));
    }
}

/// Words of the file as a terminal may show them.
fn plain(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().count() > most {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_file_do_not_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\n店", 40), "a\u{fffd}[2Jb\u{fffd}店");
        assert_eq!(plain("店店店", 2), "店店…");
    }
}

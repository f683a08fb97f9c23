//! `sdk/CALLS.md` says what the host does.

use mortise_domain::connection::{Connection, Limits};
use mortise_domain::delivery::Settlement;
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::instant::Instant;
use mortise_domain::retry::{FailedAttempt, RetryPolicy};
use mortise_domain::text::Text;
use serde_json::{Value, json};

use crate::guests::root;

/// The rows of a table, by the heading of its first column.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join("sdk/CALLS.md")).unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with(&format!("| {heading} |"))).skip(2);
    let rows: Vec<Vec<String>> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(!rows.is_empty(), "there is no table {heading:?}");
    rows
}

fn plain(cell: &str) -> &str {
    cell.trim_matches('`')
}

#[test]
fn limits_are_told_with_their_defaults() {
    let Value::Object(mut limits) = serde_json::to_value(Limits::default()).unwrap() else { panic!() };
    // What no author meets.
    limits.remove("table-elements");
    limits.remove("record-bytes");
    let mut told: Vec<String> =
        table("limit of a connection").iter().map(|row| format!("{} {}", plain(&row[0]), row[1])).collect();
    let mut real: Vec<String> = limits.iter().map(|(name, value)| format!("{name} {value}")).collect();
    told.sort();
    real.sort();
    assert_eq!(told, real);
}

#[test]
fn pauses_are_told_with_their_defaults() {
    let connection: Connection = serde_json::from_value(json!({ "name": "erp", "plugin": "" })).unwrap();
    let connection = serde_json::to_value(connection).unwrap();
    for row in table("what") {
        let setting = plain(&row[2]);
        let found = connection.pointer(&format!("/{}", setting.replace('.', "/")));
        let told: u64 = row[1].split(' ').next().unwrap().parse().unwrap();
        assert_eq!(found, Some(&json!(told)), "{setting}");
    }
    let text = std::fs::read_to_string(root().join("sdk/CALLS.md")).unwrap();
    assert!(text.contains(&format!("up to {} (`merge`)", connection["merge"])));
}

#[test]
fn errors_are_told_with_what_becomes_of_a_delivery() {
    let reason = Text::default;
    let all = [
        Failure::Rejected { reason: reason() },
        Failure::Invalid { field: String::new(), reason: reason() },
        Failure::NotFound { reason: reason() },
        Failure::Duplicate { external_id: "D-1".into() },
        Failure::Retry { after_ms: None, reason: reason() },
        Failure::Unavailable { after_ms: None, reason: reason() },
        Failure::RateLimited { after_ms: None, reason: reason() },
        Failure::Unauthorized { reason: reason() },
        Failure::Broken { kind: Breakage::Trap, reason: reason() },
    ];
    let rows = table("error");
    assert_eq!(rows.len(), all.len());
    for (row, failure) in rows.iter().zip(&all) {
        let class = if matches!(failure, Failure::Broken { .. }) {
            "none: a trap, a limit, an answer that is none"
        } else {
            failure.class()
        };
        assert_eq!(plain(&row[0]), class);
        let minute = std::time::Duration::from_mins(1);
        let first = FailedAttempt {
            now: Instant(0),
            failures: 1,
            unknown_outcome: false,
            upstream_timeout: minute,
            jitter: 0.5,
        };
        let (does, counts, ticket) = match RetryPolicy::default().settle(failure, first) {
            Settlement::Done { .. } => ("is done", None, false),
            Settlement::Wait => ("waits for a person", None, true),
            Settlement::Again { counts, ticket, .. } => ("tries again", Some(counts), ticket),
        };
        assert_eq!(row[1], does, "{class}");
        if let Some(counts) = counts {
            assert_eq!(row[2].contains("counts as no failure"), !counts, "{class}");
            assert_eq!(row[2].contains("at once"), ticket, "{class}");
        }
    }
}

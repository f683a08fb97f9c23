//! Which requests were under way at a moment? Read from the upstreams' raw log.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use crate::upstreams::{HANG_MS, is_delivery};

/// From when to when the caller of a request waited, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flight {
    from: i64,
    to: i64,
}

/// All deliveries' requests.
#[derive(Debug, Default)]
pub struct Flights(Vec<Flight>);

impl Flights {
    pub fn read(log: &Path) -> anyhow::Result<Self> {
        let file =
            std::fs::File::open(log).with_context(|| format!("the upstreams' log {} cannot be read", log.display()))?;
        let mut open: HashMap<u64, (i64, String)> = HashMap::new();
        let mut flights = Vec::new();
        for line in BufReader::new(file).lines() {
            let Ok(line) = serde_json::from_str::<Value>(&line?) else { continue };
            let number = |name: &str| line[name].as_i64().unwrap_or_default();
            let seq = line["seq"].as_u64().unwrap_or_default();
            match line["event"].as_str() {
                Some("request") if is_delivery(line["path"].as_str().unwrap_or_default()) => {
                    open.insert(seq, (number("at_ms"), line["fault"].as_str().unwrap_or_default().to_owned()));
                }
                // What the caller is never told, it goes on waiting for; see below.
                Some("answer") if line["told"] == true => {
                    if let Some((from, _)) = open.remove(&seq) {
                        flights.push(Flight { from, to: number("at_ms") });
                    }
                }
                _ => {}
            }
        }
        let silent = |(from, fault): (i64, String)| match fault.as_str() {
            "timeout_before_commit" | "timeout_after_commit" | "late_commit" => Flight { from, to: from + HANG_MS },
            "drop" | "drop_after_commit" => Flight { from, to: from },
            // The caller was gone before the answer came.
            _ => Flight { from, to: i64::MAX },
        };
        flights.extend(open.into_values().map(silent));
        Ok(Self(flights))
    }

    /// How many of these moments found a request under way.
    pub fn hit(&self, moments: &[i64]) -> usize {
        // A request without any end was cut by the first kill after it, not by every later one.
        let near = |flight: &Flight, moment: i64| flight.to != i64::MAX || moment - flight.from <= 2 * HANG_MS;
        let hit = |moment: &&i64| {
            self.0.iter().any(|flight| flight.from <= **moment && **moment < flight.to && near(flight, **moment))
        };
        moments.iter().filter(hit).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_under_way_counts() {
        let path = std::env::temp_dir().join(format!("mortise-flights-{}.jsonl", std::process::id()));
        let lines = [
            r#"{"event":"request","seq":1,"at_ms":1000,"path":"/api/saleorder/add","fault":null}"#,
            r#"{"event":"answer","seq":1,"at_ms":1020,"told":true}"#,
            r#"{"event":"request","seq":2,"at_ms":5000,"path":"/api/currentstock/batch_get","fault":null}"#,
            r#"{"event":"request","seq":3,"at_ms":9000,"path":"/api/oughtreceive/add","fault":"timeout_after_commit"}"#,
            r#"{"event":"answer","seq":3,"at_ms":9001,"told":false}"#,
            r#"{"event":"request","seq":4,"at_ms":20000,"path":"/cgi-bin/webhook/send","fault":null}"#,
            r#"{"event":"request","seq":5,"at_ms":30000,"path":"/api/consignment/add","fault":"drop"}"#,
            "half a li",
        ];
        std::fs::write(&path, lines.join("\n")).unwrap();
        let flights = Flights::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        for (moment, expected) in [
            (999, 0),
            (1000, 1),
            (1019, 1),
            (1020, 0),
            (5001, 0),
            (9500, 1),
            (9801, 0),
            (20_500, 1),
            (22_000, 0),
            (30_001, 0),
        ] {
            assert_eq!(flights.hit(&[moment]), expected, "{moment}");
        }
        assert_eq!(flights.hit(&[1000, 9500, 99_999]), 2);
    }
}

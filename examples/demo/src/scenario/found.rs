//! An order as the host shows it.

use serde_json::Value;

/// The answer of `GET /orders/{number}`.
#[derive(Debug, Clone)]
pub struct Found(pub Value);

impl Found {
    pub fn number(&self) -> &str {
        self.0["number"].as_str().unwrap_or_default()
    }

    pub fn state(&self) -> &str {
        self.0["state"].as_str().unwrap_or_default()
    }

    /// Holds that are open.
    pub fn holds(&self) -> impl Iterator<Item = &Value> {
        self.0["holds"].as_array().into_iter().flatten().filter(|hold| hold["released_at"].is_null())
    }

    /// The open hold of this code, if people are told in both languages why.
    pub fn held_for(&self, code: &str) -> Option<&Value> {
        let told = |hold: &Value| {
            ["zh", "en"].iter().all(|language| hold["text"][language].as_str().is_some_and(|text| !text.is_empty()))
        };
        self.holds().find(|hold| hold["code"] == code && self.state() == "held" && told(hold))
    }

    pub fn waits_for_a_plugin(&self) -> bool {
        self.holds().any(|hold| hold["kind"] == "technical")
    }

    /// Marks that people see, in English.
    pub fn flags(&self) -> Vec<&str> {
        let flags = self.0.pointer("/evaluation/flags").and_then(Value::as_array);
        flags.into_iter().flatten().filter_map(|flag| flag["en"].as_str()).collect()
    }

    /// How precisely the place is known; none: nobody asked.
    pub fn level(&self) -> Option<&str> {
        self.0.pointer("/evaluation/located/best/level").and_then(Value::as_str)
    }

    /// Why it is where it is.
    pub fn reason(&self) -> String {
        let holds: Vec<&str> = self.holds().filter_map(|hold| hold["text"]["en"].as_str()).collect();
        let rejection = self.0.pointer("/rejection/en").and_then(Value::as_str);
        rejection.map_or_else(|| holds.join("; "), ToOwned::to_owned)
    }

    /// State and reason in one line.
    pub fn summary(&self) -> String {
        let reason = self.reason();
        if reason.is_empty() { self.state().to_owned() } else { format!("{}: {reason}", self.state()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_open_holds_count() {
        let hold = |code: &str, kind: &str, released: Value| json!({ "code": code, "kind": kind, "released_at": released, "text": { "zh": "理由", "en": "why" } });
        let found = Found(json!({
            "number": "SO-1", "state": "held", "rejection": null,
            "holds": [hold("place-unavailable", "technical", json!("2026-01-01T00:00:00Z")), hold("short-stock", "business", Value::Null)],
        }));
        assert!(found.held_for("short-stock").is_some() && found.held_for("place-unavailable").is_none());
        assert!(!found.waits_for_a_plugin());
        assert_eq!(found.summary(), "held: why");
    }
}

//! The order on which rules are checked: ordinary, with everything that an order may have.

use mortise_domain::instant::Instant;
use mortise_domain::policy::Facts;
use serde_json::json;

/// The sample. `check`: asks the plugin for all mistakes in place of a judgement.
pub fn facts(now: Instant, currency: &str, check: bool) -> Option<Facts> {
    let line = |number: u32, sku: &str| {
        json!({
            "number": number, "sku": sku, "name": "Sample", "category": "sample", "unit": "pc", "unit_rate": "1",
            "quantity": "2", "unit_price": "100", "tax_rate": "0.13", "tax_inclusive": true, "net": 17_699, "tax": 2_301,
            "gross": 20_000, "warehouse": "W1", "attributes": [["custom", "true"], ["lead-time-days", "7"]],
        })
    };
    let recent = json!({
        "id": 1, "number": "SO-00000001", "placed_at": now, "state": "confirmed", "gross": 20_000, "skus": ["SAMPLE-1"],
    });
    let mut attributes = vec![json!(["recent-hours", "168"]), json!(["discount", "0.05"])];
    if check {
        attributes.push(json!(["check-rules", "true"]));
    }
    let facts = json!({
        "order": {
            "number": "SO-00000002", "kind": "sale", "original": null, "store": "S1", "region": "R1", "currency": currency,
            "customer": { "code": "C1", "name": "Sample", "level": "A", "region": "R1", "attributes": [] },
            "exchange_rate": null, "placed_at": now, "business_date": now.to_string().get(..10).unwrap_or_default(),
            "ship_to": { "text": "Road 1", "city": "City" }, "lines": [line(1, "SAMPLE-1"), line(2, "SAMPLE-2")],
            "net": 35_398, "tax": 4_602, "gross": 40_000, "payment_days": 30, "note": "", "attributes": [["channel", "web"]],
        },
        "credit": { "limit": 10_000_000, "open": 0 }, "located": null, "recent": [recent], "attachments": ["sample.pdf"],
        "attributes": attributes,
    });
    serde_json::from_value(facts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_can_be_read() {
        let facts = facts(Instant(1_769_846_400_000_000), "CNY", true).unwrap();
        assert_eq!((facts.order.lines.len(), facts.order.totals.gross), (2, 40_000));
        assert_eq!(facts.order.business_date, "2026-01-31");
    }
}

//! What people were told, counted at the messenger.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// A mark that a message carries when it may have been sent before.
const REPEAT_MARKS: [&str; 2] = ["（可能重复）", "(possible repeat)"];
const CONFIRMED: [&str; 2] = ["订单已确认", "Order confirmed"];

/// How many messages name one of these orders, and how often an order was named once more for the same reason.
pub fn figures(messages: &Value, own: &BTreeSet<&str>) -> Value {
    let items = messages["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut sent = 0_usize;
    let mut told: BTreeMap<(String, String), usize> = BTreeMap::new();
    for message in items {
        let text = message["text"].as_str().unwrap_or_default();
        let numbers: BTreeSet<&str> =
            text.lines().filter_map(|line| words(line).next()).filter(|word| own.contains(word)).collect();
        if numbers.is_empty() {
            continue;
        }
        sent += 1;
        let sender = message["sender"].as_str().unwrap_or_default();
        for number in numbers {
            *told.entry((sender.to_owned(), subject(text, number))).or_default() += 1;
        }
    }
    let repeated: usize = told.values().map(|times| times - 1).sum();
    json!({ "sent": sent, "repeated": repeated })
}

/// An order's own line begins with its number; elsewhere it is only mentioned. A confirmation is told once; other news of an
/// order may come more than once, as long as the words differ.
fn subject(text: &str, number: &str) -> String {
    if CONFIRMED.iter().any(|title| text.contains(title)) {
        return format!("confirmed {number}");
    }
    let own: Vec<&str> = text.lines().filter(|line| words(line).next() == Some(number)).collect();
    let mut plain = own.join("\n");
    for mark in REPEAT_MARKS {
        plain = plain.replace(mark, "");
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_told_apart_from_news() {
        let message = |text: &str| json!({ "sender": "robot", "text": text });
        let messages = json!({ "items": [
            message("Order confirmed (2 orders)\nSO-1 A 1.00 GBP\nSO-2 B 2.00 GBP"),
            message("Order confirmed: SO-2\nSO-2 B 2.00 GBP (possible repeat)"),
            message("Order on hold: SO-3\nSO-3; too little stock"),
            message("Order on hold: SO-3\nSO-3; vague address"),
            message("Order on hold: SO-3\nSO-3; vague address (possible repeat)"),
            message("Order confirmed: SO-99\nSO-99 X 1.00 GBP"),
            // Orders that a reason only mentions are not its subject.
            message("Order on hold: SO-99\nSO-99; Suspected duplicate: SO-1, SO-2, SO-3"),
        ]});
        assert_eq!(figures(&messages, &BTreeSet::from(["SO-1", "SO-2", "SO-3"])), json!({ "sent": 5, "repeated": 2 }));
        assert_eq!(figures(&Value::Null, &BTreeSet::new()), json!({ "sent": 0, "repeated": 0 }));
    }
}

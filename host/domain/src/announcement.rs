//! Messages about orders: one for one order, or one for several that waited together.

use serde_json::Value;

use crate::money::display;
use crate::notification::{Fact, Message, Severity};
use crate::order::Order;
use crate::text::{Text, attribute};

/// One order that a message is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its number.
    pub number: &'a str,
    /// The order, where it could be priced.
    pub order: Option<&'a Order>,
    /// Particulars of the delivery: `reasons` of a hold; `connection`, `operation` and `failure` of a ticket.
    pub detail: &'a Value,
    /// May it have been sent before? Set after an attempt of unknown outcome.
    pub repeat: bool,
}

/// The message of this kind about these orders. Possible repeats are named in the attribute `possible-repeat` alone: a channel
/// that knows repeats by their text must be told the same again, and the plugin of one that does not marks them.
pub fn compose(kind: &str, subjects: &[Subject<'_>]) -> Message {
    let count = subjects.len();
    let (severity, zh, en) = match kind {
        "order-confirmed" => (Severity::Info, "订单已确认", "Order confirmed"),
        "order-held" => (Severity::Warning, "订单等待处理", "Order on hold"),
        "order-cancelled" => (Severity::Warning, "订单已取消", "Order cancelled"),
        "approval-requested" => (Severity::Warning, "请审批订单", "Please approve"),
        "approval-reminder" => (Severity::Warning, "提醒：订单等待您审批", "Still waits for your approval"),
        "approval-escalated" => (Severity::Warning, "审批超时，已升级给您", "An approval is overdue and comes to you"),
        "approval-overdue" => (Severity::Critical, "审批已超时", "An approval is overdue"),
        "ticket-opened" => (Severity::Critical, "对接故障，需要处理", "A delivery keeps failing"),
        _ => (Severity::Info, kind, kind),
    };
    let title = match subjects {
        [one] => Text::new(format!("{zh} {}", one.number), format!("{en}: {}", one.number)),
        _ => Text::new(format!("{zh}（{count} 单）"), format!("{en} ({count} orders)")),
    };
    let lines: Vec<Text> = subjects.iter().map(line).collect();
    let repeats: Vec<&str> = subjects.iter().filter(|one| one.repeat).map(|one| one.number).collect();
    let mut attributes = Vec::new();
    if !repeats.is_empty() {
        attributes.push(("possible-repeat".to_owned(), repeats.join(",")));
    }
    Message {
        kind: kind.to_owned(),
        severity,
        title,
        body: Text::new(join(lines.iter().map(|line| &line.zh)), join(lines.iter().map(|line| &line.en))),
        facts: if let [one] = subjects { facts(one) } else { Vec::new() },
        subjects: subjects.iter().map(|one| one.number.to_owned()).collect(),
        recipients: Vec::new(),
        link: None,
        attachments: Vec::new(),
        attributes,
    }
}

fn join<'a>(lines: impl Iterator<Item = &'a String>) -> String {
    lines.map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn line(subject: &Subject<'_>) -> Text {
    let mut text = Text::same(subject.number);
    if let Some(order) = subject.order {
        let amount =
            format!(" {} {} {}", order.customer.name, display(order.totals.gross, &order.currency), order.currency);
        text = Text::new(text.zh + &amount, text.en + &amount);
    }
    for reason in particulars(subject.detail) {
        text = Text::new(format!("{}；{}", text.zh, reason.zh), format!("{}; {}", text.en, reason.en));
    }
    text
}

fn particulars(detail: &Value) -> Vec<Text> {
    let text = |value: &Value| serde_json::from_value::<Text>(value.clone()).ok();
    let reasons = detail.get("reasons").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    reasons.iter().chain(detail.get("failure")).filter_map(text).collect()
}

fn facts(subject: &Subject<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut fact = |zh: &str, en: &str, value: String| facts.push(Fact { name: Text::new(zh, en), value });
    if let Some(order) = subject.order {
        fact("客户", "Customer", order.customer.name.clone());
        fact("门店", "Store", order.store.clone());
        fact("金额", "Amount", format!("{} {}", display(order.totals.gross, &order.currency), order.currency));
        fact("行数", "Lines", order.lines.len().to_string());
        if let Some(reference) = attribute(&order.attributes, "reference") {
            fact("客户单号", "Reference", reference.to_owned());
        }
    }
    for (field, zh, en) in
        [("connection", "连接", "Connection"), ("operation", "操作", "Operation"), ("due", "截止时间", "Due")]
    {
        if let Some(value) = subject.detail.get(field).and_then(Value::as_str) {
            fact(zh, en, value.to_owned());
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merges_and_marks_repeats() {
        let detail = json!({ "kind": "order-held", "reasons": [{ "zh": "地址不明", "en": "vague address" }] });
        let subject = |number, repeat| Subject { number, order: None, detail: &detail, repeat };
        let message = compose("order-held", &[subject("SO-1", false), subject("SO-2", true)]);
        assert_eq!(message.subjects, ["SO-1", "SO-2"]);
        assert_eq!(message.title.en, "Order on hold (2 orders)");
        assert_eq!(message.body.zh, "SO-1；地址不明\nSO-2；地址不明");
        assert_eq!(attribute(&message.attributes, "possible-repeat"), Some("SO-2"));
        // But for that, it is the same message.
        let before = compose("order-held", &[subject("SO-1", false), subject("SO-2", false)]);
        assert_eq!(Message { attributes: Vec::new(), ..message }, before);
    }

    #[test]
    fn a_ticket_names_what_fails() {
        let detail = json!({
            "kind": "ticket-opened", "connection": "u8", "operation": "push-order", "failure": { "zh": "离线", "en": "offline" },
        });
        let message =
            compose("ticket-opened", &[Subject { number: "SO-1", order: None, detail: &detail, repeat: false }]);
        assert_eq!(message.severity, Severity::Critical);
        assert_eq!(message.body.en, "SO-1; offline");
        assert_eq!(message.facts[0].value, "u8");
    }
}

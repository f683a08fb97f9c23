//! When is nothing due any more?

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::host::{Api, Host};
use crate::screen::Screen;

/// How long nothing may change before the demo gives up.
const PATIENCE: Duration = Duration::from_mins(10);
const PAUSE: Duration = Duration::from_millis(400);
/// Without a terminal, how often a line is written.
const LINE: Duration = Duration::from_secs(20);

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Nothing is due any more.
    Quiet,
    /// Only messages are: a group robot takes 20 a minute, and whoever looks on need not wait for that.
    Messages,
}

/// Waits until every order is judged and every delivery is done or waits for a person. Answers what is stuck, if nothing has
/// changed for ten minutes.
pub async fn settle(
    host: &Host,
    api: &Api,
    screen: &Screen,
    title: &str,
    until: Until,
) -> anyhow::Result<Option<String>> {
    let step = screen.bar(title, 0);
    let begun = Instant::now();
    let (mut last, mut changed, mut written) = (Value::Null, Instant::now(), Instant::now());
    loop {
        host.check().await?;
        let before = messages(api, until).await?;
        let status = api.get("/status").await?;
        // Nothing else is counted as a message, whatever comes or goes between the questions.
        let messages = messages(api, until).await?.min(before);
        let technical = api.get("/holds?kind=technical&limit=1").await?;
        let waits = technical["items"].as_array().is_some_and(|items| !items.is_empty());
        let open = open(&status);
        let done = count(&status, "/deliveries/done");
        step.place(done, done + open.deliveries);
        step.note(format!(
            "deliveries; {} orders to judge, {} tickets open",
            open.orders,
            count(&status, "/open_tickets")
        ));
        if open.orders == 0 && open.deliveries <= messages && !waits {
            let rest = if messages > 0 { format!("; {messages} messages wait for their turn") } else { String::new() };
            step.done(&format!("{done} deliveries done after {} s{rest}", begun.elapsed().as_secs()));
            return Ok(None);
        }
        let figures = json!([status["orders"], status["deliveries"], status["open_holds"]]);
        if figures != last {
            (last, changed) = (figures, Instant::now());
        }
        if changed.elapsed() > PATIENCE {
            return stuck(api, &status).await.map(Some);
        }
        if !screen.is_live() && written.elapsed() > LINE {
            written = Instant::now();
            screen.say(&format!(
                "  … {done} deliveries done, {} to do, {} orders to judge",
                open.deliveries, open.orders
            ));
        }
        sleep(PAUSE).await;
    }
}

/// Messages that need not be waited for, as far as one page shows.
async fn messages(api: &Api, until: Until) -> anyhow::Result<u64> {
    if until == Until::Quiet {
        return Ok(0);
    }
    let list = api.get("/deliveries?state=pending&operation=notify&limit=500").await?;
    Ok(list["items"].as_array().map_or(0, |items| u64::try_from(items.len()).unwrap_or_default()))
}

struct Open {
    orders: u64,
    deliveries: u64,
}

fn open(status: &Value) -> Open {
    let deliveries = |state: &str| count(status, &format!("/deliveries/{state}"));
    let pending = deliveries("pending");
    // What is blocked behind a delivery that waits for a person waits for that person too.
    let blocked = if pending == 0 && deliveries("waiting") > 0 { 0 } else { deliveries("blocked") };
    Open { orders: count(status, "/orders/received").max(count(status, "/due_orders")), deliveries: pending + blocked }
}

/// Is nothing to do for the host, as far as its status says?
pub fn is_idle(status: &Value) -> bool {
    let open = open(status);
    open.orders == 0 && open.deliveries == 0
}

fn count(status: &Value, pointer: &str) -> u64 {
    status.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
}

/// Names a few of each kind that wait.
async fn stuck(api: &Api, status: &Value) -> anyhow::Result<String> {
    let mut parts = vec![format!("orders {}, deliveries {}", status["orders"], status["deliveries"])];
    for path in ["/orders?state=received&limit=5", "/holds?kind=technical&limit=5", "/deliveries?state=pending&limit=5"]
    {
        let list = api.get(path).await?;
        for item in list["items"].as_array().into_iter().flatten() {
            parts.push(named(item));
        }
    }
    Ok(parts.join("; "))
}

fn named(item: &Value) -> String {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(operation) = item.get("operation").and_then(Value::as_str) {
        return format!(
            "delivery {operation} of {} at {} after {} attempts: {}",
            text("order_number"),
            text("connection"),
            item["attempts"],
            item["last_failure"]
        );
    }
    if item.get("code").is_some() {
        return format!("order {} held: {}", text("order_number"), item["text"]["en"]);
    }
    format!("order {} ({}) is not judged", text("number"), text("reference"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_counted_and_named() {
        let status = json!({ "orders": { "confirmed": 3 }, "due_orders": 0, "deliveries": { "done": 5, "blocked": 2, "pending": 1 } });
        let open = open(&status);
        assert_eq!((open.orders, open.deliveries), (0, 3));
        let waiting = |pending: u64| json!({ "deliveries": { "blocked": 2, "waiting": 1, "pending": pending } });
        assert_eq!((super::open(&waiting(0)).deliveries, super::open(&waiting(1)).deliveries), (0, 3));
        let delivery = json!({ "operation": "push-order", "order_number": "SO-1", "connection": "u8", "attempts": 9, "last_failure": null });
        assert_eq!(named(&delivery), "delivery push-order of SO-1 at u8 after 9 attempts: null");
        assert_eq!(named(&json!({ "number": "SO-1", "reference": "536365" })), "order SO-1 (536365) is not judged");
    }
}

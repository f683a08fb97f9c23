//! What `run` says beside the answer.

use mortise_domain::call::Exchange;

use super::style::{bad, faint, good, indented, strong};
use crate::check::size;
use crate::run::Ran;

/// Requests, log lines and what the call took of its bounds. With `plan`, requests were not sent.
pub fn called(ran: &Ran, plan: bool) -> String {
    let mut text = String::new();
    if !ran.origins.is_empty() {
        text.push_str(&format!("{} {}\n", faint("may reach"), ran.origins.join(" ")));
    }
    for exchange in &ran.record.exchanges {
        text.push_str(&exchanged(exchange, plan));
    }
    for line in &ran.record.log {
        let fields: Vec<String> = line.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        text.push_str(&format!("{} {} {} {}\n", faint("log"), line.level, line.message, fields.join(" ")));
    }
    if ran.record.log_dropped > 0 {
        text.push_str(&format!("{} {} lines over `log-bytes`\n", faint("log"), ran.record.log_dropped));
    }
    text.push_str(&bounds(ran));
    text
}

fn exchanged(exchange: &Exchange, plan: bool) -> String {
    let word = if plan { strong("would send") } else { strong("sent") };
    let mut text = format!("{word} {} {}\n", exchange.method, exchange.url);
    for (name, value) in &exchange.request_headers {
        text.push_str(&format!("  {}: {value}\n", faint(name)));
    }
    text.push_str(&indented(&exchange.request_body, 2));
    if plan {
        return text;
    }
    let took = exchange.micros / 1000;
    match (&exchange.error, exchange.status) {
        (Some(error), _) => text.push_str(&format!("  {} {error} ({took} ms)\n", bad("no answer:"))),
        (None, status) => {
            text.push_str(&format!(
                "  {} ({took} ms)\n",
                good(status.map_or_else(String::new, |status| status.to_string()))
            ));
            text.push_str(&indented(&exchange.response_body, 2));
        }
    }
    text
}

fn bounds(ran: &Ran) -> String {
    let (used, most) = (&ran.usage, &ran.limits);
    let rows = [
        ("time", format!("{} of {} ms", ran.record.micros / 1000, most.deadline_ms)),
        ("cpu", format!("{} of {} ms", used.cpu_ms, most.cpu_ms)),
        ("memory", format!("{} of {}", size(used.memory_bytes), size(most.memory_bytes))),
        ("host calls", format!("{} of {}", size(used.host_call_bytes), size(most.host_call_bytes))),
        ("requests", format!("{} of {}", used.http_requests, most.http_requests)),
        ("http", format!("{} of {}", size(used.http_bytes), size(most.http_bytes))),
        ("log", format!("{} of {}", size(used.log_bytes), size(most.log_bytes))),
    ];
    rows.iter().map(|(name, value)| format!("{} {value}\n", faint(format!("{name:<10}")))).collect()
}

//! The orders are handed in, several at a time, and every answer is kept. In between the host may be killed.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt as _;
use reqwest::Method;

use crate::host::{Api, patiently};
use crate::kill::Killer;
use crate::screen::{Screen, Step};
use crate::submission::Prepared;

/// Orders on their way at the same time.
const PARALLEL: usize = 8;

/// Bytes of the largest order that is sent; what is larger, the host refuses by hanging up.
const LARGEST: usize = 2_000_000;

/// What the caller was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is stored under this number.
    Number(String),
    /// It is refused for this reason.
    Refused(String),
    /// Nothing, however often it was asked.
    Nothing(String),
}

/// The answer to one order of the file.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Place of the invoice in the file.
    pub at: usize,
    pub told: Told,
}

/// Hands all orders in. With kills, they go in portions, one more than there are kills, so that each kill finds work.
pub async fn load(api: &Api, orders: &[Prepared], killer: &Killer<'_>, screen: &Screen) -> anyhow::Result<Vec<Answer>> {
    let bar = screen.bar("Hand in the orders", orders.len());
    let mut answers = Vec::with_capacity(orders.len());
    for portion in portions(orders, killer.wanted()) {
        let done = AtomicUsize::new(0);
        let strike = async { if killer.has_more() { killer.strike(&done, portion.len(), &bar).await } else { Ok(()) } };
        let (told, struck) = tokio::join!(hand_in(api, portion, &done, &bar), strike);
        struck?;
        answers.extend(told);
    }
    let numbers = answers.iter().filter(|answer| matches!(answer.told, Told::Number(_))).count();
    bar.done(&format!("{} handed in, {numbers} have a number", answers.len()));
    Ok(answers)
}

/// As equal as can be; some are empty where there are few orders.
fn portions(orders: &[Prepared], kills: usize) -> impl Iterator<Item = &[Prepared]> {
    let count = kills + 1;
    let cut = move |at: usize| orders.len() * at / count;
    (0..count).map(move |at| orders.get(cut(at)..cut(at + 1)).unwrap_or_default())
}

async fn hand_in(api: &Api, orders: &[Prepared], done: &AtomicUsize, bar: &Step) -> Vec<Answer> {
    let one = async |order: &Prepared| {
        let told = submit(api, order).await;
        done.fetch_add(1, Ordering::Relaxed);
        bar.advance();
        Answer { at: order.at, told }
    };
    futures::stream::iter(orders).map(one).buffer_unordered(PARALLEL).collect().await
}

/// The same key on every try: whatever happens to the host, it is one order.
async fn submit(api: &Api, order: &Prepared) -> Told {
    let body = order.body.to_string();
    if body.len() > LARGEST {
        let (lines, bytes) = (order.rows.len(), body.len());
        return Told::Refused(format!(
            "the order has {lines} lines and {bytes} bytes, which the host does not take: split it"
        ));
    }
    let send = || {
        let request = api.request(Method::POST, "/orders").header("idempotency-key", &order.key);
        request.header("prefer", "wait=10").header("content-type", "application/json").body(body.clone())
    };
    match patiently(send).await {
        Ok(reply) if reply.is_success() => match reply.body["number"].as_str() {
            Some(number) => Told::Number(number.to_owned()),
            None => Told::Nothing(format!("an answer without a number: {}", reply.body)),
        },
        Ok(reply) => Told::Refused(reply.problem_of(|field| order.field(field))),
        Err(error) => Told::Nothing(format!("{error:#}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_hold_every_order_once() {
        let order = |at| Prepared { at, key: String::new(), body: serde_json::Value::Null, rows: Vec::new(), place: 2 };
        for (orders, kills) in [(310, 20), (3, 20), (0, 2), (7, 0)] {
            let orders: Vec<Prepared> = (0..orders).map(order).collect();
            let cut: Vec<&[Prepared]> = portions(&orders, kills).collect();
            assert_eq!(cut.len(), kills + 1);
            let all: Vec<usize> = cut.iter().flat_map(|portion| portion.iter().map(|order| order.at)).collect();
            assert_eq!(all, (0..orders.len()).collect::<Vec<_>>());
        }
    }
}

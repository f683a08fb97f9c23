//! `mortise order`.

use clap::Subcommand;
use serde_json::{Value, json};

use super::remote::{Remote, items, segment, text};
use super::say;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find orders by words: parts of names, codes, numbers, telephone numbers
    Find {
        /// The words; all of them must be met
        #[arg(required = true)]
        words: Vec<String>,
        /// Only those in this state, such as held
        #[arg(long)]
        state: Option<String>,
    },
    /// Take an order back; what was exported is cancelled there too
    Cancel {
        /// Its number
        number: String,
        /// Why; stands in its story and goes to the upstreams
        #[arg(long)]
        reason: String,
    },
}

impl Command {
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        match self {
            Self::Find { words, state } => {
                let mut path = format!("/orders?q={}", segment(&words.join(" ")));
                if let Some(state) = state {
                    path = format!("{path}&state={}", segment(&state));
                }
                items(&remote.get(&path).await?).try_for_each(|order| say(line(order)))
            }
            Self::Cancel { number, reason } => {
                let path = format!("/orders/{}/cancel", segment(&number));
                let order = remote.post(&path, &json!({ "reason": reason })).await?;
                let open = order.get("deliveries").and_then(Value::as_array).into_iter().flatten();
                let open = open.filter(|one| text(one, "/operation").starts_with("cancel")).count();
                say(format!("{number}: {}; {open} deliveries take back what was exported", text(&order, "/state")))
            }
        }
    }
}

fn line(order: &Value) -> String {
    ["/number", "/state", "/customer", "/store", "/received_at"].map(|field| text(order, field)).join("  ")
}

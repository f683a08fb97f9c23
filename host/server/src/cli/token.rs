//! `mortise token`.

use anyhow::Context as _;
use clap::Subcommand;
use mortise_domain::access::Role;
use mortise_domain::instant::Instant;
use reqwest::Method;
use serde_json::{Value, json};

use super::remote::{Remote, items, text};
use super::say;
use super::user::role;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List API tokens
    List,
    /// Make an API token; prints it this once
    Create {
        /// Name that stands in stories; unique for ever
        name: String,
        /// What it may do: admin, operator, supervisor, finance, sales, developer; several with commas
        #[arg(long, required = true, value_delimiter = ',', value_parser = role)]
        roles: Vec<Role>,
        /// It may change nothing
        #[arg(long)]
        read_only: bool,
        /// Only these nouns, such as orders,quotes
        #[arg(long, value_delimiter = ',')]
        nouns: Option<Vec<String>>,
        /// Codes of the stores that are its own, with commas
        #[arg(long, value_delimiter = ',')]
        stores: Vec<String>,
        /// Codes of the regions that are its own, with commas
        #[arg(long, value_delimiter = ',')]
        regions: Vec<String>,
        /// The user for whom it speaks; it never does more than they may
        #[arg(long)]
        owner: Option<String>,
        /// Until when, such as 2027-01-01T00:00:00+08:00; until it is revoked where it is missing
        #[arg(long)]
        expires_at: Option<Instant>,
    },
    /// Make a token void
    Revoke {
        /// Its name
        name: String,
    },
}

impl Command {
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        match self {
            Self::List => items(&remote.get("/tokens").await?).try_for_each(|token| say(line(token))),
            Self::Create { name, roles, read_only, nouns, stores, regions, owner, expires_at } => {
                let wish = json!({
                    "name": name, "roles": roles, "read_only": read_only, "nouns": nouns, "stores": stores,
                    "regions": regions, "owner": owner, "expires_at": expires_at,
                });
                say(text(&remote.post("/tokens", &wish).await?, "/token"))
            }
            Self::Revoke { name } => {
                let tokens = remote.get("/tokens").await?;
                let token = items(&tokens).find(|token| text(token, "/name") == name);
                let id = token.and_then(|token| token.get("id")).and_then(Value::as_i64);
                let id = id.with_context(|| format!("there is no token {name:?}; see `mortise token list`"))?;
                remote.send(remote.request(Method::DELETE, &format!("/tokens/{id}"))).await?;
                say(format!("{name}: revoked"))
            }
        }
    }
}

fn line(token: &Value) -> String {
    let roles = token.get("roles").and_then(Value::as_array).into_iter().flatten();
    let roles: Vec<&str> = roles.filter_map(Value::as_str).collect();
    let bounds = token.pointer("/scope/nouns").and_then(Value::as_array).into_iter().flatten();
    let mut bounds: Vec<&str> = bounds.filter_map(Value::as_str).collect();
    if token.pointer("/scope/read_only").and_then(Value::as_bool).unwrap_or(false) {
        bounds.insert(0, "read-only");
    }
    let or = |pointer: &str, none: &'static str| match text(token, pointer) {
        "" => none.to_owned(),
        some => some.to_owned(),
    };
    let state = match text(token, "/revoked_at") {
        "" => format!("until {}", or("/expires_at", "revoked")),
        at => format!("revoked {at}"),
    };
    let used = format!("used {}", or("/last_used_at", "never"));
    let parts = [text(token, "/name"), &roles.join(","), &bounds.join(","), &or("/owner", "machine"), &state, &used];
    parts.join("  ")
}

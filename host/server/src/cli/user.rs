//! `mortise user`.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use mortise_domain::access::Role;
use serde_json::{Value, json};

use super::remote::{Remote, items, segment, text};
use super::say;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List users
    List,
    /// Create a user, or invite one again; prints the link by which the password is set
    Invite {
        /// Name to sign in with; stays for ever
        name: String,
        /// What a new user is: admin, operator, supervisor, finance, sales, developer; several with commas
        #[arg(long, value_delimiter = ',', value_parser = role)]
        roles: Vec<Role>,
        /// Name for people
        #[arg(long)]
        display_name: Option<String>,
        /// Where messages go
        #[arg(long)]
        email: Option<String>,
        /// Codes of the user's stores, with commas
        #[arg(long, value_delimiter = ',')]
        stores: Vec<String>,
        /// Codes of the user's regions, with commas
        #[arg(long, value_delimiter = ',')]
        regions: Vec<String>,
        /// In which the user reads: zh or en
        #[arg(long)]
        language: Option<String>,
    },
    /// Keep a user out; all sessions end
    Disable {
        /// The user's name
        name: String,
    },
    /// Let a user in again
    Enable {
        /// The user's name
        name: String,
    },
    /// Give a user these roles instead of the present ones
    Roles {
        /// The user's name
        name: String,
        /// admin, operator, supervisor, finance, sales, developer; several with commas
        #[arg(required = true, value_delimiter = ',', value_parser = role)]
        roles: Vec<Role>,
    },
}

/// The role of this name, for the command line.
pub fn role(text: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::name).join(", ");
    Role::parse(text).ok_or_else(|| format!("is no role; known are: {}", known()))
}

impl Command {
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        match self {
            Self::List => {
                let mut cursor = String::new();
                loop {
                    let page = remote.get(&format!("/users?limit=500&cursor={}", segment(&cursor))).await?;
                    items(&page).try_for_each(|user| say(line(user)))?;
                    match page.get("next").and_then(Value::as_str) {
                        Some(next) => next.clone_into(&mut cursor),
                        None => return Ok(()),
                    }
                }
            }
            Self::Invite { name, roles, display_name, email, stores, regions, language } => {
                let listed = remote.get(&format!("/users?limit=500&search={}", segment(&name))).await?;
                let known = items(&listed).any(|user| text(user, "/name") == name);
                let invited = if known {
                    if !roles.is_empty() {
                        bail!("{name} exists already; change the roles with `mortise user roles {name} …`");
                    }
                    remote.post(&format!("/users/{}/invite", segment(&name)), &json!({})).await?
                } else {
                    if roles.is_empty() {
                        bail!("there is no user {name}; to create one, say what they are with --roles");
                    }
                    let wish = json!({
                        "name": name, "display_name": display_name, "email": email, "roles": roles, "stores": stores,
                        "regions": regions, "language": language.as_deref().unwrap_or("zh"),
                    });
                    remote.post("/users", &wish).await?
                };
                say(text(&invited, "/link"))?;
                say(format!("{name} sets the password there, once, until {}", text(&invited, "/expires_at")))
            }
            Self::Disable { name } => switch(remote, &name, "disable").await,
            Self::Enable { name } => switch(remote, &name, "enable").await,
            Self::Roles { name, roles } => {
                let path = format!("/users/{}", segment(&name));
                let user = remote.get(&path).await?;
                let user = user.as_object().context("the server's answer is no user")?;
                let kept = ["display_name", "email", "stores", "regions", "language"];
                let kept = user.iter().filter(|(field, _)| kept.contains(&field.as_str()));
                let mut profile: serde_json::Map<String, Value> =
                    kept.map(|(field, value)| (field.clone(), value.clone())).collect();
                profile.insert("roles".into(), json!(roles));
                say(line(&remote.put(&path, &profile).await?))
            }
        }
    }
}

async fn switch(remote: &Remote, name: &str, verb: &str) -> anyhow::Result<()> {
    say(line(&remote.post(&format!("/users/{}/{verb}", segment(name)), &json!({})).await?))
}

fn line(user: &Value) -> String {
    let list = |name: &str| {
        let entries = user.get(name).and_then(Value::as_array).into_iter().flatten();
        entries.filter_map(Value::as_str).collect::<Vec<_>>().join(",")
    };
    let flag = |name: &str| user.get(name).and_then(Value::as_bool).unwrap_or(false);
    let state = match (flag("disabled"), flag("has_password")) {
        (true, _) => "disabled",
        (false, true) => "active",
        (false, false) => "invited",
    };
    let places = [list("stores"), list("regions")].join(" ");
    let parts = [text(user, "/name"), state, &list("roles"), places.trim(), text(user, "/display_name")];
    parts.join("  ").trim_end().to_owned()
}

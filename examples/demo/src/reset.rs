//! What an earlier Mortise left in a database of people's own is only dropped when they ask for it, and only that.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, anyhow, bail, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::folder::project;
use crate::host::Api;

const REMEDY: &str = "name an empty database, or let --reset drop Mortise's own tables in it";

const UNUSABLE: &str = "the database that --database names cannot be used: create or start it, name another, or leave \
                        --database out for one that the demo makes itself";

/// What can be known to be wrong before anything is built.
pub fn look_ahead(database: Option<&str>, reset: bool) -> anyhow::Result<()> {
    let Some(file) = database.and_then(|url| url.strip_prefix("sqlite:")) else { return Ok(()) };
    ensure!(
        !reset,
        "--reset is for PostgreSQL only: name a new file with --database, delete the old one yourself, or leave --database \
         out: the demo makes its own anew each time"
    );
    let file = file.trim_start_matches("//").split('?').next().unwrap_or_default();
    ensure!(
        !file.starts_with(":memory:"),
        "a database in memory does not outlive the host, which the demo starts more than once: name a file, or leave \
         --database out"
    );
    let folder = Path::new(file).parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        bail!("the folder {} of the database does not exist: create it, or name another file", folder.display());
    }
    Ok(())
}

/// Drops the tables of Mortise, by PostgreSQL's own client.
pub async fn reset(url: &str) -> anyhow::Result<()> {
    let folder = project().join("host/store/migrations");
    let mut text = String::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        text.push_str(&std::fs::read_to_string(entry?.path())?);
    }
    let sql = drop_statement(&text);
    let mut command = Command::new("psql");
    command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", &sql]);
    // The address has a password, which the command line would show to everybody.
    let address = reqwest::Url::parse(url).context("the database's address")?;
    connection_variables(&address, &mut command);
    let output = command.stdin(Stdio::null()).output().await;
    let output =
        output.with_context(|| format!("psql cannot be started; install postgresql-client, or run yourself: {sql}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let dropped = anyhow!("the tables could not be dropped: {words}");
        // Its own exit code for a server that it did not reach.
        return Err(if output.status.code() == Some(2) { dropped.context(UNUSABLE) } else { dropped });
    }
    Ok(())
}

/// One statement for all tables, so that they may refer to each other; tables of others that refer to them stop it. Where the
/// tables that only Mortise has are not there, the others of the same name are somebody else's.
fn drop_statement(migrations: &str) -> String {
    let mut tables = vec!["_sqlx_migrations".to_owned()];
    for line in migrations.lines() {
        let mut words = line.split_whitespace().map(str::to_ascii_lowercase);
        if words.next().as_deref() == Some("create") && words.next().as_deref() == Some("table") {
            let name = words.find(|word| !["if", "not", "exists"].contains(&word.as_str())).unwrap_or_default();
            let name: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                tables.push(name);
            }
        }
    }
    format!(
        "do $$ begin if to_regclass('_sqlx_migrations') is not null and to_regclass('key_check') is not null \
         then drop table if exists {}; end if; end $$",
        tables.join(", ")
    )
}

fn connection_variables(address: &reqwest::Url, command: &mut Command) {
    let decoded = |text: &str| {
        // A query string decodes percent signs, and knows plus signs only as spaces.
        let query = format!("x={}", text.replace('+', "%2B"));
        reqwest::Url::parse(&format!("http://h/?{query}"))
            .ok()
            .and_then(|url| url.query_pairs().next().map(|(_, value)| value.into_owned()))
            .unwrap_or_default()
    };
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            command.env(name, value);
        }
    };
    set("PGHOST", address.host_str().unwrap_or_default().to_owned());
    set("PGPORT", address.port().map(|port| port.to_string()).unwrap_or_default());
    set("PGUSER", decoded(address.username()));
    set("PGPASSWORD", decoded(address.password().unwrap_or_default()));
    set("PGDATABASE", decoded(address.path().trim_start_matches('/')));
    for (name, value) in address.query_pairs() {
        match name.as_ref() {
            "host" => set("PGHOST", value.into_owned()),
            "port" => set("PGPORT", value.into_owned()),
            "user" => set("PGUSER", value.into_owned()),
            "password" => set("PGPASSWORD", value.into_owned()),
            "dbname" => set("PGDATABASE", value.into_owned()),
            "sslmode" => set("PGSSLMODE", value.into_owned()),
            "options" => set("PGOPTIONS", value.into_owned()),
            _ => {}
        }
    }
}

/// Fails where the database is in use already.
pub async fn must_be_new(token: Option<&str>, api: Option<&Api>) -> anyhow::Result<()> {
    let (Some(_), Some(api)) = (token, api) else {
        bail!("the database holds a Mortise already (its first token is elsewhere): {REMEDY}");
    };
    let status = api.get("/status").await?;
    let orders: u64 = status["orders"].as_object().into_iter().flatten().filter_map(|(_, count)| count.as_u64()).sum();
    let connections = status["connections"].as_array().map_or(0, Vec::<Value>::len);
    ensure!(
        orders == 0 && connections == 0,
        "the database holds {orders} orders and {connections} connections already: {REMEDY}"
    );
    Ok(())
}

/// What to do where the host does not start because of the database: an earlier one has sealed it with a key of its own, or it
/// cannot be opened at all.
pub fn hint(error: anyhow::Error) -> anyhow::Error {
    let words = format!("{error:#}");
    if words.contains("secret key") {
        return error.context(format!("the database holds a Mortise already: {REMEDY}"));
    }
    if words.contains("the database") { error.context(UNUSABLE) } else { error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_tables_are_dropped() {
        let sql = drop_statement(
            "-- create table no\nCREATE TABLE orders (\n id bigint);\ncreate table if not exists kv(x int);\nCREATE INDEX i ON orders (id);",
        );
        assert!(sql.contains("then drop table if exists _sqlx_migrations, orders, kv; end if"), "{sql}");
        assert!(sql.contains("to_regclass('key_check') is not null"), "{sql}");
    }

    #[test]
    fn what_cannot_go_well_is_told_before_anything_is_built() {
        let wrong = |url: &str, reset| look_ahead(Some(url), reset).unwrap_err().to_string();
        assert!(wrong("sqlite:x.db", true).contains("name a new file with --database"));
        assert!(wrong("sqlite:/nowhere/at/all/x.db", false).starts_with("the folder /nowhere/at/all of the database"));
        assert!(wrong("sqlite:///nowhere/x.db?mode=rwc", false).starts_with("the folder /nowhere of"));
        assert!(wrong("sqlite::memory:", false).contains("name a file"));
        for (fine, reset) in [("sqlite:x.db", false), ("sqlite:/tmp/x.db", false), ("postgres://h/x", true)] {
            look_ahead(Some(fine), reset).unwrap();
        }
        look_ahead(None, false).unwrap();
    }

    #[test]
    fn the_hosts_words_about_the_database_come_with_a_remedy() {
        let told = |words: &'static str| format!("{:#}", hint(anyhow!("the host ended by itself: {words}")));
        let closed = told("the database cannot be opened: check URL, rights and that it runs (refused)");
        assert!(
            closed.starts_with("the database that --database names cannot be used: create or start it"),
            "{closed}"
        );
        assert!(closed.ends_with("the database cannot be opened: check URL, rights and that it runs (refused)"));
        assert_eq!(told("no port is free"), "the host ended by itself: no port is free");
    }

    #[test]
    fn the_address_goes_into_variables() {
        let mut command = Command::new("psql");
        let address = reqwest::Url::parse("postgres://me:p%40ss+word@db:5433/demo?sslmode=disable").unwrap();
        connection_variables(&address, &mut command);
        let set: Vec<(String, String)> = command
            .as_std()
            .get_envs()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.unwrap().to_string_lossy().into_owned()))
            .collect();
        let pairs: Vec<(&str, &str)> = set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected = [
            ("PGDATABASE", "demo"),
            ("PGHOST", "db"),
            ("PGPASSWORD", "p@ss+word"),
            ("PGPORT", "5433"),
            ("PGSSLMODE", "disable"),
            ("PGUSER", "me"),
        ];
        assert_eq!(pairs, expected);
    }
}

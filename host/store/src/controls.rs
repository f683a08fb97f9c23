//! Connections that a person lets rest, and breakers closed by hand.

use std::collections::HashMap;

use mortise_domain::control::Pause;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::timeline::Entry;
use serde_json::json;

use crate::Store;
use crate::company::bump;
use crate::counters::{Counter, Ids};
use crate::database::{Row, Sql, Tx, transact};
use crate::fault::Fault;
use crate::timeline::Entries;

/// What a person has said about a connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Control {
    /// It rests.
    pub pause: Option<Pause>,
    /// When its breakers were closed by hand; 0: never.
    pub breakers_closed_at: Instant,
}

/// Kind of the subjects that are connections; the subject is the connection's name.
const CONNECTION: &str = "connection";

impl Store {
    /// What people have said, by connection.
    pub async fn controls(&self) -> Result<HashMap<String, Control>, StoreError> {
        let sql = "SELECT connection, breakers_closed_at, paused_at, paused_until, paused_by, reason FROM connection_controls";
        let rows = self.database.all(Sql::new(sql)).await?;
        Ok(rows.into_iter().map(|mut row| Ok((row.take()?, read(&mut row)?))).collect::<Result<_, Fault>>()?)
    }

    /// Lets a connection rest. In force on every node as soon as it looks.
    pub async fn pause_connection(&self, connection: &str, pause: &Pause) -> Result<(), StoreError> {
        let ids = self.ids(Counter::Entry, 1).await?;
        let data = json!({ "reason": pause.reason, "until": pause.until });
        let entry = Entry::by(&pause.by, pause.since, "connection.paused", data);
        let sql = "INSERT INTO connection_controls (connection, paused_at, paused_until, paused_by, reason) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (connection) DO UPDATE SET paused_at = excluded.paused_at, paused_until = excluded.paused_until, \
                   paused_by = excluded.paused_by, reason = excluded.reason";
        let sql = || {
            let sql = Sql::new(sql).bind(connection).bind(pause.since).bind(pause.until);
            sql.bind(&pause.by).bind(&pause.reason)
        };
        Ok(transact!(self.database, tx => say(tx, connection, sql(), &entry, ids.clone()))?)
    }

    /// Ends a rest.
    pub async fn resume_connection(&self, connection: &str, actor: &str) -> Result<(), StoreError> {
        let ids = self.ids(Counter::Entry, 1).await?;
        let entry = Entry::by(actor, self.now(), "connection.resumed", json!({}));
        let sql = "UPDATE connection_controls SET paused_at = NULL, paused_until = NULL, paused_by = NULL, reason = NULL \
                   WHERE connection = $1";
        let sql = || Sql::new(sql).bind(connection);
        Ok(transact!(self.database, tx => say(tx, connection, sql(), &entry, ids.clone()))?)
    }

    /// Forgets the failures of a connection's calls, on every node.
    pub async fn close_breakers(&self, connection: &str, actor: &str) -> Result<(), StoreError> {
        let ids = self.ids(Counter::Entry, 1).await?;
        let now = self.now();
        let entry = Entry::by(actor, now, "connection.breakers-closed", json!({}));
        // Each time is another one, even where the clock stands still.
        let sql = "INSERT INTO connection_controls (connection, breakers_closed_at) VALUES ($1, $2) \
                   ON CONFLICT (connection) DO UPDATE SET breakers_closed_at = CASE \
                   WHEN excluded.breakers_closed_at > connection_controls.breakers_closed_at THEN excluded.breakers_closed_at \
                   ELSE connection_controls.breakers_closed_at + 1 END";
        let sql = || Sql::new(sql).bind(connection).bind(now);
        Ok(transact!(self.database, tx => say(tx, connection, sql(), &entry, ids.clone()))?)
    }
}

async fn say(tx: &mut Tx, connection: &str, sql: Sql, entry: &Entry, mut ids: Ids) -> Result<(), Fault> {
    bump(tx).await?;
    tx.execute(sql).await?;
    let mut entries = Entries::default();
    entries.push(&mut ids, CONNECTION, connection.to_owned(), entry)?;
    entries.write(tx).await
}

fn read(row: &mut Row) -> Result<Control, Fault> {
    let breakers_closed_at = row.take()?;
    let (since, until): (Option<Instant>, Option<Instant>) = (row.take()?, row.take()?);
    let (by, reason): (Option<String>, Option<String>) = (row.take()?, row.take()?);
    let pause = since.map(|since| Pause {
        since,
        until: until.unwrap_or(Instant::NEVER),
        by: by.unwrap_or_default(),
        reason: reason.unwrap_or_default(),
    });
    Ok(Control { pause, breakers_closed_at })
}

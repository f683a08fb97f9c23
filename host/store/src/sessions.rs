//! Sessions of people who signed in; of their ids only the hashes are stored.

use mortise_domain::ids::UserId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::user::User;
use serde::Serialize;

use crate::Store;
use crate::counters::Counter;
use crate::database::{Row, Sql, Tx, transact};
use crate::fault::Fault;
use crate::users;

/// How often the last use of a session is noted, in microseconds.
const NOTED_EVERY: i64 = 60_000_000;

/// A session before it is stored.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose it is.
    pub user: UserId,
    /// The hash of the password by which it is opened.
    pub password: String,
    /// SHA-256 of its id.
    pub hash: [u8; 32],
    /// It ends then, however much it is used.
    pub expires_at: Instant,
    /// From where it was opened.
    pub address: String,
    /// With which program it was opened.
    pub agent: String,
}

/// A session without its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Its number.
    pub id: i64,
    /// Since when.
    pub created_at: Instant,
    /// To the minute.
    pub seen_at: Instant,
    /// It ends then, however much it is used.
    pub expires_at: Instant,
    /// From where it was opened.
    pub address: String,
    /// With which program it was opened.
    pub agent: String,
}

const COLUMNS: &str = "s.id, s.created_at, s.seen_at, s.expires_at, s.address, s.agent";

impl Store {
    /// Keeps a session; none: the password was changed or the user disabled since it was looked at.
    pub async fn open_session(&self, new: &NewSession) -> Result<Option<i64>, StoreError> {
        let id = self.ids(Counter::Session, 1).await?.one()?;
        let now = self.now();
        Ok(transact!(self.database, tx => open(tx, new, id, now))?)
    }

    /// As [`Self::session_of`], which is a use of the session.
    pub async fn verify_session(
        &self,
        hash: &[u8; 32],
        now: Instant,
        idle_since: Instant,
    ) -> Result<Option<(Session, User)>, StoreError> {
        let found = self.session_of(hash, now, idle_since).await?;
        if let Some((session, _)) = &found
            && session.seen_at <= Instant(now.0.saturating_sub(NOTED_EVERY))
        {
            let sql = Sql::new("UPDATE sessions SET seen_at = $2 WHERE id = $1").bind(session.id).bind(now);
            // A note that is missing must not throw anyone out.
            if let Err(error) = self.database.execute(sql).await {
                tracing::warn!(%error, session = session.id, "the last use of a session was not noted");
            }
        }
        Ok(found)
    }

    /// The session of this hash with its user; none: unknown, ended, too old, not used since `idle_since`, or the user is
    /// disabled.
    pub async fn session_of(
        &self,
        hash: &[u8; 32],
        now: Instant,
        idle_since: Instant,
    ) -> Result<Option<(Session, User)>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(", ").push(users::COLUMNS).push(
            " FROM sessions s JOIN users u ON u.id = s.user_id \
             WHERE s.hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND u.disabled = FALSE",
        );
        let sql = sql.bind(hash.as_slice()).bind(now).bind(idle_since);
        let Some(mut row) = self.database.first(sql).await? else { return Ok(None) };
        Ok(Some((read(&mut row)?, users::read(&mut row)?)))
    }

    /// Sessions of a user that have not ended, newest first.
    pub async fn sessions(&self, user: UserId, idle_since: Instant) -> Result<Vec<Session>, StoreError> {
        let sql = Sql::new("SELECT ")
            .push(COLUMNS)
            .push(" FROM sessions s WHERE s.user_id = $1 AND s.expires_at > $2 AND s.seen_at > $3 ORDER BY s.id DESC");
        let rows = self.database.all(sql.bind(user.0).bind(self.now()).bind(idle_since)).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// Ends a session of this user. Answers whether there was one.
    pub async fn end_session(&self, user: UserId, id: i64) -> Result<bool, StoreError> {
        let sql = Sql::new("DELETE FROM sessions WHERE user_id = $1 AND id = $2").bind(user.0).bind(id);
        Ok(self.database.execute(sql).await? > 0)
    }

    /// Ends the session of this hash, whosever it is.
    pub async fn end_session_of(&self, hash: &[u8; 32]) -> Result<(), StoreError> {
        self.database.execute(Sql::new("DELETE FROM sessions WHERE hash = $1").bind(hash.as_slice())).await?;
        Ok(())
    }

    /// Ends all sessions of a user but this one. Answers how many.
    pub async fn end_sessions(&self, user: UserId, but: Option<i64>) -> Result<u64, StoreError> {
        let sql = Sql::new("DELETE FROM sessions WHERE user_id = $1").bind(user.0);
        let sql = match but {
            Some(id) => sql.push_bind(" AND id <> ", id),
            None => sql,
        };
        Ok(self.database.execute(sql).await?)
    }

    /// Removes sessions and invitations that have ended, and failed sign-ins that are forgotten.
    pub async fn sweep_access(&self, idle_since: Instant, forgotten: Instant) -> Result<(), StoreError> {
        let now = self.now();
        let sql = "DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2";
        self.database.execute(Sql::new(sql).bind(now).bind(idle_since)).await?;
        self.database.execute(Sql::new("DELETE FROM invites WHERE expires_at <= $1").bind(now)).await?;
        self.database.execute(Sql::new("DELETE FROM guesses WHERE last_at <= $1").bind(forgotten)).await?;
        Ok(())
    }
}

async fn open(tx: &mut Tx, new: &NewSession, id: i64, now: Instant) -> Result<Option<i64>, Fault> {
    let sql = "SELECT id FROM users WHERE id = $1 AND password = $2 AND disabled = FALSE /* lock */";
    if tx.first(Sql::new(sql).bind(new.user.0).bind(&new.password)).await?.is_none() {
        return Ok(None);
    }
    let sql = "INSERT INTO sessions (id, user_id, hash, created_at, seen_at, expires_at, address, agent) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let sql = Sql::new(sql).bind(id).bind(new.user.0).bind(new.hash.as_slice()).bind(now).bind(now);
    tx.execute(sql.bind(new.expires_at).bind(&new.address).bind(&new.agent)).await?;
    tx.execute(Sql::new("UPDATE users SET last_login_at = $2 WHERE id = $1").bind(new.user.0).bind(now)).await?;
    Ok(Some(id))
}

fn read(row: &mut Row) -> Result<Session, Fault> {
    Ok(Session {
        id: row.take()?,
        created_at: row.take()?,
        seen_at: row.take()?,
        expires_at: row.take()?,
        address: row.take()?,
        agent: row.take()?,
    })
}

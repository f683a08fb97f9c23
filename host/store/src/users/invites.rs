//! Invitations: one link by which a user sets a password, the first one or another.

use mortise_domain::ids::UserId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::user::User;

use super::{COLUMNS, close_doors, read};
use crate::Store;
use crate::database::{Sql, Tx, transact};
use crate::fault::Fault;

impl Store {
    /// Keeps the hash of a new link, which voids the one before.
    pub async fn invite(
        &self,
        user: UserId,
        hash: &[u8; 32],
        actor: &str,
        expires_at: Instant,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO invites (user_id, hash, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, created_by = excluded.created_by, \
                   created_at = excluded.created_at, expires_at = excluded.expires_at";
        let sql = Sql::new(sql).bind(user.0).bind(hash.as_slice()).bind(actor).bind(self.now()).bind(expires_at);
        self.database.execute(sql).await?;
        Ok(())
    }

    /// Whom the link invites, and until when; none: it was used, voided, has expired or never was.
    pub async fn invited(&self, hash: &[u8; 32], now: Instant) -> Result<Option<(User, Instant)>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(
            ", i.expires_at FROM invites i JOIN users u ON u.id = i.user_id \
             WHERE i.hash = $1 AND i.expires_at > $2 AND u.disabled = FALSE",
        );
        let Some(mut row) = self.database.first(sql.bind(hash.as_slice()).bind(now)).await? else { return Ok(None) };
        Ok(Some((read(&mut row)?, row.take()?)))
    }

    /// Uses the link up: sets the password and ends all sessions. Answers whether it was still good; of two who use it at the
    /// same time one is told no.
    pub async fn accept_invite(&self, hash: &[u8; 32], password: &str, now: Instant) -> Result<bool, StoreError> {
        Ok(transact!(self.database, tx => accept(tx, hash, password, now))?)
    }
}

async fn accept(tx: &mut Tx, hash: &[u8; 32], password: &str, now: Instant) -> Result<bool, Fault> {
    let sql = "DELETE FROM invites WHERE hash = $1 AND expires_at > $2 AND user_id IN \
               (SELECT id FROM users WHERE disabled = FALSE) RETURNING user_id";
    let Some(mut row) = tx.first(Sql::new(sql).bind(hash.as_slice()).bind(now)).await? else { return Ok(false) };
    let user = UserId(row.take()?);
    tx.execute(Sql::new("UPDATE users SET password = $2 WHERE id = $1").bind(user.0).bind(password)).await?;
    close_doors(tx, user).await?;
    Ok(true)
}

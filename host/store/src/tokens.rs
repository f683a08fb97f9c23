//! Tokens of machines and people; only their hashes are stored.

use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use serde::Serialize;

use crate::Store;
use crate::counters::Counter;
use crate::database::{Row, Sql};
use crate::fault::Fault;

/// How often the last use of a token is noted, in microseconds.
const NOTED_EVERY: i64 = 60_000_000;

/// A token before it is stored.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Unique; stands in stories as the actor.
    pub name: String,
    /// What its bearer may do.
    pub role: String,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// [`Instant::NEVER`]: until it is revoked.
    pub expires_at: Instant,
}

/// A token without its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Its id.
    pub id: i64,
    /// Unique; stands in stories as the actor.
    pub name: String,
    /// What its bearer may do.
    pub role: String,
    /// Since when.
    pub created_at: Instant,
    /// Until when.
    pub expires_at: Instant,
    /// To the minute.
    pub last_used_at: Option<Instant>,
    /// Since then it is void.
    pub revoked_at: Option<Instant>,
}

const COLUMNS: &str = "SELECT id, name, role, created_at, expires_at, last_used_at, revoked_at FROM api_tokens";

impl Store {
    /// Keeps a token's hash.
    pub async fn create_token(&self, new: &NewToken) -> Result<Token, StoreError> {
        let id = self.ids(Counter::Token, 1).await?.one()?;
        let token = Token {
            id,
            name: new.name.clone(),
            role: new.role.clone(),
            created_at: self.now(),
            expires_at: new.expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        let sql =
            "INSERT INTO api_tokens (id, name, role, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
        let sql = Sql::new(sql).bind(id).bind(&token.name).bind(&token.role).bind(new.hash.as_slice());
        match self.database.execute(sql.bind(token.created_at).bind(token.expires_at)).await {
            Ok(_) => Ok(token),
            Err(fault) if fault.is_duplicate() => {
                Err(StoreError::Conflict(format!("there is a token {} already: choose another name", new.name)))
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// The token of this hash; none: unknown, revoked or expired.
    pub async fn verify_token(&self, hash: &[u8; 32], now: Instant) -> Result<Option<Token>, StoreError> {
        let sql = Sql::new(COLUMNS).push(" WHERE hash = $1 AND revoked_at IS NULL AND expires_at > $2");
        let Some(mut row) = self.database.first(sql.bind(hash.as_slice()).bind(now)).await? else { return Ok(None) };
        let token = read(&mut row)?;
        let noted_before = Instant(now.0.saturating_sub(NOTED_EVERY));
        if token.last_used_at.is_none_or(|at| at <= noted_before) {
            let sql = "UPDATE api_tokens SET last_used_at = $2 WHERE id = $1";
            // A note that is missing must not lock anyone out.
            if let Err(error) = self.database.execute(Sql::new(sql).bind(token.id).bind(now)).await {
                tracing::warn!(%error, token = token.name, "the last use of a token was not noted");
            }
        }
        Ok(Some(token))
    }

    /// All tokens, by name.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let rows = self.database.all(Sql::new(COLUMNS).push(" ORDER BY name")).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// Makes a token void.
    pub async fn revoke_token(&self, id: i64) -> Result<(), StoreError> {
        let sql = "UPDATE api_tokens SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1";
        match self.database.execute(Sql::new(sql).bind(id).bind(self.now())).await? {
            0 => Err(StoreError::NotFound(format!("token {id}"))),
            _ => Ok(()),
        }
    }
}

fn read(row: &mut Row) -> Result<Token, Fault> {
    Ok(Token {
        id: row.take()?,
        name: row.take()?,
        role: row.take()?,
        created_at: row.take()?,
        expires_at: row.take()?,
        last_used_at: row.take()?,
        revoked_at: row.take()?,
    })
}

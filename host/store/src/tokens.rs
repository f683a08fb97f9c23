//! Tokens of machines and people; only their hashes are stored.

use mortise_domain::access::{Places, Roles, Scope};
use mortise_domain::ids::UserId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::counters::Counter;
use crate::database::{Row, Sql, json_text};
use crate::fault::Fault;

/// How often the last use of a token is noted, in microseconds.
const NOTED_EVERY: i64 = 60_000_000;

/// A token before it is stored.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Unique; stands in stories as the actor.
    pub name: String,
    /// What its bearer may do, within the scope and, where it has an owner, within what the owner may.
    pub roles: Roles,
    /// Its bounds.
    pub scope: Scope,
    /// Where its own things are; with an owner, the owner's places count instead.
    pub places: Places,
    /// For whom it speaks; none: a machine of the company.
    pub owner: Option<UserId>,
    /// Who made it.
    pub created_by: String,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// [`Instant::NEVER`]: until it is revoked.
    pub expires_at: Instant,
}

/// A token without its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: i64,
    /// Unique; stands in stories as the actor.
    pub name: String,
    /// What its bearer may do.
    pub roles: Roles,
    /// Its bounds.
    pub scope: Scope,
    /// Where its own things are.
    pub places: Places,
    /// For whom it speaks.
    pub owner: Option<UserId>,
    /// Who made it.
    pub created_by: String,
    /// Since when.
    pub created_at: Instant,
    /// Until when.
    pub expires_at: Instant,
    /// To the minute.
    pub last_used_at: Option<Instant>,
    /// Since then it is void.
    pub revoked_at: Option<Instant>,
}

const COLUMNS: &str = "SELECT id, name, roles, scope, stores, regions, owner, created_by, created_at, expires_at, \
                       last_used_at, revoked_at FROM api_tokens";

impl Store {
    /// Keeps a token's hash.
    pub async fn create_token(&self, new: &NewToken) -> Result<Token, StoreError> {
        let id = self.ids(Counter::Token, 1).await?.one()?;
        let token = Token {
            id,
            name: new.name.clone(),
            roles: new.roles.clone(),
            scope: new.scope.clone(),
            places: new.places.clone(),
            owner: new.owner,
            created_by: new.created_by.clone(),
            created_at: self.now(),
            expires_at: new.expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        let sql = "INSERT INTO api_tokens (id, name, roles, scope, stores, regions, owner, created_by, hash, created_at, \
                   expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let sql = Sql::new(sql).bind(id).bind(&token.name).bind(json_text(&token.roles)?);
        let sql = sql.bind(json_text(&token.scope)?).bind(json_text(&token.places.stores)?);
        let sql = sql.bind(json_text(&token.places.regions)?).bind(token.owner.map(|owner| owner.0));
        let sql = sql.bind(&token.created_by).bind(new.hash.as_slice()).bind(token.created_at).bind(token.expires_at);
        match self.database.execute(sql).await {
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
        roles: row.json("roles")?,
        scope: row.json("scope")?,
        places: Places { stores: row.json("stores of a token")?, regions: row.json("regions of a token")? },
        owner: row.take::<Option<i64>>()?.map(UserId),
        created_by: row.take()?,
        created_at: row.take()?,
        expires_at: row.take()?,
        last_used_at: row.take()?,
        revoked_at: row.take()?,
    })
}

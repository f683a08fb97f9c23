//! Credentials of connections: only ciphertext is stored.

use async_trait::async_trait;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::sandbox::{Credential, Vault};
use mortise_domain::secret::Secret;
use serde::Serialize;

use crate::Store;
use crate::company::bump;
use crate::database::{Sql, transact};
use crate::fault::Fault;

/// A slot that has a value. The value itself is never answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilledSlot {
    /// Slot of the manifest.
    pub slot: String,
    /// Never, for those that an admin filled in.
    pub expires_at: Instant,
    /// Since when it has this value.
    pub updated_at: Instant,
    /// Another one with every value: two changes at the same time of the clock are still two. It says nothing of the value.
    #[serde(skip)]
    pub mark: Vec<u8>,
}

/// What a sealed credential is bound to; a row copied elsewhere does not open.
fn place(connection: &str, slot: &str) -> String {
    format!("credential/{connection}/{slot}")
}

#[async_trait]
impl Vault for Store {
    async fn credentials(&self, connection: &str) -> Result<Vec<Credential>, StoreError> {
        let sql = "SELECT slot, nonce, ciphertext, expires_at FROM credentials WHERE connection = $1 ORDER BY slot";
        let rows = self.database.all(Sql::new(sql).bind(connection)).await?;
        Ok(rows.into_iter().map(|mut row| open(self, connection, &mut row)).collect::<Result<_, Fault>>()?)
    }

    async fn keep(&self, connection: &str, credential: &Credential) -> Result<(), StoreError> {
        let Credential { slot, value, expires_at } = credential;
        let (nonce, ciphertext) = self.key.seal(&place(connection, slot), value.expose().as_bytes())?;
        let now = self.now();
        let sql = "INSERT INTO credentials (connection, slot, nonce, ciphertext, expires_at, updated_at) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (connection, slot) DO UPDATE SET nonce = excluded.nonce, \
                   ciphertext = excluded.ciphertext, expires_at = excluded.expires_at, updated_at = excluded.updated_at";
        transact!(self.database, tx => async {
            if *expires_at == Instant::NEVER {
                bump(tx).await?;
            }
            let sql = Sql::new(sql).bind(connection).bind(slot).bind(nonce.clone()).bind(ciphertext.clone());
            tx.execute(sql.bind(*expires_at).bind(now)).await
        })?;
        Ok(())
    }

    async fn forget(&self, connection: &str, slot: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM credentials WHERE connection = $1 AND slot = $2";
        transact!(self.database, tx => async {
            bump(tx).await?;
            tx.execute(Sql::new(sql).bind(connection).bind(slot)).await
        })?;
        Ok(())
    }
}

fn open(store: &Store, connection: &str, row: &mut crate::database::Row) -> Result<Credential, Fault> {
    let slot: String = row.take()?;
    let (nonce, ciphertext): (Vec<u8>, Vec<u8>) = (row.take()?, row.take()?);
    let value = store.key.open(&place(connection, &slot), &nonce, &ciphertext);
    let value = value.and_then(|bytes| std::str::from_utf8(&bytes).ok().map(Secret::new));
    let value = value.ok_or_else(|| {
        Fault::inconsistent("credential", format!("{connection}/{slot} does not open: fill it in again"))
    })?;
    Ok(Credential { slot, value, expires_at: row.take()? })
}

impl Store {
    /// The slots of a connection that have values.
    pub async fn filled_slots(&self, connection: &str) -> Result<Vec<FilledSlot>, StoreError> {
        let sql = "SELECT slot, expires_at, updated_at, nonce FROM credentials WHERE connection = $1 ORDER BY slot";
        let rows = self.database.all(Sql::new(sql).bind(connection)).await?;
        let read = |mut row: crate::database::Row| {
            // Each value is sealed with a nonce of its own.
            Ok(FilledSlot { slot: row.take()?, expires_at: row.take()?, updated_at: row.take()?, mark: row.take()? })
        };
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }
}

//! Opening the store: engine, schema, key.

use std::sync::Arc;

use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::Clock;
use sqlx::migrate::{MigrateError, Migrator};
use tokio::sync::Mutex;

use crate::counters::{Counter, Counters, Ids};
use crate::database::{Database, OpenFault, Sql, open};
use crate::fault::Fault;
use crate::key::SecretKey;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// What is sealed under the key to know it again.
pub(crate) const KEY_CHECK: &str = "mortise";

/// The company's memory. Clones share pools, ids and key.
#[derive(Clone)]
pub struct Store {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) key: SecretKey,
    counters: Counters,
    /// Slots of rates are taken one by one in this process; see `rates`.
    pub(crate) slots: Arc<Mutex<()>>,
}

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither engine.
    #[error("the database URL is not understood: use `sqlite:PATH` or `postgres://USER@HOST/DATABASE`")]
    Url,
    /// It does not answer.
    #[error("the database cannot be opened: check URL, rights and that it runs ({0})")]
    Database(sqlx::Error),
    /// Written by a newer program.
    #[error(
        "the database has schema {found}, this program knows schemas up to {known}: it was used by a newer Mortise; \
         install that version or restore the backup from before its upgrade"
    )]
    NewerSchema {
        /// Of the database.
        found: i64,
        /// Of this program.
        known: i64,
    },
    /// Written by an older program, which may still be running.
    #[error("the database has schema {found}, this program has {known}: use the program that the server runs")]
    OlderSchema {
        /// Of the database.
        found: i64,
        /// Of this program.
        known: i64,
    },
    /// A step of the upgrade failed.
    #[error("the database cannot be brought to the present schema: {0}")]
    Migration(MigrateError),
    /// Credentials could not be read.
    #[error(
        "the secret key is not the one this database was made with: start with that key; without it every credential must be filled in again"
    )]
    OtherKey,
    /// The first statements failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, brings the schema up to date and checks the key.
    pub async fn open(url: &str, key: SecretKey, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let database = open(url).await.map_err(|fault| match fault {
            OpenFault::Scheme => OpenError::Url,
            OpenFault::Database(error) => OpenError::Database(error),
        })?;
        let store = Self { database, clock, key, counters: Counters::default(), slots: Arc::default() };
        if let Err(error) = store.prepare().await {
            // Also gives back the migrator's lock, which its connection would keep.
            store.close().await;
            return Err(error);
        }
        Ok(store)
    }

    /// Opens without touching the schema and without knowing the key: to read beside a running server.
    pub async fn open_as_it_is(url: &str, key: SecretKey, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let database = open(url).await.map_err(|fault| match fault {
            OpenFault::Scheme => OpenError::Url,
            OpenFault::Database(error) => OpenError::Database(error),
        })?;
        let store = Self { database, clock, key, counters: Counters::default(), slots: Arc::default() };
        let row = store.database.first(Sql::new("SELECT MAX(version) FROM _sqlx_migrations")).await;
        let row = row.map_err(StoreError::from)?;
        let found: Option<i64> = row.map(|mut row| row.take()).transpose().map_err(StoreError::from)?.flatten();
        let (found, known) = (found.unwrap_or_default(), newest_schema());
        let fault = match found.cmp(&known) {
            std::cmp::Ordering::Equal => return Ok(store),
            std::cmp::Ordering::Less => OpenError::OlderSchema { found, known },
            std::cmp::Ordering::Greater => OpenError::NewerSchema { found, known },
        };
        store.close().await;
        Err(fault)
    }

    async fn prepare(&self) -> Result<(), OpenError> {
        let outcome = match &self.database {
            Database::Sqlite { writer, .. } => MIGRATIONS.run(writer).await,
            Database::Postgres(pool) => MIGRATIONS.run(pool).await,
        };
        outcome.map_err(|error| match error {
            MigrateError::VersionMissing(found) => OpenError::NewerSchema { found, known: newest_schema() },
            other => OpenError::Migration(other),
        })?;
        if self.check_key().await.map_err(StoreError::from)? { Ok(()) } else { Err(OpenError::OtherKey) }
    }

    async fn check_key(&self) -> Result<bool, Fault> {
        let (nonce, sealed) = self.key.seal(KEY_CHECK, KEY_CHECK.as_bytes())?;
        let sql = "INSERT INTO key_check (id, nonce, ciphertext) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING";
        self.database.execute(Sql::new(sql).bind(nonce).bind(sealed)).await?;
        let row = self.database.first(Sql::new("SELECT nonce, ciphertext FROM key_check WHERE id = 1")).await?;
        let mut row = row.ok_or_else(|| Fault::inconsistent("key check", "its row is missing"))?;
        let (nonce, sealed): (Vec<u8>, Vec<u8>) = (row.take()?, row.take()?);
        Ok(self.key.open(KEY_CHECK, &nonce, &sealed).is_some())
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// `sqlite` or `postgres`.
    pub const fn engine(&self) -> &'static str {
        match &self.database {
            Database::Sqlite { .. } => "sqlite",
            Database::Postgres(_) => "postgres",
        }
    }

    /// Does the database answer?
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.database.all(Sql::new("SELECT next FROM counters LIMIT 1")).await?;
        Ok(())
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(crate) async fn ids(&self, counter: Counter, count: usize) -> Result<Ids, Fault> {
        self.counters.take(&self.database, counter, count).await
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine()).finish_non_exhaustive()
    }
}

pub(crate) fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

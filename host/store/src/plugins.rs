//! Installed plugins: manifest and component by content hash.

use mortise_domain::instant::Instant;
use mortise_domain::manifest::Manifest;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::company::bump;
use crate::database::{Row, Sql, Tx, json_text, transact};
use crate::fault::Fault;

/// An installed plugin without its component.
#[derive(Debug, Clone, PartialEq)]
pub struct InstalledPlugin {
    /// Content hash: SHA-256, hex.
    pub digest: String,
    /// What it says about itself.
    pub manifest: Manifest,
    /// Of the component, in bytes.
    pub size: i64,
    /// Since when.
    pub installed_at: Instant,
    /// By whom.
    pub installed_by: String,
    /// Where its file was fetched from; empty: it was sent here.
    pub source: String,
}

impl InstalledPlugin {
    /// Name, version and digest, for logs and trails.
    pub fn label(&self) -> String {
        format!("{} {} {}", self.manifest.name, self.manifest.version, self.digest)
    }
}

/// A plugin before it is kept.
#[derive(Debug, Clone, Copy)]
pub struct NewPlugin<'a> {
    /// Content hash: SHA-256, hex.
    pub digest: &'a str,
    /// What it says about itself.
    pub manifest: &'a Manifest,
    /// Its file.
    pub component: &'a [u8],
    /// Where the file was fetched from; empty: it was sent here.
    pub source: &'a str,
}

const COLUMNS: &str = "SELECT digest, manifest, size, installed_at, installed_by, source FROM plugins";

impl Store {
    /// Keeps a component that was sent here. Answers false where it was there already.
    pub async fn install_plugin(
        &self,
        digest: &str,
        manifest: &Manifest,
        component: &[u8],
        actor: &str,
    ) -> Result<bool, StoreError> {
        self.add_plugin(NewPlugin { digest, manifest, component, source: "" }, actor).await
    }

    /// Keeps a component. Answers false where it was there already; nothing changes then.
    pub async fn add_plugin(&self, new: NewPlugin<'_>, actor: &str) -> Result<bool, StoreError> {
        let NewPlugin { digest, manifest, component, source } = new;
        let now = self.now();
        let text = json_text(manifest)?;
        let size = i64::try_from(component.len()).unwrap_or(i64::MAX);
        let sql = "INSERT INTO plugins (digest, name, version, manifest, size, component, installed_at, installed_by, source) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (digest) DO NOTHING";
        let added = transact!(self.database, tx => async {
            bump(tx).await?;
            let sql = Sql::new(sql).bind(digest).bind(&manifest.name).bind(&manifest.version).bind(&text).bind(size);
            tx.execute(sql.bind(component).bind(now).bind(actor).bind(source)).await
        })?;
        Ok(added > 0)
    }

    /// All installed plugins, newest first.
    pub async fn plugins(&self) -> Result<Vec<InstalledPlugin>, StoreError> {
        let rows = self.database.all(Sql::new(COLUMNS).push(" ORDER BY installed_at DESC, digest")).await?;
        Ok(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<_, Fault>>()?)
    }

    /// An installed plugin.
    pub async fn plugin(&self, digest: &str) -> Result<Option<InstalledPlugin>, StoreError> {
        let row = self.database.first(Sql::new(COLUMNS).push(" WHERE digest = $1").bind(digest)).await?;
        Ok(row.map(|mut row| read(&mut row)).transpose()?)
    }

    /// The bytes of an installed plugin.
    pub async fn component(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = Sql::new("SELECT component FROM plugins WHERE digest = $1").bind(digest);
        Ok(self.database.first(sql).await?.map(|mut row| row.take()).transpose()?)
    }

    /// Removes a plugin that no connection uses.
    pub async fn remove_plugin(&self, digest: &str) -> Result<(), StoreError> {
        Ok(transact!(self.database, tx => remove(tx, digest))?)
    }
}

async fn remove(tx: &mut Tx, digest: &str) -> Result<(), Fault> {
    bump(tx).await?;
    let sql = Sql::new("SELECT name FROM connections WHERE plugin = $1 ORDER BY name").bind(digest);
    let names = tx.all(sql).await?.into_iter().map(|mut row| row.take()).collect::<Result<Vec<String>, Fault>>()?;
    if !names.is_empty() {
        let (names, word) = (names.join(", "), if names.len() == 1 { "connection" } else { "connections" });
        let text = format!("used by the {word} {names}: delete what uses it, or give it another version, first");
        return Err(StoreError::Conflict(text).into());
    }
    match tx.execute(Sql::new("DELETE FROM plugins WHERE digest = $1").bind(digest)).await? {
        0 => Err(StoreError::NotFound(format!("installed plugin {digest}")).into()),
        _ => Ok(()),
    }
}

fn read(row: &mut Row) -> Result<InstalledPlugin, Fault> {
    Ok(InstalledPlugin {
        digest: row.take()?,
        manifest: row.json("manifest")?,
        size: row.take()?,
        installed_at: row.take()?,
        installed_by: row.take()?,
        source: row.take()?,
    })
}

//! `mortise backup`, `mortise restore`: on the database itself, beside a running server.

use std::fs;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use mortise_store::{SKIPPED_NUMBERS, SecretKey, Store};

use super::say;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::folder::{Folder, read_private};

/// The memory, as one text.
const DATABASE: &str = "database.jsonl";
/// Attached files.
const FILES: &str = "attachments";

/// Where a backup lies.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// Folder of the backup
    folder: PathBuf,
}

/// Writes a backup while the server goes on.
pub async fn backup(config: &Config, place: Place) -> anyhow::Result<()> {
    let folder = Folder::at(&config.data);
    let to = place.folder;
    fs::create_dir(&to)
        .with_context(|| format!("{} cannot be made; name a folder that does not exist yet", to.display()))?;
    private(&to, 0o700)?;
    // Nothing is decrypted, so that the key is not needed.
    let store = Store::open_as_it_is(&config.database, SecretKey::generate()?, Arc::new(SystemClock)).await?;
    let written = write(&store, &to).await;
    store.close().await;
    let rows = written?;
    let files = copy_files(&folder.attachments(), &to.join(FILES))?;
    say(format!("{}: {rows} rows, {files} attached files", to.display()))?;
    say(format!(
        "The secret key is not in it: keep a copy of {} elsewhere, for without it every credential must be filled in again.",
        folder.secret_key().display()
    ))
}

async fn write(store: &Store, to: &Path) -> anyhow::Result<u64> {
    let path = to.join(DATABASE);
    let file = fs::File::create(&path)?;
    private(&path, 0o600)?;
    let mut out = BufWriter::new(file);
    let rows = store.backup(&mut out).await?;
    out.into_inner()?.sync_all()?;
    Ok(rows)
}

/// Restores a backup into an empty database and data folder, before the server is started there.
pub async fn restore(config: &Config, place: Place) -> anyhow::Result<()> {
    let folder = Folder::open(&config.data)?;
    let from = place.folder;
    let key = key(config, &folder)?;
    let path = from.join(DATABASE);
    let file = fs::File::open(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut text = BufReader::new(file);
    let restored = Store::restore(&config.database, key, Arc::new(SystemClock), &mut text).await?;
    let files = copy_files(&from.join(FILES), &folder.attachments())?;
    say(format!("{} rows and {files} attached files are restored", restored.rows))?;
    say(format!(
        "{} deliveries are in doubt: each is looked up at its upstream before it is sent. {} undecided orders are judged again, and what \
         they cause is looked up likewise. The next {SKIPPED_NUMBERS} numbers of orders are left out, for they may be given away.",
        restored.in_doubt, restored.undecided
    ))
}

/// The key of the backup must be there already: a new one would open nothing.
fn key(config: &Config, folder: &Folder) -> anyhow::Result<SecretKey> {
    if let Some(text) = &config.secret_key {
        return SecretKey::from_hex(text.expose()).context("the secret key of the settings is not usable");
    }
    let path = folder.secret_key();
    let Some(text) = read_private(&path)? else {
        bail!(
            "the secret key is missing: put the copy that was kept apart to {}, or set MORTISE_SECRET_KEY",
            path.display()
        );
    };
    SecretKey::from_hex(&text).with_context(|| format!("the key in {} is not usable", path.display()))
}

fn copy_files(from: &Path, to: &Path) -> anyhow::Result<usize> {
    fs::create_dir_all(to)?;
    private(to, 0o700)?;
    if !from.exists() {
        return Ok(0);
    }
    let mut count = 0;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if !entry.file_type()?.is_file() {
            continue;
        }
        match fs::copy(entry.path(), to.join(entry.file_name())) {
            Ok(_) => count += 1,
            // An upload that was given up since.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("{} cannot be copied", entry.path().display())),
        }
    }
    Ok(count)
}

fn private(path: &Path, mode: u32) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(mode))?)
}

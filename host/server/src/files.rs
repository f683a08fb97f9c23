//! The bytes of attached files: a file without its row in the store is removed, now or later.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use mortise_domain::ids::{LeadId, OrderId};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;

use crate::app::App;

/// A file that nobody has written to for so long is no upload that still goes on.
const AGE: Duration = Duration::from_hours(24);
/// Files that are asked about together.
const AT_ONCE: usize = 500;

/// Name of a new file of an order. Whose it is stands in it, so that its row is found without reading all rows.
pub fn name(order: OrderId, chance: [u8; 16]) -> String {
    format!("{}-{}", order.0, hex::encode(chance))
}

/// Name of a new file of a lead.
pub fn lead_name(lead: LeadId, chance: [u8; 16]) -> String {
    format!("{LEAD}{}-{}", lead.0, hex::encode(chance))
}

/// Name of a new table that is to be imported.
pub fn import_name(chance: [u8; 16]) -> String {
    format!("{IMPORT}{}", hex::encode(chance))
}

const LEAD: &str = "lead-";
const IMPORT: &str = "import-";

/// Whose a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Order(OrderId),
    Lead(LeadId),
    Import,
}

fn owner(name: &str) -> Option<Owner> {
    let (whose, chance) = name.rsplit_once('-')?;
    if chance.len() != 32 {
        return None;
    }
    match whose.strip_prefix(LEAD) {
        Some(lead) => Some(Owner::Lead(LeadId(lead.parse().ok()?))),
        None if format!("{whose}-") == IMPORT => Some(Owner::Import),
        None => Some(Owner::Order(OrderId(whose.parse().ok()?))),
    }
}

/// A file that is removed unless it is kept: also where the request that writes it is broken off.
#[derive(Debug)]
pub struct Unkept(Option<PathBuf>);

impl Unkept {
    /// The file at this path, whether it is there yet or not.
    pub fn new(path: PathBuf) -> Self {
        Self(Some(path))
    }

    /// Leaves it where it is.
    pub fn keep(mut self) -> PathBuf {
        self.0.take().unwrap_or_default()
    }
}

impl Drop for Unkept {
    fn drop(&mut self) {
        // Taking a name out of a folder is quick enough for a thread that serves others.
        if let Some(path) = &self.0
            && let Err(error) = std::fs::remove_file(path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, path = %path.display(), "an incomplete file could not be removed");
        }
    }
}

/// Removes old files that no row names: left by a process that was killed, by a row that was never written, or by a person who was
/// forgotten through another node. Answers how many.
pub async fn sweep(app: &App) -> Result<usize, StoreError> {
    let (folder, before) = (app.folder.attachments(), app.now().before(AGE));
    let listed = tokio::task::spawn_blocking(move || old_files(&folder, before)).await;
    let old = match listed {
        Ok(Ok(old)) => old,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the attached files could not be listed");
            return Ok(0);
        }
        Err(_) => return Ok(0),
    };
    let mut removed = 0;
    for files in old.chunks(AT_ONCE) {
        let known = known(app, files).await?;
        for (_, name) in files.iter().filter(|(_, name)| !known.contains(name)) {
            tracing::info!(file = name, "an attached file belongs to nothing; it is removed");
            drop(Unkept::new(app.folder.attachments().join(name)));
            removed += 1;
        }
    }
    Ok(removed)
}

/// Those of these files that rows name.
async fn known(app: &App, files: &[(Owner, String)]) -> Result<HashSet<String>, StoreError> {
    let (mut orders, mut leads, mut imports) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (owner, name) in files {
        match owner {
            Owner::Order(order) => drop(orders.insert(*order)),
            Owner::Lead(lead) => drop(leads.insert(*lead)),
            Owner::Import => imports.push(name.as_str()),
        }
    }
    let mut known = app.store.attachment_paths(&orders.into_iter().collect::<Vec<_>>()).await?;
    known.extend(app.store.lead_file_paths(&leads.into_iter().collect::<Vec<_>>()).await?);
    known.extend(app.store.lead_import_paths(&imports).await?);
    Ok(known)
}

/// Files last written before then, with what they were meant for.
fn old_files(folder: &Path, before: Instant) -> io::Result<Vec<(Owner, String)>> {
    let mut old = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(owner) = owner(&name) else { continue };
        // One that has just gone is no fault.
        let Ok(written) = entry.metadata().and_then(|file| file.modified()) else { continue };
        let written = written.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        if Instant(0).after(written) < before {
            old.push((owner, name));
        }
    }
    Ok(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_whose_a_file_is() {
        let chance = [7; 16];
        assert_eq!(owner(&name(OrderId(12), chance)), Some(Owner::Order(OrderId(12))));
        assert_eq!(owner(&lead_name(LeadId(12), chance)), Some(Owner::Lead(LeadId(12))));
        assert_eq!(owner(&import_name(chance)), Some(Owner::Import));
        for foreign in ["", "admin.token", "lead-12", "12-abc", "import-", "x-07070707070707070707070707070707"] {
            assert_eq!(owner(foreign), None, "{foreign:?}");
        }
    }
}

//! The Rust SDK's `Cargo.toml` outside of its workspace: what it inherits is written out.

use toml::{Table, Value};

use crate::BuildError;

/// The manifest with the values of the workspace in the places that inherit them.
pub(super) fn standalone(manifest: &[u8], workspace: &str) -> Result<String, BuildError> {
    let mut manifest = read(&String::from_utf8_lossy(manifest))?;
    let workspace = read(workspace)?;
    let workspace = table(&workspace, "workspace");
    let (package, dependencies) = (table(workspace, "package"), table(workspace, "dependencies"));
    manifest.remove("lints");
    manifest.remove("dev-dependencies");
    settle(&mut manifest, package, dependencies);
    // It is no member of whatever workspace it is put into.
    manifest.insert("workspace".into(), Value::Table(Table::new()));
    toml::to_string(&manifest).map_err(|error| broken(&error.to_string()))
}

fn settle(table: &mut Table, package: &Table, dependencies: &Table) {
    for (name, value) in table.iter_mut() {
        let Value::Table(inner) = value else { continue };
        if inner.get("workspace").and_then(Value::as_bool) == Some(true) {
            if let Some(whole) = package.get(name).or_else(|| dependencies.get(name)) {
                *value = whole.clone();
            }
        } else {
            settle(inner, package, dependencies);
        }
    }
}

fn read(text: &str) -> Result<Table, BuildError> {
    text.parse().map_err(|error: toml::de::Error| broken(error.message()))
}

fn table<'a>(table: &'a Table, name: &str) -> &'a Table {
    static NONE: std::sync::LazyLock<Table> = std::sync::LazyLock::new(Table::new);
    table.get(name).and_then(Value::as_table).unwrap_or(&NONE)
}

fn broken(reason: &str) -> BuildError {
    BuildError::io("the embedded SDK cannot be read: this program is damaged, install it anew")(std::io::Error::other(
        reason.to_owned(),
    ))
}

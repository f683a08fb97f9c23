//! Embeds the contract and the SDKs, so that `mortise plugin new` works on a machine that has never seen this repository.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What stands in the folders but is nobody's source.
const SKIPPED: [&str; 5] = ["node_modules", "target", "__pycache__", "tests", "vectors"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..").canonicalize()?;
    let mut text =
        String::from("/// Files by their paths in the repository.\npub(crate) const FILES: &[(&str, &[u8])] = &[\n");
    for place in ["wit/v1", "sdk/CALLS.md", "sdk/rust", "sdk/typescript", "sdk/python"] {
        let place = root.join(place);
        println!("cargo::rerun-if-changed={}", place.display());
        let found = if place.is_dir() { files(&place)? } else { vec![place] };
        for file in found {
            let name = file.strip_prefix(&root).map_err(io::Error::other)?;
            // Slashes on every system.
            let name = name.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            let _ = writeln!(text, "    ({name:?}, include_bytes!({:?})),", file.display().to_string());
        }
    }
    text.push_str("];\n");
    // Versions and features that the Rust SDK inherits from the workspace.
    println!("cargo::rerun-if-changed={}", root.join("Cargo.toml").display());
    let workspace = root.join("Cargo.toml").display().to_string();
    let _ = writeln!(text, "pub(crate) const WORKSPACE: &str = include_str!({workspace:?});");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("embedded.rs"), text)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if SKIPPED.contains(&name.as_str()) || name.starts_with('.') || name.contains(".test.") {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

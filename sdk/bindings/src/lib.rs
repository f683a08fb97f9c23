//! Writes the contract's words in TypeScript and Python, with their documentation, from `wit/v1`. What is written stands in the
//! SDKs; `cargo run -p mortise-bindings` writes it anew after the contract has changed, and a test says when that was forgotten.

mod contract;
mod names;
mod python;
mod typescript;

use std::path::{Path, PathBuf};

use anyhow::Context;
use contract::Contract;

/// What every generated file begins with, after the language's sign for a comment.
const NOTICE: &str = "Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.";

/// Folders below the root in which every file is generated.
const FOLDERS: [&str; 2] = ["sdk/typescript/src/contract", "sdk/python/src/mortise_sdk/contract"];

/// The generated files of this repository and what has to stand in them.
pub fn files(root: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let contract = Contract::read(&root.join("wit/v1")).context("the contract cannot be read")?;
    let [typescript, python] = FOLDERS.map(|folder| root.join(folder));
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    files.extend(typescript::words(&contract).into_iter().map(|(name, text)| (typescript.join(name), text)));
    files.push((typescript.join("shapes.ts"), typescript::shapes(&contract)));
    files.push((typescript.join("host.d.ts"), typescript::host(&contract)));
    files.extend(python::words(&contract).into_iter().map(|(name, text)| (python.join(name), text)));
    files.push((root.join("sdk/python/src/mortise_sdk/interfaces.py"), python::interfaces(&contract)));
    Ok(files)
}

/// Files in the folders of generated ones that nothing writes any more.
pub fn strays(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let written: Vec<PathBuf> = files(root)?.into_iter().map(|(file, _)| file).collect();
    let mut strays = Vec::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(root.join(folder)).with_context(|| format!("{folder} cannot be read"))? {
            let path = entry?.path();
            if path.is_file() && !written.contains(&path) {
                strays.push(path);
            }
        }
    }
    Ok(strays)
}

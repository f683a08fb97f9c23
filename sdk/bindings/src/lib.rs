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

/// The generated files of this repository and what has to stand in them.
pub fn files(root: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let contract = Contract::read(&root.join("wit/v1")).context("the contract cannot be read")?;
    let typescript = root.join("sdk/typescript/src/contract");
    let python = root.join("sdk/python/src/mortise_sdk");
    Ok(vec![
        (typescript.join("types.ts"), typescript::types(&contract)),
        (typescript.join("shapes.ts"), typescript::shapes(&contract)),
        (typescript.join("host.d.ts"), typescript::host(&contract)),
        (python.join("contract.py"), python::words(&contract)),
        (python.join("interfaces.py"), python::interfaces(&contract)),
    ])
}

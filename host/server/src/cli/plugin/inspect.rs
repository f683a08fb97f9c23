//! `mortise plugin inspect`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use super::author;
use crate::cli::say;

/// Larger files are no plugins anywhere.
const MOST_BYTES: usize = 1 << 30;

#[derive(Debug, Args)]
pub struct Arguments {
    /// A plugin's file, or its folder, which is built first
    plugin: PathBuf,
}

impl Arguments {
    pub fn run(self) -> anyhow::Result<()> {
        let bytes = author::plugin(&self.plugin)?;
        let shown = self.plugin.display();
        let found = mortise_runtime::inspect(&bytes, MOST_BYTES).with_context(|| format!("{shown} is no plugin"))?;
        let interfaces: Vec<&str> = found.interfaces.iter().map(|interface| interface.name()).collect();
        let told = json!({
            "digest": found.hash,
            "bytes": found.bytes,
            "contract": found.manifest.contract,
            "interfaces": interfaces,
            "wasi": found.wasi,
            "manifest": found.manifest,
        });
        say(format!("{told:#}"))
    }
}

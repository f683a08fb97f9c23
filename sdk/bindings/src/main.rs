//! `cargo run -p mortise-bindings`: see the library.

use std::fs;
use std::path::Path;

use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    for (file, text) in mortise_bindings::files(&root)? {
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        written.with_context(|| format!("{} cannot be written", file.display()))?;
    }
    for stray in mortise_bindings::strays(&root)? {
        fs::remove_file(&stray).with_context(|| format!("{} cannot be removed", stray.display()))?;
    }
    Ok(())
}

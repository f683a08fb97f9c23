//! `mortise plugin conformance`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use mortise_devkit::conformance::{points, templates};
use mortise_domain::call::Interface;

use super::author;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The interface, such as erp
    #[arg(value_parser = author::interface)]
    interface: Interface,
    /// Put beginnings of scenarios into this folder; files that are there stay
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
    /// Language of the list, zh or en [default: that of LANG]
    #[arg(long)]
    lang: Option<String>,
}

impl Arguments {
    pub fn run(&self) -> anyhow::Result<()> {
        let locale = author::locale(self.lang.as_deref());
        for point in points(self.interface) {
            author::print(&format!("{:<28} {}\n", point.id(), point.text().in_locale(&locale)))?;
        }
        let Some(folder) = &self.write else { return Ok(()) };
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        for (name, text) in templates(self.interface) {
            let file = folder.join(name);
            if file.exists() {
                author::note(&format!("{} is there already\n", file.display()))?;
                continue;
            }
            std::fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
            author::print(&format!("{}\n", file.display()))?;
        }
        Ok(())
    }
}

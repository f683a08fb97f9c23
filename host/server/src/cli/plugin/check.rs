//! `mortise plugin check`.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use mortise_devkit::bench::Bench;
use mortise_devkit::check::check;
use mortise_devkit::conformance::{coverage, exemptions, probe, strays};
use mortise_devkit::report::{self, Conformance};

use super::author;

#[derive(Debug, Args)]
pub struct Arguments {
    /// A plugin's file, or its folder, which is built first
    plugin: PathBuf,
    /// Language of the report, zh or en [default: that of LANG]
    #[arg(long)]
    lang: Option<String>,
    /// Try what every plugin of its interfaces must get right, and see which points its scenarios cover
    #[arg(long)]
    conformance: bool,
    /// Folder of its scenarios [default: `scenarios` in the plugin's folder]
    #[arg(long, value_name = "FOLDER")]
    scenarios: Option<PathBuf>,
}

impl Arguments {
    pub async fn run(self) -> anyhow::Result<()> {
        let bytes = author::plugin(&self.plugin)?;
        let locale = author::locale(self.lang.as_deref());
        let report = check(&bytes, author::cache()).await?;
        author::print(&report::checked(&report, &locale))?;
        if !report.fits() {
            bail!("{} does not fit", self.plugin.display());
        }
        if self.conformance { self.conform(bytes, &locale).await } else { Ok(()) }
    }

    async fn conform(&self, bytes: Vec<u8>, locale: &str) -> anyhow::Result<()> {
        let folder = self.scenarios.clone().unwrap_or_else(|| self.folder().join("scenarios"));
        let scenarios = author::scenarios(&folder)?;
        let exempt = exemptions(&folder)?;
        let bench = Bench::new(bytes, author::cache()).await?;
        let interfaces = bench.interfaces();
        let found = Conformance {
            probed: tokio::task::block_in_place(|| probe(&bench, &scenarios, author::threads(None)))?,
            covered: coverage(&interfaces, &scenarios, &exempt),
            strays: strays(&interfaces, &scenarios, &exempt),
        };
        author::print(&report::conformed(&found, locale))?;
        match found.open() {
            0 => Ok(()),
            open => bail!("{open} points of the conformance sets are open"),
        }
    }

    fn folder(&self) -> &Path {
        if self.plugin.is_dir() { &self.plugin } else { self.plugin.parent().unwrap_or(Path::new(".")) }
    }
}

//! `mortise plugin test`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use mortise_devkit::bench::Bench;
use mortise_devkit::play::play_all;
use mortise_devkit::report;
use mortise_devkit::scenario::{find, read};

use super::author;

#[derive(Debug, Args)]
pub struct Arguments {
    /// A plugin's folder, which is built first, or its file
    plugin: PathBuf,
    /// Scenario files or folders [default: `scenarios` in the plugin's folder]
    scenarios: Vec<PathBuf>,
    /// Write the outcome as JUnit XML, too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// How many scenarios are played at the same time [default: as many as there are processors]
    #[arg(long)]
    threads: Option<usize>,
    /// Show every call, its requests and its log
    #[arg(long, short)]
    verbose: bool,
}

impl Arguments {
    pub async fn run(self) -> anyhow::Result<()> {
        let files = find(&self.places()?)?;
        if files.is_empty() {
            bail!("there is no scenario file; `mortise plugin schema scenario` prints the format");
        }
        // A slip of the pen in a scenario is told before minutes are spent on compiling.
        let scenarios = files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
        let bench = Bench::new(author::plugin(&self.plugin)?, author::cache()).await?;
        let threads = author::threads(self.threads);
        let verdicts = tokio::task::block_in_place(|| play_all(&bench, &scenarios, threads))?;
        author::print(&report::verdicts(&verdicts, self.verbose))?;
        if let Some(file) = &self.junit {
            let xml = report::junit(&bench.manifest().name, &verdicts)?;
            std::fs::write(file, xml).with_context(|| format!("{} cannot be written", file.display()))?;
        }
        match verdicts.iter().filter(|verdict| !verdict.passed()).count() {
            0 => Ok(()),
            failed => bail!("{failed} of {} scenarios failed", verdicts.len()),
        }
    }

    fn places(&self) -> anyhow::Result<Vec<PathBuf>> {
        if !self.scenarios.is_empty() {
            return Ok(self.scenarios.clone());
        }
        let folder = if self.plugin.is_dir() { self.plugin.as_path() } else { Path::new(".") };
        let scenarios = folder.join("scenarios");
        if !scenarios.is_dir() {
            bail!("{} does not exist: name scenario files, or put them there", scenarios.display());
        }
        Ok(vec![scenarios])
    }
}

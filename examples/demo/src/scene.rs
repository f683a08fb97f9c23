//! Everything that runs: host and upstreams, each as a process of its own, with the plugins connected.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::args::Args;
use crate::folder::Folder;
use crate::host::{Api, Host};
use crate::screen::Screen;
use crate::upstreams::Upstreams;
use crate::{artifacts, connect, reset, seed};

/// Everything that runs.
#[derive(Debug)]
pub struct Scene {
    pub host: Host,
    pub api: Api,
    pub upstreams: Upstreams,
}

impl Scene {
    /// Builds what is not built, starts it, and connects the plugins.
    pub async fn set_up(
        args: &Args,
        folder: &Folder,
        addresses: &Path,
        report: &Path,
        screen: &Screen,
    ) -> anyhow::Result<Self> {
        let programs = artifacts::programs(screen, args.programs.as_deref()).await?;
        let plugins = artifacts::plugins(screen).await?;
        let log = beside(report);
        // The simulator appends.
        if log.exists() {
            std::fs::remove_file(&log).with_context(|| format!("the old log {} cannot be removed", log.display()))?;
        }
        let step = screen.step("Start upstreams and host");
        let upstreams = Upstreams::start(&programs.upstreams, folder, addresses, log, !args.no_keys).await?;
        let database = args.database.as_deref();
        if let Some(url) = database.filter(|_| args.reset) {
            reset::reset(url).await?;
        }
        let host = Host::start(&programs.host, folder, database).await.map_err(reset::hint)?;
        let token = host.token();
        let api = token.as_ref().map(|token| Api::new(&host.url, token)).transpose()?;
        reset::must_be_new(token.as_deref(), api.as_ref()).await?;
        let api = api.context("the host made no token")?;
        seed::company(&api).await?;
        host.end().await;
        host.restart().await?;
        step.done(&format!("{} and {}", upstreams.url, host.url));
        connect::connect(&api, &plugins, &upstreams.url, screen).await?;
        Ok(Self { host, api, upstreams })
    }

    /// Fails where something has ended by itself.
    pub async fn check(&mut self) -> anyhow::Result<()> {
        self.host.check().await?;
        self.upstreams.check()
    }

    /// Ends it in an orderly way.
    pub async fn end(&mut self) {
        self.host.end().await;
        self.upstreams.end().await;
    }
}

/// The upstreams' raw log lies beside the report.
fn beside(report: &Path) -> PathBuf {
    let mut name = report.file_stem().unwrap_or_default().to_owned();
    name.push(".upstream.jsonl");
    report.with_file_name(name)
}

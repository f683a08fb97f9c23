//! `mortise plugin dev`.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use mortise_devkit::bench::Bench;
use mortise_devkit::play::play_all;
use mortise_devkit::report;
use mortise_devkit::watch::Watch;
use reqwest::Method;
use serde_json::Value;

use super::author;
use crate::cli::remote::{Remote, items, segment, text};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The plugin's folder
    folder: PathBuf,
    /// Connections of the running server that get the new build; may be repeated [default: those that run this plugin]
    #[arg(long, value_name = "NAME")]
    connection: Vec<String>,
    /// Replace the plugin even when a scenario fails
    #[arg(long)]
    force: bool,
}

impl Arguments {
    /// Builds, tests and replaces now and after every change. Ends only when it is stopped, or when it cannot begin.
    pub async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        if !self.folder.is_dir() {
            bail!("{} is no folder: name that of the plugin", self.folder.display());
        }
        for name in &self.connection {
            // A slip of the pen is told before minutes are spent on compiling.
            remote.get(&format!("/connections/{}", segment(name))).await?;
        }
        let watch = Watch::new(&self.folder)?;
        loop {
            // What went wrong is mended by the next change.
            if let Err(error) = self.round(remote).await {
                author::note(&format!("{error:#}\n"))?;
            }
            author::note(&format!("waiting for changes in {}\n", self.folder.display()))?;
            tokio::task::block_in_place(|| watch.wait())?;
        }
    }

    async fn round(&self, remote: &Remote) -> anyhow::Result<()> {
        let scenarios = author::scenarios(&self.folder.join("scenarios"))?;
        let bytes = tokio::task::block_in_place(|| author::plugin(&self.folder))?;
        let bench = Bench::new(bytes.clone(), author::cache()).await?;
        let verdicts = tokio::task::block_in_place(|| play_all(&bench, &scenarios, author::threads(None)))?;
        author::print(&report::verdicts(&verdicts, false))?;
        let failed = verdicts.iter().filter(|verdict| !verdict.passed()).count();
        if failed > 0 && !self.force {
            bail!("not replaced: {failed} of {} scenarios failed (--force replaces it all the same)", verdicts.len());
        }
        let (name, publisher) = (bench.manifest().name.clone(), bench.manifest().publisher.clone());
        let targets = self.targets(remote, &name, &publisher).await?;
        let request = remote.request(Method::POST, "/plugins").header("content-type", "application/wasm");
        let installed = remote.send(request.body(bytes)).await.context("it was not installed")?;
        let digest = text(&installed, "/digest");
        if targets.is_empty() {
            author::print(&format!(
                "installed as {digest}; no connection runs {name} yet: make one with `mortise connection put`\n"
            ))?;
        }
        for target in targets {
            let changed = replace(remote, &target, digest).await;
            author::print(&format!("{target}: {}\n", changed.with_context(|| format!("{target} keeps what it had"))?))?;
        }
        Ok(())
    }

    /// The connections that get the new build: those that are named, or those that run a plugin of this name by this publisher. Another
    /// publisher's was given its grant and credentials by an admin who meant that one.
    async fn targets(&self, remote: &Remote, plugin: &str, publisher: &str) -> anyhow::Result<Vec<String>> {
        if !self.connection.is_empty() {
            return Ok(self.connection.clone());
        }
        let plugins = remote.get("/plugins").await?;
        let same = |row: &&Value| is_same(row, plugin, publisher);
        let digests: Vec<&str> = items(&plugins).filter(same).map(|row| text(row, "/digest")).collect();
        let connections = remote.get("/connections").await?;
        let own = items(&connections).filter(|row| digests.contains(&text(row, "/plugin")));
        Ok(own.map(|row| text(row, "/name").to_owned()).collect())
    }
}

fn is_same(installed: &Value, plugin: &str, publisher: &str) -> bool {
    text(installed, "/manifest/name") == plugin && text(installed, "/manifest/publisher") == publisher
}

/// Puts the new build in the place of the one before. Answers what became of it.
async fn replace(remote: &Remote, name: &str, digest: &str) -> anyhow::Result<String> {
    let path = format!("/connections/{}", segment(name));
    let mut connection = remote.get(&path).await?;
    if text(&connection, "/plugin") == digest {
        return Ok("runs it already".into());
    }
    let revision = connection.get("revision").cloned().unwrap_or_default();
    let fields = connection.as_object_mut().context("the server's answer is no connection")?;
    // What the server says about it is not part of it.
    for told in ["revision", "updated_at", "fault"] {
        fields.remove(told);
    }
    fields.insert("plugin".into(), digest.into());
    let request = remote.request(Method::PUT, &path).header("if-match", format!("\"{revision}\""));
    let stored = remote.send(request.json(&connection)).await?;
    Ok(match text(&stored, "/fault/en") {
        "" => "runs the new build".into(),
        fault => format!("has the new build, but it is not in force: {fault}"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn another_publishers_plugin_is_another_plugin() {
        let installed = json!({ "manifest": { "name": "u8", "publisher": "acme" } });
        assert!(is_same(&installed, "u8", "acme"));
        assert!(!is_same(&installed, "u8", "anna") && !is_same(&installed, "amap", "acme"));
    }
}

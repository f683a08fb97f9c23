//! `mortise lead`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use clap::Subcommand;
use futures::{StreamExt as _, stream};
use mortise_domain::access::Reach;
use mortise_domain::ports::StoreError;
use mortise_pipeline::leads::import::{Job, Progress};
use mortise_pipeline::leads::{LeadWork, Outcome, Plan, Refused};
use mortise_store::Store;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tokio_util::io::ReaderStream;

use super::remote::{Remote, items};
use super::say;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::folder::Folder;
use crate::start::secret_key;
use crate::work::setting;

/// How often a running import is looked at.
const LOOK: Duration = Duration::from_millis(300);
/// Stands between the parts of a form, and in no table.
const CUT: &str = "mortise-3f1c9a5e7b2d4860";
/// Refused rows of one request.
const AT_ONCE: u32 = 500;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import a table of leads: CSV in UTF-8 or GBK, or XLSX. Columns are told from their headings
    Import {
        /// The file
        file: PathBuf,
        /// Where the report goes, as JSON: rows, created, merged, and the refused rows with their reasons
        #[arg(long)]
        report: Option<PathBuf>,
        /// Code of the store of rows that name none
        #[arg(long, default_value = "")]
        store: String,
        /// Source of rows that name none
        #[arg(long, default_value = "")]
        source: String,
    },
}

impl Command {
    /// Through the running server; where none runs on this data folder and none was named, in the folder itself.
    pub async fn run(self, config: &Config, server: Option<&str>) -> anyhow::Result<()> {
        let Self::Import { file, report, store, source } = self;
        if !file.is_file() {
            bail!("{} cannot be read: there is no such file", file.display());
        }
        let plan = Plan { store, source, ..Plan::default() };
        let remote = Remote::new(server, config);
        let outcome = match remote {
            Ok(remote) if server.is_some() || remote.get("/status").await.is_ok() => {
                through(&remote, &file, &plan).await?
            }
            Err(error) if server.is_some() => return Err(error),
            _ => within(config, &file, plan).await?,
        };
        let Outcome { rows, created, merged, refused } = &outcome;
        if let Some(path) = report {
            let text = serde_json::to_string_pretty(&outcome)?;
            std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        say(format!("{rows} rows: {created} created, {merged} merged, {} refused", refused.len()))?;
        for Refused { row, reason } in refused.iter().take(10) {
            say(format!("  row {row}: {reason}"))?;
        }
        if refused.len() > 10 {
            say(format!("  and {} more; --report FILE has them all", refused.len() - 10))?;
        }
        Ok(())
    }
}

async fn through(remote: &Remote, file: &Path, plan: &Plan) -> anyhow::Result<Outcome> {
    let uploaded = remote.send(upload(remote, file).await?).await?;
    let id = uploaded.pointer("/import/id").and_then(Value::as_i64).context("the server's answer has no import")?;
    remote.post(&format!("/lead-imports/{id}/start"), plan).await?;
    let import = loop {
        let import = remote.get(&format!("/lead-imports/{id}")).await?;
        match import.get("state").and_then(Value::as_str) {
            Some("running") => tokio::time::sleep(LOOK).await,
            Some("done") => break import,
            _ => bail!("the import failed: {}", super::remote::text(&import, "/failure")),
        }
    };
    let number = |field: &str| import.get(field).and_then(Value::as_u64).unwrap_or_default();
    let mut outcome =
        Outcome { rows: number("rows"), created: number("created"), merged: number("merged"), refused: Vec::new() };
    let mut cursor = String::new();
    loop {
        let page = remote.get(&format!("/lead-imports/{id}/refused?limit={AT_ONCE}&cursor={cursor}")).await?;
        for row in items(&page) {
            let reason = super::remote::text(row, "/reason").to_owned();
            outcome.refused.push(Refused { row: row.get("row").and_then(Value::as_u64).unwrap_or_default(), reason });
        }
        match page.get("next").and_then(Value::as_str) {
            Some(next) => next.clone_into(&mut cursor),
            None => return Ok(outcome),
        }
    }
}

/// The file as the part `file` of a form, streamed.
async fn upload(remote: &Remote, file: &Path) -> anyhow::Result<RequestBuilder> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().replace(['"', '\r', '\n', '\\'], "_");
    let bytes = tokio::fs::File::open(file).await.with_context(|| format!("{} cannot be read", file.display()))?;
    let head = format!(
        "--{CUT}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    );
    let part = |text: String| stream::once(async move { Ok::<_, std::io::Error>(text.into_bytes().into()) });
    let body = part(head).chain(ReaderStream::new(bytes)).chain(part(format!("\r\n--{CUT}--\r\n")));
    let request = remote.request(Method::POST, "/lead-imports");
    let request = request.header("content-type", format!("multipart/form-data; boundary={CUT}"));
    Ok(request.body(reqwest::Body::wrap_stream(body)))
}

async fn within(config: &Config, file: &Path, plan: Plan) -> anyhow::Result<Outcome> {
    let folder = Folder::open(&config.data)?;
    let key = secret_key(config, &folder)?;
    let clock = Arc::new(SystemClock);
    let store = Store::open(&config.database, key, clock.clone()).await?;
    let company = store.company().await?;
    let work = LeadWork::new(Arc::new(store.clone()), clock, setting(&company)?);
    let stores = store.stores().await?;
    let (path, actor) = (file.to_owned(), "command-line".to_owned());
    let mut sum = Sum(Outcome::default());
    let outcome = work.import(Job { path, plan, skip: 0, actor, reach: Reach::All, stores }, &mut sum).await;
    store.close().await;
    outcome.with_context(|| {
        format!("{} was not imported to its end; import it again, nothing is doubled", file.display())
    })?;
    Ok(sum.0)
}

/// Adds up what became of the rows.
struct Sum(Outcome);

#[async_trait]
impl Progress for Sum {
    async fn batch(&mut self, outcome: Outcome) -> Result<(), StoreError> {
        let Self(sum) = self;
        sum.rows += outcome.rows;
        sum.created += outcome.created;
        sum.merged += outcome.merged;
        sum.refused.extend(outcome.refused);
        Ok(())
    }
}

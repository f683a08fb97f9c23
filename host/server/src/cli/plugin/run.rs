//! `mortise plugin run`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use mortise_devkit::bench::{Bench, BenchClock, SeededChance};
use mortise_devkit::json::arguments_skeleton;
use mortise_devkit::record::{Origin, deviations, record};
use mortise_devkit::report;
use mortise_devkit::run::{Order, Plan, run};
use mortise_devkit::scenario::Records;
use mortise_domain::call::CallContext;
use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::{Chance, Clock as _};
use mortise_domain::secret::Secret;
use serde_json::Value;

use super::author;
use crate::clock::{SystemChance, SystemClock};

#[derive(Debug, Args)]
pub struct Arguments {
    /// A plugin's file, or its folder, which is built first
    plugin: PathBuf,
    /// Which function: `price`, or with its interface `pricing.price`; left out: those there are
    function: Option<String>,
    /// The arguments, as JSON or as @FILE; left out: what the function wants is shown
    #[arg(long, value_name = "JSON|@FILE")]
    args: Option<String>,
    /// The connection's settings: a JSON or YAML file
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Core data that the plugin may read: a JSON or YAML file with what stands below `records` of a scenario
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// A credential from a file, so that it does not stand in the list of processes; may be repeated
    #[arg(long, value_name = "SLOT=@FILE")]
    credential: Vec<String>,
    /// Bounds that differ from a new connection's, as JSON or as @FILE
    #[arg(long, value_name = "JSON|@FILE")]
    limits: Option<String>,
    /// An origin in a private network or on this machine that a plugin's file may reach; may be repeated. A folder's plugin is
    /// one's own and may reach those that it wishes for
    #[arg(long, value_name = "ORIGIN")]
    allow_private: Vec<String>,
    /// Show requests, send none
    #[arg(long)]
    plan: bool,
    /// Make a scenario of the call: answers as they came, dummies in the place of credentials
    #[arg(long, value_name = "FILE", conflicts_with = "plan")]
    record: Option<PathBuf>,
    /// What the clock says, RFC 3339; it goes on from there [default: now]
    #[arg(long)]
    now: Option<Instant>,
    /// Makes random numbers the same in every run
    #[arg(long)]
    seed: Option<u64>,
    /// The idempotency key
    #[arg(long, default_value = "bench-key")]
    key: String,
    /// Which attempt of the key it is
    #[arg(long, default_value_t = 1)]
    attempt: u32,
    /// Language of whoever reads the outcome
    #[arg(long, default_value = "zh-CN")]
    locale: String,
    /// IANA name of the company's time zone
    #[arg(long, default_value = "Asia/Shanghai")]
    time_zone: String,
}

impl Arguments {
    pub async fn run(self) -> anyhow::Result<()> {
        let bench = Bench::new(author::plugin(&self.plugin)?, author::cache()).await?;
        let Some(function) = &self.function else {
            return author::print(&bench.functions().iter().map(|one| one.path() + "\n").collect::<String>());
        };
        let found = bench.function(function)?;
        let Some(arguments) = self.args.as_deref() else {
            bail!("give the arguments with --args; `{}` wants\n{:#}", found.path(), arguments_skeleton(&found));
        };
        let arguments = json(arguments).context("--args")?;
        let now = self.now.unwrap_or_else(|| SystemClock.now());
        let records = match self.records.as_deref() {
            Some(path) => Records::parse(file(path)?).map_err(|fault| anyhow!("{}: {fault}", path.display()))?,
            None => Records::default(),
        };
        let order = self.order(found.path(), arguments.clone(), &records, now)?;
        let origin = self.origin(&order, arguments, records, now);
        let ran = run(&bench, order).await?;
        author::note(&report::called(&ran, self.plan))?;
        author::print(&format!("{:#}\n", ran.outcome))?;
        if let Some(file) = &self.record {
            let text = tokio::task::block_in_place(|| record(&bench, &origin, &ran))?;
            std::fs::write(file, &text).with_context(|| format!("{} cannot be written", file.display()))?;
            author::note(&report::deviated(&deviations(&ran, &text)))?;
        }
        if ran.outcome.get("answer").is_some() { Ok(()) } else { bail!("`{}` has no answer", ran.function) }
    }

    /// What the call is made with, as far as a scenario says it.
    fn origin(&self, order: &Order, arguments: Value, records: Records, now: Instant) -> Origin {
        Origin {
            settings: order.settings.as_object().cloned().unwrap_or_default(),
            arguments,
            records,
            now,
            surroundings: (self.locale.clone(), self.time_zone.clone(), self.seed.unwrap_or_default()),
            attempt: (self.key.clone(), self.attempt),
            credentials: order.credentials.clone(),
        }
    }

    fn order(&self, function: String, arguments: Value, records: &Records, now: Instant) -> anyhow::Result<Order> {
        let chance: Arc<dyn Chance> = match self.seed {
            Some(seed) => Arc::new(SeededChance::new(seed)),
            None => Arc::new(SystemChance),
        };
        let mut limits = self.limits.as_deref().map(json).transpose().context("--limits")?.unwrap_or_else(empty);
        if let Some(limits) = limits.as_object_mut().filter(|_| self.record.is_some()) {
            // Whole answers, not their beginnings.
            limits.insert("record-bytes".into(), (16 << 20).into());
        }
        Ok(Order {
            function,
            arguments,
            settings: self.settings.as_deref().map(file).transpose()?.unwrap_or_default(),
            limits,
            credentials: self.credential.iter().map(|text| credential(text)).collect::<anyhow::Result<_>>()?,
            shelf: records.shelf(),
            clock: Arc::new(BenchClock::new(now)),
            chance,
            time_zone: self.time_zone.clone(),
            context: CallContext {
                call_id: "run-1".into(),
                idempotency_key: self.key.clone(),
                attempt: self.attempt,
                locale: self.locale.clone(),
                trace_parent: String::new(),
                deadline: None,
                send_until: None,
            },
            wire: self.plan.then(|| Arc::new(Plan) as _),
            // A file is a stranger's: what it wishes for it does not get unasked.
            private: (!self.plugin.is_dir()).then(|| self.allow_private.clone()),
        })
    }
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}

/// JSON as it stands, or out of a file.
fn json(text: &str) -> anyhow::Result<Value> {
    match text.strip_prefix('@') {
        Some(path) => file(Path::new(path)),
        None => serde_json::from_str(text).context("this is no JSON; write @FILE to read a file"),
    }
}

/// JSON or YAML.
fn file(path: &Path) -> anyhow::Result<Value> {
    mortise_devkit::scenario::value_of(path).map_err(Into::into)
}

fn credential(text: &str) -> anyhow::Result<(String, Secret)> {
    let (slot, path) = text
        .split_once("=@")
        .with_context(|| format!("{:?}: write SLOT=@FILE", text.split('=').next().unwrap_or_default()))?;
    let value = std::fs::read_to_string(path).with_context(|| format!("{path} cannot be read"))?;
    Ok((slot.to_owned(), Secret::new(value.trim_end_matches(['\r', '\n']))))
}

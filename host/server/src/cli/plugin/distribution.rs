//! `mortise plugin keygen|sign|verify|publish|inspect`: from a packed file to others, and what others may know of it first.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use mortise_devkit::{describe, generate_keys, pack, public_key, publish, sign_file};
use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::Clock as _;
use mortise_domain::publisher::PublisherKey;
use mortise_domain::user::Language;
use mortise_runtime::fetch::{Fetcher, Logins, Source, Sources};
use mortise_runtime::{Inspection, Resolver, SystemResolver, inspect};
use serde_json::{Value, json};

use super::super::remote::Remote;
use super::super::say;
use crate::clock::SystemClock;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Put a manifest into a component that another tool has built
    Pack {
        /// The component
        component: PathBuf,
        /// The manifest
        #[arg(long, default_value = "manifest.json")]
        manifest: PathBuf,
        /// Where to write the plugin
        #[arg(long, short)]
        output: PathBuf,
    },
    /// Make a publisher's pair of keys: NAME.key signs, NAME.pub is for admins
    Keygen {
        /// Where, without ending
        name: PathBuf,
    },
    /// Sign a packed plugin; the signature goes into the file
    Sign {
        /// The file
        file: PathBuf,
        /// The private key, NAME.key
        #[arg(long)]
        key: PathBuf,
    },
    /// Check the signatures of a plugin; fails where no trusted key vouches for it
    Verify {
        /// A file, oci://HOST/REPOSITORY:TAG, or an https address
        source: String,
        /// Public keys of its publisher [default: those that the running server trusts]
        #[arg(long)]
        key: Vec<PathBuf>,
        #[command(flatten)]
        fetching: Fetching,
    },
    /// Publish a plugin in a registry
    Publish {
        /// The file
        file: PathBuf,
        /// oci://HOST/REPOSITORY:TAG
        target: Source,
        #[command(flatten)]
        fetching: Fetching,
    },
    /// Tell what is in a plugin; nothing of it runs
    Inspect {
        /// A file, oci://HOST/REPOSITORY:TAG, or an https address
        source: String,
        /// Public keys of its publisher, to check its signatures with
        #[arg(long)]
        key: Vec<PathBuf>,
        /// Language of the report [default: by LANG]
        #[arg(long)]
        lang: Option<Lang>,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        fetching: Fetching,
    },
}

/// How this machine fetches.
#[derive(Debug, Clone, Args)]
pub struct Fetching {
    /// Speak to the registry without TLS; for this machine's own (127.0.0.1, localhost) that is so anyway
    #[arg(long)]
    plain_http: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Chinese
    Zh,
    /// English
    En,
}

impl Command {
    pub async fn run(self, config: &Config, remote: &dyn Fn() -> anyhow::Result<Remote>) -> anyhow::Result<()> {
        match self {
            Self::Pack { component, manifest, output } => {
                let text = std::fs::read_to_string(&manifest);
                let text = text.with_context(|| format!("{} cannot be read", manifest.display()))?;
                let packed = pack(&read(&component)?, &text)?;
                let found = look(&packed)?;
                std::fs::write(&output, packed).with_context(|| format!("{} cannot be written", output.display()))?;
                let Inspection { manifest, bytes, hash, .. } = found;
                say(format!(
                    "{}: {} {}, {bytes} bytes, sha256:{hash}",
                    output.display(),
                    manifest.name,
                    manifest.version
                ))
            }
            Self::Keygen { name } => {
                let made = generate_keys(&name)?;
                say(format!("{}  signs; keep it secret", made.private.display()))?;
                say(format!("{}  give it to admins: key {}", made.public.display(), made.id))
            }
            Self::Sign { file, key } => {
                let signed = sign_file(&file, &key)?;
                let (manifest, shown) = (&signed.manifest, file.display());
                say(format!("{shown}: {} {} signed with the key {}", manifest.name, manifest.version, signed.key))?;
                say(format!("  admins trust it as a key of the publisher {}", manifest.publisher))
            }
            Self::Verify { source, key, fetching } => {
                let found = look(&fetching.read(&source, config).await?)?;
                let keys = match key.as_slice() {
                    [] => trusted(&remote()?).await?,
                    files => public_keys(&found.manifest.publisher, files)?,
                };
                verify(&source, &found, &keys)
            }
            Self::Publish { file, target, fetching } => {
                let bytes = read(&file)?;
                let plain = fetching.plain(&target);
                let published = publish(bytes, &target, &Logins::of_environment(), plain, SystemClock.now()).await?;
                say(&published.reference)?;
                say(format!("  file sha256:{}", published.digest))
            }
            Self::Inspect { source, json: true, fetching, .. } => {
                say(format!("{:#}", summary(&look(&fetching.read(&source, config).await?)?)))
            }
            Self::Inspect { source, key, lang, fetching, .. } => {
                let found = look(&fetching.read(&source, config).await?)?;
                let keys = public_keys(&found.manifest.publisher, &key)?;
                say(describe(&found, &keys, language(lang)).trim_end())
            }
        }
    }
}

fn language(wanted: Option<Lang>) -> Language {
    let chinese = || std::env::var("LANG").is_ok_and(|lang| lang.starts_with("zh"));
    match wanted {
        Some(Lang::Zh) => Language::Zh,
        None if chinese() => Language::Zh,
        Some(Lang::En) | None => Language::En,
    }
}

/// What is in a plugin, for programs.
fn summary(found: &Inspection) -> Value {
    let interfaces: Vec<&str> = found.interfaces.iter().map(|interface| interface.name()).collect();
    json!({
        "digest": found.hash,
        "bytes": found.bytes,
        "contract": found.manifest.contract,
        "interfaces": interfaces,
        "wasi": found.wasi,
        "manifest": found.manifest,
    })
}

fn look(file: &[u8]) -> anyhow::Result<Inspection> {
    Ok(inspect(file, usize::MAX)?)
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

fn verify(source: &str, found: &Inspection, keys: &[PublisherKey]) -> anyhow::Result<()> {
    let publisher = &found.manifest.publisher;
    let standing = found.signatures.standing(publisher, keys);
    match standing.objection(publisher) {
        None => say(format!("{source}: the key of {publisher} vouches for every byte (sha256:{})", found.hash)),
        Some(objection) => bail!("{source}: {}", objection.en),
    }
}

/// Public keys that whoever runs the command holds for this publisher's.
fn public_keys(publisher: &str, files: &[PathBuf]) -> anyhow::Result<Vec<PublisherKey>> {
    let mut keys = Vec::new();
    for file in files {
        let key = public_key(file)?;
        keys.push(PublisherKey {
            publisher: publisher.to_owned(),
            id: key.id(),
            public_key: key.to_pem()?,
            trusted_at: Instant::default(),
            trusted_by: String::new(),
            revoked_at: None,
            revoked_by: None,
        });
    }
    Ok(keys)
}

async fn trusted(remote: &Remote) -> anyhow::Result<Vec<PublisherKey>> {
    let listed = remote.get("/publishers").await.context("give the publisher's key with --key, or reach a server")?;
    let items = listed.get("items").cloned().unwrap_or(Value::Null);
    Ok(serde_json::from_value(items)?)
}

impl Fetching {
    /// The bytes of a file, or of what is fetched. This machine may reach what its user may.
    pub async fn read(&self, text: &str, config: &Config) -> anyhow::Result<Vec<u8>> {
        if !Source::is_meant(text) {
            return read(Path::new(text));
        }
        let source: Source = text.parse()?;
        let plain_http = if self.plain(&source) { host(&source).into_iter().collect() } else { Vec::new() };
        let sources = Sources { plain_http, private: vec!["*".into()], timeout_ms: config.plugin_sources.timeout_ms };
        let resolver: Arc<dyn Resolver> = Arc::new(SystemResolver);
        let fetcher = Fetcher::new(sources, Logins::of_environment(), config.plugin_bytes, &[], &resolver);
        let fetched = fetcher.map_err(anyhow::Error::msg)?.fetch(&source, None).await?;
        tracing::debug!(source = fetched.source, "fetched");
        Ok(fetched.bytes.into())
    }

    fn plain(&self, source: &Source) -> bool {
        let own = |host: &str| {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        };
        self.plain_http || host(source).is_some_and(|host| own(&host))
    }
}

/// `HOST` or `HOST:PORT`.
fn host(source: &Source) -> Option<String> {
    match source {
        Source::Registry(reference) => Some(reference.registry().to_owned()),
        Source::Address(url) => {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            Some(format!("{}{port}", url.host_str()?))
        }
    }
}

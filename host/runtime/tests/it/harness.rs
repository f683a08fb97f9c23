//! A runtime with ports in memory, the test guests, and short ways to call them.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use mortise_domain::call::{Answer, CallContext, Called, Request};
use mortise_domain::catalog::{Customer, ListPrice, Product};
use mortise_domain::connection::Connection;
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::order::RecentOrder;
use mortise_domain::place::PlaceQuery;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::ports::plugins::Plugins;
use mortise_domain::ports::sandbox::{Credential, KeyValue, Records, Vault};
use mortise_domain::secret::Secret;
use mortise_runtime::{Ports, Proven, Registry, Resolver, Runtime, RuntimeConfig};
use serde_json::{Value, json};

pub struct Time(pub AtomicI64);
impl Clock for Time {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::Relaxed))
    }
}

pub struct Dice(AtomicU64);
impl Chance for Dice {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            let step = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            *byte = (step ^ (step >> 31)).to_le_bytes()[3];
        }
    }
}

#[derive(Default)]
pub struct Memory {
    pub kv: Mutex<BTreeMap<(String, String), Vec<u8>>>,
    pub vault: Mutex<HashMap<(String, String), Credential>>,
}

#[async_trait]
impl KeyValue for Memory {
    async fn get(&self, connection: &str, key: &str, _: Instant) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kv.lock().unwrap().get(&(connection.to_owned(), key.to_owned())).cloned())
    }
    async fn set(
        &self,
        connection: &str,
        key: &str,
        value: &[u8],
        _: Instant,
        most: u64,
        _: Instant,
    ) -> Result<bool, StoreError> {
        let mut kv = self.kv.lock().unwrap();
        let used: usize =
            kv.iter().filter(|((owner, _), _)| owner == connection).map(|((_, k), v)| k.len() + v.len()).sum();
        if (used + key.len() + value.len()) as u64 > most {
            return Ok(false);
        }
        kv.insert((connection.to_owned(), key.to_owned()), value.to_vec());
        Ok(true)
    }
    async fn delete(&self, connection: &str, key: &str) -> Result<(), StoreError> {
        self.kv.lock().unwrap().remove(&(connection.to_owned(), key.to_owned()));
        Ok(())
    }
    async fn swap(
        &self,
        connection: &str,
        key: &str,
        expected: Option<&[u8]>,
        value: &[u8],
        most: u64,
        now: Instant,
    ) -> Result<Option<bool>, StoreError> {
        let present = self.get(connection, key, now).await?;
        if present.as_deref() != expected {
            return Ok(Some(false));
        }
        Ok(self.set(connection, key, value, Instant::NEVER, most, now).await?.then_some(true))
    }
    async fn keys(&self, connection: &str, prefix: &str, _: u32, _: Instant) -> Result<Vec<String>, StoreError> {
        let kv = self.kv.lock().unwrap();
        let own = kv.keys().filter(|(owner, key)| owner == connection && key.starts_with(prefix));
        Ok(own.map(|(_, key)| key.clone()).collect())
    }
}

#[async_trait]
impl Vault for Memory {
    async fn credentials(&self, connection: &str) -> Result<Vec<Credential>, StoreError> {
        let vault = self.vault.lock().unwrap();
        Ok(vault
            .iter()
            .filter(|((owner, _), _)| owner == connection)
            .map(|(_, credential)| credential.clone())
            .collect())
    }
    async fn keep(&self, connection: &str, credential: &Credential) -> Result<(), StoreError> {
        let key = (connection.to_owned(), credential.slot.clone());
        self.vault.lock().unwrap().insert(key, credential.clone());
        Ok(())
    }
    async fn forget(&self, connection: &str, slot: &str) -> Result<(), StoreError> {
        self.vault.lock().unwrap().remove(&(connection.to_owned(), slot.to_owned()));
        Ok(())
    }
}

#[async_trait]
impl Records for Memory {
    async fn products(&self, _: &[String]) -> Result<Vec<Product>, StoreError> {
        Ok(Vec::new())
    }
    async fn list_prices(&self, _: &[String], _: &str, _: &str) -> Result<Vec<ListPrice>, StoreError> {
        Ok(Vec::new())
    }
    async fn customer(&self, _: &str) -> Result<Option<Customer>, StoreError> {
        Ok(None)
    }
    async fn recent_orders(&self, _: &str, _: Instant, _: u32) -> Result<Vec<RecentOrder>, StoreError> {
        Ok(Vec::new())
    }
    async fn codes(&self, _: &str, _: &str, local: &[String]) -> Result<Vec<Option<String>>, StoreError> {
        Ok(vec![None; local.len()])
    }
    async fn local_codes(&self, _: &str, _: &str, remote: &[String]) -> Result<Vec<Option<String>>, StoreError> {
        Ok(vec![None; remote.len()])
    }
}

/// Answers by table; the last answer of a host stays.
#[derive(Default)]
pub struct Table(pub Mutex<HashMap<String, Vec<Vec<IpAddr>>>>);
#[async_trait]
impl Resolver for Table {
    async fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        let mut table = self.0.lock().unwrap();
        let answers = table.get_mut(host).ok_or_else(|| std::io::Error::other("no such host"))?;
        Ok(if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() })
    }
}

pub struct Host {
    pub runtime: Arc<Runtime>,
    pub registry: Arc<Registry>,
    pub memory: Arc<Memory>,
    pub clock: Arc<Time>,
    pub names: Arc<Table>,
}

/// 2026-01-31T08:00:00Z.
pub const BEGIN: i64 = 1_769_846_400_000_000;

impl Host {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut RuntimeConfig)) -> Self {
        let memory = Arc::new(Memory::default());
        let clock = Arc::new(Time(AtomicI64::new(BEGIN)));
        let names = Arc::new(Table::default());
        let mut config = RuntimeConfig::new([7; 32]);
        config.resolver = Arc::clone(&names) as _;
        config.cache_dir = Some(root().join("target/guests/test-cache"));
        config.calls = 32;
        // A language's runtime takes its time on a machine that has other things to do.
        config.compile_time = Duration::from_hours(1);
        change(&mut config);
        let ports = Ports {
            clock: Arc::clone(&clock) as _,
            chance: Arc::new(Dice(AtomicU64::new(42))),
            key_value: Arc::clone(&memory) as _,
            vault: Arc::clone(&memory) as _,
            records: Arc::clone(&memory) as _,
        };
        let runtime = Runtime::new(config, ports).unwrap();
        Self { registry: Registry::new(Arc::clone(&runtime)), runtime, memory, clock, names }
    }

    pub fn fill(&self, connection: &str, slot: &str, value: &str) {
        let credential = Credential { slot: slot.into(), value: Secret::new(value), expires_at: Instant::NEVER };
        self.memory.vault.lock().unwrap().insert((connection.into(), slot.into()), credential);
    }

    /// Loads the guest that follows scripts as connection `bad`.
    pub async fn misbehaving(&self, change: impl FnOnce(&mut Value)) -> Arc<Proven> {
        self.load("bad", misbehaving(), change).await
    }

    pub async fn load(&self, name: &str, file: Vec<u8>, change: impl FnOnce(&mut Value)) -> Arc<Proven> {
        if !self.memory.vault.lock().unwrap().contains_key(&(name.to_owned(), "key".to_owned())) {
            self.fill(name, "key", "canary-credential-5f1c");
        }
        let proven = self.runtime.prove(file.into()).await.unwrap();
        self.registry.load(connection(name, &proven, change), &proven).await.unwrap();
        proven
    }

    /// Runs a script in the guest `bad`.
    pub async fn script(&self, steps: Value) -> Called {
        self.registry.call("bad", locate(&steps), context()).await
    }
}

pub fn connection(name: &str, proven: &Proven, change: impl FnOnce(&mut Value)) -> Arc<Connection> {
    let mut value =
        json!({ "name": name, "plugin": proven.hash(), "settings": {}, "limits": {}, "grant": {}, "routing": {} });
    change(&mut value);
    Arc::new(serde_json::from_value(value).unwrap())
}

pub fn locate(steps: &Value) -> Request {
    let query = PlaceQuery { text: steps.to_string(), city: String::new(), country: String::new(), attributes: vec![] };
    Request::Locate { query }
}

pub fn send(method: &str, url: &str) -> Value {
    json!({ "do": "send", "method": method, "url": url, "headers": [], "body": null, "basic": false, "times": 1 })
}

pub fn context() -> CallContext {
    CallContext {
        call_id: "call-1".into(),
        idempotency_key: "key-1".into(),
        attempt: 1,
        locale: "zh-CN".into(),
        trace_parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into(),
        deadline: None,
        send_until: None,
    }
}

/// What the guest says it saw.
pub fn seen(called: &Called) -> HashMap<String, String> {
    match &called.result {
        Ok(Answer::Located(located)) => {
            let short = |text: &str| text.replace("HttpError::", "").replace("KvError::", "");
            located.attributes.iter().map(|(name, text)| (name.clone(), short(text))).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// What the operator reads.
pub fn told(called: &Called) -> String {
    match &called.result {
        Err(Failure::Broken { kind, reason }) => format!("{kind:?}: {}", reason.en),
        Err(other) => format!("{}: {}", other.class(), other.text().en),
        Ok(answer) => panic!("{answer:?}"),
    }
}

/// The same in both languages, Chinese first, and how the host sorts it.
pub fn texts(called: &Called) -> String {
    let failure = called.result.as_ref().expect_err("a failure");
    let sort = match failure {
        Failure::Broken { kind, .. } => format!("{kind:?}"),
        other => other.class().to_owned(),
    };
    let text = failure.text();
    format!("{sort}\n{}\n{}", text.zh, text.en)
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

struct Guests {
    hello: Vec<u8>,
    misbehaving: Vec<u8>,
    fetching: Vec<u8>,
}

fn guests() -> &'static Guests {
    static BUILT: OnceLock<Guests> = OnceLock::new();
    BUILT.get_or_init(|| {
        let guest = |name| root().join("host/runtime/tests/guests").join(name);
        let folders = [root().join("examples/hello-pricing"), guest("misbehaving"), guest("fetching")];
        let options = mortise_devkit::Options { guests: Some(root().join("target/guests")), ..Default::default() };
        let packed = mortise_devkit::build_and_pack_all(&folders, &options, &mut |_| {}).unwrap();
        let read = |at: usize| std::fs::read(&packed[at].file).unwrap();
        Guests { hello: read(0), misbehaving: read(1), fetching: read(2) }
    })
}

pub fn hello() -> Vec<u8> {
    guests().hello.clone()
}

pub fn misbehaving() -> Vec<u8> {
    guests().misbehaving.clone()
}

pub fn fetching() -> Vec<u8> {
    guests().fetching.clone()
}

pub const SHORT: Duration = Duration::from_millis(200);

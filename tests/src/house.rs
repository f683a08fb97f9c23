//! The whole house in one process.

use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mortise::{Config, Outside, Running};
use mortise_domain::ports::clock::Clock as _;
use mortise_upstreams::Upstreams;
use serde_json::{Value, json};

use crate::clock::SeededChance;
use crate::{Engine, MovableClock, catalog, database, plugins};

/// A running host with the simulated upstreams beside it. Its workers stand still: [`House::run_until_idle`] moves them.
pub struct House {
    /// The host.
    pub running: Running,
    /// U8, AMap and WeCom.
    pub upstreams: Upstreams,
    /// The host's time.
    pub clock: Arc<MovableClock>,
    /// Which database it runs on.
    pub engine: Engine,
    /// URL of the host's database.
    pub database: String,
    http: reqwest::Client,
    folder: tempfile::TempDir,
    schema: Option<String>,
    heard: Mutex<Vec<Heard>>,
}

/// All that the host answered to a request: status, headers, body.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Method and address.
    pub asked: String,
    /// HTTP status.
    pub status: u16,
    /// Headers and body as they came.
    pub bytes: Vec<u8>,
}

/// An answer of the host.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; null where it is empty.
    pub body: Value,
}

impl House {
    /// Opens a house with the small company of [`catalog`] and all first-party plugins connected.
    pub async fn open(engine: Engine) -> Self {
        let house = Self::bare(engine).await;
        house.furnish().await;
        house
    }

    /// Opens a house with nothing in it.
    pub async fn bare(engine: Engine) -> Self {
        Self::bare_with(engine, |_| ()).await
    }

    /// The same with other settings.
    pub async fn bare_with(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        let upstreams = Upstreams::start(mortise_upstreams::Config::default()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (url, schema) = database::fresh(engine, folder.path()).await;
        let clock = Arc::new(MovableClock::start());
        let mut config = Config::in_folder(folder.path());
        config.database.clone_from(&url);
        change(&mut config);
        let outside = Outside {
            clock: Arc::clone(&clock) as _,
            chance: Arc::new(SeededChance(AtomicU64::new(7))),
            workers: false,
            sandbox: Box::new(|bounds| {
                // Every house has a folder and a key of its own; what they compile is the same.
                bounds.cache_dir = Some(plugins::target().join("compiled-for-tests"));
                bounds.cache_key = [7; 32].into();
            }),
        };
        let running = mortise::start_in(config, outside).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { running, upstreams, clock, engine, database: url, http, folder, schema, heard: Mutex::default() }
    }

    async fn furnish(&self) {
        self.upstreams.configure(&json!({"amap_per_second": 0, "hang_ms": 300, "late_commit_ms": 300})).unwrap();
        self.upstreams.seed(&catalog::upstream_seed()).unwrap();
        for (noun, items) in catalog::catalog() {
            self.put(&format!("/catalog/{noun}"), json!({ "items": items })).await.ok();
        }
        self.post("/price-lists", catalog::price_list()).await.ok();
        for (name, slots) in [
            ("tiered-pricing", &[][..]),
            ("order-rules", &[]),
            ("u8", &[("app-secret", "u8-secret")]),
            ("amap", &[("key", "amap-key")]),
            ("wecom", &[("robot-key", "robot-key")]),
        ] {
            self.connect(name, slots).await;
        }
    }

    /// Installs a first-party plugin and connects it under its own name.
    pub async fn connect(&self, name: &str, credentials: &[(&str, &str)]) {
        self.connect_file(name, plugins::packed(name), credentials).await;
    }

    /// Installs a packed plugin and connects it under this name.
    pub async fn connect_file(&self, name: &str, file: Vec<u8>, credentials: &[(&str, &str)]) {
        let digest = self.install(file).await;
        self.put(&format!("/connections/{name}"), self.connection(name, &digest)).await.ok();
        for (slot, value) in credentials {
            self.put(&format!("/connections/{name}/credentials/{slot}"), json!({ "value": value })).await.ok();
        }
    }

    /// Installs a packed plugin and answers its digest.
    pub async fn install(&self, file: Vec<u8>) -> String {
        let request = self.http.post(self.url("/plugins")).header("content-type", "application/wasm").body(file);
        let answer = self.send(request).await.ok();
        answer["digest"].as_str().unwrap().to_owned()
    }

    /// The connection of a first-party plugin with short pauses, to change before it is put.
    pub fn connection(&self, name: &str, digest: &str) -> Value {
        let settings = match name {
            "u8" => {
                json!({"base-url": self.upstreams.u8_url(), "from-account": "mortise", "to-account": "company", "app-key": "opa0000000000000"})
            }
            "amap" => json!({"base-url": self.upstreams.amap_url()}),
            "wecom" => json!({"base-url": self.upstreams.wecom_url(), "channel": "robot"}),
            _ => json!({}),
        };
        let origin = self.upstreams.base_url();
        let net = ["u8", "amap", "wecom"].contains(&name);
        let origins: Vec<&str> = if net { vec![&origin] } else { Vec::new() };
        json!({
            "name": name, "plugin": digest, "settings": settings,
            "grant": {"http": origins, "private": origins, "kv-bytes": 65536, "records": ["products", "prices", "customers", "orders", "codes"]},
            "limits": {"deadline-ms": 10000, "http-timeout-ms": 250},
            "retry": {"first-ms": 1000, "most-ms": 4000, "ticket-after": 3, "slow-ms": 60000},
            "rate": if name == "wecom" { json!({"calls": 20, "seconds": 60}) } else { Value::Null },
            "upstream-timeout-ms": 5000,
        })
    }

    /// A plain order: two items for C1 to a precise address.
    pub fn order(&self) -> Value {
        json!({
            "customer": "C1", "store": "sh-01", "placed_at": self.clock.now().to_string(),
            "ship_to": {"text": "浦东新区世纪大道100号", "city": "上海市", "contact": "张三", "phone": "13800000000"},
            "lines": [{"sku": "T-100", "quantity": "10"}, {"sku": "M-300", "quantity": "2"}],
        })
    }

    /// Submits an order and waits for its judgement.
    pub async fn submit(&self, order: &Value) -> Answer {
        self.post("/orders", order.clone()).await
    }

    /// Submits an order that must be accepted; answers its number.
    pub async fn accepted(&self, order: &Value) -> String {
        let answer = self.submit(order).await;
        assert!(answer.status < 300, "refused: {answer:?}");
        answer.body["number"].as_str().unwrap().to_owned()
    }

    /// The order as the API shows it.
    pub async fn shown(&self, number: &str) -> Value {
        self.get(&format!("/orders/{number}")).await.ok()
    }

    /// Works all that becomes due within this time, moving the clock from one due instant to the next.
    pub async fn run_until_idle(&self, within: Duration) {
        let end = self.clock.now().after(within);
        loop {
            match self.running.app.pipeline().run_until_idle().await.unwrap() {
                Some(due) if due <= end => self.clock.advance_to(due),
                _ => break,
            }
        }
    }

    /// A GET below `/api/v1`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.url(path))).await
    }

    /// A POST below `/api/v1`.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.http.post(self.url(path)).json(&body)).await
    }

    /// A PUT below `/api/v1`, replacing whatever is there.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        let exists =
            path.starts_with("/connections/") && !path.contains("/credentials/") && self.get(path).await.status == 200;
        let request = self.http.put(self.url(path)).json(&body);
        self.send(if exists { request.header("if-match", "*") } else { request }).await
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All answers so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// A request as it is, without the token; `address` begins at the root.
    pub fn request(&self, method: &str, address: &str) -> reqwest::RequestBuilder {
        self.http.request(method.parse().unwrap(), format!("{}{address}", self.running.url))
    }

    /// Sends a request as it is.
    pub async fn hear(&self, request: reqwest::RequestBuilder) -> Heard {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let asked = format!("{} {}", request.method(), request.url());
        let response = client.execute(request).await.unwrap();
        let status = response.status().as_u16();
        let mut bytes = format!("{:?}\n\n", response.headers()).into_bytes();
        bytes.extend_from_slice(&response.bytes().await.unwrap());
        let heard = Heard { asked, status, bytes };
        self.heard.lock().unwrap().push(heard.clone());
        heard
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.running.url)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let heard = self.hear(request.bearer_auth(&self.running.token)).await;
        let body = serde_json::from_slice(heard.body()).unwrap_or(Value::Null);
        Answer { status: heard.status, body }
    }

    /// Closes the house and removes its database.
    pub async fn close(self) {
        self.running.shutdown().await;
        self.upstreams.stop().await;
        if let Some(schema) = self.schema {
            database::remove(&schema).await;
        }
        drop(self.folder);
    }
}

impl Heard {
    /// What follows the headers.
    pub fn body(&self) -> &[u8] {
        let end = self.bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        &self.bytes[end + 2..]
    }
}

impl Answer {
    /// The body of a success; any other answer fails the test.
    pub fn ok(self) -> Value {
        assert!(self.status < 300, "{}: {}", self.status, self.body);
        self.body
    }
}

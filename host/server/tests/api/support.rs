//! A server in this process with a movable clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use mortise::{Config, Outside, Running};
use mortise_domain::instant::Instant;
use mortise_domain::ports::clock::Clock;
use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};
use tempfile::TempDir;

pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::Relaxed))
    }
}

pub struct Server {
    pub running: Running,
    pub folder: TempDir,
    pub client: Client,
    clock: Arc<TestClock>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::in_folder(folder.path());
        change(&mut config);
        let start: Instant = "2026-01-31T08:00:00Z".parse().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(start.0)));
        let outside = Outside { clock: Arc::<TestClock>::clone(&clock), workers: false, ..Outside::default() };
        let running = mortise::start_in(config, outside).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { running, folder, client, clock }
    }

    pub fn advance(&self, by: Duration) {
        self.clock.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::Relaxed);
    }

    /// A request with the token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.running.url)).bearer_auth(&self.running.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    /// One region, store, warehouse, customer and product.
    pub async fn with_catalog(self) -> Self {
        for (noun, items) in [
            ("regions", json!([{ "code": "EAST", "name": "华东" }])),
            ("stores", json!([{ "code": "S1", "name": "旗舰店", "region": "EAST", "currency": "CNY" }])),
            ("warehouses", json!([{ "code": "W1", "name": "上海仓", "region": "EAST" }])),
            ("customers", json!([{ "code": "C1", "name": "甲公司", "level": "A", "region": "EAST" }])),
            ("products", json!([{ "sku": "P1", "name": "轴承", "base_unit": "pc", "tax_rate": "0.13" }])),
        ] {
            let answer = self.put(&format!("/catalog/{noun}"), json!({ "items": items })).await;
            assert_eq!((answer.status, answer.body), (200, json!({ "written": 1 })), "{noun}");
        }
        self
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into());
    Answer { status, headers, body }
}

pub fn submission() -> Value {
    json!({ "customer": "C1", "store": "S1", "ship_to": { "text": "上海市浦东新区世纪大道100号" }, "lines": [{ "sku": "P1", "quantity": "2" }] })
}
